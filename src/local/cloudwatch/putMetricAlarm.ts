/** PutMetricAlarm: what an alarm may be. */
import {
  type Alarm,
  type AlarmConfiguration,
  allActionsOf,
  INITIAL_REASON,
  type Tag,
  type TreatMissingData,
} from "./alarm.ts";
import type { Told } from "./alarmHistory.ts";
import { CloudWatchError, notBuilt } from "./cloudWatchError.ts";
import { constraints } from "./constraints.ts";
import { COMPARISON_OPERATORS } from "./evaluation.ts";
import { type Dimension, UNITS } from "./metric.ts";
import type { Operation } from "./operation.ts";
import { isStatistic, SIMPLE_STATISTICS } from "./statistics.ts";
import { requireTags } from "./tagOperations.ts";

export interface PutMetricAlarmInput extends Partial<Omit<AlarmConfiguration, "TreatMissingData">> {
  TreatMissingData?: string;
  Metrics?: unknown[];
  Tags?: Tag[];
  ThresholdMetricId?: string;
  EvaluationCriteria?: object;
  EvaluationInterval?: number;
}

/** AWS's quota for an account in a region. */
const MOST_ALARMS = 5000;
const DAY_S = 86_400;
const TREATMENTS: readonly TreatMissingData[] = ["breaching", "notBreaching", "ignore", "missing"];
const BANDS = ["LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold"];

/** A new alarm begins with INSUFFICIENT_DATA; one that is there keeps its state and its tags. */
export const putMetricAlarm: Operation<PutMetricAlarmInput> = ({ store, evaluator, clock }, scope, input) => {
  refuseWhatIsNotBuilt(input);
  const configuration = readConfiguration(input);
  const id = { ...scope, name: configuration.AlarmName };
  const before = store.find(id);
  if (!before && store.list(scope).length >= MOST_ALARMS) {
    throw new CloudWatchError("LimitExceeded", `The quota of ${MOST_ALARMS} alarms has been reached.`);
  }
  requireTags(input.Tags ?? []);
  const now = clock.now();
  const alarm: Alarm = {
    ...configuration,
    ...(before ? stateOf(before) : initialState(now)),
    tags: before?.tags ?? input.Tags ?? [],
    AlarmConfigurationUpdatedTimestamp: now,
  };
  store.put([{ id, alarm, told: configurationUpdate(configuration, now, before !== undefined) }]);
  evaluator.watch(id, alarm);
  return undefined;
};

const initialState = (now: number) => ({
  StateValue: "INSUFFICIENT_DATA" as const,
  StateReason: INITIAL_REASON,
  StateUpdatedTimestamp: now,
  StateTransitionedTimestamp: now,
  setByHand: undefined,
});

function stateOf(alarm: Alarm) {
  const { StateValue, StateReason, StateReasonData, StateUpdatedTimestamp, StateTransitionedTimestamp, setByHand } =
    alarm;
  const data = StateReasonData === undefined ? {} : { StateReasonData };
  return { StateValue, StateReason, ...data, StateUpdatedTimestamp, StateTransitionedTimestamp, setByHand };
}

function configurationUpdate(configuration: AlarmConfiguration, now: number, update: boolean): Told {
  return {
    Timestamp: now,
    HistoryItemType: "ConfigurationUpdate",
    HistorySummary: `Alarm "${configuration.AlarmName}" ${update ? "updated" : "created"}`.slice(0, 255),
    HistoryData: JSON.stringify({
      version: "1.0",
      type: update ? "Update" : "Create",
      [update ? "updatedAlarm" : "createdAlarm"]: configuration,
    }),
  };
}

function refuseWhatIsNotBuilt(input: PutMetricAlarmInput): void {
  if (input.Metrics && input.Metrics.length > 0) throw notBuilt("An alarm on metric math (Metrics)");
  if (input.ThresholdMetricId !== undefined || BANDS.includes(input.ComparisonOperator ?? "")) {
    throw notBuilt("An alarm on an anomaly detection band");
  }
  if (input.EvaluationCriteria) throw notBuilt("An alarm on a PromQL query (EvaluationCriteria)");
  if (input.EvaluationInterval !== undefined) throw notBuilt("An alarm with an EvaluationInterval");
}

function readConfiguration(input: PutMetricAlarmInput): AlarmConfiguration {
  checkConstraints(input);
  const { AlarmName, Namespace, MetricName, Period, EvaluationPeriods, Threshold, ComparisonOperator } = input;
  // All are there: checkConstraints has said so.
  const required = { AlarmName, Namespace, MetricName, Period, EvaluationPeriods, Threshold, ComparisonOperator };
  const configuration = {
    ...(required as Required<typeof required>),
    ...present(input, [
      "AlarmDescription",
      "Statistic",
      "ExtendedStatistic",
      "Unit",
      "DatapointsToAlarm",
      "EvaluateLowSampleCountPercentile",
    ]),
    ...treatment(input.TreatMissingData),
    ActionsEnabled: input.ActionsEnabled ?? true,
    OKActions: input.OKActions ?? [],
    AlarmActions: input.AlarmActions ?? [],
    InsufficientDataActions: input.InsufficientDataActions ?? [],
    Dimensions: input.Dimensions ?? [],
  } as AlarmConfiguration;
  requireStatistic(configuration);
  requirePeriods(configuration);
  for (const action of allActionsOf(configuration)) {
    if (!/^arn:[^:]*:[^:]+:[^:]*:[^:]*:.+/.test(action)) throw invalid(`Invalid arn syntax: ${action}`);
  }
  requireUniqueDimensions(configuration.Dimensions);
  return configuration;
}

function present<Key extends keyof PutMetricAlarmInput>(input: PutMetricAlarmInput, keys: Key[]) {
  return Object.fromEntries(keys.filter((key) => input[key] !== undefined).map((key) => [key, input[key]]));
}

function checkConstraints(input: PutMetricAlarmInput): void {
  const check = constraints();
  for (const name of ["AlarmName", "EvaluationPeriods", "ComparisonOperator"] as const)
    check.required(input[name], name);
  check.length(input.AlarmName, "AlarmName", 1, 255);
  check.length(input.AlarmDescription, "AlarmDescription", 0, 1024);
  check.length(input.MetricName, "MetricName", 1, 255);
  check.length(input.Namespace, "Namespace", 1, 255);
  for (const name of ["OKActions", "AlarmActions", "InsufficientDataActions"] as const) {
    check.length(input[name], name, 0, 5);
    for (const [index, action] of (input[name] ?? []).entries()) {
      check.length(action, `${name}.${index + 1}.member`, 1, 1024);
    }
  }
  check.oneOf(input.Statistic, "Statistic", SIMPLE_STATISTICS);
  check.oneOf(input.Unit, "Unit", UNITS);
  check.oneOf(input.ComparisonOperator, "ComparisonOperator", [...COMPARISON_OPERATORS, ...BANDS]);
  check.range(input.Period, "Period", 1);
  check.range(input.EvaluationPeriods, "EvaluationPeriods", 1);
  check.range(input.DatapointsToAlarm, "DatapointsToAlarm", 1);
  checkDimensions(check, input.Dimensions);
  check.enforce();
  for (const name of ["MetricName", "Namespace", "Period", "Threshold"] as const) {
    if (input[name] === undefined) throw new CloudWatchError("MissingParameter", `The parameter ${name} is required.`);
  }
}

/** The constraints on a list of dimensions. */
export function checkDimensions(check: ReturnType<typeof constraints>, dimensions: Partial<Dimension>[] = []): void {
  check.length(dimensions, "Dimensions", 0, 30);
  for (const [index, { Name, Value }] of dimensions.entries()) {
    const place = `Dimensions.${index + 1}.member`;
    check.required(Name, `${place}.name`);
    check.required(Value, `${place}.value`);
    check.length(Name, `${place}.name`, 1, 255);
    check.length(Value, `${place}.value`, 1, 1024);
  }
}

/** Throws InvalidParameterValue when two dimensions have the same name. */
export function requireUniqueDimensions(dimensions: Dimension[]): void {
  const names = dimensions.map(({ Name }) => Name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new CloudWatchError("InvalidParameterValue", `The dimension ${twice} is given more than once.`);
}

function treatment(text: string | undefined): { TreatMissingData?: TreatMissingData } {
  if (text === undefined) return {};
  const found = TREATMENTS.find((known) => known === text);
  if (found) return { TreatMissingData: found };
  throw invalid(
    `Option ${text} is not supported. Supported options for parameter TreatMissingData are breaching, notBreaching, ignore and missing.`,
  );
}

function requireStatistic(alarm: AlarmConfiguration): void {
  const { Statistic, ExtendedStatistic, EvaluateLowSampleCountPercentile: low } = alarm;
  if (Statistic === undefined && ExtendedStatistic === undefined) {
    throw new CloudWatchError("MissingParameter", "Either Statistic or ExtendedStatistic is required.");
  }
  if (Statistic !== undefined && ExtendedStatistic !== undefined) {
    const text = "The parameters Statistic and ExtendedStatistic are mutually exclusive and you have specified both.";
    throw new CloudWatchError("InvalidParameterCombination", text);
  }
  if (ExtendedStatistic !== undefined && !isStatistic(ExtendedStatistic)) {
    const text = `The value ${ExtendedStatistic} for parameter ExtendedStatistic is not supported.`;
    // Trimmed means and percentile ranks exist on AWS.
    if (/^(tm|wm|tc|ts|pr|iqm)/i.test(ExtendedStatistic)) throw notBuilt(`The statistic ${ExtendedStatistic}`);
    throw new CloudWatchError("InvalidParameterValue", text);
  }
  if (low !== undefined && low !== "evaluate" && low !== "ignore") {
    throw invalid(
      `Option ${low} is not supported. Supported options for parameter EvaluateLowSampleCountPercentile are evaluate and ignore.`,
    );
  }
}

function requirePeriods({ Period, EvaluationPeriods, DatapointsToAlarm }: AlarmConfiguration): void {
  if (![10, 20, 30].includes(Period) && Period % 60 !== 0)
    throw invalid("Period must be 10, 20, 30 or a multiple of 60");
  if (DatapointsToAlarm !== undefined && DatapointsToAlarm > EvaluationPeriods) {
    throw invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods");
  }
  const [most, name] = Period >= 3600 ? [7 * DAY_S, "seven days"] : [DAY_S, "a day"];
  if (Period * EvaluationPeriods > most) {
    throw invalid(
      `Metrics cannot be checked across more than ${name} (EvaluationPeriods * Period must be <= ${most}).`,
    );
  }
}

const invalid = (message: string) => new CloudWatchError("ValidationError", message);
