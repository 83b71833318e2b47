/** The numbered files that make the schema, of which each database has had the first so many. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A newer program has written this database; an older one must not touch it. */
export class NewerSchemaError extends Error {}

/** The files in the folder, in order. */
export function migrationsIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => /^[0-9]{4}\.sql$/.test(name))
    .sort()
    .map((name) => join(directory, name));
}

/** The texts of those that a database of this version still lacks, with the version that each leads to. */
export function missingMigrations(directory: string, version: number): { version: number; sql: string }[] {
  const files = migrationsIn(directory);
  if (version > files.length) {
    throw new NewerSchemaError(
      `The data was written by a newer signalbox (schema ${version}; this one knows ${files.length}). Run the newer program.`,
    );
  }
  return files
    .map((file, index) => ({ version: index + 1, file }))
    .slice(version)
    .map(({ version, file }) => ({ version, sql: readFileSync(file, "utf8") }));
}
