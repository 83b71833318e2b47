/** Medians, percentiles, and how figures are written. */

export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => {
  const sorted = Float64Array.from(values).sort();
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (upper + lower) / 2;
};

/** The largest divided by the smallest: 1 when a floor did not move at all. */
export const spread = (values: readonly number[]): number => Math.max(...values) / Math.min(...values);

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** With as many digits as mean something: `12,345`, `12.3`, `0.0123`. */
export function written(value: number): string {
  if (!Number.isFinite(value)) return "-";
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}
