import { requireApplicationName } from "../resources/application.ts";
import { requireDeploymentGroupName } from "../resources/deploymentGroup.ts";
import { defineOperation } from "./operation.ts";

/** An unknown application or group is no error. */
export const deleteDeploymentGroup = defineOperation("DeleteDeploymentGroup", async (input, { store }, caller) => {
  const applicationName = requireApplicationName(input.applicationName);
  const groupName = requireDeploymentGroupName(input.deploymentGroupName);
  return store.transaction(async (tx) => {
    const application = await tx.applications.find(caller, applicationName);
    const group = application && (await tx.deploymentGroups.find(application.n, groupName));
    if (group) await tx.deploymentGroups.delete(group.n);
    return { hooksNotCleanedUp: [] };
  });
});
