import { requireApplication, requireApplicationName } from "../resources/application.ts";
import { PAGE_SIZE, pageOf, positionOf } from "../resources/nextToken.ts";
import { withoutContent } from "../resources/revision.ts";
import {
  type RevisionPosition,
  requireRevisionFilters,
  revisionOrder,
  selectRevisions,
} from "../resources/revisionList.ts";
import { defineOperation } from "./operation.ts";

export const listApplicationRevisions = defineOperation(
  "ListApplicationRevisions",
  async (input, { store, keys }, caller) => {
    const { nextToken: token, ...filters } = input;
    const applicationName = requireApplicationName(input.applicationName);
    requireRevisionFilters(filters);
    return store.read(async (reader) => {
      const application = requireApplication(applicationName, await reader.applications.find(caller, applicationName));
      const targets = await reader.deploymentGroups.targetRevisions(application.n);
      const selected = selectRevisions(await reader.revisions.all(application.n), new Set(targets), filters);
      const call = ["ListApplicationRevisions", application.applicationId, filters];
      const after = positionOf<RevisionPosition>(keys.nextToken, call, token);
      const { position, compare } = revisionOrder(filters);
      const rows = selected
        .map((revision) => ({ ...position(revision), location: revision.location }))
        .filter((row) => after === null || compare(row, after) > 0)
        .sort(compare)
        .slice(0, PAGE_SIZE + 1);
      const page = pageOf(keys.nextToken, call, rows, ({ time, identity }) => ({ time, identity }));
      return { revisions: page.rows.map(({ location }) => withoutContent(location)), nextToken: page.nextToken };
    });
  },
);
