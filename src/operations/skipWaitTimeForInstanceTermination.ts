import { requireDeployment, requireDeploymentId } from "../resources/deployment.ts";
import { endWait, refuseEnded, requireWaits } from "./deploymentWaits.ts";
import { defineOperation } from "./operation.ts";
import { requireStarted } from "./targets.ts";

/** The older form of ContinueDeployment with TERMINATION_WAIT (semantics 3.7). */
export const skipWaitTimeForInstanceTermination = defineOperation(
  "SkipWaitTimeForInstanceTermination",
  async (input, { store, clock }, caller) => {
    const deploymentId = requireDeploymentId(input.deploymentId);
    return store.transaction(async (tx) => {
      const deployment = requireDeployment(deploymentId, await tx.deployments.find(caller, deploymentId));
      refuseEnded(deployment);
      requireStarted(deployment);
      requireWaits(deployment);
      await endWait(tx, deployment, "TERMINATION_WAIT", clock.now());
      return {};
    });
  },
);
