/** Which version an invocation of an alias goes to. */
import type { Alias } from "./functionStore.ts";

/** Weights count in millionths, so that sums are exact. */
const WHOLE = 1_000_000;

/**
 * Smooth weighted round robin: of 1,000 invocations at 0.1 exactly 100 go to the second version, evenly spread. AWS
 * draws lots, which makes small tests of a canary fail by chance. A new weight begins a new round.
 */
export function trafficSplit() {
  const rounds = new Map<string, { of: string; credit: number }>();
  return {
    /** `key` identifies the alias. */
    choose(key: string, alias: Pick<Alias, "functionVersion" | "routing">): string {
      const { functionVersion, routing } = alias;
      if (!routing) return functionVersion;
      const share = Math.round(routing.weight * WHOLE);
      const of = `${functionVersion}/${routing.version}/${share}`;
      const before = rounds.get(key);
      const credit = (before?.of === of ? before.credit : 0) + share;
      // The second version's turn comes when its share has added up to more than half an invocation.
      const chosen = credit * 2 >= WHOLE && share > 0;
      rounds.set(key, { of, credit: chosen ? credit - WHOLE : credit });
      return chosen ? routing.version : functionVersion;
    },
  };
}
