import { requireDeployment, requireDeploymentId } from "../resources/deployment.ts";
import type { GetDeploymentOutput } from "../shapes/codedeploy.ts";
import type { StoredDeployment } from "../store/store.ts";
import { deploymentInfo } from "./deploymentView.ts";
import { defineOperation } from "./operation.ts";

/** Answers for deployments that are asked for again and again and have not changed meanwhile. */
const answers = new WeakMap<StoredDeployment, GetDeploymentOutput>();

export const getDeployment = defineOperation("GetDeployment", async (input, { store }, caller) => {
  const deploymentId = requireDeploymentId(input.deploymentId);
  const found = await store.read((reader) => reader.deployments.find(caller, deploymentId));
  const deployment = requireDeployment(deploymentId, found);
  if (!deployment.isKept) return { deploymentInfo: deploymentInfo(deployment) };
  const answer = answers.get(deployment) ?? Object.freeze({ deploymentInfo: deploymentInfo(deployment) });
  answers.set(deployment, answer);
  return answer;
});
