/** What the operations on targets have in common. */
import { DeploymentNotStartedException } from "../shapes/codedeploy.ts";
import type { StoredDeployment } from "../store/store.ts";

/** A deployment whose targets are known; before that there is nothing to answer. */
export function requireStarted(deployment: StoredDeployment): StoredDeployment {
  if (deployment.state.status === "Created" && deployment.targets.length === 0) {
    throw new DeploymentNotStartedException(`The deployment ${deployment.plan.deploymentId} has not started yet`);
  }
  return deployment;
}
