/** Deployments of the store in maps. */
import { hasEnded, type Target } from "../../../src/engine/deployment.ts";
import type {
  DeploymentPosition,
  LastDeployment,
  StoredDeployment,
  Transaction,
  TurnRecord,
} from "../../../src/store/store.ts";
import { type Access, inScope, kept, keyOf, nextNumber } from "./tables.ts";

interface Row {
  n: number;
  record: TurnRecord;
}

const isActive = (status: string) => !hasEnded(status) && status !== "Queued";
const numberAndId = ({ n, record }: Row) => ({ n, deploymentId: record.plan.deploymentId });

export function mapDeployments(access: Access): Transaction["deployments"] {
  const all = function* (): Generator<Row> {
    for (const [n, { record }] of access.tables.deployments) yield { n, record };
  };
  /** In the order of their numbers. */
  const where = (test: (record: TurnRecord) => boolean): Row[] => {
    const found: Row[] = [];
    for (const row of all()) if (test(row.record)) found.push(row);
    return found;
  };
  /** A group has one deployment under way at most. */
  const set = (n: number, record: TurnRecord, updatedAt: number) => {
    const { status } = record.state;
    const isSecond = (other: Row) =>
      other.n !== n && other.record.groupN === record.groupN && isActive(other.record.state.status);
    if (isActive(status)) for (const other of all()) if (isSecond(other)) throw new Error("the group is busy");
    access.write("deployments").set(n, { record: Object.freeze(record), updatedAt });
  };
  return {
    ...searching(access, where),
    async load(n) {
      return access.tables.deployments.get(n)?.record;
    },
    async insert(plan, { state, targets }, applicationN, groupN) {
      const key = keyOf(plan.accountId, plan.region, plan.deploymentId);
      if (access.tables.deploymentNumbers.has(key)) throw new Error("there is a deployment of that id");
      const n = nextNumber(access, "deployment");
      const deployment = { plan: kept(plan), state: kept(state), targets: kept(targets) };
      set(n, { ...deployment, applicationN, groupN, version: 1, wakeAt: null }, plan.createTime);
      access.write("deploymentNumbers").set(key, n);
      return n;
    },
    async save(n, version, { state, targets }, wakeAt, now) {
      const was = access.tables.deployments.get(n)?.record;
      if (was?.version !== version) return false;
      const next = { state: kept(state), targets: kept(merged(was.targets, targets)), wakeAt };
      set(n, { ...was, ...next, version: version + 1 }, now);
      return true;
    },
    async due(now, limit) {
      const due = where(({ wakeAt }) => wakeAt !== null && wakeAt <= now);
      const sorted = due.sort((one, other) => (one.record.wakeAt ?? 0) - (other.record.wakeAt ?? 0));
      return sorted.slice(0, limit).map(({ n }) => n);
    },
    async nextDue(now) {
      let next: number | null = null;
      for (const { record } of all()) {
        if (record.wakeAt !== null && record.wakeAt > now) next = Math.min(next ?? record.wakeAt, record.wakeAt);
      }
      return next;
    },
    async latestUpdate() {
      const times = [...access.tables.deployments.values()].map(({ updatedAt }) => updatedAt);
      return times.length === 0 ? null : Math.max(...times);
    },
  };
}

/** The targets that were written last, and those that were not written. */
function merged(was: readonly Target[], is: readonly Target[]): Target[] {
  const targets = new Map([...was, ...is].map((target) => [target.targetId, target]));
  return [...targets.values()].sort((one, other) => (one.targetId < other.targetId ? -1 : 1));
}

type Where = (test: (record: TurnRecord) => boolean) => Row[];

function searching(
  access: Access,
  where: Where,
): Omit<Transaction["deployments"], "load" | "insert" | "save" | "due" | "nextDue" | "latestUpdate"> {
  const waitsIn = (record: TurnRecord) => record.state.status === "Queued";
  const isUnderWay = ({ state }: TurnRecord) => isActive(state.status);
  const lastOf = (test: (record: TurnRecord) => boolean): LastDeployment | undefined => {
    const found = where(test).sort(newestFirst)[0]?.record;
    return found && { ...found, deploymentId: found.plan.deploymentId, status: found.state.status };
  };
  return {
    async find(scope, deploymentId) {
      const n = access.tables.deploymentNumbers.get(keyOf(scope.accountId, scope.region, deploymentId));
      const record = n === undefined ? undefined : access.tables.deployments.get(n)?.record;
      return n === undefined || !record ? undefined : stored(access, n, record);
    },
    async list(scope, { groupN, statuses, createdFrom, createdTo }, { after, limit }) {
      const isWanted = ({ plan, state, groupN: own }: TurnRecord) =>
        (groupN === undefined ? inScope(plan, scope) : own === groupN) &&
        (statuses === undefined || statuses.includes(state.status)) &&
        plan.createTime >= (createdFrom ?? Number.NEGATIVE_INFINITY) &&
        plan.createTime <= (createdTo ?? Number.POSITIVE_INFINITY);
      return where(isWanted)
        .sort(newestFirst)
        .map(({ n, record: { plan } }) => ({ n, createTime: plan.createTime, deploymentId: plan.deploymentId }))
        .filter((position) => after === null || isOlder(position, after))
        .slice(0, limit);
    },
    async activeIn(groupN) {
      const [found] = where((record) => record.groupN === groupN && isUnderWay(record));
      return found && numberAndId(found);
    },
    queuedIn: async (groupN) => where((record) => record.groupN === groupN && waitsIn(record)).map(numberAndId),
    queuedInApplication: async (applicationN) =>
      where((record) => record.applicationN === applicationN && waitsIn(record)).map(numberAndId),
    watching: async () =>
      where(isUnderWay).flatMap(({ n, record: { plan } }) => {
        const { accountId, region, alarms } = plan;
        return alarms ? [{ deploymentN: n, accountId, region, alarms }] : [];
      }),
    activeReach: async (scope, quota) =>
      where((record) => inScope(record.plan, scope) && isUnderWay(record)).length >= quota,
    activeWithConfig: async (scope, configName) =>
      where(
        ({ plan, state }) =>
          inScope(plan, scope) && !hasEnded(state.status) && (plan.info.deploymentConfigName ?? "") === configName,
      ).length > 0,
    lastAttempted: async (groupN) => lastOf((record) => record.groupN === groupN),
    lastSuccessful: async (groupN) =>
      lastOf((record) => record.groupN === groupN && record.state.status === "Succeeded"),
  };
}

function newestFirst(one: Row, other: Row): number {
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
