/** Transactions that share a commit, over a connection that refuses what it is told to. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { DatabaseError } from "pg";
import { wallClock } from "../../clock.ts";
import { StoreUnavailableError, type Transaction, WritesRefusedError } from "../store.ts";
import { CommitGroup } from "./commitGroup.ts";
import type { Query } from "./postgresDatabase.ts";

const STATEMENT = { name: "s", text: "update", values: [] };

/** `refuse` throws what the database answers to the statement of every transaction. */
function groupOver(refuse: () => void, commitMs = 0) {
  let send: Query = () => Promise.reject(new Error("nothing is connected"));
  const done = { rows: [], rowCount: 0 };
  let elapsedMs = 0;
  const group = new CommitGroup({
    connect: async () => ({
      async query(statement) {
        if (typeof statement !== "string") refuse();
        elapsedMs += statement === "commit" ? commitMs : 1;
        return done;
      },
      end: async () => {},
    }),
    transactionOn(query) {
      send = query;
      return { tx: {} as Transaction, flush: () => {} };
    },
    afterCommit: () => {},
    onUnknown: () => {},
    time: { ...wallClock, elapsedMs: () => elapsedMs },
  });
  return () => group.add(() => send(STATEMENT), null);
}

function refusedWith(code: string): DatabaseError {
  return Object.assign(new DatabaseError("refused", 0, "error"), { code, severity: "ERROR" });
}

it("tells whoever waited for a lock in vain that it may pass", async () => {
  let runs = 0;
  const add = groupOver(() => {
    runs += 1;
    throw refusedWith("55P03");
  });
  await assert.rejects(
    add(),
    (error) => error instanceof WritesRefusedError && !(error instanceof StoreUnavailableError),
  );
  assert.ok(runs > 10, `it was tried ${runs} times`);
});

it("tells what was wrong with a transaction that will not pass, at once", async () => {
  let runs = 0;
  const add = groupOver(() => {
    runs += 1;
    throw refusedWith("23514");
  });
  await assert.rejects(add(), (error) => error instanceof DatabaseError && error.code === "23514");
  assert.equal(runs, 1);
});

it("puts no commit off for longer than it takes, though somebody always comes", async () => {
  const before = async (commitMs: number) => {
    let came = 0;
    const add = groupOver(() => {
      came += 1;
      if (came < 500) void add();
    }, commitMs);
    await add();
    // How long commits take is known after the first.
    const known = came;
    await add();
    return [known, came - known];
  };
  assert.deepEqual(await before(0), [2, 2]);
  const [, slow = 0] = await before(40);
  assert.ok(slow > 10 && slow < 41, `of commits that take 40 ms, ${slow} transactions of 2 ms and more share one`);
});
