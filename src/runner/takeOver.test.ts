import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { START } from "../../test/support/story.ts";
import { virtualClock } from "../clock.ts";
import { openMemoryStore } from "../store/sqlite/memoryStore.ts";
import type { OwedEffect } from "../store/store.ts";
import { TakeOver } from "./takeOver.ts";

describe("taking over", () => {
  it("takes all that a process has left within two seconds, however much it was", async () => {
    const store = openMemoryStore();
    const left = Array.from({ length: 1010 }, (_, deploymentN) => ({ deploymentN }) as OwedEffect);
    const all = [...left];
    const performed: OwedEffect[] = [];
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
      claims: { due: async () => [], effects: async (limit) => left.splice(0, limit), notifications: async () => [] },
      perform: (owed) => void performed.push(owed),
      turn: () => {},
      collectDue: async () => {},
      watchOnly: () => {},
    });
    takeOver.start();
    for (let timer = timers.shift(); timer && timer.atMs < 2000; timer = timers.shift()) {
      nowMs = timer.atMs;
      timer.callback();
      while (timers.length === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual(performed, all);
    takeOver.stop();
    await store.close();
  });
});
