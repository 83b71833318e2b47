import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededIds } from "../../../ids.ts";
import { weightedChance, weightedTurns } from "./weightedTurns.ts";

function count(turn: () => string | undefined, times: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let index = 0; index < times; index += 1) {
    const item = String(turn());
    counts[item] = (counts[item] ?? 0) + 1;
  }
  return counts;
}

const blueGreen = (blue: number, green: number) => [
  { item: "blue", weight: blue },
  { item: "green", weight: green },
];

describe("weighted turns", () => {
  it("give exact shares", () => {
    assert.deepEqual(count(weightedTurns(blueGreen(90, 10)), 1000), { blue: 900, green: 100 });
    assert.deepEqual(count(weightedTurns(blueGreen(90, 10)), 20), { blue: 18, green: 2 });
    assert.deepEqual(count(weightedTurns(blueGreen(999, 1)), 1000), { blue: 999, green: 1 });
  });

  it("spread the turns of each", () => {
    const turn = weightedTurns([...blueGreen(2, 1), { item: "red", weight: 1 }]);
    assert.deepEqual(Array.from({ length: 4 }, turn), ["blue", "green", "red", "blue"]);
  });

  it("never come to who has no weight", () => {
    assert.deepEqual(count(weightedTurns(blueGreen(1, 0)), 50), { blue: 50 });
    assert.equal(weightedTurns(blueGreen(0, 0))(), undefined);
    assert.equal(weightedTurns([])(), undefined);
  });
});

describe("weighted chance", () => {
  it("comes near the shares, and to nobody without weight", () => {
    const { fraction } = seededIds(1);
    const { green = 0 } = count(weightedChance(blueGreen(90, 10), fraction), 10_000);
    assert.ok(green > 900 && green < 1100, `${green} of 10,000`);
    assert.deepEqual(count(weightedChance(blueGreen(0, 5), fraction), 50), { green: 50 });
    assert.equal(weightedChance(blueGreen(0, 0), fraction)(), undefined);
  });
});
