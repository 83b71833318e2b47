/** Alarms: in memory for reading, in documents before a write is acknowledged. */
import type { Scope } from "../../protocol/http.ts";
import type { Documents } from "../documents.ts";
import type { Alarm, AlarmId } from "./alarm.ts";
import { alarmHistory, type HistoryItem, type Told } from "./alarmHistory.ts";

const ALARM = "cloudwatch.alarm";

export type AlarmStore = ReturnType<typeof alarmStore>;

/** Account and region never contain a slash, names may. */
export const alarmKey = ({ accountId, region, name }: AlarmId): string => `${accountId}/${region}/${name}`;

export function alarmStore(documents: Documents) {
  const history = alarmHistory(documents);
  const alarms = new Map<string, { id: AlarmId; alarm: Alarm }>();
  for (const { key, value } of documents.list<Alarm>(ALARM, "")) {
    const [accountId = "", region = ""] = key.split("/", 2);
    alarms.set(key, { id: { accountId, region, name: value.AlarmName }, alarm: value });
  }

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
    put(changes: { id: AlarmId; alarm: Alarm; told?: Told }[]): void {
      documents.together(() => {
        for (const { id, alarm, told } of changes) {
          documents.put(ALARM, alarmKey(id), alarm);
          if (told) history.append(id, told);
        }
      });
      for (const { id, alarm } of changes) {
        const { accountId, region, name } = id;
        alarms.set(alarmKey(id), { id: { accountId, region, name }, alarm });
      }
    },
    tell: (id: AlarmId, told: Told): void => history.append(id, told),

    /** Removes alarms with their histories. */
    remove(ids: AlarmId[]): void {
      documents.together(() => {
        for (const id of ids) {
          documents.delete(ALARM, alarmKey(id));
          history.remove(id);
        }
      });
      for (const id of ids) alarms.delete(alarmKey(id));
    },

    /** Oldest first; of all the caller's alarms when none is named. */
    history: (scope: Scope, name: string | undefined): HistoryItem[] => history.list(scope, name),
  };
}
