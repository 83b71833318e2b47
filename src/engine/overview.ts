/** The counts of `deploymentOverview`. */
import type { DeploymentOverview } from "../shapes/codedeploy.ts";
import { type Deployment, hasEnded } from "./deployment.ts";

/** Targets by status; absent until a Lambda deployment has ended, as the real service answers (semantics 3.4). */
export function overviewOf({ state, targets }: Deployment): DeploymentOverview | undefined {
  if (!hasEnded(state.status)) return undefined;
  const overview = { Pending: 0, InProgress: 0, Succeeded: 0, Failed: 0, Skipped: 0, Ready: 0 };
  for (const { status } of targets) if (status !== "Unknown") overview[status] += 1;
  return overview;
}
