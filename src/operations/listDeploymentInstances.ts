import { requireDeployment, requireDeploymentId } from "../resources/deployment.ts";
import {
  refuseInstanceTypes,
  requireInstancePlatform,
  requireInstanceStatuses,
  requireInstanceTypes,
} from "../resources/deploymentInstance.ts";
import { PAGE_SIZE, pageOf, positionOf } from "../resources/nextToken.ts";
import { defineOperation } from "./operation.ts";
import { requireStarted } from "./targets.ts";

/** Deprecated. The instances of a Lambda deployment are its targets. */
export const listDeploymentInstances = defineOperation("ListDeploymentInstances", async (input, services, caller) => {
  const { store, keys } = services;
  const { instanceStatusFilter, instanceTypeFilter } = input;
  const deploymentId = requireDeploymentId(input.deploymentId);
  const matches = requireInstanceStatuses(instanceStatusFilter);
  requireInstanceTypes(instanceTypeFilter);
  const found = await store.read((reader) => reader.deployments.find(caller, deploymentId));
  const deployment = requireDeployment(deploymentId, found);
  const { computePlatform } = deployment.plan.info;
  requireInstancePlatform(computePlatform, ["Server", "Lambda"], "ListDeploymentTargets");
  requireStarted(deployment);
  refuseInstanceTypes(computePlatform, instanceTypeFilter);
  const call = ["ListDeploymentInstances", caller.accountId, caller.region, deploymentId, instanceStatusFilter ?? []];
  const after = positionOf<string>(keys.nextToken, call, input.nextToken);
  const instanceIds = deployment.targets
    .filter(({ status }) => matches(status))
    .map(({ targetId }) => targetId)
    .filter((targetId) => after === null || targetId > after);
  const page = pageOf(keys.nextToken, call, instanceIds.slice(0, PAGE_SIZE + 1), (targetId) => targetId);
  return { instancesList: page.rows, nextToken: page.nextToken };
});
