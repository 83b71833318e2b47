/** How production traffic moves to the new version, and when (semantics 4.4). Weights are whole percent, 0 to 100. */

import type { TrafficRouting } from "../resources/trafficRouting.ts";

/** The weight that follows `weight`. The first shift follows 0; after 100 nothing follows, so it answers 100 again. */
export function nextWeight(routing: TrafficRouting, weight: number): number {
  switch (routing.type) {
    case "AllAtOnce":
      return 100;
    case "TimeBasedCanary":
      return weight === 0 ? routing.percentage : 100;
    case "TimeBasedLinear":
      return Math.min(100, weight + routing.percentage);
  }
}

/** How long each weight below 100 is held, in milliseconds, counted from the moment the alias or listener had it. */
export function holdMs(routing: TrafficRouting): number {
  return routing.type === "AllAtOnce" ? 0 : routing.intervalMs;
}

/** Every weight in order: `[10, 100]` for a 10 % canary. */
export function allWeights(routing: TrafficRouting): number[] {
  const weights = [nextWeight(routing, 0)];
  for (let last = weights[0] ?? 100; last < 100; ) {
    last = nextWeight(routing, last);
    weights.push(last);
  }
  return weights;
}
