import { requireApplicationName } from "../resources/application.ts";
import { requireDeploymentGroupName } from "../resources/deploymentGroup.ts";
import { defineOperation } from "./operation.ts";

/** An unknown application or group is no error. What is under way goes on to its end; what only waits for it fails. */
export const deleteDeploymentGroup = defineOperation(
  "DeleteDeploymentGroup",
  async (input, { store, clock }, caller) => {
    const applicationName = requireApplicationName(input.applicationName);
    const groupName = requireDeploymentGroupName(input.deploymentGroupName);
    return store.transaction(async (tx) => {
      const application = await tx.applications.find(caller, applicationName);
      const group = application && (await tx.deploymentGroups.find(application.n, groupName));
      if (group) {
        const message = `The deployment group ${groupName} was deleted while the deployment waited for it.`;
        for (const { n } of await tx.deployments.queuedIn(group.n)) {
          await tx.inbox.append(n, { type: "orphaned", at: clock.now(), code: "DEPLOYMENT_GROUP_MISSING", message });
        }
        await tx.deploymentGroups.delete(group.n);
      }
      return { hooksNotCleanedUp: [] };
    });
  },
);
