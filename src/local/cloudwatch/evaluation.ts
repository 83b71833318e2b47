/**
 * What an alarm thinks of its data. Pure. The rules are those of AWS's page on missing data, tables included:
 *
 * - More periods are looked at than EvaluationPeriods (the evaluation range; AWS does not say how many more, its tables
 *   show two). Where there are enough real datapoints in it, the newest count, and missing ones do not.
 * - Otherwise all real ones count, and missing ones are filled in as TreatMissingData says, as few as possible.
 * - With `missing`, breaching data that nothing contradicts makes an ALARM as soon as the oldest is DatapointsToAlarm
 *   periods old. AWS does not say what happens before that; here, and with `ignore`, the state stays.
 */
import type { Instant } from "../../clock.ts";
import { type AlarmConfiguration, type StateValue, statisticOf, type TreatMissingData } from "./alarm.ts";
import { percentileOf, type Summary, statisticValue } from "./statistics.ts";

/** One period of the evaluation range. */
export interface Slot {
  /** Its beginning. */
  at: Instant;
  /** `undefined` when there is no data. */
  point: { value: number; sampleCount: number } | undefined;
}

export interface Verdict {
  state: StateValue;
  /** The slots that counted, oldest first. */
  evaluated: Slot[];
}

/** How many periods are looked at. */
export const rangeOf = ({ EvaluationPeriods }: AlarmConfiguration): number => EvaluationPeriods + 2;

const COMPARISONS: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};
export const COMPARISON_OPERATORS = Object.keys(COMPARISONS);

export function isBreaching(alarm: AlarmConfiguration, value: number): boolean {
  return COMPARISONS[alarm.ComparisonOperator]?.(value, alarm.Threshold) ?? false;
}

/** The state that the slots (oldest first, the whole range) call for; `undefined` keeps the present one. */
export function judge(alarm: AlarmConfiguration, slots: Slot[], treatment: TreatMissingData): Verdict | undefined {
  const needed = alarm.EvaluationPeriods;
  const toAlarm = alarm.DatapointsToAlarm ?? needed;
  const real = slots.filter(({ point }) => point !== undefined);
  if (real.length === 0) return judgeNothing(slots.slice(-needed), treatment);
  const evaluated = real.slice(-needed);
  if (evaluated.some((slot) => hasTooFewSamples(alarm, slot))) return undefined;
  const breaching = evaluated.filter(({ point }) => point && isBreaching(alarm, point.value)).length;
  const filled = needed - evaluated.length;
  const counted = breaching + (treatment === "breaching" ? filled : 0);
  if (counted >= toAlarm) return { state: "ALARM", evaluated: withMissing(slots, evaluated, filled) };
  const contradicted = breaching < evaluated.length;
  if (filled === 0 || contradicted || treatment === "breaching" || treatment === "notBreaching") {
    return { state: "OK", evaluated: withMissing(slots, evaluated, filled) };
  }
  const oldest = slots.length - slots.findIndex(({ point }) => point !== undefined);
  return treatment === "missing" && oldest >= toAlarm ? { state: "ALARM", evaluated } : undefined;
}

function judgeNothing(evaluated: Slot[], treatment: TreatMissingData): Verdict | undefined {
  switch (treatment) {
    case "missing":
      return { state: "INSUFFICIENT_DATA", evaluated };
    case "breaching":
      return { state: "ALARM", evaluated };
    case "notBreaching":
      return { state: "OK", evaluated };
    case "ignore":
      return undefined;
  }
}

/** The evaluated slots and, of those without data, the newest that were filled in. */
function withMissing(slots: Slot[], evaluated: Slot[], filled: number): Slot[] {
  const missing = filled === 0 ? [] : slots.filter(({ point }) => point === undefined).slice(-filled);
  return [...evaluated, ...missing].sort((one, other) => one.at - other.at);
}

/** A percentile needs 10 samples beyond it to mean something, which EvaluateLowSampleCountPercentile can insist on. */
function hasTooFewSamples(alarm: AlarmConfiguration, { point }: Slot): boolean {
  const percentile = percentileOf(statisticOf(alarm));
  if (alarm.EvaluateLowSampleCountPercentile !== "ignore" || percentile === undefined || !point) return false;
  const beyond = Math.min(percentile, 100 - percentile) / 100;
  return point.sampleCount * beyond < 10;
}

/**
 * A period that is not over counts already when what has come of it breaches and more data cannot undo that: an alarm on
 * a count of errors need not wait for the minute to end. Sums are taken to grow: what is published as a count does.
 */
export function breachesForGood(alarm: AlarmConfiguration, period: Summary): boolean {
  const grows = alarm.ComparisonOperator.startsWith("Greater");
  const final = grows ? ["SampleCount", "Maximum", "Sum"] : ["Minimum"];
  const statistic = statisticOf(alarm);
  if (!final.includes(statistic) || (statistic === "Sum" && period.minimum < 0)) return false;
  const value = statisticValue(period, statistic);
  return value !== undefined && isBreaching(alarm, value);
}
