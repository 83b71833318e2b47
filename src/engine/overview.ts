/** The counts of `deploymentOverview`. */
import type { DeploymentOverview } from "../shapes/codedeploy.ts";
import { type Deployment, hasEnded, type Target } from "./deployment.ts";

/** Absent until a Lambda deployment has ended, as the real service answers (semantics 3.4). */
export function overviewOf({ state, targets }: Deployment): DeploymentOverview | undefined {
  return hasEnded(state.status) ? countsOf(targets) : undefined;
}

export type TargetCounts = Record<keyof DeploymentOverview, number>;

/** Targets by status. */
export function countsOf(targets: readonly Target[]): TargetCounts {
  const counts = { Pending: 0, InProgress: 0, Succeeded: 0, Failed: 0, Skipped: 0, Ready: 0 };
  for (const { status } of targets) if (status !== "Unknown") counts[status] += 1;
  return counts;
}
