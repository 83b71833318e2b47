import { requireBatch } from "../resources/batch.ts";
import { requireDeployment, requireDeploymentId } from "../resources/deployment.ts";
import { requireInstanceId, requireInstancePlatform } from "../resources/deploymentInstance.ts";
import { findInstance } from "./deploymentInstances.ts";
import { defineOperation } from "./operation.ts";

/** Deprecated. Ids that are not found are told in `errorMessage`, also those of a deployment without targets yet. */
export const batchGetDeploymentInstances = defineOperation(
  "BatchGetDeploymentInstances",
  async (input, { store }, caller) => {
    const deploymentId = requireDeploymentId(input.deploymentId);
    const instanceIds = requireBatch(input.instanceIds, 25).map(requireInstanceId);
    if (instanceIds.length === 0) requireInstanceId(undefined);
    const found = await store.read((reader) => reader.deployments.find(caller, deploymentId));
    const deployment = requireDeployment(deploymentId, found);
    requireInstancePlatform(deployment.plan.info.computePlatform, ["Server", "Lambda"], "BatchGetDeploymentTargets");
    const instancesSummary = [];
    const missing = [];
    for (const instanceId of instanceIds) {
      const instance = findInstance(deployment, instanceId);
      if (instance) instancesSummary.push(instance);
      else missing.push(instanceId);
    }
    const errorMessage =
      missing.length > 0 ? `The deployment ${deploymentId} has no instance ${missing.join(", ")}` : "";
    return { instancesSummary, errorMessage };
  },
);
