/**
 * Runs transactions in their order on one connection, as many as there are in one commit: a commit costs a sync and two
 * ways to the server, a transaction microseconds. One that throws takes back only its own writes.
 *
 * Other processes write at the same time, so a transaction may find a row locked. It then waits only where its commit
 * holds nothing but its own: otherwise it is taken back, what came before it is committed, and it is run again as the
 * first of the next commit. Locks are thus never waited for while those of strangers are held. `work` may run several
 * times; its writes are there once.
 *
 * Transactions about different deployments run at the same time, as one: what they send goes together. Where one of them
 * throws, or is refused something, all are taken back and run again, and that one, or each of them, runs alone.
 */
import { type ProcessTime, wallClock } from "../../clock.ts";
import { StoreUnavailableError, type Transaction, TransactionLostError, WritesRefusedError } from "../store.ts";
import { isConnectionLoss, isTaken, mayPass } from "./connection.ts";
import type { Query, Statement } from "./postgresDatabase.ts";

/** Each is a subtransaction, and PostgreSQL keeps 64 of them where they cost others nothing. */
const LARGEST_BATCH = 60;
/** What has come and its turn share a commit, however quick commits are. */
const LEAST_BATCH = 2;
/** The most that run at the same time. */
const LARGEST_TOGETHER = 256;
/** How long the first transaction of a commit waits for a lock, and all that follow. */
const FIRST_LOCK_WAIT_MS = 300;
const LATER_LOCK_WAIT_MS = 5;
/** Runs of one transaction: with the waits, some 20 seconds. */
const MOST_RUNS = 60;
/** Runs of one that found something taken, each time by somebody who came before: what it then finds is there to be seen. */
const MOST_TAKEN = 4;
/** Runs of one whose connection was lost again and again: it may be the cause. */
const MOST_LOSSES = 3;
/** While the server cannot be reached it is tried this far apart, and transactions are refused at once in between. */
const FIRST_RECONNECT_MS = 50;
const LONGEST_RECONNECT_MS = 2_000;

interface Job {
  work: (tx: Transaction) => Promise<unknown>;
  /** The deployment that it is about; `null` where it may be about anything. It then runs alone. */
  about: string | null;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
  runs: number;
  losses: number;
}

/** A connection to the database. */
export interface Connection {
  query(statement: string | Statement): ReturnType<Query>;
  end(): Promise<void>;
}

export interface CommitGroupOptions {
  connect: () => Promise<Connection>;
  /** `flush` sends the statements that are held back. */
  transactionOn: (query: Query, later: (written: Promise<unknown>) => void) => { tx: Transaction; flush: () => void };
  /** Before anybody learns that their transaction is durable. */
  afterCommit: () => void;
  /** It is not known whether a commit was written, and may not be for as long as the server is at it. */
  onUnknown: () => void;
  /** The wall clock where it is left out. */
  time?: ProcessTime;
}

export class CommitGroup {
  readonly #options: CommitGroupOptions;
  readonly #time: ProcessTime;
  readonly #tx: Transaction;
  readonly #flushStatements: () => void;
  readonly #queue: Job[] = [];
  #client: Connection | null = null;
  #flushing: Promise<void> | null = null;
  /** Statements that were sent, and that nobody waits for. */
  #unanswered: Promise<unknown>[] = [];
  /** What the database has refused in the transaction at work, whatever its work makes of it. */
  #refusal: unknown = null;
  #failures = 0;
  #commitTookMs = 0;
  #triedAgainAt = 0;

  constructor(options: CommitGroupOptions) {
    this.#options = options;
    this.#time = options.time ?? wallClock;
    const query: Query = (statement) => this.#noting(() => this.#connected().query(statement));
    const { tx, flush } = options.transactionOn(query, (written) => this.#later(written));
    this.#tx = tx;
    this.#flushStatements = flush;
  }

  /** `about` as in `Store.transaction`. */
  add<T>(work: (tx: Transaction) => Promise<T>, about: string | null): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ work, about, resolve: resolve as (value: unknown) => void, reject, runs: 0, losses: 0 });
      this.#flushing ??= this.#flush();
    });
  }

  /** Why nothing can be written at present. */
  refusal(): string | null {
    return this.#failures === 0 ? null : "the database cannot be reached";
  }

  async drained(): Promise<void> {
    while (this.#flushing) await this.#flushing;
  }

  async close(): Promise<void> {
    await this.#client?.end();
    this.#client = null;
  }

  async #flush(): Promise<void> {
    while (this.#queue.length > 0) {
      // One turn of the event loop lets everything that has already arrived into the same batch.
      await new Promise((resolve) => setImmediate(resolve));
      if (await this.#reconnected()) await this.#commitBatch();
    }
    this.#flushing = null;
  }

  /** Whether there is a connection. Where there is none, nobody is left waiting. */
  async #reconnected(): Promise<boolean> {
    if (this.#client) return true;
    try {
      if (this.#time.elapsedMs() < this.#triedAgainAt) throw new Error("it could not be reached a moment ago");
      this.#client = await this.#options.connect();
      this.#failures = 0;
      return true;
    } catch (error) {
      if (this.#time.elapsedMs() >= this.#triedAgainAt) {
        const waitMs = Math.min(LONGEST_RECONNECT_MS, FIRST_RECONNECT_MS * 2 ** this.#failures++);
        this.#triedAgainAt = this.#time.elapsedMs() + waitMs;
      }
      const told = new StoreUnavailableError(`The database cannot be reached: ${messageOf(error)}`);
      for (const job of this.#queue.splice(0)) job.reject(told);
      return false;
    }
  }

  async #commitBatch(): Promise<void> {
    const settled: Job[] = [];
    const settle: (() => void)[] = [];
    let atWork: Job[] = [];
    let isCommitting = false;
    const begunMs = this.#time.elapsedMs();
    try {
      // Jobs that are added meanwhile join, so that a turn shares the commit of the event that brought it about.
      for (let count = 0; this.#takesMore(count, begunMs); count += 1) {
        atWork = this.#next();
        if (atWork.length === 0) break;
        const done = await this.#runJobs(atWork, count === 0);
        // What must be run again comes first in a commit of its own.
        if (!done) break;
        settled.push(...atWork);
        settle.push(...done);
        atWork = [];
      }
      isCommitting = true;
      const committingMs = this.#time.elapsedMs();
      await this.#execute("commit");
      this.#commitTookMs = this.#time.elapsedMs() - committingMs;
    } catch (error) {
      this.#broken(error, [...settled, ...atWork], isCommitting);
      return;
    }
    this.#options.afterCommit();
    for (const done of settle) done();
    this.#again(atWork);
  }

  /**
   * Whether a commit with so many rounds takes one more. It is not put off for longer than it takes itself: where somebody always
   * comes, those who came first would wait for sixty.
   */
  #takesMore(count: number, begunMs: number): boolean {
    if (count < LEAST_BATCH) return true;
    return count < LARGEST_BATCH && this.#time.elapsedMs() < begunMs + this.#commitTookMs;
  }

  /** The next job, with those behind it that may run at the same time. */
  #next(): Job[] {
    const jobs = new Map<string, Job>();
    while (jobs.size < LARGEST_TOGETHER) {
      const [job] = this.#queue;
      if (job && job.about === null && jobs.size === 0) return this.#queue.splice(0, 1);
      if (!job || job.about === null || jobs.has(job.about)) break;
      jobs.set(job.about, job);
      this.#queue.shift();
    }
    return [...jobs.values()];
  }

  /** What is to be called when it is durable how the jobs ended; `null` when they must be run again. */
  async #runJobs(jobs: Job[], isFirst: boolean): Promise<(() => void)[] | null> {
    const waitMs = isFirst ? FIRST_LOCK_WAIT_MS : LATER_LOCK_WAIT_MS;
    this.#refusal = null;
    for (const job of jobs) job.runs += 1;
    const before = isFirst ? "begin isolation level read committed" : "release job";
    const begin = `${before}; set local lock_timeout = ${waitMs}; savepoint job`;
    this.#later(this.#noting(() => this.#execute(begin)));
    const results = await Promise.allSettled(jobs.map(async ({ work }) => work(this.#tx)));
    await this.#allAnswered();
    const refusal: unknown = this.#refusal;
    const failed = jobs.filter((_, index) => refusal !== null || results[index]?.status === "rejected");
    if (failed.length === 0) {
      return results.map((result, index) => () => jobs[index]?.resolve((result as { value?: unknown }).value));
    }
    if (refusal !== null && isConnectionLoss(refusal)) throw refusal;
    await this.#execute("rollback to job");
    const [job, ...others] = jobs;
    if (job && others.length === 0) return this.#ended(job, refusal ?? (results[0] as PromiseRejectedResult).reason);
    // Somebody else may have been in the way of some of them: as the first of a commit they can wait.
    if (isFirst || refusal === null || !mayPass(refusal)) for (const each of failed) each.about = null;
    return null;
  }

  /** The same for a job that ran alone, and of which nothing is left. */
  #ended(job: Job, cause: unknown): (() => void)[] | null {
    const again = mayPass(cause) ? job.runs < MOST_RUNS : isTaken(cause) && job.runs < MOST_TAKEN;
    if (again) return null;
    // It may pass yet: whoever has nobody to turn down comes again.
    const told = mayPass(cause)
      ? new WritesRefusedError(`Others were in the way for too long: ${messageOf(cause)}`)
      : cause;
    return [() => job.reject(told)];
  }

  /** What comes of it is noted, so that nobody need listen. */
  #later(written: Promise<unknown>): void {
    this.#unanswered.push(written.catch(() => {}));
  }

  async #allAnswered(): Promise<void> {
    this.#flushStatements();
    await Promise.all(this.#unanswered.splice(0));
  }

  /** Who has waited for a lock in vain lets others go first; they come back to each other at different moments. */
  #again(jobs: Job[]): void {
    const isPatient = jobs.length === 1 && jobs.every(({ runs }) => runs % 3 === 2);
    if (isPatient) this.#queue.push(...jobs);
    else this.#queue.unshift(...jobs);
  }

  /** What was not being committed has not happened, and is run again. */
  #broken(error: unknown, jobs: Job[], isCommitting: boolean): void {
    const client = this.#client;
    this.#client = null;
    void client?.end().catch(() => {});
    const again = isCommitting ? [] : jobs.filter((job) => ++job.losses < MOST_LOSSES);
    const unknown = isCommitting && isConnectionLoss(error);
    if (unknown) this.#options.onUnknown();
    const told = new StoreUnavailableError(
      unknown
        ? `The connection to the database was lost in a commit; it is not known whether it was written: ${messageOf(error)}`
        : `The database could not write: ${messageOf(error)}`,
    );
    for (const job of jobs) if (!again.includes(job)) job.reject(told);
    this.#queue.unshift(...again);
  }

  #execute(sql: string): Promise<unknown> {
    return this.#connected().query(sql);
  }

  async #noting<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#refusal ??= error;
      throw new TransactionLostError(`The database refused: ${messageOf(error)}`, { cause: error });
    }
  }

  #connected(): Connection {
    if (!this.#client) throw new StoreUnavailableError("The database cannot be reached.");
    return this.#client;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
