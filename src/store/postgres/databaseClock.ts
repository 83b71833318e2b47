/** The database's time as a clock: processes whose own clocks differ agree on when something is due. */
import { type Clock, type Instant, wallClock } from "../../clock.ts";

/** Timers are set anew after so long, since the time that they wait for is measured again and again. */
const LONGEST_TIMER_MS = 30_000;

/** `databaseNow` may jump a little, and back; the clock never runs backwards. */
export function databaseClock(databaseNow: () => Instant): Clock {
  let last = 0;
  const now = () => {
    last = Math.max(last, databaseNow());
    return last;
  };
  return {
    now,
    at(instant, callback) {
      let release = () => {};
      const arm = () => {
        const waitMs = Math.max(0, instant - now());
        release = wallClock.after(Math.min(waitMs, LONGEST_TIMER_MS), () => (now() >= instant ? callback() : arm()));
      };
      arm();
      return () => release();
    },
    hold: () => () => {},
  };
}
