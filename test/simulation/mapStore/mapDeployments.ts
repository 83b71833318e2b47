/** Deployments of the store in maps. */
import { hasEnded, type Target } from "../../../src/engine/deployment.ts";
import type {
  DeploymentPosition,
  LastDeployment,
  StoredDeployment,
  Transaction,
  TurnRecord,
} from "../../../src/store/store.ts";
import { type Access, type DeploymentRow, IN, inScope, isUnderWay, kept, keyOf, nextNumber } from "./tables.ts";

const numberAndId = ({ n, record }: DeploymentRow) => ({ n, deploymentId: record.plan.deploymentId });

export function mapDeployments(access: Access): Transaction["deployments"] {
  const { deployments } = access.tables;
  /** A group has one deployment under way at most. */
  const set = (n: number, record: TurnRecord, updatedAt: number) => {
    if (isUnderWay(record)) {
      const isSecond = (other: DeploymentRow) => other.n !== n && isUnderWay(other.record);
      if (deployments.where("group", record.groupN).some(isSecond)) throw new Error("the group is busy");
    }
    access.write("deployments").set(n, { n, record: Object.freeze(record), updatedAt });
  };
  return {
    ...searching(access),
    async load(n) {
      return deployments.get(n)?.record;
    },
    async insert(plan, { state, targets }, applicationN, groupN) {
      const key = keyOf(plan.accountId, plan.region, plan.deploymentId);
      if (access.tables.deploymentNumbers.get(key) !== undefined) throw new Error("there is a deployment of that id");
      const n = nextNumber(access, "deployment");
      const deployment = { plan: kept(plan), state: kept(state), targets: kept(targets) };
      set(n, { ...deployment, applicationN, groupN, version: 1, wakeAt: null }, plan.createTime);
      access.write("deploymentNumbers").set(key, n);
      return n;
    },
    async save(n, version, { state, targets }, wakeAt, now) {
      const was = deployments.get(n)?.record;
      if (was?.version !== version) return false;
      const next = { state: kept(state), targets: kept(merged(was.targets, targets)), wakeAt };
      set(n, { ...was, ...next, version: version + 1 }, now);
      return true;
    },
    async due(now, limit) {
      const due = deployments.upTo("wakeAt", now);
      return due.slice(0, limit).map(({ n }) => n);
    },
    nextDue: async (now) => deployments.firstAfter("wakeAt", now),
    async latestUpdate() {
      let latest: number | null = null;
      for (const { updatedAt } of deployments.all()) latest = Math.max(latest ?? updatedAt, updatedAt);
      return latest;
    },
  };
}

/** The targets that were written last, and those that were not written. */
function merged(was: readonly Target[], is: readonly Target[]): Target[] {
  const others = was.filter(({ targetId }) => !is.some((target) => target.targetId === targetId));
  return [...is, ...others].sort((one, other) => (one.targetId < other.targetId ? -1 : 1));
}

function searching(
  access: Access,
): Omit<Transaction["deployments"], "load" | "insert" | "save" | "due" | "nextDue" | "latestUpdate"> {
  const { deployments } = access.tables;
  const waits = ({ record: { state } }: DeploymentRow) => state.status === "Queued";
  const ofGroup = (groupN: number) => deployments.where("group", groupN);
  const lastOf = (rows: DeploymentRow[]): LastDeployment | undefined => {
    const found = rows.sort(newestFirst)[0]?.record;
    return found && { ...found, deploymentId: found.plan.deploymentId, status: found.state.status };
  };
  return {
    async find(scope, deploymentId) {
      const n = access.tables.deploymentNumbers.get(keyOf(scope.accountId, scope.region, deploymentId));
      const record = n === undefined ? undefined : access.tables.deployments.get(n)?.record;
      return n === undefined || !record ? undefined : stored(access, n, record);
    },
    async list(scope, { groupN, statuses, createdFrom, createdTo }, { after, limit }) {
      const isWanted = ({ record: { plan, state } }: DeploymentRow) =>
        (groupN !== undefined || inScope(plan, scope)) &&
        (statuses === undefined || statuses.includes(state.status)) &&
        plan.createTime >= (createdFrom ?? Number.NEGATIVE_INFINITY) &&
        plan.createTime <= (createdTo ?? Number.POSITIVE_INFINITY);
      return (groupN === undefined ? deployments.all() : ofGroup(groupN))
        .filter(isWanted)
        .sort(newestFirst)
        .map(({ n, record: { plan } }) => ({ n, createTime: plan.createTime, deploymentId: plan.deploymentId }))
        .filter((position) => after === null || isOlder(position, after))
        .slice(0, limit);
    },
    async activeIn(groupN) {
      const found = ofGroup(groupN).find(({ record }) => isUnderWay(record));
      return found && numberAndId(found);
    },
    queuedIn: async (groupN) => ofGroup(groupN).filter(waits).map(numberAndId),
    queuedInApplication: async (applicationN) =>
      deployments
        .all()
        .filter((row) => row.record.applicationN === applicationN && waits(row))
        .map(numberAndId),
    watching: async () =>
      deployments.where("underWay", IN).flatMap(({ n, record: { plan, state } }) => {
        const { accountId, region, alarms } = plan;
        return alarms && state.status !== "Created" ? [{ deploymentN: n, accountId, region, alarms }] : [];
      }),
    activeReach: async (scope, quota) =>
      deployments.count("underWay", IN) >= quota &&
      deployments.where("underWay", IN).filter(({ record }) => inScope(record.plan, scope)).length >= quota,
    activeWithConfig: async (scope, configName) =>
      deployments
        .all()
        .some(
          ({ record: { plan, state } }) =>
            inScope(plan, scope) && !hasEnded(state.status) && (plan.info.deploymentConfigName ?? "") === configName,
        ),
    lastAttempted: async (groupN) => lastOf(ofGroup(groupN)),
    lastSuccessful: async (groupN) =>
      lastOf(ofGroup(groupN).filter(({ record }) => record.state.status === "Succeeded")),
  };
}

function newestFirst(one: DeploymentRow, other: DeploymentRow): number {
  return other.record.plan.createTime - one.record.plan.createTime || other.n - one.n;
}

function isOlder(one: DeploymentPosition, other: DeploymentPosition): boolean {
  return one.createTime < other.createTime || (one.createTime === other.createTime && one.n < other.n);
}

function stored({ tables }: Access, n: number, record: TurnRecord): StoredDeployment {
  const application = tables.applications.get(record.applicationN)?.application;
  const group = tables.deploymentGroups.get(record.groupN)?.group;
  const { applicationN, groupN, plan, state, targets } = record;
  const names =
    application && group
      ? { applicationName: application.applicationName, deploymentGroupName: group.deploymentGroupName }
      : null;
  return { n, applicationN, groupN, plan, state, targets, names, isKept: false };
}
