import { requireApplicationName } from "../resources/application.ts";
import { deploymentGroupInfo, requireDeploymentGroupName } from "../resources/deploymentGroup.ts";
import { lastDeployments, requireGroup } from "./lookups.ts";
import { defineOperation } from "./operation.ts";

export const getDeploymentGroup = defineOperation("GetDeploymentGroup", async (input, { store }, caller) => {
  const applicationName = requireApplicationName(input.applicationName);
  const groupName = requireDeploymentGroupName(input.deploymentGroupName);
  return store.read(async (reader) => {
    const { application, group } = await requireGroup(reader, caller, applicationName, groupName);
    const last = await lastDeployments(reader, group.n);
    return { deploymentGroupInfo: deploymentGroupInfo(applicationName, application.computePlatform, group, last) };
  });
});
