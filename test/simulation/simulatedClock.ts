/**
 * Time as the simulation moves it: from timer to timer, also while calls are under way, which a virtual clock would wait
 * for. It counts the work under way, so that the simulation knows when nothing more happens by itself. Its time is that of
 * the program's own steady clock, over a wall that may be set and a machine that may sleep.
 */
import { type Clock, type Instant, type Release, steadyWall } from "../../src/clock.ts";

interface Timer {
  at: Instant;
  order: number;
  callback: () => void;
  isReleased: boolean;
}

/** The steady clock runs a sixtieth faster or slower at most. */
const SAFE_STEP = 59 / 61;

export class SimulatedClock implements Clock {
  readonly #steady: () => Instant;
  #elapsed = 0;
  #set = 0;
  #slept = 0;
  #present: Instant;
  #created = 0;
  /** A binary heap, the earliest first; of one instant in the order in which they were set. */
  readonly #timers: Timer[] = [];
  /** Work under way, as its holders have told. */
  holds = 0;

  constructor(start: Instant) {
    this.#present = start;
    this.#steady = steadyWall({
      wall: () => start + this.#elapsed + this.#set + this.#slept,
      elapsed: () => this.#elapsed,
      uptime: () => this.#elapsed + this.#slept,
    });
  }

  now(): Instant {
    return this.#present;
  }

  at(instant: Instant, callback: () => void): Release {
    const timer = { at: instant, order: this.#created++, callback, isReleased: false };
    siftUp(this.#timers, timer);
    return () => {
      timer.isReleased = true;
    };
  }

  after(milliseconds: number, callback: () => void): Release {
    return this.at(this.#present + milliseconds, callback);
  }

  hold(): Release {
    this.holds += 1;
    let held = true;
    return () => {
      if (held) this.holds -= 1;
      held = false;
    };
  }

  /** When the next timer is due; `null` when there is none. */
  next(): Instant | null {
    return this.#earliest()?.at ?? null;
  }

  /** Whether a timer is due that has not fired. */
  isLate(): boolean {
    return (this.next() ?? Number.POSITIVE_INFINITY) < this.#present;
  }

  /** Moves time to the next timer and fires it. False when there is none. */
  fireNext(): boolean {
    const timer = this.#earliest();
    if (!timer) return false;
    removeFirst(this.#timers);
    this.passUntil(timer.at);
    timer.callback();
    return true;
  }

  /** Fires the next timer, and all that are due within `withinMs` of it, as a program that is busy for so long hears of them. */
  fireTogether(withinMs: number): boolean {
    if (!this.fireNext()) return false;
    const [until, last] = [this.#present + withinMs, this.#created];
    for (let next = this.#earliest(); next && next.at <= until && next.order < last; next = this.#earliest()) {
      this.fireNext();
    }
    return true;
  }

  /** The machine sleeps: that time has passed, and everything that fell due meanwhile is due at once. */
  sleep(milliseconds: number): void {
    this.#slept += milliseconds;
    this.#present = this.#steady();
  }

  /** Somebody sets the wall clock, forward or back. */
  setWall(milliseconds: number): void {
    this.#set += milliseconds;
    this.#present = this.#steady();
  }

  passUntil(instant: Instant): void {
    while (this.#present < instant) {
      const left = instant - this.#present;
      // Where the wall was set, the steady clock may run a little faster for a while.
      this.#elapsed += this.#set === 0 ? left : Math.max(1, Math.floor(left * SAFE_STEP));
      this.#present = this.#steady();
    }
  }

  #earliest(): Timer | undefined {
    while (this.#timers[0]?.isReleased) removeFirst(this.#timers);
    return this.#timers[0];
  }
}

const isBefore = (one: Timer, other: Timer): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

function siftUp(heap: Timer[], timer: Timer): void {
  let place = heap.length;
  while (place > 0) {
    const above = (place - 1) >> 1;
    const parent = heap[above];
    if (!parent || isBefore(parent, timer)) break;
    heap[place] = parent;
    place = above;
  }
  heap[place] = timer;
}

function removeFirst(heap: Timer[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let place = 0;
  for (;;) {
    const left = heap[2 * place + 1];
    const right = heap[2 * place + 2];
    const isRight = left && right && isBefore(right, left);
    const least = isRight ? right : left;
    if (!least || isBefore(last, least)) break;
    heap[place] = least;
    place = 2 * place + (isRight ? 2 : 1);
  }
  heap[place] = last;
}
