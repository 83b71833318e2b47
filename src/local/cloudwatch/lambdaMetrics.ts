/** The metrics that AWS Lambda publishes of its invocations, in its namespace and with its dimensions. */
import type { Instant } from "../../clock.ts";
import type { Scope } from "../../protocol/http.ts";
import type { CloudWatchService } from "./cloudWatchService.ts";
import type { Dimension } from "./metric.ts";

/** One invocation that has ended. */
export interface LambdaInvocation {
  id: Scope & { name: string };
  qualifier: string | undefined;
  throughAlias: boolean;
  executedVersion: string;
  outcome: "succeeded" | "failed" | "throttled";
  durationMs: number;
  at: Instant;
}

/**
 * Publishes Invocations, Errors, Throttles and Duration: of all functions together, by function, by function and resource
 * (the name, with the version or alias that was called), and for aliases by executed version as well. Errors and
 * Throttles are published as 0, too, so that an alarm on them turns OK when invocations are healthy.
 */
export function publishLambdaMetrics(
  { putMetric }: Pick<CloudWatchService, "putMetric">,
  call: LambdaInvocation,
): void {
  const values: [name: string, value: number, unit: string][] =
    call.outcome === "throttled"
      ? [["Throttles", 1, "Count"]]
      : [
          ["Invocations", 1, "Count"],
          ["Errors", call.outcome === "failed" ? 1 : 0, "Count"],
          ["Throttles", 0, "Count"],
          ["Duration", call.durationMs, "Milliseconds"],
        ];
  for (const dimensions of dimensionSets(call)) {
    for (const [metricName, value, unit] of values) {
      putMetric(call.id, { namespace: "AWS/Lambda", metricName, dimensions, value, unit, at: call.at });
    }
  }
}

function dimensionSets({ id, qualifier, throughAlias, executedVersion }: LambdaInvocation): Dimension[][] {
  const byFunction = [{ Name: "FunctionName", Value: id.name }];
  const resource = qualifier === undefined ? id.name : `${id.name}:${qualifier}`;
  const byResource = [...byFunction, { Name: "Resource", Value: resource }];
  const byVersion = [...byResource, { Name: "ExecutedVersion", Value: executedVersion }];
  return [[], byFunction, byResource, ...(throughAlias ? [byVersion] : [])];
}
