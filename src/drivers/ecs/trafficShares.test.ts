import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sameShares, sameTraffic } from "./trafficShares.ts";

const shares = (weights: Record<string, number>) =>
  Object.entries(weights).map(([targetGroupArn, weight]) => ({ targetGroupArn, weight }));

describe("the shares of two forwards", () => {
  const cases: [
    title: string,
    one: Record<string, number>,
    other: Record<string, number>,
    traffic: boolean,
    written: boolean,
  ][] = [
    ["alike", { a: 10, b: 90 }, { a: 10, b: 90 }, true, true],
    ["in another order", { a: 10, b: 90 }, { b: 90, a: 10 }, true, true],
    ["in other numbers", { a: 1, b: 9 }, { a: 10, b: 90 }, true, false],
    ["with one that is idle", { b: 1 }, { a: 0, b: 100 }, true, false],
    ["alone with whatever weight", { a: 1 }, { a: 100 }, true, true],
    ["alone with weight 0, which has everything all the same", { a: 0 }, { a: 1 }, true, true],
    ["to others", { a: 1 }, { b: 1 }, false, false],
    ["otherwise", { a: 10, b: 90 }, { a: 20, b: 80 }, false, false],
    ["to one more", { a: 50, b: 50 }, { a: 50, b: 50, c: 1 }, false, false],
    ["nowhere", { a: 0, b: 0 }, { a: 100, b: 0 }, false, false],
  ];
  for (const [title, one, other, traffic, written] of cases) {
    it(`${title} are ${traffic ? "" : "not "}the same traffic, and ${written ? "" : "not "}written the same`, () => {
      assert.deepEqual(
        [sameTraffic(shares(one), shares(other)), sameTraffic(shares(other), shares(one))],
        [traffic, traffic],
      );
      assert.deepEqual(
        [sameShares(shares(one), shares(other)), sameShares(shares(other), shares(one))],
        [written, written],
      );
    });
  }
});
