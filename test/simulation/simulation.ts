/**
 * One seed: the real runner, engine, operations and drivers over a store that can crash, in a world that is simulated.
 * After every step the promises are checked.
 */
import { createSecretKey } from "node:crypto";
import { EffectError } from "../../src/drivers/driver.ts";
import type { Delivery } from "../../src/drivers/notificationDriver.ts";
import { hasEnded } from "../../src/engine/deployment.ts";
import { seededIds } from "../../src/ids.ts";
import type { Services } from "../../src/operations/operation.ts";
import { Notifier } from "../../src/runner/notifier.ts";
import { Runner } from "../../src/runner/runner.ts";
import { readSettings } from "../../src/settings.ts";
import { openMemoryStore } from "../../src/store/sqlite/memoryStore.ts";
import type { Store } from "../../src/store/store.ts";
import { Actors } from "./actors.ts";
import { checkLook, checkUnseenAlarms, noteStartLook, noteWatchLook, watchedNow } from "./alarmPromises.ts";
import { AlarmWorld, type Look, type LookWatcher } from "./alarmWorld.ts";
import { checkAllOver } from "./allOver.ts";
import { Chance } from "./chance.ts";
import { settled } from "./clients.ts";
import { ClockJumps } from "./clockJumps.ts";
import { CrashableStore } from "./crashableStore.ts";
import { driversOf } from "./drivers.ts";
import { without } from "./faults.ts";
import { checkOneUnderWay, checkQueueMoves } from "./groupPromises.ts";
import { BrokenPromise, broken, type Circumstances, type Downtime, type Known } from "./known.ts";
import { LambdaWorld, type Watcher } from "./lambdaWorld.ts";
import { Ledger } from "./ledger.ts";
import { openMapStore } from "./mapStore/mapStore.ts";
import { checkInvocation, checkWaits, checkWrite } from "./promises.ts";
import { Receivers } from "./receivers.ts";
import { describeEnd, type RunOptions, SimulationFailure, type SimulationResult, tallyOf } from "./report.ts";
import { describeScenario, drawScenario, luckOf, type Scenario, WEBHOOK } from "./scenario.ts";
import { SimulatedClock } from "./simulatedClock.ts";
import { HOUR, MINUTE } from "./times.ts";

const START = Date.UTC(2026, 0, 5, 9);
const QUOTAS = readSettings({}, {}).quotas;
/** More steps than any seed needs: a program that turns in circles is broken as well. */
const MOST_STEPS = 60_000;

export interface SimulationOptions extends RunOptions {
  /** Where the store is opened, again after every crash. In memory when absent, where it outlives crashes. */
  openStore?: () => Store;
  /** Told of every step as it happens. */
  trace?: (line: string) => void;
}

/** Throws a SimulationFailure. Steps are worth their words in a failure alone: what fails is run once more to tell them. */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<SimulationResult> {
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
  readonly #alarms: AlarmWorld;
  readonly #receivers: Receivers;
  readonly #actors: Actors;
  readonly #services: Services;
  readonly #ledger: Ledger;
  readonly #circumstances: Circumstances;
  readonly #unchecked: (() => void)[] = [];
  #underlying: Store;
  #store: CrashableStore;
  #runner: Runner | null = null;
  #notifier: Notifier | null = null;
  #crashes = 0;
  #hasCommitted = false;
  #runs = 0;
  readonly #jumps: ClockJumps;
  /** Counts the times in which the program worked without a break. */
  #spells = 0;
  #upSince = 0;
  #sent = 0;
  readonly #downtimes: Downtime[] = [];
  #fault: unknown = null;

  constructor(seed: number, options: SimulationOptions, isTold: boolean) {
    this.#options = options;
    this.#isTold = isTold;
    this.#chance = new Chance(seed);
    this.scenario = without(drawScenario(seed, this.#chance, options.plain), options.without ?? []);
    this.#jumps = new ClockJumps(this.#clock, this.scenario);
    this.#underlying = (options.openStore ?? (options.sqlite ? openMemoryStore : openMapStore))();
    this.#store = new CrashableStore(this.#underlying);
    this.#world = new LambdaWorld(this.#clock, this.#chance, this.scenario, this.#watcher());
    this.#alarms = new AlarmWorld(this.#clock, this.scenario, this.#lookWatcher());
    this.#receivers = new Receivers(this.#clock, luckOf(seed, "receivers"), this.scenario.receivers);
    const ids = seededIds(seed + 1_000_000);
    this.#services = {
      store: this.#store,
      clock: this.#clock,
      ids,
      keys: { nextToken: ids.bytes(32), hookExecution: createSecretKey(ids.bytes(32)) },
      hookTimeoutMs: HOUR,
      webhook: WEBHOOK,
      quotas: QUOTAS,
    };
    this.#circumstances = this.#drawCircumstances();
    this.#ledger = new Ledger({
      scenario: this.scenario,
      circumstances: () => this.#circumstances,
      attemptOf: (request) => this.#actors.attemptOf(request),
      rollbackBegan: (group) => this.#actors.groupStirs(group),
      say: (tell) => this.#say(tell),
    });
    this.#actors = new Actors({
      clock: this.#clock,
      chance: this.#chance,
      world: this.#world,
      scenario: this.scenario,
      services: () => ({ ...this.#services, store: this.#store }),
      known: this.#ledger.known,
      guarded: (work) => this.#guarded(work),
      say: (tell) => this.#say(tell),
      judgeLater: (check) => this.#unchecked.push(check),
      nextInLine: () => ++this.#sent,
    });
  }

  #drawCircumstances(): Circumstances {
    const { slowestCallMs, outage, throttling, lostAnswers, capacityWaits, groupSettings } = this.scenario;
    const answersWell = outage === null && throttling + lostAnswers === 0 && slowestCallMs < MINUTE;
    const all = () => this.#ledger.known;
    const downtimeMs = () => this.#downtimes.reduce((total, { from, to }) => total + to - from, 0);
    const hasCapacity = (group: number, longestWaitMs: number) =>
      !capacityWaits.some((wait) => wait.group === group && wait.toMs - wait.fromMs > longestWaitMs);
    return {
      world: this.#world,
      alarms: this.#alarms,
      now: () => this.#clock.now(),
      get all() {
        return all();
      },
      outage: outage !== null,
      run: () => (this.#runner ? { number: this.#spells, since: this.#upSince } : null),
      downtimes: this.#downtimes,
      slowestCallMs,
      onBusy: (group) => groupSettings[group]?.onBusy ?? null,
      calm: (group) => downtimeMs() < 10 * MINUTE && slowestCallMs < MINUTE && hasCapacity(group, 50 * MINUTE),
      answers: (group) => answersWell && hasCapacity(group, 0),
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
    await this.#ledger.refresh(this.#underlying, true);
    await checkAllOver(this.#underlying, [...this.#ledger.known.values()], this.#receivers, this.scenario);
    return {
      seed: this.scenario.seed,
      faults: describeScenario(this.scenario),
      deployments: this.#ledger.known.size,
      steps,
      crashes: this.#crashes,
      outcome: [...this.#ledger.known.values()].map(describeEnd).join("; "),
      tally: tallyOf([...this.#ledger.known.values()]),
    };
  }

  /** Leaves nothing behind that could keep the process alive. */
  async end(): Promise<void> {
    const stopped = [this.#runner?.stop(), this.#notifier?.stop()];
    this.#store.crash();
    await Promise.all(stopped);
    await this.#underlying.close();
  }

  /** One thing happens: a crash, a commit, or the next timer. False when nothing is left to happen. */
  async #step(): Promise<boolean> {
    const { crashChance } = this.scenario;
    if (this.#runner && this.#crashes < this.scenario.crashes && this.#chance.happens(crashChance)) {
      await this.#crash("between two steps");
      return true;
    }
    this.#perhapsJump();
    const soon = this.#clock.next();
    const first = soon !== null && soon <= this.#clock.now() + 40 && this.#chance.happens(0.3);
    if (this.#store.parked === 0 || first) return this.#clock.fireNext();
    const count = this.#chance.happens(0.7) ? this.#store.parked : 1;
    const joined = this.#chance.happens(0.6);
    await this.#store.commit(count, { joined, told: false });
    this.#hasCommitted = true;
    this.#say(() => `commit of ${count}${joined ? " and what joins" : ""}`);
    if (this.#runner && this.#crashes < this.scenario.crashes && this.#chance.happens(crashChance)) {
      await this.#crash("after a commit, before anybody was told");
    } else this.#store.tell();
    return true;
  }

  #perhapsJump(): void {
    const slept = this.#runner ? this.#jumps.perhaps((line) => this.#say(() => line)) : null;
    if (!slept) return;
    this.#spells += 1;
    this.#upSince = slept.to;
    this.#downtimes.push({ ...slept, isSleep: true });
    this.#receivers.interrupted(slept.from);
  }

  async #crash(when: string): Promise<void> {
    this.#crashes += 1;
    const downtime = this.#chance.between(1, this.scenario.longestDowntimeMs);
    this.#downtimes.push({ from: this.#clock.now(), to: this.#clock.now() + downtime, isSleep: false });
    this.#say(() => `CRASH ${when}; down for ${downtime} ms`);
    const stopped = [this.#runner?.stop(), this.#notifier?.stop()];
    this.#runner = null;
    this.#notifier = null;
    this.#store.crash();
    this.#receivers.interrupted(this.#clock.now());
    await Promise.all(stopped);
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
    this.#say(() => "the program starts");
    this.#runs += 1;
    const run = this.#runs;
    this.#spells += 1;
    this.#upSince = this.#clock.now();
    if (run > 1) this.#alarms.hasCome("a restart");
    const isAlive = () => this.#runner !== null && this.#runs === run;
    const sources = this.#alarms.sourcesOf(isAlive);
    this.#runner = new Runner({
      store: this.#store,
      clock: this.#clock,
      ids: this.#services.ids,
      alarms: { source: sources.watch, intervalMs: this.scenario.alarms.intervalMs },
      drivers: driversOf({
        world: this.#world,
        alarms: sources.start,
        hookKey: this.#services.keys.hookExecution,
        answered: (deploymentId, key, answer) => {
          // What a dead run was told about alarms it has told nobody; its other answers may still arrive.
          if (key === "readAlarms" && !isAlive()) return;
          this.#say(() => `${deploymentId} ${key} answers ${answer.type}`);
          this.#actors.perhapsDouble(deploymentId, key, answer);
        },
        looked: (deploymentId, sight) => {
          if (!isAlive()) return;
          this.#say(() => `${deploymentId} sees its alarms: ${JSON.stringify(sight?.states ?? "nothing")}`);
          const known = this.#ledger.by(deploymentId);
          this.#watched(() => noteStartLook(this.#circumstances, known, sight));
        },
      }),
      log: (line) => this.#say(() => line),
    });
    await this.#runner.start();
    if (this.scenario.receivers.length === 0) return;
    this.#notifier = new Notifier({
      store: this.#store,
      clock: this.#clock,
      ids: this.#services.ids,
      deliver: (delivery, signal) => this.#deliver(delivery, signal),
      log: (line) => this.#say(() => line),
    });
    this.#notifier.start();
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
        const { DeploymentId, LifecycleEventHookExecutionId, ...more } = payload as Record<string, string>;
        if (DeploymentId !== by || !LifecycleEventHookExecutionId || Object.keys(more).length > 0) {
          broken(by, `invoked ${functionName} with ${JSON.stringify(payload)}`);
        }
        const lifecycleEvent = functionName.startsWith("before") ? "BeforeAllowTraffic" : "AfterAllowTraffic";
        this.#say(() => `${by} invokes ${functionName}`);
        // Judged by what is durable when the program has come to rest.
        this.#unchecked.push(() =>
          checkInvocation(
            this.#circumstances,
            this.#ledger.by(by),
            functionName,
            lifecycleEvent,
            LifecycleEventHookExecutionId,
          ),
        );
      },
      functionStarted: (behaviour, deploymentId, id) =>
        this.#actors.runFunction(behaviour, this.#ledger.by(deploymentId), id),
    };
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
        if (look.watch) watched.set(look, watchedNow(this.#circumstances));
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
    for (let turns = 0; turns < 20_000; turns += 1) {
      await new Promise(setImmediate);
      if (this.#clock.holds === this.#store.parked + this.#world.parked + this.#alarms.parked + this.#receivers.parked)
        return;
    }
    throw new BrokenPromise("something is under way that waits neither for time nor for a commit");
  }

  async #check(): Promise<void> {
    this.#ledger.step();
    // Without a commit there is nothing new to know.
    if (this.#hasCommitted) await this.#ledger.refresh(this.#underlying);
    this.#hasCommitted = false;
    for (const check of this.#unchecked.splice(0)) this.#watched(check);
    if (this.#fault) throw this.#fault;
    for (const [n, why] of this.#runner?.faults() ?? []) throw new BrokenPromise(`row ${n} stopped turning: ${why}`);
    const present = [...this.#ledger.known.values()].filter(({ record }) => !hasEnded(record.state.status));
    checkOneUnderWay(present);
    for (const known of present) checkUnseenAlarms(this.#circumstances, known);
    // What fell due while the machine slept comes one after the other.
    if (!this.#runner || this.#store.parked > 0 || this.#clock.isLate()) return;
    for (const known of present) checkWaits(this.#circumstances, known);
    checkQueueMoves(present);
  }

  #say(tell: () => string): void {
    if (!this.#isTold) return;
    const text = `+${((this.#clock.now() - START) / 1000).toFixed(3)} ${tell()}`;
    this.lines.push(text);
    this.#options.trace?.(text);
  }
}
