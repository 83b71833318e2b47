/** PostgreSQL as a `Database`: `?` becomes `$n`, every statement is prepared once on each connection. */
import { types } from "pg";
import type { Database, Repeated, Row, Sql, Value } from "../database.ts";
import { StatementBuffer } from "./statementBuffer.ts";

/** What is sent to a connection, and what comes back. */
export interface Statement {
  name: string;
  text: string;
  /** Arrays, in their binary form, where the statement is run for many deployments. */
  values: (Value | Buffer)[];
}
export interface Answer {
  rows: Row[];
  rowCount: number | null;
}
export type Query = (statement: Statement) => Promise<Answer>;

export interface Writing {
  /** As in `Database`. */
  node: string;
  /** Waits for what nobody has waited for, before the transaction ends. */
  later: (written: Promise<unknown>) => void;
}

/** On a connection that reads. */
export function postgresDatabase(query: Query): Database {
  const ask = (sql: Sql, values: Value[]) => query({ ...prepared(textOf(sql)), values: values.map(encoded) });
  return { ...answering(ask), write: (sql, ...values) => ask(sql, values) };
}

/**
 * On the connection that writes: it sends a statement before those before it are answered, and what is wanted for many
 * deployments at once as one. `flush` sends what is still held back.
 */
export function writingDatabase(query: Query, { node, later }: Writing): { db: Database; flush: () => void } {
  const buffer = new StatementBuffer({ query, later, prepared });
  const ask = (sql: Sql, values: Value[]) => {
    if (isRepeated(sql)) return buffer.ask(sql, values.map(encoded));
    buffer.flush();
    return query({ ...prepared(sql), values: values.map(encoded) });
  };
  const write = (sql: Sql, ...values: Value[]) =>
    isRepeated(sql) ? buffer.tell(sql, values.map(encoded)) : later(ask(sql, values));
  return { db: { node, ...answering(ask), write }, flush: () => buffer.flush() };
}

const isRepeated = (sql: Sql): sql is Repeated => typeof sql !== "string";
const textOf = (sql: Sql) => (isRepeated(sql) ? sql.text : sql);

function answering(ask: (sql: Sql, values: Value[]) => Promise<Answer>): Pick<Database, "one" | "all" | "run"> {
  return {
    one: async (sql, ...values) => (await ask(sql, values)).rows[0],
    all: async (sql, ...values) => (await ask(sql, values)).rows,
    run: async (sql, ...values) => (await ask(sql, values)).rowCount ?? 0,
  };
}

const known = new Map<string, { name: string; text: string }>();

/** The text in PostgreSQL's spelling, and the name under which it is prepared. No statement of ours has a `?` in quotes. */
function prepared(sql: string): { name: string; text: string } {
  const found = known.get(sql);
  if (found) return found;
  let count = 0;
  const made = { name: `s${known.size + 1}`, text: sql.replace(/\?/g, () => `$${++count}`) };
  known.set(sql, made);
  return made;
}

/** PostgreSQL's text has no NUL: it is written as U+0001 U+0001, and U+0001 as U+0001 U+0002, which keeps all orders. */
function encoded(value: Value): Value {
  if (typeof value !== "string" || !(value.includes("\0") || value.includes("\x01"))) return value;
  return value.replaceAll("\x01", "\x01\x02").replaceAll("\0", "\x01\x01");
}

function decoded(value: string): string {
  if (!value.includes("\x01")) return value;
  return value.replaceAll("\x01\x01", "\0").replaceAll("\x01\x02", "\x01");
}

const { INT8, NUMERIC, TEXT } = types.builtins;
const parsers = new Map<number, (value: string) => Value>([
  [INT8, Number],
  [NUMERIC, Number],
  [TEXT, decoded],
]);

/** Whole numbers as numbers: times and row numbers are far below 2^53. */
export const resultTypes = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    parsers.get(oid) ?? types.getTypeParser(oid, format as "text")) as typeof types.getTypeParser,
};
