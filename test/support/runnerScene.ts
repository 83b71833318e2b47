/** A runner over a store in memory, in time that the test moves, before an outside world that answers as the test says. */
import assert from "node:assert/strict";
import { virtualClock } from "../../src/clock.ts";
import { type Driver, type EffectContext, EffectError } from "../../src/drivers/driver.ts";
import type { Deployment, Effect, EffectAnswer } from "../../src/engine/deployment.ts";
import { newDeployment } from "../../src/engine/step.ts";
import { seededIds } from "../../src/ids.ts";
import { Runner, type RunnerOptions } from "../../src/runner/runner.ts";
import { openMemoryStore } from "../../src/store/sqlite/memoryStore.ts";
import type { Store, StoredDeployment } from "../../src/store/store.ts";
import { alone, lambdaPlan, type PlanOptions, START } from "./story.ts";

const SCOPE = { accountId: "111122223333", region: "eu-west-1" };

export const HOOKED: PlanOptions = { appSpec: { hooks: { BeforeAllowTraffic: "check" } } };

export const busy = new EffectError("unavailable", "too many requests", true);

export function friendly(effect: Effect): EffectAnswer {
  if (effect.type === "readAlias") return { type: "aliasRead", alias: alone("1") };
  if (effect.type === "moveAlias") return { type: "aliasMoved" };
  if (effect.type === "readRevision") return { type: "revisionRead", content: "{}" };
  if (effect.type === "readAlarms") return { type: "alarmsRead", states: {} };
  assert.ok(effect.type === "invokeHook");
  const { targetId, lifecycleEvent } = effect;
  return { type: "hookInvocationEnded", targetId, lifecycleEvent, error: null, logTail: "" };
}

/** No answer until the call is given up. */
export const never = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(busy), { once: true }));

export class RunnerScene {
  readonly store: Store = openMemoryStore();
  readonly clock = virtualClock(START);
  readonly performed: { key: string; second: number; deploymentId: string }[] = [];
  /** What the outside world answers; replaced by the tests. */
  world: (effect: Effect, context: EffectContext) => EffectAnswer | Promise<EffectAnswer> = friendly;
  readonly #runners: Runner[] = [];

  async end(): Promise<void> {
    for (const runner of this.#runners) await runner.stop();
    await this.store.close();
  }

  async run(on: Store = this.store, alarms?: RunnerOptions["alarms"]): Promise<Runner> {
    const { clock, performed } = this;
    const perform: Driver["perform"] = async (effect, context) => {
      performed.push({ key: effect.key, second: (clock.now() - START) / 1000, deploymentId: context.deploymentId });
      return this.world(effect, context);
    };
    const runner = new Runner({
      store: on,
      clock,
      ids: seededIds(1),
      drivers: [{ performs: ["readAlias", "readAlarms", "moveAlias", "invokeHook"], perform }],
      log: () => {},
      ...(alarms && { alarms }),
    });
    this.#runners.push(runner);
    await runner.start();
    return runner;
  }

  /** Answers the number of its row. `damage` is what its state has that it must not have. */
  async deploy(deploymentId: string, options: PlanOptions = {}, damage: Partial<Deployment["state"]> = {}) {
    const plan = { ...lambdaPlan(options), deploymentId, rollbackDeploymentId: `${deploymentId.slice(0, -1)}R` };
    const { state, targets } = newDeployment(plan);
    return this.store.transaction(async (tx) => {
      const groupN = Number.parseInt(deploymentId.slice(2), 10);
      const n = await tx.deployments.insert(plan, { state: { ...state, ...damage }, targets }, 1, groupN);
      await tx.inbox.append(n, { type: "start", at: this.clock.now() });
      return n;
    });
  }

  async found(deploymentId: string): Promise<StoredDeployment> {
    const deployment = await this.store.read((reader) => reader.deployments.find(SCOPE, deploymentId));
    return deployment ?? assert.fail(`${deploymentId} is there`);
  }

  /** Of all effects that were performed, in order. */
  readonly keys = (): string[] => this.performed.map(({ key }) => key);
}
