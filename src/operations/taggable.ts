/** From what an ARN names to the id its tags are kept under, which survives a rename. */
import { requireApplication } from "../resources/application.ts";
import type { TaggableResource } from "../resources/resourceArn.ts";
import type { Scope, Transaction } from "../store/store.ts";
import { requireGroup } from "./lookups.ts";

export async function findTaggable(
  tx: Transaction,
  scope: Scope,
  resource: TaggableResource,
): Promise<string | undefined> {
  const application = await tx.applications.find(scope, resource.applicationName);
  if (resource.kind === "application" || !application) return application?.applicationId;
  const group = await tx.deploymentGroups.find(application.n, resource.deploymentGroupName);
  return group?.deploymentGroupId;
}

/** What is missing is the error: the application, or the group in it. */
export async function requireTaggable(tx: Transaction, scope: Scope, resource: TaggableResource): Promise<string> {
  const { applicationName } = resource;
  if (resource.kind === "application") {
    return requireApplication(applicationName, await tx.applications.find(scope, applicationName)).applicationId;
  }
  const { group } = await requireGroup(tx, scope, applicationName, resource.deploymentGroupName);
  return group.deploymentGroupId;
}
