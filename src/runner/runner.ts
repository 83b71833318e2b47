/**
 * Turns the engine. A deployment is turned when its inbox has grown or its time has come; many turns share one
 * transaction, and what they want done is performed once they are durable.
 */
import type { Clock } from "../clock.ts";
import type { Store, Transaction } from "../store/store.ts";
import { effectPerformer, type PerformOptions } from "./perform.ts";
import { type DecidedTurn, decideTurn, type TurnOutcome, writeTurn } from "./turn.ts";
import { wakeTimer } from "./wake.ts";

export interface Runner {
  /** Takes up what an earlier run left: waiting events, owed effects, timers that fell due meanwhile. */
  start(): Promise<void>;
  /** Ends turning. What is under way is taken up at the next start. */
  stop(): Promise<void>;
  /** Deployments that a fault of ours has stopped, with what went wrong. */
  faults(): ReadonlyMap<number, string>;
}

/** The most deployments turned in one transaction. */
const LARGEST_TURN = 256;
/** The most due deployments fetched at once. */
const LARGEST_DUE = 500;

export function createRunner(options: PerformOptions): Runner {
  const { store, clock, log } = options;
  const performer = effectPerformer(options);
  const wake = wakeTimer(clock, () => void collectDue());
  const waiting = new Set<number>();
  const faults = new Map<number, string>();
  let scheduled = false;
  let stopped = false;
  let running = 0;

  /** Asks for a turn. Called inside the transaction that brought the event, so that the turn joins its commit. */
  const schedule = (deploymentN: number) => {
    if (stopped || faults.has(deploymentN)) return;
    waiting.add(deploymentN);
    requestTurn();
  };

  const requestTurn = () => {
    if (scheduled) return;
    scheduled = true;
    void turnWaiting();
  };

  const turnWaiting = async () => {
    const release = clock.hold();
    running += 1;
    let batch: number[] = [];
    try {
      const outcomes = await store.transaction((tx) => {
        scheduled = false;
        batch = take(waiting, LARGEST_TURN);
        if (waiting.size > 0) requestTurn();
        return turnAll(tx, batch);
      });
      outcomes.forEach(afterTurn);
    } catch (error) {
      if (!stopped) await turnSingly(batch, error);
    } finally {
      running -= 1;
      release();
    }
  };

  /** One bad row must not stop the others: after a failure each deployment has a transaction of its own. */
  const turnSingly = async (batch: number[], cause: unknown) => {
    log(`a turn of ${batch.length} deployments failed and is tried singly: ${String(cause)}`);
    for (const n of batch) {
      try {
        (await store.transaction((tx) => turnAll(tx, [n]))).forEach(afterTurn);
      } catch (error) {
        reportFault(n, error);
      }
    }
  };

  const turnAll = async (tx: Transaction, batch: number[]): Promise<TurnOutcome[]> => {
    const now = clock.now();
    const outcomes: TurnOutcome[] = [];
    for (const n of batch) {
      const decided: DecidedTurn | null = await decideTurn(tx, n, now).catch((error: unknown) => reportFault(n, error));
      if (decided) outcomes.push(await writeTurn(tx, decided, now));
    }
    return outcomes;
  };

  const reportFault = (n: number, error: unknown): null => {
    faults.set(n, String(error));
    log(`deployment row ${n} stops turning because of a fault: ${String(error)}`);
    return null;
  };

  const afterTurn = ({ effects, wakeAt }: TurnOutcome) => {
    for (const owed of effects) performer.perform(owed);
    if (wakeAt !== null && !stopped) wake.noLaterThan(wakeAt);
  };

  const collectDue = async () => {
    const release = clock.hold();
    running += 1;
    try {
      const [due, next] = await dueDeployments(store, clock);
      for (const n of due) schedule(n);
      if (next !== null && !stopped) wake.noLaterThan(next);
    } catch (error) {
      if (!stopped) log(`due deployments could not be read: ${String(error)}`);
    } finally {
      running -= 1;
      release();
    }
  };

  store.onInbox(schedule);
  return {
    async start() {
      const left = await store.read(async (reader) => ({
        effects: await reader.effects.all(),
        waiting: await reader.inbox.waiting(),
      }));
      for (const owed of left.effects) performer.perform(owed);
      for (const n of left.waiting) schedule(n);
      await collectDue();
    },
    async stop() {
      stopped = true;
      wake.stop();
      performer.stop();
      while (running > 0) await new Promise((resolve) => setImmediate(resolve));
    },
    faults: () => faults,
  };
}

/** Deployments that are due now, and when the next one will be. */
async function dueDeployments(store: Store, clock: Clock): Promise<[number[], number | null]> {
  const now = clock.now();
  return store.read(async (reader) => {
    const due = await reader.deployments.due(now, LARGEST_DUE);
    return [due, due.length === LARGEST_DUE ? now : await reader.deployments.nextDue(now)];
  });
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
