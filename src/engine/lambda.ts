/**
 * A Lambda deployment: read the alias, BeforeAllowTraffic hook, traffic at the configured pace, AfterAllowTraffic hook
 * (semantics 4). Pure: time arrives as `event.at`, work for the outside world leaves as effects.
 */
import type { Instant } from "../clock.ts";
import type { LambdaAppSpec, LambdaHook } from "../resources/lambdaAppSpec.ts";
import type { Deployment, DeploymentEvent, Effect, EffectAnswer, LambdaTarget, Step } from "./deployment.ts";
import { hookLogTail, recordHookExecution } from "./hookExecution.ts";
import {
  effectFailure,
  failure,
  hookFailure,
  INVALID_CONFIGURATION_TEXT,
  type Interruption,
  stopRequest,
} from "./interruption.ts";
import { beginEvent, breakOff, passEvent, succeedEvent } from "./lifecycle.ts";
import type { DeploymentPlan } from "./plan.ts";
import { aliasAt, decideRollback } from "./rollback.ts";
import { startProblem } from "./startChecks.ts";
import { holdMs, nextWeight } from "./trafficShift.ts";

/** Where the deployment stands. `awaiting` is the key of the one effect whose answer moves it on. */
export type LambdaStage =
  | { phase: "Created" }
  | { phase: "ReadingAlias"; awaiting: string }
  | { phase: "InvokingHook"; awaiting: string; lifecycleEvent: LambdaHook; deadline: Instant }
  /** The function has returned and has not reported; it, or somebody it asked, still may. */
  | { phase: "AwaitingReport"; lifecycleEvent: LambdaHook; deadline: Instant }
  /** An alias write is under way. What would end the deployment meanwhile waits for its answer: one writer at a time. */
  | { phase: "ShiftingTraffic"; awaiting: string; shift: Shift; interruption: Interruption | null }
  | { phase: "AwaitingCapacity"; shift: Shift; retryAt: Instant }
  | { phase: "HoldingTraffic"; until: Instant }
  | { phase: "Ended" };

/** One step of traffic: the weight to reach, how often it was tried, and when to give up. */
export interface Shift {
  weight: number;
  attempt: number;
  giveUpAt: Instant;
}

/** Unpublished: how long and how often provisioned concurrency of the alias is waited for (semantics 4.4). */
const CAPACITY_WAIT_MS = 3_600_000;
const CAPACITY_POLL_MS = 10_000;

interface Context {
  plan: DeploymentPlan;
  deployment: Deployment;
  at: Instant;
}

export function stepLambda(plan: DeploymentPlan, found: Deployment, event: DeploymentEvent): Step {
  const deployment = recordHookExecution(found, event);
  const { stage } = deployment.state;
  const context: Context = { plan, deployment, at: event.at };
  if (stage.phase === "Ended") return stay(deployment);

  // Effects are performed at least once: an answer that is late, or comes twice, moves nothing.
  const awaited = "awaiting" in stage ? stage.awaiting : null;
  if ((event.type === "effectAnswered" || event.type === "effectFailed") && event.key !== awaited)
    return stay(deployment);

  const interruption = interruptionOf(context, event);
  if (interruption) return interrupt(context, interruption, event);

  switch (stage.phase) {
    case "Created":
      return event.type === "start" ? start(context) : stay(deployment);
    case "ReadingAlias":
      return event.type === "effectAnswered" ? afterRead(context, event.answer) : stay(deployment);
    case "InvokingHook":
      if (event.type === "hookReported") return afterHook(context, event.lifecycleEvent);
      if (event.type !== "effectAnswered") return stay(deployment);
      return move(deployment, {
        phase: "AwaitingReport",
        lifecycleEvent: stage.lifecycleEvent,
        deadline: stage.deadline,
      });
    case "AwaitingReport":
      return event.type === "hookReported" ? afterHook(context, event.lifecycleEvent) : stay(deployment);
    case "ShiftingTraffic":
      return event.type === "effectAnswered" ? afterShift(context, stage, event.answer) : stay(deployment);
    case "AwaitingCapacity":
      return event.type === "timeElapsed" && event.at >= stage.retryAt
        ? shiftTo(context, stage.shift)
        : stay(deployment);
    case "HoldingTraffic":
      return event.type === "timeElapsed" && event.at >= stage.until ? shiftOn(context) : stay(deployment);
  }
}

/** When the deployment must be looked at again, whatever happens or does not; `null` when nothing is due. */
export function lambdaWakeAt(stage: LambdaStage): Instant | null {
  switch (stage.phase) {
    case "InvokingHook":
    case "AwaitingReport":
      return stage.deadline;
    case "AwaitingCapacity":
      return stage.retryAt;
    case "HoldingTraffic":
      return stage.until;
    default:
      return null;
  }
}

function start(context: Context): Step {
  const { plan, at } = context;
  const { appSpec } = plan.work;
  const deployment = {
    ...context.deployment,
    state: { ...context.deployment.state, status: "InProgress" as const, startTime: at },
  };
  const begun = { ...context, deployment };
  if ("problem" in appSpec) {
    return end(begun, failure("INVALID_LAMBDA_CONFIGURATION", INVALID_CONFIGURATION_TEXT, appSpec.problem));
  }
  // A rollback knows what it may find, and the write itself compares: it loses no time with a look first.
  if (plan.work.undoes) {
    const opened = onTarget(begun, (target) => passEvent(target, "BeforeAllowTraffic", at));
    return plan.work.undoes.length > 0 ? beginTraffic(opened) : undoNothing(opened);
  }
  const { functionName, alias } = appSpec;
  const effect: Effect = { type: "readAlias", key: "readAlias", functionName, alias };
  return { ...move(deployment, { phase: "ReadingAlias", awaiting: effect.key }), effects: [effect] };
}

/** The deployment being undone had not touched the alias, and neither does its rollback. */
function undoNothing(context: Context): Step {
  const done = onTarget(context, (target) => ({ ...passEvent(target, "AllowTraffic", context.at), weight: 100 }));
  return runHook(done, "AfterAllowTraffic");
}

function afterRead(context: Context, answer: EffectAnswer): Step {
  if (answer.type !== "aliasRead") return stay(context.deployment);
  const problem = startProblem(appSpecOf(context), answer.alias);
  return problem ? end(context, problem) : runHook(context, "BeforeAllowTraffic");
}

function runHook(context: Context, lifecycleEvent: LambdaHook): Step {
  const { plan, at } = context;
  const functionName = appSpecOf(context).hooks[lifecycleEvent];
  if (functionName === undefined) {
    return afterHookedEvent(
      onTarget(context, (target) => passEvent(target, lifecycleEvent, at)),
      lifecycleEvent,
    );
  }
  const deadline = at + plan.work.hookTimeoutMs;
  const execution = { functionName, deadline, report: null, invocation: null };
  const begun = onTarget(context, (target) => beginEvent(target, lifecycleEvent, at, execution));
  const { targetId } = targetOf(context.deployment);
  const key = `hook/${lifecycleEvent}`;
  return {
    ...move(begun.deployment, { phase: "InvokingHook", awaiting: key, lifecycleEvent, deadline }),
    effects: [{ type: "invokeHook", key, functionName, lifecycleEvent, targetId, deadline }],
  };
}

/** The hook has reported Succeeded; a report of Failed is an interruption. */
function afterHook(context: Context, reported: string): Step {
  const { stage } = context.deployment.state;
  if (!("lifecycleEvent" in stage) || stage.lifecycleEvent !== reported) return stay(context.deployment);
  const done = onTarget(context, (target) => succeedEvent(target, reported, context.at));
  return afterHookedEvent(done, stage.lifecycleEvent);
}

function afterHookedEvent(context: Context, lifecycleEvent: LambdaHook): Step {
  return lifecycleEvent === "BeforeAllowTraffic" ? beginTraffic(context) : succeed(context);
}

function beginTraffic(context: Context): Step {
  return shiftOn(onTarget(context, (target) => beginEvent(target, "AllowTraffic", context.at, null)));
}

function shiftOn(context: Context): Step {
  const weight = nextWeight(context.plan.work.traffic, targetOf(context.deployment).weight);
  return shiftTo(context, { weight, attempt: 1, giveUpAt: context.at + CAPACITY_WAIT_MS });
}

function shiftTo(context: Context, shift: Shift): Step {
  const { plan, deployment } = context;
  const appSpec = appSpecOf(context);
  const { functionName, alias } = appSpec;
  const key = `moveAlias/${shift.weight}/${shift.attempt}`;
  const from = plan.work.undoes ?? [aliasAt(appSpec, targetOf(deployment).weight)];
  const to = aliasAt(appSpec, shift.weight);
  // Traffic that goes back waits for nothing.
  const waitsForCapacity = plan.work.undoes === null;
  const effect: Effect = { type: "moveAlias", key, functionName, alias, from, to, waitsForCapacity };
  return {
    ...move(deployment, { phase: "ShiftingTraffic", awaiting: key, shift, interruption: null }),
    effects: [effect],
  };
}

type ShiftingTraffic = Extract<LambdaStage, { phase: "ShiftingTraffic" }>;

function afterShift(context: Context, stage: ShiftingTraffic, answer: EffectAnswer): Step {
  const { shift, interruption } = stage;
  if (answer.type === "aliasNotReady") {
    if (interruption) return end(context, interruption);
    return waitForCapacity(context, shift, answer.reason);
  }
  if (answer.type !== "aliasMoved") return stay(context.deployment);
  const moved = onTarget(context, (target) => ({ ...target, weight: shift.weight, lastUpdatedAt: context.at }));
  if (interruption) return end(moved, interruption);
  if (shift.weight === 100) {
    return runHook(
      onTarget(moved, (target) => succeedEvent(target, "AllowTraffic", context.at)),
      "AfterAllowTraffic",
    );
  }
  // Held from the moment the alias has the weight, so that a slow write never shortens the watch over the new version.
  return move(moved.deployment, { phase: "HoldingTraffic", until: context.at + holdMs(context.plan.work.traffic) });
}

function waitForCapacity(context: Context, shift: Shift, reason: string): Step {
  if (context.at >= shift.giveUpAt) {
    return end(context, failure("INVALID_LAMBDA_CONFIGURATION", INVALID_CONFIGURATION_TEXT, reason));
  }
  const retryAt = Math.min(context.at + CAPACITY_POLL_MS, shift.giveUpAt);
  return move(context.deployment, {
    phase: "AwaitingCapacity",
    shift: { ...shift, attempt: shift.attempt + 1 },
    retryAt,
  });
}

function succeed(context: Context): Step {
  const { deployment } = onTarget(context, (target) => ({ ...target, status: "Succeeded", lastUpdatedAt: context.at }));
  const state = { ...deployment.state, status: "Succeeded" as const, completeTime: context.at };
  return move({ ...deployment, state }, { phase: "Ended" });
}

/** What this event ends the deployment with, if it does. */
function interruptionOf(context: Context, event: DeploymentEvent): Interruption | null {
  const { plan, deployment } = context;
  const { stage, startTime } = deployment.state;
  switch (event.type) {
    case "stopRequested":
      return stopRequest(event.rollBack);
    case "effectFailed":
      return effectFailure(plan, event.problem);
    case "hookReported": {
      if (event.status !== "Failed" || !("lifecycleEvent" in stage) || stage.lifecycleEvent !== event.lifecycleEvent)
        return null;
      const name = hookName(plan, stage.lifecycleEvent);
      return hookFailure(`${name} reported Failed.`, hookLogTail(targetOf(deployment), event.lifecycleEvent));
    }
    case "effectAnswered": {
      if (stage.phase !== "InvokingHook" || event.answer.type !== "hookInvocationEnded" || event.answer.error === null)
        return null;
      const { error, logTail } = event.answer;
      return hookFailure(
        `${hookName(plan, stage.lifecycleEvent)} failed without reporting a status: ${error}`,
        logTail,
      );
    }
    case "timeElapsed":
      if ("deadline" in stage && event.at >= stage.deadline) return hookTimeout(context, stage.lifecycleEvent);
      if (startTime === null || event.at < startTime + plan.maxRunMs) return null;
      return failure(
        "TIMEOUT",
        "The deployment took longer than a deployment may.",
        `It may take ${plan.maxRunMs / 3_600_000} hours.`,
      );
    case "start":
      return null;
  }
}

function hookTimeout(context: Context, lifecycleEvent: LambdaHook): Interruption {
  const seconds = context.plan.work.hookTimeoutMs / 1000;
  const logTail = hookLogTail(targetOf(context.deployment), lifecycleEvent);
  return hookFailure(
    `${hookName(context.plan, lifecycleEvent)} did not report a status within ${seconds} seconds.`,
    logTail,
  );
}

function hookName(plan: DeploymentPlan, lifecycleEvent: LambdaHook): string {
  const { appSpec } = plan.work;
  const functionName = "problem" in appSpec ? "" : appSpec.hooks[lifecycleEvent];
  return `The ${lifecycleEvent} function ${functionName}`;
}

/** Ends the deployment, or notes that it must end as soon as the alias write under way has been answered. */
function interrupt(context: Context, interruption: Interruption, event: DeploymentEvent): Step {
  const { stage } = context.deployment.state;
  if (stage.phase !== "ShiftingTraffic") return end(context, interruption);
  const first = stage.interruption ?? interruption;
  if (event.type === "effectFailed") return end(context, { ...first, obstacle: interruption.obstacle });
  return move(context.deployment, { ...stage, interruption: first });
}

function end(context: Context, interruption: Interruption): Step {
  const { plan, at } = context;
  const { phase } = context.deployment.state.stage;
  const decision = decideRollback(plan, interruption, phase !== "Created" && phase !== "ReadingAlias", at);
  const { message, detail, logTail, code, status } = interruption;
  const { deployment } = onTarget(context, (target) => {
    const broken = breakOff(target, at, { message: detail, logTail });
    // What the real service shows of a deployment that is undone (semantics 4.6): nothing stays on the new version.
    return decision?.rollback ? { ...broken, weight: 0 } : broken;
  });
  const state = {
    ...deployment.state,
    status,
    completeTime: at,
    errorInformation: { code, message },
    statusMessages: [detail],
    rollbackInfo: decision?.rollbackInfo ?? deployment.state.rollbackInfo,
  };
  return { ...move({ ...deployment, state }, { phase: "Ended" }), rollback: decision?.rollback ?? null };
}

const stay = (deployment: Deployment): Step => ({ ...deployment, effects: [], rollback: null });

const move = (deployment: Deployment, stage: LambdaStage): Step =>
  stay({ ...deployment, state: { ...deployment.state, stage } });

function targetOf(deployment: Deployment): LambdaTarget {
  const [target] = deployment.targets;
  if (!target) throw new Error("a Lambda deployment under way has no target");
  return target;
}

function onTarget(context: Context, change: (target: LambdaTarget) => LambdaTarget): Context {
  return { ...context, deployment: { ...context.deployment, targets: context.deployment.targets.map(change) } };
}

function appSpecOf(context: Context): LambdaAppSpec {
  const { appSpec } = context.plan.work;
  if ("problem" in appSpec) throw new Error("a deployment without a usable AppSpec went past its start");
  return appSpec;
}
