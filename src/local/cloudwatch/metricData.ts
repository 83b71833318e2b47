/**
 * The data of metrics, in memory: summed up by 10 seconds for three hours, by minutes for 15 days. It is lost when the
 * process ends; a disk sync for each datum would cost more than a rehearsal's figures are worth. Alarms know (see
 * `alarmEvaluator.ts`): what was lost is not taken for missing.
 */
import type { Instant } from "../../clock.ts";
import type { Scope } from "../../protocol/http.ts";
import { type Metric, metricKey } from "./metric.ts";
import { emptySummary, merge, type Summary } from "./statistics.ts";

/** The finest period there is, in milliseconds. */
export const FINEST_MS = 10_000;
const MINUTE_MS = 60_000;
const FINE_KEPT_MS = 3 * 60 * MINUTE_MS;
export const KEPT_MS = 15 * 24 * 60 * MINUTE_MS;
const MOST_SERIES = 20_000;
/** Summaries and different values in them, over all series: some 60 MB. */
const MOST_ENTRIES = 600_000;
/** Old summaries are joined after so many new ones. */
const COMPACT_AFTER = 256;

interface Series {
  scope: Scope;
  metric: Metric;
  key: string;
  unit: string;
  /** By the beginning of their span. */
  spans: Map<Instant, Summary>;
  entries: number;
  added: number;
  latest: Instant;
}

export interface Span extends Summary {
  at: Instant;
}

export class MetricData {
  /** Those written last come last. */
  readonly #recent = new Set<Series>();
  readonly #byMetric = new Map<string, Map<string, Series>>();
  readonly #limits: { series: number; entries: number };
  #entries = 0;

  constructor(limits = { series: MOST_SERIES, entries: MOST_ENTRIES }) {
    this.#limits = limits;
  }

  /** Adds a summary at a moment. Series that were written least recently are forgotten when there is too much. */
  add(scope: Scope, metric: Metric, unit: string, at: Instant, summary: Summary, now: Instant): void {
    const series = this.#seriesFor(scope, metric, unit);
    const before = series.entries;
    addTo(series, spanStart(at, now), summary);
    if (series.added >= COMPACT_AFTER) compact(series, now);
    this.#entries += series.entries - before;
    series.latest = Math.max(series.latest, at);
    this.#recent.delete(series);
    this.#recent.add(series);
    for (const oldest of this.#recent) {
      if (oldest === series || (this.#recent.size <= this.#limits.series && this.#entries <= this.#limits.entries))
        break;
      this.#forget(oldest);
    }
  }

  /** The units in which the metric has data, by name. */
  units(key: string): string[] {
    return this.#unitsOf(key).map(({ unit }) => unit);
  }

  /**
   * The data from `from` to before `to` by periods of `periodMs`, oldest first; periods without data are left out.
   * Without a unit, those of the first unit that has any: data of different units is never mixed.
   */
  read(key: string, unit: string | undefined, from: Instant, to: Instant, periodMs: number): Span[] {
    for (const series of this.#unitsOf(key)) {
      if (unit !== undefined && series.unit !== unit) continue;
      const spans = periodsOf(series, from, to, periodMs);
      if (spans.length > 0) return spans;
    }
    return [];
  }

  /** The metrics with data since `since` that fit, in order of their keys. */
  list(scope: Scope, since: Instant, fits: (metric: Metric) => boolean): { key: string; metric: Metric }[] {
    const found = new Map<string, Metric>();
    for (const series of this.#recent) {
      const same = series.scope.accountId === scope.accountId && series.scope.region === scope.region;
      if (same && series.latest >= since && fits(series.metric)) found.set(series.key, series.metric);
    }
    return [...found].map(([key, metric]) => ({ key, metric })).sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  #seriesFor({ accountId, region }: Scope, metric: Metric, unit: string): Series {
    const scope = { accountId, region };
    const key = metricKey(scope, metric);
    const units = this.#byMetric.get(key) ?? new Map<string, Series>();
    this.#byMetric.set(key, units);
    const fresh = { scope, metric, key, unit, spans: new Map(), entries: 0, added: 0, latest: 0 };
    const series = units.get(unit) ?? fresh;
    units.set(unit, series);
    return series;
  }

  #unitsOf(key: string): Series[] {
    const all = [...(this.#byMetric.get(key)?.values() ?? [])];
    return all.sort((one, other) => (one.unit < other.unit ? -1 : 1));
  }

  #forget(series: Series): void {
    this.#recent.delete(series);
    this.#entries -= series.entries;
    const units = this.#byMetric.get(series.key);
    units?.delete(series.unit);
    if (units?.size === 0) this.#byMetric.delete(series.key);
  }
}

function spanStart(at: Instant, now: Instant): Instant {
  const width = now - at > FINE_KEPT_MS ? MINUTE_MS : FINEST_MS;
  return Math.floor(at / width) * width;
}

function addTo(series: Series, start: Instant, summary: Summary): void {
  const known = series.spans.get(start);
  const span = known ?? emptySummary();
  const before = known ? sizeOf(span) : 0;
  merge(span, summary);
  series.entries += sizeOf(span) - before;
  if (known) return;
  series.spans.set(start, span);
  series.added += 1;
}

const sizeOf = (span: Summary): number => 1 + (span.values?.size ?? 0);

/** Joins what is older than three hours by minutes and drops what is older than 15 days. */
function compact(series: Series, now: Instant): void {
  const old = [...series.spans].filter(([start]) => now - start > FINE_KEPT_MS);
  for (const [start, span] of old) {
    series.spans.delete(start);
    series.entries -= sizeOf(span);
    if (now - start <= KEPT_MS) addTo(series, Math.floor(start / MINUTE_MS) * MINUTE_MS, span);
  }
  series.added = 0;
}

function periodsOf(series: Series, from: Instant, to: Instant, periodMs: number): Span[] {
  const periods = new Map<Instant, Span>();
  const take = (start: Instant, span: Summary) => {
    const at = Math.floor(start / periodMs) * periodMs;
    const period = periods.get(at) ?? { at, ...emptySummary() };
    merge(period, span);
    periods.set(at, period);
  };
  // Whichever is less: asking for each span of the range, or looking at all there are.
  if ((to - from) / FINEST_MS < series.spans.size) {
    for (let start = Math.ceil(from / FINEST_MS) * FINEST_MS; start < to; start += FINEST_MS) {
      const span = series.spans.get(start);
      if (span) take(start, span);
    }
  } else {
    for (const [start, span] of series.spans) if (start >= from && start < to) take(start, span);
  }
  return [...periods.values()].sort((one, other) => one.at - other.at);
}
