/** What the world is told of a deployment's course: which of AWS's events one step has brought about (semantics 8). */
import type { Instant } from "../clock.ts";
import type { DeploymentStatus, TriggerEventType } from "../shapes/codedeploy.ts";
import { type Deployment, type DeploymentState, hasEnded } from "./deployment.ts";
import { countsOf, type TargetCounts } from "./overview.ts";
import type { DeploymentPlan } from "./plan.ts";

/** AWS's words for what happens to a whole deployment. */
export type DeploymentTransition = Extract<TriggerEventType, `Deployment${string}`>;

/** One such event, with what a message about it says that the plan does not. */
export interface Transition {
  event: DeploymentTransition;
  at: Instant;
  /** The status that the event is about; a step that goes further has a transition for that, too. */
  status: DeploymentStatus;
  startTime: Instant | null;
  /** Set on an event that ends the deployment, as `errorInformation` may be. */
  completeTime: Instant | null;
  overview: TargetCounts;
  errorInformation: DeploymentState["errorInformation"];
  rollbackInfo: DeploymentState["rollbackInfo"];
}

const ENDS: Partial<Record<DeploymentStatus, DeploymentTransition>> = {
  Succeeded: "DeploymentSuccess",
  Failed: "DeploymentFailure",
  Stopped: "DeploymentStop",
};

/**
 * The transitions between two states of a deployment, in their order: one step at `at` may start a deployment and end
 * it. A deployment that ends before it has started has no DeploymentStart.
 */
export function transitionsOf(before: Deployment, after: Deployment, at: Instant): Transition[] {
  const was = before.state;
  const is = after.state;
  const end = hasEnded(was.status) ? undefined : ENDS[is.status];
  const found: Transition[] = [];
  if (was.startTime === null && is.startTime !== null) {
    const { state, targets } = end ? before : after;
    found.push({
      ...goingOn("DeploymentStart", { state, targets }, at),
      status: "InProgress",
      startTime: is.startTime,
    });
  }
  if (was.status !== "Ready" && is.status === "Ready") found.push(goingOn("DeploymentReady", after, at));
  if (end) {
    const { completeTime, errorInformation } = is;
    found.push({ ...goingOn(end, after, at), completeTime, errorInformation });
  }
  return found;
}

/** What is told of a rollback when it is created: its own start comes later. */
export function rollbackTransition(plan: DeploymentPlan, rollback: Deployment): Transition {
  return goingOn("DeploymentRollback", rollback, plan.createTime);
}

function goingOn(event: DeploymentTransition, { state, targets }: Deployment, at: Instant): Transition {
  const { status, startTime, rollbackInfo } = state;
  const overview = countsOf(targets);
  return { event, at, status, startTime, completeTime: null, overview, errorInformation: null, rollbackInfo };
}
