import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Client } from "pg";
import { DatabaseSetupError, requireDurableCommits, sentTogether } from "./connection.ts";

/** A server with these settings: a test's own cannot be set so for one connection alone. */
function server(off: string | null): Pick<Client, "query"> {
  const rows = ["fsync", "full_page_writes", "synchronous_commit"].map((name) => ({
    name,
    setting: name === off ? "off" : "on",
  }));
  return { query: async () => ({ rows }) } as unknown as Pick<Client, "query">;
}

describe("a database whose commits a loss of power may take back", () => {
  for (const name of ["fsync", "full_page_writes", "synchronous_commit"]) {
    it(`is refused: ${name} is off`, async () => {
      await assert.rejects(requireDurableCommits(server(name)), (error: unknown) => {
        assert.ok(error instanceof DatabaseSetupError);
        assert.match(error.message, new RegExp(`\\(${name} is off\\)`));
        return true;
      });
    });
  }

  it("is taken where all are on", async () => {
    await requireDurableCommits(server(null));
  });
});

describe("what is sent in one moment", () => {
  it("leaves as one write, with what the statement buffer sends behind it", async () => {
    const done: string[] = [];
    const stream = { cork: () => void done.push("hold"), uncork: () => void done.push("write") };
    const query = async (statement: string) => void done.push(statement);
    const connection = sentTogether({ connection: { stream }, query } as unknown as Client);
    void connection.query("begin");
    queueMicrotask(() => process.nextTick(() => void connection.query("select")));
    await new Promise((resolve) => setImmediate(resolve));
    void connection.query("commit");
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(done, ["hold", "begin", "select", "write", "hold", "commit", "write"]);
  });
});
