/** Who is to be looked at after a step: what nothing but time can change needs no look each time where many are there. */
import type { Known } from "./known.ts";
import { SECOND } from "./times.ts";

/** Of so many, all are looked at after every step. */
const FEW = 20;
/** Of more, those that have changed, and all of them as often as this. */
const EVERY_MS = 10 * SECOND;

export class Rounds {
  #last = Number.NEGATIVE_INFINITY;

  of(present: ReadonlySet<Known>, changed: Iterable<Known>, now: number): Iterable<Known> {
    if (present.size > FEW && now < this.#last + EVERY_MS && now >= this.#last) return changed;
    this.#last = now;
    return present;
  }
}
