/** The Install event up to the creation of the replacement task set (semantics 5.4, 5.7). */
import type { Effect, Step } from "./deployment.ts";
import { pairsOf } from "./ecsPlan.ts";
import { type EcsContext, type EcsStage, foundBy, requireEcsAppSpec } from "./ecsStage.ts";
import { hasStrayTraffic, resettingMoves } from "./ecsTraffic.ts";
import { move, type Stage } from "./stage.ts";

/**
 * What comes after `stage`: what an earlier deployment left behind goes first, its traffic before its task sets, so that
 * no request ever finds an empty target group.
 */
export function installNext(context: EcsContext, stage: Stage): Step {
  const found = foundBy(context);
  if (stage.phase !== "ResettingTraffic" && stage.phase !== "RemovingLeftovers" && hasStrayTraffic(found)) {
    const routes = resettingMoves(found);
    return write(context, { phase: "ResettingTraffic" }, { type: "moveRoutes", key: "resetTraffic", routes });
  }
  const removed = stage.phase === "RemovingLeftovers" ? stage.removed + 1 : 0;
  const leftover = found.leftovers[removed];
  return leftover ? removeLeftover(context, removed, leftover.arn) : createTaskSet(context);
}

function removeLeftover(context: EcsContext, removed: number, taskSetArn: string): Step {
  const { service } = context.plan.work;
  const key = `removeLeftover/${removed}`;
  return write(context, { phase: "RemovingLeftovers", removed }, { type: "deleteTaskSet", key, service, taskSetArn });
}

function createTaskSet(context: EcsContext): Step {
  const { plan } = context;
  const { hooks: _, ...taskSet } = requireEcsAppSpec(context);
  const found = foundBy(context);
  const { greenTargetGroup, blue, morePairs } = found;
  const inPlaceOf = pairsOf(found).map((pair) => ({
    original: pair.blueTargetGroup.arn,
    replacement: pair.greenTargetGroup.arn,
  }));
  return write(
    context,
    { phase: "CreatingTaskSet" },
    {
      type: "createTaskSet",
      key: "createTaskSet",
      service: plan.work.service,
      externalId: plan.deploymentId,
      like: blue.arn,
      targetGroupArn: greenTargetGroup.arn,
      ...(morePairs && { inPlaceOf }),
      taskSet,
    },
  );
}

type Write = Extract<EcsStage, { phase: "ResettingTraffic" | "RemovingLeftovers" | "CreatingTaskSet" }>;
type Unwritten<S> = S extends unknown ? Omit<S, "awaiting" | "interruption"> : never;

function write(context: EcsContext, stage: Unwritten<Write>, effect: Effect): Step {
  const waiting = { ...stage, awaiting: effect.key, interruption: null } as Write;
  return { ...move(context.deployment, waiting), effects: [effect] };
}
