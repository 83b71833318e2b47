/**
 * This process among those that work on the database: a row whose beat it renews every second. Whose beat has not come for
 * five seconds is taken to be gone, and what it had claimed is free. One row a second for each process is all that a claim
 * costs while it is held, however many there are and however long a validation function runs.
 */
import type { Client, Pool } from "pg";
import { type Instant, wallClock } from "../../clock.ts";

const BEAT_MS = 1_000;
export const LEASE_MS = 5_000;
/** When the row of one that is gone is removed. */
const FORGET_MS = 600_000;

/** The database's clock, in milliseconds. */
export const DATABASE_NOW = "(extract(epoch from clock_timestamp()) * 1000)::bigint";

/** How many processes work on the database. */
export async function liveNodes(client: Client): Promise<number> {
  const { rows } = await client.query(
    `select count(*) as count from node where beat_at > ${DATABASE_NOW} - ${LEASE_MS}`,
  );
  return Number(rows[0]?.count);
}

export interface NodeOptions {
  pool: Pool;
  id: string;
  /** Time that is the process's own goes with no other process: `own` for a virtual clock, or one that runs faster. */
  clock: "real" | "own";
  log: (line: string) => void;
}

export class Node {
  readonly #options: NodeOptions;
  /** The database's time where `wallClock.elapsedMs` was 0: whoever sets this machine's clock changes nothing. */
  #originMs = 0;
  #lastBeat: number | null = null;
  /** After beats were missed, others may have missed theirs for the same reason: they are given time to come back. */
  #mayClaimAt = 0;
  #isTold = false;
  #stopped = false;
  #cancel: () => void = () => {};
  #beating: Promise<void> = Promise.resolve();

  constructor(options: NodeOptions) {
    this.#options = options;
  }

  /** Resolves when the process is known to the others. */
  async start(): Promise<void> {
    await this.#beat();
    this.#again();
  }

  /** What it had claimed is free from now on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#beating;
    await this.#options.pool.query("delete from node where id = $1", [this.#options.id]).catch(() => {});
  }

  /** The database's time, as far as it is known here. */
  now(): Instant {
    return Math.round(this.#originMs + wallClock.elapsedMs());
  }

  mayClaim(): boolean {
    return !this.#stopped && wallClock.elapsedMs() >= this.#mayClaimAt;
  }

  /** Other processes whose beat is fresh, by their clocks. */
  async others(): Promise<{ clock: string }[]> {
    const { rows } = await this.#options.pool.query(
      `select clock from node where id <> $1 and beat_at > ${DATABASE_NOW} - ${LEASE_MS}`,
      [this.#options.id],
    );
    return rows;
  }

  #again(): void {
    if (this.#stopped) return;
    this.#cancel = wallClock.after(BEAT_MS, () => {
      this.#beating = this.#beat().then(
        () => this.#again(),
        (error: unknown) => {
          if (!this.#isTold) this.#options.log(`the database cannot be reached: ${String(error)}`);
          this.#isTold = true;
          this.#again();
        },
      );
    });
  }

  async #beat(): Promise<void> {
    const { pool, id, clock } = this.#options;
    const asked = wallClock.elapsedMs();
    const { rows } = await pool.query({
      name: "beat",
      text: `insert into node (id, started_at, beat_at, clock) values ($1, ${DATABASE_NOW}, ${DATABASE_NOW}, $2)
        on conflict (id) do update set beat_at = excluded.beat_at returning beat_at`,
      values: [id, clock],
    });
    const beat = wallClock.elapsedMs();
    this.#originMs = Number(rows[0]?.beat_at) - (asked + beat) / 2;
    if (this.#lastBeat !== null && beat - this.#lastBeat > LEASE_MS / 2) this.#mayClaimAt = beat + LEASE_MS;
    this.#lastBeat = beat;
    if (this.#isTold) this.#options.log("the database can be reached again");
    this.#isTold = false;
    await pool.query({ name: "forget", text: `delete from node where beat_at < ${DATABASE_NOW} - ${FORGET_MS}` });
  }
}
