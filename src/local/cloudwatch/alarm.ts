/** A metric alarm: what was asked for, and the state it is in. */
import type { Instant } from "../../clock.ts";
import type { Scope } from "../../protocol/http.ts";
import type { Dimension, Metric } from "./metric.ts";

export type StateValue = "OK" | "ALARM" | "INSUFFICIENT_DATA";
export type TreatMissingData = "breaching" | "notBreaching" | "ignore" | "missing";

export interface Tag {
  Key: string;
  Value: string;
}

/** The members of PutMetricAlarm that are kept, by their names there. */
export interface AlarmConfiguration {
  AlarmName: string;
  AlarmDescription?: string;
  ActionsEnabled: boolean;
  OKActions: string[];
  AlarmActions: string[];
  InsufficientDataActions: string[];
  MetricName: string;
  Namespace: string;
  Statistic?: string;
  ExtendedStatistic?: string;
  Dimensions: Dimension[];
  /** Seconds. */
  Period: number;
  Unit?: string;
  EvaluationPeriods: number;
  DatapointsToAlarm?: number;
  Threshold: number;
  ComparisonOperator: string;
  TreatMissingData?: TreatMissingData;
  EvaluateLowSampleCountPercentile?: string;
}

export interface AlarmState {
  StateValue: StateValue;
  StateReason: string;
  /** JSON. */
  StateReasonData?: string;
  /** When the state or its reason was last written. */
  StateUpdatedTimestamp: Instant;
  /** When the value last changed. */
  StateTransitionedTimestamp: Instant;
}

export interface Alarm extends AlarmConfiguration, AlarmState {
  AlarmConfigurationUpdatedTimestamp: Instant;
  tags: Tag[];
  /** When SetAlarmState set the state that data has neither confirmed nor changed since. */
  setByHand: Instant | undefined;
}

/** One alarm of one account and region. */
export interface AlarmId extends Scope {
  name: string;
}

export const INITIAL_REASON = "Unchecked: Initial alarm creation";

export const alarmArn = (scope: Scope, name: string): string =>
  `arn:aws:cloudwatch:${scope.region}:${scope.accountId}:alarm:${name}`;

/** The alarm as DescribeAlarms shows it. */
export function describeAlarm(scope: Scope, { tags, setByHand, ...members }: Alarm): object {
  return { AlarmArn: alarmArn(scope, members.AlarmName), ...members };
}

export const metricOf = ({ Namespace, MetricName, Dimensions }: AlarmConfiguration): Metric => ({
  namespace: Namespace,
  name: MetricName,
  dimensions: Dimensions,
});

export const statisticOf = (alarm: AlarmConfiguration): string => alarm.ExtendedStatistic ?? alarm.Statistic ?? "";

/** Whatever the alarm's state. */
export const allActionsOf = ({ OKActions, AlarmActions, InsufficientDataActions }: AlarmConfiguration): string[] => [
  ...OKActions,
  ...AlarmActions,
  ...InsufficientDataActions,
];
