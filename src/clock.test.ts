import assert from "node:assert/strict";
import { afterEach, describe, it, mock } from "node:test";
import { type Clock, realClock, virtualClock } from "./clock.ts";

const START = Date.UTC(2026, 0, 5, 9);

/** Notes each timer that fires, with the time it is then. */
function diary(clock: Clock) {
  const lines: string[] = [];
  const note = (name: string) => () => lines.push(`${name} at ${clock.now() - START}`);
  return { lines, note };
}

describe("a virtual clock", () => {
  it("stands still until it is advanced, and then by exactly that much", async () => {
    const clock = virtualClock(START);
    await clock.idle();
    assert.equal(clock.now(), START);
    assert.equal(await clock.advance(1500), START + 1500);
    assert.equal(clock.now(), START + 1500);
  });

  it("fires timers in the order of their moments, those of one moment in the order in which they were set", async () => {
    const clock = virtualClock(START);
    const { lines, note } = diary(clock);
    clock.at(START + 30, note("c"));
    clock.at(START + 10, note("a"));
    clock.at(START + 30, note("d"));
    clock.at(START + 20, note("b"));
    clock.at(START + 31, note("later"));
    await clock.advance(30);
    assert.deepEqual(lines, ["a at 10", "b at 20", "c at 30", "d at 30"]);
  });

  it("never fires a timer synchronously, and needs no advance for one whose moment has come", async () => {
    const clock = virtualClock(START);
    const { lines, note } = diary(clock);
    clock.at(START - 5, note("past"));
    clock.at(START, note("now"));
    assert.deepEqual(lines, []);
    await clock.idle();
    assert.deepEqual(lines, ["past at 0", "now at 0"]);
  });

  it("fires a timer that was set while it advances, at its own moment", async () => {
    const clock = virtualClock(START);
    const { lines, note } = diary(clock);
    clock.at(START + 10, () => {
      clock.at(clock.now() + 5, note("within"));
      clock.at(clock.now(), note("at once"));
      clock.at(clock.now() + 500, note("beyond"));
    });
    await clock.advance(100);
    assert.deepEqual(lines, ["at once at 10", "within at 15"]);
  });

  it("does not fire what was released, before or after its moment", async () => {
    const clock = virtualClock(START);
    const { lines, note } = diary(clock);
    clock.at(START + 10, note("released"))();
    const release = clock.at(START, note("released too"));
    release();
    release();
    clock.at(START + 5, clock.at(START + 6, note("released by another")));
    await clock.advance(20);
    assert.deepEqual(lines, []);
  });

  it("waits at each moment for the work that it set off", async () => {
    const clock = virtualClock(START);
    const { lines, note } = diary(clock);
    clock.at(START + 10, () => {
      const release = clock.hold();
      void (async () => {
        for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve));
        note("work ended")();
        clock.at(clock.now() + 1, note("what it led to"));
        release();
        release();
      })();
    });
    clock.at(START + 20, note("next"));
    await clock.advance(50);
    assert.deepEqual(lines, ["work ended at 10", "what it led to at 11", "next at 20"]);
  });

  it("is idle only when every hold has been released", async () => {
    const clock = virtualClock(START);
    const first = clock.hold();
    const second = clock.hold();
    let idle = false;
    const waiting = clock.idle().then(() => {
      idle = true;
    });
    first();
    first();
    for (let turns = 0; turns < 10; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(idle, false, "a release that is called twice counts once");
    second();
    await waiting;
    assert.equal(idle, true);
  });

  it("serves advances that overlap one after the other", async () => {
    const clock = virtualClock(START);
    const { lines, note } = diary(clock);
    clock.at(START + 15, note("timer"));
    const ends = await Promise.all([clock.advance(10), clock.advance(10), clock.advance(10)]);
    assert.deepEqual(
      ends.map((end) => end - START),
      [10, 20, 30],
    );
    assert.deepEqual(lines, ["timer at 15"]);
  });

  it("goes on after an advance in which a callback threw", async () => {
    const clock = virtualClock(START);
    clock.at(START + 1, () => {
      throw new Error("a fault of the callback");
    });
    await assert.rejects(clock.advance(5), /a fault of the callback/);
    assert.equal(await clock.advance(5), START + 6);
  });
});

describe("a real clock", () => {
  afterEach(() => mock.timers.reset());
  const pass = (milliseconds: number) => mock.timers.tick(milliseconds);

  it("is the wall clock when nothing else is said", () => {
    mock.timers.enable({ apis: ["Date", "setTimeout"], now: START });
    const clock = realClock();
    pass(1234);
    assert.equal(clock.now(), START + 1234);
  });

  it("at speed 60 lets a minute pass in a second, from where it was told to begin", () => {
    mock.timers.enable({ apis: ["Date", "setTimeout"], now: 5_000_000 });
    const clock = realClock(60, START);
    const { lines, note } = diary(clock);
    clock.at(START + 60_000, note("a minute"));
    clock.at(START + 90_000, note("never"))();
    pass(999);
    assert.deepEqual([lines, clock.now()], [[], START + 59_940]);
    pass(1);
    assert.deepEqual(lines, ["a minute at 60000"]);
    pass(60_000);
    assert.deepEqual([lines.length, clock.now()], [1, START + 61 * 60_000]);
  });

  it("fires at once, but not synchronously, for a moment that has come", () => {
    mock.timers.enable({ apis: ["Date", "setTimeout"], now: START });
    const clock = realClock();
    const { lines, note } = diary(clock);
    clock.at(START - 1, note("past"));
    assert.deepEqual(lines, []);
    pass(1);
    assert.equal(lines.length, 1);
  });

  it("keeps a timer that is further away than the platform's timers reach", () => {
    mock.timers.enable({ apis: ["Date", "setTimeout"], now: START });
    const clock = realClock();
    const { lines, note } = diary(clock);
    const days = 24 * 3_600_000;
    clock.at(START + 40 * days, note("forty days"));
    pass(39 * days);
    assert.deepEqual(lines, []);
    pass(days);
    assert.deepEqual(lines, [`forty days at ${40 * days}`]);
  });

  it("passes while work is under way", () => {
    mock.timers.enable({ apis: ["Date", "setTimeout"], now: START });
    const clock = realClock();
    const release = clock.hold();
    pass(10);
    assert.equal(clock.now(), START + 10);
    release();
  });
});
