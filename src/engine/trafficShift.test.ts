import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { canary, lambdaPlan, linear, Story } from "../../test/support/story.ts";
import type { TrafficRouting } from "../resources/trafficRouting.ts";
import { allWeights } from "./trafficShift.ts";

describe("the pace of the traffic", () => {
  /** Minute and percent, as the documents list them (semantics 4.4). */
  const paces: [name: string, traffic: TrafficRouting, shifts: [minute: number, percent: number][]][] = [
    ["all at once", { type: "AllAtOnce" }, [[0, 100]]],
    [
      "a 10 % canary of 5 minutes",
      canary(10, 5),
      [
        [0, 10],
        [5, 100],
      ],
    ],
    [
      "a 99 % canary of 1 minute",
      canary(99, 1),
      [
        [0, 99],
        [1, 100],
      ],
    ],
    ["linear 10 % every minute", linear(10, 1), Array.from({ length: 10 }, (_, n) => [n, 10 * (n + 1)])],
    ["linear 10 % every 10 minutes", linear(10, 10), Array.from({ length: 10 }, (_, n) => [10 * n, 10 * (n + 1)])],
    [
      "linear 30 % every 2 minutes, its last step capped",
      linear(30, 2),
      [
        [0, 30],
        [2, 60],
        [4, 90],
        [6, 100],
      ],
    ],
    [
      "linear 50 % every minute, which ends without a cap",
      linear(50, 1),
      [
        [0, 50],
        [1, 100],
      ],
    ],
  ];
  for (const [name, traffic, expected] of paces) {
    it(`of ${name} has exactly these weights at exactly these instants`, () => {
      const story = new Story(lambdaPlan({ traffic })).begin().playOut();
      assert.deepEqual(
        story.shifts.map(([second, percent]) => [second / 60, percent]),
        expected,
      );
      assert.equal(story.state.status, "Succeeded");
      assert.deepEqual(
        allWeights(traffic),
        expected.map(([, percent]) => percent),
      );
    });
  }

  it("is held from the moment the alias has the weight, however slow the write was", () => {
    const story = new Story(lambdaPlan({ traffic: canary(10, 5) })).begin().moved(40);
    assert.equal(story.wakesAt, 340);
    assert.deepEqual(story.tick(339.999).last.effects, []);
    story.tick(340);
    assert.deepEqual(story.shifts, [
      [0, 10],
      [340, 100],
    ]);
  });
});
