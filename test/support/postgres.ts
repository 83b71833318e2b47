/** The PostgreSQL of the tests: the one that TEST_DATABASE_URL names. Each test has a schema of its own in it. */
import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { openPostgresStore, type PostgresStore } from "../../src/store/postgres/postgresStore.ts";

export const databaseUrl = process.env["TEST_DATABASE_URL"];

/** What a suite is given that needs it. */
export const needsPostgres = { skip: databaseUrl ? false : "TEST_DATABASE_URL names no PostgreSQL" };

export interface TestSchema {
  name: string;
  url: string;
  /** A process of its own that works on it. */
  open(more?: Partial<Parameters<typeof openPostgresStore>[0]>): Promise<PostgresStore>;
  /** Runs one statement beside all stores. */
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  discard(): Promise<void>;
}

/** In the database that the tests have, where none is given. */
export function testSchema(database = databaseUrl ?? ""): TestSchema {
  const schema = `t${randomUUID().replaceAll("-", "")}`;
  const url = new URL(database);
  url.searchParams.set("application_name", schema);
  url.searchParams.set("options", `-c search_path=${schema}`);
  let made: Promise<unknown> | null = null;
  const query = async (sql: string, values: unknown[] = []) => {
    const client = new Client({ connectionString: url.href });
    await client.connect();
    try {
      return (await client.query(sql, values)).rows;
    } finally {
      await client.end();
    }
  };
  return {
    name: schema,
    url: url.href,
    async open(more = {}) {
      made ??= query(`create schema if not exists ${schema}`);
      await made;
      const own = { nodeId: randomUUID(), version: "test", onExcluded: () => {}, log: () => {} };
      return openPostgresStore({ url: url.href, connections: 3, clock: "real", ...own, ...more });
    },
    query,
    discard: async () => void (await query(`drop schema if exists ${schema} cascade`)),
  };
}

const schemas = new Map<string, TestSchema>();

/** Settings of a signalbox whose data is in PostgreSQL, in a schema that is found again by the data folder. */
export async function storeFlags(dataDirectory: string) {
  if (process.env["TEST_STORE"] !== "postgres") return {};
  const schema = schemas.get(dataDirectory) ?? testSchema();
  schemas.set(dataDirectory, schema);
  await schema.query(`create schema if not exists "${schema.name}"`);
  return { "database-url": schema.url, "database-connections": "3" };
}

export async function discardStore(dataDirectory: string): Promise<void> {
  const schema = schemas.get(dataDirectory);
  schemas.delete(dataDirectory);
  await schema?.discard();
}
