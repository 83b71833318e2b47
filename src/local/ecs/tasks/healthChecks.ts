/** Runs the health check command of one container, as Docker does: UNKNOWN until one has succeeded or enough have failed. */
import type { Clock, Release } from "../../../clock.ts";
import type { HealthCheck } from "../../../shapes/ecs.ts";
import type { Health } from "../records.ts";
import type { RunningContainer } from "./container.ts";

/** Checks until it is stopped. `onHealth` is told of every change. The waits are the clock's, the time-out is real. */
export function checkHealth(
  container: RunningContainer,
  check: HealthCheck,
  clock: Clock,
  onHealth: (health: Health) => void,
): Release {
  const { command = [], interval = 30, timeout = 5, retries = 3, startPeriod = 0 } = check;
  const graceEnd = clock.now() + startPeriod * 1000;
  let health: Health = "UNKNOWN";
  let failures = 0;
  let stopped = false;
  let release: Release = () => {};

  const told = (found: Health) => {
    if (found === health) return;
    health = found;
    onHealth(found);
  };
  const look = async () => {
    const done = clock.hold();
    const isGood = await container.check(command, timeout * 1000);
    if (stopped) return done();
    if (isGood) {
      failures = 0;
      told("HEALTHY");
    } else if (health === "HEALTHY" || clock.now() >= graceEnd) {
      failures += 1;
      if (failures >= retries) told("UNHEALTHY");
    }
    next();
    done();
  };
  const next = () => {
    release = clock.at(clock.now() + interval * 1000, () => void look());
  };
  next();
  return () => {
    stopped = true;
    release();
  };
}
