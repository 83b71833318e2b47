/** What a deployment waits for, in words: every wait has a deadline, except that of a person who paused it. */
import type { Instant } from "../clock.ts";
import type { Deployment, DeploymentState, Effect } from "./deployment.ts";
import { latestEnd, longestRunHours } from "./interruptions.ts";
import type { DeploymentPlan } from "./plan.ts";
import { retryBudget, waitsInAllMs } from "./retryBudget.ts";
import { usableAppSpecOf } from "./revision.ts";
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
export function presentWait(plan: DeploymentPlan, deployment: Deployment): PresentWait | null {
  const { state } = deployment;
  const { stage, paused } = state;
  if (stage.phase === "Ended") return null;
  const retries = retriesIn(plan, stage);
  return {
    ...described(plan, deployment),
    retries,
    deadline: stage.phase === "Paused" && paused ? null : wakeAt(plan, state),
  };
}

type Described = Pick<PresentWait, "waitsFor" | "atDeadline">;

function described(plan: DeploymentPlan, { state, targets }: Deployment): Described {
  const { stage, status, paused } = state;
  const weight = targets[0]?.weight ?? 0;
  const overdue = `the deployment fails: it may take ${longestRunHours(plan, state)} hours`;
  switch (stage.phase) {
    case "Created":
      return status === "Queued"
        ? { waitsFor: "the deployment before it in its group", atDeadline: "" }
        : { waitsFor: "its first turn", atDeadline: "" };
    case "InvokingHook":
    case "AwaitingReport":
      return {
        waitsFor: `the ${stage.lifecycleEvent} function to report Succeeded or Failed`,
        atDeadline: "the lifecycle event fails, and the deployment with it",
      };
    case "ShiftingTraffic":
      return { waitsFor: movingTraffic(plan, stage.shift.weight), atDeadline: overdue };
    case "AwaitingCapacity":
      return { waitsFor: "the provisioned concurrency of the alias", atDeadline: "it is looked at again" };
    case "HoldingTraffic":
      if (weight === 100) return { waitsFor: "the time for which all traffic is watched", atDeadline: "it goes on" };
      return { waitsFor: "the interval between two shifts to pass", atDeadline: nextShift(plan, state) };
    case "AwaitingSteadyState":
      return { waitsFor: "the replacement task set to become steady", atDeadline: "it is looked at again" };
    case "AwaitingReroute":
      return { waitsFor: "somebody to let the traffic move (ContinueDeployment)", atDeadline: "the deployment stops" };
    case "AwaitingTermination":
      return {
        waitsFor: "the time for which the original task set is kept",
        atDeadline: "the original task set is terminated, and the deployment succeeds",
      };
    case "Paused":
      return { waitsFor: `somebody to resume it: it was paused by ${paused?.by ?? "somebody"}`, atDeadline: "" };
    case "Ended":
      return { waitsFor: "", atDeadline: "" };
    default:
      // What another program has kept, or what is damaged, is shown all the same.
      return { waitsFor: CALLS[stage.phase]?.waitsFor ?? "", atDeadline: overdue };
  }
}

function nextShift(plan: DeploymentPlan, state: DeploymentState): string {
  const hook = usableAppSpecOf(plan, state)?.hooks.BeforeTrafficStep;
  if (hook !== undefined) return `${hook} is asked before the next share of the traffic moves`;
  return state.promoted ? "all traffic moves to the new version" : "the next share of the traffic moves";
}

function movingTraffic({ work }: DeploymentPlan, weight: number): string {
  return work.platform === "Lambda"
    ? `AWS Lambda to give the new version ${weight} % of the traffic`
    : `the production listener to send ${weight} % of the traffic to the replacement`;
}

/** The stages that wait for nothing but the answer to a call. */
type Call = { call: Effect["type"]; waitsFor: string };

const CALLS: Record<
  Exclude<Extract<Stage, { awaiting: string }>["phase"], "InvokingHook" | "ShiftingTraffic">,
  Call
> = {
  ReadingRevision: { call: "readRevision", waitsFor: "the AppSpec of its revision in S3" },
  ReadingAlias: { call: "readAlias", waitsFor: "AWS Lambda to tell where the alias points" },
  ReadingAlarms: { call: "readAlarms", waitsFor: "the states of its alarms" },
  ReadingService: { call: "readService", waitsFor: "Amazon ECS to tell of the service and its listeners" },
  ResettingTraffic: { call: "moveRoutes", waitsFor: "the listeners to send all traffic to the original task set" },
  RemovingLeftovers: { call: "deleteTaskSet", waitsFor: "the end of what an earlier deployment has left behind" },
  CreatingTaskSet: { call: "createTaskSet", waitsFor: "Amazon ECS to create the replacement task set" },
  LookingAtTaskSets: { call: "readTaskSets", waitsFor: "Amazon ECS to tell how the task sets are" },
  ShiftingTestTraffic: { call: "moveRoutes", waitsFor: "the listeners to send test traffic to the replacement" },
  PromotingTaskSet: { call: "setPrimaryTaskSet", waitsFor: "Amazon ECS to make a task set the primary one" },
  TerminatingTaskSet: { call: "deleteTaskSet", waitsFor: "Amazon ECS to terminate a task set" },
};

function callOf({ work }: DeploymentPlan, { phase }: Stage): Effect["type"] | undefined {
  if (phase === "InvokingHook") return "invokeHook";
  if (phase === "ShiftingTraffic") return work.platform === "Lambda" ? "moveAlias" : "moveRoutes";
  return phase in CALLS ? CALLS[phase as keyof typeof CALLS].call : undefined;
}

function retriesIn(plan: DeploymentPlan, stage: Stage): string {
  const call = callOf(plan, stage);
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
    case "AwaitingSteadyState":
      return stage.retryAt;
    case "HoldingTraffic":
    case "AwaitingReroute":
    case "AwaitingTermination":
      return stage.until;
    default:
      return null;
  }
}
