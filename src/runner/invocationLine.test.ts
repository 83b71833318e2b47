import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { START } from "../../test/support/story.ts";
import { type VirtualClock, virtualClock } from "../clock.ts";
import { InvocationLine } from "./invocationLine.ts";

const PROBE_MS = 1000;

describe("the line of a function's invocations", () => {
  let clock: VirtualClock;
  let line: InvocationLine<string>;
  /** How many the function runs at once, and what it runs. */
  let room: number;
  let running: Map<string, () => void>;
  let accepted: string[];
  let refused: number;
  let emptied: number;

  beforeEach(() => {
    clock = virtualClock(START);
    [room, running, accepted, refused, emptied] = [2, new Map(), [], 0, 0];
    line = new InvocationLine<string>({
      clock,
      probeWaitMs: () => PROBE_MS,
      attempt: (name) => {
        if (running.size >= room) {
          refused += 1;
          return Promise.resolve("refused");
        }
        accepted.push(name);
        return new Promise((resolve) => running.set(name, () => resolve("over")));
      },
      onEmpty: () => {
        emptied += 1;
      },
    });
  });

  const settled = () => new Promise((resolve) => setImmediate(resolve));
  async function add(...names: string[]): Promise<void> {
    for (const name of names) line.add(name);
    await settled();
  }
  async function end(name: string): Promise<void> {
    const over = running.get(name) ?? assert.fail(`${name} is running`);
    running.delete(name);
    over();
    await settled();
  }

  it("gives a place that becomes free to whoever has waited longest, however many come later", async () => {
    await add("a", "b", "c", "d");
    assert.deepEqual(accepted, ["a", "b"]);
    await end("b");
    await add("e");
    await end("a");
    await add("f");
    await end("c");
    await end("d");
    assert.deepEqual(accepted, ["a", "b", "c", "d", "e", "f"]);
    assert.equal(refused, 2, "who comes later is not even tried");
  });

  it("probes now and then for a place that others held, and uses it from then on", async () => {
    room = 0;
    await add("a", "b", "c");
    assert.deepEqual(accepted, []);
    await clock.advance(PROBE_MS);
    assert.deepEqual([accepted, refused], [[], 4], "one of them asks for all");
    room = 2;
    // Time stands still while an invocation runs, so the probe's own place is found first, the other at its end.
    const advancing = clock.advance(PROBE_MS);
    await settled();
    await settled();
    assert.deepEqual(accepted, ["a"]);
    await end("a");
    await end("b");
    await end("c");
    await advancing;
    assert.deepEqual([accepted, emptied], [["a", "b", "c"], 1]);
  });

  it("begins nothing more once it is stopped", async () => {
    await add("a", "b", "c");
    line.stop();
    await end("a");
    await end("b");
    await clock.advance(10 * PROBE_MS);
    assert.deepEqual(accepted, ["a", "b"]);
  });
});
