/**
 * The machine that one process of several runs on. It may sleep, and then the steady clock and the timers of the platform stand
 * still; and somebody may set its wall clock.
 */
import { elapsedAwakeOrAsleep, type ProcessTime, type Release } from "../../../src/clock.ts";
import type { VirtualTime } from "./virtualTime.ts";

export class Machine implements ProcessTime {
  readonly #time: VirtualTime;
  /** Runs what is due; later, where the process stands still. */
  readonly #whenAwake: (callback: () => void) => void;
  readonly elapsedMs: () => number;
  #sleptMs = 0;
  #setMs = 0;

  constructor(time: VirtualTime, whenAwake: (callback: () => void) => void) {
    this.#time = time;
    this.#whenAwake = whenAwake;
    this.elapsedMs = elapsedAwakeOrAsleep({
      wall: () => time.elapsedMs() + this.#setMs,
      elapsed: () => this.#awakeMs(),
      uptime: () => time.elapsedMs(),
    });
  }

  after(milliseconds: number, callback: () => void): Release {
    const dueMs = this.#awakeMs() + milliseconds;
    let release: Release;
    let isReleased = false;
    const arm = () => {
      release = this.#time.after(Math.max(0, dueMs - this.#awakeMs()), () => this.#whenAwake(fire), true);
    };
    const fire = () => {
      if (isReleased) return;
      if (this.#awakeMs() < dueMs) arm();
      else callback();
    };
    arm();
    return () => {
      isReleased = true;
      release();
    };
  }

  /** It has slept for so long. */
  hasSlept(milliseconds: number): void {
    this.#sleptMs += milliseconds;
  }

  setWall(milliseconds: number): void {
    this.#setMs += milliseconds;
  }

  /** What the platform's steady clock says. */
  #awakeMs(): number {
    return this.#time.elapsedMs() - this.#sleptMs;
  }
}
