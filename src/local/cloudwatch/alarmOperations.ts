/** Operations on alarms that are there. */
import type { StateValue } from "./alarm.ts";
import { changeState } from "./alarmEvaluator.ts";
import { CloudWatchError } from "./cloudWatchError.ts";
import { constraints } from "./constraints.ts";
import type { Operation } from "./operation.ts";

export const STATES: readonly StateValue[] = ["INSUFFICIENT_DATA", "ALARM", "OK"];

interface SetAlarmStateInput {
  AlarmName?: string;
  StateValue?: string;
  StateReason?: string;
  StateReasonData?: string;
}

/** The state stays until data says otherwise; see `alarmEvaluator.ts`. */
export const setAlarmState: Operation<SetAlarmStateInput> = (parts, scope, input) => {
  const { AlarmName = "", StateReason = "", StateReasonData } = input;
  const check = constraints();
  for (const name of ["AlarmName", "StateValue", "StateReason"] as const) check.required(input[name], name);
  check.length(input.AlarmName, "AlarmName", 1, 255);
  check.oneOf(input.StateValue, "StateValue", STATES);
  check.length(input.StateReason, "StateReason", 0, 1023);
  check.length(StateReasonData, "StateReasonData", 0, 4000);
  check.enforce();
  if (StateReasonData !== undefined) requireJson(StateReasonData);
  const id = { ...scope, name: AlarmName };
  const alarm = parts.store.find(id);
  if (!alarm) throw notFound(AlarmName);
  const after = changeState(parts, id, alarm, {
    StateValue: input.StateValue as StateValue,
    StateReason,
    ...(StateReasonData === undefined ? {} : { StateReasonData }),
    setByHand: parts.clock.now(),
  });
  parts.evaluator.stateWasSet(id, after);
  return undefined;
};

interface AlarmNamesInput {
  AlarmNames?: string[];
}

/** All or, when one does not exist, none. */
export const deleteAlarms: Operation<AlarmNamesInput> = ({ store, evaluator }, scope, input) => {
  const names = requireNames(input);
  const missing = names.find((name) => !store.find({ ...scope, name }));
  if (missing !== undefined) throw notFound(missing);
  const ids = names.map((name) => ({ ...scope, name }));
  store.remove(ids);
  for (const id of ids) evaluator.unwatch(id);
  return undefined;
};

export const enableAlarmActions: Operation<AlarmNamesInput> = (parts, scope, input) =>
  setActionsEnabled(parts, scope, input, true);

export const disableAlarmActions: Operation<AlarmNamesInput> = (parts, scope, input) =>
  setActionsEnabled(parts, scope, input, false);

/** Names that do not exist are passed over: the model has no error for them. */
function setActionsEnabled(
  { store, clock }: Parameters<Operation<AlarmNamesInput>>[0],
  scope: Parameters<Operation<AlarmNamesInput>>[1],
  input: AlarmNamesInput,
  ActionsEnabled: boolean,
): undefined {
  const changes = requireNames(input).flatMap((name) => {
    const id = { ...scope, name };
    const alarm = store.find(id);
    if (!alarm || alarm.ActionsEnabled === ActionsEnabled) return [];
    return [{ id, alarm: { ...alarm, ActionsEnabled, AlarmConfigurationUpdatedTimestamp: clock.now() } }];
  });
  store.put(changes);
}

function requireNames({ AlarmNames }: AlarmNamesInput): string[] {
  const check = constraints();
  check.required(AlarmNames, "AlarmNames");
  check.length(AlarmNames, "AlarmNames", 0, 100);
  for (const [index, name] of (AlarmNames ?? []).entries())
    check.length(name, `AlarmNames.${index + 1}.member`, 1, 255);
  check.enforce();
  return [...new Set(AlarmNames)];
}

function requireJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new CloudWatchError("InvalidFormat", "StateReasonData is not valid JSON.");
  }
}

const notFound = (name: string) => new CloudWatchError("ResourceNotFound", `The alarm ${name} does not exist.`);
