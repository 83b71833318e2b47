import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { trafficSplit } from "./trafficSplit.ts";

describe("trafficSplit", () => {
  const choices = (weight: number, count: number, split = trafficSplit()) =>
    Array.from({ length: count }, () => split.choose("a", { functionVersion: "1", routing: { version: "2", weight } }));

  for (const [weight, expected] of [
    [0, 0],
    [0.1, 100],
    [0.25, 250],
    [1 / 3, 333],
    [0.5, 500],
    [0.99, 990],
    [1, 1000],
  ] as const) {
    it(`gives the second version ${expected} of 1,000 at ${weight}`, () => {
      assert.equal(choices(weight, 1000).filter((version) => version === "2").length, expected);
    });
  }

  it("spreads them evenly: each ten in a row have one at 0.1", () => {
    const all = choices(0.1, 200);
    for (let from = 0; from < 200; from += 10) {
      assert.equal(all.slice(from, from + 10).filter((version) => version === "2").length, 1);
    }
  });

  it("begins anew when the weight changes", () => {
    const split = trafficSplit();
    choices(0.4, 1, split);
    assert.deepEqual(choices(0.1, 5, split), choices(0.1, 5));
  });
});
