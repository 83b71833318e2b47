/** What a deployment waits for, in words: every wait has a deadline, except that of a person who paused it. */
import type { Instant } from "../clock.ts";
import type { Deployment, DeploymentState, Effect } from "./deployment.ts";
import { latestEnd } from "./interruptions.ts";
import type { DeploymentPlan } from "./plan.ts";
import { retryBudget, waitsInAllMs } from "./retryBudget.ts";
import type { Stage } from "./stage.ts";

export interface PresentWait {
  /** What would end the wait. */
  waitsFor: string;
  /** When time ends it, if nothing else does; `null` for a pause and for a queue. */
  deadline: Instant | null;
  /** What happens at the deadline. */
  atDeadline: string;
  /** For how long a call that fails is made again, in words; empty when no call is waited for. */
  retries: string;
}

/** `null` when the deployment has ended. */
export function presentWait(plan: DeploymentPlan, { state }: Deployment): PresentWait | null {
  const { stage, paused } = state;
  if (stage.phase === "Ended") return null;
  const retries = retriesIn(stage);
  return {
    ...described(plan, state),
    retries,
    deadline: stage.phase === "Paused" && paused ? null : wakeAt(plan, state),
  };
}

function described(plan: DeploymentPlan, { stage, status, paused, promoted }: Deployment["state"]) {
  const overdue = `the deployment fails: it may take ${plan.maxRunMs / 3_600_000} hours`;
  switch (stage.phase) {
    case "Created":
      return status === "Queued"
        ? { waitsFor: "the deployment before it in its group", atDeadline: "" }
        : { waitsFor: "its first turn", atDeadline: "" };
    case "ReadingRevision":
      return { waitsFor: "the AppSpec of its revision in S3", atDeadline: overdue };
    case "ReadingAlias":
      return { waitsFor: "AWS Lambda to tell where the alias points", atDeadline: overdue };
    case "ReadingAlarms":
      return { waitsFor: "the states of its alarms", atDeadline: overdue };
    case "InvokingHook":
    case "AwaitingReport":
      return {
        waitsFor: `the ${stage.lifecycleEvent} function to report Succeeded or Failed`,
        atDeadline: "the lifecycle event fails, and the deployment with it",
      };
    case "ShiftingTraffic":
      return {
        waitsFor: `AWS Lambda to give the new version ${stage.shift.weight} % of the traffic`,
        atDeadline: overdue,
      };
    case "AwaitingCapacity":
      return { waitsFor: "the provisioned concurrency of the alias", atDeadline: "it is looked at again" };
    case "HoldingTraffic":
      return {
        waitsFor: "the interval between two shifts to pass",
        atDeadline: promoted ? "all traffic moves to the new version" : "the next share of the traffic moves",
      };
    case "Paused":
      return { waitsFor: `somebody to resume it: it was paused by ${paused?.by ?? "somebody"}`, atDeadline: "" };
    case "Ended":
      return { waitsFor: "", atDeadline: "" };
  }
}

const CALLS: Partial<Record<Stage["phase"], Effect["type"]>> = {
  ReadingRevision: "readRevision",
  ReadingAlias: "readAlias",
  ReadingAlarms: "readAlarms",
  InvokingHook: "invokeHook",
  ShiftingTraffic: "moveAlias",
};

function retriesIn({ phase }: Stage): string {
  const call = CALLS[phase];
  if (!call) return "";
  const { attempts } = retryBudget[call];
  const waitsMs = waitsInAllMs(call);
  if (attempts === null || waitsMs === null) return "a call that fails and may succeed later is made again until then";
  return `a call that fails and may succeed later is made ${attempts} times in all, with ${Math.ceil(waitsMs / 1000)} seconds of waits between them at most`;
}

/** When the deployment must be given a `timeElapsed`; `null` when no time ends its present wait. */
export function wakeAt(plan: DeploymentPlan, state: DeploymentState): Instant | null {
  if (state.stage.phase === "Ended" || state.startTime === null) return null;
  const latest = latestEnd(plan, state);
  const due = ownWakeAt(state.stage);
  // A write that must be answered before the deployment can end is not hurried by looking again.
  if ("interruption" in state.stage && state.stage.interruption) return null;
  const next = due === null ? latest : Math.min(due, latest);
  return Number.isFinite(next) ? next : null;
}

/** When the present wait ends by itself; `null` when something else must end it. */
function ownWakeAt(stage: Stage): Instant | null {
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
