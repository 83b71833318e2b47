/** The store's real statements and schema on a database in memory: what the simulation needs to be fast. */
import { migrate } from "../../src/store/sqlite/migrate.ts";
import { openSqlite } from "../../src/store/sqlite/sqliteDatabase.ts";
import type { Store, Transaction } from "../../src/store/store.ts";
import { transactionOn } from "../../src/store/transaction.ts";

export function openMemoryStore(): Store {
  const db = openSqlite(":memory:", { readOnly: false });
  migrate(db);
  let listener: (deploymentN: number) => void = () => {};
  let notificationsListener: (receivers: ReadonlySet<string>) => void = () => {};
  let notified = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();
  const tx: Transaction = transactionOn(db, {
    inboxGrew: (n) => listener(n),
    notificationsGrew: (receiver) => notified.add(receiver),
  });

  /** One after the other, so that a read never sees a transaction that is under way. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
  const atomically = async <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
    db.exec("begin");
    try {
      const value = await work(tx);
      db.exec("commit");
      if (notified.size > 0) notificationsListener(notified);
      notified = new Set();
      return value;
    } catch (error) {
      db.exec("rollback");
      throw error;
    }
  };

  return {
    read: (work) => inTurn(() => work(tx)),
    transaction: (work) => inTurn(() => atomically(work)),
    onInbox(heard) {
      listener = heard;
    },
    onNotifications(heard) {
      notificationsListener = heard;
    },
    close: () => inTurn(async () => db.close()),
  };
}
