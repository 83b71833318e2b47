/**
 * What undoes a deployment to ECS, and the course of a rollback (semantics 3.8): traffic first, then the primary task set,
 * then the replacement goes. No task set is made, no function runs.
 */
import type { Effect, Step } from "./deployment.ts";
import type { EcsPlan, EcsServiceSeen, EcsUndo } from "./ecsPlan.ts";
import { type EcsContext, type EcsStage, foundBy } from "./ecsStage.ts";
import { movesBack, withTaskSets } from "./ecsTraffic.ts";
import { end, succeed } from "./end.ts";
import { failure } from "./interruption.ts";
import { beginEvent, passEvent, succeedEvent } from "./lifecycle.ts";
import { usableAppSpecOf } from "./revision.ts";
import { move, onTarget, type Stage, targetOf } from "./stage.ts";
import { allWeights } from "./trafficShift.ts";

/** `null` where nothing has been changed: before Install there is nothing to roll back (semantics 3.8). */
export function undoTaskSet({ plan, deployment }: EcsContext): EcsPlan | null {
  const appSpec = usableAppSpecOf(plan, deployment.state);
  const { found } = deployment.state;
  const [target] = deployment.targets;
  const install = target?.lifecycleEvents.find(({ name }) => name === "Install");
  if (!appSpec || !found || !install || install.status === "Pending") return null;
  return {
    ...plan.work,
    appSpec: { ...appSpec, hooks: {} },
    traffic: { type: "AllAtOnce" },
    rerouteWaitMs: null,
    terminationWaitMs: 0,
    undoes: { deploymentId: plan.deploymentId, found, weights: [0, ...allWeights(plan.work.traffic)] },
  };
}

/** The service as it is now, which may be further than the deployment that is undone knew. */
export function restore(context: EcsContext, undoes: EcsUndo, seen: EcsServiceSeen): Step {
  const { deployment } = context;
  const green = seen.taskSets.find(({ externalId }) => externalId === undoes.deploymentId);
  const found = { ...undoes.found, green: green ? { id: green.id, arn: green.arn } : null };
  const blue = seen.taskSets.find(({ id }) => id === found.blue.id);
  const known = { ...context, deployment: { ...deployment, state: { ...deployment.state, found } } };
  const opened = onTarget(known, (target) => {
    const shown = withTaskSets(target, found, seen.taskSets);
    const names = shown.lifecycleEvents.map(({ name }) => name);
    const before = names.slice(0, names.indexOf("AllowTraffic"));
    const passed = before.reduce((sofar, name) => passEvent(sofar, name, context.at), shown);
    return beginEvent(passed, "AllowTraffic", context.at, null);
  });
  if (!blue || blue.status === "DRAINING") {
    const detail = `The original task set ${found.blue.id} is gone: there is nothing to go back to.`;
    return end(opened, failure("ECS_UPDATE_ERROR", detail, detail));
  }
  const routes = movesBack(found, undoes.weights);
  return write(opened, "ResettingTraffic", { type: "moveRoutes", key: "restoreTraffic", routes });
}

/** What comes after `stage`. */
export function restoreNext(context: EcsContext, { phase }: Stage): Step {
  const { service } = context.plan.work;
  const { blue, green } = foundBy(context);
  const primary = targetOf(context.deployment).taskSets?.find(({ status }) => status === "PRIMARY");
  if (phase === "ResettingTraffic" && primary?.label !== "Blue") {
    const effect: Effect = { type: "setPrimaryTaskSet", key: "restorePrimary", service, taskSetArn: blue.arn };
    return write(context, "PromotingTaskSet", effect);
  }
  if (phase !== "TerminatingTaskSet" && green) {
    const effect: Effect = { type: "deleteTaskSet", key: "removeTaskSet", service, taskSetArn: green.arn };
    return write(context, "TerminatingTaskSet", effect);
  }
  return finish(context);
}

function finish(context: EcsContext): Step {
  const { at } = context;
  return succeed(
    onTarget(context, (target) => {
      const passed = passEvent(succeedEvent(target, "AllowTraffic", at), "AfterAllowTraffic", at);
      return { ...passed, weight: 100 };
    }),
  );
}

function write(
  { deployment }: EcsContext,
  phase: Extract<EcsStage, { interruption: unknown }>["phase"],
  effect: Effect,
): Step {
  const stage = { phase, awaiting: effect.key, interruption: null } as EcsStage;
  return { ...move(deployment, stage), effects: [effect] };
}
