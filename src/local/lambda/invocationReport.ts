/** What is told of every invocation, for whoever keeps metrics: this service knows of none. */
import type { Clock, Instant } from "../../clock.ts";
import { LambdaError } from "./lambdaError.ts";
import { type FunctionId, isVersionNumber, LATEST, parseFunctionName } from "./names.ts";
import type { DataPlane } from "./operation.ts";

export interface InvocationReport {
  id: FunctionId;
  /** The version or alias that the caller named, if any. */
  qualifier: string | undefined;
  /** Whether the qualifier is an alias. */
  throughAlias: boolean;
  /** `$LATEST` or a number: the version that ran, or would have. */
  executedVersion: string;
  outcome: "succeeded" | "failed" | "throttled";
  /** Real milliseconds that the function worked; 0 when it was throttled. */
  durationMs: number;
  /** When it began. */
  at: Instant;
}

export type OnInvocation = (report: InvocationReport) => void;

/** The data plane with a report of each invocation's end, Event invocations' attempts included. */
export function reporting<Plane extends DataPlane>(
  dataPlane: Plane,
  clock: Clock,
  onInvocation: OnInvocation | undefined,
): Plane {
  if (!onInvocation) return dataPlane;
  return {
    ...dataPlane,
    async invoke(call) {
      const { qualifier } = parseFunctionName(call.invokedArn, call.id);
      const report = {
        id: call.id,
        qualifier,
        throughAlias: qualifier !== undefined && qualifier !== LATEST && !isVersionNumber(qualifier),
        executedVersion: call.version.version,
        at: clock.now(),
      };
      try {
        const outcome = await dataPlane.invoke(call);
        const failed = outcome.functionError !== undefined;
        onInvocation({ ...report, outcome: failed ? "failed" : "succeeded", durationMs: outcome.durationMs });
        return outcome;
      } catch (error) {
        const throttled = error instanceof LambdaError && error.name === "TooManyRequestsException";
        if (throttled) onInvocation({ ...report, outcome: "throttled", durationMs: 0 });
        throw error;
      }
    },
  };
}
