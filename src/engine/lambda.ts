/**
 * A Lambda deployment: read the revision where it is in S3, read the alias, look at the alarms, BeforeAllowTraffic hook,
 * traffic at the configured pace, AfterAllowTraffic hook (semantics 4). Pure: time arrives as `event.at`, work for the
 * outside world leaves as effects.
 */
import type { LambdaHook } from "../resources/lambdaAppSpec.ts";
import type { RevisionLocation } from "../shapes/codedeploy.ts";
import type { Deployment, DeploymentEvent, Effect, EffectAnswer, SteeringVerb, Step } from "./deployment.ts";
import { recordHookExecution } from "./hookExecution.ts";
import { failure, INVALID_CONFIGURATION_TEXT, type Interruption } from "./interruption.ts";
import { InvariantError } from "./invariants.ts";
import { interruptionOf } from "./lambdaInterruptions.ts";
import {
  type Context,
  type LambdaStage,
  move,
  type NextMove,
  onTarget,
  requireAppSpec,
  type Shift,
  stay,
  targetOf,
} from "./lambdaStage.ts";
import { beginEvent, breakOff, passEvent, succeedEvent } from "./lifecycle.ts";
import type { DeploymentPlan } from "./plan.ts";
import { appSpecOf, readRevision, usableAppSpecOf, withRevision } from "./revision.ts";
import { aliasAt, decideRollback } from "./rollback.ts";
import { startProblem } from "./startChecks.ts";
import { steeringRefusal } from "./steering.ts";
import { holdMs, nextWeight } from "./trafficShift.ts";

/** Unpublished: how long and how often provisioned concurrency of the alias is waited for (semantics 4.4). */
const CAPACITY_WAIT_MS = 3_600_000;
const CAPACITY_POLL_MS = 10_000;

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
  if (event.type === "steered") return steer(context, event.verb, event.by);
  return advance(context, stage, event);
}

/** What the event means to the stage, now that it is known to end nothing. */
function advance(context: Context, stage: LambdaStage, event: DeploymentEvent): Step {
  const { deployment } = context;
  switch (stage.phase) {
    case "Created":
      return event.type === "start" ? start(context, event.lastSuccess ?? null) : stay(deployment);
    case "ReadingRevision":
    case "ReadingAlias":
      return event.type === "effectAnswered" ? afterRead(context, event.answer) : stay(deployment);
    case "ReadingAlarms":
      // Alarms that are red, or that cannot be read and must be, are an interruption.
      return event.type === "effectAnswered" || event.type === "effectFailed"
        ? proceed(context, { do: "runHook", lifecycleEvent: "BeforeAllowTraffic" })
        : stay(deployment);
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
    case "Paused":
    case "Ended":
      return stay(deployment);
    default:
      // What was kept is of another program, or damaged.
      throw new InvariantError(`no engine here knows the stage ${(stage as { phase: unknown }).phase}`);
  }
}

/** Takes a step forward, or keeps it for when a person resumes the deployment. */
function proceed(context: Context, next: NextMove): Step {
  if (context.deployment.state.paused) return move(context.deployment, { phase: "Paused", next });
  switch (next.do) {
    case "runHook":
      return runHook(context, next.lifecycleEvent);
    case "shiftTraffic":
      return shiftOn(beginTraffic(context));
    case "retryShift":
      return shiftTo(context, { ...next.shift, giveUpAt: context.at + CAPACITY_WAIT_MS });
    case "holdTraffic":
      return context.deployment.state.promoted
        ? shiftOn(context)
        : move(context.deployment, { phase: "HoldingTraffic", until: context.at + next.remainingMs });
    case "succeed":
      return succeed(context);
  }
}

function start(context: Context, lastSuccess: RevisionLocation | null): Step {
  const { plan, at } = context;
  const { appSpec } = plan.work;
  const deployment = {
    ...context.deployment,
    state: { ...context.deployment.state, status: "InProgress" as const, startTime: at, lastSuccess },
  };
  if (!("readFrom" in appSpec)) return begin({ ...context, deployment });
  const effect = readRevision(appSpec.readFrom);
  return { ...move(deployment, { phase: "ReadingRevision", awaiting: effect.key }), effects: [effect] };
}

function afterRevision(context: Context, content: string): Step {
  const read = withRevision(context.deployment, content, context.at);
  return "unreadable" in read ? end(context, read.unreadable) : begin({ ...context, deployment: read });
}

/** The AppSpec is known, whatever it says. */
function begin(begun: Context): Step {
  const { plan, deployment, at } = begun;
  const appSpec = appSpecOf(plan, deployment.state);
  if (appSpec && "problem" in appSpec) {
    return end(begun, failure("INVALID_LAMBDA_CONFIGURATION", INVALID_CONFIGURATION_TEXT, appSpec.problem));
  }
  // A rollback knows what it may find, and the write itself compares: it loses no time with a look first.
  if (plan.work.undoes) {
    const opened = onTarget(begun, (target) => passEvent(target, "BeforeAllowTraffic", at));
    return plan.work.undoes.length > 0 ? shiftOn(beginTraffic(opened)) : undoNothing(opened);
  }
  const { functionName, alias } = requireAppSpec(begun);
  const effect: Effect = { type: "readAlias", key: "readAlias", functionName, alias };
  return { ...move(deployment, { phase: "ReadingAlias", awaiting: effect.key }), effects: [effect] };
}

/** The deployment being undone had not touched the alias, and neither does its rollback. */
function undoNothing(context: Context): Step {
  const done = onTarget(context, (target) => ({ ...passEvent(target, "AllowTraffic", context.at), weight: 100 }));
  return runHook(done, "AfterAllowTraffic");
}

function afterRead(context: Context, answer: EffectAnswer): Step {
  if (answer.type === "revisionRead") return afterRevision(context, answer.content);
  if (answer.type !== "aliasRead") return stay(context.deployment);
  const problem = startProblem(requireAppSpec(context), answer.alias);
  if (problem) return end(context, problem);
  const { alarms } = context.plan;
  if (!alarms) return proceed(context, { do: "runHook", lifecycleEvent: "BeforeAllowTraffic" });
  const effect: Effect = { type: "readAlarms", key: "readAlarms", names: alarms.names };
  return { ...move(context.deployment, { phase: "ReadingAlarms", awaiting: effect.key }), effects: [effect] };
}

function runHook(context: Context, lifecycleEvent: LambdaHook): Step {
  const { plan, at } = context;
  const functionName = requireAppSpec(context).hooks[lifecycleEvent];
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
  return proceed(context, { do: lifecycleEvent === "BeforeAllowTraffic" ? "shiftTraffic" : "succeed" });
}

function beginTraffic(context: Context): Context {
  return onTarget(context, (target) => beginEvent(target, "AllowTraffic", context.at, null));
}

function shiftOn(context: Context): Step {
  const weight = nextWeight(context.plan.work.traffic, targetOf(context.deployment).weight);
  return shiftTo(context, { weight, attempt: 1, giveUpAt: context.at + CAPACITY_WAIT_MS });
}

function shiftTo(context: Context, planned: Shift): Step {
  const { plan, deployment } = context;
  const appSpec = requireAppSpec(context);
  const { functionName, alias } = appSpec;
  const shift = { ...planned, weight: deployment.state.promoted ? 100 : planned.weight };
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
    return proceed(
      onTarget(moved, (target) => succeedEvent(target, "AllowTraffic", context.at)),
      { do: "runHook", lifecycleEvent: "AfterAllowTraffic" },
    );
  }
  // Held from the moment the alias has the weight, so that a slow write never shortens the watch over the new version.
  return proceed(moved, { do: "holdTraffic", remainingMs: holdMs(context.plan.work.traffic) });
}

function waitForCapacity(context: Context, shift: Shift, reason: string): Step {
  if (context.at >= shift.giveUpAt) {
    return end(context, failure("INVALID_LAMBDA_CONFIGURATION", INVALID_CONFIGURATION_TEXT, reason));
  }
  const again = { ...shift, attempt: shift.attempt + 1 };
  if (context.deployment.state.paused) return proceed(context, { do: "retryShift", shift: again });
  const retryAt = Math.min(context.at + CAPACITY_POLL_MS, shift.giveUpAt);
  return move(context.deployment, { phase: "AwaitingCapacity", shift: again, retryAt });
}

function succeed(context: Context): Step {
  const { deployment } = onTarget(context, (target) => ({ ...target, status: "Succeeded", lastUpdatedAt: context.at }));
  const state = { ...deployment.state, status: "Succeeded" as const, completeTime: context.at };
  return move({ ...deployment, state }, { phase: "Ended" });
}

/** Follows what a person asks. What cannot be followed any more changes nothing: they have been told, or will see it. */
function steer(context: Context, verb: SteeringVerb, by: string): Step {
  const { plan, deployment, at } = context;
  const { state } = deployment;
  if (steeringRefusal(plan, deployment, verb) !== null) return stay(deployment);
  const withState = (change: Partial<typeof state>): Context => ({
    ...context,
    deployment: { ...deployment, state: { ...state, ...change } },
  });
  switch (verb) {
    case "pause":
      return pauseWait(withState({ paused: { since: at, by } }));
    case "resume": {
      const pausedMs = state.pausedMs + at - (state.paused?.since ?? at);
      const resumed = withState({ paused: null, pausedMs });
      return state.stage.phase === "Paused" ? proceed(resumed, state.stage.next) : stay(resumed.deployment);
    }
    case "skip-wait":
      return shiftOn(context);
    case "promote": {
      const promoted = withState({ promoted: true });
      return state.stage.phase === "HoldingTraffic" ? shiftOn(promoted) : stay(promoted.deployment);
    }
    case "abort":
      return stay(deployment);
  }
}

/** A wait of the traffic stands still where it is; a validation function's hour goes on, since the function does. */
function pauseWait(context: Context): Step {
  const { stage } = context.deployment.state;
  if (stage.phase === "HoldingTraffic") {
    return proceed(context, { do: "holdTraffic", remainingMs: Math.max(0, stage.until - context.at) });
  }
  if (stage.phase === "AwaitingCapacity") return proceed(context, { do: "retryShift", shift: stage.shift });
  return stay(context.deployment);
}

/** The alias has not yet been measured by the AppSpec. */
const BEFORE_THE_CHECK: ReadonlySet<LambdaStage["phase"]> = new Set(["Created", "ReadingRevision", "ReadingAlias"]);

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
  const { stage } = context.deployment.state;
  const appSpec = usableAppSpecOf(plan, context.deployment.state);
  const rollbackRevision = context.deployment.state.lastSuccess ?? plan.rollbackRevision;
  const aliasWasChecked = !BEFORE_THE_CHECK.has(stage.phase);
  const decision = decideRollback({ ...plan, rollbackRevision }, appSpec, interruption, aliasWasChecked, at);
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
