/**
 * Invocations of one function, in the order in which they were asked for. A function has only so much concurrency, and
 * what goes beyond is refused. Whoever is refused goes on before all who came later: when an invocation ends, the next one
 * takes its place, and a probe is made now and then, since others may have held the function. If each waited alone, less
 * and less often, the oldest would find every place taken by newcomers.
 */
import type { Clock, Instant, Release } from "../clock.ts";

export interface InvocationLineOptions<Invocation> {
  clock: Clock;
  /** Between two probes, after so many refusals in a row; milliseconds. */
  probeWaitMs: (refusals: number) => number;
  /** Makes one attempt; `refused` when there was no room for it, which takes it back into the line. Never rejects. */
  attempt: (invocation: Invocation) => Promise<"over" | "refused">;
  /** Called when nobody waits and nothing is under way: what is known of the function need not be kept. */
  onEmpty: () => void;
}

interface Place<Invocation> {
  /** Of those that asked before. */
  n: number;
  invocation: Invocation;
}

export class InvocationLine<Invocation> {
  readonly #options: InvocationLineOptions<Invocation>;
  readonly #waiting: Place<Invocation>[] = [];
  #asked = 0;
  #underWay = 0;
  /** As many as were under way when one more was refused. */
  #most = Number.POSITIVE_INFINITY;
  #refusals = 0;
  #probe: Release | null = null;

  constructor(options: InvocationLineOptions<Invocation>) {
    this.#options = options;
  }

  add(invocation: Invocation): void {
    this.#asked += 1;
    this.#waiting.push({ n: this.#asked, invocation });
    this.#serve();
  }

  /** Begins no more. */
  stop(): void {
    this.#waiting.length = 0;
    this.#probe?.();
  }

  #end(): void {
    this.#probe?.();
    this.#options.onEmpty();
  }

  #serve(): void {
    while (this.#underWay < this.#most) {
      const first = this.#waiting.shift();
      if (!first) break;
      void this.#begin(first);
    }
    if (this.#waiting.length > 0 && this.#probe === null) this.#setProbe();
  }

  async #begin(place: Place<Invocation>): Promise<void> {
    this.#underWay += 1;
    const release = this.#options.clock.hold();
    const attempted = await this.#options.attempt(place.invocation);
    this.#underWay -= 1;
    if (attempted === "refused") {
      this.#most = this.#underWay;
      this.#refusals += 1;
      const before = this.#waiting.findIndex(({ n }) => n > place.n);
      this.#waiting.splice(before === -1 ? this.#waiting.length : before, 0, place);
    } else {
      this.#refusals = 0;
    }
    this.#serve();
    if (this.#underWay === 0 && this.#waiting.length === 0) this.#end();
    release();
  }

  #setProbe(): void {
    const { clock, probeWaitMs } = this.#options;
    const at: Instant = clock.now() + probeWaitMs(this.#refusals);
    this.#probe = clock.at(at, () => {
      this.#probe = null;
      this.#most = Math.max(this.#most, this.#underWay + 1);
      this.#serve();
    });
  }
}
