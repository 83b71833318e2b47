/** Performs effects through the drivers, again where it may help, and puts every answer into the inbox. */
import { type Clock, type Instant, type ProcessTime, type Release, wallClock } from "../clock.ts";
import { type Driver, EffectError } from "../drivers/driver.ts";
import type { DeploymentEvent, Effect, EffectAnswer } from "../engine/deployment.ts";
import { LONGEST_PROBE_WAIT_MS, probeWaitMs, retryWaitMs } from "../engine/retryBudget.ts";
import type { Ids } from "../ids.ts";
import type { OwedEffect, Store } from "../store/store.ts";
import { InvocationLine } from "./invocationLine.ts";
import { Lane } from "./lane.ts";

export interface PerformOptions {
  store: Store;
  clock: Clock;
  ids: Ids;
  drivers: readonly Driver[];
  log: (line: string) => void;
  /** The wall clock where it is left out. */
  time?: ProcessTime;
}

/** Real time in which a call other than an invocation must be answered, while this process runs. */
const CALL_TIMEOUT_MS = 30_000;

/** For so long after it was known to be this process's, an effect cannot have been taken over: less than a lease. */
const SURE_MS = 4_000;
/** A function is invoked by no answer that took longer: that its deployment is stopped meanwhile takes no lease, only a commit. */
const FRESH_MS = 500;
/** However slow the store is, an effect is performed in the end. */
const MOST_CHECKS = 3;

/** What became of an attempt; `refused` where the function had no room for one more invocation. */
type Attempted = "over" | "refused";
type Outcome = { answer: EffectAnswer } | { error: unknown };

export class EffectPerformer {
  readonly #options: PerformOptions;
  readonly #underWay = new Set<AbortController>();
  readonly #retries = new Set<Release>();
  /** What is performed here or waits to be tried again, and when, in process time, it surely was to be. */
  readonly #inHand = new Map<string, number>();
  /** Calls of one kind that are under way at once. */
  readonly #lanes: Record<Effect["type"], Lane>;
  /** Of each function that is to be invoked, by account, region and name. */
  readonly #lines = new Map<string, InvocationLine<OwedEffect>>();
  #stopped = false;

  constructor(options: PerformOptions) {
    this.#options = options;
    this.#lanes = lanes(options.time ?? wallClock);
  }

  /** Effects that wait for others of their kind to be answered. */
  get inLine(): number {
    return Object.values(this.#lanes).reduce((total, { waiting }) => total + waiting, 0);
  }

  /**
   * Returns at once; the answer comes as an event in the deployment's inbox. Nothing is performed twice at once. `knownMs`
   * is a moment of the process's time at which the effect was surely wanted, and wanted of this process.
   */
  perform(owed: OwedEffect, knownMs: number): void {
    if (this.#stopped || this.#inHand.has(handleOf(owed))) return;
    this.#inHand.set(handleOf(owed), knownMs);
    this.#begin(owed);
  }

  #begin(owed: OwedEffect): void {
    if (this.#stopped) return;
    if (owed.effect.type === "invokeHook") {
      this.#lineOf(owed, owed.effect.functionName).add(owed);
    } else {
      const release = this.#options.clock.hold();
      void this.#attemptInLane(owed).finally(release);
    }
  }

  /** Gives up what is under way. It stays owed, and is performed at the next start. */
  stop(): void {
    this.#stopped = true;
    for (const controller of this.#underWay) controller.abort();
    for (const release of this.#retries) release();
    for (const line of this.#lines.values()) line.stop();
  }

  #lineOf({ accountId, region }: OwedEffect, functionName: string): InvocationLine<OwedEffect> {
    const { clock, ids } = this.#options;
    const name = `${accountId}/${region}/${functionName}`;
    const known = this.#lines.get(name);
    if (known) return known;
    const line = new InvocationLine<OwedEffect>({
      clock,
      probeWaitMs: (refusals) => probeWaitMs(refusals, ids.fraction()),
      attempt: (owed) => this.#attemptInLane(owed),
      onEmpty: () => this.#lines.delete(name),
    });
    this.#lines.set(name, line);
    return line;
  }

  async #attemptInLane(owed: OwedEffect): Promise<Attempted> {
    try {
      const attempted = await this.#lanes[owed.effect.type].run(() => this.#attempt(owed));
      if (attempted === "over") this.#inHand.delete(handleOf(owed));
      // What holds now may not when it is tried again.
      else this.#inHand.set(handleOf(owed), Number.NEGATIVE_INFINITY);
      return attempted === "later" ? "over" : attempted;
    } catch (error) {
      this.#inHand.delete(handleOf(owed));
      const { key } = owed.effect;
      if (!this.#stopped)
        this.#options.log(`effect ${key} of ${owed.deploymentId} is left for later: ${String(error)}`);
      return "over";
    }
  }

  async #attempt(owed: OwedEffect): Promise<Attempted | "later"> {
    const { clock } = this.#options;
    if (this.#stopped || !(await this.#isWanted(owed))) return "over";
    // Nor once its hour is over, where the machine slept before the call: the deployment's own timer ends the wait.
    if (owed.effect.type === "invokeHook" && clock.now() >= owed.effect.deadline) return "over";
    const outcome = await this.#call(owed);
    if (this.#stopped) return "over";
    if ("error" in outcome && waitsInLine(owed.effect, outcome.error, clock.now())) return "refused";
    const retryAt = "error" in outcome ? retryTime(this.#options, owed, outcome.error) : null;
    if (retryAt !== null) return this.#tryAgain({ ...owed, attempt: owed.attempt + 1 }, retryAt);
    await this.#answer(owed, outcome);
    return "over";
  }

  /** Looks whether it is still to be done, and by this process, where that may have changed meanwhile. */
  async #isWanted(owed: OwedEffect): Promise<boolean> {
    const { store, time = wallClock } = this.#options;
    // A function must not run for a deployment that was stopped in the very commit that wanted it, or while it waited.
    let mayBeVoid = owed.attempt > 1 || owed.effect.type === "invokeHook";
    const sureMs = owed.effect.type === "invokeHook" ? FRESH_MS : SURE_MS;
    let knownMs = this.#inHand.get(handleOf(owed)) ?? Number.NEGATIVE_INFINITY;
    for (let checks = 0; checks < MOST_CHECKS; checks += 1) {
      // While a process stands still, others go on without it.
      const isStale = store.claims !== undefined && time.elapsedMs() > knownMs + sureMs;
      if (!mayBeVoid && !isStale) return true;
      knownMs = time.elapsedMs();
      if (!(await this.#isStillOwed(owed))) return false;
      mayBeVoid = false;
    }
    return true;
  }

  #answer(owed: OwedEffect, outcome: Outcome): Promise<void> {
    const { store, clock } = this.#options;
    return store.transaction(async (tx) => {
      await tx.effects.remove(owed.deploymentN, owed.effect.key);
      await tx.inbox.append(owed.deploymentN, eventOf(owed, outcome, clock.now()));
    }, owed.deploymentId);
  }

  async #call(owed: OwedEffect): Promise<Outcome> {
    const { type } = owed.effect;
    const driver = this.#options.drivers.find(({ performs }) => performs.includes(type));
    if (!driver) throw new Error(`no driver performs ${type}`);
    const controller = new AbortController();
    this.#underWay.add(controller);
    const overdue =
      type === "invokeHook" ? () => {} : wallClock.afterRunning(CALL_TIMEOUT_MS, () => controller.abort());
    try {
      return { answer: await driver.perform(owed.effect, { ...owed, signal: controller.signal }) };
    } catch (error) {
      return { error };
    } finally {
      overdue();
      this.#underWay.delete(controller);
    }
  }

  async #tryAgain(owed: OwedEffect, retryAt: Instant): Promise<"over" | "later"> {
    if (!(await this.#postpone(owed, retryAt)) || this.#stopped) return "over";
    const release = this.#options.clock.at(retryAt, () => {
      this.#retries.delete(release);
      this.#begin(owed);
    });
    this.#retries.add(release);
    return "later";
  }

  /** A process that is alone only looks, which takes no commit. Of several, whoever notes the attempt has it. */
  #isStillOwed(owed: OwedEffect): Promise<boolean> {
    const { store, clock } = this.#options;
    if (store.claims) return this.#postpone(owed, clock.now());
    return store.read(({ effects }) => effects.isOwed(owed.deploymentN, owed.effect.key));
  }

  /** Notes the attempt. An effect that is no longer owed is not tried again: its deployment has moved on without it. */
  #postpone(owed: OwedEffect, attemptAt: Instant): Promise<boolean> {
    const { deploymentN, deploymentId, effect, attempt } = owed;
    return this.#options.store.transaction(
      (tx) => tx.effects.postpone(deploymentN, effect.key, attempt, attemptAt),
      deploymentId,
    );
  }
}

const handleOf = ({ deploymentN, effect }: OwedEffect): string => `${deploymentN}/${effect.key}`;

function lanes(time: ProcessTime): Record<Effect["type"], Lane> {
  const calls = () => new Lane(64, { first: 16, elapsedMs: () => time.elapsedMs() });
  return {
    // Each may hold a bundle in memory.
    readRevision: new Lane(8),
    readAlias: calls(),
    moveAlias: calls(),
    readService: calls(),
    readTaskSets: calls(),
    createTaskSet: calls(),
    moveRoutes: calls(),
    setPrimaryTaskSet: calls(),
    deleteTaskSet: calls(),
    // They are asked together: many that wait share one call.
    readAlarms: new Lane(4096),
    invokeHook: new Lane(256),
  };
}

function eventOf({ effect, deploymentId }: OwedEffect, outcome: Outcome, at: Instant): DeploymentEvent {
  const { key } = effect;
  if ("answer" in outcome) return { type: "effectAnswered", key, answer: outcome.answer, at };
  const { error } = outcome;
  const problem =
    error instanceof EffectError
      ? { kind: error.kind, message: error.message }
      : { kind: "unavailable" as const, message: `${effect.type} of ${deploymentId} failed: ${String(error)}` };
  return { type: "effectFailed", key, problem, at };
}

/** A refused invocation is tried again in its turn; not once its deadline would pass before. */
function waitsInLine(effect: Effect, error: unknown, now: Instant): boolean {
  const isRefused = error instanceof EffectError && error.throttled;
  return isRefused && effect.type === "invokeHook" && now + LONGEST_PROBE_WAIT_MS < effect.deadline;
}

/** When a failed call is tried again; `null` when it is not. A hook is tried until its deadline. */
function retryTime({ clock, ids }: PerformOptions, { effect, attempt }: OwedEffect, error: unknown): Instant | null {
  if (!(error instanceof EffectError) || !error.retryable) return null;
  const waitMs = retryWaitMs(effect.type, attempt, ids.fraction());
  if (waitMs === null) return null;
  const retryAt = clock.now() + waitMs;
  return effect.type !== "invokeHook" || retryAt < effect.deadline ? retryAt : null;
}
