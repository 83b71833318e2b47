/** Alarms and their history: in memory for reading, in documents before a write is acknowledged. */
import type { Instant } from "../../clock.ts";
import type { Scope } from "../../protocol/http.ts";
import type { Documents } from "../documents.ts";
import type { Alarm, AlarmState } from "./alarm.ts";

const ALARM = "cloudwatch.alarm";
const HISTORY = "cloudwatch.history";
/** What is kept of each alarm's history, and the oldest go first. */
export const MOST_HISTORY = 100;

export type HistoryItemType = "ConfigurationUpdate" | "StateUpdate" | "Action";

export interface HistoryItem {
  AlarmName: string;
  Timestamp: Instant;
  HistoryItemType: HistoryItemType;
  HistorySummary: string;
  /** JSON. */
  HistoryData: string;
}

export interface AlarmId extends Scope {
  name: string;
}

export type AlarmStore = ReturnType<typeof alarmStore>;

/** Region and account never contain a slash, names may. */
const scopeKey = ({ accountId, region }: Scope): string => `${accountId}/${region}/`;
export const alarmKey = (id: AlarmId): string => `${scopeKey(id)}${id.name}`;
/** Alarm names may contain anything: a history's key begins with the name in hexadecimal, so that none is another's prefix. */
const historyPrefix = (id: AlarmId): string => `${scopeKey(id)}${Buffer.from(id.name).toString("hex")}/`;

export function alarmStore(documents: Documents) {
  const alarms = new Map<string, { id: AlarmId; alarm: Alarm }>();
  for (const { key, value } of documents.list<Alarm>(ALARM, "")) {
    const [accountId = "", region = ""] = key.split("/", 2);
    alarms.set(key, { id: { accountId, region, name: value.AlarmName }, alarm: value });
  }

  const append = (id: AlarmId, item: Omit<HistoryItem, "AlarmName">) => {
    const prefix = historyPrefix(id);
    const kept = documents.list<HistoryItem>(HISTORY, prefix);
    const number = Number(kept.at(-1)?.key.slice(prefix.length) ?? 0) + 1;
    for (const { key } of kept.slice(0, Math.max(0, kept.length + 1 - MOST_HISTORY))) documents.delete(HISTORY, key);
    documents.put(HISTORY, `${prefix}${String(number).padStart(12, "0")}`, { AlarmName: id.name, ...item });
  };

  return {
    find: (id: AlarmId): Alarm | undefined => alarms.get(alarmKey(id))?.alarm,
    /** The caller's alarms, by name. */
    list(scope: Scope): Alarm[] {
      const mine = [...alarms.values()].filter(
        ({ id }) => id.accountId === scope.accountId && id.region === scope.region,
      );
      return mine.map(({ alarm }) => alarm).sort((one, other) => (one.AlarmName < other.AlarmName ? -1 : 1));
    },
    all: (): { id: AlarmId; alarm: Alarm }[] => [...alarms.values()],

    /** Writes alarms, and what their histories tell of it, together. */
    put(changes: { id: AlarmId; alarm: Alarm; told?: Omit<HistoryItem, "AlarmName"> }[]): void {
      documents.together(() => {
        for (const { id, alarm, told } of changes) {
          documents.put(ALARM, alarmKey(id), alarm);
          if (told) append(id, told);
        }
      });
      for (const { id, alarm } of changes) {
        const { accountId, region, name } = id;
        alarms.set(alarmKey(id), { id: { accountId, region, name }, alarm });
      }
    },
    tell: (id: AlarmId, item: Omit<HistoryItem, "AlarmName">): void => append(id, item),

    /** Removes alarms with their histories. */
    remove(ids: AlarmId[]): void {
      documents.together(() => {
        for (const id of ids) {
          documents.delete(ALARM, alarmKey(id));
          for (const { key } of documents.list(HISTORY, historyPrefix(id))) documents.delete(HISTORY, key);
        }
      });
      for (const id of ids) alarms.delete(alarmKey(id));
    },

    /** Oldest first. */
    history(scope: Scope, name: string | undefined): HistoryItem[] {
      const prefix = name === undefined ? scopeKey(scope) : historyPrefix({ ...scope, name });
      const items = documents.list<HistoryItem>(HISTORY, prefix).map(({ value }) => value);
      return items.sort((one, other) => one.Timestamp - other.Timestamp);
    },
  };
}

/** A change of state as a history tells it. */
export function stateUpdate(before: AlarmState, after: AlarmState): Omit<HistoryItem, "AlarmName"> {
  const shown = ({ StateValue, StateReason, StateReasonData }: AlarmState) => ({
    stateValue: StateValue,
    stateReason: StateReason,
    ...(StateReasonData === undefined ? {} : { stateReasonData: parsed(StateReasonData) }),
  });
  return {
    Timestamp: after.StateUpdatedTimestamp,
    HistoryItemType: "StateUpdate",
    HistorySummary: `Alarm updated from ${before.StateValue} to ${after.StateValue}`,
    HistoryData: JSON.stringify({ version: "1.0", oldState: shown(before), newState: shown(after) }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
