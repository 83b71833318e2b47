/** One turn of one deployment, inside a transaction: events in, state and effects out. */
import type { Instant } from "../clock.ts";
import type { DeploymentEvent, Step } from "../engine/deployment.ts";
import { awaitedEffect, foldEvents, newDeployment, wakeAt } from "../engine/step.ts";
import type { OwedEffect, Transaction, TurnRecord } from "../store/store.ts";

/** What is to be done once the turn is durable. */
export interface TurnOutcome {
  effects: OwedEffect[];
  wakeAt: Instant | null;
}

/** How long another node leaves an effect to the one that committed it. */
const EFFECT_LEASE_MS = 60_000;

/** A turn that has been decided and not written. */
export interface DecidedTurn {
  n: number;
  record: TurnRecord;
  /** The last event taken from the inbox. */
  lastN: number | null;
  step: Step;
}

/**
 * Decides what the waiting events, and the time if it has come, make of the deployment. Writes nothing, so that a fault
 * of the engine harms this deployment only. `null` when there is nothing to do.
 */
export async function decideTurn(tx: Transaction, n: number, now: Instant): Promise<DecidedTurn | null> {
  const record = await tx.deployments.load(n);
  if (!record) return null;
  const waiting = await tx.inbox.of(n);
  // The engine hears of an event now. Waits that it begins, a hook's hour above all, must not have passed while the
  // program was down.
  const events = waiting.map(({ event }): DeploymentEvent => ({ ...event, at: now }));
  if (record.wakeAt !== null && record.wakeAt <= now) events.push({ type: "timeElapsed", at: now });
  if (events.length === 0) return null;
  return { n, record, lastN: waiting.at(-1)?.n ?? null, step: foldEvents(record.plan, record, events) };
}

/** Writes a decided turn: state, targets, effects, due time and a rollback that begins, all in this transaction. */
export async function writeTurn(tx: Transaction, turn: DecidedTurn, now: Instant): Promise<TurnOutcome> {
  const { n, record, lastN, step } = turn;
  const { plan } = record;
  const due = wakeAt(plan, step.state);
  const saved = await tx.deployments.save(n, record.version, step, due, now);
  if (!saved) throw new Error(`deployment ${plan.deploymentId} was turned by somebody else`);
  if (lastN !== null) await tx.inbox.remove(n, lastN);
  const awaited = awaitedEffect(step.state);
  if (awaited !== awaitedEffect(record.state)) await tx.effects.removeOthers(n, awaited);
  await tx.effects.insert(n, step.effects, now + EFFECT_LEASE_MS);
  if (step.rollback) {
    const fresh = newDeployment(step.rollback);
    const rollbackN = await tx.deployments.insert(step.rollback, fresh, record.applicationN, record.groupN);
    await tx.inbox.append(rollbackN, { type: "start", at: now });
  }
  const { deploymentId, accountId, region } = plan;
  const effects = step.effects.map((effect) => ({
    deploymentN: n,
    deploymentId,
    accountId,
    region,
    effect,
    attempt: 1,
  }));
  return { effects, wakeAt: due };
}
