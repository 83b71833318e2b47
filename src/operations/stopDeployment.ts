import { hasEnded } from "../engine/deployment.ts";
import { requireDeployment, requireDeploymentId } from "../resources/deployment.ts";
import { DeploymentAlreadyCompletedException, DeploymentGroupDoesNotExistException } from "../shapes/codedeploy.ts";
import { defineOperation } from "./operation.ts";

/**
 * Asks the engine to stop a deployment. The engine decides at its next turn what stopping means, and an alias write
 * under way is answered first: hence `Pending`.
 */
export const stopDeployment = defineOperation("StopDeployment", async (input, { store, clock }, caller) => {
  const deploymentId = requireDeploymentId(input.deploymentId);

  return store.transaction(async (tx) => {
    const { n, state, names, plan } = requireDeployment(deploymentId, await tx.deployments.find(caller, deploymentId));
    if (hasEnded(state.status)) {
      throw new DeploymentAlreadyCompletedException(`The deployment ${deploymentId} has already completed`);
    }
    if (!names) {
      throw new DeploymentGroupDoesNotExistException(
        `No Deployment Group found for name: ${plan.info.deploymentGroupName}`,
      );
    }
    await tx.inbox.append(n, { type: "stopRequested", at: clock.now(), rollBack: input.autoRollbackEnabled ?? null });
    return { status: "Pending", statusMessage: "Stop request is in progress" };
  });
});
