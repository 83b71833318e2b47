import { requireApplicationName } from "../resources/application.ts";
import { requireDeploymentGroupName } from "../resources/deploymentGroup.ts";
import { isOneOf } from "../resources/names.ts";
import { PAGE_SIZE, pageOf, positionOf } from "../resources/nextToken.ts";
import {
  DeploymentStatusValues,
  InvalidDeploymentStatusException,
  InvalidTimeRangeException,
  type ListDeploymentsInput,
} from "../shapes/codedeploy.ts";
import type { DeploymentFilter, DeploymentPosition } from "../store/store.ts";
import { requireGroup } from "./lookups.ts";
import { defineOperation } from "./operation.ts";

/** Newest first. Application and group are given together or not at all (semantics 3.5). */
export const listDeployments = defineOperation("ListDeployments", async (input, { store, keys }, caller) => {
  const { nextToken: token, ...filters } = input;
  const oneGroup = input.applicationName || input.deploymentGroupName;
  const applicationName = oneGroup ? requireApplicationName(input.applicationName) : undefined;
  const groupName = oneGroup ? requireDeploymentGroupName(input.deploymentGroupName) : undefined;
  const filter = filterOf(input);
  const call = ["ListDeployments", caller.accountId, caller.region, filters];
  return store.read(async (reader) => {
    if (applicationName && groupName) {
      const { group } = await requireGroup(reader, caller, applicationName, groupName);
      filter.groupN = group.n;
    }
    const after = positionOf<DeploymentPosition>(keys.nextToken, call, token);
    // Deployments that CloudFormation drives are the only ones with an external id, and there are none here.
    const found = input.externalId
      ? []
      : await reader.deployments.list(caller, filter, { after, limit: PAGE_SIZE + 1 });
    const { rows, nextToken } = pageOf(keys.nextToken, call, found, ({ createTime, n }) => ({ createTime, n }));
    return { deployments: rows.map(({ deploymentId }) => deploymentId), nextToken };
  });
});

function filterOf({ includeOnlyStatuses, createTimeRange }: ListDeploymentsInput): DeploymentFilter {
  const filter: DeploymentFilter = {};
  const unknown = includeOnlyStatuses?.find((status) => !isOneOf(DeploymentStatusValues, status));
  if (unknown !== undefined) {
    throw new InvalidDeploymentStatusException(
      `Invalid deployment status: ${unknown}. It must be ${DeploymentStatusValues.join(", ")}`,
    );
  }
  if (includeOnlyStatuses && includeOnlyStatuses.length > 0) filter.statuses = [...new Set(includeOnlyStatuses)];
  const { start, end } = createTimeRange ?? {};
  if (start !== undefined && end !== undefined && start > end) {
    throw new InvalidTimeRangeException("The start of the createTimeRange is after its end");
  }
  if (start !== undefined) filter.createdFrom = start;
  if (end !== undefined) filter.createdTo = end;
  return filter;
}
