/** What the statements need of a database. SQL is portable; a backend rewrites the `?` where it must. */

export type Value = string | number | null;
export type Row = Record<string, Value>;
/** SQLite answers at once, PostgreSQL later; the statements await either. */
export type Awaitable<T> = T | Promise<T>;

export interface Database {
  one(sql: string, ...values: Value[]): Awaitable<Row | undefined>;
  all(sql: string, ...values: Value[]): Awaitable<Row[]>;
  /** Answers how many rows were changed. */
  run(sql: string, ...values: Value[]): Awaitable<number>;
}

export const text = (row: Row, column: string): string => String(row[column]);
export const number = (row: Row, column: string): number => Number(row[column]);
export const json = <T>(row: Row, column: string): T => JSON.parse(String(row[column])) as T;
