/** What an event bus is given (semantics 8.2). */
import { applicationArn, deploymentGroupArn } from "../../resources/resourceArn.ts";
import type { DeploymentPlan } from "../plan.ts";
import type { DeploymentTransition, Transition } from "../transitions.ts";

/** Nothing is sent when a rollback is created: it shows by its own START. */
const STATES: Record<DeploymentTransition, string | null> = {
  DeploymentStart: "START",
  DeploymentReady: "READY",
  DeploymentSuccess: "SUCCESS",
  DeploymentFailure: "FAILURE",
  DeploymentStop: "STOP",
  DeploymentRollback: null,
};

const DETAIL_TYPE = "CodeDeploy Deployment State-change Notification";

/** An entry of PutEvents; `Time` in seconds since the epoch, as on the wire. */
export interface EventBridgeEntry {
  EventBusName: string;
  Source: string;
  DetailType: string;
  Resources: string[];
  Time: number;
  /** JSON in a string. */
  Detail: string;
}

/** `null` where the service itself sends nothing. Time is of whole seconds, as in the envelope that receivers see. */
export function eventBridgeEntry(
  plan: DeploymentPlan,
  transition: Transition,
  to: { bus: string; source: string },
): EventBridgeEntry | null {
  const state = STATES[transition.event];
  if (state === null) return null;
  const { accountId, region, deploymentId, notifies } = plan;
  const { applicationName = "", deploymentGroupName = "" } = plan.info;
  const scope = { accountId, region };
  return {
    EventBusName: to.bus,
    Source: to.source,
    DetailType: DETAIL_TYPE,
    Resources: [
      applicationArn(scope, applicationName),
      deploymentGroupArn(scope, applicationName, deploymentGroupName),
    ],
    Time: Math.floor(transition.at / 1000),
    Detail: JSON.stringify({
      instanceGroupId: notifies?.deploymentGroupId,
      region,
      application: applicationName,
      deploymentId,
      state,
      deploymentGroup: deploymentGroupName,
    }),
  };
}
