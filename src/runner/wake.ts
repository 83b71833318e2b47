/** One timer for all deployments: it is set for the earliest moment at which one of them is due. */
import type { Clock, Instant, Release } from "../clock.ts";

export interface Wake {
  /** Makes sure that the callback comes at `instant` or earlier. */
  noLaterThan(instant: Instant): void;
  stop(): void;
}

export function wakeTimer(clock: Clock, callback: () => void): Wake {
  let armedFor: Instant | null = null;
  let release: Release = () => {};
  const fire = () => {
    armedFor = null;
    callback();
  };
  return {
    noLaterThan(instant) {
      if (armedFor !== null && armedFor <= instant) return;
      release();
      armedFor = instant;
      release = clock.at(instant, fire);
    },
    stop: () => release(),
  };
}
