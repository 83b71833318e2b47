/**
 * Moves an installation from one database to another as lines of JSON: what it is, every row of every table in order, the
 * numbers that were given last, and how many rows there were. Row numbers are kept, since rows refer to each other by them.
 */
import type { Database, Row, Value } from "../database.ts";
import { NUMBERED, TABLES } from "./tables.ts";

/** A database that nobody else uses meanwhile. */
export interface Installation {
  db: Database;
  /** Of its schema; rows fit into a database of the same. */
  schema: number;
  /** Those that every database has. */
  columnsOf(table: string): Promise<string[]>;
  /** The number that the table has given last, whether or not its row is still there. */
  lastNumber(table: string): Promise<number>;
  /** Numbers up to this one are given no more. */
  reserve(table: string, lastNumber: number): Promise<void>;
  /** All that `work` writes, or nothing. */
  atomically(work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** It cannot be done; the message is for the person who asked for it. */
export class TransferError extends Error {}

type Line =
  | { installation: "signalbox"; schema: number }
  | { table: string; columns: string[] }
  | { row: Value[] }
  | { table: string; lastNumber: number }
  | { rows: number };

const PAGE = 500;

export async function* exported(source: Installation): AsyncGenerator<string> {
  let rows = 0;
  yield lineOf({ installation: "signalbox", schema: source.schema });
  for (const [table, key] of Object.entries(TABLES)) {
    const columns = await source.columnsOf(table);
    yield lineOf({ table, columns });
    for await (const row of rowsOf(source.db, table, key)) {
      yield lineOf({ row: columns.map((column) => row[column] ?? null) });
      rows += 1;
    }
  }
  for (const table of NUMBERED) yield lineOf({ table, lastNumber: await source.lastNumber(table) });
  // Who reads it knows by this that nothing is missing.
  yield lineOf({ rows });
}

const lineOf = (line: Line): string => `${JSON.stringify(line)}\n`;

async function* rowsOf(db: Database, table: string, key: readonly string[]): AsyncGenerator<Row> {
  const order = key.join(", ");
  let after: Value[] | null = null;
  for (;;) {
    const from: string = after === null ? "" : `where (${order}) > (${key.map(() => "?").join(", ")})`;
    const page: Row[] = await db.all(
      `select * from ${table} ${from} order by ${order} limit ${PAGE}`,
      ...(after ?? []),
    );
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = key.map((column) => last[column] ?? null);
  }
}

/** Fills an empty installation, and answers how many rows it has. A file that is cut off leaves nothing. */
export async function imported(target: Installation, lines: AsyncIterable<string>): Promise<number> {
  let rows = 0;
  await target.atomically(async () => {
    await requireEmpty(target.db);
    const reader = new Reader(target);
    for await (const line of lines) if (line !== "") await reader.take(parsed(line));
    rows = reader.end();
  });
  return rows;
}

async function requireEmpty(db: Database): Promise<void> {
  for (const table of Object.keys(TABLES)) {
    if (!(await db.one(`select 1 as found from ${table} limit 1`))) continue;
    throw new TransferError(`There is an installation in this database already: its table ${table} has rows.`);
  }
}

function parsed(line: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch {
    throw new TransferError("This is not what signalbox export writes: a line of it is no JSON.");
  }
}

class Reader {
  readonly #target: Installation;
  #isKnown = false;
  #insert = "";
  #rows = 0;
  #isWhole = false;

  constructor(target: Installation) {
    this.#target = target;
  }

  async take(line: Line): Promise<void> {
    if ("installation" in line) return this.#begin(line.schema);
    if (!this.#isKnown) throw new TransferError("This is not what signalbox export writes.");
    if ("row" in line) {
      await this.#target.db.run(this.#insert, ...line.row);
      this.#rows += 1;
    } else if ("columns" in line) await this.#beginTable(line.table, line.columns);
    else if ("lastNumber" in line) await this.#target.reserve(numbered(line.table), line.lastNumber);
    else this.#isWhole = line.rows === this.#rows;
  }

  end(): number {
    if (!this.#isWhole) throw new TransferError("The file is cut off; nothing was imported.");
    return this.#rows;
  }

  #begin(schema: number): void {
    if (schema !== this.#target.schema) {
      throw new TransferError(
        `The file has schema ${schema}, this signalbox ${this.#target.schema}; export and import with the same version.`,
      );
    }
    this.#isKnown = true;
  }

  async #beginTable(table: string, columns: readonly string[]): Promise<void> {
    const known = TABLES[table] ? await this.#target.columnsOf(table) : [];
    if (columns.length === 0 || !columns.every((column) => known.includes(column))) {
      throw new TransferError(`The file has a table or column that this signalbox does not know: ${table}.`);
    }
    this.#insert = `insert into ${table} (${columns.join(", ")}) values (${columns.map(() => "?").join(", ")})`;
  }
}

function numbered(table: string): string {
  if (NUMBERED.includes(table)) return table;
  throw new TransferError(`The file has a table that this signalbox does not know: ${table}.`);
}
