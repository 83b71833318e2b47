/** Where a deployment to ECS stands. */
import type { Instant } from "../clock.ts";
import type { EcsAppSpec, EcsHook } from "../resources/appSpec/ecsAppSpec.ts";
import type { EcsFound, EcsPlan } from "./ecsPlan.ts";
import type { Interruption } from "./interruption.ts";
import { usableAppSpecOf } from "./revision.ts";
import type { CommonStage, Context } from "./stage.ts";

/** What would end the deployment during a write waits for its answer, noted in `interruption`: one writer at a time. */
export type EcsStage =
  | CommonStage
  | { phase: "ReadingService"; awaiting: string }
  /** Traffic goes back to where it was: in a rollback, or before a deployment that follows one without rollback. */
  | { phase: "ResettingTraffic"; awaiting: string; interruption: Interruption | null }
  | { phase: "RemovingLeftovers"; awaiting: string; removed: number; interruption: Interruption | null }
  | { phase: "CreatingTaskSet"; awaiting: string; interruption: Interruption | null }
  | { phase: "LookingAtTaskSets"; awaiting: string; look: Look }
  | { phase: "AwaitingSteadyState"; look: Look; retryAt: Instant }
  | { phase: "ShiftingTestTraffic"; awaiting: string; interruption: Interruption | null }
  /** Somebody has to let the traffic move; the deployment is Ready. */
  | { phase: "AwaitingReroute"; until: Instant }
  | { phase: "ShiftingTraffic"; awaiting: string; shift: { weight: number }; interruption: Interruption | null }
  | { phase: "PromotingTaskSet"; awaiting: string; interruption: Interruption | null }
  | { phase: "AwaitingTermination"; until: Instant }
  | { phase: "TerminatingTaskSet"; awaiting: string; interruption: Interruption | null };

export type EcsMove =
  | { do: "runHook"; lifecycleEvent: EcsHook }
  | { do: "install" }
  | { do: "shiftTestTraffic" }
  | { do: "awaitReroute" }
  | { do: "shiftTraffic" }
  | { do: "shiftTo"; weight: number }
  | { do: "holdTraffic"; remainingMs: number }
  | { do: "awaitTermination" }
  | { do: "terminate" };

/** Looks at the task sets until the replacement is steady, and what is done then: the install ends, or traffic moves. */
export interface Look {
  number: number;
  giveUpAt: Instant;
  /** The weight to be reached; `null` while the replacement is being installed. */
  weight: number | null;
}

export type EcsContext = Context<EcsPlan>;

export function requireEcsAppSpec({ plan, deployment }: EcsContext): EcsAppSpec {
  const appSpec = usableAppSpecOf(plan, deployment.state);
  if (!appSpec) throw new Error("a deployment without a usable AppSpec went past its start");
  return appSpec;
}

/** What the deployment found when it began. */
export function foundBy({ deployment }: EcsContext): EcsFound {
  const { found } = deployment.state;
  if (!found) throw new Error("a deployment that has not looked at its service went on");
  return found;
}

export function withFound(context: EcsContext, change: Partial<EcsFound>): EcsContext {
  const { deployment } = context;
  const found = { ...foundBy(context), ...change };
  return { ...context, deployment: { ...deployment, state: { ...deployment.state, found } } };
}
