import { requireDeployment, requireDeploymentId } from "../resources/deployment.ts";
import { refuseEnded, unsupportedWait } from "./deploymentWaits.ts";
import { defineOperation } from "./operation.ts";
import { requireStarted } from "./targets.ts";

/** The older form of ContinueDeployment with TERMINATION_WAIT (semantics 3.7). */
export const skipWaitTimeForInstanceTermination = defineOperation(
  "SkipWaitTimeForInstanceTermination",
  async (input, { store }, caller) => {
    const deploymentId = requireDeploymentId(input.deploymentId);
    const found = await store.read((reader) => reader.deployments.find(caller, deploymentId));
    const deployment = requireDeployment(deploymentId, found);
    refuseEnded(deployment);
    requireStarted(deployment);
    throw unsupportedWait(deployment);
  },
);
