/** Makes the story of a failed seed as small as it can be and still fail in the same way. */
import { FAULT_KINDS, isThere, type LeftOut, singlesOf } from "./faults.ts";
import type { Scenario } from "./scenario.ts";

export interface Shrinking {
  /** As the seed has it. */
  scenario: Scenario;
  /** Left out from the beginning. */
  leftOut: readonly LeftOut[];
  /** The promise that is broken with these left out; `null` when none is. */
  attempt: (leftOut: readonly LeftOut[]) => Promise<string | null>;
  /** Milliseconds since some moment. */
  elapsedMs: () => number;
  longestMs: number;
}

/** The same promise, whichever deployment it was about and whatever the numbers. */
export const promiseOf = (failure: string): string => failure.replace(/\bd-[A-Z0-9]{9}\b/g, "d").replace(/\d+/g, "0");

/**
 * Leaves out one thing after the other, kinds of faults first, for as long as the same promise is broken without it; begins
 * anew as long as that helps and there is time. Answers everything that is left out in the end.
 */
export async function shrink({ scenario, leftOut, attempt, elapsedMs, longestMs }: Shrinking): Promise<LeftOut[]> {
  const until = elapsedMs() + longestMs;
  const first = await attempt(leftOut);
  if (first === null) return [...leftOut];
  const candidates = [...FAULT_KINDS, ...singlesOf(scenario)];
  const smallest = [...leftOut];
  for (let hasHelped = true; hasHelped; ) {
    hasHelped = false;
    for (const what of candidates) {
      if (elapsedMs() >= until) return inOrder(scenario, leftOut, smallest);
      if (smallest.includes(what) || !isThere(scenario, smallest, what)) continue;
      const failure = await attempt([...smallest, what]);
      if (failure === null || promiseOf(failure) !== promiseOf(first)) continue;
      smallest.push(what);
      hasHelped = true;
    }
  }
  return inOrder(scenario, leftOut, smallest);
}

/** The same story in the fewest words: kinds of faults that it has not are left out as well, single things only where they were there. */
function inOrder(scenario: Scenario, given: readonly LeftOut[], leftOut: readonly LeftOut[]): LeftOut[] {
  const absent = FAULT_KINDS.filter((kind) => !leftOut.includes(kind) && !isThere(scenario, leftOut, kind));
  let all = [...leftOut, ...absent];
  for (const what of leftOut.filter((one) => one.includes(":") && !given.includes(one))) {
    const others = all.filter((one) => one !== what);
    if (!isThere(scenario, others, what)) all = others;
  }
  return all;
}
