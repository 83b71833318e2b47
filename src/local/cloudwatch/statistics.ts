/** What is kept of the values of some seconds, and the statistics that can be had from it. */

export const SIMPLE_STATISTICS = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"] as const;

/** Values that came within one span of time, together. */
export interface Summary {
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  /** How often each value came, for percentiles; `undefined` when a published summary left that unknown. */
  values: Map<number, number> | undefined;
}

/** As many different values are kept exactly; then they are counted by their first three digits. */
const MOST_EXACT_VALUES = 500;

export function emptySummary(): Summary {
  return { count: 0, sum: 0, minimum: Number.POSITIVE_INFINITY, maximum: Number.NEGATIVE_INFINITY, values: new Map() };
}

/** Adds `other` to `summary`. */
export function merge(summary: Summary, other: Summary): void {
  summary.count += other.count;
  summary.sum += other.sum;
  summary.minimum = Math.min(summary.minimum, other.minimum);
  summary.maximum = Math.max(summary.maximum, other.maximum);
  const { values } = summary;
  if (!values || !other.values) {
    summary.values = undefined;
    return;
  }
  for (const [value, count] of other.values) {
    const key = values.size < MOST_EXACT_VALUES || values.has(value) ? value : Number(value.toPrecision(3));
    values.set(key, (values.get(key) ?? 0) + count);
  }
}

/** One value that came `count` times. */
export function summaryOf(value: number, count = 1): Summary {
  return { count, sum: value * count, minimum: value, maximum: value, values: new Map([[value, count]]) };
}

/** The percentile that a statistic such as `p99` or `p99.9` names, between 0 and 100; `undefined` for another text. */
export function percentileOf(statistic: string): number | undefined {
  const digits = /^p(\d{1,2}(?:\.\d{1,10})?|100(?:\.0{1,10})?)$/.exec(statistic)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export const isStatistic = (text: string): boolean =>
  SIMPLE_STATISTICS.some((known) => known === text) || percentileOf(text) !== undefined;

/** The value of a statistic, or `undefined` when there is none: no data, or a percentile of data that only came summed up. */
export function statisticValue(summary: Summary, statistic: string): number | undefined {
  if (summary.count === 0) return undefined;
  switch (statistic) {
    case "SampleCount":
      return summary.count;
    case "Average":
      return summary.sum / summary.count;
    case "Sum":
      return summary.sum;
    case "Minimum":
      return summary.minimum;
    case "Maximum":
      return summary.maximum;
    default:
      return percentile(summary, percentileOf(statistic) ?? 0);
  }
}

/** Between neighbouring values in proportion, so that p50 of 1 and 2 is 1.5. */
function percentile({ count, minimum, maximum, values }: Summary, rank: number): number | undefined {
  if (minimum === maximum) return minimum;
  if (!values) return undefined;
  const sorted = [...values].sort(([one], [other]) => one - other);
  const position = (rank / 100) * (count - 1);
  const valueAt = (index: number): number => {
    let passed = 0;
    for (const [value, times] of sorted) {
      passed += times;
      if (passed > index) return value;
    }
    return maximum;
  };
  const [lower, upper] = [valueAt(Math.floor(position)), valueAt(Math.ceil(position))];
  return lower + (upper - lower) * (position - Math.floor(position));
}
