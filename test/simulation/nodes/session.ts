/** One connection that writes, and its transaction: what a process sees of the database through `store/postgres/commitGroup`. */
import { DatabaseError } from "pg";
import type { Release } from "../../../src/clock.ts";
import type { Row } from "../../../src/store/database.ts";
import type { Connection } from "../../../src/store/postgres/commitGroup.ts";
import type { Statement } from "../../../src/store/postgres/postgresDatabase.ts";
import type { Transaction } from "../../../src/store/store.ts";
import { connectionLost, databaseError } from "./databaseErrors.ts";
import { Draft } from "./draft.ts";
import { LOCKS } from "./locksOf.ts";
import type { Holder } from "./rowLocks.ts";
import type { SimulatedPostgres } from "./simulatedPostgres.ts";

/** A call of a noun's method: one statement. */
export interface NounStatement extends Statement {
  noun: keyof Transaction;
  method: string;
  args: unknown[];
  run: (draft: Draft) => Promise<unknown>;
}

/** How the network and the database treat a commit. */
export interface CommitFate {
  /** Whether it comes to be written at all. */
  isWritten: boolean;
  takesMs: number;
  answerIsLost: boolean;
}

type Answer = { rows: Row[]; rowCount: number | null };

/** How long the program waits for the answer to a statement (`store/postgres/connection.ts`). */
const QUERY_TIMEOUT_MS = 21_000;
/** How long the database keeps the locks of a process that has gone silent. */
const IDLE_MS = 4_000;

export class Session implements Connection, Holder {
  readonly locks: string[] = [];
  readonly nodeId: string;
  readonly #server: SimulatedPostgres;
  /** Nothing is sent and nothing heard by a process that is paused. */
  readonly #awake: () => Promise<void> | undefined;
  #draft: Draft | null = null;
  #savepoint: { back: () => void; locks: number } | null = null;
  #lockWaitMs = 0;
  #hasFailed = false;
  #isGone = false;
  #isCommitting = false;
  #last: Promise<unknown> = Promise.resolve();
  #silence: Release = () => {};

  constructor(server: SimulatedPostgres, nodeId: string, awake: () => Promise<void> | undefined) {
    this.#server = server;
    this.nodeId = nodeId;
    this.#awake = awake;
  }

  async query(statement: string | Statement): Promise<Answer> {
    this.#server.statements += 1;
    await this.#awake();
    const answer = this.#last.then(() => this.#perform(statement));
    this.#last = answer.catch(() => {});
    try {
      return await answer;
    } finally {
      await this.#awake();
    }
  }

  async end(): Promise<void> {
    this.drop();
  }

  /** The connection breaks. A commit that has reached the database is carried out all the same. */
  drop(): void {
    this.#isGone = true;
    if (!this.#isCommitting) this.#takeBack();
  }

  /** The process is gone, and a commit of its own has not arrived. */
  lose(): void {
    this.#isGone = true;
    this.#takeBack();
  }

  async #perform(statement: string | Statement): Promise<Answer> {
    this.#silence();
    if (this.#isGone) throw connectionLost();
    try {
      return typeof statement === "string"
        ? await this.#command(statement)
        : await this.#run(statement as NounStatement);
    } finally {
      if (this.#draft && !this.#isGone) this.#silence = this.#server.time.after(IDLE_MS, () => this.drop());
    }
  }

  async #command(text: string): Promise<Answer> {
    if (text.startsWith("begin")) this.#begin(text);
    else if (text === "commit") await this.#commit();
    else if (text === "rollback to job") this.#rollBack();
    else this.#setSavepoint(text);
    return { rows: [], rowCount: null };
  }

  #begin(text: string): void {
    this.#draft = new Draft(this.#server.tables);
    this.#setSavepoint(text);
  }

  #setSavepoint(text: string): void {
    const waitMs = /lock_timeout = (\d+); savepoint job$/.exec(text)?.[1];
    if (waitMs === undefined) throw new Error(`the simulated database does not know: ${text}`);
    this.#lockWaitMs = Number(waitMs);
    this.#savepoint = { back: this.#present().savepoint(), locks: this.locks.length };
  }

  #rollBack(): void {
    this.#hasFailed = false;
    this.#savepoint?.back();
    // The savepoint stays, and may be gone back to again.
    if (this.#savepoint) this.#savepoint.back = this.#present().savepoint();
    this.#server.locks.release(this, this.#savepoint?.locks);
  }

  async #run(statement: NounStatement): Promise<Answer> {
    if (this.#hasFailed) throw databaseError("25P02", "current transaction is aborted");
    const { noun, method, args, run } = statement;
    try {
      await this.#server.mayTakeItsTime(this);
      const draft = this.#present();
      const of = LOCKS[noun] as Record<string, (...args: unknown[]) => string[]> | undefined;
      for (const lock of of?.[method]?.(draft.tables, ...args) ?? []) {
        await this.#server.locks.take(lock, this, this.#lockWaitMs);
      }
      if (this.#isGone) throw connectionLost();
      // Of effects, a process postpones its own alone.
      const isOthers = noun === "effects" && method === "postpone" && !this.#owns(...(args as [number, string]));
      return { rows: [(isOthers ? false : await run(draft)) as unknown as Row], rowCount: 1 };
    } catch (error) {
      this.#hasFailed = true;
      if (this.#isGone) throw connectionLost();
      // What the store in maps refuses, an index of the database does.
      throw error instanceof DatabaseError ? error : databaseError("23505", String(error));
    }
  }

  #owns(deploymentN: number, key: string): boolean {
    return this.#server.ownerOfEffect(deploymentN, key) === this.nodeId;
  }

  async #commit(): Promise<void> {
    const draft = this.#present();
    this.#isCommitting = true;
    const fate = await this.#server.commitsWhenTold(this);
    const { time } = this.#server;
    const written = this.#written(draft, fate).finally(() => {
      this.#draft = null;
      this.#isCommitting = false;
      this.#server.locks.forget(this);
    });
    await answeredWithin(time, written);
    if (fate.answerIsLost) this.#isGone = true;
    if (this.#isGone) throw connectionLost();
  }

  async #written(draft: Draft, { isWritten, takesMs }: CommitFate): Promise<void> {
    const comesTrue = isWritten && (takesMs === 0 || (await this.#server.takesLong(takesMs)));
    if (!comesTrue) throw connectionLost();
    this.#server.write(this, draft);
  }

  #takeBack(): void {
    this.#silence();
    this.#draft = null;
    this.#server.locks.forget(this);
  }

  #present(): Draft {
    if (!this.#draft) throw databaseError("25P01", "there is no transaction in progress");
    return this.#draft;
  }
}

/** Whoever waits for too long goes away; what was sent happens all the same. */
function answeredWithin(time: SimulatedPostgres["time"], written: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const release = time.after(QUERY_TIMEOUT_MS, () => reject(new Error("Query read timeout")));
    written.then(resolve, reject).finally(release);
  });
}
