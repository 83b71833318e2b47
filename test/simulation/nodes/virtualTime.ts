/**
 * What processes beat, look and wait for each other by, in a simulation. It passes with the clock of the deployments, and
 * stands still where nothing but beats and looks would happen: hours go by between two deployments, and a second of each
 * hour is as good as the next.
 */
import type { Instant, ProcessTime, Release } from "../../../src/clock.ts";
import type { SimulatedClock } from "../simulatedClock.ts";
import { SECOND } from "../times.ts";

interface Timer {
  atMs: number;
  order: number;
  callback: () => void;
  /** A beat or a look, which comes again and again. */
  isRoutine: boolean;
}

export class VirtualTime implements ProcessTime {
  readonly #clock: SimulatedClock;
  readonly #start: Instant;
  readonly #timers = new Set<Timer>();
  #skippedMs = 0;
  #created = 0;
  /** Until when beats and looks may lead to something. */
  #busyUntilMs = 0;

  constructor(clock: SimulatedClock) {
    this.#clock = clock;
    this.#start = clock.now();
  }

  elapsedMs(): number {
    return this.#clock.now() - this.#start - this.#skippedMs;
  }

  after(milliseconds: number, callback: () => void, isRoutine = false): Release {
    const timer = { atMs: this.elapsedMs() + milliseconds, order: this.#created++, callback, isRoutine };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Something has happened that others may have to look for, within so long. */
  stirs(milliseconds = 3 * SECOND): void {
    this.#busyUntilMs = Math.max(this.#busyUntilMs, this.elapsedMs() + milliseconds);
  }

  /** When the next timer is due, by the clock; `null` where none is that matters. */
  next(): Instant | null {
    const timer = this.#earliest();
    if (!timer) return null;
    if (this.#isIdle() && timer.atMs > this.#busyUntilMs) return null;
    return this.#start + this.#skippedMs + timer.atMs;
  }

  /** Moves the clock to the next timer and fires it. */
  fireNext(): void {
    const timer = this.#earliest();
    if (!timer) return;
    this.#timers.delete(timer);
    this.#clock.passUntil(this.#start + this.#skippedMs + timer.atMs);
    timer.callback();
  }

  /** The clock moves to its own next timer, and this time no further than beats and looks may matter. */
  stand(until: Instant): void {
    if (this.next() !== null) return;
    const busyMs = Math.max(0, this.#busyUntilMs - this.elapsedMs());
    this.#skippedMs += Math.max(0, until - this.#clock.now() - busyMs);
  }

  #isIdle(): boolean {
    for (const { isRoutine } of this.#timers) if (!isRoutine) return false;
    return true;
  }

  #earliest(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (!first || timer.atMs < first.atMs || (timer.atMs === first.atMs && timer.order < first.order)) first = timer;
    }
    return first;
  }
}
