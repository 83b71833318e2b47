/** What must hold after every step, in production too. A step that breaks one is not committed. */
import { isTrafficStepEvent } from "../resources/appSpec/trafficStepHook.ts";
import { type Deployment, hasEnded, type LifecycleEvent, type Step } from "./deployment.ts";
import { brokenByEffect } from "./ecsInvariants.ts";
import { awaitsStepHook } from "./hooks.ts";
import type { DeploymentPlan } from "./plan.ts";

/** A fault in the engine: the deployment it happened to stops turning, and nothing of the step is kept. */
export class InvariantError extends Error {}

/** What is held against the invariants: the state after a step, and what the step wants done. */
type Outcome = Deployment & Partial<Pick<Step, "effects">>;

export function assertInvariants(plan: DeploymentPlan, before: Deployment, after: Outcome): void {
  const broken = brokenInvariant(plan, before, after) ?? wrongMove(plan, after) ?? wrongEffect(plan, before, after);
  if (broken) throw new InvariantError(`deployment ${plan.deploymentId}: ${broken}`);
}

/** Where the AppSpec may not be known, or be none. */
const WITHOUT_TARGETS: ReadonlySet<string> = new Set(["Created", "ReadingRevision", "Ended"]);

function brokenInvariant(plan: DeploymentPlan, before: Deployment, after: Outcome): string | null {
  const was = before.state;
  const is = after.state;
  const ended = is.stage.phase === "Ended";
  if (hasEnded(was.status) && was.status !== is.status) return `${was.status} became ${is.status}`;
  if (ended !== hasEnded(is.status)) return `the stage is ${is.stage.phase} and the status ${is.status}`;
  if (ended !== (is.completeTime !== null)) return "completeTime is set exactly when a deployment has ended";
  if ((is.status === "Failed" || is.status === "Stopped") !== (is.errorInformation !== null)) {
    return `the status is ${is.status} and errorInformation ${is.errorInformation ? "is set" : "is missing"}`;
  }
  for (const [index, target] of after.targets.entries()) {
    const earlier = before.targets[index];
    if (target.weight < 0 || target.weight > 100) return `the weight is ${target.weight}`;
    if (!ended && earlier && target.weight < earlier.weight) return `the weight fell to ${target.weight}`;
    if (is.status === "Succeeded" && target.weight !== 100) return `succeeded at a weight of ${target.weight}`;
    const disorder = lifecycleDisorder(target.lifecycleEvents);
    if (disorder) return disorder;
    if (plan.work.undoes && target.lifecycleEvents.some(({ hookExecution }) => hookExecution)) {
      return "a rollback invoked a validation function";
    }
  }
  return missingTarget(before, after);
}

function wrongMove(plan: DeploymentPlan, deployment: Outcome): string | null {
  const { stage, paused } = deployment.state;
  if (!deployment.effects?.some(({ type }) => type === "moveAlias" || type === "moveRoutes")) return null;
  if (paused) return "traffic was to move while paused";
  if (stage.phase !== "ShiftingTraffic") return null;
  const { weight } = stage.shift;
  const isUnasked = awaitsStepHook({ plan, deployment, at: 0 }, weight);
  return isUnasked ? `traffic was to move to ${weight} % before its function had let it` : null;
}

function wrongEffect(plan: DeploymentPlan, before: Deployment, after: Outcome): string | null {
  const { work } = plan;
  const { effects = [] } = after;
  if (work.platform !== "ECS" || effects.length === 0) return null;
  const context = { plan: { ...plan, work }, deployment: after };
  const broken = effects.map((effect) => brokenByEffect(context, before, effect));
  return broken.find((problem) => problem !== null) ?? null;
}

function missingTarget(before: Deployment, { state, targets }: Deployment): string | null {
  if (targets.length < before.targets.length) return "a target was lost";
  if (targets.length > 0) return null;
  if (state.status === "Succeeded") return "succeeded without a target";
  return WITHOUT_TARGETS.has(state.stage.phase) ? null : `${state.stage.phase} without a target`;
}

const RANKS: Readonly<Record<string, number>> = { Succeeded: 0, InProgress: 1, Failed: 1, Pending: 2, Skipped: 2 };

/**
 * Events run one after the other: what has succeeded, then at most one under way or failed, then what has not begun. The
 * hook before a step of the traffic runs within AllowTraffic.
 */
function lifecycleDisorder(events: readonly LifecycleEvent[]): string | null {
  let rank = 0;
  let previous = "";
  for (const { name, status } of events) {
    const at = RANKS[status] ?? -1;
    const isBeside = at === 1 && rank === 1 && !(name === "AllowTraffic" && isTrafficStepEvent(previous));
    if (at < rank || isBeside) {
      return `lifecycle events are out of order: ${events.map((event) => event.status).join(", ")}`;
    }
    rank = at;
    previous = name;
  }
  return null;
}
