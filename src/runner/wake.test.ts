import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { virtualClock } from "../clock.ts";
import { wakeTimer } from "./wake.ts";

describe("the wake timer", () => {
  function started() {
    const clock = virtualClock(0);
    const woken: number[] = [];
    return { clock, woken, wake: wakeTimer(clock, () => woken.push(clock.now())) };
  }

  it("comes once, at the earliest of the moments it was asked for", async () => {
    const { clock, woken, wake } = started();
    for (const moment of [50, 20, 30]) wake.noLaterThan(moment);
    await clock.advance(100);
    assert.deepEqual(woken, [20]);
  });

  it("comes again when it is asked again", async () => {
    const { clock, woken, wake } = started();
    wake.noLaterThan(10);
    await clock.advance(10);
    wake.noLaterThan(5);
    wake.noLaterThan(40);
    await clock.advance(100);
    assert.deepEqual(woken, [10, 10]);
  });

  it("does not come after it was stopped", async () => {
    const { clock, woken, wake } = started();
    wake.noLaterThan(10);
    wake.stop();
    await clock.advance(100);
    assert.deepEqual(woken, []);
  });
});
