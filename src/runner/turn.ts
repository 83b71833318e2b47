/** One turn of one deployment, inside a transaction: events in, state and effects out. */
import type { Instant } from "../clock.ts";
import { type DeploymentEvent, hasEnded, type Turn } from "../engine/deployment.ts";
import { type EventBus, notificationsOf } from "../engine/notifications/notificationsOf.ts";
import { awaitedEffect, foldEvents, newDeployment } from "../engine/step.ts";
import { rollbackTransition } from "../engine/transitions.ts";
import { wakeAt } from "../engine/waits.ts";
import {
  type OwedEffect,
  type Transaction,
  TransactionLostError,
  type TurnRecord,
  type WatchingDeployment,
} from "../store/store.ts";

/** What is to be done once the turn is durable. */
export interface TurnOutcome {
  deploymentN: number;
  effects: OwedEffect[];
  wakeAt: Instant | null;
  /** What is to be watched from now on; `null` when there is nothing, or nothing any more. */
  watch: WatchingDeployment | null;
}

/** How long another node leaves an effect to the one that committed it. */
const EFFECT_LEASE_MS = 60_000;

/** A turn that has been decided and not written. */
export interface DecidedTurn {
  n: number;
  record: TurnRecord;
  /** The last event taken from the inbox. */
  lastN: number | null;
  turn: Turn;
}

/**
 * Decides what the waiting events, and the time if it has come, make of the deployment. Writes nothing, so that a fault
 * of the engine harms this deployment only. `null` when there is nothing to do.
 */
export async function decideTurn(tx: Transaction, n: number, now: Instant): Promise<DecidedTurn | null> {
  // In one way to a database that is a way off. The first locks the row, and both are read under it.
  const [loading, reading] = await Promise.allSettled([tx.deployments.load(n), tx.inbox.of(n)]);
  const record = settledValue(loading);
  if (!record) return null;
  try {
    return decide(n, record, settledValue(reading), now);
  } catch (error) {
    if (error instanceof TransactionLostError) throw error;
    throw faultOf(record.plan.deploymentId, error);
  }
}

function decide(
  n: number,
  record: TurnRecord,
  waiting: readonly { n: number; event: DeploymentEvent }[],
  now: Instant,
): DecidedTurn | null {
  // The engine hears of an event now. Waits that it begins, a hook's hour above all, must not have passed while the
  // program was down.
  const events = waiting.map(({ event }): DeploymentEvent => ({ ...event, at: now }));
  // Maybe too early, which the engine sees for itself.
  if (record.wakeAt !== null && record.wakeAt <= now) events.push({ type: "timeElapsed", at: now });
  if (events.length === 0) return null;
  return { n, record, lastN: waiting.at(-1)?.n ?? null, turn: foldEvents(record.plan, record, events) };
}

/**
 * When the row is looked at next: never too late, but maybe too early. A moment that stands there and comes before is left
 * there. It is in an index, and on PostgreSQL a row that changes in none costs half.
 */
function nextLook(standing: Instant | null, due: Instant | null, now: Instant): Instant | null {
  const isEarlier = standing !== null && due !== null && now < standing && standing < due;
  return isEarlier ? standing : due;
}

/** The error as it is told of the deployment, which it names. */
function faultOf(deploymentId: string, error: unknown): Error {
  const what = error instanceof Error ? error.message : String(error);
  return new Error(what.includes(deploymentId) ? what : `deployment ${deploymentId}: ${what}`, { cause: error });
}

/**
 * Writes decided turns of different deployments, all in this transaction: states, targets, decisions, effects, due times,
 * what is to be told of them, rollbacks that begin, and the start of what waits for their groups. Together where one does
 * not depend on another: a database that is a way off writes all of them in the time of one.
 */
export async function writeTurns(
  tx: Transaction,
  decided: readonly DecidedTurn[],
  now: Instant,
  eventBus: EventBus,
): Promise<TurnOutcome[]> {
  const outcomes = fulfilled(await Promise.allSettled(decided.map((each) => writeOwn(tx, each, now))));
  for (const each of decided) await writeFollowing(tx, each, now, eventBus);
  // A group is free when what ended in it has been written, and a rollback with it.
  const ended = decided.filter(({ turn }) => hasEnded(turn.state.status));
  fulfilled(await Promise.allSettled(ended.map(({ record }) => startNextInQueue(tx, record.groupN, now))));
  return outcomes;
}

/** What all came to; throws what one of them threw, once all are done: nothing is written after a transaction's end. */
export function fulfilled<T>(results: readonly PromiseSettledResult<T>[]): T[] {
  return results.map(settledValue);
}

function settledValue<T>(result: PromiseSettledResult<T>): T {
  if (result.status === "rejected") throw result.reason;
  return result.value;
}

/** What belongs to the deployment itself. */
async function writeOwn(tx: Transaction, decided: DecidedTurn, now: Instant): Promise<TurnOutcome> {
  const { n, record, turn } = decided;
  const { plan } = record;
  const look = nextLook(record.wakeAt, wakeAt(plan, turn.state), now);
  // The rest does not wait for what comes of it: where somebody else was faster, the transaction takes all of it back.
  const saving = tx.deployments.save(n, record.version, turn, look, now, record);
  const [saved, beside] = await Promise.allSettled([saving, writeBeside(tx, decided, now)]);
  settledValue(beside);
  if (!settledValue(saved)) throw new Error(`deployment ${plan.deploymentId} was turned by somebody else`);
  const { deploymentId, accountId, region, alarms } = plan;
  const common = { deploymentN: n, accountId, region };
  const effects = turn.effects.map((effect) => ({ ...common, deploymentId, effect, attempt: 1 }));
  const watches = alarms && !hasEnded(turn.state.status) && turn.state.startTime !== null;
  return { deploymentN: n, effects, wakeAt: look, watch: watches ? { ...common, alarms } : null };
}

/** What stands in other tables than the state. */
async function writeBeside(tx: Transaction, { n, record, lastN, turn }: DecidedTurn, now: Instant): Promise<void> {
  if (lastN !== null) await tx.inbox.remove(n, lastN);
  await tx.history.append(n, record.version + 1, turn.told);
  const awaited = awaitedEffect(turn.state);
  const wasAwaited = awaitedEffect(record.state);
  // Nothing else is ever owed.
  if (wasAwaited !== null && wasAwaited !== awaited) await tx.effects.removeOthers(n, awaited);
  await tx.effects.insert(n, turn.effects, now + EFFECT_LEASE_MS);
}

/** What is to be told of it, and the rollback that it leads to. */
async function writeFollowing(
  tx: Transaction,
  { record, turn }: DecidedTurn,
  now: Instant,
  eventBus: EventBus,
): Promise<void> {
  const { plan } = record;
  const owed = turn.transitions.flatMap((transition) => notificationsOf(plan, transition, eventBus));
  if (turn.rollback) {
    const fresh = newDeployment(turn.rollback);
    owed.push(...notificationsOf(turn.rollback, rollbackTransition(turn.rollback, fresh), eventBus));
    const rollbackN = await tx.deployments.insert(turn.rollback, fresh, record.applicationN, record.groupN);
    await tx.inbox.append(rollbackN, { type: "start", at: now });
  }
  await tx.notifications.insert(owed);
}

/** The group is free as soon as nothing is under way in it, a rollback included: the first in its queue begins. */
async function startNextInQueue(tx: Transaction, groupN: number, now: Instant): Promise<void> {
  const [first] = await tx.deployments.queuedIn(groupN);
  if (!first || (await tx.deployments.activeIn(groupN))) return;
  const last = await tx.deployments.lastSuccessful(groupN);
  const start = { type: "start", at: now, lastSuccess: last?.plan.info.revision } as const;
  await tx.inbox.append(first.n, start, "start");
}
