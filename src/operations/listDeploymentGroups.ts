import { requireApplication, requireApplicationName } from "../resources/application.ts";
import { PAGE_SIZE, pageOf, positionOf } from "../resources/nextToken.ts";
import { defineOperation } from "./operation.ts";

export const listDeploymentGroups = defineOperation("ListDeploymentGroups", async (input, { store, keys }, caller) => {
  const applicationName = requireApplicationName(input.applicationName);
  return store.read(async (reader) => {
    const application = requireApplication(applicationName, await reader.applications.find(caller, applicationName));
    const call = ["ListDeploymentGroups", application.applicationId];
    const after = positionOf<string>(keys.nextToken, call, input.nextToken);
    const names = await reader.deploymentGroups.list(application.n, { after, limit: PAGE_SIZE + 1 });
    const { rows, nextToken } = pageOf(keys.nextToken, call, names, (name) => name);
    return { applicationName, deploymentGroups: rows, nextToken };
  });
});
