/**
 * This process among those that work on the database: a row whose beat it renews every second. Whose beat has not come for
 * five seconds is taken to be gone, and what it had claimed is free. One row a second for each process is all that a claim
 * costs while it is held, however many there are and however long a validation function runs.
 */
import type { Client } from "pg";
import { type Instant, type ProcessTime, wallClock } from "../../clock.ts";
import { NewerSchemaError, requireKnown } from "../schema.ts";

const BEAT_MS = 1_000;
export const LEASE_MS = 5_000;
/** How long a commit whose answer was lost may still be written; counted anew when the database was away meanwhile. */
const UNKNOWN_MS = 60_000;
/** When the row of one that is gone is removed. */
const FORGET_MS = 600_000;

/** The database's clock, in milliseconds. */
export const DATABASE_NOW = "(extract(epoch from clock_timestamp()) * 1000)::bigint";

/** What a process tells of itself with its beat, so that a newer one knows beside whom it works. */
export interface Program {
  version: string;
  /** The number of its last migration. */
  schema: number;
  /** The highest format of deployments that its engine knows. */
  engineFormat: number;
}

/** The processes that work on the database. Of those from before programs told of themselves the schema is 0. */
export async function liveNodes(client: Client): Promise<{ program: string; schema: number }[]> {
  const { rows } = await client.query(
    `select coalesce(to_jsonb(node) ->> 'program', '') as program,
       coalesce((to_jsonb(node) ->> 'schema_version')::integer, 0) as schema
     from node where beat_at > ${DATABASE_NOW} - ${LEASE_MS}`,
  );
  return rows;
}

/** One statement in a transaction of its own. */
export interface Asking {
  query(statement: { name?: string; text: string; values?: unknown[] }): Promise<{ rows: Record<string, unknown>[] }>;
}

export interface NodeOptions {
  pool: Asking;
  id: string;
  /** Time that is the process's own goes with no other process: `own` for a virtual clock, or one that runs faster. */
  clock: "real" | "own";
  program: Program;
  /** Told when a newer program has changed the database while this one was silent: it must end. */
  onExcluded: (error: unknown) => void;
  log: (line: string) => void;
  /** The wall clock where it is left out. */
  time?: ProcessTime;
}

export class Node {
  readonly #options: NodeOptions;
  readonly #time: ProcessTime;
  /** The database's time where `wallClock.elapsedMs` was 0: whoever sets this machine's clock changes nothing. */
  #originMs = 0;
  #lastBeat: number | null = null;
  /** After beats were missed, others may have missed theirs for the same reason: they are given time to come back. */
  #mayClaimAt = 0;
  #ownsUnknownUntil = 0;
  #isTold = false;
  #stopped = false;
  #cancel: () => void = () => {};
  #beating: Promise<void> = Promise.resolve();

  constructor(options: NodeOptions) {
    this.#options = options;
    this.#time = options.time ?? wallClock;
  }

  /** Makes the process known to the others, in a transaction of the caller's. */
  async join(client: Client): Promise<void> {
    await client.query(this.#beatStatement());
  }

  /** Resolves when the database's time is known. */
  async start(): Promise<void> {
    await this.#beat();
    this.#again();
  }

  /** What it had claimed is free from now on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#beating;
    await this.#options.pool
      .query({ text: "delete from node where id = $1", values: [this.#options.id] })
      .catch(() => {});
  }

  /** The database's time, as far as it is known here. */
  now(): Instant {
    return Math.round(this.#originMs + this.#time.elapsedMs());
  }

  /** Not after a silence, until a beat has shown what has become of the database meanwhile. */
  mayClaim(): boolean {
    const now = this.#time.elapsedMs();
    return !this.#stopped && now >= this.#mayClaimAt && now - (this.#lastBeat ?? now) < LEASE_MS;
  }

  /** A commit whose answer was lost may have brought what is this process's own, and nobody here knows of it. */
  mayOwnUnknown(): void {
    this.#ownsUnknownUntil = this.#time.elapsedMs() + UNKNOWN_MS;
  }

  /** Whether what is this process's own must be looked for. */
  ownsUnknown(): boolean {
    return this.#ownsUnknownAt(this.#time.elapsedMs());
  }

  /** Other processes whose beat is fresh, by their clocks. */
  async others(): Promise<{ clock: string }[]> {
    const { rows } = await this.#options.pool.query({
      text: `select clock from node where id <> $1 and beat_at > ${DATABASE_NOW} - ${LEASE_MS}`,
      values: [this.#options.id],
    });
    return rows.map(({ clock }) => ({ clock: String(clock) }));
  }

  #ownsUnknownAt(elapsedMs: number): boolean {
    return elapsedMs < this.#ownsUnknownUntil;
  }

  #again(): void {
    if (this.#stopped) return;
    this.#cancel = this.#time.after(BEAT_MS, () => {
      this.#beating = this.#beat().then(
        () => this.#again(),
        (error: unknown) => {
          if (error instanceof NewerSchemaError) return this.#options.onExcluded(error);
          if (!this.#isTold) this.#options.log(`the database cannot be reached: ${String(error)}`);
          this.#isTold = true;
          this.#again();
        },
      );
    });
  }

  async #beat(): Promise<void> {
    const { pool, program } = this.#options;
    const asked = this.#time.elapsedMs();
    const { rows } = await pool.query(this.#beatStatement());
    requireKnown({ version: Number(rows[0]?.["version"]), oldest: Number(rows[0]?.["oldest"]) }, program.schema);
    const beat = this.#time.elapsedMs();
    this.#originMs = Number(rows[0]?.["beat_at"]) - (asked + beat) / 2;
    if (this.#lastBeat !== null && beat - this.#lastBeat > LEASE_MS / 2) {
      this.#mayClaimAt = beat + LEASE_MS;
      // Nobody could look for it meanwhile.
      if (this.#ownsUnknownAt(this.#lastBeat)) this.mayOwnUnknown();
    }
    this.#lastBeat = beat;
    if (this.#isTold) this.#options.log("the database can be reached again");
    this.#isTold = false;
    await pool.query({ name: "forget", text: `delete from node where beat_at < ${DATABASE_NOW} - ${FORGET_MS}` });
  }

  #beatStatement() {
    const { id, clock, program } = this.#options;
    return {
      name: "beat",
      text: `insert into node (id, started_at, beat_at, clock, program, schema_version, engine_format)
        values ($1, ${DATABASE_NOW}, ${DATABASE_NOW}, $2, $3, $4, $5)
        on conflict (id) do update set beat_at = excluded.beat_at
        returning beat_at, (select max(version) from schema_version) as version,
          (select max(coalesce(oldest, version)) from schema_version) as oldest`,
      values: [id, clock, program.version, program.schema, program.engineFormat],
    };
  }
}
