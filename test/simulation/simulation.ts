/**
 * One seed: the real runner, engine, operations and drivers over a store that can crash, in a world that is simulated.
 * After every step the promises are checked.
 */
import { setImmediate as nextImmediate } from "node:timers/promises";
import { hasEnded } from "../../src/engine/deployment.ts";
import type { DeploymentPlan } from "../../src/engine/plan.ts";
import { seededIds } from "../../src/ids.ts";
import type { Services } from "../../src/operations/operation.ts";
import type { LambdaAppSpec } from "../../src/resources/lambdaAppSpec.ts";
import { Runner } from "../../src/runner/runner.ts";
import { readSettings } from "../../src/settings.ts";
import { openMemoryStore } from "../../src/store/sqlite/memoryStore.ts";
import type { Store, TurnRecord } from "../../src/store/store.ts";
import { Actors } from "./actors.ts";
import { Chance } from "./chance.ts";
import { CrashableStore } from "./crashableStore.ts";
import { driversOf } from "./drivers.ts";
import { LambdaWorld, type Watcher } from "./lambdaWorld.ts";
import { checkNotifications, WEBHOOK } from "./notificationPromises.ts";
import {
  BrokenPromise,
  broken,
  type Circumstances,
  checkInvocation,
  checkProgress,
  checkWaits,
  checkWrite,
  type Known,
} from "./promises.ts";
import { describeScenario, drawScenario, HOUR, MINUTE, type Scenario } from "./scenario.ts";
import { SimulatedClock } from "./simulatedClock.ts";

export const CALLER = { accountId: "111122223333", region: "eu-west-1" };
const START = Date.UTC(2026, 0, 5, 9);
/** More steps than any seed needs: a program that turns in circles is broken as well. */
const MOST_STEPS = 60_000;

export interface SimulationOptions {
  /** Where the store is opened, again after every crash. In memory when absent. */
  openStore?: () => Store;
  /** Told of every step as it happens. */
  trace?: (line: string) => void;
}

export interface SimulationResult {
  seed: number;
  faults: string[];
  deployments: number;
  steps: number;
  crashes: number;
  /** The end of every deployment, to compare two runs of one seed. */
  outcome: string;
}

/** Stands for a document that cannot be deployed at all. */
const NO_APP_SPEC: LambdaAppSpec = { functionName: "", alias: "", currentVersion: "", targetVersion: "", hooks: {} };

/** A promise was broken; the message has all that is needed to look into it. */
export class SimulationFailure extends Error {
  readonly seed: number;

  constructor(seed: number, faults: string[], trace: string[], cause: unknown) {
    const what = cause instanceof BrokenPromise ? cause.message : String(cause instanceof Error ? cause.stack : cause);
    const lines = [
      `seed ${seed} breaks a promise: ${what}`,
      ...faults.map((fault) => `  ${fault}`),
      "  the last steps:",
      ...trace.slice(-40).map((line) => `    ${line}`),
      `Replay it: npm run simulate -- --seed ${seed}`,
    ];
    super(lines.join("\n"));
    this.seed = seed;
  }
}

export async function simulate(seed: number, options: SimulationOptions = {}): Promise<SimulationResult> {
  const simulation = new Simulation(seed, options);
  try {
    return await simulation.run();
  } catch (error) {
    throw new SimulationFailure(seed, describeScenario(simulation.scenario), simulation.lines, error);
  } finally {
    await simulation.end();
  }
}

class Simulation {
  readonly scenario: Scenario;
  readonly lines: string[] = [];
  readonly #options: SimulationOptions;
  readonly #chance: Chance;
  readonly #clock = new SimulatedClock(START);
  readonly #world: LambdaWorld;
  readonly #actors: Actors;
  readonly #services: Services;
  readonly #known = new Map<string, Known>();
  readonly #circumstances: Circumstances;
  readonly #unchecked: (() => void)[] = [];
  #underlying: Store;
  #store: CrashableStore;
  #runner: Runner | null = null;
  #crashes = 0;
  #downtimeMs = 0;
  #fault: unknown = null;

  constructor(seed: number, options: SimulationOptions) {
    this.#options = options;
    this.#chance = new Chance(seed);
    this.scenario = drawScenario(seed, this.#chance);
    this.#underlying = (options.openStore ?? openMemoryStore)();
    this.#store = new CrashableStore(this.#underlying);
    this.#world = new LambdaWorld(this.#clock, this.#chance, this.scenario, this.#watcher());
    const ids = seededIds(seed + 1_000_000);
    this.#services = {
      store: this.#store,
      clock: this.#clock,
      ids,
      keys: { nextToken: ids.bytes(32), hookExecution: ids.bytes(32) },
      hookTimeoutMs: HOUR,
      webhook: WEBHOOK,
      quotas: readSettings({}, {}).quotas,
    };
    this.#actors = new Actors({
      clock: this.#clock,
      chance: this.#chance,
      world: this.#world,
      scenario: this.scenario,
      services: () => ({ ...this.#services, store: this.#store }),
      known: this.#known,
      guarded: (work) => this.#guarded(work),
      say: (line) => this.#say(line),
    });
    this.#circumstances = {
      world: this.#world,
      now: () => this.#clock.now(),
      all: this.#known,
      outage: this.scenario.outage !== null,
      calm: (group) =>
        this.#downtimeMs < 10 * MINUTE && this.scenario.slowestCallMs < MINUTE && this.#hasCapacity(group),
    };
  }

  async run(): Promise<SimulationResult> {
    const prepared = this.#actors.prepare();
    while (this.#store.parked > 0 || !(await settled(prepared)))
      await this.#store.commit(1, { joined: false, told: true });
    await this.#startRunner();
    this.#actors.begin();
    let steps = 0;
    for (; steps < MOST_STEPS; steps += 1) {
      await this.#settle();
      await this.#check();
      if (!(await this.#step())) break;
    }
    if (steps === MOST_STEPS) throw new BrokenPromise("the program turns in circles");
    await this.#checkAllOver();
    return {
      seed: this.scenario.seed,
      faults: describeScenario(this.scenario),
      deployments: this.#known.size,
      steps,
      crashes: this.#crashes,
      outcome: [...this.#known.values()].map(describeEnd).join("; "),
    };
  }

  #hasCapacity(group: number): boolean {
    return !this.scenario.capacityWaits.some((wait) => wait.group === group && wait.toMs - wait.fromMs > 50 * MINUTE);
  }

  /** Leaves nothing behind that could keep the process alive. */
  async end(): Promise<void> {
    const stopped = this.#runner?.stop();
    this.#store.crash();
    await stopped;
    await this.#underlying.close();
  }

  /** One thing happens: a crash, a commit, or the next timer. False when nothing is left to happen. */
  async #step(): Promise<boolean> {
    const { crashChance } = this.scenario;
    if (this.#runner && this.#crashes < this.scenario.crashes && this.#chance.happens(crashChance)) {
      await this.#crash("between two steps");
      return true;
    }
    const soon = this.#clock.next();
    const first = soon !== null && soon <= this.#clock.now() + 40 && this.#chance.happens(0.3);
    if (this.#store.parked === 0 || first) return this.#clock.fireNext();
    const count = this.#chance.happens(0.7) ? this.#store.parked : 1;
    const joined = this.#chance.happens(0.6);
    await this.#store.commit(count, { joined, told: false });
    this.#say(`commit of ${count}${joined ? " and what joins" : ""}`);
    if (this.#runner && this.#crashes < this.scenario.crashes && this.#chance.happens(crashChance)) {
      await this.#crash("after a commit, before anybody was told");
    } else this.#store.tell();
    return true;
  }

  async #crash(when: string): Promise<void> {
    this.#crashes += 1;
    const downtime = this.#chance.between(1, this.scenario.longestDowntimeMs);
    this.#downtimeMs += downtime;
    this.#say(`CRASH ${when}; down for ${downtime} ms`);
    const stopped = this.#runner?.stop();
    this.#runner = null;
    this.#store.crash();
    await stopped;
    if (this.#options.openStore) {
      await this.#underlying.close();
      this.#underlying = this.#options.openStore();
    }
    this.#clock.after(downtime, () => {
      this.#store = new CrashableStore(this.#underlying);
      this.#guarded(() => this.#startRunner());
    });
  }

  async #startRunner(): Promise<void> {
    this.#say("the program starts");
    this.#runner = new Runner({
      store: this.#store,
      clock: this.#clock,
      ids: this.#services.ids,
      drivers: driversOf(this.#world, this.#services.keys.hookExecution, (deploymentId, key, answer) => {
        this.#say(`${deploymentId} ${key} answers ${answer.type}`);
        this.#actors.perhapsDouble(deploymentId, key, answer);
      }),
      log: (line) => this.#say(line),
    });
    await this.#runner.start();
  }

  #watcher(): Watcher {
    return {
      aliasWritten: (by, group, before, after, compared) => {
        this.#say(`${by} writes the alias of group ${group}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`);
        this.#watched(() => checkWrite(this.#circumstances, this.#knownBy(by), before, after, compared));
      },
      hookInvoked: (by, functionName, payload) => {
        const { DeploymentId, LifecycleEventHookExecutionId, ...more } = payload as Record<string, string>;
        if (DeploymentId !== by || !LifecycleEventHookExecutionId || Object.keys(more).length > 0) {
          broken(by, `invoked ${functionName} with ${JSON.stringify(payload)}`);
        }
        const lifecycleEvent = functionName.startsWith("before") ? "BeforeAllowTraffic" : "AfterAllowTraffic";
        this.#say(`${by} invokes ${functionName}`);
        // Judged by what is durable when the program has come to rest.
        this.#unchecked.push(() =>
          checkInvocation(
            this.#circumstances,
            this.#knownBy(by),
            functionName,
            lifecycleEvent,
            LifecycleEventHookExecutionId,
          ),
        );
      },
      functionStarted: (behaviour, deploymentId, id) =>
        this.#actors.runFunction(behaviour, this.#knownBy(deploymentId), id),
    };
  }

  #knownBy(deploymentId: string): Known {
    return this.#known.get(deploymentId) ?? broken(deploymentId, "acts before it is durable");
  }

  /** Runs what no one awaits; the clock knows of it, and its faults end the simulation. */
  #guarded(work: () => Promise<void>): void {
    const release = this.#clock.hold();
    work()
      .catch((error: unknown) => {
        this.#fault ??= error;
      })
      .finally(release);
  }

  /** A broken promise inside a call of the program must not look like a failed call. */
  #watched(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#fault ??= error;
    }
  }

  /** Resolves when everything under way waits for time or for a commit. */
  async #settle(): Promise<void> {
    for (let turns = 0; turns < 20_000; turns += 1) {
      await nextImmediate();
      if (this.#clock.holds === this.#store.parked + this.#world.parked) return;
    }
    throw new BrokenPromise("something is under way that waits neither for time nor for a commit");
  }

  async #check(): Promise<void> {
    await this.#refresh();
    for (const check of this.#unchecked.splice(0)) check();
    if (this.#fault) throw this.#fault;
    for (const [n, why] of this.#runner?.faults() ?? []) throw new BrokenPromise(`row ${n} stopped turning: ${why}`);
    const active = [...this.#known.values()].filter(({ record }) => !hasEnded(record.state.status));
    for (const known of active) {
      if (active.some((other) => other !== known && other.group === known.group)) {
        broken(known, "is not the only active deployment of its group");
      }
      if (this.#runner && this.#store.parked === 0) checkWaits(this.#circumstances, known);
    }
  }

  /** What is durable now. Deployments that have ended are looked at once more when all is over. */
  async #refresh(all = false): Promise<void> {
    const fresh = await this.#underlying.read(async (reader) => {
      const listed = await reader.deployments.list(CALLER, {}, { after: null, limit: 1000 });
      const records: [string, TurnRecord][] = [];
      for (const { n, deploymentId } of listed.reverse()) {
        const known = this.#known.get(deploymentId);
        if (known && hasEnded(known.record.state.status) && !all) continue;
        const record = await reader.deployments.load(n);
        if (record) records.push([deploymentId, record]);
      }
      return records;
    });
    for (const known of this.#known.values()) known.before = known.record;
    for (const [id, record] of fresh) if (!this.#known.has(id)) this.#meet(id, record);
    for (const [id, record] of fresh) {
      const known = this.#knownBy(id);
      if (record.version === known.record.version) continue;
      const { status, stage } = record.state;
      this.#say(`${id} is ${status}, ${JSON.stringify(stage).slice(0, 160)}`);
      checkProgress(this.#circumstances, known, record);
    }
  }

  #meet(deploymentId: string, record: TurnRecord): void {
    const { plan } = record;
    const undoes = plan.rollsBackDeploymentId === null ? null : this.#knownBy(plan.rollsBackDeploymentId);
    const request = undoes ? null : (this.scenario.requests[Number(plan.info.description)] ?? null);
    const group = undoes?.group ?? request?.group ?? 0;
    const unseen: TurnRecord = { ...record, version: 0, targets: [], state: { ...record.state, status: "Created" } };
    this.#known.set(deploymentId, {
      deploymentId,
      request,
      undoes,
      group,
      appSpec: this.#appSpecOf(plan),
      record: unseen,
      before: unseen,
      createdAt: plan.createTime,
      aliasBefore: this.#world.aliasOf(group),
      writes: [],
      invocations: [],
      reports: [],
      stops: [],
    });
    this.#say(
      `${deploymentId} ${undoes ? `rolls back ${undoes.deploymentId}` : `is request ${plan.info.description}`}`,
    );
  }

  /** What the deployment is to do, whether or not it knows it yet. */
  #appSpecOf({ work: { appSpec } }: DeploymentPlan): LambdaAppSpec {
    const inS3 = "readFrom" in appSpec ? this.#world.objectOf(appSpec.readFrom.key ?? "") : undefined;
    const read = "readFrom" in appSpec ? (inS3 === undefined ? null : readWritten(inS3)) : appSpec;
    return read === null || "problem" in read ? NO_APP_SPEC : read;
  }

  async #checkAllOver(): Promise<void> {
    await this.#refresh(true);
    for (const known of this.#known.values()) {
      if (!hasEnded(known.record.state.status)) broken(known, "is stuck: nothing is left that could move it on");
    }
    const [effects, waiting, owed] = await this.#underlying.read(async (reader) => [
      await reader.effects.all(),
      await reader.inbox.waiting(),
      await reader.notifications.list(CALLER, "owed", { after: null, limit: 100_000 }),
    ]);
    if (effects.length + waiting.length > 0) throw new BrokenPromise("effects or events are left over");
    checkNotifications([...this.#known.values()], owed);
  }

  #say(line: string): void {
    const text = `+${((this.#clock.now() - START) / 1000).toFixed(3)} ${line}`;
    this.lines.push(text);
    this.#options.trace?.(text);
  }
}

/** An AppSpec as the actors write it; `null` for one that is not complete. */
function readWritten(content: string): LambdaAppSpec | null {
  try {
    const { Resources, Hooks = [] } = JSON.parse(content);
    const { Name, Alias, CurrentVersion, TargetVersion } = Resources[0].shop.Properties;
    if (CurrentVersion === undefined) return null;
    const versions = { currentVersion: CurrentVersion, targetVersion: TargetVersion };
    return { functionName: Name, alias: Alias, ...versions, hooks: Object.assign({}, ...Hooks) };
  } catch {
    return null;
  }
}

async function settled(promise: Promise<void>): Promise<boolean> {
  const pending = Symbol();
  return (await Promise.race([promise, nextImmediate(pending)])) !== pending;
}

function describeEnd({ deploymentId, record }: Known): string {
  return `${deploymentId} ${record.state.status} at ${record.state.completeTime}`;
}
