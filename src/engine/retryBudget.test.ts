import assert from "node:assert/strict";
import { it } from "node:test";
import { retryWaitMs, waitsInAllMs } from "./retryBudget.ts";

it("the waits between the calls double, up to half a minute, and end with the budget", () => {
  const longest = (type: "moveAlias" | "readAlarms", last: number) =>
    Array.from({ length: last }, (_, index) => retryWaitMs(type, index + 1, 1));
  assert.deepEqual(longest("moveAlias", 8), [500, 1000, 2000, 4000, 8000, 16_000, 30_000, null]);
  assert.deepEqual(longest("readAlarms", 3), [500, 1000, null]);
  assert.equal(retryWaitMs("moveAlias", 7, 0), 15_000, "the jitter takes half of it at most");
  assert.equal(retryWaitMs("invokeHook", 100, 1), 30_000, "a hook has a deadline of its own");
  assert.deepEqual(
    [waitsInAllMs("moveAlias"), waitsInAllMs("readAlarms"), waitsInAllMs("invokeHook")],
    [61_500, 1500, null],
  );
});
