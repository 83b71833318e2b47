import { requireDeployment, requireDeploymentId } from "../resources/deployment.ts";
import { requireWaitType } from "../resources/deploymentWait.ts";
import { endWait, refuseEnded, requireWaits } from "./deploymentWaits.ts";
import { defineOperation } from "./operation.ts";

/** Ends a wait of a blue/green deployment: that for the traffic to be rerouted, or that before the original goes. */
export const continueDeployment = defineOperation("ContinueDeployment", async (input, { store, clock }, caller) => {
  const deploymentId = requireDeploymentId(input.deploymentId);
  const wait = requireWaitType(input.deploymentWaitType);
  return store.transaction(async (tx) => {
    const deployment = requireDeployment(deploymentId, await tx.deployments.find(caller, deploymentId));
    refuseEnded(deployment);
    requireWaits(deployment);
    await endWait(tx, deployment, wait, clock.now());
    return {};
  });
});
