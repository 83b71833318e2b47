/** What ends a deployment before it has succeeded, event by event. */
import type { Instant } from "../clock.ts";
import { alarmInterruption, unreadableAlarms } from "./alarms.ts";
import type { Deployment, DeploymentEvent, DeploymentState, EffectProblem } from "./deployment.ts";
import { ecsFailure } from "./ecsFailures.ts";
import { hookLogTail } from "./hookExecution.ts";
import { hookFunction } from "./hooks.ts";
import { abortRequest, effectFailure, failure, hookFailure, type Interruption, stopRequest } from "./interruption.ts";
import type { DeploymentPlan } from "./plan.ts";
import { revisionFailure, usableAppSpecOf } from "./revision.ts";
import { bringsRollback } from "./rollback.ts";
import { type Context, type HookedEvent, type Stage, targetOf } from "./stage.ts";
import { steeringRefusal } from "./steering.ts";
import { allWeights } from "./trafficShift.ts";

/** What this event ends the deployment with, if it does. */
export function interruptionOf(context: Context, event: DeploymentEvent): Interruption | null {
  const { plan, deployment } = context;
  const { stage, startTime } = deployment.state;
  if (isPastReturn(context, event)) return null;
  switch (event.type) {
    case "stopRequested":
      return notBegun(deployment, stopRequest(event.rollBack, event.reason));
    case "continued":
      return null;
    case "steered":
      if (event.verb !== "abort" || steeringRefusal(plan, deployment, event.verb) !== null) return null;
      return notBegun(deployment, abortRequest(event.by));
    case "orphaned":
      return stage.phase === "Created" ? failure(event.code, event.message, event.message) : null;
    case "effectFailed":
      return failedEffect(plan, stage, event.problem);
    case "alarmsSeen":
      return startTime === null ? null : alarmInterruption(plan, event.states);
    case "alarmsUnreadable":
      return startTime === null ? null : unreadableAlarms(plan, event.problem);
    case "hookReported": {
      if (event.status !== "Failed" || !("lifecycleEvent" in stage) || stage.lifecycleEvent !== event.lifecycleEvent)
        return null;
      const name = hookName(context, stage.lifecycleEvent);
      return hookFailure(`${name} reported Failed.`, hookLogTail(targetOf(deployment), event.lifecycleEvent));
    }
    case "effectAnswered": {
      if (event.answer.type === "alarmsRead") return alarmInterruption(plan, event.answer.states);
      if (stage.phase !== "InvokingHook" || event.answer.type !== "hookInvocationEnded" || event.answer.error === null)
        return null;
      const { error, logTail } = event.answer;
      return hookFailure(
        `${hookName(context, stage.lifecycleEvent)} failed without reporting a status: ${error}`,
        logTail,
      );
    }
    case "timeElapsed":
      if ("deadline" in stage && event.at >= stage.deadline) return hookTimeout(context, stage.lifecycleEvent);
      if (event.at < latestEnd(plan, deployment.state)) return null;
      return failure(
        "TIMEOUT",
        "The deployment took longer than a deployment may.",
        `It may take ${longestRunHours(plan, deployment.state)} hours.`,
      );
    case "start":
      return null;
  }
}

/**
 * All traffic is on the replacement, and its original is going or has only to be waited for: a stop that brings no rollback
 * ends the wait (semantics 11 #21), and once the original goes nothing could be rolled back any more.
 */
function isPastReturn({ plan, deployment }: Context, event: DeploymentEvent): boolean {
  const { phase } = deployment.state.stage;
  if (phase === "TerminatingTaskSet") return plan.rollsBackDeploymentId === null && event.type !== "effectFailed";
  if (phase !== "AwaitingTermination" || event.type !== "stopRequested") return false;
  return !bringsRollback(plan, stopRequest(event.rollBack));
}

/** A call is of the stage that waits for it, and so is what its failure means. */
function failedEffect(plan: DeploymentPlan, { phase }: Stage, problem: EffectProblem): Interruption | null {
  if (phase === "ReadingAlarms") return unreadableAlarms(plan, problem);
  if (phase === "ReadingRevision") return revisionFailure(plan, problem);
  return plan.work.platform === "ECS" && phase !== "InvokingHook"
    ? ecsFailure(plan, phase, problem)
    : effectFailure(plan, problem);
}

/** When the whole deployment must have ended. Time in which a person held it does not count, and while they do it has no end. */
export function latestEnd(plan: DeploymentPlan, state: DeploymentState): Instant {
  const { startTime, paused, pausedMs } = state;
  if (startTime === null || paused) return Number.POSITIVE_INFINITY;
  return startTime + longestRunMs(plan, state) + pausedMs;
}

/** What its plan says, and the time of a function for each step of the traffic that is asked about. */
function longestRunMs(plan: DeploymentPlan, state: DeploymentState): number {
  const { traffic, hookTimeoutMs } = plan.work;
  const isAsked = usableAppSpecOf(plan, state)?.hooks.BeforeTrafficStep !== undefined;
  return plan.maxRunMs + (isAsked ? allWeights(traffic).length * hookTimeoutMs : 0);
}

/** The longest that it may take. */
export const longestRunHours = (plan: DeploymentPlan, state: DeploymentState): number =>
  longestRunMs(plan, state) / 3_600_000;

/** What still waits in its group's queue has nothing to roll back. */
function notBegun(deployment: Deployment, interruption: Interruption): Interruption {
  return deployment.state.status === "Queued" ? { ...interruption, obstacle: "it had not begun" } : interruption;
}

function hookTimeout(context: Context, lifecycleEvent: HookedEvent): Interruption {
  const seconds = context.plan.work.hookTimeoutMs / 1000;
  const logTail = hookLogTail(targetOf(context.deployment), lifecycleEvent);
  return hookFailure(
    `${hookName(context, lifecycleEvent)} did not report a status within ${seconds} seconds.`,
    logTail,
  );
}

function hookName(context: Context, lifecycleEvent: HookedEvent): string {
  return `The ${lifecycleEvent} function ${hookFunction(context, lifecycleEvent)}`;
}
