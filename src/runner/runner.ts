/**
 * Turns the engine. A deployment is turned when its inbox has grown or its time has come; many turns share one
 * transaction, and what they want done is performed once they are durable.
 */
import { type Clock, type Instant, type ProcessTime, wallClock } from "../clock.ts";
import type { AlarmSource } from "../drivers/alarms/alarmSource.ts";
import type { EventBus } from "../engine/notifications/notificationsOf.ts";
import { NewerFormatError, type Store, type Transaction, TransactionLostError } from "../store/store.ts";
import { AlarmWatch } from "./alarmWatch.ts";
import { EffectPerformer, type PerformOptions } from "./perform.ts";
import { TakeOver } from "./takeOver.ts";
import { type DecidedTurn, decideTurn, fulfilled, type TurnOutcome, writeTurns } from "./turn.ts";
import { type Wake, wakeTimer } from "./wake.ts";

/** The most deployments turned in one transaction. */
const LARGEST_TURN = 256;
/** The most due deployments fetched at once. */
const LARGEST_DUE = 500;
/** How soon due deployments are looked for again where a whole page of them has faults. */
const FAULT_PAUSE_MS = 60_000;

export interface RunnerOptions extends PerformOptions {
  /** Where the states of alarms come from, and how often they are looked at; nothing is watched without. */
  alarms?: { source: AlarmSource; intervalMs: number };
  /** The event bus that is told of every deployment; none where it is left out. */
  eventBus?: EventBus;
}

export class Runner {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #time: ProcessTime;
  readonly #log: (line: string) => void;
  readonly #eventBus: EventBus;
  readonly #performer: EffectPerformer;
  readonly #wake: Wake;
  readonly #alarmWatch: AlarmWatch | null;
  /** Where other processes work on the same store. */
  readonly #takeOver: TakeOver | null;
  /** Deployments that have asked for a turn. */
  readonly #waiting = new Set<number>();
  /** Of a full page of due deployments those that have not had their turn: the next page is for after them. */
  readonly #duePage = new Set<number>();
  readonly #faults = new Map<number, string>();
  /** Deployments that only newer programs can turn. */
  readonly #leftToNewer = new Set<number>();
  #turnRequested = false;
  #stopped = false;
  #running = 0;

  constructor(options: RunnerOptions) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#time = options.time ?? wallClock;
    this.#log = options.log;
    this.#eventBus = options.eventBus ?? null;
    this.#performer = new EffectPerformer(options);
    this.#alarmWatch = options.alarms ? new AlarmWatch({ ...options, ...options.alarms }) : null;
    this.#wake = wakeTimer(options.clock, () => void this.#collectDue());
    this.#takeOver = this.#takingOver(options);
    // Told inside the transaction that brings the event, so that the turn joins its commit.
    this.#store.onInbox((deploymentN) => void this.#schedule(deploymentN));
  }

  /** Takes up what an earlier run left: waiting events, owed effects, timers that fell due meanwhile. */
  async start(): Promise<void> {
    const damaged = (n: number, error: unknown) => void this.#reportFault(n, error);
    const left = await this.#store.read(async (reader) => ({
      // Of several processes, each performs what it has claimed.
      effects: this.#takeOver ? [] : await reader.effects.all(damaged),
      waiting: await reader.inbox.waiting(),
      watching: this.#alarmWatch ? await reader.deployments.watching(damaged) : [],
    }));
    void this.#alarmWatch?.start(left.watching);
    for (const n of left.waiting) this.#schedule(n);
    await this.#collectDue();
    // Last: the turns that have been asked for may make an effect void, such as a hook whose time ran out meanwhile.
    for (const owed of left.effects) this.#performer.perform(owed, this.#time.elapsedMs());
    this.#takeOver?.start();
  }

  /** Ends turning. What is under way is taken up at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake.stop();
    this.#alarmWatch?.stop();
    this.#takeOver?.stop();
    this.#performer.stop();
    while (this.#running > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Effects that wait for others of their kind to be answered: they are under way, and nothing happens to them. */
  get effectsInLine(): number {
    return this.#performer.inLine;
  }

  /** Deployments, by row, that a fault of ours has stopped, with what went wrong. */
  faults(): ReadonlyMap<number, string> {
    return this.#faults;
  }

  #takingOver(options: RunnerOptions): TakeOver | null {
    const { claims } = options.store;
    if (!claims) return null;
    return new TakeOver({
      ...options,
      time: this.#time,
      claims,
      collectDue: () => this.#collectDue(),
      perform: (owed) => this.#performer.perform(owed, Number.NEGATIVE_INFINITY),
      turn: (deploymentN) => void this.#schedule(deploymentN),
      watchEveryMs: options.alarms?.intervalMs ?? Number.POSITIVE_INFINITY,
      watchOnly: (deployments) => this.#alarmWatch?.watchOnly(deployments),
    });
  }

  /** False where it does not turn here any more. */
  #schedule(deploymentN: number): boolean {
    if (this.#stopped || this.#faults.has(deploymentN) || this.#leftToNewer.has(deploymentN)) return false;
    this.#waiting.add(deploymentN);
    this.#requestTurn();
    return true;
  }

  #requestTurn(): void {
    if (this.#turnRequested) return;
    this.#turnRequested = true;
    void this.#underWay(() => this.#turnWaiting());
  }

  async #turnWaiting(): Promise<void> {
    let batch: number[] = [];
    const askedMs = this.#time.elapsedMs();
    try {
      const outcomes = await this.#store.transaction((tx) => {
        // From here on a new event asks for a turn of its own, which may still join this commit.
        this.#turnRequested = false;
        // A store that waits for its disk may run this twice.
        for (const n of batch) this.#waiting.add(n);
        batch = take(this.#waiting, LARGEST_TURN);
        if (this.#waiting.size > 0) this.#requestTurn();
        return this.#turnAll(tx, batch);
      });
      for (const outcome of outcomes) this.#afterTurn(outcome, askedMs);
    } catch (error) {
      if (!this.#stopped) await this.#turnSingly(batch, error);
    }
    this.#hadTheirTurn(batch);
  }

  #hadTheirTurn(batch: readonly number[]): void {
    if (this.#duePage.size === 0) return;
    for (const n of batch) this.#duePage.delete(n);
    if (this.#duePage.size === 0 && !this.#stopped) void this.#collectDue();
  }

  /** One bad row must not stop the others: after a failure each deployment has a transaction of its own. */
  async #turnSingly(batch: number[], cause: unknown): Promise<void> {
    this.#log(`a turn of ${batch.length} deployments failed and is tried singly: ${String(cause)}`);
    for (const n of batch) {
      const askedMs = this.#time.elapsedMs();
      try {
        const outcomes = await this.#store.transaction((tx) => this.#turnAll(tx, [n]));
        for (const outcome of outcomes) this.#afterTurn(outcome, askedMs);
      } catch (error) {
        this.#reportFault(n, error);
      }
    }
  }

  async #turnAll(tx: Transaction, batch: number[]): Promise<TurnOutcome[]> {
    const now = this.#clock.now();
    // Together: a database that is a way off reads for all of them in the time of one.
    const decisions = await Promise.allSettled(batch.map((n) => this.#decide(tx, n, now)));
    const decided = fulfilled(decisions).filter((each) => each !== null);
    return writeTurns(tx, decided, now, this.#eventBus);
  }

  /** A fault of the engine, or in a row, stops this deployment alone. */
  async #decide(tx: Transaction, n: number, now: Instant): Promise<DecidedTurn | null> {
    try {
      return await decideTurn(tx, n, now);
    } catch (error) {
      if (error instanceof TransactionLostError) throw error;
      return error instanceof NewerFormatError ? this.#leave(n, error) : this.#reportFault(n, error);
    }
  }

  #reportFault(n: number, error: unknown): null {
    const fault = error instanceof Error ? error.message : String(error);
    this.#faults.set(n, fault);
    this.#log(`deployment row ${n} stops turning because of a fault: ${fault}`);
    return null;
  }

  /** To those that know its form. */
  #leave(n: number, { message }: NewerFormatError): null {
    if (!this.#leftToNewer.has(n)) this.#log(message);
    this.#leftToNewer.add(n);
    return null;
  }

  #afterTurn({ deploymentN, effects, wakeAt, watch }: TurnOutcome, askedMs: number): void {
    for (const owed of effects) this.#performer.perform(owed, askedMs);
    if (watch) this.#alarmWatch?.watch(watch);
    else this.#alarmWatch?.forget(deploymentN);
    if (wakeAt !== null && !this.#stopped) this.#wake.noLaterThan(wakeAt);
  }

  /**
   * Asks for a turn of every deployment that is due, and sets the timer for the next. Where more are due than a page, the
   * others are left until these have had their turn: another process may claim them, and a claim that waits for longer than
   * it lasts is made again and again.
   */
  #collectDue(): Promise<void> {
    return this.#underWay(async () => {
      const now = this.#clock.now();
      const [due, next] = await this.#store.read(async ({ deployments }) => {
        const found = await (this.#store.claims ?? deployments).due(now, LARGEST_DUE);
        return [found, found.length === LARGEST_DUE ? null : await deployments.nextDue(now)];
      });
      const scheduled = due.filter((n) => this.#schedule(n));
      const isFull = due.length === LARGEST_DUE;
      if (isFull) for (const n of scheduled) this.#duePage.add(n);
      // A whole page of deployments that no longer turn stays due for ever; what comes after them is looked for later.
      const again = isFull && scheduled.length === 0 ? now + FAULT_PAUSE_MS : next;
      if (again !== null && !this.#stopped) this.#wake.noLaterThan(again);
    });
  }

  /** Virtual time stands still, and `stop` waits, while work is under way. */
  async #underWay(work: () => Promise<void>): Promise<void> {
    const release = this.#clock.hold();
    this.#running += 1;
    try {
      await work();
    } catch (error) {
      if (!this.#stopped) this.#log(`the runner could not go on: ${String(error)}`);
    } finally {
      this.#running -= 1;
      release();
    }
  }
}

function take(set: Set<number>, most: number): number[] {
  const taken: number[] = [];
  for (const n of set) {
    if (taken.length === most) break;
    set.delete(n);
    taken.push(n);
  }
  return taken;
}
