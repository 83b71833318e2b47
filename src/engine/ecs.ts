/**
 * A blue/green deployment to ECS (semantics 5): a replacement task set on the other target group, test traffic, production
 * traffic at the configured pace, the end of the original task set; validation functions in five lifecycle events. Pure.
 */
import type { EcsHook } from "../resources/appSpec/ecsAppSpec.ts";
import { isTrafficStepEvent } from "../resources/appSpec/trafficStepHook.ts";
import { afterChecks } from "./alarms.ts";
import type { DeploymentEvent, Effect, EffectAnswer, Step } from "./deployment.ts";
import { checkService } from "./ecsChecks.ts";
import { installNext } from "./ecsInstall.ts";
import { firstLook, lookAgain, verdictOn, waitForSteadiness } from "./ecsLooks.ts";
import { type EcsPlan, type EcsServiceSeen, hasTestTraffic, type TaskSetSeen } from "./ecsPlan.ts";
import { restore, restoreNext } from "./ecsRollback.ts";
import { type EcsContext, type EcsMove, type EcsStage, foundBy, type Look } from "./ecsStage.ts";
import { noteAnswer, productionMoves, testMoves, withTaskSets } from "./ecsTraffic.ts";
import { end, succeed } from "./end.ts";
import { awaitsStepHook, runHook, runStepHook } from "./hooks.ts";
import { failure, type Interruption, rerouteExpired } from "./interruption.ts";
import { beginEvent, succeedEvent } from "./lifecycle.ts";
import { type OwnStage, type Platform, unknownStage } from "./platform.ts";
import { bringsRollback } from "./rollback.ts";
import { forward, type HookedEvent, move, onTarget, stay, targetOf } from "./stage.ts";
import { holdMs, nextWeight } from "./trafficShift.ts";

export const ecs: Platform<EcsPlan, EcsStage, EcsMove> = {
  first: { do: "runHook", lifecycleEvent: "BeforeInstall" },
  unusableAppSpec: (problem) =>
    failure("INVALID_REVISION", `The AppSpec of the revision is not valid: ${problem}`, problem),
  begin: readService,
  take,
  afterHook,
  advance,

  endWait(context) {
    switch (context.deployment.state.stage.phase) {
      case "AwaitingReroute":
        return reroute(context);
      case "AwaitingTermination":
        return proceed(context, { do: "terminate" });
      default:
        return shiftOn(context);
    }
  },

  /** The waits for people go on while it is paused; what they end in does not happen before it is resumed. */
  atResume({ deployment, at }) {
    const { stage } = deployment.state;
    if (stage.phase === "HoldingTraffic") return { do: "holdTraffic", remainingMs: Math.max(0, stage.until - at) };
    if (stage.phase !== "AwaitingSteadyState" || stage.look.weight === null) return null;
    return { do: "shiftTo", weight: stage.look.weight };
  },
};

function advance(context: EcsContext, stage: OwnStage<EcsStage>, event: DeploymentEvent): Step {
  switch (stage.phase) {
    case "AwaitingSteadyState":
      return event.type === "timeElapsed" && event.at >= stage.retryAt
        ? lookAgain(context, stage.look)
        : stay(context.deployment);
    case "AwaitingReroute":
      if (event.type === "timeElapsed" && event.at >= stage.until) return end(context, rerouteExpired());
      return event.type === "continued" && event.wait === "READY_WAIT" ? reroute(context) : stay(context.deployment);
    case "AwaitingTermination": {
      // A stop that brings no rollback only ends the wait (semantics 11 #21).
      const isOver = event.type === "timeElapsed" ? event.at >= stage.until : event.type === "stopRequested";
      const isEnded = event.type === "continued" && event.wait === "TERMINATION_WAIT";
      return isOver || isEnded ? proceed(context, { do: "terminate" }) : stay(context.deployment);
    }
    default:
      return event.type === "effectAnswered" ? answered(context, stage, event.answer) : stay(context.deployment);
  }
}

type Awaiting = Extract<OwnStage<EcsStage>, { awaiting: string }>;

function answered(before: EcsContext, stage: Awaiting, answer: EffectAnswer): Step {
  const context = noteAnswer(before, answer);
  if ("interruption" in stage && stage.interruption) return endAfter(context, stage, stage.interruption);
  switch (stage.phase) {
    case "ReadingService":
      return answer.type === "serviceRead" ? afterService(context, answer.service) : stay(before.deployment);
    case "LookingAtTaskSets":
      return answer.type === "taskSetsRead" ? afterLook(context, stage.look, answer.taskSets) : stay(before.deployment);
    case "ShiftingTestTraffic":
      return pass(context, "AllowTestTraffic", { do: "runHook", lifecycleEvent: "AfterAllowTestTraffic" });
    case "ShiftingTraffic":
      return afterShift(context, stage.shift.weight);
    case "CreatingTaskSet":
      return firstLook(context, null);
    case "ResettingTraffic":
    case "RemovingLeftovers":
      return context.plan.work.undoes ? restoreNext(context, stage) : installNext(context, stage);
    case "PromotingTaskSet":
      if (context.plan.work.undoes) return restoreNext(context, stage);
      return proceed(context, { do: "holdTraffic", remainingMs: context.plan.work.bakeMs ?? 0 });
    case "TerminatingTaskSet":
      return context.plan.work.undoes ? restoreNext(context, stage) : succeed(context);
    default:
      throw unknownStage(stage);
  }
}

/**
 * Ends the deployment after the write that was waited for. Where all traffic is on the replacement and stays there, that
 * becomes the primary task set first: a primary task set without traffic would let nobody deploy any more.
 */
function endAfter(context: EcsContext, stage: Awaiting, interruption: Interruption): Step {
  const hasAll = stage.phase === "ShiftingTraffic" && stage.shift.weight === 100;
  const staysThere = hasAll && !bringsRollback(context.plan, interruption);
  return staysThere ? promote(context, interruption) : end(context, interruption);
}

const proceed = (context: EcsContext, next: EcsMove) => forward(context, next, take);

function take(context: EcsContext, next: EcsMove): Step {
  const { deployment } = context;
  switch (next.do) {
    case "runHook":
      return runHook(context, next.lifecycleEvent, afterHook);
    case "install":
      return installNext(begin(context, "Install"), deployment.state.stage);
    case "shiftTestTraffic":
      return shiftTestTraffic(begin(context, "AllowTestTraffic"));
    case "awaitReroute":
      return awaitReroute(context);
    case "shiftTraffic":
      return shiftOn(begin(context, "AllowTraffic"));
    case "shiftTo": {
      const weight = deployment.state.promoted ? 100 : next.weight;
      return awaitsStepHook(context, weight) ? runStepHook(context, weight) : firstLook(context, weight);
    }
    case "holdTraffic":
      return hold(context, next.remainingMs);
    case "awaitTermination":
      return awaitTermination(targetSucceeded(context));
    case "terminate":
      return terminate(context);
  }
}

const begin = (context: EcsContext, lifecycleEvent: string) =>
  onTarget(context, (target) => beginEvent(target, lifecycleEvent, context.at, null));

/** A lifecycle event that runs no function has done its work. */
function pass(context: EcsContext, lifecycleEvent: string, next: EcsMove): Step {
  return proceed(
    onTarget(context, (target) => succeedEvent(target, lifecycleEvent, context.at)),
    next,
  );
}

function afterHook(context: EcsContext, lifecycleEvent: HookedEvent): Step {
  if (isTrafficStepEvent(lifecycleEvent)) return proceed(context, { do: "shiftTo", weight: weightAfter(context) });
  const next: Record<EcsHook, EcsMove> = {
    BeforeInstall: { do: "install" },
    AfterInstall: { do: hasTestTraffic(context.plan.work) ? "shiftTestTraffic" : "awaitReroute" },
    AfterAllowTestTraffic: { do: "awaitReroute" },
    BeforeAllowTraffic: { do: "shiftTraffic" },
    AfterAllowTraffic: { do: "awaitTermination" },
  };
  return proceed(context, next[lifecycleEvent]);
}

function readService(context: EcsContext): Step {
  const { service, targetGroups, productionListenerArn, testListenerArn, morePairs } = context.plan.work;
  const key = "readService";
  const first = { targetGroups, productionListenerArn, testListenerArn };
  const effect: Effect = { type: key, key, service, ...first, ...(morePairs && { morePairs }) };
  return { ...move(context.deployment, { phase: "ReadingService", awaiting: key }), effects: [effect] };
}

function afterService(context: EcsContext, seen: EcsServiceSeen): Step {
  const { plan, deployment } = context;
  const { undoes } = plan.work;
  if (undoes) return restore(context, undoes, seen);
  const found = checkService(plan.work, seen);
  if ("refused" in found) return end(context, found.refused);
  const known = { ...context, deployment: { ...deployment, state: { ...deployment.state, found } } };
  return afterChecks(
    onTarget(known, (target) => withTaskSets(target, found, seen.taskSets)),
    ecs.first as EcsMove,
    take,
  );
}

function afterLook(before: EcsContext, look: Look, taskSets: readonly TaskSetSeen[]): Step {
  const context = onTarget(before, (target) => withTaskSets(target, foundBy(before), taskSets));
  const verdict = verdictOn(context, look, taskSets);
  if (verdict === "notSteady") return waitForSteadiness(context, look);
  if (verdict !== "steady") return end(context, verdict);
  if (look.weight === null) return pass(context, "Install", { do: "runHook", lifecycleEvent: "AfterInstall" });
  const { paused, promoted } = context.deployment.state;
  const weight = promoted ? 100 : look.weight;
  // Paused meanwhile, or promoted to a share that a function must let happen, it looks again before the traffic moves.
  if (paused || awaitsStepHook(context, weight)) return proceed(context, { do: "shiftTo", weight: look.weight });
  return shiftTo(context, weight);
}

function shiftTestTraffic(context: EcsContext): Step {
  const key = "moveTestTraffic";
  const effect: Effect = { type: "moveRoutes", key, routes: testMoves(foundBy(context)) };
  const stage: EcsStage = { phase: "ShiftingTestTraffic", awaiting: key, interruption: null };
  return { ...move(context.deployment, stage), effects: [effect] };
}

function awaitReroute(context: EcsContext): Step {
  const { rerouteWaitMs } = context.plan.work;
  if (rerouteWaitMs === null) return runHook(context, "BeforeAllowTraffic", afterHook);
  const { deployment } = withStatus(context, "Ready");
  return move(deployment, { phase: "AwaitingReroute", until: context.at + rerouteWaitMs });
}

const reroute = (context: EcsContext) =>
  proceed(withStatus(context, "InProgress"), { do: "runHook", lifecycleEvent: "BeforeAllowTraffic" });

function withStatus(context: EcsContext, status: "Ready" | "InProgress"): EcsContext {
  const { deployment } = context;
  return { ...context, deployment: { ...deployment, state: { ...deployment.state, status } } };
}

/** A person who promotes a deployment wants no more steps of traffic; that all of it is watched stays. */
function hold({ plan, deployment, at }: EcsContext, remainingMs: number): Step {
  const isPromoted = deployment.state.promoted && targetOf(deployment).weight < 100;
  if (isPromoted || remainingMs === 0) return shiftOn({ plan, deployment, at });
  return move(deployment, { phase: "HoldingTraffic", until: at + remainingMs });
}

/** What follows a weight that was held. Once all traffic has moved, nothing of it is left to do. */
function shiftOn(context: EcsContext): Step {
  const { weight: present } = targetOf(context.deployment);
  if (present === 100) return pass(context, "AllowTraffic", { do: "runHook", lifecycleEvent: "AfterAllowTraffic" });
  return take(context, { do: "shiftTo", weight: weightAfter(context) });
}

const weightAfter = ({ plan, deployment }: EcsContext) => nextWeight(plan.work.traffic, targetOf(deployment).weight);

function shiftTo(context: EcsContext, weight: number): Step {
  const { deployment } = context;
  const key = `moveTraffic/${weight}`;
  const routes = productionMoves(foundBy(context), targetOf(deployment).weight, weight);
  const stage: EcsStage = { phase: "ShiftingTraffic", awaiting: key, shift: { weight }, interruption: null };
  return { ...move(deployment, stage), effects: [{ type: "moveRoutes", key, routes }] };
}

function afterShift(context: EcsContext, weight: number): Step {
  if (weight === 100) return promote(context, null);
  return proceed(context, { do: "holdTraffic", remainingMs: holdMs(context.plan.work.traffic) });
}

function promote(context: EcsContext, interruption: Interruption | null): Step {
  const { plan, deployment } = context;
  const { green } = foundBy(context);
  if (!green) throw new Error("traffic has moved to a task set that nobody made");
  const key = "promoteTaskSet";
  const effect: Effect = { type: "setPrimaryTaskSet", key, service: plan.work.service, taskSetArn: green.arn };
  return {
    ...move(deployment, { phase: "PromotingTaskSet", awaiting: key, interruption }),
    effects: [effect],
  };
}

/** All its events are behind the target, while the deployment still waits (semantics 5.5). */
const targetSucceeded = (context: EcsContext) =>
  onTarget(context, (target) => ({ ...target, status: "Succeeded", lastUpdatedAt: context.at }));

function awaitTermination(context: EcsContext): Step {
  const { terminationWaitMs } = context.plan.work;
  if (terminationWaitMs === 0) return proceed(context, { do: "terminate" });
  return move(context.deployment, { phase: "AwaitingTermination", until: context.at + terminationWaitMs });
}

function terminate(context: EcsContext): Step {
  const { plan, deployment } = context;
  const key = "terminateTaskSet";
  const { blue } = foundBy(context);
  const effect: Effect = { type: "deleteTaskSet", key, service: plan.work.service, taskSetArn: blue.arn };
  return {
    ...move(deployment, { phase: "TerminatingTaskSet", awaiting: key, interruption: null }),
    effects: [effect],
  };
}
