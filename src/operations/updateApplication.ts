import { requireApplication, requireApplicationName } from "../resources/application.ts";
import { ApplicationAlreadyExistsException } from "../shapes/codedeploy.ts";
import { defineOperation } from "./operation.ts";

/** Only renames. Groups, revisions and deployments refer to the application by number and follow by themselves. */
export const updateApplication = defineOperation("UpdateApplication", async (input, { store }, caller) => {
  const name = requireApplicationName(input.applicationName);
  const newName = input.newApplicationName ? requireApplicationName(input.newApplicationName) : name;

  return store.transaction(async (tx) => {
    const application = requireApplication(name, await tx.applications.find(caller, name));
    if (newName === name) return {};
    if (await tx.applications.find(caller, newName)) {
      throw new ApplicationAlreadyExistsException(`Application already exists with name: ${newName}`);
    }
    await tx.applications.rename(application.n, newName);
    return {};
  });
});
