/** Where listeners send the traffic of a deployment to ECS, and what its target shows of that (semantics 5.4, 5.6). */
import type { Effect, EffectAnswer, Target, TaskSetInfo } from "./deployment.ts";
import { type EcsFound, type FoundPair, pairsOf, type Route, type TaskSetSeen, type TrafficShare } from "./ecsPlan.ts";
import { type EcsContext, withFound } from "./ecsStage.ts";
import { onTarget } from "./stage.ts";

export type MoveRoutes = Extract<Effect, { type: "moveRoutes" }>;
export type RouteMove = MoveRoutes["routes"][number];

/**
 * The shares with `weight` percent on the replacement. The emptied target group stays behind the listener, so that it is
 * health-checked before the next deployment needs it (semantics 2.3 of the targets).
 */
export function sharesAt({ blueTargetGroup, greenTargetGroup }: FoundPair, weight: number): TrafficShare[] {
  return [
    { targetGroupArn: greenTargetGroup.arn, weight },
    { targetGroupArn: blueTargetGroup.arn, weight: 100 - weight },
  ];
}

/** Moves of the production listeners to `weight` percent on the replacement, from `present` percent. */
export function productionMoves(found: EcsFound, present: number, weight: number): RouteMove[] {
  return movesOf(found, "production", (pair, route) => ({
    from: present === 0 ? [foundShares(pair, route), sharesAt(pair, 0)] : [sharesAt(pair, present)],
    to: sharesAt(pair, weight),
  }));
}

/** Before anything is installed: what an earlier deployment left on the other target group goes back. */
export function resettingMoves(found: EcsFound): RouteMove[] {
  return movesOf(found, "production", (pair, route) => ({ from: [route.shares], to: foundShares(pair, route) }));
}

/** As the route was found; where an earlier deployment had left traffic on the other target group, without that. */
function foundShares(pair: FoundPair, route: Route): TrafficShare[] {
  return hasStray(pair, route) ? sharesAt(pair, 0) : route.shares;
}

/** All test traffic goes to the replacement. */
export function testMoves(found: EcsFound): RouteMove[] {
  return movesOf(found, "test", (pair, route) => ({ from: [route.shares], to: sharesAt(pair, 100) }));
}

/** Every route as it was found, from wherever the deployment may have left it. */
export function movesBack(found: EcsFound, weights: readonly number[]): RouteMove[] {
  const production = movesOf(found, "production", (pair, route) => ({
    from: [route.shares, ...weights.map((weight) => sharesAt(pair, weight))],
    to: foundShares(pair, route),
  }));
  const test = movesOf(found, "test", (pair, route) => ({ from: [sharesAt(pair, 100)], to: route.shares }));
  return [...production, ...test];
}

/** The same of every route of every pair: they move together, in one effect. */
function movesOf(
  found: EcsFound,
  traffic: "production" | "test",
  move: (pair: FoundPair, route: Route) => Pick<RouteMove, "from" | "to">,
): RouteMove[] {
  return pairsOf(found).flatMap((pair) => pair[traffic].map((route) => ({ ...identity(route), ...move(pair, route) })));
}

const identity = ({ listenerArn, ruleArn }: Route) => ({ listenerArn, ruleArn });

/** Whether an earlier deployment has left production traffic on the target group that is to be replaced. */
export const hasStrayTraffic = (found: EcsFound): boolean =>
  pairsOf(found).some((pair) => pair.production.some((route) => hasStray(pair, route)));

const hasStray = ({ greenTargetGroup }: FoundPair, { shares }: Route): boolean =>
  shares.some(({ targetGroupArn, weight }) => targetGroupArn === greenTargetGroup.arn && weight > 0);

/** What the target shows of the task sets, as they were seen last; of several pairs, the first one's target groups. */
export function withTaskSets(target: Target, found: EcsFound, seen: readonly TaskSetSeen[]): Target {
  const { blue, blueTargetGroup, green, greenTargetGroup } = found;
  const shown = (label: TaskSetInfo["label"], id: string | undefined, targetGroup: string): TaskSetInfo[] => {
    const taskSet = seen.find((candidate) => candidate.id === id);
    if (!taskSet) return [];
    const { status, desiredCount, pendingCount, runningCount } = taskSet;
    const trafficWeight = target.taskSets?.find((known) => known.label === label)?.trafficWeight;
    const counts = { desiredCount, pendingCount, runningCount };
    return [
      { id: taskSet.id, label, status, ...counts, targetGroup, trafficWeight: trafficWeight ?? FIRST_WEIGHT[label] },
    ];
  };
  return {
    ...target,
    targetArn: found.serviceArn,
    taskSets: [...shown("Blue", blue.id, blueTargetGroup.name), ...shown("Green", green?.id, greenTargetGroup.name)],
  };
}

const FIRST_WEIGHT = { Blue: 100, Green: 0 };

/** The deployment with what the answer to one of its writes tells, whatever follows from it. */
export function noteAnswer(context: EcsContext, answer: EffectAnswer): EcsContext {
  const { stage } = context.deployment.state;
  const isUndone = context.plan.work.undoes !== null;
  switch (answer.type) {
    case "taskSetCreated":
      return withFound(context, { green: answer.taskSet });
    case "routesMoved":
      if (stage.phase === "ResettingTraffic") return onTarget(context, (target) => withTraffic(target, 0));
      if (stage.phase !== "ShiftingTraffic") return context;
      return onTarget(context, (target) => {
        const { weight } = stage.shift;
        return { ...withTraffic(target, weight), weight, lastUpdatedAt: context.at };
      });
    case "primaryTaskSetSet":
      return onTarget(context, (target) => withPrimary(target, isUndone ? "Blue" : "Green"));
    case "taskSetDeleted":
      if (stage.phase !== "TerminatingTaskSet") return context;
      return onTarget(context, (target) => withoutTaskSet(target, isUndone ? "Green" : "Blue"));
    default:
      return context;
  }
}

/** The same task sets when `green` percent of the traffic goes to the replacement. */
export function withTraffic(target: Target, green: number): Target {
  const weightOf = { Blue: 100 - green, Green: green };
  return changeTaskSets(target, (taskSet) => ({ ...taskSet, trafficWeight: weightOf[taskSet.label] }));
}

function withPrimary(target: Target, label: TaskSetInfo["label"]): Target {
  return changeTaskSets(target, (taskSet) => ({ ...taskSet, status: taskSet.label === label ? "PRIMARY" : "ACTIVE" }));
}

function changeTaskSets(target: Target, change: (taskSet: TaskSetInfo) => TaskSetInfo): Target {
  return target.taskSets ? { ...target, taskSets: target.taskSets.map(change) } : target;
}

function withoutTaskSet(target: Target, label: TaskSetInfo["label"]): Target {
  if (!target.taskSets) return target;
  return { ...target, taskSets: target.taskSets.filter((taskSet) => taskSet.label !== label) };
}
