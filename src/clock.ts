/**
 * The only place that knows what time it is. Everything that waits, waits here: real time, time that runs faster, or
 * virtual time that stands still until someone moves it.
 */
import { uptime } from "node:os";

/** A moment: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** Takes back what was asked for: a timer that need not fire, work that is no longer under way. Calling it twice is harmless. */
export type Release = () => void;

export interface Clock {
  /** What time it is for deployments. */
  now(): Instant;
  /** Calls `callback` once, as soon as `now() >= instant`, never synchronously. */
  at(instant: Instant, callback: () => void): Release;
  /**
   * Says that work is under way whose end may change what is due next (a turn of the engine, a call to a driver, a
   * running function). Virtual time does not pass meanwhile; real time ignores it.
   */
  hold(): Release;
}

/** Where a real clock gets its time from; milliseconds each. */
export interface TimeSources {
  /** The wall clock, which somebody may set. */
  wall(): Instant;
  /** Since some moment; nobody can set it, and it may stand still while the machine sleeps. */
  elapsed(): number;
  /** Since the machine was started, its sleep included; coarse. */
  uptime(): number;
}

const system: TimeSources = {
  wall: () => Date.now(),
  elapsed: () => performance.now(),
  uptime: () => uptime() * 1000,
};

/** A difference beyond this is no drift: the wall clock was set, or the machine has slept. */
const JUMP_MS = 2000;
/** How much faster or slower time runs while it has not come back to the wall clock: a second in each minute. */
const CATCH_UP = 1 / 60;

/**
 * The wall clock without its jumps. It never runs backwards, and begins no earlier than `notBefore`. When somebody sets the
 * wall clock, waits keep their length: time goes on from where it was, a sixtieth faster or slower until both agree
 * again. When the machine has slept, that time has passed, and what fell due meanwhile is due.
 */
export function steadyWall(sources: TimeSources, notBefore: Instant = 0): () => Instant {
  let lastWall = sources.wall();
  let lastElapsed = sources.elapsed();
  let slept = sources.uptime() - lastElapsed;
  /** How far this clock is ahead of the wall; below 0 it is behind. */
  let ahead = Math.max(0, notBefore - lastWall);
  let last = lastWall + ahead;
  return () => {
    const wall = sources.wall();
    const elapsed = sources.elapsed();
    const passed = elapsed - lastElapsed;
    const jump = wall - lastWall - passed;
    if (Math.abs(jump) > JUMP_MS) {
      const sleptNow = sources.uptime() - elapsed;
      ahead -= jump - (sleptNow - slept > JUMP_MS ? sleptNow - slept : 0);
      slept = sleptNow;
    }
    ahead -= Math.sign(ahead) * Math.min(Math.abs(ahead), passed * CATCH_UP);
    lastWall = wall;
    lastElapsed = elapsed;
    last = Math.max(last, Math.floor(wall + ahead));
    return last;
  };
}

/** A sleep that is shorter goes unnoticed: a look at the uptime costs a hundred times what the two clocks do. */
const SHORT_SLEEP_MS = 250;

/**
 * The time that passes, in which the machine may have slept: the platform's own stands still meanwhile, and a process would take
 * what it knew before for news. Never runs backwards, whatever is made of the wall clock.
 */
export function elapsedAwakeOrAsleep({ wall, elapsed, uptime }: TimeSources): () => number {
  let apart = wall() - elapsed();
  const first = uptime() - elapsed();
  let slept = 0;
  return () => {
    const awake = elapsed();
    // Only a wall clock that has moved by itself may mean a sleep; or somebody has set it.
    if (Math.abs(wall() - awake - apart) > SHORT_SLEEP_MS) {
      apart = wall() - awake;
      slept = Math.max(slept, uptime() - awake - first);
    }
    return awake + slept;
  };
}

/** Timers of the platform stand still while the machine sleeps: after that, none is later than this. */
const LONGEST_TIMER_MS = 60_000;

/**
 * Real time multiplied by `speed`, beginning at `start`: at 60, a minute's wait takes a second. At speed 1 the wall clock
 * without its jumps, which begins at `start` only where the wall clock is behind it.
 */
export function realClock(speed = 1, start?: Instant, sources: TimeSources = system): Clock {
  const wall = steadyWall(sources, speed === 1 ? start : undefined);
  const origin = wall();
  const now = () => (speed === 1 || start === undefined ? wall() : Math.floor(start + (wall() - origin) * speed));
  return {
    now,
    at(instant, callback) {
      let timer: NodeJS.Timeout;
      const arm = () => {
        const waitMs = Math.max(0, Math.ceil((instant - now()) / speed));
        timer = setTimeout(() => (now() >= instant ? callback() : arm()), Math.min(waitMs, LONGEST_TIMER_MS));
      };
      arm();
      return () => clearTimeout(timer);
    },
    hold: () => () => {},
  };
}

export interface VirtualClock extends Clock {
  /**
   * Moves time by `milliseconds`, stopping at every moment at which something is due and waiting there until all work
   * that it set off has ended. Answers the new time. Calls that overlap are served one after the other.
   */
  advance(milliseconds: number): Promise<Instant>;
  /** Resolves when no work is under way. */
  idle(): Promise<void>;
}

interface Timer {
  at: Instant;
  order: number;
  callback: () => void;
}

/** Time that stands still at `start` until it is advanced. */
export function virtualClock(start: Instant): VirtualClock {
  let present = start;
  let created = 0;
  let holds = 0;
  let advancing: Promise<unknown> = Promise.resolve();
  const timers = new Set<Timer>();
  const waiting: (() => void)[] = [];

  /** Lets callbacks that are ready run, then waits for the work under way; repeats until both are done. */
  const idle = async () => {
    do {
      if (holds > 0) await new Promise<void>((resolve) => waiting.push(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    } while (holds > 0);
  };
  const earliest = () => {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer;
    }
    return first;
  };
  /** A timer set for a moment that has already come fires without any advance. */
  const fireDue = (timer: Timer) => {
    if (!timers.delete(timer)) return;
    timer.callback();
  };
  const advance = async (milliseconds: number) => {
    const goal = present + milliseconds;
    await idle();
    for (let next = earliest(); next && next.at <= goal; next = earliest()) {
      present = Math.max(present, next.at);
      fireDue(next);
      await idle();
    }
    present = goal;
    return present;
  };

  return {
    now: () => present,
    at(instant, callback) {
      const timer = { at: instant, order: created++, callback };
      timers.add(timer);
      if (instant <= present) setImmediate(fireDue, timer);
      return () => timers.delete(timer);
    },
    hold() {
      holds += 1;
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        holds -= 1;
        if (holds === 0) for (const resolve of waiting.splice(0)) resolve();
      };
    },
    advance(milliseconds) {
      const result = advancing.then(() => advance(milliseconds));
      advancing = result.catch(() => {});
      return result;
    },
    idle,
  };
}

/** However late one of these timers is, it counts for no more. */
const RUNNING_STEP_MS = 1000;

/**
 * Time as processes feel it, whatever the deployments' clock says: a function that may run for three seconds runs for
 * three real seconds under virtual time as well.
 */
export const wallClock = {
  /** Milliseconds since some fixed moment, with a fraction; only differences mean something. The machine's sleep counts. */
  elapsedMs: elapsedAwakeOrAsleep(system),
  /** The date for log lines and for records that no deployment depends on. */
  now: (): Instant => Date.now(),
  /** Calls back after `milliseconds` of real time. */
  after(milliseconds: number, callback: () => void): Release {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  /**
   * Calls back after `milliseconds` in which this process ran. While it is stopped, or gets no CPU, no answer can arrive:
   * whoever waits for one goes on waiting, instead of giving up what may lie there already. Keeps no process alive.
   */
  afterRunning(milliseconds: number, callback: () => void): Release {
    let left = milliseconds;
    let timer: NodeJS.Timeout;
    const step = () => {
      const stepMs = Math.min(left, RUNNING_STEP_MS);
      left -= stepMs;
      timer = setTimeout(left > 0 ? step : callback, stepMs).unref();
    };
    step();
    return () => clearTimeout(timer);
  },
  /** Resolves after `milliseconds` of real time. */
  pause: (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** What processes that share a store wait for each other by: the wall clock, but in a simulation. */
export type ProcessTime = Pick<typeof wallClock, "elapsedMs" | "after">;
