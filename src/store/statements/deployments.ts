import { type Deployment, type DeploymentState, hasEnded, type Target } from "../../engine/deployment.ts";
import { formatOfPlan, formatOfState } from "../../engine/format.ts";
import type { DeploymentPlan, PlannedAlarms } from "../../engine/plan.ts";
import {
  about,
  type Database,
  forUpdate,
  json,
  lockRow,
  number,
  type Row,
  readable,
  repeated,
  text,
  type Value,
} from "../database.ts";
import type {
  DeploymentFilter,
  DeploymentPosition,
  Deployments,
  LastDeployment,
  Page,
  Scope,
  StoredDeployment,
  TurnRecord,
  WatchingDeployment,
} from "../store.ts";
import { fewerThan } from "./applications.ts";
import type { DeploymentMemory } from "./deploymentMemory.ts";
import { KNOWN_FORMAT, raiseFormat, requireKnownFormat } from "./format.ts";

export function deployments(db: Database, memory?: DeploymentMemory): Deployments {
  const planOf = planReader(db);
  const byId = repeated(
    null,
    `select deployment.n as n, id, deployment.application_n as application_n, group_n, version, format, state,
            application.name as application_name, deployment_group.name as group_name
     from deployment
     left join application on application.n = deployment.application_n
     left join deployment_group on deployment_group.n = deployment.group_n
     where deployment.account_id = ? and deployment.region = ? and deployment.id = ?${forUpdate(db, "deployment")}`,
  );
  return {
    ...listing(db),
    ...underWay(db),
    ...turning(db, planOf),
    async find(scope, deploymentId) {
      const current = memory?.current(scope, deploymentId);
      if (current) return current;
      const row = await db.one(byId, scope.accountId, scope.region, deploymentId);
      if (!row) return undefined;
      requireKnownFormat(row);
      const kept = memory?.recall(row);
      if (kept) return kept;
      const n = number(row, "n");
      const deployment = await about(`deployment ${deploymentId}`, async () => {
        const targets = await targetsOf(db, n);
        const plan = await planOf(n, deploymentId);
        return { ...storedDeployment(row), plan, targets, isKept: false };
      });
      return memory?.keep(row, deployment) ?? deployment;
    },
    async insert(plan, { state, targets }, applicationN, groupN) {
      const row = await db.one(
        `insert into deployment
           (account_id, region, id, application_n, group_n, status, active, create_time, update_time, version, wake_at, state, alarms)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, null, ?, ?) returning n`,
        ...[plan.accountId, plan.region, plan.deploymentId, applicationN, groupN],
        ...[state.status, activity(state.status), plan.createTime, plan.createTime],
        ...[JSON.stringify(state), plan.alarms && JSON.stringify(plan.alarms)],
      );
      if (!row) throw new Error("the deployment was not inserted");
      const n = number(row, "n");
      await raiseFormat(db, n, Math.max(formatOfPlan(plan), formatOfState(state)));
      const configName = plan.info.deploymentConfigName ?? "";
      await db.write(
        "insert into deployment_plan (deployment_n, config_name, body) values (?, ?, ?)",
        n,
        configName,
        JSON.stringify(plan),
      );
      for (const target of targets) {
        await db.write(
          "insert into target (deployment_n, target_id, status, body) values (?, ?, ?, ?)",
          n,
          target.targetId,
          target.status,
          JSON.stringify(target),
        );
      }
      return n;
    },
  };
}

const saving = (columns: string, position: number) =>
  repeated(
    position,
    `update deployment
     set ${columns}update_time = ?, state = ?, version = version + 1
     where n = ? and version = ?`,
  );
const SAVE = saving("status = ?, active = ?, wake_at = cast(? as bigint), ", 5);
const SAVE_STATE = saving("", 2);
const SAVE_TARGET = repeated(
  0,
  `insert into target (deployment_n, target_id, status, body) values (?, ?, ?, ?)
   on conflict (deployment_n, target_id) do update set status = excluded.status, body = excluded.body`,
);

/** What a turn reads and writes, and what tells that one is due. */
function turning(
  db: Database,
  planOf: PlanReader,
): Pick<Deployments, "load" | "save" | "due" | "nextDue" | "latestUpdate"> {
  const turned = repeated(
    0,
    `select id, application_n, group_n, version, wake_at, format, state from deployment where n = ?${forUpdate(db)}`,
  );
  const saveBeside = async (n: number, { state, targets }: Deployment, was?: Deployment) => {
    const format = formatOfState(state);
    if (!was || format > formatOfState(was.state)) await raiseFormat(db, n, format);
    // A deployment whose revision had to be read first has its targets from then on.
    for (const target of targets) {
      if (was?.targets.includes(target)) continue;
      await db.write(SAVE_TARGET, n, target.targetId, target.status, JSON.stringify(target));
    }
  };
  return {
    async load(n) {
      // In one way to a database that is a way off; what comes behind the lock is read under it.
      const [row, targets] = await Promise.all([db.one(turned, n), db.all(TARGETS, n)]);
      if (!row) return undefined;
      requireKnownFormat(row);
      const deploymentId = text(row, "id");
      return about(`deployment ${deploymentId}`, async () => {
        return { ...turnRecord(row), plan: await planOf(n, deploymentId), targets: targets.map(targetOf) };
      });
    },
    async save(n, version, deployment, wakeAt, now, was) {
      const { state } = deployment;
      const isIndexed = state.status !== was?.state.status || wakeAt !== was.wakeAt;
      const values = [now, JSON.stringify(state), n, version];
      // SQLite writes the indexes of a column that is set, whether it changes or not; PostgreSQL looks.
      const saving =
        isIndexed || db.node !== undefined
          ? db.run(SAVE, state.status, activity(state.status), wakeAt, ...values)
          : db.run(SAVE_STATE, ...values);
      // A row that others might write is locked since this transaction has read it: what follows need not wait.
      const isHeld = was !== undefined && db.node !== undefined;
      if (!isHeld && (await saving) === 0) return false;
      const [changed] = await Promise.all([saving, saveBeside(n, deployment, was)]);
      return changed > 0;
    },
    async due(now, limit) {
      const rows = await db.all(
        `select n from deployment where wake_at <= ? and ${KNOWN_FORMAT} order by wake_at limit ?`,
        ...[now, limit],
      );
      return rows.map((row) => number(row, "n"));
    },
    async nextDue(now) {
      const row = await db.one("select wake_at from deployment where wake_at > ? order by wake_at limit 1", now);
      return row ? number(row, "wake_at") : null;
    },
    async latestUpdate() {
      const row = await db.one("select max(update_time) as latest from deployment");
      return row && row["latest"] !== null ? number(row, "latest") : null;
    },
  };
}

/** What `active` says of a status. */
function activity(status: string): 0 | 1 | 2 {
  if (hasEnded(status)) return 0;
  return status === "Queued" ? 2 : 1;
}

const QUEUED = repeated(null, "select n, id from deployment where group_n = ? and active = 2 order by n");

/** What is under way in a group, an account or at all. */
function underWay(
  db: Database,
): Pick<
  Deployments,
  "activeIn" | "queuedIn" | "queuedInApplication" | "watching" | "activeReach" | "activeWithConfig"
> {
  return {
    async activeIn(groupN) {
      const row = await db.one("select n, id from deployment where group_n = ? and active = 1", groupN);
      return row && numberAndId(row);
    },
    async queuedIn(groupN) {
      // Whoever is about to queue one holds the group until it can be seen here.
      await lockRow(db, "deployment_group", groupN);
      const rows = await db.all(QUEUED, groupN);
      return rows.map(numberAndId);
    },
    async queuedInApplication(applicationN) {
      await lockRow(db, "application", applicationN);
      const rows = await db.all("select n, id from deployment where application_n = ? and active = 2", applicationN);
      return rows.map(numberAndId);
    },
    async watching(damaged) {
      const rows = await db.all(
        `select n, id, account_id, region, alarms from deployment
         where active = 1 and status <> 'Created' and alarms is not null and ${KNOWN_FORMAT}`,
      );
      return readable(rows, "n", watchingDeployment, damaged);
    },
    async activeReach({ accountId, region }, quota) {
      if (await fewerThan(db, "deployment", quota)) return false;
      const row = await db.one(
        `select count(*) as total from
           (select 1 from deployment where active = 1 and account_id = ? and region = ? limit ?) as active`,
        accountId,
        region,
        quota,
      );
      return row !== undefined && number(row, "total") >= quota;
    },
    async activeWithConfig({ accountId, region }, configName) {
      const row = await db.one(
        `select n from deployment join deployment_plan on deployment_n = n
         where account_id = ? and region = ? and active in (1, 2) and config_name = ? limit 1`,
        accountId,
        region,
        configName,
      );
      return row !== undefined;
    },
  };
}

function watchingDeployment(row: Row): WatchingDeployment {
  return {
    deploymentN: number(row, "n"),
    accountId: text(row, "account_id"),
    region: text(row, "region"),
    alarms: json<PlannedAlarms>(row, "alarms"),
  };
}

function numberAndId(row: Row): { n: number; deploymentId: string } {
  return { n: number(row, "n"), deploymentId: text(row, "id") };
}

function listing(db: Database): Pick<Deployments, "list" | "lastAttempted" | "lastSuccessful"> {
  return {
    async list(scope, filter, page) {
      const found = [];
      for (const status of filter.statuses ?? [null]) found.push(...(await listed(db, scope, filter, status, page)));
      return found.sort((one, other) => other.createTime - one.createTime || other.n - one.n).slice(0, page.limit);
    },
    async lastAttempted(groupN) {
      const row = await db.one(`${LAST} where group_n = ? order by create_time desc, n desc limit 1`, groupN);
      return row && about(`deployment ${text(row, "id")}`, () => lastDeployment(row));
    },
    async lastSuccessful(groupN) {
      const row = await db.one(
        `${LAST} where group_n = ? and status = 'Succeeded' order by create_time desc, n desc limit 1`,
        groupN,
      );
      return row && about(`deployment ${text(row, "id")}`, () => lastDeployment(row));
    },
  };
}

const LAST = "select id, status, state, body as plan from deployment join deployment_plan on deployment_n = n";

/**
 * A page of one status, or of all. Each reads its rows from an index in their order, so that a page costs the same
 * however many deployments there are; a list of several statuses is put together from their pages.
 */
async function listed(
  db: Database,
  { accountId, region }: Scope,
  filter: DeploymentFilter,
  status: string | null,
  { after, limit }: Page<DeploymentPosition>,
): Promise<(DeploymentPosition & { deploymentId: string })[]> {
  const conditions: string[] = [];
  const values: Value[] = [];
  const add = (condition: string, ...added: Value[]) => {
    conditions.push(condition);
    values.push(...added);
  };
  // A group belongs to one account and region: naming them as well could lead to the wrong index.
  if (filter.groupN === undefined) add("account_id = ? and region = ?", accountId, region);
  else add("group_n = ?", filter.groupN);
  if (status !== null) add("status = ?", status);
  if (filter.createdFrom !== undefined) add("create_time >= ?", filter.createdFrom);
  if (filter.createdTo !== undefined) add("create_time <= ?", filter.createdTo);
  if (after) add("(create_time, n) < (?, ?)", after.createTime, after.n);
  const rows = await db.all(
    `select n, id, create_time from deployment where ${conditions.join(" and ")} order by create_time desc, n desc limit ?`,
    ...values,
    limit,
  );
  return rows.map((row) => ({
    n: number(row, "n"),
    createTime: number(row, "create_time"),
    deploymentId: text(row, "id"),
  }));
}

type PlanReader = (deploymentN: number, deploymentId: string) => Promise<DeploymentPlan>;

/** How many plans are kept: about 4 kB each, and a deployment's next turn mostly follows soon. */
const MOST_PLANS = 1024;

/**
 * Plans are written once, so one that has been read stays true. The id tells it from that of a row that was taken back
 * and whose number was given again.
 */
function planReader(db: Database): PlanReader {
  const known = new Map<number, DeploymentPlan>();
  return async (deploymentN, deploymentId) => {
    const found = known.get(deploymentN);
    if (found?.deploymentId === deploymentId) return found;
    const row = await db.one(PLAN, deploymentN);
    if (!row) throw new Error(`deployment ${deploymentId} has no plan`);
    const plan = json<DeploymentPlan>(row, "body");
    if (known.size >= MOST_PLANS) known.clear();
    known.set(deploymentN, plan);
    return plan;
  };
}

const PLAN = repeated(0, "select body from deployment_plan where deployment_n = ?");
const TARGETS = repeated(0, "select body from target where deployment_n = ? order by target_id");

async function targetsOf(db: Database, deploymentN: number): Promise<Target[]> {
  const rows = await db.all(TARGETS, deploymentN);
  return rows.map(targetOf);
}

const targetOf = (row: Row): Target => json<Target>(row, "body");

function storedDeployment(row: Row): Omit<StoredDeployment, "plan" | "targets" | "isKept"> {
  const named = row["application_name"] !== null && row["group_name"] !== null;
  return {
    n: number(row, "n"),
    applicationN: number(row, "application_n"),
    groupN: number(row, "group_n"),
    state: json<DeploymentState>(row, "state"),
    names: named
      ? { applicationName: text(row, "application_name"), deploymentGroupName: text(row, "group_name") }
      : null,
  };
}

function turnRecord(row: Row): Omit<TurnRecord, "plan" | "targets"> {
  return {
    applicationN: number(row, "application_n"),
    groupN: number(row, "group_n"),
    version: number(row, "version"),
    wakeAt: row["wake_at"] === null ? null : number(row, "wake_at"),
    state: json<DeploymentState>(row, "state"),
  };
}

function lastDeployment(row: Row): LastDeployment {
  return {
    deploymentId: text(row, "id"),
    status: text(row, "status"),
    plan: json<DeploymentPlan>(row, "plan"),
    state: json<DeploymentState>(row, "state"),
  };
}
