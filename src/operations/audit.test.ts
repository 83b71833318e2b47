/** The audit of requests that go wrong in ways that the API offers nobody: faults of ours, and what is not built. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { HttpRequest } from "../protocol/http.ts";
import { NotBuiltError } from "../shapes/modelledError.ts";
import { openSqliteStore } from "../store/sqlite/sqliteStore.ts";
import type { Store } from "../store/store.ts";
import { audited } from "./audit.ts";

const directory = await mkdtemp(join(tmpdir(), "signalbox-audit-"));
const store = openSqliteStore({ directory, onCommitFailure: (error) => assert.fail(String(error)) });
after(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

let requests = 0;
/** Audits `work` as a request of its own, and gives how it ended and the outcomes that stand in the audit. */
async function attempt(work: (store: Store) => Promise<unknown>, on: Store = store) {
  const caller = { accountId: "123456789012", region: "eu-west-1", accessKeyId: null, signedFor: null };
  const requestId = `request-${++requests}`;
  const request = { caller: { ...caller, sourceAddress: "::1" }, requestId } as HttpRequest;
  const write = { operation: "Write", request, readInput: () => ({}) };
  const answer = audited({ store: on, now: () => 1 }, write, (_, audited) => work(audited));
  const ended = await answer.then(
    () => "answered",
    (error: Error) => error.message,
  );
  const entries = await store.read((reader) => reader.audit.list(caller, { after: null, limit: 100 }));
  return { ended, outcomes: entries.filter((entry) => entry.requestId === requestId).map(({ outcome }) => outcome) };
}

const note = (name: string) => (tx: Parameters<Parameters<Store["transaction"]>[0]>[0]) =>
  tx.installation.put(name, "written");
const noted = (name: string) => store.read((reader) => reader.installation.get(name));

describe("a write is audited once", () => {
  it("when it opens no transaction", async () => {
    assert.deepEqual(await attempt(async () => {}), { ended: "answered", outcomes: ["Succeeded"] });
  });

  it("as not implemented, when it is not built", async () => {
    const refuse = async () => {
      throw new NotBuiltError("not built");
    };
    const expected = { ended: "not built", outcomes: ["NotImplementedException"] };
    assert.deepEqual(await attempt(refuse), expected);
    assert.deepEqual(await attempt((audited) => audited.transaction(refuse)), expected);
  });

  it("as our fault, by the name that the caller is told", async () => {
    const fail = async () => {
      throw new TypeError("a fault");
    };
    assert.deepEqual(await attempt(fail), { ended: "a fault", outcomes: ["InternalFailure"] });
  });

  it("when it goes on after a refused transaction", async () => {
    const refusedFirst = async (audited: Store) => {
      await assert.rejects(audited.transaction(() => Promise.reject(new Error("refused"))));
      await audited.transaction(note("second"));
    };
    assert.deepEqual(await attempt(refusedFirst), { ended: "answered", outcomes: ["Succeeded"] });
    assert.equal(await noted("second"), "written");
  });

  it("and may not write again after the transaction that has its entry", async () => {
    const twice = async (audited: Store) => {
      await audited.transaction(note("once"));
      await audited.transaction(note("twice"));
    };
    const { ended, outcomes } = await attempt(twice);
    assert.match(ended, /^Write opens a second transaction/);
    assert.deepEqual(outcomes, ["Succeeded"]);
    assert.deepEqual([await noted("once"), await noted("twice")], ["written", undefined]);
  });
});

describe("what cannot be audited", () => {
  const silent: Store = {
    ...store,
    transaction: (work) =>
      store.transaction((tx) =>
        work({ ...tx, audit: { ...tx.audit, append: () => Promise.reject(Error("no entry")) } }),
      ),
  };

  it("does not happen", async () => {
    const { ended, outcomes } = await attempt((audited) => audited.transaction(note("unseen")), silent);
    assert.deepEqual([ended, outcomes, await noted("unseen")], ["no entry", [], undefined]);
  });

  it("is a fault of ours, even where it is refused", async () => {
    const refuse = () => Promise.reject(new NotBuiltError("not built"));
    assert.deepEqual(await attempt(refuse, silent), { ended: "no entry", outcomes: [] });
  });
});
