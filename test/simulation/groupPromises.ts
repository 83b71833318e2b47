/** What is promised to deployments that find their group busy. */
import { hasEnded } from "../../src/engine/deployment.ts";
import { broken, type Circumstances, isUnderWay, type Known } from "./known.ts";
import type { OnBusy } from "./scenario.ts";

/** At every moment, of all that are in a group. */
export function checkOneUnderWay(all: readonly Known[]): void {
  const [, second] = all.filter(isUnderWay);
  if (second) broken(second, "is not the only deployment of its group that is under way");
}

/** At a quiet moment of a running program, with no event waiting: a free group has nobody in its queue. */
export function checkQueueMoves(all: readonly Known[]): void {
  const waiting = all.find(({ record }) => record.state.status === "Queued");
  if (waiting && !all.some(isUnderWay)) broken(waiting, "waits in the queue of a group that is free");
}

/** A deployment of somebody's has begun: whatever came before it has ended, with its rollback. */
export function checkBeginning({ inGroup, onBusy }: Circumstances, known: Known): void {
  if (known.undoes) return;
  let isEarlier = true;
  for (const other of inGroup(known.group)) {
    if (other === known) isEarlier = false;
    if (other === known) continue;
    const isBefore = isEarlier || (other.undoes !== null && other.undoes !== known);
    if (isBefore && !hasEnded(other.record.state.status)) broken(known, `began before ${other.deploymentId} had ended`);
    checkOrder(onBusy(known.group), known, other);
  }
}

/** A lower order never begins after a higher one: not after it began, nor, where it must give way, was accepted. */
function checkOrder(onBusy: OnBusy, known: Known, other: Known): void {
  const order = known.request?.order ?? null;
  // What is told to begin and to stop at once has done nothing.
  if (onBusy === null || order === null || hasEnded(known.record.state.status)) return;
  if ((other.request?.order ?? 0) <= order) return;
  // What one commit brings together may have come in either order.
  if (other.before.state.startTime !== null) broken(known, `began after ${other.deploymentId}, of a higher order`);
  // What the queue had let go already is under way.
  const mustGiveWay = onBusy === "replace" || (onBusy === "queue" && known.hasQueued);
  if (mustGiveWay && other.before.version > 0) {
    broken(known, `began after ${other.deploymentId} was accepted, which has a higher order`);
  }
}

/** A deployment was accepted: nobody had a higher order before, and only a tagged group queues. */
export function checkAdmission({ inGroup, onBusy }: Circumstances, known: Known): void {
  if (known.undoes) return;
  const tag = onBusy(known.group);
  const waits = known.record.state.status === "Queued";
  if (waits && tag !== "queue" && tag !== "replace")
    broken(known, `waits in a queue; its group is ${tag ?? "untagged"}`);
  const order = known.request?.order ?? null;
  if (tag === null || order === null) return;
  for (const other of inGroup(known.group)) {
    if (other === known) return;
    if ((other.request?.order ?? 0) > order) {
      broken(known, `was accepted after ${other.deploymentId}, which has a higher order`);
    }
  }
}

/** Why CreateDeployment may refuse; `false` for a reason that must not be. */
export function mayRefuse(
  all: readonly Known[],
  onBusy: string | null,
  order: number | null,
  refusal: string,
): boolean {
  const isBusy = /(?:is already deploying|already has an active Deployment) '(d-\w+)'/.test(refusal);
  if (isBusy) return onBusy === null || onBusy === "reject";
  if (!/newer build/.test(refusal) || onBusy === null || order === null) return false;
  return all.some(({ request }) => (request?.order ?? 0) > order);
}

/** What ended in the queue has done nothing. */
export function checkEndInQueue(circumstances: Circumstances, known: Known): void {
  if (!known.hasQueued || known.record.state.startTime !== null) return;
  if (known.writes.length + known.invocations.length > 0) broken(known, "worked while it was queued");
  if (circumstances.inGroup(known.group).some(({ undoes }) => undoes === known)) {
    broken(known, "was rolled back although it had not begun");
  }
}
