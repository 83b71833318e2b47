/**
 * Time as the simulation moves it: from timer to timer, also while calls are under way, which a virtual clock would wait
 * for. It counts the work under way, so that the simulation knows when nothing more happens by itself.
 */
import type { Clock, Instant, Release } from "../../src/clock.ts";

interface Timer {
  at: Instant;
  order: number;
  callback: () => void;
}

export class SimulatedClock implements Clock {
  #present: Instant;
  #created = 0;
  readonly #timers = new Set<Timer>();
  /** Work under way, as its holders have told. */
  holds = 0;

  constructor(start: Instant) {
    this.#present = start;
  }

  now(): Instant {
    return this.#present;
  }

  at(instant: Instant, callback: () => void): Release {
    const timer = { at: instant, order: this.#created++, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
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

  /** Moves time to the next timer and fires it. False when there is none. */
  fireNext(): boolean {
    const timer = this.#earliest();
    if (!timer) return false;
    this.#timers.delete(timer);
    this.#present = Math.max(this.#present, timer.at);
    timer.callback();
    return true;
  }

  #earliest(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer;
    }
    return first;
  }
}
