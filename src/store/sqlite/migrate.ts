/** Brings a database to the schema of this program, by the numbered files in `migrations/`, each once, in order. */
import { join } from "node:path";
import { migrationsIn, missingMigrations, type SchemaState } from "../schema.ts";
import type { SqliteDatabase } from "./sqliteDatabase.ts";

export const migrationsDirectory = join(import.meta.dirname, "..", "migrations");
export const knownSchema = (): number => migrationsIn(migrationsDirectory).length;

/** The first that tells later programs which of those before them may go on; all until then exclude every older one. */
const FIRST_TELLING = 6;

export function schemaState(db: SqliteDatabase): SchemaState {
  const version = Number(db.one("pragma user_version")?.["user_version"] ?? 0);
  const isTold = db.one("select 1 as found from sqlite_master where name = 'schema_version'") !== undefined;
  const told = isTold ? db.one("select max(version) as version, max(oldest) as oldest from schema_version") : undefined;
  // What was written by nobody who tells is left to those who know it.
  return { version, oldest: told?.["version"] === version ? Number(told["oldest"]) : version };
}

export function migrate(db: SqliteDatabase): void {
  for (const { version, oldest, sql } of missingMigrations(migrationsDirectory, schemaState(db))) {
    const told = `insert into schema_version (version, oldest) values (${version}, ${oldest});`;
    db.exec(
      `begin immediate;\n${sql};\npragma user_version = ${version};\n${version < FIRST_TELLING ? "" : told}\ncommit;`,
    );
  }
}
