import { requireApplicationName } from "../resources/application.ts";
import { defineOperation } from "./operation.ts";

/** With its groups and revisions. An unknown application is no error; running deployments go on to their end. */
export const deleteApplication = defineOperation("DeleteApplication", async (input, { store }, caller) => {
  const name = requireApplicationName(input.applicationName);
  return store.transaction(async (tx) => {
    const application = await tx.applications.find(caller, name);
    if (application) await tx.applications.delete(application.n);
    return {};
  });
});
