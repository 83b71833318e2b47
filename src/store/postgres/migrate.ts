/** Brings a database to the schema of this program. Processes that start together do it once, one after the other. */
import { join } from "node:path";
import type { Client } from "pg";
import { missingMigrations } from "../schema.ts";

export const migrationsDirectory = join(import.meta.dirname, "migrations");

/** Until the end of the transaction nobody else changes the schema, and no signalbox starts. */
export async function lockSchema(client: Client): Promise<void> {
  await client.query("select pg_advisory_xact_lock(hashtextextended('signalbox/' || current_schema(), 0))");
}

/** All that is missing in one transaction: a start that fails leaves the database as it was. */
export async function migrate(client: Client): Promise<void> {
  await client.query("begin");
  try {
    await lockSchema(client);
    await client.query("create table if not exists schema_version (version integer not null)");
    const { rows } = await client.query("select max(version) as version from schema_version");
    const missing = missingMigrations(migrationsDirectory, rows[0]?.version ?? 0);
    for (const { version, sql } of missing) {
      await client.query(sql);
      await client.query("insert into schema_version (version) values ($1)", [version]);
    }
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}
