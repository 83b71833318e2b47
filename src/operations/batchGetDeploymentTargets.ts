import { requireDeployment, requireDeploymentId } from "../resources/deployment.ts";
import { requireTarget, requireTargetId } from "../resources/deploymentTarget.ts";
import { DeploymentTargetListSizeExceededException } from "../shapes/codedeploy.ts";
import { deploymentTarget } from "./deploymentView.ts";
import { defineOperation } from "./operation.ts";
import { requireStarted } from "./targets.ts";

/** A Lambda deployment has one target, so a list of several is refused (semantics 3.5). */
export const batchGetDeploymentTargets = defineOperation(
  "BatchGetDeploymentTargets",
  async (input, { store }, caller) => {
    const deploymentId = requireDeploymentId(input.deploymentId);
    const targetIds = (input.targetIds ?? []).map(requireTargetId);
    if (targetIds.length === 0) requireTargetId(undefined);
    const found = await store.read((reader) => reader.deployments.find(caller, deploymentId));
    const deployment = requireStarted(requireDeployment(deploymentId, found));
    if (targetIds.length > 1) {
      throw new DeploymentTargetListSizeExceededException(
        `${targetIds.length} target ids were given; for the Lambda compute platform exactly one must be`,
      );
    }
    const targetOf = (id: string) => requireTarget(deploymentId, id, deployment.targets);
    return { deploymentTargets: targetIds.map((id) => deploymentTarget(deployment, targetOf(id))) };
  },
);
