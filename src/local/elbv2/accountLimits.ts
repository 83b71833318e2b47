/** The limits of an account, AWS's defaults: those that are held to, and those of what is not built. */
import type { DescribeAccountLimitsCommandInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Operation, page } from "./operation.ts";

const LIMITS = {
  "application-load-balancers": 50,
  "condition-values-per-alb-rule": 5,
  "condition-wildcards-per-alb-rule": 5,
  "listeners-per-application-load-balancer": 50,
  "listeners-per-network-load-balancer": 50,
  "network-load-balancers": 50,
  "rules-per-application-load-balancer": 100,
  "target-groups": 3000,
  "target-groups-per-action-on-application-load-balancer": 5,
  "target-groups-per-application-load-balancer": 100,
  "targets-per-target-group": 1000,
};

export const describeAccountLimits: Operation<DescribeAccountLimitsCommandInput> = (_control, _scope, input) => {
  const all = Object.entries(LIMITS).map(([Name, most]) => ({ Name, Max: String(most) }));
  const { items, NextMarker } = page(all, ({ Name }) => Name, input);
  return { Limits: items, NextMarker };
};
