/** Alarms, automatic rollback and triggers: settings that a group has, and that a deployment may override. */
import {
  type AlarmConfiguration,
  AlarmsLimitExceededException,
  type AutoRollbackConfiguration,
  AutoRollbackEventValues,
  InvalidAlarmConfigException,
  InvalidAutoRollbackConfigException,
  InvalidTriggerConfigException,
  type TriggerConfig,
  TriggerEventTypeValues,
  TriggerTargetsLimitExceededException,
} from "../shapes/codedeploy.ts";
import { isOneOf } from "./names.ts";

/** What one deployment group may have. */
export interface GroupQuotas {
  /** AWS's quota page says 50; the model's text still says 10 (semantics 11 #35). */
  alarms: number;
  triggers: number;
  autoScalingGroups: number;
  /** In the group, and in each of its tag sets. */
  tagFilters: number;
  /** Of one ECS service; AWS has 1. */
  targetGroupPairs: number;
}

const LONGEST_ALARM_NAME = 255;

export function requireAlarmConfiguration(configuration: AlarmConfiguration, most: number): AlarmConfiguration {
  const { enabled = false, ignorePollAlarmFailure = false, alarms = [] } = configuration;
  const refuse = (message: string) => new InvalidAlarmConfigException(message);
  if (enabled && alarms.length === 0) throw refuse("The alarm configuration is enabled but names no alarm");
  const names = alarms.map(({ name }) => name ?? "");
  for (const name of names) {
    if (name === "" || name.length > LONGEST_ALARM_NAME) {
      throw refuse(`Invalid alarm name: ${name}. A name has 1 to ${LONGEST_ALARM_NAME} characters`);
    }
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw refuse(`The alarm ${twice} is named twice`);
  if (names.length > most) {
    throw new AlarmsLimitExceededException(`${names.length} alarms were named; at most ${most} may be`);
  }
  return { enabled, ignorePollAlarmFailure, alarms };
}

export function requireAutoRollbackConfiguration(configuration: AutoRollbackConfiguration): AutoRollbackConfiguration {
  const { enabled = false, events = [] } = configuration;
  const unknown = events.find((event) => !isOneOf(AutoRollbackEventValues, event));
  if (unknown !== undefined) {
    throw new InvalidAutoRollbackConfigException(
      `Invalid auto rollback event: ${unknown}. It must be ${AutoRollbackEventValues.join(", ")}`,
    );
  }
  if (enabled && events.length === 0) {
    throw new InvalidAutoRollbackConfigException("The auto rollback configuration is enabled but names no event");
  }
  return { enabled, ...(configuration.events ? { events } : {}) };
}

export function requireTriggerConfigurations(triggers: readonly TriggerConfig[], most: number): TriggerConfig[] {
  const refuse = (message: string) => new InvalidTriggerConfigException(message);
  if (triggers.length > most) {
    throw new TriggerTargetsLimitExceededException(
      `${triggers.length} triggers were given; a group has at most ${most}`,
    );
  }
  for (const { triggerName, triggerTargetArn, triggerEvents = [] } of triggers) {
    if (!triggerName) throw refuse("A trigger needs a triggerName");
    if (!/^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:\S+$/.test(triggerTargetArn ?? "")) {
      throw refuse(
        `The triggerTargetArn of trigger ${triggerName} is not the ARN of an SNS topic: ${triggerTargetArn}`,
      );
    }
    if (triggerEvents.length === 0) throw refuse(`The trigger ${triggerName} names no event`);
    const unknown = triggerEvents.find((event) => !isOneOf(TriggerEventTypeValues, event));
    if (unknown !== undefined) throw refuse(`The trigger ${triggerName} names an unknown event: ${unknown}`);
  }
  return [...triggers];
}
