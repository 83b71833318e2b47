/** How many targets of each group in use are healthy: told once a minute and at every change, as CloudWatch has it. */
import type { Clock, Release } from "../../../clock.ts";
import { metricName, scopeOf } from "../arns.ts";
import type { BalancerStore } from "../balancerStore.ts";
import type { LiveGroup } from "./targetGroups.ts";

export interface HostCounts {
  accountId: string;
  region: string;
  /** As CloudWatch names them. */
  loadBalancer: string;
  targetGroup: string;
  healthy: number;
  unhealthy: number;
}

const INTERVAL_MS = 60_000;

export interface HostCounter {
  /** A target's health has changed. */
  changed(): void;
  close(): void;
}

export function hostCounter(options: {
  store: BalancerStore;
  clock: Clock;
  groups: Map<string, LiveGroup>;
  tell: (counts: HostCounts) => void;
}): HostCounter {
  const { store, clock, groups, tell } = options;
  let timer: Release | undefined;
  const tellAll = () => {
    timer?.();
    timer = undefined;
    let anyone = false;
    for (const [arn, group] of groups) {
      for (const loadBalancerArn of store.loadBalancersOf(arn)) {
        anyone = true;
        tell({
          ...scopeOf(arn),
          loadBalancer: metricName(loadBalancerArn),
          targetGroup: metricName(arn),
          healthy: group.count("healthy"),
          unhealthy: group.count("unhealthy"),
        });
      }
    }
    // Where nothing is in use, no time needs to pass.
    if (anyone) timer = clock.at(clock.now() + INTERVAL_MS, tellAll);
  };
  return {
    changed: tellAll,
    close: () => timer?.(),
  };
}
