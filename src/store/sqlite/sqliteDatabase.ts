/** SQLite as a `Database`: statements are prepared once. */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Database, Row, Value } from "../database.ts";

export interface SqliteDatabase extends Database {
  one(sql: string, ...values: Value[]): Row | undefined;
  all(sql: string, ...values: Value[]): Row[];
  run(sql: string, ...values: Value[]): number;
  write(sql: string, ...values: Value[]): number;
  /** For statements that are not worth keeping: pragmas, commits, migrations. */
  exec(sql: string): void;
  /** Whether a transaction is open. */
  inTransaction(): boolean;
  close(): void;
}

export function openSqlite(file: string, options: { readOnly: boolean }): SqliteDatabase {
  const database = new DatabaseSync(file, { readOnly: options.readOnly, timeout: 5000 });
  const prepared = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const known = prepared.get(sql);
    if (known) return known;
    const made = database.prepare(sql);
    prepared.set(sql, made);
    return made;
  };
  const run = (sql: string, ...values: Value[]) => Number(statement(sql).run(...values).changes);
  return {
    one: (sql, ...values) => statement(sql).get(...values) as Row | undefined,
    all: (sql, ...values) => statement(sql).all(...values) as Row[],
    run,
    write: run,
    exec: (sql) => database.exec(sql),
    inTransaction: () => database.isTransaction,
    close: () => database.close(),
  };
}
