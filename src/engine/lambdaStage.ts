/** Where a deployment to Lambda stands. */
import type { Instant } from "../clock.ts";
import type { LambdaAppSpec, LambdaHook } from "../resources/lambdaAppSpec.ts";
import type { Interruption } from "./interruption.ts";
import type { LambdaPlan } from "./plan.ts";
import { usableAppSpecOf } from "./revision.ts";
import type { CommonStage, Context } from "./stage.ts";

export type LambdaStage =
  | CommonStage
  | { phase: "ReadingAlias"; awaiting: string }
  /** An alias write is under way. What would end the deployment meanwhile waits for its answer: one writer at a time. */
  | { phase: "ShiftingTraffic"; awaiting: string; shift: Shift; interruption: Interruption | null }
  | { phase: "AwaitingCapacity"; shift: Shift; retryAt: Instant };

export type LambdaMove =
  | { do: "runHook"; lifecycleEvent: LambdaHook }
  | { do: "shiftTraffic" }
  /** A shift that its function has let happen. */
  | { do: "shiftOn" }
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

export type LambdaContext = Context<LambdaPlan>;

export function requireAppSpec({ plan, deployment }: LambdaContext): LambdaAppSpec {
  const appSpec = usableAppSpecOf(plan, deployment.state);
  if (!appSpec) throw new Error("a deployment without a usable AppSpec went past its start");
  return appSpec;
}
