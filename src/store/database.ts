/** What the statements need of a database. SQL is portable; a backend rewrites the `?` where it must. */
import { DamagedRowError, type OnDamaged } from "./store.ts";

export type Value = string | number | null;
export type Row = Record<string, Value>;
/** SQLite answers at once, PostgreSQL later; the statements await either. */
export type Awaitable<T> = T | Promise<T>;

/**
 * A statement about the rows of one deployment and no others: they have its number, which is the value at `position`,
 * counted from 0. Where the way to the database costs more than the rows do, it is run for many deployments at once, which
 * leaves the order of what concerns each of them as it is. Where `position` is `null`, it reads or locks what may belong
 * to several, or adds a row that the same transaction does not read.
 */
export interface Repeated {
  text: string;
  position: number | null;
}

export const repeated = (position: number | null, text: string): Repeated => ({ text, position });

export type Sql = string | Repeated;

export interface Database {
  /** Where several processes write: the name of this one. What a transaction decides on is locked as it is read. */
  readonly node?: string;
  one(sql: Sql, ...values: Value[]): Awaitable<Row | undefined>;
  all(sql: Sql, ...values: Value[]): Awaitable<Row[]>;
  /** Answers how many rows were changed. */
  run(sql: Sql, ...values: Value[]): Awaitable<number>;
  /**
   * For whoever need not know what came of it. Later statements see what it wrote. Whether it failed may show only when the
   * transaction ends, which then fails.
   */
  write(sql: Sql, ...values: Value[]): Awaitable<unknown>;
}

/**
 * What a read ends with whose rows must stay as they are until the transaction's end; `of` names the table among several.
 * Nothing where transactions run one after the other.
 */
export function forUpdate({ node }: Database, of?: string): string {
  if (node === undefined) return "";
  return of === undefined ? " for update" : ` for update of ${of}`;
}

/** The same for what may change in other respects, for as long as it is there. */
export const forShare = ({ node }: Database): string => (node === undefined ? "" : " for share");

/** Locks a row by its number, or a name that has no row yet, for a decision that other rows depend on. */
export async function lockRow(db: Database, table: "application" | "deployment" | "deployment_group", n: number) {
  if (db.node !== undefined) await db.write(LOCKS[table], n);
}

const lockOf = (table: string) => `select n from ${table} where n = ? for update`;
const LOCKS = {
  application: lockOf("application"),
  deployment: repeated(0, lockOf("deployment")),
  deployment_group: repeated(null, lockOf("deployment_group")),
};

export async function lockName(db: Database, ...name: string[]): Promise<void> {
  if (db.node === undefined) return;
  await db.write("select pg_advisory_xact_lock(hashtextextended(?, 0)) is null as locked", JSON.stringify(name));
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
