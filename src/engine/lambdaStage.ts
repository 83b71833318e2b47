/** Where a deployment to Lambda stands, and what the steps of its engine have in common. */
import type { Instant } from "../clock.ts";
import type { LambdaAppSpec, LambdaHook } from "../resources/lambdaAppSpec.ts";
import type { Deployment, LambdaTarget, Step } from "./deployment.ts";
import type { Interruption } from "./interruption.ts";
import type { DeploymentPlan } from "./plan.ts";
import { usableAppSpecOf } from "./revision.ts";

/** `awaiting` is the key of the one effect whose answer moves the deployment on. */
export type LambdaStage =
  | { phase: "Created" }
  /** The AppSpec is in S3; there are no targets before it is known. */
  | { phase: "ReadingRevision"; awaiting: string }
  | { phase: "ReadingAlias"; awaiting: string }
  | { phase: "ReadingAlarms"; awaiting: string }
  | { phase: "InvokingHook"; awaiting: string; lifecycleEvent: LambdaHook; deadline: Instant }
  /** The function has returned and has not reported; it, or somebody it asked, still may. */
  | { phase: "AwaitingReport"; lifecycleEvent: LambdaHook; deadline: Instant }
  /** An alias write is under way. What would end the deployment meanwhile waits for its answer: one writer at a time. */
  | { phase: "ShiftingTraffic"; awaiting: string; shift: Shift; interruption: Interruption | null }
  | { phase: "AwaitingCapacity"; shift: Shift; retryAt: Instant }
  | { phase: "HoldingTraffic"; until: Instant }
  /** A person holds the deployment here; `next` is done when they resume it. */
  | { phase: "Paused"; next: NextMove }
  | { phase: "Ended" };

/** A step forward. None is taken while the deployment is paused. */
export type NextMove =
  | { do: "runHook"; lifecycleEvent: LambdaHook }
  | { do: "shiftTraffic" }
  /** A shift that waits for provisioned concurrency. */
  | { do: "retryShift"; shift: Shift }
  | { do: "holdTraffic"; remainingMs: number }
  | { do: "succeed" };

/** One step of traffic: the weight to reach, how often it was tried, and when to give up. */
export interface Shift {
  weight: number;
  attempt: number;
  giveUpAt: Instant;
}

/** A deployment in one step. */
export interface Context {
  plan: DeploymentPlan;
  deployment: Deployment;
  at: Instant;
}

export const stay = (deployment: Deployment): Step => ({ ...deployment, effects: [], rollback: null });

export const move = (deployment: Deployment, stage: LambdaStage): Step =>
  stay({ ...deployment, state: { ...deployment.state, stage } });

export function targetOf(deployment: Deployment): LambdaTarget {
  const [target] = deployment.targets;
  if (!target) throw new Error("a Lambda deployment under way has no target");
  return target;
}

export function onTarget(context: Context, change: (target: LambdaTarget) => LambdaTarget): Context {
  return { ...context, deployment: { ...context.deployment, targets: context.deployment.targets.map(change) } };
}

export function requireAppSpec({ plan, deployment }: Context): LambdaAppSpec {
  const appSpec = usableAppSpecOf(plan, deployment.state);
  if (!appSpec) throw new Error("a deployment without a usable AppSpec went past its start");
  return appSpec;
}
