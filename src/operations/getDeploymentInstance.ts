import { requireDeployment, requireDeploymentId } from "../resources/deployment.ts";
import { requireInstanceId, requireInstancePlatform } from "../resources/deploymentInstance.ts";
import { InstanceDoesNotExistException } from "../shapes/codedeploy.ts";
import { findInstance } from "./deploymentInstances.ts";
import { defineOperation } from "./operation.ts";

/** Deprecated, and for servers alone: unlike its two siblings it is documented for no other platform (semantics 3.5). */
export const getDeploymentInstance = defineOperation("GetDeploymentInstance", async (input, { store }, caller) => {
  const deploymentId = requireDeploymentId(input.deploymentId);
  const instanceId = requireInstanceId(input.instanceId);
  const found = await store.read((reader) => reader.deployments.find(caller, deploymentId));
  const deployment = requireDeployment(deploymentId, found);
  requireInstancePlatform(deployment.plan.info.computePlatform, ["Server"], "GetDeploymentTarget");
  const instanceSummary = findInstance(deployment, instanceId);
  if (!instanceSummary) {
    throw new InstanceDoesNotExistException(`The deployment ${deploymentId} has no instance ${instanceId}`);
  }
  return { instanceSummary };
});
