/** The clock of the machine jumps: it sleeps for an hour, or somebody sets its wall clock. */
import type { Chance } from "./chance.ts";
import { BrokenPromise } from "./known.ts";
import { luckOf, type Scenario } from "./scenario.ts";
import type { SimulatedClock } from "./simulatedClock.ts";
import { HOUR } from "./times.ts";

export class ClockJumps {
  readonly #clock: SimulatedClock;
  readonly #chance: number;
  readonly #luck: Chance;
  #left: number;

  constructor(clock: SimulatedClock, { seed, jumps, jumpChance }: Scenario) {
    this.#clock = clock;
    this.#chance = jumpChance;
    this.#luck = luckOf(seed, "jumpTimes");
    this.#left = jumps;
  }

  /** At any step of a running program. Answers from when to when the machine slept, if it did. */
  perhaps(say: (line: string) => void): { from: number; to: number } | null {
    if (this.#left === 0 || !this.#luck.happens(this.#chance)) return null;
    this.#left -= 1;
    const from = this.#clock.now();
    if (this.#luck.happens(0.5)) {
      const ms = this.#luck.pick([HOUR, -HOUR]);
      this.#clock.setWall(ms);
      say(`somebody sets the clock ${ms > 0 ? "forward" : "back"} by an hour`);
      if (this.#clock.now() !== from) throw new BrokenPromise("time jumped when somebody set the clock");
      return null;
    }
    this.#clock.sleep(HOUR);
    say("the machine has slept for an hour");
    if (this.#clock.now() !== from + HOUR) throw new BrokenPromise("an hour in which the machine slept has not passed");
    return { from, to: from + HOUR };
  }
}
