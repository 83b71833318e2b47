import { requireApplication, requireApplicationName } from "../resources/application.ts";
import { requireBatch } from "../resources/batch.ts";
import { deploymentGroupInfo, requireDeploymentGroupName } from "../resources/deploymentGroup.ts";
import { lastDeployments } from "./lookups.ts";
import { defineOperation } from "./operation.ts";

/** Names that are not found are told in `errorMessage` (semantics 2.6). */
export const batchGetDeploymentGroups = defineOperation(
  "BatchGetDeploymentGroups",
  async (input, { store }, caller) => {
    const applicationName = requireApplicationName(input.applicationName);
    const names = requireBatch(input.deploymentGroupNames, 100).map(requireDeploymentGroupName);
    if (names.length === 0) requireDeploymentGroupName(undefined);
    return store.read(async (reader) => {
      const application = requireApplication(applicationName, await reader.applications.find(caller, applicationName));
      const deploymentGroupsInfo = [];
      const missing = [];
      for (const name of names) {
        const group = await reader.deploymentGroups.find(application.n, name);
        if (!group) {
          missing.push(name);
          continue;
        }
        const last = await lastDeployments(reader, group.n);
        deploymentGroupsInfo.push(deploymentGroupInfo(applicationName, application.computePlatform, group, last));
      }
      const errorMessage = missing.length > 0 ? `No Deployment Group found for name: ${missing.join(", ")}` : "";
      return { deploymentGroupsInfo, errorMessage };
    });
  },
);
