import { requireDeployment, requireDeploymentId } from "../resources/deployment.ts";
import type { GetDeploymentOutput } from "../shapes/codedeploy.ts";
import type { StoredDeployment } from "../store/store.ts";
import { deploymentInfo } from "./deploymentView.ts";
import { defineOperation } from "./operation.ts";

/** The answer for a deployment that has not changed since it was last asked for. */
const answers = new WeakMap<StoredDeployment, GetDeploymentOutput>();

export const getDeployment = defineOperation("GetDeployment", async (input, { store }, caller) => {
  const deploymentId = requireDeploymentId(input.deploymentId);
  const found = await store.read((reader) => reader.deployments.find(caller, deploymentId));
  const deployment = requireDeployment(deploymentId, found);
  const answer = answers.get(deployment) ?? { deploymentInfo: deploymentInfo(deployment) };
  answers.set(deployment, answer);
  return answer;
});
