/** What is told of alarms: themselves, those of a metric, and their history. */
import { type Alarm, allActionsOf, describeAlarm, metricOf } from "./alarm.ts";
import { STATES } from "./alarmOperations.ts";
import { CloudWatchError, notBuilt } from "./cloudWatchError.ts";
import { constraints } from "./constraints.ts";
import { type Dimension, metricKey } from "./metric.ts";
import { type Operation, page } from "./operation.ts";
import { checkDimensions } from "./putMetricAlarm.ts";

const ALARM_TYPES = ["CompositeAlarm", "MetricAlarm"];
const DEFAULT_PAGE = 50;
const LARGEST_PAGE = 100;

interface DescribeAlarmsInput {
  AlarmNames?: string[];
  AlarmNamePrefix?: string;
  AlarmTypes?: string[];
  ChildrenOfAlarmName?: string;
  ParentsOfAlarmName?: string;
  StateValue?: string;
  ActionPrefix?: string;
  MaxRecords?: number;
  NextToken?: string;
}

/** Names that do not exist are simply absent. There are no composite alarms here. */
export const describeAlarms: Operation<DescribeAlarmsInput> = ({ store }, scope, input) => {
  checkDescribeAlarms(input);
  const { AlarmNames, AlarmNamePrefix = "", AlarmTypes, StateValue, ActionPrefix } = input;
  const fits = (alarm: Alarm) =>
    alarm.AlarmName.startsWith(AlarmNamePrefix) &&
    (StateValue === undefined || alarm.StateValue === StateValue) &&
    (ActionPrefix === undefined || allActionsOf(alarm).some((action) => action.startsWith(ActionPrefix)));
  const named = AlarmNames
    ? [...new Set(AlarmNames)].sort().flatMap((name) => store.find({ ...scope, name }) ?? [])
    : store.list(scope);
  const wanted = AlarmTypes && !AlarmTypes.includes("MetricAlarm") ? [] : named.filter(fits);
  const size = input.MaxRecords ?? (AlarmNames ? LARGEST_PAGE : DEFAULT_PAGE);
  const { items, ...token } = page(wanted, size, input.NextToken);
  return { CompositeAlarms: [], MetricAlarms: items.map((alarm) => describeAlarm(scope, alarm)), ...token };
};

function checkDescribeAlarms(input: DescribeAlarmsInput): void {
  const check = constraints();
  check.length(input.AlarmNames, "AlarmNames", 0, LARGEST_PAGE);
  for (const [index, name] of (input.AlarmNames ?? []).entries()) {
    check.length(name, `AlarmNames.${index + 1}.member`, 1, 255);
  }
  check.length(input.AlarmNamePrefix, "AlarmNamePrefix", 1, 255);
  for (const type of input.AlarmTypes ?? []) check.oneOf(type, "AlarmTypes", ALARM_TYPES);
  check.oneOf(input.StateValue, "StateValue", STATES);
  check.length(input.ActionPrefix, "ActionPrefix", 1, 1024);
  check.range(input.MaxRecords, "MaxRecords", 1, LARGEST_PAGE);
  check.enforce();
  if (input.ChildrenOfAlarmName !== undefined || input.ParentsOfAlarmName !== undefined) {
    throw notBuilt("Asking for the children or parents of a composite alarm");
  }
  if (input.AlarmNames && input.AlarmNamePrefix !== undefined) {
    throw new CloudWatchError("ValidationError", "Only one of AlarmNames and AlarmNamePrefix can be specified.");
  }
}

interface DescribeAlarmsForMetricInput {
  MetricName?: string;
  Namespace?: string;
  Statistic?: string;
  ExtendedStatistic?: string;
  Dimensions?: Dimension[];
  Period?: number;
  Unit?: string;
}

/** Alarms of exactly that metric: without dimensions, of the metric without dimensions. */
export const describeAlarmsForMetric: Operation<DescribeAlarmsForMetricInput> = ({ store }, scope, input) => {
  const check = constraints();
  check.required(input.MetricName, "MetricName");
  check.required(input.Namespace, "Namespace");
  checkDimensions(check, input.Dimensions);
  check.enforce();
  const { MetricName = "", Namespace = "", Dimensions = [], ...others } = input;
  const wanted = metricKey(scope, { namespace: Namespace, name: MetricName, dimensions: Dimensions });
  const rest = Object.entries(others).filter(([, value]) => value !== undefined);
  const alarms = store
    .list(scope)
    .filter((alarm) => metricKey(scope, metricOf(alarm)) === wanted)
    .filter((alarm) => rest.every(([name, value]) => alarm[name as keyof typeof others] === value));
  return { MetricAlarms: alarms.map((alarm) => describeAlarm(scope, alarm)) };
};

interface DescribeAlarmHistoryInput {
  AlarmName?: string;
  AlarmContributorId?: string;
  AlarmTypes?: string[];
  HistoryItemType?: string;
  StartDate?: number;
  EndDate?: number;
  MaxRecords?: number;
  NextToken?: string;
  ScanBy?: string;
}

const HISTORY_ITEM_TYPES = [
  "ConfigurationUpdate",
  "StateUpdate",
  "Action",
  "AlarmContributorStateUpdate",
  "AlarmContributorAction",
];

/** Newest first unless told otherwise. */
export const describeAlarmHistory: Operation<DescribeAlarmHistoryInput> = ({ store }, scope, input) => {
  const check = constraints();
  check.length(input.AlarmName, "AlarmName", 1, 255);
  for (const type of input.AlarmTypes ?? []) check.oneOf(type, "AlarmTypes", ALARM_TYPES);
  check.oneOf(input.HistoryItemType, "HistoryItemType", HISTORY_ITEM_TYPES);
  check.oneOf(input.ScanBy, "ScanBy", ["TimestampDescending", "TimestampAscending"]);
  check.range(input.MaxRecords, "MaxRecords", 1, LARGEST_PAGE);
  check.enforce();
  if (input.AlarmContributorId !== undefined) throw notBuilt("The history of an alarm's contributors");
  const { AlarmTypes, StartDate = 0, EndDate = Number.POSITIVE_INFINITY, HistoryItemType } = input;
  const found = AlarmTypes && !AlarmTypes.includes("MetricAlarm") ? [] : store.history(scope, input.AlarmName);
  const wanted = found.filter(
    (item) =>
      item.Timestamp >= StartDate &&
      item.Timestamp <= EndDate &&
      (HistoryItemType === undefined || item.HistoryItemType === HistoryItemType),
  );
  if (input.ScanBy !== "TimestampAscending") wanted.reverse();
  const { items, ...token } = page(wanted, input.MaxRecords ?? LARGEST_PAGE, input.NextToken);
  return { AlarmHistoryItems: items.map((item) => ({ ...item, AlarmType: "MetricAlarm" })), ...token };
};
