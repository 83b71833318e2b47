/**
 * What becomes of a deployment whose group is busy. The real service rejects it; the group's tag `signalbox:on-busy` may
 * ask to queue it, or to let it replace what is under way. With the tag, `order=NUMBER` in the description tells the
 * newer of two builds that race from the older, which is refused.
 */
import type { DeploymentGroupRecord } from "../resources/deploymentGroup.ts";
import { ON_BUSY_TAG, type ResourceTag } from "../resources/tags.ts";
import { DeploymentLimitExceededException } from "../shapes/codedeploy.ts";
import type { Stored, Transaction } from "../store/store.ts";
import type { Quotas } from "./operation.ts";

export interface Admission {
  status: "Created" | "Queued";
  /** Deployments, by row, that must make way: `undo` for what may have moved traffic already. */
  replaces: { n: number; undo: boolean }[];
  /** The order that the description names, where the group heeds it. */
  order: number | undefined;
}

/** Throws DeploymentLimitExceededException, in the real service's words where it has any (semantics 3.2). */
export async function admitToGroup(
  tx: Transaction,
  { queuedDeployments }: Quotas,
  group: Stored<DeploymentGroupRecord>,
  { tags, description }: { tags: readonly ResourceTag[]; description: string | undefined },
): Promise<Admission> {
  const onBusy = tags.find(({ Key }) => Key === ON_BUSY_TAG)?.Value;
  const order = onBusy === undefined ? undefined : orderIn(description);
  requireNewest(group, order);
  const active = await tx.deployments.activeIn(group.n);
  const queued = await tx.deployments.queuedIn(group.n);
  const first = active ?? queued[0];
  if (!first) return { status: "Created", replaces: [], order };
  if (onBusy === "replace") {
    const replaces = queued.map(({ n }) => ({ n, undo: false }));
    if (active && !(await isRollback(tx, active.n))) replaces.push({ n: active.n, undo: true });
    return { status: "Queued", replaces, order };
  }
  if (onBusy === "queue" && queued.length < queuedDeployments) {
    return { status: "Queued", replaces: await olderThan(tx, order, queued), order };
  }
  throw new DeploymentLimitExceededException(
    `The Deployment Group '${group.deploymentGroupName}' already has an active Deployment '${first.deploymentId}'${onBusy === "queue" ? ` and ${queuedDeployments} in its queue, which is the limit` : ""}`,
  );
}

/** What waits and is of an older build need not begin any more. */
async function olderThan(
  tx: Transaction,
  order: number | undefined,
  queued: readonly { n: number }[],
): Promise<Admission["replaces"]> {
  const older: Admission["replaces"] = [];
  for (const { n } of order === undefined ? [] : queued) {
    const other = orderIn((await tx.deployments.load(n))?.plan.info.description);
    if (other !== undefined && order !== undefined && other < order) older.push({ n, undo: false });
  }
  return older;
}

/** A rollback puts traffic right: whoever comes waits for its end. */
async function isRollback(tx: Transaction, n: number): Promise<boolean> {
  const active = await tx.deployments.load(n);
  return active?.plan.rollsBackDeploymentId != null;
}

function orderIn(description: string | undefined): number | undefined {
  const [, digits] = /(?:^|[\s,;])order=([0-9]{1,15})(?![0-9])/.exec(description ?? "") ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function requireNewest({ deploymentGroupName, highestOrder = 0 }: DeploymentGroupRecord, order?: number): void {
  if (order === undefined || order >= highestOrder) return;
  throw new DeploymentLimitExceededException(
    `A newer build was deployed to the Deployment Group '${deploymentGroupName}' already: it has order=${highestOrder}, this one order=${order}`,
  );
}
