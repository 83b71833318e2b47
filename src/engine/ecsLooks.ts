/** Looking at the task sets of a service until the replacement is steady, and when that is given up (semantics 3.10, 5.7). */
import type { Effect, Step } from "./deployment.ts";
import type { EcsPlan, TaskSetSeen } from "./ecsPlan.ts";
import { type EcsContext, foundBy, type Look } from "./ecsStage.ts";
import { failure, type Interruption } from "./interruption.ts";
import { move } from "./stage.ts";

/** A replacement has an hour to become steady; a service that scales during the shift, five minutes. */
const STEADY_AFTER_INSTALL_MS = 3_600_000;
const STEADY_DURING_SHIFT_MS = 300_000;
/** Unpublished: how often it is looked at. */
const LOOK_AGAIN_MS = 5_000;

/** `weight` is the share of the traffic that waits for the look; `null` when the replacement has just been made. */
export function firstLook(context: EcsContext, weight: number | null): Step {
  const giveUpAt = context.at + (weight === null ? STEADY_AFTER_INSTALL_MS : STEADY_DURING_SHIFT_MS);
  return lookAgain(context, { number: 0, giveUpAt, weight });
}

export function lookAgain({ plan, deployment }: EcsContext, last: Look): Step {
  const look = { ...last, number: last.number + 1 };
  const key = `look/${look.weight ?? "install"}/${look.number}`;
  const effect: Effect = { type: "readTaskSets", key, service: plan.work.service };
  return { ...move(deployment, { phase: "LookingAtTaskSets", awaiting: key, look }), effects: [effect] };
}

export function waitForSteadiness({ deployment, at }: EcsContext, look: Look): Step {
  const retryAt = Math.min(at + LOOK_AGAIN_MS, look.giveUpAt);
  return move(deployment, { phase: "AwaitingSteadyState", look, retryAt });
}

/** What the look says of the replacement; an interruption when it is not waited for any longer. */
export function verdictOn(
  context: EcsContext,
  look: Look,
  taskSets: readonly TaskSetSeen[],
): "steady" | "notSteady" | Interruption {
  const { green } = foundBy(context);
  const seen = taskSets.find(({ id }) => id === green?.id);
  if (!seen || seen.status === "DRAINING") {
    return failed(`The replacement task set ${green?.id} is gone: somebody else has deleted it.`);
  }
  if (seen.isSteady) return "steady";
  const stopped = look.weight === null ? tooManyStopped(context.plan.work, seen, context.at) : null;
  if (stopped) return stopped;
  if (context.at < look.giveUpAt) return "notSteady";
  const { desiredCount, runningCount, pendingCount } = seen;
  const within = look.weight === null ? "within an hour" : "within five minutes during the shift of traffic";
  return {
    ...failed(
      `The replacement task set ${seen.id} did not reach a steady state ${within}: of ${desiredCount} tasks ${runningCount} run and ${pendingCount} are pending.`,
    ),
    logTail: reasons(seen.stoppedTasks),
  };
}

/** Tasks that stop again and again will not become steady: it is said at once, with what they said last. */
function tooManyStopped({ failFast }: EcsPlan, { id, stoppedTasks }: TaskSetSeen, at: number): Interruption | null {
  if (!failFast) return null;
  const recent = stoppedTasks.filter((stopped) => stopped.at > at - failFast.withinMs);
  const [last] = recent.slice(-1);
  if (!last || recent.length < failFast.stoppedTasks) return null;
  const seconds = failFast.withinMs / 1000;
  return {
    ...failed(
      `${recent.length} tasks of the replacement task set ${id} have stopped within ${seconds} seconds; the last one: ${last.reason}`,
    ),
    logTail: reasons(recent),
  };
}

const failed = (detail: string) => failure("ECS_UPDATE_ERROR", detail, detail);

const reasons = (stopped: TaskSetSeen["stoppedTasks"]) => stopped.map(({ reason }) => reason).join("\n");
