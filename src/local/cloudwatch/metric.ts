/** What a metric is called: namespace, name and dimensions, which together are one time series for each unit. */
import type { Scope } from "../../protocol/http.ts";

export interface Dimension {
  Name: string;
  Value: string;
}

export interface Metric {
  namespace: string;
  name: string;
  /** In the order in which they were given; for the identity of the metric the order does not count. */
  dimensions: Dimension[];
}

/** The unit of data that was published without one. */
export const NO_UNIT = "None";

export const UNITS = [
  "Seconds",
  "Microseconds",
  "Milliseconds",
  "Bytes",
  "Kilobytes",
  "Megabytes",
  "Gigabytes",
  "Terabytes",
  "Bits",
  "Kilobits",
  "Megabits",
  "Gigabits",
  "Terabits",
  "Percent",
  "Count",
  "Bytes/Second",
  "Kilobytes/Second",
  "Megabytes/Second",
  "Gigabytes/Second",
  "Terabytes/Second",
  "Bits/Second",
  "Kilobits/Second",
  "Megabits/Second",
  "Gigabits/Second",
  "Terabits/Second",
  "Count/Second",
  NO_UNIT,
];

/** The same for the same metric of the same account and region, whatever the order of its dimensions. */
export function metricKey(scope: Scope, { namespace, name, dimensions }: Metric): string {
  const pairs = dimensions.map(({ Name, Value }) => [Name, Value]);
  pairs.sort(([one = ""], [other = ""]) => (one < other ? -1 : 1));
  return JSON.stringify([scope.accountId, scope.region, namespace, name, ...pairs]);
}
