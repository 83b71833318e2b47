/** What the operations on targets have in common. */
import { hasEnded } from "../engine/deployment.ts";
import { DeploymentNotStartedException } from "../shapes/codedeploy.ts";
import type { StoredDeployment } from "../store/store.ts";

/** A deployment whose targets are known; before that there is nothing to answer. */
export function requireStarted(deployment: StoredDeployment): StoredDeployment {
  if (deployment.targets.length === 0 && !hasEnded(deployment.state.status)) {
    throw new DeploymentNotStartedException(`The deployment ${deployment.plan.deploymentId} has not started yet`);
  }
  return deployment;
}
