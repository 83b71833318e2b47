import { requireDeployment, requireDeploymentId } from "../resources/deployment.ts";
import { deploymentInfo } from "./deploymentView.ts";
import { defineOperation } from "./operation.ts";

export const getDeployment = defineOperation("GetDeployment", async (input, { store }, caller) => {
  const deploymentId = requireDeploymentId(input.deploymentId);
  const found = await store.read((reader) => reader.deployments.find(caller, deploymentId));
  return { deploymentInfo: deploymentInfo(requireDeployment(deploymentId, found)) };
});
