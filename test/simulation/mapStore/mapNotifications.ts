/** Notifications of the store in maps. */
import type { StoredNotification, Transaction } from "../../../src/store/store.ts";
import { type Access, inScope, nextNumber } from "./tables.ts";

export function mapNotifications(access: Access, grown: (receiver: string) => void): Transaction["notifications"] {
  const { notifications } = access.tables;
  const set = (row: StoredNotification, changes: Partial<StoredNotification>) =>
    access.write("notifications").set(row.n, Object.freeze({ ...row, ...changes }));
  const present = ({ n }: StoredNotification) => notifications.get(n);
  const firstOwed = (stream: string): StoredNotification | undefined =>
    notifications.where("owedIn", stream).reduce<StoredNotification | undefined>((first, row) => {
      return first && first.n < row.n ? first : row;
    }, undefined);
  /** The next of the stream is due at once, unless it has been waiting for its time already. */
  const promote = (stream: string, now: number) => {
    const first = firstOwed(stream);
    if (first?.nextAt === null) set(first, { nextAt: now });
  };
  return {
    async insert(added) {
      for (const { accountId, region, deploymentId, stream, kind, receiver, subject, body, createdAt } of added) {
        const nextAt = firstOwed(stream) ? null : createdAt;
        const n = nextNumber(access, "notification");
        const given = { n, accountId, region, deploymentId, stream, kind, receiver, subject, body, createdAt };
        set({ ...given, attempt: 1, nextAt, state: "owed", lastError: null }, {});
        grown(receiver);
      }
    },
    receivers: async () =>
      [...new Set(notifications.upTo("nextAt", Number.POSITIVE_INFINITY).map(({ receiver }) => receiver))].sort(),
    async due(receiver, now, limit) {
      const due = notifications.where("timedFor", receiver).filter(({ nextAt }) => nextAt !== null && nextAt <= now);
      return due.sort((one, other) => (one.nextAt ?? 0) - (other.nextAt ?? 0) || one.n - other.n).slice(0, limit);
    },
    nextDue: async (now) => notifications.firstAfter("nextAt", now),
    async delivered({ n, stream }, now) {
      access.write("notifications").delete(n);
      promote(stream, now);
    },
    async postpone(given, nextAt, lastError) {
      const row = present(given);
      if (row?.state !== "owed") return;
      set(row, { attempt: given.attempt + 1, lastError, nextAt: row.nextAt === null ? null : nextAt });
    },
    async hurry(receiver, now) {
      for (const row of notifications.where("timedFor", receiver)) {
        if (row.nextAt !== null && row.nextAt > now) set(row, { nextAt: now });
      }
    },
    async giveUp(given, lastError, now) {
      const row = present(given);
      if (row) set(row, { state: "dead", nextAt: null, lastError });
      promote(given.stream, now);
    },
    list: async (scope, state, { after, limit }) =>
      notifications
        .all()
        .filter((row) => inScope(row, scope) && row.state === state && row.n > (after ?? 0))
        .slice(0, limit),
    async retry(scope, n, now) {
      const revived = notifications
        .all()
        .filter((row) => inScope(row, scope) && row.state === "dead" && (n === null || row.n === n));
      for (const row of revived) set(row, { state: "owed", attempt: 1, nextAt: null });
      // What came back is older than what waits in its stream, and goes first again.
      const streams = new Set(revived.map(({ stream }) => stream));
      for (const row of notifications.all().filter(({ stream, state }) => streams.has(stream) && state === "owed")) {
        const isFirst = firstOwed(row.stream)?.n === row.n;
        if (isFirst !== (row.nextAt !== null)) set(row, { nextAt: isFirst ? now : null });
      }
      for (const { receiver } of revived) grown(receiver);
      return revived.length;
    },
  };
}
