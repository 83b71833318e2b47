/**
 * One seed: the real runner, engine, operations and drivers over a store that can crash, in a world that is simulated.
 * After every step the promises are checked.
 */
import { nextTick } from "node:process";
import type { AlarmSource } from "../../src/drivers/alarms/alarmSource.ts";
import { type Driver, EffectError } from "../../src/drivers/driver.ts";
import type { Delivery } from "../../src/drivers/notificationDriver.ts";
import type { HookedEvent } from "../../src/engine/stage.ts";
import { seededIds } from "../../src/ids.ts";
import type { Services } from "../../src/operations/operation.ts";
import type { HookExecutionIds } from "../../src/resources/hookExecutionId.ts";
import { readSettings } from "../../src/settings.ts";
import { openMemoryStore } from "../../src/store/sqlite/memoryStore.ts";
import type { Store } from "../../src/store/store.ts";
import { Actors, hookOfFunction } from "./actors.ts";
import { checkLook, checkUnseenAlarms, noteStartLook, noteWatchLook, watchedNow } from "./alarmPromises.ts";
import { AlarmWorld, type Look, type LookWatcher } from "./alarmWorld.ts";
import { checkAllOver } from "./allOver.ts";
import { Chance } from "./chance.ts";
import { noteChanges } from "./changedRows.ts";
import type { ActorsOptions } from "./clients.ts";
import { withDatabase } from "./databaseStore.ts";
import { driversOf } from "./drivers.ts";
import { EcsActors } from "./ecs/ecsActors.ts";
import { noteAnswered } from "./ecs/ecsPromises.ts";
import { EcsWorld } from "./ecs/ecsWorld.ts";
import { serviceWatcher } from "./ecs/serviceWatcher.ts";
import { without } from "./faults.ts";
import { checkOneUnderWay, checkQueueMoves } from "./groupPromises.ts";
import { plainHookExecutionIds } from "./hookIds.ts";
import { BrokenPromise, broken, type Circumstances, type Known } from "./known.ts";
import { LambdaWorld, type Watcher } from "./lambdaWorld.ts";
import { Ledger } from "./ledger.ts";
import { openMapStore } from "./mapStore/mapStore.ts";
import { Cluster } from "./nodes/cluster.ts";
import { OneProcess } from "./oneProcess.ts";
import type { Program, Surroundings } from "./program.ts";
import { checkInvocation, checkWaits, checkWrite } from "./promises.ts";
import { Receivers } from "./receivers.ts";
import { describeEnd, type RunOptions, SimulationFailure, type SimulationResult, tallyOf } from "./report.ts";
import { Rounds } from "./rounds.ts";
import { describeScenario, luckOf, type Scenario, WEBHOOK } from "./scenario.ts";
import { SimulatedClock } from "./simulatedClock.ts";
import { checkStepTold, stepEvent, type TrafficStep } from "./stepHooks.ts";
import { storyOf } from "./story.ts";
import { HOUR, MINUTE, SECOND } from "./times.ts";

interface HookPayload {
  DeploymentId?: string;
  LifecycleEventHookExecutionId?: string;
  TrafficStep?: TrafficStep;
}

const START = Date.UTC(2026, 0, 5, 9);
/** As AWS has them, but for how much may be under way at once: thousands. */
const { quotas } = readSettings({ "quota-target-group-pairs": "2" }, {});
const QUOTAS = { ...quotas, deployments: 100_000 };
/** More steps than any seed needs, for a pair of groups: a program that turns in circles is broken as well. */
const MOST_STEPS = 60_000;
/** How often promises are waited for alone. */
const MOST_TICKS = 20;

export interface SimulationOptions extends RunOptions {
  /** Where the store is opened, again after every crash. In memory when absent, where it outlives crashes. */
  openStore?: () => Store;
  /** Told of every step as it happens. */
  trace?: (line: string) => void;
}

/** Throws a SimulationFailure. Steps are worth their words in a failure alone: what fails is run once more to tell them. */
export function simulate(seed: number, options: SimulationOptions = {}): Promise<SimulationResult> {
  const { databaseUrl } = options;
  if (databaseUrl === undefined) return simulateTwice(seed, options);
  return withDatabase(databaseUrl, (openStore) => simulateTwice(seed, { ...options, openStore }));
}

async function simulateTwice(seed: number, options: SimulationOptions): Promise<SimulationResult> {
  const isTold = options.trace !== undefined || options.openStore !== undefined;
  try {
    return await simulateOnce(seed, options, isTold);
  } catch (error) {
    if (!isTold) await simulateOnce(seed, options, true);
    throw error;
  }
}

async function simulateOnce(seed: number, options: SimulationOptions, isTold: boolean): Promise<SimulationResult> {
  const { stackTraceLimit } = Error;
  // Many calls fail as a matter of course, and a stack costs more than they do.
  if (!isTold) Error.stackTraceLimit = 0;
  const simulation = new Simulation(seed, options, isTold);
  try {
    return await simulation.run();
  } catch (error) {
    throw new SimulationFailure(seed, describeScenario(simulation.scenario), simulation.lines, error, options);
  } finally {
    await simulation.end();
    Error.stackTraceLimit = stackTraceLimit;
  }
}

class Simulation {
  readonly scenario: Scenario;
  readonly lines: string[] = [];
  readonly #options: SimulationOptions;
  readonly #isTold: boolean;
  readonly #chance: Chance;
  readonly #clock = new SimulatedClock(START);
  readonly #world: LambdaWorld;
  /** `null` where the deployments go to Lambda. */
  readonly #ecs: EcsWorld | null;
  readonly #alarms: AlarmWorld;
  readonly #receivers: Receivers;
  readonly #actors: Actors;
  readonly #ecsActors: EcsActors | null;
  readonly #services: Omit<Services, "store">;
  readonly #ledger: Ledger;
  readonly #circumstances: Circumstances;
  readonly #hookIds: HookExecutionIds;
  readonly #unchecked: (() => void)[] = [];
  /** Of deployments that have been written since they were looked at. */
  readonly #changedRows = new Set<number>();
  /** Those that have changed since the last quiet moment. */
  readonly #stirred = new Set<Known>();
  readonly #rounds = { alarms: new Rounds(), waits: new Rounds() };
  readonly #program: Program;
  #sent = 0;
  #fault: unknown = null;

  constructor(seed: number, options: SimulationOptions, isTold: boolean) {
    this.#options = options;
    this.#isTold = isTold;
    this.#chance = new Chance(seed);
    this.scenario = without(storyOf(seed, this.#chance, options), options.without ?? []);
    this.#world = new LambdaWorld(this.#clock, this.#chance, this.scenario, this.#watcher());
    this.#ecs = this.#servicesOf(this.scenario);
    this.#alarms = new AlarmWorld(this.#clock, this.scenario, this.#lookWatcher());
    this.#receivers = new Receivers(this.#clock, luckOf(seed, "receivers"), this.scenario.receivers, () =>
      this.#program.mayRepeat(),
    );
    const ids = seededIds(seed + 1_000_000);
    const nextToken = ids.bytes(32);
    this.#hookIds = plainHookExecutionIds(ids.bytes(32).toString("hex"));
    this.#services = {
      clock: this.#clock,
      ids,
      keys: { nextToken },
      hookExecutionIds: this.#hookIds,
      hookTimeoutMs: HOUR,
      failFast: { stoppedTasks: 3, withinMs: 10 * MINUTE },
      webhook: WEBHOOK,
      quotas: QUOTAS,
    };
    this.#program = this.#programOf(options);
    this.#circumstances = this.#drawCircumstances();
    this.#ledger = new Ledger({
      scenario: this.scenario,
      ecs: this.#ecs,
      circumstances: () => this.#circumstances,
      attemptOf: (request) => this.#actors.attemptOf(request),
      rollbackBegan: (group) => this.#actors.groupStirs(group),
      say: (tell) => this.#say(tell),
    });
    const actors: ActorsOptions = {
      clock: this.#clock,
      chance: this.#chance,
      world: this.#world,
      ecs: this.#ecs,
      scenario: this.scenario,
      services: () => ({ ...this.#services, store: this.#program.store }),
      known: this.#ledger.known,
      inGroup: (group) => this.#ledger.inGroup(group),
      guarded: (work) => this.#guarded(work),
      say: (tell) => this.#say(tell),
      judgeLater: (check) => this.#unchecked.push(check),
      nextInLine: () => ++this.#sent,
    };
    this.#actors = new Actors(actors);
    this.#ecsActors = this.#ecs && new EcsActors(actors);
  }

  #servicesOf({ ecs }: Scenario): EcsWorld | null {
    if (!ecs) return null;
    const watcher = serviceWatcher({
      circumstances: () => this.#circumstances,
      by: (deploymentId) => this.#ledger.by(deploymentId),
      watched: (check) => this.#watched(check),
      hasCome: (moment) => this.#alarms.hasCome(moment),
      say: (tell) => this.#say(tell),
    });
    return new EcsWorld(this.#clock, this.#world, ecs, watcher);
  }

  #programOf({ openStore, sqlite }: SimulationOptions): Program {
    const surroundings: Surroundings = {
      scenario: this.scenario,
      chance: this.#chance,
      clock: this.#clock,
      world: this.#world,
      alarms: this.#alarms,
      receivers: this.#receivers,
      services: this.#services,
      drivers: (start, isAlive, awake) => this.#drivers(start, isAlive, awake),
      deliver: (delivery, signal) => this.#deliver(delivery, signal),
      guarded: (work) => this.#guarded(work),
      say: (tell) => this.#say(tell),
    };
    if (this.scenario.nodes) return new Cluster(surroundings, this.scenario.nodes, this.#changedRows);
    const open = openStore ?? (sqlite ? openMemoryStore : openMapStore);
    return new OneProcess({
      ...surroundings,
      openStore: () => noteChanges(open(), this.#changedRows),
      reopens: openStore !== undefined,
    });
  }

  #drawCircumstances(): Circumstances {
    const { slowestCallMs, outage, throttling, lostAnswers, capacityWaits, groupSettings, alarms } = this.scenario;
    const answersWell = outage === null && throttling + lostAnswers === 0 && slowestCallMs < MINUTE;
    const program = this.#program;
    const present = () => this.#ledger.present;
    const downtimeMs = () => program.downtimes.reduce((total, { from, to }) => total + to - from, 0);
    const hasCapacity = (group: number, longestWaitMs: number) =>
      !capacityWaits.some((wait) => wait.group === group && wait.toMs - wait.fromMs > longestWaitMs);
    return {
      world: this.#world,
      alarms: this.#alarms,
      now: () => this.#clock.now(),
      inGroup: (group) => this.#ledger.inGroup(group),
      get present() {
        return present();
      },
      outage: outage !== null,
      run: () => program.run(),
      downtimes: program.downtimes,
      stoodStillMs: () => program.stoodStillMs(),
      isShared: this.scenario.nodes !== null,
      alarmIntervalMs: alarms.intervalMs,
      slowestCallMs,
      onBusy: (group) => groupSettings[group]?.onBusy ?? null,
      calm: (group) => downtimeMs() < 10 * MINUTE && slowestCallMs < MINUTE && hasCapacity(group, 50 * MINUTE),
      answers: (group) => answersWell && hasCapacity(group, 0),
    };
  }

  async run(): Promise<SimulationResult> {
    await this.#program.alone(this.#actors.prepare());
    await this.#program.start();
    this.#actors.begin();
    // Several processes beat and look beside.
    const mostSteps = MOST_STEPS * Math.ceil(this.scenario.groups / 2) * (this.scenario.nodes ? 10 : 1);
    let steps = 0;
    for (; steps < mostSteps; steps += 1) {
      await this.#settle();
      await this.#check();
      if (!(await this.#program.step())) break;
    }
    if (steps === mostSteps) throw new BrokenPromise("the program turns in circles");
    await this.#ledger.refreshAll(this.#program.durable);
    await checkAllOver(this.#program.durable, [...this.#ledger.known.values()], this.#receivers, this.scenario);
    return {
      seed: this.scenario.seed,
      faults: describeScenario(this.scenario),
      deployments: this.#ledger.known.size,
      steps,
      crashes: this.#program.crashes,
      outcome: [...this.#ledger.known.values()].map(describeEnd).join("; "),
      tally: tallyOf([...this.#ledger.known.values()]),
    };
  }

  /** Leaves nothing behind that could keep the process alive. */
  end(): Promise<void> {
    return this.#program.end();
  }

  /** The drivers of one run of a process. */
  #drivers(start: AlarmSource, isAlive: () => boolean, awake?: () => Promise<void> | undefined): Driver[] {
    const ecs = this.#ecs;
    return driversOf({
      client: (deploymentId) => this.#world.client(deploymentId, awake),
      services: ecs && ((deploymentId, key) => ecs.client(deploymentId, key, awake)),
      performed: (deploymentId, isHook) => this.#world.performed(deploymentId, isHook),
      alarms: start,
      hookIds: this.#hookIds,
      answered: (deploymentId, key, answer) => {
        // What a dead run was told about alarms it has told nobody; its other answers may still arrive.
        if (key === "readAlarms" && !isAlive()) return;
        this.#say(() => `${deploymentId} ${key} answers ${answer.type}`);
        if (ecs) noteAnswered(this.#ledger.by(deploymentId), answer);
        this.#actors.perhapsDouble(deploymentId, key, answer);
      },
      looked: (deploymentId, sight) => {
        if (!isAlive()) return;
        this.#say(() => `${deploymentId} sees its alarms: ${JSON.stringify(sight?.states ?? "nothing")}`);
        const known = this.#ledger.by(deploymentId);
        this.#watched(() => noteStartLook(this.#circumstances, known, sight));
      },
    });
  }

  #watcher(): Watcher {
    return {
      aliasWritten: (by, group, before, after, compared) => {
        this.#say(
          () => `${by} writes the alias of group ${group}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`,
        );
        this.#watched(() => checkWrite(this.#circumstances, this.#ledger.by(by), before, after, compared));
        if (this.#ledger.by(by).writes.at(-1)?.percent === 100) this.#alarms.hasCome("full traffic");
      },
      hookInvoked: (by, functionName, payload) => {
        const { DeploymentId, LifecycleEventHookExecutionId, ...more } = payload as HookPayload;
        const { TrafficStep: step, ...unknown } = more;
        const hook = hookOfFunction(functionName);
        const isWhole = (step !== undefined) === (hook === "BeforeTrafficStep") && Object.keys(unknown).length === 0;
        if (DeploymentId !== by || !LifecycleEventHookExecutionId || !isWhole) {
          broken(by, `invoked ${functionName} with ${JSON.stringify(payload)}`);
        }
        const lifecycleEvent = hook === "BeforeTrafficStep" ? stepEvent(step?.TargetWeight ?? 0) : hook;
        this.#say(() => `${by} invokes ${functionName}`);
        // Judged by what is durable when the program has come to rest.
        this.#unchecked.push(() => {
          const known = this.#ledger.by(by);
          if (step) checkStepTold(known, step);
          checkInvocation(this.#circumstances, known, functionName, lifecycleEvent, LifecycleEventHookExecutionId);
        });
      },
      functionStarted: (behaviour, deploymentId, id) =>
        this.#actors.runFunction(behaviour, this.#ledger.by(deploymentId), this.#eventOf(id), id),
    };
  }

  /** The lifecycle event that the function reports for. */
  #eventOf(id: string): HookedEvent {
    return (this.#hookIds.open(id)?.lifecycleEvent ?? broken(id, "is no id of a hook execution")) as HookedEvent;
  }

  /** A broken promise must not look like a receiver that is down. */
  async #deliver(delivery: Delivery, signal: AbortSignal): Promise<void> {
    try {
      await this.#receivers.deliver(delivery, signal);
    } catch (error) {
      const isExpected = error instanceof EffectError || (signal.aborted && !(error instanceof BrokenPromise));
      if (!isExpected) this.#fault ??= error;
      throw error;
    }
  }

  #lookWatcher(): LookWatcher {
    const watched = new Map<Look, Known[]>();
    return {
      asked: (look) => {
        if (look.watch) watched.set(look, watchedNow(this.#circumstances, look));
        // Judged by what is durable when the program has come to rest.
        this.#unchecked.push(() => checkLook(this.#circumstances, look));
      },
      watchTold: (look, sight) => {
        const problems = Object.keys(sight.problems).join();
        this.#say(() => `the watch sees ${JSON.stringify(sight.states)}${problems ? `, not ${problems}` : ""}`);
        this.#watched(() => noteWatchLook(this.#circumstances, watched.get(look) ?? [], sight));
        watched.delete(look);
      },
    };
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
    // A real store takes its time.
    const until = this.#options.openStore ? performance.now() + 30 * SECOND : 0;
    for (let turns = 0; turns < 20_000 || performance.now() < until; turns += 1) {
      // After all that promises bring about; what the process itself brings about comes later.
      await new Promise(turns < MOST_TICKS ? nextTick : setImmediate);
      if (this.#program.isAtRest()) return;
    }
    throw new BrokenPromise("something is under way that waits neither for time nor for a commit");
  }

  async #check(): Promise<void> {
    this.#ledger.step();
    await this.#learn();
    for (const check of this.#unchecked.splice(0)) this.#watched(check);
    if (this.#fault) throw this.#fault;
    for (const [n, why] of this.#program.faults()) throw new BrokenPromise(`row ${n} stopped turning: ${why}`);
    const { present, changed } = this.#ledger;
    const now = this.#clock.now();
    for (const known of changed) {
      checkOneUnderWay(this.#ledger.inGroup(known.group));
      this.#ecsActors?.hasMoved(known);
      this.#stirred.add(known);
    }
    for (const known of this.#rounds.alarms.of(present, changed, now)) checkUnseenAlarms(this.#circumstances, known);
    // What fell due while the machine slept comes one after the other.
    if (!this.#program.isIdle() || this.#clock.isLate()) return;
    for (const known of this.#rounds.waits.of(present, this.#stirred, now)) checkWaits(this.#circumstances, known);
    for (const { group } of this.#stirred) checkQueueMoves(this.#ledger.inGroup(group));
    this.#stirred.clear();
  }

  /** What has become durable. Without a commit there is nothing new to know. */
  async #learn(): Promise<void> {
    if (this.#changedRows.size === 0) return;
    const rows = [...this.#changedRows];
    this.#changedRows.clear();
    await this.#ledger.refresh(this.#program.durable, rows);
  }

  #say(tell: () => string): void {
    if (!this.#isTold) return;
    const text = `+${((this.#clock.now() - START) / 1000).toFixed(3)} ${tell()}`;
    this.lines.push(text);
    this.#options.trace?.(text);
  }
}
