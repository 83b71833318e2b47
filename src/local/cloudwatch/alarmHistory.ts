/** What has become of alarms: the last hundred things of each, in documents. */
import type { Instant } from "../../clock.ts";
import type { Scope } from "../../protocol/http.ts";
import type { Documents } from "../documents.ts";
import type { AlarmId, AlarmState } from "./alarm.ts";

const HISTORY = "cloudwatch.history";
/** The oldest go first. */
const MOST_ITEMS = 100;

export type HistoryItemType = "ConfigurationUpdate" | "StateUpdate" | "Action";

export interface HistoryItem {
  AlarmName: string;
  Timestamp: Instant;
  HistoryItemType: HistoryItemType;
  HistorySummary: string;
  /** JSON. */
  HistoryData: string;
}

/** An item before it is known whose it is. */
export type Told = Omit<HistoryItem, "AlarmName">;

export type AlarmHistory = ReturnType<typeof alarmHistory>;

const scopeKey = ({ accountId, region }: Scope): string => `${accountId}/${region}/`;
/** Alarm names may contain anything: keys begin with the name in hexadecimal, so that none is another's prefix. */
const prefixOf = (id: AlarmId): string => `${scopeKey(id)}${Buffer.from(id.name).toString("hex")}/`;

export function alarmHistory(documents: Documents) {
  /** The keys of each alarm's items, oldest first: a change of state need not look for them. */
  const histories = new Map<string, string[]>();
  for (const { key } of documents.list(HISTORY, "")) {
    const prefix = key.slice(0, key.lastIndexOf("/") + 1);
    const keys = histories.get(prefix) ?? [];
    keys.push(key);
    histories.set(prefix, keys);
  }

  return {
    append(id: AlarmId, told: Told): void {
      const prefix = prefixOf(id);
      const keys = histories.get(prefix) ?? [];
      const number = Number(keys.at(-1)?.slice(prefix.length) ?? 0) + 1;
      const key = `${prefix}${String(number).padStart(12, "0")}`;
      const surplus = keys.slice(0, Math.max(0, keys.length + 1 - MOST_ITEMS));
      documents.together(() => {
        for (const old of surplus) documents.delete(HISTORY, old);
        documents.put(HISTORY, key, { AlarmName: id.name, ...told });
      });
      histories.set(prefix, [...keys.slice(surplus.length), key]);
    },
    remove(id: AlarmId): void {
      for (const key of histories.get(prefixOf(id)) ?? []) documents.delete(HISTORY, key);
      histories.delete(prefixOf(id));
    },
    /** Oldest first; of all alarms of the caller when none is named. */
    list(scope: Scope, name: string | undefined): HistoryItem[] {
      const prefix = name === undefined ? scopeKey(scope) : prefixOf({ ...scope, name });
      const items = documents.list<HistoryItem>(HISTORY, prefix).map(({ value }) => value);
      return items.sort((one, other) => one.Timestamp - other.Timestamp);
    },
  };
}

/** A change of state as a history tells it. */
export function stateUpdate(before: AlarmState, after: AlarmState): Told {
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
