import { requireDeployment, requireDeploymentId } from "../resources/deployment.ts";
import { matchesTargetFilters } from "../resources/deploymentTarget.ts";
import { PAGE_SIZE, pageOf, positionOf } from "../resources/nextToken.ts";
import { defineOperation } from "./operation.ts";
import { requireStarted } from "./targets.ts";

export const listDeploymentTargets = defineOperation("ListDeploymentTargets", async (input, services, caller) => {
  const { store, keys } = services;
  const deploymentId = requireDeploymentId(input.deploymentId);
  const matches = matchesTargetFilters(input.targetFilters ?? {});
  const found = await store.read((reader) => reader.deployments.find(caller, deploymentId));
  const deployment = requireStarted(requireDeployment(deploymentId, found));
  const call = ["ListDeploymentTargets", caller.accountId, caller.region, deploymentId, input.targetFilters ?? {}];
  const after = positionOf<string>(keys.nextToken, call, input.nextToken);
  const targetIds = deployment.targets
    .filter(({ status }) => matches(status))
    .map(({ targetId }) => targetId)
    .filter((targetId) => after === null || targetId > after);
  const page = pageOf(keys.nextToken, call, targetIds.slice(0, PAGE_SIZE + 1), (targetId) => targetId);
  return { targetIds: page.rows, nextToken: page.nextToken };
});
