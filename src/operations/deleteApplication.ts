import { requireApplicationName } from "../resources/application.ts";
import { defineOperation } from "./operation.ts";

/** With its groups and revisions. An unknown application is no error; what is under way goes on to its end. */
export const deleteApplication = defineOperation("DeleteApplication", async (input, { store, clock }, caller) => {
  const name = requireApplicationName(input.applicationName);
  return store.transaction(async (tx) => {
    const application = await tx.applications.find(caller, name);
    if (application) {
      const message = `The application ${name} was deleted while the deployment waited for its turn.`;
      for (const { n } of await tx.deployments.queuedInApplication(application.n)) {
        await tx.inbox.append(n, { type: "orphaned", at: clock.now(), code: "APPLICATION_MISSING", message });
      }
      await tx.applications.delete(application.n);
    }
    return {};
  });
});
