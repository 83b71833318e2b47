import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { START } from "../../test/support/story.ts";
import { virtualClock } from "../clock.ts";
import { openMemoryStore } from "../store/sqlite/memoryStore.ts";
import type { OwedEffect, Store } from "../store/store.ts";
import { TakeOver, type TakeOverOptions } from "./takeOver.ts";

/** One whose time a test moves, look by look. */
function takeOverIn(store: Store, options: Partial<TakeOverOptions>) {
  let nowMs = 0;
  const timers: { atMs: number; callback: () => void }[] = [];
  const takeOver = new TakeOver({
    store,
    clock: virtualClock(START),
    time: {
      elapsedMs: () => nowMs,
      after(milliseconds, callback) {
        timers.push({ atMs: nowMs + milliseconds, callback });
        return () => {};
      },
    },
    log: () => {},
    claims: { due: async () => [], effects: async () => [], notifications: async () => [] },
    perform: () => {},
    turn: () => {},
    collectDue: async () => {},
    watchEveryMs: 10_000,
    watchOnly: () => {},
    ...options,
  });
  takeOver.start();
  return {
    async until(endMs: number) {
      for (let timer = timers.shift(); timer && timer.atMs < endMs; timer = timers.shift()) {
        nowMs = timer.atMs;
        timer.callback();
        while (timers.length === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      takeOver.stop();
      await store.close();
    },
    now: () => nowMs,
  };
}

describe("taking over", () => {
  it("takes all that a process has left within two seconds, however much it was", async () => {
    const left = Array.from({ length: 1010 }, (_, deploymentN) => ({ deploymentN }) as OwedEffect);
    const all = [...left];
    const performed: OwedEffect[] = [];
    const takeOver = takeOverIn(openMemoryStore(), {
      claims: { due: async () => [], effects: async (limit) => left.splice(0, limit), notifications: async () => [] },
      perform: (owed) => void performed.push(owed),
    });
    await takeOver.until(2000);
    assert.deepEqual(performed, all);
  });

  it("looks every second for what is left, and at every interval of the alarms for whose are watched", async () => {
    const looks: number[] = [];
    const watched: number[] = [];
    const takeOver = takeOverIn(openMemoryStore(), {
      collectDue: async () => void looks.push(takeOver.now()),
      watchOnly: () => void watched.push(takeOver.now()),
    });
    await takeOver.until(21_500);
    assert.equal(looks.length, 21);
    assert.deepEqual(watched, [1000, 11_000, 21_000]);
  });
});
