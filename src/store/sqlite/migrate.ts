/** Brings a database to the schema of this program, by the numbered files in `migrations/`, each once, in order. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SqliteDatabase } from "./sqliteDatabase.ts";

const directory = join(import.meta.dirname, "..", "migrations");

/** A newer program has written this database; an older one must not touch it. */
export class NewerSchemaError extends Error {}

export function migrate(db: SqliteDatabase): void {
  const files = readdirSync(directory)
    .filter((name) => /^[0-9]{4}\.sql$/.test(name))
    .sort();
  const version = Number(db.one("pragma user_version")?.["user_version"] ?? 0);
  if (version > files.length) {
    throw new NewerSchemaError(
      `The data was written by a newer signalbox (schema ${version}; this one knows ${files.length}). Run the newer program.`,
    );
  }
  for (const [index, name] of files.entries()) {
    if (index < version) continue;
    db.exec(
      `begin immediate;\n${readFileSync(join(directory, name), "utf8")};\npragma user_version = ${index + 1};\ncommit;`,
    );
  }
}
