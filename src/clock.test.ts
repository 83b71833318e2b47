import assert from "node:assert/strict";
import { afterEach, describe, it, mock } from "node:test";
import { type Clock, elapsedAwakeOrAsleep, realClock, steadyWall, virtualClock } from "./clock.ts";

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
  /** All of them are the mocked one. */
  const mocked = { wall: () => Date.now(), elapsed: () => Date.now(), uptime: () => Date.now() };
  const pass = (milliseconds: number) => mock.timers.tick(milliseconds);

  it("is the wall clock when nothing else is said", () => {
    mock.timers.enable({ apis: ["Date", "setTimeout"], now: START });
    const clock = realClock(1, undefined, mocked);
    pass(1234);
    assert.equal(clock.now(), START + 1234);
  });

  it("at speed 60 lets a minute pass in a second, from where it was told to begin", () => {
    mock.timers.enable({ apis: ["Date", "setTimeout"], now: 5_000_000 });
    const clock = realClock(60, START, mocked);
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
    const clock = realClock(1, undefined, mocked);
    const { lines, note } = diary(clock);
    clock.at(START - 1, note("past"));
    assert.deepEqual(lines, []);
    pass(1);
    assert.equal(lines.length, 1);
  });

  it("keeps a timer that is further away than the platform's timers reach", () => {
    mock.timers.enable({ apis: ["Date", "setTimeout"], now: START });
    const clock = realClock(1, undefined, mocked);
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
    const clock = realClock(1, undefined, mocked);
    const release = clock.hold();
    pass(10);
    assert.equal(clock.now(), START + 10);
    release();
  });
});

const HOUR = 3_600_000;

/** A machine whose time passes by `pass`; its wall clock is set by `set`, and it sleeps by `sleep`. */
function machine() {
  const at = { wall: START, elapsed: 1000, uptime: 500_000 };
  return {
    sources: { wall: () => at.wall, elapsed: () => at.elapsed, uptime: () => at.uptime },
    pass(milliseconds: number) {
      for (const name of ["wall", "elapsed", "uptime"] as const) at[name] += milliseconds;
    },
    set(milliseconds: number) {
      at.wall += milliseconds;
    },
    sleep(milliseconds: number) {
      at.wall += milliseconds;
      at.uptime += milliseconds;
    },
  };
}

describe("the time that passes on a machine that sleeps", () => {
  it("counts the sleep, also where the wall clock is set meanwhile", () => {
    const { sources, pass, sleep, set } = machine();
    const elapsed = elapsedAwakeOrAsleep(sources);
    pass(5000);
    assert.equal(elapsed(), 6000);
    sleep(HOUR);
    assert.equal(elapsed(), 6000 + HOUR);
    sleep(1000);
    set(-HOUR);
    pass(10);
    assert.equal(elapsed(), 7010 + HOUR);
  });

  it("is not what somebody sets the wall clock to, and never runs backwards", () => {
    const { sources, pass, sleep, set } = machine();
    const elapsed = elapsedAwakeOrAsleep(sources);
    sleep(2000);
    assert.equal(elapsed(), 3000);
    for (const jump of [HOUR, -HOUR, -HOUR, 100, -100, HOUR]) {
      set(jump);
      const before = elapsed();
      pass(10);
      assert.equal(elapsed(), before + 10);
    }
    assert.equal(elapsed(), 3060);
  });
});

describe("a wall clock that somebody sets", () => {
  for (const [direction, jump] of [
    ["forward", HOUR],
    ["back", -HOUR],
  ] as const) {
    it(`by an hour ${direction}: a wait keeps its length, but for a sixtieth, and time never runs backwards`, () => {
      const { sources, pass, set } = machine();
      const now = steadyWall(sources);
      pass(5000);
      const before = now();
      assert.equal(before, START + 5000);
      set(jump);
      assert.equal(now(), before);
      for (let second = 1, last = before; second <= 600; second += 1) {
        pass(1000);
        const present = now();
        assert.ok(present >= last);
        last = present;
      }
      const passed = now() - before;
      assert.ok(Math.abs(passed - 600_000) <= 10_001, `10 minutes were ${passed} ms`);
    });

    it(`by an hour ${direction}: it agrees with the wall clock again after sixty hours, and stays so`, () => {
      const { sources, pass, set } = machine();
      const now = steadyWall(sources);
      set(jump);
      for (let minute = 0; minute < 61 * 60; minute += 1) {
        pass(60_000);
        now();
      }
      assert.equal(now(), sources.wall());
      pass(HOUR);
      assert.equal(now(), sources.wall());
    });
  }

  it("again and again: nothing is lost", () => {
    const { sources, pass, set } = machine();
    const now = steadyWall(sources);
    for (const jump of [HOUR, -HOUR, -HOUR, HOUR]) {
      const before = now();
      set(jump);
      pass(1000);
      assert.ok(Math.abs(now() - before - 1000) <= 20);
    }
    assert.ok(Math.abs(now() - sources.wall()) <= 100);
  });

  it("by less than two seconds: forward it is followed, backwards time stands still", () => {
    const { sources, set } = machine();
    const now = steadyWall(sources);
    set(1500);
    assert.equal(now(), START + 1500);
    set(-1000);
    assert.equal(now(), START + 1500);
  });

  it("and a machine that has slept: that time has passed", () => {
    const { sources, pass, sleep, set } = machine();
    const now = steadyWall(sources);
    sleep(HOUR);
    pass(10);
    assert.equal(now(), START + HOUR + 10);
    sleep(HOUR);
    set(HOUR);
    pass(10);
    assert.equal(now(), START + 2 * HOUR + 20, "what the wall clock was set by meanwhile has not");
  });

  it("begins where deployments were last changed, when that is ahead of it, and comes back slowly", () => {
    const { sources, pass } = machine();
    const now = steadyWall(sources, START + HOUR);
    assert.equal(now(), START + HOUR);
    pass(60_000);
    assert.equal(now(), START + HOUR + 59_000);
  });
});

describe("a real clock on a machine whose wall clock is set", () => {
  afterEach(() => mock.timers.reset());

  it("fires a timer after the time it was set for, and soon after a sleep", () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const at = { wall: START, elapsed: 0, uptime: 0 };
    const sources = { wall: () => at.wall, elapsed: () => at.elapsed, uptime: () => at.uptime };
    const pass = (milliseconds: number) => {
      for (const name of ["wall", "elapsed", "uptime"] as const) at[name] += milliseconds;
      mock.timers.tick(milliseconds);
    };
    const clock = realClock(1, undefined, sources);
    const fired: string[] = [];
    clock.at(START + 600_000, () => fired.push("ten minutes"));
    clock.at(START + 4_000_000, () => fired.push("later"));
    at.wall += 3_600_000;
    for (let minute = 0; minute < 9; minute += 1) pass(60_000);
    assert.deepEqual(fired, []);
    pass(60_000);
    assert.deepEqual(fired, ["ten minutes"]);
    // An hour's sleep, in which the platform's timers stand still.
    at.wall += 3_600_000;
    at.uptime += 3_600_000;
    pass(60_000);
    assert.deepEqual(fired, ["ten minutes", "later"]);
  });
});
