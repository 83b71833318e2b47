import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Client } from "pg";
import { DatabaseSetupError, requireDurableCommits } from "./connection.ts";

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
