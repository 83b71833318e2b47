import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Lane } from "./lane.ts";

describe("a lane", () => {
  let ends: (() => void)[];
  beforeEach(() => {
    ends = [];
  });

  const settled = () => new Promise((resolve) => setImmediate(resolve));
  async function fill(lane: Lane, works: number): Promise<void> {
    for (let n = 0; n < works; n += 1) void lane.run(() => new Promise<void>((resolve) => ends.push(resolve)));
    await settled();
  }
  async function end(works: number): Promise<void> {
    for (const over of ends.splice(0, works)) over();
    await settled();
  }

  it("has no more under way than it is wide, and lets in who comes next at each end", async () => {
    const lane = new Lane(3);
    await fill(lane, 5);
    assert.deepEqual([ends.length, lane.waiting], [3, 2]);
    await end(1);
    assert.deepEqual([ends.length, lane.waiting], [3, 1]);
  });

  it("begins with a few, and has room for one more after each quick end", async () => {
    const lane = new Lane(5, { first: 2, elapsedMs: () => 0 });
    await fill(lane, 20);
    assert.equal(ends.length, 2, "so that the first are answered before all have begun");
    await end(2);
    assert.equal(ends.length, 4);
    await end(4);
    assert.equal(ends.length, 5, "its width is never passed");
    await end(5);
    assert.deepEqual([ends.length, lane.waiting], [5, 4]);
  });

  it("has less room after each slow end, but never less than it began with", async () => {
    let now = 0;
    const lane = new Lane(9, { first: 2, elapsedMs: () => now });
    await fill(lane, 30);
    await end(2);
    await end(1);
    assert.equal(ends.length, 5);
    now = 1001;
    await end(2);
    assert.equal(ends.length, 3);
    now = 2002;
    await end(3);
    assert.equal(ends.length, 2);
  });
});
