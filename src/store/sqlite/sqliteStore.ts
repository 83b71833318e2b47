/**
 * The embedded store: one SQLite file in WAL mode, every commit synced to disk. Transactions that come while others are
 * at work share one commit, because a disk sync costs milliseconds and a transaction microseconds.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DeploymentMemory } from "../statements/deploymentMemory.ts";
import type { Store, Transaction } from "../store.ts";
import { type TransactionListeners, transactionOn } from "../transaction.ts";
import { migrate } from "./migrate.ts";
import { openSqlite, type SqliteDatabase } from "./sqliteDatabase.ts";

export interface SqliteStoreOptions {
  /** Made where it is missing. Belongs to one process at a time. */
  directory: string;
  /**
   * Called when a commit fails, which leaves open what is on the disk: nothing more may be written and the process
   * should end; what was acknowledged is there at the next start.
   */
  onCommitFailure: (error: unknown) => void;
}

/** The most transactions that share one commit: a bound on how long the first of them waits. */
const LARGEST_BATCH = 512;

interface Job {
  work: (tx: Transaction) => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

export class StoreInUseError extends Error {}

export function openSqliteStore(options: SqliteStoreOptions): Store {
  mkdirSync(options.directory, { recursive: true });
  const { lock, writer, reader } = openFiles(options.directory);

  let inboxListener: (deploymentN: number) => void = () => {};
  let notificationsListener: (receivers: ReadonlySet<string>) => void = () => {};
  let notified = new Set<string>();
  let closing: Promise<void> | null = null;
  const memory = new DeploymentMemory();
  const committed = transactionOn(reader, { inboxGrew: () => {}, notificationsGrew: () => {} }, memory);
  const listeners: TransactionListeners = {
    inboxGrew: (n) => inboxListener(n),
    notificationsGrew: (receiver) => notified.add(receiver),
  };
  const group = commitGroup(writer, transactionOn(writer, listeners), {
    beforeCommit: () => memory.forgetCurrent(),
    afterCommit() {
      if (notified.size === 0) return;
      const receivers = notified;
      notified = new Set();
      notificationsListener(receivers);
    },
    onCommitFailure: options.onCommitFailure,
  });

  return {
    read: (work) => work(committed),
    transaction: (work) => (closing ? Promise.reject(new Error("the store is closed")) : group.add(work)),
    onInbox(heard) {
      inboxListener = heard;
    },
    onNotifications(heard) {
      notificationsListener = heard;
    },
    close() {
      closing ??= group.drained().then(() => {
        reader.close();
        writer.close();
        lock.close();
      });
      return closing;
    },
  };
}

interface CommitListeners {
  beforeCommit: () => void;
  /** Before anybody learns that their transaction is durable. */
  afterCommit: () => void;
  onCommitFailure: (error: unknown) => void;
}

/** Runs jobs in their order, as many as there are in one commit; a job that throws takes back only its own writes. */
function commitGroup(
  db: SqliteDatabase,
  tx: Transaction,
  { beforeCommit, afterCommit, onCommitFailure }: CommitListeners,
) {
  const queue: Job[] = [];
  let flushing: Promise<void> | null = null;
  let failed: unknown = null;

  const runJob = async (job: Job): Promise<(() => void) | null> => {
    db.run("savepoint job");
    try {
      const value = await job.work(tx);
      db.run("release job");
      return () => job.resolve(value);
    } catch (error) {
      // Some failures, a full disk among them, have undone the whole transaction already.
      if (!db.inTransaction()) throw error;
      db.exec("rollback to job; release job");
      return () => job.reject(error);
    }
  };
  const commitBatch = async () => {
    const taken: Job[] = [];
    const settle: (() => void)[] = [];
    try {
      db.exec("begin immediate");
      // Jobs that are added meanwhile join, so that a turn shares the commit of the event that brought it about.
      for (let job = queue.shift(); job; job = taken.length < LARGEST_BATCH ? queue.shift() : undefined) {
        taken.push(job);
        const settled = await runJob(job);
        if (settled) settle.push(settled);
      }
      beforeCommit();
      db.exec("commit");
    } catch (error) {
      failed = error;
      if (db.inTransaction()) db.exec("rollback");
      for (const job of [...taken, ...queue.splice(0)]) job.reject(error);
      onCommitFailure(error);
      return;
    }
    afterCommit();
    for (const resolve of settle) resolve();
  };
  const flush = async () => {
    // One turn of the event loop lets everything that has already arrived into the same batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0 && !failed) await commitBatch();
    flushing = null;
  };

  return {
    add<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
      if (failed) return Promise.reject(failed);
      return new Promise<T>((resolve, reject) => {
        queue.push({ work, resolve: resolve as (value: unknown) => void, reject });
        flushing ??= flush();
      });
    },
    async drained(): Promise<void> {
      while (flushing) await flushing;
    },
  };
}

function openFiles(directory: string) {
  const file = join(directory, "signalbox.db");
  const opened: SqliteDatabase[] = [];
  const open = (database: SqliteDatabase) => {
    opened.push(database);
    return database;
  };
  try {
    const lock = open(lockDirectory(directory));
    const writer = open(openSqlite(file, { readOnly: false }));
    writer.exec("pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000");
    migrate(writer);
    return { lock, writer, reader: open(openSqlite(file, { readOnly: true })) };
  } catch (error) {
    for (const database of opened) database.close();
    throw error;
  }
}

/** Held by the operating system for as long as the process lives, and gone with it however it ends. */
function lockDirectory(directory: string): SqliteDatabase {
  const lock = openSqlite(join(directory, "lock.db"), { readOnly: false });
  try {
    lock.exec("pragma locking_mode = exclusive; pragma busy_timeout = 0; begin exclusive");
    return lock;
  } catch {
    lock.close();
    throw new StoreInUseError(
      `Another signalbox is using ${directory}; stop it, or give this one a --data-dir of its own.`,
    );
  }
}
