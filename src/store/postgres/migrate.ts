/**
 * Brings a database to the schema of this program. Processes that start together do it once, one after the other, and
 * older programs may be at work meanwhile: what they cannot go on beside is refused while one of them lives.
 */
import { join } from "node:path";
import type { Client } from "pg";
import { wallClock } from "../../clock.ts";
import { type Migration, migrationsIn, missingMigrations, requireKnown, type SchemaState } from "../schema.ts";
import { DatabaseSetupError } from "./connection.ts";
import { liveNodes } from "./node.ts";

export const migrationsDirectory = join(import.meta.dirname, "migrations");

/** The schema of this program. */
export const knownSchema = (): number => migrationsIn(migrationsDirectory).length;

/** An older program works on the database. It may just have ended without a word: its beat is fresh for a moment. */
export class OlderProgramError extends DatabaseSetupError {}

const SCHEMA_LOCK = "hashtextextended('signalbox/' || current_schema(), 0)";
/** With the number of a schema: a connection that writes holds it for as long as it lives. */
const WRITERS_LOCK = "hashtext('signalbox/writers/' || current_schema())";

/** Until the end of the transaction nobody else changes the schema, and no signalbox starts. */
export async function lockSchema(client: Client): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(${SCHEMA_LOCK})`);
}

export async function schemaState(client: Client): Promise<SchemaState> {
  // The column came with 0006. Whoever wrote none excludes all that are older.
  const { rows } = await client.query(
    `select max(version) as version, max(coalesce((to_jsonb(schema_version) ->> 'oldest')::integer, version)) as oldest
     from schema_version`,
  );
  return { version: rows[0]?.version ?? 0, oldest: rows[0]?.oldest ?? 0 };
}

/**
 * All that is missing in one transaction: a start that fails leaves the database as it was. `join` makes the process known
 * in the same one, so that nobody changes the schema between the look at it and that.
 */
export async function migrate(client: Client, join: () => Promise<void> = async () => {}): Promise<void> {
  await client.query("begin");
  try {
    await lockSchema(client);
    await client.query("create table if not exists schema_version (version integer not null)");
    const state = await schemaState(client);
    const missing = missingMigrations(migrationsDirectory, state);
    if (state.version > 0) await requireNoneExcluded(client, missing);
    for (const { sql } of missing) await client.query(sql);
    for (const { version, oldest } of missing) {
      await client.query("insert into schema_version (version, oldest) values ($1, $2)", [version, oldest]);
    }
    await join();
    await client.query("commit");
  } catch (error) {
    // Without a connection there is nothing to take back.
    await client.query("rollback").catch(() => {});
    throw error;
  }
}

async function requireNoneExcluded(client: Client, missing: readonly Migration[]): Promise<void> {
  const oldest = Math.max(0, ...missing.map((one) => one.oldest));
  const excluded = (await liveNodes(client)).filter((node) => node.schema < oldest);
  const [first] = excluded;
  if (first) {
    const told = first.schema === 0 ? "of an older version" : `${first.program} (schema ${first.schema})`;
    throw new OlderProgramError(
      `${excluded.length} signalbox ${told} could not go on with what this version changes in the database (schema ${oldest}): stop them, and then start this one.`,
    );
  }
  await endWriters(client, oldest);
}

/** How long a connection may take to end when it is told to. */
const END_MS = 5_000;
const END_POLL_MS = 50;

/** A process that is paused keeps its connection, and would go on with it: it must come back with a new one. */
async function endWriters(client: Client, olderThan: number): Promise<void> {
  const giveUpAt = wallClock.elapsedMs() + END_MS;
  for (;;) {
    const { rowCount } = await client.query(
      `select pg_terminate_backend(pid) from pg_locks
       where locktype = 'advisory' and objsubid = 2 and objid::bigint < $1
         and classid::bigint = (${WRITERS_LOCK}::bigint & 4294967295)
         and database = (select oid from pg_database where datname = current_database())`,
      [olderThan],
    );
    if (rowCount === 0) return;
    if (wallClock.elapsedMs() > giveUpAt) {
      throw new DatabaseSetupError(
        "The connections of an older signalbox do not end; stop it, and start this one again.",
      );
    }
    await wallClock.pause(END_POLL_MS);
  }
}

/**
 * For a connection that writes: whoever makes a migration that this program cannot work beside finds and ends it, and one
 * that comes after such a migration is refused with a NewerSchemaError.
 */
export async function announceWriter(client: Client): Promise<void> {
  await client.query(`select pg_advisory_lock_shared(${WRITERS_LOCK}, $1)`, [knownSchema()]);
  // Waits for a migration that is under way.
  await client.query(`select pg_advisory_xact_lock_shared(${SCHEMA_LOCK})`);
  requireKnown(await schemaState(client), knownSchema());
}
