import { requireBatch } from "../resources/batch.ts";
import { requireDeploymentId } from "../resources/deployment.ts";
import { deploymentInfo } from "./deploymentView.ts";
import { defineOperation } from "./operation.ts";

/** Ids that are not found are left out: the model knows no error for them (semantics 3.5). */
export const batchGetDeployments = defineOperation("BatchGetDeployments", async (input, { store }, caller) => {
  const deploymentIds = requireBatch(input.deploymentIds, 100).map(requireDeploymentId);
  if (deploymentIds.length === 0) requireDeploymentId(undefined);
  return store.read(async (reader) => {
    const deploymentsInfo = [];
    for (const deploymentId of deploymentIds) {
      const found = await reader.deployments.find(caller, deploymentId);
      if (found) deploymentsInfo.push(deploymentInfo(found));
    }
    return { deploymentsInfo };
  });
});
