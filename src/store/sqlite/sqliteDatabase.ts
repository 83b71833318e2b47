/** SQLite as a `Database`: statements are prepared once. */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Database, Row, Sql, Value } from "../database.ts";

export interface SqliteDatabase extends Database {
  one(sql: Sql, ...values: Value[]): Row | undefined;
  all(sql: Sql, ...values: Value[]): Row[];
  run(sql: Sql, ...values: Value[]): number;
  write(sql: Sql, ...values: Value[]): number;
  /** For statements that are not worth keeping: pragmas, commits, migrations. */
  exec(sql: string): void;
  /** Whether a transaction is open. */
  inTransaction(): boolean;
  close(): void;
}

export function openSqlite(file: string, options: { readOnly: boolean }): SqliteDatabase {
  const database = new DatabaseSync(file, { readOnly: options.readOnly, timeout: 5000 });
  const prepared = new Map<Sql, StatementSync>();
  const statement = (sql: Sql): StatementSync => {
    const known = prepared.get(sql);
    if (known) return known;
    const made = database.prepare(typeof sql === "string" ? sql : sql.text);
    prepared.set(sql, made);
    return made;
  };
  const run = (sql: Sql, ...values: Value[]) => Number(statement(sql).run(...values).changes);
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
