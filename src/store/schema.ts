/**
 * The numbered files that make the schema, of which each database has had the first so many. A migration that older
 * programs can go on beside says so in a line of its own, `-- Programs from schema 6 on may work beside this.`: it only
 * adds, what it adds has a default, and nothing that they read changes its meaning. Without the line it excludes every
 * program that does not know it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A newer program has written this database in a way that this one must not touch. */
export class NewerSchemaError extends Error {}

export interface Migration {
  version: number;
  /** The schema of the oldest program that may work beside it. */
  oldest: number;
  sql: string;
}

/** What a database has: its last migration, and the schema of the oldest program that all of them leave at work. */
export interface SchemaState {
  version: number;
  oldest: number;
}

/** The files in the folder, in order. */
export function migrationsIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => /^[0-9]{4}\.sql$/.test(name))
    .sort()
    .map((name) => join(directory, name));
}

/** Those that the database still lacks; none where a newer program has gone on, and leaves this one at work. */
export function missingMigrations(directory: string, state: SchemaState): Migration[] {
  const files = migrationsIn(directory);
  requireKnown(state, files.length);
  return files
    .map((file, index) => ({ version: index + 1, file }))
    .slice(state.version)
    .map(({ version, file }) => migration(version, readFileSync(file, "utf8")));
}

export function migration(version: number, sql: string): Migration {
  const [, oldest] = /^-- Programs from schema (\d+) on may work beside this\.$/m.exec(sql) ?? [];
  return { version, oldest: oldest === undefined ? version : Number(oldest), sql };
}

/** Throws where a program of the schema `known` may not work on the database. */
export function requireKnown({ version, oldest }: SchemaState, known: number): void {
  if (oldest > known) throw new NewerSchemaError(`${writtenByNewer(version, known)} Run the newer program.`);
}

/** Throws unless the program knows everything that is there: what it copies is whole. */
export function requireAllKnown({ version }: SchemaState, known: number): void {
  if (version > known) throw new NewerSchemaError(`${writtenByNewer(version, known)} Use the newer program for this.`);
}

const writtenByNewer = (version: number, known: number) =>
  `The data was written by a newer signalbox (schema ${version}; this one knows ${known}).`;
