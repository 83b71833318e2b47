/** What the statements need of a database. SQL is portable; a backend rewrites the `?` where it must. */
import { DamagedRowError, type OnDamaged } from "./store.ts";

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

/** What the column holds. Throws a DamagedRowError, which does not tell of whose row it is. */
export function json<T>(row: Row, column: string): T {
  try {
    return JSON.parse(String(row[column])) as T;
  } catch (error) {
    throw new DamagedRowError(`its ${column} cannot be read (${String(error)})`);
  }
}

/** Names whose row was found to be damaged. */
export async function about<T>(whose: string, read: () => Awaitable<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof DamagedRowError ? new DamagedRowError(`${whose}: ${error.message}`) : error;
  }
}

const fail: OnDamaged = (_, error) => {
  throw error;
};

/** What can be read of rows of deployments, whose number is in `column` and whose id in `id`; `damaged` is told of the others. */
export function readable<T>(rows: Row[], column: string, read: (row: Row) => T, damaged: OnDamaged = fail): T[] {
  return rows.flatMap((row) => {
    try {
      return [read(row)];
    } catch (error) {
      if (!(error instanceof DamagedRowError)) throw error;
      damaged(number(row, column), new DamagedRowError(`deployment ${text(row, "id")}: ${error.message}`));
      return [];
    }
  });
}
