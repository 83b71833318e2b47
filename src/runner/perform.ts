/** Performs effects through the drivers, again where it may help, and puts every answer into the inbox. */
import { type Clock, type Release, wallClock } from "../clock.ts";
import { type Driver, EffectError } from "../drivers/driver.ts";
import type { DeploymentEvent, Effect } from "../engine/deployment.ts";
import type { Ids } from "../ids.ts";
import type { OwedEffect, Store } from "../store/store.ts";

export interface PerformOptions {
  store: Store;
  clock: Clock;
  ids: Ids;
  drivers: readonly Driver[];
  log: (line: string) => void;
}

export interface Performer {
  /** Returns at once; the answer comes as an event in the deployment's inbox. */
  perform(owed: OwedEffect): void;
  /** Gives up what is under way. It stays owed, and is performed at the next start. */
  stop(): void;
}

/** Calls of one kind that are under way at once; the rest wait their turn. */
const MOST_AT_ONCE: Record<Effect["type"], number> = { readAlias: 64, moveAlias: 64, invokeHook: 256 };
/** How often a call that may succeed later is tried, before its deployment fails. A hook is tried until its deadline. */
const MOST_ATTEMPTS = 8;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
/** Real time in which a call other than an invocation must be answered. */
const CALL_TIMEOUT_MS = 30_000;

export function effectPerformer(options: PerformOptions): Performer {
  const { store, clock, drivers } = options;
  const underWay = new Set<AbortController>();
  const retries = new Set<Release>();
  const lanes = new Map<Effect["type"], { running: number; waiting: (() => void)[] }>();
  let stopped = false;

  /** Runs `work` when its lane has room. */
  const inLane = async (type: Effect["type"], work: () => Promise<void>) => {
    const lane = lanes.get(type) ?? { running: 0, waiting: [] };
    lanes.set(type, lane);
    if (lane.running >= MOST_AT_ONCE[type]) await new Promise<void>((resolve) => lane.waiting.push(resolve));
    else lane.running += 1;
    try {
      await work();
    } finally {
      const next = lane.waiting.shift();
      if (next) next();
      else lane.running -= 1;
    }
  };

  const call = async (owed: OwedEffect): Promise<Outcome> => {
    const driver = drivers.find(({ performs }) => performs.includes(owed.effect.type));
    if (!driver) throw new Error(`no driver performs ${owed.effect.type}`);
    const controller = new AbortController();
    underWay.add(controller);
    const overdue =
      owed.effect.type === "invokeHook" ? () => {} : wallClock.after(CALL_TIMEOUT_MS, () => controller.abort());
    try {
      return { answer: await driver.perform(owed.effect, { ...owed, signal: controller.signal }) };
    } catch (error) {
      return { error };
    } finally {
      overdue();
      underWay.delete(controller);
    }
  };

  const attempt = async (owed: OwedEffect) => {
    if (owed.attempt > 1 && !(await isOwed(store, owed, clock.now()))) return;
    const outcome = await call(owed);
    if (stopped) return;
    const retryAt = "error" in outcome ? retryTime(options, owed, outcome.error) : null;
    if (retryAt !== null) return postpone(owed, retryAt);
    await store.transaction(async (tx) => {
      await tx.effects.remove(owed.n);
      await tx.inbox.append(owed.deploymentN, eventOf(owed, outcome, clock.now()));
    });
  };

  const postpone = async (owed: OwedEffect, retryAt: number) => {
    const next = { ...owed, attempt: owed.attempt + 1 };
    if (!(await isOwed(store, next, retryAt))) return;
    const release = clock.at(retryAt, () => {
      retries.delete(release);
      perform(next);
    });
    retries.add(release);
  };

  const perform = (owed: OwedEffect) => {
    if (stopped) return;
    const release = clock.hold();
    inLane(owed.effect.type, () => attempt(owed))
      .catch((error: unknown) => {
        if (!stopped)
          options.log(`effect ${owed.effect.key} of ${owed.deploymentId} is left for later: ${String(error)}`);
      })
      .finally(release);
  };

  return {
    perform,
    stop() {
      stopped = true;
      for (const controller of underWay) controller.abort();
      for (const release of retries) release();
    },
  };
}

/** Notes the attempt. An effect that is no longer owed is not tried again: its deployment has moved on without it. */
function isOwed(store: Store, owed: OwedEffect, attemptAt: number): Promise<boolean> {
  return store.transaction((tx) => tx.effects.postpone(owed.n, owed.attempt, attemptAt));
}

type Outcome = { answer: Extract<DeploymentEvent, { type: "effectAnswered" }>["answer"] } | { error: unknown };

function eventOf({ effect, deploymentId }: OwedEffect, outcome: Outcome, at: number): DeploymentEvent {
  const { key } = effect;
  if ("answer" in outcome) return { type: "effectAnswered", key, answer: outcome.answer, at };
  const { error } = outcome;
  const problem =
    error instanceof EffectError
      ? { kind: error.kind, message: error.message }
      : { kind: "unavailable" as const, message: `${effect.type} of ${deploymentId} failed: ${String(error)}` };
  return { type: "effectFailed", key, problem, at };
}

/** When a failed call is tried again, with jitter so that many do not come back at once; `null` when it is not. */
function retryTime({ clock, ids }: PerformOptions, { effect, attempt }: OwedEffect, error: unknown): number | null {
  if (!(error instanceof EffectError) || !error.retryable) return null;
  const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempt - 1)) * (0.5 + ids.fraction() / 2);
  const retryAt = clock.now() + Math.ceil(waitMs);
  if (effect.type === "invokeHook") return retryAt < effect.deadline ? retryAt : null;
  return attempt < MOST_ATTEMPTS ? retryAt : null;
}
