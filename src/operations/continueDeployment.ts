import { requireDeployment, requireDeploymentId } from "../resources/deployment.ts";
import { requireWaitType } from "../resources/deploymentWait.ts";
import { refuseEnded, unsupportedWait } from "./deploymentWaits.ts";
import { defineOperation } from "./operation.ts";

/** Ends a wait of a blue/green deployment. One to Lambda has none, and others are not deployed yet. */
export const continueDeployment = defineOperation("ContinueDeployment", async (input, { store }, caller) => {
  const deploymentId = requireDeploymentId(input.deploymentId);
  requireWaitType(input.deploymentWaitType);
  const found = await store.read((reader) => reader.deployments.find(caller, deploymentId));
  const deployment = requireDeployment(deploymentId, found);
  refuseEnded(deployment);
  throw unsupportedWait(deployment);
});
