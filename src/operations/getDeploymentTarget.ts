import { requireDeployment, requireDeploymentId } from "../resources/deployment.ts";
import { requireTarget, requireTargetId } from "../resources/deploymentTarget.ts";
import { deploymentTarget } from "./deploymentView.ts";
import { defineOperation } from "./operation.ts";
import { requireStarted } from "./targets.ts";

export const getDeploymentTarget = defineOperation("GetDeploymentTarget", async (input, { store }, caller) => {
  const deploymentId = requireDeploymentId(input.deploymentId);
  const targetId = requireTargetId(input.targetId);
  const found = await store.read((reader) => reader.deployments.find(caller, deploymentId));
  const deployment = requireStarted(requireDeployment(deploymentId, found));
  const target = requireTarget(deploymentId, targetId, deployment.targets);
  return { deploymentTarget: deploymentTarget(deployment, target) };
});
