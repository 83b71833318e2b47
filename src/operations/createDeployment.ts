import { newDeployment } from "../engine/step.ts";
import { requireApplicationName } from "../resources/application.ts";
import {
  type DeploymentConfigRecord,
  requireDeploymentConfig,
  validDeploymentConfigName,
} from "../resources/deploymentConfig.ts";
import {
  type DeploymentGroupRecord,
  requireConfigOfPlatform,
  requireDeploymentGroupName,
} from "../resources/deploymentGroup.ts";
import { isRestart, requireBuiltPlatform, requireRequest } from "../resources/deploymentRequest.ts";
import {
  type CompleteRevision,
  inlineContent,
  type RevisionRecord,
  requireDescription,
  requireKnownRevision,
  requireRevision,
  withoutContent,
} from "../resources/revision.ts";
import { DeploymentLimitExceededException, RevisionRequiredException } from "../shapes/codedeploy.ts";
import type { Scope, Stored, Transaction } from "../store/store.ts";
import { type Admission, admitToGroup } from "./busyGroup.ts";
import { planFor } from "./deploymentPlan.ts";
import { configNamed, requireGroup } from "./lookups.ts";
import { defineOperation } from "./operation.ts";

/**
 * Freezes the plan and gives the engine its first event. What the AppSpec says is judged when the deployment starts, and
 * one in S3 is read no sooner; only text that is no AppSpec at all is refused here (semantics 3.1).
 */
export const createDeployment = defineOperation("CreateDeployment", async (input, services, caller) => {
  const applicationName = requireApplicationName(input.applicationName);
  const groupName = requireDeploymentGroupName(input.deploymentGroupName);
  if (!input.revision && !isRestart(input)) throw new RevisionRequiredException("RevisionLocation must be specified");
  requireDescription(input.description);
  if (input.deploymentConfigName) validDeploymentConfigName(input.deploymentConfigName);
  const { store, clock } = services;

  return store.transaction(async (tx) => {
    const { application, group } = await requireGroup(tx, caller, applicationName, groupName);
    const platform = application.computePlatform;
    const config = await configFor(tx, caller, input.deploymentConfigName || group.deploymentConfigName);
    const given = input.revision && requireRevision(platform, input.revision);
    const tags = await tx.tags.of(group.deploymentGroupId);
    const admission = await admitToGroup(tx, services.quotas, group, { tags, description: input.description });
    const { deployments: quota } = services.quotas;
    if (await tx.deployments.activeReach(caller, quota)) {
      throw new DeploymentLimitExceededException(
        `${quota} deployments are under way in this account and region, which is the limit; wait until one has ended`,
      );
    }
    requireConfigOfPlatform(platform, config);
    requireRequest(platform, group.deploymentStyle, input);
    requireBuiltPlatform(platform);
    const revision = await knownRevision(tx, application.n, given);
    const plan = await planFor(tx, services, caller, input, { application, group, tags, config, revision });
    const n = await tx.deployments.insert(plan, newDeployment(plan, admission.status), application.n, group.n);
    if (admission.status === "Created") await tx.inbox.append(n, { type: "start", at: clock.now() });
    await makeWay(tx, admission, plan.deploymentId, clock.now());
    const used = { ...group, highestOrder: admission.order ?? group.highestOrder };
    await noteUse(tx, application.n, used, revision, plan.deploymentId, plan.createTime);
    return { deploymentId: plan.deploymentId };
  });
});

async function configFor(tx: Transaction, scope: Scope, name: string): Promise<DeploymentConfigRecord> {
  return requireDeploymentConfig(name, await configNamed(tx, scope, name));
}

/** What was there before is stopped, and rolled back first where it had begun. */
async function makeWay(tx: Transaction, { replaces }: Admission, newer: string, at: number): Promise<void> {
  const reason = `It was replaced by deployment ${newer}.`;
  for (const { n, undo } of replaces) await tx.inbox.append(n, { type: "stopRequested", at, rollBack: undo, reason });
}

/** A revision that is given by its digest alone must be registered; then its content is known. */
async function knownRevision(
  tx: Transaction,
  applicationN: number,
  given: CompleteRevision | undefined,
): Promise<CompleteRevision> {
  if (!given) throw new RevisionRequiredException("RevisionLocation must be specified");
  const isInline = given.location.appSpecContent ?? given.location.string;
  if (!isInline || inlineContent(given.location) !== undefined) return given;
  return requireKnownRevision(await tx.revisions.find(applicationN, given.identity));
}

/** The revision is registered with its first deployment, and its group now targets it (semantics 3.1). */
async function noteUse(
  tx: Transaction,
  applicationN: number,
  group: Stored<DeploymentGroupRecord>,
  { identity, location }: CompleteRevision,
  deploymentId: string,
  at: number,
): Promise<void> {
  const known = await tx.revisions.find(applicationN, identity);
  const registered: RevisionRecord = {
    registerTime: at,
    firstUsedTime: at,
    description: `Application revision registered by Deployment ID: ${deploymentId}`,
    ...known,
    identity,
    location,
    lastUsedTime: at,
  };
  await tx.revisions.put(applicationN, { ...registered, firstUsedTime: registered.firstUsedTime ?? at });
  await tx.deploymentGroups.update(group.n, {
    ...group,
    targetRevision: { identity, location: withoutContent(location) },
  });
}
