import { requireApplication, requireApplicationName } from "../resources/application.ts";
import { genericRevisionInfo, requireKnownRevision, requireRevision } from "../resources/revision.ts";
import { RevisionRequiredException } from "../shapes/codedeploy.ts";
import { defineOperation } from "./operation.ts";

/** The digest is enough to ask for an inline AppSpec; the answer has its content. */
export const getApplicationRevision = defineOperation("GetApplicationRevision", async (input, { store }, caller) => {
  const applicationName = requireApplicationName(input.applicationName);
  if (!input.revision) throw new RevisionRequiredException("RevisionLocation must be specified");
  return store.read(async (reader) => {
    const application = requireApplication(applicationName, await reader.applications.find(caller, applicationName));
    const { identity } = requireRevision(application.computePlatform, input.revision);
    const revision = requireKnownRevision(await reader.revisions.find(application.n, identity));
    const groups = await reader.deploymentGroups.targeting(application.n, identity);
    return { applicationName, revision: revision.location, revisionInfo: genericRevisionInfo(revision, groups) };
  });
});
