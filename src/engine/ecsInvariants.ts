/** What no step of a deployment to ECS may want done, whatever has led to it (semantics 5). Pure. */
import type { Deployment, Effect } from "./deployment.ts";
import { type EcsFound, type EcsPlan, pairsOf } from "./ecsPlan.ts";
import { type Context, targetOf } from "./stage.ts";

/** What is broken by an effect of the step from `before` to `after`, if anything is. */
export function brokenByEffect(
  { plan, deployment: after }: Pick<Context<EcsPlan>, "plan" | "deployment">,
  before: Deployment,
  effect: Effect,
): string | null {
  const { found } = after.state;
  if (!found) return null;
  const isRollback = plan.work.undoes !== null;
  switch (effect.type) {
    case "createTaskSet":
      if (isRollback) return "a rollback was to make a task set";
      return isBehindGreen(found, effect) ? null : "a task set was to be made beside the original";
    case "moveRoutes":
      return isRollback ? null : brokenByShift(before, after, effect);
    case "setPrimaryTaskSet":
      return isRollback || targetOf(after).weight === 100
        ? null
        : "a replacement without all traffic was to be promoted";
    case "deleteTaskSet":
      return effect.taskSetArn === found.blue.arn
        ? brokenByTermination(isRollback, after)
        : brokenByLeftover(found, effect);
    default:
      return null;
  }
}

/** On the other target group of every pair. */
function isBehindGreen(found: EcsFound, effect: Extract<Effect, { type: "createTaskSet" }>): boolean {
  const targetGroups = effect.inPlaceOf?.map(({ replacement }) => replacement) ?? [effect.targetGroupArn];
  return (
    targetGroups.join() ===
    pairsOf(found)
      .map(({ greenTargetGroup }) => greenTargetGroup.arn)
      .join()
  );
}

function brokenByShift(before: Deployment, after: Deployment, { routes }: Extract<Effect, { type: "moveRoutes" }>) {
  const { phase } = after.state.stage;
  if (phase === "ResettingTraffic") return null;
  const total = (shares: { weight: number }[]) => shares.reduce((sum, { weight }) => sum + weight, 0);
  const odd = routes.map(({ to }) => total(to)).find((sum) => sum !== 100);
  if (odd !== undefined) return `shares of ${odd} % were to be written`;
  if (phase !== "ShiftingTraffic") return null;
  if (before.state.stage.phase !== "LookingAtTaskSets") return "traffic was to move without a look at the replacement";
  const underWay = targetOf(after).lifecycleEvents.find(({ status }) => status === "InProgress")?.name;
  return underWay === "AllowTraffic" ? null : `traffic was to move in ${underWay ?? "no lifecycle event"}`;
}

function brokenByTermination(isRollback: boolean, after: Deployment): string | null {
  if (isRollback) return "a rollback was to delete the original task set";
  const { weight, lifecycleEvents } = targetOf(after);
  const isOver = weight === 100 && lifecycleEvents.every(({ status }) => status === "Succeeded");
  return isOver ? null : `the original task set was to be deleted at a weight of ${weight}`;
}

/** While there is no replacement, or to undo one. */
function brokenByLeftover({ green, leftovers }: EcsFound, { taskSetArn }: Extract<Effect, { type: "deleteTaskSet" }>) {
  const isKnown = green ? green.arn === taskSetArn : leftovers.some(({ arn }) => arn === taskSetArn);
  return isKnown ? null : `${taskSetArn} was to be deleted, which is not its own`;
}
