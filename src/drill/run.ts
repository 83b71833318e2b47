/** One run of a drill: a whole deployment and its rollback, in an engine, a store and a time of their own. */
import { virtualClock } from "../clock.ts";
import type { Driver } from "../drivers/driver.ts";
import type { Deployment } from "../engine/deployment.ts";
import type { DeploymentPlan } from "../engine/plan.ts";
import { newDeployment } from "../engine/step.ts";
import type { Ids } from "../ids.ts";
import { Runner } from "../runner/runner.ts";
import type { Store } from "../store/store.ts";
import { InjectedDriver } from "./injectedDriver.ts";
import type { Injection } from "./injections.ts";

export interface RunOptions {
  plan: DeploymentPlan;
  injection: Injection;
  hands: Driver;
  scratchAlias: string;
  /** A store that forgets everything when it is closed. */
  openStore: () => Store;
  ids: Ids;
  log: (line: string) => void;
  signal: AbortSignal;
}

/** How a run ended. */
export interface RunEnd {
  deployment: Deployment;
  /** `null` when none was created. */
  rollback: Deployment | null;
  /** Whether the failure struck before the deployment ended. */
  injected: boolean;
}

/** Longer than any deployment and its rollback may take. The run ends when nothing is due any more. */
const SPARE_MS = 3_600_000;
/** The private store has this one group. */
const APPLICATION_N = 1;
const GROUP_N = 1;

/** Takes as long as the calls to the outside world. */
export async function rehearse(options: RunOptions): Promise<RunEnd> {
  const { plan, ids, log } = options;
  const store = options.openStore();
  const clock = virtualClock(plan.createTime);
  const n = await store.transaction((tx) => tx.deployments.insert(plan, newDeployment(plan), APPLICATION_N, GROUP_N));
  const driver = new InjectedDriver({
    ...options,
    clock,
    tell: (event) => store.transaction((tx) => tx.inbox.append(n, event)),
  });
  const runner = new Runner({ store, clock, ids, drivers: [driver], log });
  try {
    await runner.start();
    await store.transaction((tx) => tx.inbox.append(n, { type: "start", at: clock.now() }));
    await clock.advance(plan.maxRunMs + SPARE_MS);
    const [fault] = runner.faults().values();
    if (fault !== undefined) throw new Error(`the engine could not go on: ${fault}`);
    return { ...(await ended(store, plan)), injected: driver.injected };
  } finally {
    await runner.stop();
    await store.close();
  }
}

function ended(store: Store, { accountId, region, deploymentId }: DeploymentPlan): Promise<Omit<RunEnd, "injected">> {
  const scope = { accountId, region };
  return store.read(async ({ deployments }) => {
    const deployment = await deployments.find(scope, deploymentId);
    if (!deployment) throw new Error("the rehearsed deployment is not in its own store");
    const { rollbackDeploymentId } = deployment.state.rollbackInfo ?? {};
    const rollback = rollbackDeploymentId ? await deployments.find(scope, rollbackDeploymentId) : undefined;
    return { deployment, rollback: rollback ?? null };
  });
}
