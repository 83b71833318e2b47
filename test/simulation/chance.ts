/** The seed's own luck: every decision of a simulation is drawn here, so that a seed is a whole story. */
import { seededIds } from "../../src/ids.ts";

export class Chance {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seededIds(seed).fraction;
  }

  /** Whether something of this probability happens. */
  happens(probability: number): boolean {
    return this.#next() < probability;
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1));
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.between(0, choices.length - 1)] ?? choices[0];
  }
}
