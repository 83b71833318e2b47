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
import { commitFailed, DataFolderError, openingError, requireSound, writeRefusal } from "./storageFault.ts";
import { Writability } from "./writability.ts";

export interface SqliteStoreOptions {
  /** Made where it is missing. Belongs to one process at a time. */
  directory: string;
  /**
   * Called when a commit fails, which leaves open what is on the disk: nothing more may be written and the process
   * should end; what was acknowledged is there at the next start.
   */
  onCommitFailure: (error: unknown) => void;
  /** Told when the disk begins to refuse writes, and when that is over. */
  log?: (line: string) => void;
}

export interface SqliteStore extends Store {
  /** Why transactions are refused at present, with a `WritesRefusedError`; `null` when they are not. */
  refusal(): string | null;
  /** Resolves when transactions are taken. */
  whenWritable(): Promise<void>;
}

/** The most transactions that share one commit: a bound on how long the first of them waits. */
const LARGEST_BATCH = 512;

interface Job {
  work: (tx: Transaction) => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

export class StoreInUseError extends Error {}

export function openSqliteStore(options: SqliteStoreOptions): SqliteStore {
  const { lock, writer, reader } = openFiles(options.directory);
  const fail = (error: unknown) => options.onCommitFailure(commitFailed(join(options.directory, DATABASE), error));
  const writability = new Writability({
    probe: () => probeWrites(writer, fail),
    log: options.log ?? (() => {}),
  });

  let inboxListener: (deploymentN: number) => void = () => {};
  let notificationsListener: (receivers: ReadonlySet<string>) => void = () => {};
  let notified = new Set<string>();
  let closing: Promise<void> | null = null;
  const memory = new DeploymentMemory({ alone: true });
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
    writability,
    onCommitFailure: fail,
  });

  return {
    refusal: () => writability.reason,
    whenWritable: () => writability.whenWritable(),
    read: (work) => work(committed),
    transaction: (work) => (closing ? Promise.reject(new Error("the store is closed")) : group.add(work)),
    onInbox(heard) {
      inboxListener = heard;
    },
    onNotifications(heard) {
      notificationsListener = heard;
    },
    close() {
      writability.close();
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
  writability: Writability;
  onCommitFailure: (error: unknown) => void;
}

/** Runs jobs in their order, as many as there are in one commit; a job that throws takes back only its own writes. */
function commitGroup(
  db: SqliteDatabase,
  tx: Transaction,
  { beforeCommit, afterCommit, writability, onCommitFailure }: CommitListeners,
) {
  const queue: Job[] = [];
  let flushing: Promise<void> | null = null;
  let failed: unknown = null;

  const commitBatch = async () => {
    const taken: Job[] = [];
    const settle: (() => void)[] = [];
    let isCommitting = false;
    try {
      db.exec("begin immediate");
      // Jobs that are added meanwhile join, so that a turn shares the commit of the event that brought it about.
      for (let job = queue.shift(); job; job = taken.length < LARGEST_BATCH ? queue.shift() : undefined) {
        taken.push(job);
        settle.push(await runJob(db, tx, job));
      }
      beforeCommit();
      isCommitting = true;
      db.exec("commit");
    } catch (error) {
      const refusal = rollBack(error, isCommitting);
      for (const job of [...taken, ...queue.splice(0)]) job.reject(refusal ? writability.error() : error);
      if (!refusal) onCommitFailure(error);
      return;
    }
    afterCommit();
    for (const resolve of settle) resolve();
  };
  /** Takes back everything since the last commit. True when the store may go on once the disk takes writes again. */
  const rollBack = (error: unknown, isCommitting: boolean): boolean => {
    const reason = writeRefusal(error, isCommitting);
    if (reason === null) failed = error;
    else writability.refuse(reason);
    if (db.inTransaction()) db.exec("rollback");
    return reason !== null;
  };
  const flush = async () => {
    while (queue.length > 0 && !failed) {
      // One turn of the event loop lets everything that has already arrived into the same batch.
      await new Promise((resolve) => setImmediate(resolve));
      await commitBatch();
    }
    flushing = null;
  };

  return {
    add<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
      if (failed) return Promise.reject(failed);
      if (writability.reason !== null) return Promise.reject(writability.error());
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

/** Answers what tells the caller how the job ended, to be called once that is durable. */
async function runJob(db: SqliteDatabase, tx: Transaction, job: Job): Promise<() => void> {
  db.run("savepoint job");
  try {
    const value = await job.work(tx);
    db.run("release job");
    return () => job.resolve(value);
  } catch (error) {
    // Some failures, a full disk among them, have undone the whole transaction already.
    if (!db.inTransaction() || writeRefusal(error, false) !== null) throw error;
    db.exec("rollback to job; release job");
    return () => job.reject(error);
  }
}

/** More than a page, so that there is room for what comes next. */
const PROBE_BYTES = 65_536;

/** Writes and removes something that has a size, with a sync each. No job is under way while writes are refused. */
function probeWrites(db: SqliteDatabase, onCommitFailure: (error: unknown) => void): boolean {
  try {
    db.run("insert or replace into installation (name, value) values ('writeProbe', ?)", "x".repeat(PROBE_BYTES));
    db.run("delete from installation where name = 'writeProbe'");
    return true;
  } catch (error) {
    if (writeRefusal(error, true) === null) onCommitFailure(error);
    return false;
  }
}

const DATABASE = "signalbox.db";

/** Throws `StoreInUseError` where another process has them. */
export function openFiles(directory: string) {
  const file = join(directory, DATABASE);
  const opened: SqliteDatabase[] = [];
  const open = (database: SqliteDatabase) => {
    opened.push(database);
    return database;
  };
  try {
    const lock = open(lockDirectory(directory));
    const writer = open(openSqlite(file, { readOnly: false }));
    writer.exec("pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000");
    // What a transaction that shares its commit would take back: thousands of pages, for which a file is opened otherwise.
    writer.exec("pragma temp_store = memory");
    requireSound(file, writer);
    migrate(writer);
    return { lock, writer, reader: open(openSqlite(file, { readOnly: true })) };
  } catch (error) {
    for (const database of opened) database.close();
    throw openingError(file, error);
  }
}

/** SQLITE_BUSY: somebody else holds it. */
const BUSY = 5;

/** Held by the operating system for as long as the process lives, and gone with it however it ends. */
function lockDirectory(directory: string): SqliteDatabase {
  const file = join(directory, "lock.db");
  let lock: SqliteDatabase | null = null;
  try {
    mkdirSync(directory, { recursive: true });
    lock = openSqlite(file, { readOnly: false });
    lock.exec("pragma locking_mode = exclusive; pragma busy_timeout = 0; begin exclusive");
    return lock;
  } catch (error) {
    lock?.close();
    if (((error as { errcode?: number }).errcode ?? 0) !== BUSY) throw lockError(file, error);
    throw new StoreInUseError(
      `Another signalbox is using ${directory}; stop it, or give this one a --data-dir of its own.`,
    );
  }
}

/** The lock itself keeps nothing: a damaged one is no loss. */
function lockError(file: string, error: unknown): unknown {
  const known = openingError(file, error);
  if (!(known instanceof DataFolderError) || !known.message.includes("is damaged")) return known;
  return new DataFolderError(
    `${file} is damaged; it holds no data: make sure that no signalbox uses the folder, and remove it.`,
  );
}
