import { requireApplication, requireApplicationName } from "../resources/application.ts";
import { PAGE_SIZE, pageOf, positionOf } from "../resources/nextToken.ts";
import { withoutContent } from "../resources/revision.ts";
import { selectRevisions } from "../resources/revisionList.ts";
import { defineOperation } from "./operation.ts";

export const listApplicationRevisions = defineOperation(
  "ListApplicationRevisions",
  async (input, { store, keys }, caller) => {
    const { nextToken: token, ...filters } = input;
    const applicationName = requireApplicationName(input.applicationName);
    return store.read(async (reader) => {
      const application = requireApplication(applicationName, await reader.applications.find(caller, applicationName));
      const targets = await reader.deploymentGroups.targetRevisions(application.n);
      const selected = selectRevisions(await reader.revisions.all(application.n), new Set(targets), filters);
      const call = ["ListApplicationRevisions", application.applicationId, filters];
      const after = positionOf<string>(keys.nextToken, call, token);
      const start = after === null ? 0 : selected.findIndex(({ identity }) => identity === after) + 1;
      const page = pageOf(
        keys.nextToken,
        call,
        selected.slice(start, start + PAGE_SIZE + 1),
        ({ identity }) => identity,
      );
      return { revisions: page.rows.map(({ location }) => withoutContent(location)), nextToken: page.nextToken };
    });
  },
);
