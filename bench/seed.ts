/** Installations with many deployments under way, written through the store as the program itself would. */
import { randomBytes, randomUUID } from "node:crypto";
import type { DeploymentEvent, EffectAnswer } from "../src/engine/deployment.ts";
import { type DeploymentPlan, planLambdaDeployment } from "../src/engine/plan.ts";
import { foldEvents, newDeployment } from "../src/engine/step.ts";
import { wakeAt } from "../src/engine/waits.ts";
import { newGroupMembers } from "../src/resources/deploymentGroup.ts";
import { sealHookExecutionId } from "../src/resources/hookExecutionId.ts";
import type { LambdaHook } from "../src/resources/lambdaAppSpec.ts";
import { readSettings } from "../src/settings.ts";
import type { Store } from "../src/store/store.ts";
import { type Installation, openStore, settle } from "./installation.ts";

export const ACCOUNT = "123456789012";
export const REGION = "eu-west-1";
const SCOPE = { accountId: ACCOUNT, region: REGION };
const GROUPS_PER_APPLICATION = 1000;
export const DAY_MS = 24 * 3_600_000;

/** A deployment that waits for the report of its validation function. */
export interface WaitingDeployment {
  n: number;
  deploymentId: string;
  targetId: string;
  lifecycleEvent: LambdaHook;
  hookExecutionId: string;
}

/** The version of a deployment's row when it is seeded; every turn raises it. */
export const SEEDED_VERSION = 2;

/** Where seeded deployments stand: their function of this event has not reported, or a tenth of the traffic has moved. */
export type SeededStage = LambdaHook | "HoldingTraffic";

export interface SeedOptions {
  alarmsOf?: (number: number) => string[];
  /** When all of this has happened; now, where nothing is said. */
  createTime?: number;
}

/** Makes `count` deployments that stand where `waitsIn` says. No effect is owed. */
export async function seed(
  installation: Installation,
  count: number,
  waitsIn: SeededStage,
  { alarmsOf = () => [], createTime }: SeedOptions = {},
): Promise<WaitingDeployment[]> {
  const store = await openStore(installation);
  const key = randomBytes(32);
  await store.transaction((tx) => tx.installation.put("hookExecutionKey", key.toString("base64")));
  const waiting: WaitingDeployment[] = [];
  for (let first = 0; first < count; first += GROUPS_PER_APPLICATION) {
    const numbers = Array.from(
      { length: Math.min(GROUPS_PER_APPLICATION, count - first) },
      (_, index) => first + index,
    );
    const application = await addApplication(store, `shop-${String(first / GROUPS_PER_APPLICATION).padStart(3, "0")}`);
    const add = (number: number) => {
      const plan = planOf(application.name, number, createTime ?? Date.now(), { waitsIn, alarms: alarmsOf(number) });
      return addDeployment(store, key, { application, plan }, waitsIn);
    };
    waiting.push(...(await Promise.all(numbers.map(add))));
  }
  await store.close();
  await settle(installation);
  return waiting;
}

interface SeededApplication {
  n: number;
  name: string;
}

function addApplication(store: Store, name: string): Promise<SeededApplication> {
  return store.transaction(async (tx) => {
    const record = { applicationId: randomUUID(), applicationName: name, createTime: Date.now() };
    await tx.applications.insert(SCOPE, { ...record, computePlatform: "Lambda" });
    const found = await tx.applications.find(SCOPE, name);
    return { n: found?.n ?? 0, name };
  });
}

function addDeployment(
  store: Store,
  key: Buffer,
  { application, plan }: { application: SeededApplication; plan: DeploymentPlan },
  waitsIn: SeededStage,
): Promise<WaitingDeployment> {
  const now = plan.createTime;
  const fresh = newDeployment(plan);
  const targetId = fresh.targets[0]?.targetId ?? "";
  const { state, targets, told } = foldEvents(
    plan,
    fresh,
    eventsUntil(waitsIn, targetId, now, plan.alarms?.names ?? []),
  );
  return store.transaction(async (tx) => {
    const deploymentGroupName = plan.info.deploymentGroupName ?? "";
    await tx.deploymentGroups.insert(application.n, {
      deploymentGroupId: randomUUID(),
      deploymentGroupName,
      deploymentConfigName: plan.info.deploymentConfigName ?? "",
      ...newGroupMembers("Lambda", { serviceRoleArn: plan.serviceRoleArn }, readSettings({}, {}).quotas.group),
    });
    const group = await tx.deploymentGroups.find(application.n, deploymentGroupName);
    const n = await tx.deployments.insert(plan, fresh, application.n, group?.n ?? 0);
    await tx.deployments.save(n, 1, { state, targets }, wakeAt(plan, state), now);
    await tx.history.append(n, 2, told);
    const { deploymentId } = plan;
    const lifecycleEvent = waitsIn === "AfterAllowTraffic" ? waitsIn : "BeforeAllowTraffic";
    const hookExecutionId = sealHookExecutionId(key, { deploymentId, targetId, lifecycleEvent });
    return { n, deploymentId, targetId, lifecycleEvent, hookExecutionId };
  });
}

/** The plan of the deployment with this number, with a function to validate it before and after. */
export function planOf(
  applicationName: string,
  number: number,
  now: number,
  { waitsIn = "BeforeAllowTraffic", alarms = [] }: { waitsIn?: SeededStage; alarms?: string[] } = {},
): DeploymentPlan {
  const name = `checkout-${String(number).padStart(6, "0")}`;
  const digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  return planLambdaDeployment({
    ...SCOPE,
    deploymentId: `d-${number.toString(36).toUpperCase().padStart(9, "0")}`,
    rollbackDeploymentId: `d-R${number.toString(36).toUpperCase().padStart(8, "0")}`,
    createTime: now,
    serviceRoleArn: `arn:aws:iam::${ACCOUNT}:role/CodeDeployServiceRole`,
    appSpec: {
      functionName: name,
      alias: "live",
      currentVersion: "1",
      targetVersion: "2",
      hooks: { BeforeAllowTraffic: `${name}-before`, AfterAllowTraffic: `${name}-after` },
    },
    traffic:
      waitsIn === "HoldingTraffic"
        ? { type: "TimeBasedCanary", percentage: 10, intervalMs: DAY_MS }
        : { type: "AllAtOnce" },
    alarmConfiguration: { enabled: alarms.length > 0, alarms: alarms.map((name) => ({ name })) },
    // Longer than any bench, so that no time-out joins the measurement.
    hookTimeoutMs: DAY_MS,
    info: {
      applicationName,
      deploymentGroupName: `production-${String(number).padStart(6, "0")}`,
      deploymentConfigName: "CodeDeployDefault.LambdaAllAtOnce",
      previousRevision: { revisionType: "AppSpecContent", appSpecContent: { sha256: digest } },
      revision: { revisionType: "AppSpecContent", appSpecContent: { sha256: digest } },
      description: "Nightly release of the checkout service",
      ignoreApplicationStopFailures: false,
      updateOutdatedInstancesOnly: false,
      autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"] },
      deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
      computePlatform: "Lambda",
    },
  });
}

/** What has happened to a deployment until it stands there. */
function eventsUntil(waitsIn: SeededStage, targetId: string, at: number, alarms: readonly string[]): DeploymentEvent[] {
  const answered = (key: string, answer: EffectAnswer): DeploymentEvent => ({
    at,
    type: "effectAnswered",
    key,
    answer,
  });
  const returned = (lifecycleEvent: LambdaHook) =>
    answered(`hook/${lifecycleEvent}`, {
      type: "hookInvocationEnded",
      targetId,
      lifecycleEvent,
      error: null,
      logTail: "",
    });
  const first: DeploymentEvent[] = [
    { at, type: "start" },
    answered("readAlias", { type: "aliasRead", alias: { version: "1", routed: null } }),
    answered("readAlarms", {
      type: "alarmsRead",
      states: Object.fromEntries(alarms.map((name) => [name, "OK" as const])),
    }),
    returned("BeforeAllowTraffic"),
  ];
  if (waitsIn === "BeforeAllowTraffic") return first;
  const reported: DeploymentEvent = {
    at,
    type: "hookReported",
    targetId,
    lifecycleEvent: "BeforeAllowTraffic",
    status: "Succeeded",
  };
  if (waitsIn === "HoldingTraffic") return [...first, reported, answered("moveAlias/10/1", { type: "aliasMoved" })];
  return [...first, reported, answered("moveAlias/100/1", { type: "aliasMoved" }), returned("AfterAllowTraffic")];
}
