/** The program as one process with a store of its own: it crashes between any two steps, and its machine may sleep. */
import { Notifier } from "../../src/runner/notifier.ts";
import { Runner } from "../../src/runner/runner.ts";
import type { Store } from "../../src/store/store.ts";
import { settled } from "./clients.ts";
import { ClockJumps } from "./clockJumps.ts";
import { CrashableStore } from "./crashableStore.ts";
import type { Downtime } from "./known.ts";
import type { Program, Surroundings } from "./program.ts";

export interface OneProcessOptions extends Surroundings {
  openStore: () => Store;
  /** The store is closed after every crash and opened anew. */
  reopens: boolean;
}

export class OneProcess implements Program {
  readonly #options: OneProcessOptions;
  readonly #jumps: ClockJumps;
  readonly downtimes: Downtime[] = [];
  durable: Store;
  store: CrashableStore;
  crashes = 0;
  #runner: Runner | null = null;
  #notifier: Notifier | null = null;
  #runs = 0;
  /** Counts the times in which the program worked without a break. */
  #spells = 0;
  #upSince = 0;
  /** When the next commit comes, where many wait for it together. */
  #commitAt = 0;

  constructor(options: OneProcessOptions) {
    this.#options = options;
    this.#jumps = new ClockJumps(options.clock, options.scenario);
    this.durable = options.openStore();
    this.store = new CrashableStore(this.durable);
  }

  run() {
    return this.#runner ? { number: this.#spells, since: this.#upSince } : null;
  }

  async alone(work: Promise<void>): Promise<void> {
    while (this.store.parked > 0 || !(await settled(work))) await this.store.commit(1, { joined: false, told: true });
  }

  async end(): Promise<void> {
    const stopped = [this.#runner?.stop(), this.#notifier?.stop()];
    this.store.crash();
    await Promise.all(stopped);
    await this.durable.close();
  }

  isAtRest(): boolean {
    const { clock, world, alarms, receivers } = this.#options;
    const parked = this.store.parked + world.parked + alarms.parked + receivers.parked;
    return clock.holds === parked + (this.#runner?.effectsInLine ?? 0);
  }

  isIdle(): boolean {
    return this.#runner !== null && this.store.parked === 0;
  }

  stoodStillMs(): number {
    return 0;
  }

  mayRepeat(): boolean {
    return false;
  }

  faults(): Iterable<[number, string]> {
    return this.#runner?.faults() ?? [];
  }

  async step(): Promise<boolean> {
    const { chance, clock, scenario, say } = this.#options;
    if (this.#mayCrash() && chance.happens(scenario.crashChance)) {
      await this.#crash("between two steps");
      return true;
    }
    this.#perhapsJump();
    const soon = clock.next();
    const isCrowd = scenario.commitMs > 0;
    const mayCome = isCrowd ? this.#commitAt : clock.now() + 40;
    const first = soon !== null && soon <= mayCome && (isCrowd || chance.happens(0.3));
    if (this.store.parked === 0 || first) return this.#passTime(isCrowd);
    this.#commitAt = clock.now() + scenario.commitMs;
    const count = chance.happens(0.7) ? this.store.parked : chance.between(1, isCrowd ? this.store.parked : 1);
    const joined = chance.happens(0.6);
    await this.store.commit(count, { joined, told: false });
    say(() => `commit of ${count}${joined ? " and what joins" : ""}`);
    if (this.#mayCrash() && chance.happens(scenario.crashChance)) {
      await this.#crash("after a commit, before anybody was told");
    } else this.store.tell();
    return true;
  }

  #passTime(isCrowd: boolean): boolean {
    const { chance, clock, scenario } = this.#options;
    return isCrowd && chance.happens(0.8) ? clock.fireTogether(scenario.commitMs) : clock.fireNext();
  }

  #mayCrash(): boolean {
    return this.#runner !== null && this.crashes < this.#options.scenario.crashes;
  }

  #perhapsJump(): void {
    const { receivers, say } = this.#options;
    const slept = this.#runner ? this.#jumps.perhaps((line) => say(() => line)) : null;
    if (!slept) return;
    this.#spells += 1;
    this.#upSince = slept.to;
    this.downtimes.push({ ...slept, isSleep: true });
    receivers.interrupted(slept.from);
  }

  async #crash(when: string): Promise<void> {
    const { chance, clock, scenario, receivers, openStore, reopens, guarded, say } = this.#options;
    this.crashes += 1;
    const downtime = chance.between(1, scenario.longestDowntimeMs);
    this.downtimes.push({ from: clock.now(), to: clock.now() + downtime, isSleep: false });
    say(() => `CRASH ${when}; down for ${downtime} ms`);
    const stopped = [this.#runner?.stop(), this.#notifier?.stop()];
    this.#runner = null;
    this.#notifier = null;
    this.store.crash();
    receivers.interrupted(clock.now());
    await Promise.all(stopped);
    if (reopens) {
      await this.durable.close();
      this.durable = openStore();
    }
    clock.after(downtime, () => {
      this.store = new CrashableStore(this.durable);
      guarded(() => this.start());
    });
  }

  async start(): Promise<void> {
    const { alarms, clock, scenario, services, deliver, drivers, say } = this.#options;
    say(() => "the program starts");
    this.#runs += 1;
    const run = this.#runs;
    this.#spells += 1;
    this.#upSince = clock.now();
    if (run > 1) alarms.hasCome("a restart");
    const isAlive = () => this.#runner !== null && this.#runs === run;
    const sources = alarms.sourcesOf(isAlive);
    const common = { store: this.store, clock, ids: services.ids, log: (line: string) => say(() => line) };
    const after = (milliseconds: number, callback: () => void) => clock.after(milliseconds, callback);
    this.#runner = new Runner({
      ...common,
      time: { elapsedMs: () => clock.now(), after },
      alarms: { source: sources.watch, intervalMs: scenario.alarms.intervalMs },
      drivers: drivers(sources.start, isAlive),
    });
    await this.#runner.start();
    if (scenario.receivers.length === 0) return;
    this.#notifier = new Notifier({ ...common, deliver });
    this.#notifier.start();
  }
}
