/**
 * What an alarm does when its state changes: SNS topics are told, in CloudWatch's JSON. Other actions are not built; the
 * alarm's history says that they were not executed.
 */
import type { Clock } from "../../clock.ts";
import type { Scope } from "../../protocol/http.ts";
import { type Alarm, type AlarmId, type AlarmState, alarmArn, statisticOf } from "./alarm.ts";
import type { AlarmStore } from "./alarmStore.ts";
import { longTime } from "./stateReason.ts";
import { percentileOf } from "./statistics.ts";

/** Publishes to an SNS topic; rejects when the topic cannot be had. */
export type Publish = (scope: Scope, topicArn: string, subject: string, message: string) => Promise<void>;

export interface ActionParts {
  store: AlarmStore;
  clock: Clock;
  publish: Publish | undefined;
  log: (line: string) => void;
}

export type AlarmActions = ReturnType<typeof alarmActions>;

const TOPIC = /^arn:aws[a-z-]*:sns:/;
const MOST_SUBJECT = 100;

export function alarmActions({ store, clock, publish, log }: ActionParts) {
  const execute = async (send: Publish, id: AlarmId, action: string, before: AlarmState, alarm: Alarm) => {
    const release = clock.hold();
    try {
      const subject = `${alarm.StateValue}: "${alarm.AlarmName}" in ${regionName(id.region)}`;
      const told = TOPIC.test(action)
        ? send(id, action, subject.slice(0, MOST_SUBJECT), notification(id, before, alarm))
        : Promise.reject(new Error("actions other than SNS topics are not built"));
      const failure = await told.then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      if (failure !== undefined) log(`alarm ${alarm.AlarmName}: the action ${action} failed: ${failure}`);
      if (!store.find(id)) return;
      const outcome = failure === undefined ? "Successfully executed" : "Failed to execute";
      store.tell(id, {
        Timestamp: clock.now(),
        HistoryItemType: "Action",
        HistorySummary: `${outcome} action ${action}`.slice(0, 255),
        HistoryData: JSON.stringify({
          actionState: failure === undefined ? "Succeeded" : "Failed",
          notificationResource: action,
          stateUpdateTimestamp: alarm.StateUpdatedTimestamp,
          ...(failure === undefined ? {} : { error: failure.slice(0, 1000) }),
        }),
      });
    } finally {
      release();
    }
  };
  return {
    /** Executes the actions of the new state; returns at once, and never throws. Virtual time waits until they are. */
    perform(id: AlarmId, before: AlarmState, alarm: Alarm): void {
      if (!alarm.ActionsEnabled || !publish) return;
      for (const action of actionsOf(alarm)) {
        execute(publish, id, action, before, alarm).catch((error: unknown) => log(`alarm actions: ${String(error)}`));
      }
    },
  };
}

function actionsOf(alarm: Alarm): string[] {
  if (alarm.StateValue === "ALARM") return alarm.AlarmActions;
  return alarm.StateValue === "OK" ? alarm.OKActions : alarm.InsufficientDataActions;
}

/** The message that subscribers get. */
function notification(scope: Scope, before: AlarmState, alarm: Alarm): string {
  return JSON.stringify({
    AlarmName: alarm.AlarmName,
    AlarmDescription: alarm.AlarmDescription ?? null,
    AWSAccountId: scope.accountId,
    AlarmConfigurationUpdatedTimestamp: longTime(alarm.AlarmConfigurationUpdatedTimestamp),
    NewStateValue: alarm.StateValue,
    NewStateReason: alarm.StateReason,
    StateChangeTime: longTime(alarm.StateUpdatedTimestamp),
    Region: regionName(scope.region),
    AlarmArn: alarmArn(scope, alarm.AlarmName),
    OldStateValue: before.StateValue,
    OKActions: alarm.OKActions,
    AlarmActions: alarm.AlarmActions,
    InsufficientDataActions: alarm.InsufficientDataActions,
    Trigger: trigger(alarm),
  });
}

function trigger(alarm: Alarm): object {
  const percentile = percentileOf(statisticOf(alarm)) !== undefined;
  return {
    MetricName: alarm.MetricName,
    Namespace: alarm.Namespace,
    StatisticType: percentile ? "ExtendedStatistic" : "Statistic",
    ...(percentile ? { ExtendedStatistic: alarm.ExtendedStatistic } : { Statistic: wordOf(alarm.Statistic ?? "") }),
    Unit: alarm.Unit ?? null,
    Dimensions: alarm.Dimensions.map(({ Name, Value }) => ({ value: Value, name: Name })),
    Period: alarm.Period,
    EvaluationPeriods: alarm.EvaluationPeriods,
    ...(alarm.DatapointsToAlarm === undefined ? {} : { DatapointsToAlarm: alarm.DatapointsToAlarm }),
    ComparisonOperator: alarm.ComparisonOperator,
    Threshold: alarm.Threshold,
    TreatMissingData: alarm.TreatMissingData ?? "missing",
    EvaluateLowSampleCountPercentile: alarm.EvaluateLowSampleCountPercentile ?? "",
  };
}

/** `SampleCount` as messages write it: `SAMPLE_COUNT`. */
const wordOf = (statistic: string): string => statistic.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();

const REGION_NAMES: Record<string, string> = {
  "us-east-1": "US East (N. Virginia)",
  "us-east-2": "US East (Ohio)",
  "us-west-1": "US West (N. California)",
  "us-west-2": "US West (Oregon)",
  "ca-central-1": "Canada (Central)",
  "eu-central-1": "EU (Frankfurt)",
  "eu-north-1": "EU (Stockholm)",
  "eu-south-1": "EU (Milan)",
  "eu-west-1": "EU (Ireland)",
  "eu-west-2": "EU (London)",
  "eu-west-3": "EU (Paris)",
  "ap-northeast-1": "Asia Pacific (Tokyo)",
  "ap-northeast-2": "Asia Pacific (Seoul)",
  "ap-northeast-3": "Asia Pacific (Osaka)",
  "ap-south-1": "Asia Pacific (Mumbai)",
  "ap-southeast-1": "Asia Pacific (Singapore)",
  "ap-southeast-2": "Asia Pacific (Sydney)",
  "sa-east-1": "South America (Sao Paulo)",
};

/** Messages spell regions out; one that is not listed here goes by its code. */
const regionName = (region: string): string => REGION_NAMES[region] ?? region;
