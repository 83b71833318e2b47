/** What the operations that end a deployment's wait have in common (semantics 3.7). */
import { hasEnded } from "../engine/deployment.ts";
import {
  DeploymentAlreadyCompletedException,
  UnsupportedActionForDeploymentTypeException,
} from "../shapes/codedeploy.ts";
import type { StoredDeployment } from "../store/store.ts";

export function refuseEnded({ plan, state }: StoredDeployment): void {
  if (!hasEnded(state.status)) return;
  throw new DeploymentAlreadyCompletedException(`The deployment ${plan.deploymentId} has already completed`);
}

/** A deployment to Lambda moves an alias: nothing waits to be made ready, or to be terminated. */
export function unsupportedWait({ plan }: StoredDeployment): UnsupportedActionForDeploymentTypeException {
  return new UnsupportedActionForDeploymentTypeException(
    `The action is not supported for the deployment type of deployment ${plan.deploymentId}: one to ${plan.info.computePlatform} has no wait to end`,
  );
}
