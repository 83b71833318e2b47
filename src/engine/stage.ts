/** Where a deployment stands, and what the steps of every engine have in common. */
import type { Instant } from "../clock.ts";
import type { EcsHook } from "../resources/appSpec/ecsAppSpec.ts";
import type { TrafficStepEvent } from "../resources/appSpec/trafficStepHook.ts";
import type { LambdaHook } from "../resources/lambdaAppSpec.ts";
import type { Deployment, Step, Target } from "./deployment.ts";
import type { EcsMove, EcsStage } from "./ecsStage.ts";
import type { LambdaMove, LambdaStage } from "./lambdaStage.ts";
import type { DeploymentPlan, Work } from "./plan.ts";

/** A lifecycle event in which a validation function may run. */
export type HookedEvent = LambdaHook | EcsHook | TrafficStepEvent;

/** A deployment is only ever in the stages of its platform. */
export type Stage = LambdaStage | EcsStage;

/** A step forward. None is taken while the deployment is paused. */
export type NextMove = LambdaMove | EcsMove;

/** The stages that every platform has. `awaiting` is the key of the one effect whose answer moves the deployment on. */
export type CommonStage =
  | { phase: "Created" }
  /** The AppSpec is in S3; there are no targets before it is known. */
  | { phase: "ReadingRevision"; awaiting: string }
  | { phase: "ReadingAlarms"; awaiting: string }
  | { phase: "InvokingHook"; awaiting: string; lifecycleEvent: HookedEvent; deadline: Instant }
  /** The function has returned and has not reported; it, or somebody it asked, still may. */
  | { phase: "AwaitingReport"; lifecycleEvent: HookedEvent; deadline: Instant }
  | { phase: "HoldingTraffic"; until: Instant }
  /** A person holds the deployment here; `next` is done when they resume it. */
  | { phase: "Paused"; next: NextMove }
  | { phase: "Ended" };

/** A deployment in one step. */
export interface Context<Of extends Work = Work> {
  plan: DeploymentPlan<Of>;
  deployment: Deployment;
  at: Instant;
}

export const stay = (deployment: Deployment): Step => ({ ...deployment, effects: [], rollback: null });

export const move = (deployment: Deployment, stage: Stage): Step =>
  stay({ ...deployment, state: { ...deployment.state, stage } });

/** The only target, which a deployment to Lambda or ECS has from its start on. */
export function targetOf(deployment: Deployment): Target {
  const [target] = deployment.targets;
  if (!target) throw new Error("a deployment under way has no target");
  return target;
}

export function onTarget<In extends Context>(context: In, change: (target: Target) => Target): In {
  return { ...context, deployment: { ...context.deployment, targets: context.deployment.targets.map(change) } };
}

/** Takes a step forward, or keeps it for when a person resumes the deployment. */
export function forward<In extends Context, Move extends NextMove>(
  context: In,
  next: Move,
  take: (context: In, next: Move) => Step,
): Step {
  if (context.deployment.state.paused) return move(context.deployment, { phase: "Paused", next });
  return take(context, next);
}
