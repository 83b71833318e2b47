import assert from "node:assert/strict";
import { it } from "node:test";
import { repeated, type Value } from "../database.ts";
import { type Statement, writingDatabase } from "./postgresDatabase.ts";

const READ = repeated(0, "select body from target where deployment_n = ? order by target_id");
const WRITE = repeated(0, "insert into effect (deployment_n, key, attempt) values (?, ?, 1)");
const SAVE = repeated(1, "update deployment set wake_at = cast(? as bigint) where n = ?");
const OF_GROUP = repeated(null, "select n from deployment where group_n = ? for update");

/** A connection that tells what it was sent; each answer is the place of its call, for the calls in `answered`. */
function connection(answered: number[] = []) {
  const sent: Statement[] = [];
  const query = async (statement: Statement) => {
    sent.push(statement);
    return { rows: answered.map((i) => ({ i, body: `${i}` })), rowCount: answered.length };
  };
  const { db, flush } = writingDatabase(query, { node: "node", later: () => {} });
  /** What was done, in its order: a letter, and the values of each call. */
  const shown = () =>
    sent.map(({ text, values }) => {
      const types = [...text.matchAll(/::(bigint|text)\[\]/g)].map(([, type]) => type);
      const all = values.map((value, index) => (value instanceof Buffer ? elementsOf(value, types[index]) : value));
      return `${letterOf(text)} ${all.join("/")}`;
    });
  return { db, flush, sent, shown };
}

/** `1+2` of an array in its binary form. */
function elementsOf(array: Buffer, type: string | undefined): string {
  const [count, from] = [array.readInt32BE(12), 20];
  const found: string[] = [];
  for (let at = from; found.length < count; ) {
    const length = array.readInt32BE(at);
    const bytes = array.subarray(at + 4, at + 4 + Math.max(0, length));
    found.push(length < 0 ? "null" : type === "bigint" ? String(bytes.readBigInt64BE()) : bytes.toString());
    at += 4 + bytes.length;
  }
  return found.join("+");
}

function letterOf(text: string): string {
  if (text.includes("effect")) return "write";
  if (text.includes("set wake_at")) return "save";
  return text.includes("for update") ? "group" : "read";
}

it("what is wanted of many deployments at once is sent once, and each gets its own answer", async () => {
  const { db, shown } = connection([1, 3]);
  const rows = await Promise.all([7, 8, 9].map((n) => db.all(READ, n)));
  assert.deepEqual(shown(), ["read 7+8+9"]);
  assert.deepEqual(
    rows.map((found) => found.map((row) => row["body"])),
    [["1"], [], ["3"]],
  );
});

it("one alone is sent as it is", async () => {
  const { db, sent } = connection();
  await db.all(READ, 7);
  assert.deepEqual(sent[0]?.text, "select body from target where deployment_n = $1 order by target_id");
});

it("what concerns one deployment is sent in its order, twice where it must be", () => {
  const { db, flush, shown } = connection();
  const write = (n: number, key: string) => db.write(WRITE, n, key);
  write(1, "a");
  db.write(SAVE, 5, 1);
  write(2, "b");
  db.write(SAVE, 6, 2);
  // Behind the save of 1, which is behind the writes.
  write(1, "c");
  // The same twice for one.
  write(1, "d");
  flush();
  assert.deepEqual(shown(), ["write 1+2/a+b", "save 5+6/1+2", "write 1/c", "write 1/d"]);
});

it("what may be about any deployment comes after all before it, and before all after it", () => {
  const { db, flush, shown } = connection();
  const ask = (n: Value) => void db.all(OF_GROUP, n);
  ask(1);
  ask(2);
  db.write(WRITE, 1, "a");
  ask(3);
  db.write(WRITE, 2, "b");
  db.write(WRITE, 3, "c");
  flush();
  db.write(WRITE, 4, "d");
  ask(4);
  db.write(WRITE, 5, "e");
  flush();
  assert.deepEqual(shown(), [
    ...["group 1+2", "write 1/a", "group 3", "write 2+3/b+c"],
    ...["write 4/d", "group 4", "write 5/e"],
  ]);
});

it("what is not repeated comes after all before it", () => {
  const { db, shown } = connection();
  db.write(WRITE, 1, "a");
  void db.run("insert into application (name) values (?)", "effect");
  assert.deepEqual(shown(), ["write 1/a", "read effect"]);
});

it("a moment that may be none for all is sent as what it is", () => {
  const { db, flush, sent, shown } = connection();
  db.write(SAVE, null, -1);
  db.write(SAVE, null, 2 ** 53 - 1);
  flush();
  assert.deepEqual(shown(), ["save null+null/-1+9007199254740991"]);
  assert.match(sent[0]?.text ?? "", /unnest\(\$1::bigint\[\], \$2::bigint\[\]\)/);
});

it("rows that are locked together are locked in the order of their numbers", () => {
  const { db, flush, sent } = connection();
  void db.all(OF_GROUP, 2);
  void db.all(OF_GROUP, 1);
  flush();
  assert.match(sent[0]?.text ?? "", / order by deployment\.n for update$/);
});
