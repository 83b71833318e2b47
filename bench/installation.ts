/** Where the data of what is measured stands: in a folder alone, or in a schema of its own on a PostgreSQL as well. */
import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import { openPostgresStore } from "../src/store/postgres/postgresStore.ts";
import { openSqliteStore } from "../src/store/sqlite/sqliteStore.ts";
import type { Store } from "../src/store/store.ts";
import type { Bench } from "./bench.ts";
import { parentOf } from "./machine.ts";

export interface Installation {
  directory: string;
  /** With the schema in it; `null` where the data is in the folder. */
  databaseUrl: string | null;
}

const schemas = new Map<string, string>();

/** An empty one, on the store that the part is measured on. */
export async function newInstallation({ scratch, databaseUrl }: Bench, name: string): Promise<Installation> {
  const directory = mkdtempSync(join(scratch, `${name}-`));
  if (databaseUrl === null) return { directory, databaseUrl };
  const schema = `bench_${randomUUID().replaceAll("-", "")}`;
  schemas.set(schema, databaseUrl);
  await execute(databaseUrl, `create schema ${schema}`);
  const url = new URL(databaseUrl);
  // By which its connections are told from others.
  url.searchParams.set("application_name", schema);
  url.searchParams.set("options", `-c search_path=${schema}`);
  return { directory, databaseUrl: url.href };
}

/** Removes the schemas of all installations; the folders go with the scratch folder. */
export async function discardSchemas(): Promise<void> {
  for (const [schema, url] of schemas) {
    // One by one: a schema of millions of rows takes its time, and what cannot be removed must not keep the others.
    await execute(url, `drop schema if exists ${schema} cascade`).catch(() => {});
    schemas.delete(schema);
  }
}

/** The flags with which `signalbox serve` works on it. */
export function flagsOf({ directory, databaseUrl }: Installation): Record<string, string> {
  return { "data-dir": directory, ...(databaseUrl !== null && { "database-url": databaseUrl }) };
}

/** `clock` is `own` where virtual time passes. */
export async function openStore(
  { directory, databaseUrl }: Installation,
  clock: "real" | "own" = "real",
): Promise<Store> {
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const fail = (error: unknown) => {
    throw error;
  };
  if (databaseUrl !== null) {
    const own = { nodeId: randomUUID(), version: "bench", onExcluded: fail, log };
    return openPostgresStore({ url: databaseUrl, connections: 5, clock, ...own });
  }
  return openSqliteStore({ directory, onCommitFailure: fail });
}

export type Rows = Record<string, unknown>[];

/** A connection beside the program's, which hinders nobody: what is committed can be read there. */
export interface Look {
  /** `?` stands for a value. */
  rows(sql: string, ...values: (string | number)[]): Promise<Rows>;
  close(): Promise<void>;
}

export async function openLook({ directory, databaseUrl }: Installation): Promise<Look> {
  if (databaseUrl === null) {
    const db = new DatabaseSync(join(directory, "signalbox.db"), { readOnly: true });
    return {
      rows: async (sql, ...values) => db.prepare(sql).all(...values),
      close: async () => db.close(),
    };
  }
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  let last: Promise<unknown> = Promise.resolve();
  return {
    rows(sql, ...values) {
      let count = 0;
      const text = sql.replace(/\?/g, () => `$${++count}`);
      // One after the other, as on the embedded store.
      const found = last.then(async (): Promise<Rows> => (await client.query(text, values)).rows);
      last = found.catch(() => {});
      return found;
    },
    close: () => client.end(),
  };
}

/** The server's first process, where it runs on this machine. */
export async function postmasterOf(databaseUrl: string): Promise<number | null> {
  const look = await openLook({ directory: "", databaseUrl });
  const pid = await countOf(look, "select pg_backend_pid() as total");
  const found = parentOf(pid, "postgres");
  await look.close();
  return found;
}

/** One number that a statement answers in its column `total`. */
export async function countOf(look: Look, sql: string): Promise<number> {
  const [row] = await look.rows(sql);
  return Number(row?.["total"]);
}

/** Tells the database what it would have found out by itself in time: how many rows there are, and which are alive. */
export async function settle({ databaseUrl }: Installation): Promise<void> {
  if (databaseUrl !== null) await execute(databaseUrl, "vacuum (analyze)");
}

/** Runs statements in one transaction beside the program, which must not be running where the store is embedded. */
export async function executeOn({ directory, databaseUrl }: Installation, statements: string[]): Promise<void> {
  if (databaseUrl !== null) return execute(databaseUrl, statements.join(";\n"));
  const db = new DatabaseSync(join(directory, "signalbox.db"));
  db.exec("pragma synchronous = off; begin");
  for (const statement of statements) db.exec(statement);
  db.exec("commit; pragma wal_checkpoint(truncate)");
  db.close();
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
