import { requireApplication, requireApplicationName } from "../resources/application.ts";
import { requireBatch } from "../resources/batch.ts";
import { genericRevisionInfo, requireRevision, withoutContent } from "../resources/revision.ts";
import { RevisionRequiredException } from "../shapes/codedeploy.ts";
import { defineOperation } from "./operation.ts";

/** As GetApplicationRevision, content included; what is not found is told in `errorMessage` (semantics 11 #28). */
export const batchGetApplicationRevisions = defineOperation(
  "BatchGetApplicationRevisions",
  async (input, { store }, caller) => {
    const applicationName = requireApplicationName(input.applicationName);
    const given = requireBatch(input.revisions, 25);
    if (given.length === 0) throw new RevisionRequiredException("RevisionLocation must be specified");
    return store.read(async (reader) => {
      const application = requireApplication(applicationName, await reader.applications.find(caller, applicationName));
      const asked = given.map((revision) => requireRevision(application.computePlatform, revision));
      const revisions = [];
      const missing = [];
      for (const { identity, location } of asked) {
        const revision = await reader.revisions.find(application.n, identity);
        if (!revision) {
          missing.push(JSON.stringify(withoutContent(location)));
          continue;
        }
        const groups = await reader.deploymentGroups.targeting(application.n, identity);
        revisions.push({
          revisionLocation: revision.location,
          genericRevisionInfo: genericRevisionInfo(revision, groups),
        });
      }
      const errorMessage = missing.length > 0 ? `No revision found for the given location: ${missing.join(", ")}` : "";
      return { applicationName, revisions, errorMessage };
    });
  },
);
