/**
 * The store's real statements and schema on a database in memory, gone when it is closed: for deployments that are only
 * rehearsed, and for simulations.
 */
import type { Store, Transaction } from "../store.ts";
import { transactionOn } from "../transaction.ts";
import { migrate } from "./migrate.ts";
import { openSqlite } from "./sqliteDatabase.ts";

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
