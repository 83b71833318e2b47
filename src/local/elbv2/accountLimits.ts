/** DescribeAccountLimits. */
import type { DescribeAccountLimitsCommandInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { LIMITS } from "./limits.ts";
import { type Operation, page } from "./operation.ts";

export const describeAccountLimits: Operation<DescribeAccountLimitsCommandInput> = (_control, _scope, input) => {
  const all = Object.entries(LIMITS).map(([Name, most]) => ({ Name, Max: String(most) }));
  const { items, NextMarker } = page(all, ({ Name }) => Name, input);
  return { Limits: items, NextMarker };
};
