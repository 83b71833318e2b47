import { requireApplication, requireApplicationName } from "../resources/application.ts";
import { inlineContent, requireDescription, requireRevision } from "../resources/revision.ts";
import { RevisionRequiredException } from "../shapes/codedeploy.ts";
import { defineOperation } from "./operation.ts";

/** Registering again keeps the time of the first registration and takes the new description, if there is one. */
export const registerApplicationRevision = defineOperation(
  "RegisterApplicationRevision",
  async (input, { store, clock }, caller) => {
    const applicationName = requireApplicationName(input.applicationName);
    if (!input.revision) throw new RevisionRequiredException("RevisionLocation must be specified");
    const description = requireDescription(input.description);

    return store.transaction(async (tx) => {
      const application = requireApplication(applicationName, await tx.applications.find(caller, applicationName));
      const { identity, location } = requireRevision(application.computePlatform, input.revision);
      const known = await tx.revisions.find(application.n, identity);
      await tx.revisions.put(application.n, {
        registerTime: clock.now(),
        ...known,
        identity,
        // A digest alone does not make known content unknown.
        location: inlineContent(location) === undefined ? (known?.location ?? location) : location,
        description: description ?? known?.description,
      });
      return {};
    });
  },
);
