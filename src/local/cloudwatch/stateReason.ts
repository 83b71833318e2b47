/** Why an alarm is in its state, in the words and the JSON of CloudWatch. */
import type { Instant } from "../../clock.ts";
import { type Alarm, statisticOf, type TreatMissingData } from "./alarm.ts";
import { isBreaching, type Slot, type Verdict } from "./evaluation.ts";

const COMPARED: Record<string, string> = {
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  GreaterThanThreshold: "greater than",
  LessThanThreshold: "less than",
  LessThanOrEqualToThreshold: "less than or equal to",
};
/** As many datapoints are told of as there is room for in a reason. */
const MOST_SHOWN = 10;

/** The sentence for a state that data has led to. */
export function reasonOf(alarm: Alarm, verdict: Verdict, treatment: TreatMissingData): string {
  const real = verdict.evaluated.filter(({ point }) => point !== undefined);
  const missing = verdict.evaluated.length - real.length;
  if (verdict.state === "INSUFFICIENT_DATA") {
    return `Insufficient Data: ${counted(missing, "datapoint")} ${missing === 1 ? "was" : "were"} unknown.`;
  }
  const treated = treatment === "notBreaching" ? "NonBreaching" : "Breaching";
  const filled = `${counted(missing, "missing datapoint")} ${missing === 1 ? "was" : "were"} treated as [${treated}]`;
  if (real.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${counted(missing, "period")} and ${filled}.`;
  }
  return `Threshold Crossed: ${crossed(alarm, verdict, real)}${missing > 0 && fills(treatment) ? ` and ${filled}` : ""}.`;
}

const fills = (treatment: TreatMissingData) => treatment === "breaching" || treatment === "notBreaching";

function crossed(alarm: Alarm, { state }: Verdict, real: Slot[]): string {
  const compare = COMPARED[alarm.ComparisonOperator] ?? "";
  const alarming = state === "ALARM";
  const were = (count: number) => `${count === 1 ? "was" : "were"} ${alarming ? "" : "not "}${compare}`;
  const threshold = `the threshold (${decimal(alarm.Threshold)})`;
  const telling = real.filter(({ point }) => point && isBreaching(alarm, point.value) === alarming);
  const points = telling.length > 0 ? telling : real;
  if (alarm.DatapointsToAlarm === undefined || alarm.StateValue === "INSUFFICIENT_DATA") {
    return `${counted(points.length, "datapoint")} ${listed(points)} ${were(points.length)} ${threshold}`;
  }
  const least = alarming ? alarm.DatapointsToAlarm : alarm.EvaluationPeriods - alarm.DatapointsToAlarm + 1;
  const change = alarming ? "OK -> ALARM" : "ALARM -> OK";
  const several = `${points.length} out of the last ${counted(real.length, "datapoint", true)}`;
  return `${several} ${listed(points)} ${were(points.length)} ${threshold} (minimum ${counted(least, "datapoint")} for ${change} transition)`;
}

/** Newest first, as CloudWatch lists them. */
function listed(slots: Slot[]): string {
  const shown = slots.slice(-MOST_SHOWN).reverse();
  return `[${shown.map(({ at, point }) => `${decimal(point?.value ?? 0)} (${shortTime(at)})`).join(", ")}]`;
}

/** The same for programs. */
export function reasonDataOf(alarm: Alarm, verdict: Verdict, now: Instant): string {
  const newestFirst = verdict.evaluated.slice(-MOST_SHOWN * 2).reverse();
  const real = verdict.evaluated.filter(({ point }) => point !== undefined);
  return JSON.stringify({
    version: "1.0",
    queryDate: longTime(now),
    ...(real[0] ? { startDate: longTime(real[0].at) } : {}),
    ...(alarm.Unit === undefined ? {} : { unit: alarm.Unit }),
    statistic: statisticOf(alarm),
    period: alarm.Period,
    recentDatapoints: real.slice(-MOST_SHOWN * 2).map(({ point }) => point?.value),
    threshold: alarm.Threshold,
    evaluatedDatapoints: newestFirst.map(({ at, point }) => ({
      timestamp: longTime(at),
      ...(point ? { sampleCount: point.sampleCount, value: point.value } : {}),
    })),
  });
}

const counted = (count: number, noun: string, always = false): string =>
  `${count} ${noun}${count === 1 && !always ? "" : "s"}`;

/** `2` as CloudWatch writes it: `2.0`. */
const decimal = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));

/** `26/10/23 16:42:00` */
function shortTime(at: Instant): string {
  const [date = "", time = ""] = new Date(at).toISOString().split("T");
  const [year = "", month, day] = date.split("-");
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}

/** `2023-10-26T16:42:00.000+0000` */
export const longTime = (at: Instant): string => new Date(at).toISOString().replace("Z", "+0000");
