/** A short torture, so that the program behind `npm run torture` stays alive; the long ones are run by hand. */
import assert from "node:assert/strict";
import { it, type TestContext } from "node:test";
import { torture } from "../torture/torture.ts";

it("forty deployments at once, kill -9 and SIGSTOP: every acknowledged request is accounted for", async (test: TestContext) => {
  const options = {
    seed: 7,
    milliseconds: 12_000,
    deployments: 40,
    longestPauseMs: 4000,
    databaseUrl: null,
    restartDatabase: null,
  };
  const { ledger, faults, truth } = await torture({ ...options, say: (line) => test.diagnostic(line) });
  assert.deepEqual(ledger.contradictions, []);
  assert.ok(faults.kills >= 1, "it was killed");
  assert.ok(faults.stills >= 1, "it was stopped");
  assert.equal(new Set(truth.deployments.map(({ lane }) => lane.group)).size, 40, "each lane has deployed");
});
