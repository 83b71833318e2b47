/** Performs effects through the drivers, again where it may help, and puts every answer into the inbox. */
import { type Clock, type Instant, type Release, wallClock } from "../clock.ts";
import { type Driver, EffectError } from "../drivers/driver.ts";
import type { DeploymentEvent, Effect, EffectAnswer } from "../engine/deployment.ts";
import { retryWaitMs } from "../engine/retryBudget.ts";
import type { Ids } from "../ids.ts";
import type { OwedEffect, Store } from "../store/store.ts";
import { Lane } from "./lane.ts";

export interface PerformOptions {
  store: Store;
  clock: Clock;
  ids: Ids;
  drivers: readonly Driver[];
  log: (line: string) => void;
}

/** Real time in which a call other than an invocation must be answered. */
const CALL_TIMEOUT_MS = 30_000;

type Outcome = { answer: EffectAnswer } | { error: unknown };

export class EffectPerformer {
  readonly #options: PerformOptions;
  readonly #underWay = new Set<AbortController>();
  readonly #retries = new Set<Release>();
  /** Calls of one kind that are under way at once. */
  readonly #lanes: Record<Effect["type"], Lane> = {
    // Each may hold a bundle in memory.
    readRevision: new Lane(8),
    readAlias: new Lane(64),
    moveAlias: new Lane(64),
    // They are asked together: many that wait share one call.
    readAlarms: new Lane(4096),
    invokeHook: new Lane(256),
  };
  #stopped = false;

  constructor(options: PerformOptions) {
    this.#options = options;
  }

  /** Effects that wait for others of their kind to be answered. */
  get inLine(): number {
    return Object.values(this.#lanes).reduce((total, { waiting }) => total + waiting, 0);
  }

  /** Returns at once; the answer comes as an event in the deployment's inbox. */
  perform(owed: OwedEffect): void {
    if (this.#stopped) return;
    const { clock, log } = this.#options;
    const release = clock.hold();
    this.#lanes[owed.effect.type]
      .run(() => this.#attempt(owed))
      .catch((error: unknown) => {
        if (!this.#stopped)
          log(`effect ${owed.effect.key} of ${owed.deploymentId} is left for later: ${String(error)}`);
      })
      .finally(release);
  }

  /** Gives up what is under way. It stays owed, and is performed at the next start. */
  stop(): void {
    this.#stopped = true;
    for (const controller of this.#underWay) controller.abort();
    for (const release of this.#retries) release();
  }

  async #attempt(owed: OwedEffect): Promise<void> {
    const { store, clock } = this.#options;
    // A function must not run for a deployment that was stopped in the very commit that wanted it, or while it waited.
    const mayBeVoid = owed.attempt > 1 || owed.effect.type === "invokeHook";
    if (this.#stopped || (mayBeVoid && !(await this.#isStillOwed(owed, clock.now())))) return;
    // Nor once its hour is over, where the machine slept before the call: the deployment's own timer ends the wait.
    if (owed.effect.type === "invokeHook" && clock.now() >= owed.effect.deadline) return;
    const outcome = await this.#call(owed);
    if (this.#stopped) return;
    const retryAt = "error" in outcome ? retryTime(this.#options, owed, outcome.error) : null;
    if (retryAt !== null) return this.#tryAgain({ ...owed, attempt: owed.attempt + 1 }, retryAt);
    await store.transaction(async (tx) => {
      await tx.effects.remove(owed.deploymentN, owed.effect.key);
      await tx.inbox.append(owed.deploymentN, eventOf(owed, outcome, clock.now()));
    });
  }

  async #call(owed: OwedEffect): Promise<Outcome> {
    const { type } = owed.effect;
    const driver = this.#options.drivers.find(({ performs }) => performs.includes(type));
    if (!driver) throw new Error(`no driver performs ${type}`);
    const controller = new AbortController();
    this.#underWay.add(controller);
    const overdue = type === "invokeHook" ? () => {} : wallClock.after(CALL_TIMEOUT_MS, () => controller.abort());
    try {
      return { answer: await driver.perform(owed.effect, { ...owed, signal: controller.signal }) };
    } catch (error) {
      return { error };
    } finally {
      overdue();
      this.#underWay.delete(controller);
    }
  }

  async #tryAgain(owed: OwedEffect, retryAt: Instant): Promise<void> {
    if (!(await this.#isStillOwed(owed, retryAt)) || this.#stopped) return;
    const release = this.#options.clock.at(retryAt, () => {
      this.#retries.delete(release);
      this.perform(owed);
    });
    this.#retries.add(release);
  }

  /** Notes the attempt. An effect that is no longer owed is not tried again: its deployment has moved on without it. */
  #isStillOwed(owed: OwedEffect, attemptAt: Instant): Promise<boolean> {
    const { deploymentN, effect, attempt } = owed;
    return this.#options.store.transaction((tx) => tx.effects.postpone(deploymentN, effect.key, attempt, attemptAt));
  }
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

/** When a failed call is tried again; `null` when it is not. A hook is tried until its deadline. */
function retryTime({ clock, ids }: PerformOptions, { effect, attempt }: OwedEffect, error: unknown): Instant | null {
  if (!(error instanceof EffectError) || !error.retryable) return null;
  const waitMs = retryWaitMs(effect.type, attempt, ids.fraction());
  if (waitMs === null) return null;
  const retryAt = clock.now() + waitMs;
  return effect.type !== "invokeHook" || retryAt < effect.deadline ? retryAt : null;
}
