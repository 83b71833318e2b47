import { type NotificationKind, NotificationKinds } from "../../engine/notifications/notification.ts";
import { type Database, lockName, number, type Row, text, type Value } from "../database.ts";
import type { NotificationState, Notifications, StoredNotification } from "../store.ts";

/** Of notifications that this program can deliver; those of other kinds are left to newer ones. */
export const KNOWN_KIND = `kind in (${NotificationKinds.map((kind) => `'${kind}'`).join(", ")})`;

/** `grown` is told of every receiver to whom one may have become due. */
export function notifications(db: Database, grown: (receiver: string) => void): Notifications {
  return {
    ...delivering(db),
    async insert(added) {
      for (const { accountId, region, deploymentId, stream, kind, receiver, subject, body, createdAt } of added) {
        await lockStream(db, stream);
        await db.write(
          `insert into notification
             (account_id, region, deployment_id, stream, kind, receiver, subject, body, created_at, attempt, state, next_at)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 'owed',
             case when exists (select 1 from notification where stream = ? and state = 'owed') then null else cast(? as bigint) end)`,
          ...[accountId, region, deploymentId, stream, kind, receiver, subject, body, createdAt],
          ...[stream, createdAt],
        );
        grown(receiver);
      }
    },
    async list({ accountId, region }, state, { after, limit }) {
      const rows = await db.all(
        `select * from notification where account_id = ? and region = ? and state = ? and n > ? order by n limit ?`,
        ...[accountId, region, state, after ?? 0, limit],
      );
      return rows.map(storedNotification);
    },
    async retry({ accountId, region }, n, now) {
      const which = "account_id = ? and region = ?";
      const one = n === null ? "" : " and n = ?";
      const values: Value[] = n === null ? [accountId, region] : [accountId, region, n];
      const revived = await db.all(
        `update notification set state = 'owed', attempt = 1, next_at = null
         where ${which} and state = 'dead'${one} returning receiver, stream`,
        ...values,
      );
      for (const row of revived) await lockStream(db, text(row, "stream"));
      const stream = n === null ? "" : " and stream = (select stream from notification where n = ?)";
      // What came back is older than what waits in its stream, and goes first again.
      await db.write(
        `update notification set next_at = null
         where ${which}${stream} and state = 'owed' and next_at is not null and ${HAS_EARLIER}`,
        ...values,
      );
      await db.write(
        `update notification set next_at = ?
         where ${which}${stream} and state = 'owed' and next_at is null and not ${HAS_EARLIER}`,
        now,
        ...values,
      );
      for (const row of revived) grown(text(row, "receiver"));
      return revived.length;
    },
  };
}

/** Whether one waits for another is settled by one transaction at a time: else the last of a stream could wait for ever. */
const lockStream = (db: Database, stream: string) => lockName(db, "notification", stream);

const HAS_EARLIER = `exists (select 1 from notification as earlier
  where earlier.stream = notification.stream and earlier.state = 'owed' and earlier.n < notification.n)`;

/** What the notifier asks and tells. */
function delivering(
  db: Database,
): Pick<Notifications, "receivers" | "due" | "nextDue" | "delivered" | "postpone" | "hurry" | "giveUp"> {
  /** The next of the stream is due at once, unless it has been waiting for its time already. */
  const promote = (stream: string, now: number) =>
    db.write(
      `update notification set next_at = ?
       where n = (select min(n) from notification where stream = ? and state = 'owed') and next_at is null`,
      now,
      stream,
    );
  return {
    async receivers() {
      const found: string[] = [];
      // From one to the next in the index: however much is owed to each, it is a step for each receiver.
      for (let last = ""; ; ) {
        const row = await db.one(
          "select min(receiver) as receiver from notification where next_at is not null and receiver > ?",
          last,
        );
        if (!row || row["receiver"] === null) return found;
        last = text(row, "receiver");
        found.push(last);
      }
    },
    async due(receiver, now, limit) {
      const rows = await db.all(
        `select * from notification where receiver = ? and next_at <= ? and ${KNOWN_KIND} order by next_at, n limit ?`,
        ...[receiver, now, limit],
      );
      return rows.map(storedNotification);
    },
    async nextDue(now) {
      const row = await db.one("select min(next_at) as next from notification where next_at > ?", now);
      return row && row["next"] !== null ? number(row, "next") : null;
    },
    async delivered({ n, stream }, now) {
      await lockStream(db, stream);
      await db.write("delete from notification where n = ?", n);
      await promote(stream, now);
    },
    async postpone({ n, attempt }, nextAt, error) {
      // Counted from what was tried: run again, since the answer to its commit was lost, it counts once.
      await db.write(
        `update notification set attempt = ?, last_error = ?,
           next_at = case when next_at is null then null else cast(? as bigint) end
         where n = ? and state = 'owed'`,
        ...[attempt + 1, error, nextAt, n],
      );
    },
    async hurry(receiver, now) {
      await db.write("update notification set next_at = ? where receiver = ? and next_at > ?", now, receiver, now);
    },
    async giveUp({ n, stream }, error, now) {
      await lockStream(db, stream);
      await db.write("update notification set state = 'dead', next_at = null, last_error = ? where n = ?", error, n);
      await promote(stream, now);
    },
  };
}

export function storedNotification(row: Row): StoredNotification {
  const optional = (column: string) => (row[column] === null ? null : text(row, column));
  return {
    n: number(row, "n"),
    accountId: text(row, "account_id"),
    region: text(row, "region"),
    deploymentId: optional("deployment_id"),
    stream: text(row, "stream"),
    kind: text(row, "kind") as NotificationKind,
    receiver: text(row, "receiver"),
    subject: text(row, "subject"),
    body: text(row, "body"),
    createdAt: number(row, "created_at"),
    attempt: number(row, "attempt"),
    nextAt: row["next_at"] === null ? null : number(row, "next_at"),
    state: text(row, "state") as NotificationState,
    lastError: optional("last_error"),
  };
}
