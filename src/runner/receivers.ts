/** What the notifier knows of receivers: how much is under way to each, and which of them seem to be down. In memory alone. */
import type { Instant } from "../clock.ts";

/** Deliveries to one receiver at once, so that one that hangs leaves room for the others. */
export const MOST_TO_ONE_RECEIVER = 16;
/** A receiver is taken to be down after so many failures with nothing taken in between. */
const DOWN_AFTER = 8;
/** How long one that is down is left alone between two probes, each of a single notification: twice as long each time. */
const FIRST_REST_MS = 2_000;
const LONGEST_REST_MS = 30_000;

interface State {
  underWay: number;
  failures: number;
  rests: number;
  restsUntil: Instant;
}

/** What the end of a delivery says of its receiver: `down` when it is found to be down, and by each failed probe after. */
export type Verdict = "as before" | "down" | "up again";

export class Receivers {
  readonly #known = new Map<string, State>();

  /** How many more deliveries to it may begin. */
  room(receiver: string, now: Instant): number {
    const state = this.#known.get(receiver);
    if (!state) return MOST_TO_ONE_RECEIVER;
    if (state.failures < DOWN_AFTER) return MOST_TO_ONE_RECEIVER - state.underWay;
    return now >= state.restsUntil && state.underWay === 0 ? 1 : 0;
  }

  /** Until when one that is down is left alone; `null` for one that is not, or that may be probed. */
  restsUntil(receiver: string, now: Instant): Instant | null {
    const state = this.#known.get(receiver);
    return state && state.failures >= DOWN_AFTER && state.restsUntil > now ? state.restsUntil : null;
  }

  begun(receiver: string): void {
    const state = this.#known.get(receiver) ?? { underWay: 0, failures: 0, rests: 0, restsUntil: 0 };
    state.underWay += 1;
    this.#known.set(receiver, state);
  }

  /** `answered`: it took the notification, or it said that it never will. */
  ended(receiver: string, answered: boolean, now: Instant): Verdict {
    const state = this.#known.get(receiver);
    if (!state) throw new Error(`nothing was under way to ${receiver}`);
    state.underWay -= 1;
    const wasDown = state.failures >= DOWN_AFTER;
    if (answered) {
      if (state.underWay === 0) this.#known.delete(receiver);
      else Object.assign(state, { failures: 0, rests: 0, restsUntil: 0 });
      return wasDown ? "up again" : "as before";
    }
    state.failures += 1;
    if (state.failures < DOWN_AFTER || now < state.restsUntil) return "as before";
    state.restsUntil = now + Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** state.rests);
    state.rests += 1;
    return "down";
  }
}
