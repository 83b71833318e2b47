/** Brings a database to the schema of this program, by the numbered files in `migrations/`, each once, in order. */
import { join } from "node:path";
import { missingMigrations } from "../schema.ts";
import type { SqliteDatabase } from "./sqliteDatabase.ts";

const directory = join(import.meta.dirname, "..", "migrations");

export function migrate(db: SqliteDatabase): void {
  const current = Number(db.one("pragma user_version")?.["user_version"] ?? 0);
  for (const { version, sql } of missingMigrations(directory, current)) {
    db.exec(`begin immediate;\n${sql};\npragma user_version = ${version};\ncommit;`);
  }
}
