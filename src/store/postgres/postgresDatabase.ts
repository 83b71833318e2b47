/** PostgreSQL as a `Database`: `?` becomes `$n`, every statement is prepared once on each connection. */
import { types } from "pg";
import type { Database, Row, Value } from "../database.ts";

/** What is sent to a connection, and what comes back. */
export interface Statement {
  name: string;
  text: string;
  values: Value[];
}
export type Query = (statement: Statement) => Promise<{ rows: Row[]; rowCount: number | null }>;

export interface Writing {
  /** As in `Database`. */
  node: string;
  /** Waits for what nobody has waited for, before the transaction ends. */
  later: (written: Promise<unknown>) => void;
}

/** `writing` on the connection that writes: it sends a statement before those before it are answered. */
export function postgresDatabase(query: Query, writing?: Writing): Database {
  const ask = (sql: string, values: Value[]) => {
    const { name, text } = prepared(sql);
    return query({ name, text, values: values.map(encoded) });
  };
  return {
    ...(writing === undefined ? {} : { node: writing.node }),
    one: async (sql, ...values) => (await ask(sql, values)).rows[0],
    all: async (sql, ...values) => (await ask(sql, values)).rows,
    run: async (sql, ...values) => (await ask(sql, values)).rowCount ?? 0,
    write: (sql, ...values) => (writing ? writing.later(ask(sql, values)) : ask(sql, values)),
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
