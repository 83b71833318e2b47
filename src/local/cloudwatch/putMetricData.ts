/** PutMetricData: data of one's own metrics. */
import type { Instant } from "../../clock.ts";
import type { Scope } from "../../protocol/http.ts";
import { CloudWatchError, notBuilt } from "./cloudWatchError.ts";
import { constraints } from "./constraints.ts";
import { type Dimension, type Metric, metricKey, NO_UNIT, UNITS } from "./metric.ts";
import type { Operation, Parts } from "./operation.ts";
import { checkDimensions, requireUniqueDimensions } from "./putMetricAlarm.ts";
import { emptySummary, merge, type Summary, summaryOf } from "./statistics.ts";

interface StatisticSet {
  SampleCount?: number;
  Sum?: number;
  Minimum?: number;
  Maximum?: number;
}

interface MetricDatum {
  MetricName?: string;
  Dimensions?: Dimension[];
  Timestamp?: Instant;
  Value?: number;
  StatisticValues?: StatisticSet;
  Values?: number[];
  Counts?: number[];
  Unit?: string;
  StorageResolution?: number;
}

interface PutMetricDataInput {
  Namespace?: string;
  MetricData?: MetricDatum[];
  EntityMetricData?: unknown[];
}

const MOST_DATA = 1000;
const MOST_VALUES = 150;
const LARGEST_VALUE = 2 ** 360;
const TWO_WEEKS_MS = 14 * 24 * 3_600_000;
const TWO_HOURS_MS = 2 * 3_600_000;

/** All data or none: everything is looked at before anything is kept. */
export const putMetricData: Operation<PutMetricDataInput> = (parts, scope, input) => {
  const { Namespace = "", MetricData = [] } = input;
  if (input.EntityMetricData && input.EntityMetricData.length > 0) throw notBuilt("PutMetricData with entities");
  const check = constraints();
  check.required(input.Namespace, "Namespace");
  check.length(input.Namespace, "Namespace", 1, 255);
  check.enforce();
  if (/^(AWS\/|:)/.test(Namespace)) throw invalid(`The value ${Namespace} for parameter Namespace is invalid.`);
  if (MetricData.length === 0) throw missing("The parameter MetricData is required.");
  if (MetricData.length > MOST_DATA) {
    throw invalid(`The collection MetricData must not have a size greater than ${MOST_DATA}.`);
  }
  const now = parts.clock.now();
  const read = MetricData.map((datum, index) => readDatum(Namespace, datum, `MetricData.member.${index + 1}`, now));
  for (const { metric, unit, at, summary } of read) keepData(parts, scope, metric, unit, at, summary);
  return undefined;
};

/** Keeps data and lets the alarms of the metric know. */
export function keepData(
  { data, evaluator, clock }: Pick<Parts, "data" | "evaluator" | "clock">,
  scope: Scope,
  metric: Metric,
  unit: string,
  at: Instant,
  summary: Summary,
): void {
  data.add(scope, metric, unit, at, summary, clock.now());
  evaluator.dataCame(metricKey(scope, metric), at);
}

function readDatum(namespace: string, datum: MetricDatum, place: string, now: Instant) {
  const { MetricName = "", Dimensions = [], Timestamp = now, Unit = NO_UNIT, StorageResolution = 60 } = datum;
  if (MetricName === "") throw missing(`The parameter ${place}.MetricName is required.`);
  const check = constraints();
  check.length(MetricName, `${place}.metricName`, 1, 255);
  check.oneOf(Unit, `${place}.unit`, UNITS);
  checkDimensions(check, Dimensions);
  check.enforce();
  requireUniqueDimensions(Dimensions);
  if (StorageResolution !== 1 && StorageResolution !== 60) {
    throw invalid(`The value ${StorageResolution} for parameter ${place}.StorageResolution is invalid.`);
  }
  if (Timestamp < now - TWO_WEEKS_MS) {
    throw invalid(`The parameter ${place}.Timestamp must specify a time within the past two weeks.`);
  }
  if (Timestamp > now + TWO_HOURS_MS) {
    throw invalid(`The parameter ${place}.Timestamp must specify a time no more than two hours in the future.`);
  }
  const metric = { namespace, name: MetricName, dimensions: Dimensions };
  return { metric, unit: Unit, at: Timestamp, summary: readSummary(datum, place) };
}

function readSummary({ Value, Values, Counts, StatisticValues }: MetricDatum, place: string): Summary {
  const given = Object.entries({ Value, Values, StatisticValues }).filter(([, value]) => value !== undefined);
  const [first, second] = given.map(([name]) => `${place}.${name}`);
  if (first === undefined)
    throw missing(`At least one of the parameters ${place}.Value, Values and StatisticValues must be specified.`);
  if (second !== undefined) {
    const text = `The parameters ${first} and ${second} are mutually exclusive and you have specified both.`;
    throw new CloudWatchError("InvalidParameterCombination", text);
  }
  if (Counts && !Values) throw missing(`The parameter ${place}.Values is required with ${place}.Counts.`);
  if (StatisticValues) return readStatisticSet(StatisticValues, place);
  if (Value !== undefined) return summaryOf(requireValue(Value, `${place}.Value`));
  return readValues(Values ?? [], Counts, place);
}

function readValues(values: number[], counts: number[] | undefined, place: string): Summary {
  if (values.length === 0) throw missing(`The parameter ${place}.Values is required.`);
  if (values.length > MOST_VALUES) {
    throw invalid(`The collection ${place}.Values must not have a size greater than ${MOST_VALUES}.`);
  }
  if (counts && counts.length !== values.length) {
    throw invalid(`The parameters ${place}.Values and ${place}.Counts must be of the same size.`);
  }
  const summary = emptySummary();
  for (const [index, value] of values.entries()) {
    const count = counts?.[index] ?? 1;
    if (!(count > 0)) throw invalid(`The value ${count} for parameter ${place}.Counts is invalid.`);
    merge(summary, summaryOf(requireValue(value, `${place}.Values`), count));
  }
  return summary;
}

function readStatisticSet(set: StatisticSet, place: string): Summary {
  const [count, sum, minimum, maximum] = (["SampleCount", "Sum", "Minimum", "Maximum"] as const).map((name) => {
    const value = set[name];
    if (value === undefined) throw missing(`The parameter ${place}.StatisticValues.${name} is required.`);
    return requireValue(value, `${place}.StatisticValues.${name}`);
  }) as [number, number, number, number];
  if (!(count > 0)) throw invalid(`The value ${count} for parameter ${place}.StatisticValues.SampleCount is invalid.`);
  if (minimum > maximum) {
    throw invalid(`The parameter ${place}.StatisticValues.Minimum must not be greater than Maximum.`);
  }
  // Of equal values the distribution is known; otherwise percentiles cannot be had, as on AWS.
  return { count, sum, minimum, maximum, values: minimum === maximum ? new Map([[minimum, count]]) : undefined };
}

function requireValue(value: number, parameter: string): number {
  if (Math.abs(value) <= LARGEST_VALUE) return value;
  throw invalid(`The value ${value} for parameter ${parameter} is invalid.`);
}

const invalid = (message: string) => new CloudWatchError("InvalidParameterValue", message);
const missing = (message: string) => new CloudWatchError("MissingParameter", message);
