/**
 * What people may ask of a deployment under way: pause it, resume it, end its present wait, move all traffic now, or
 * abort it. Validation functions are never passed over, and a rollback is never held up.
 */
import { type Deployment, hasEnded, type SteeringVerb } from "./deployment.ts";
import type { DeploymentPlan } from "./plan.ts";

/** The waits that a person may end: between two shifts of traffic, and the two of a blue/green deployment. */
const ENDED_BY_SKIPPING: ReadonlySet<string> = new Set(["HoldingTraffic", "AwaitingReroute", "AwaitingTermination"]);

/** Why the verb cannot be followed now, as one sentence; `null` when it can. */
export function steeringRefusal(
  plan: DeploymentPlan,
  { state, targets }: Deployment,
  verb: SteeringVerb,
): string | null {
  const { stage, paused } = state;
  const name = `Deployment ${plan.deploymentId}`;
  if (hasEnded(state.status)) return `${name} has already completed`;
  if (plan.rollsBackDeploymentId !== null) return `${name} is a rollback, which puts traffic right by itself`;
  if (verb === "abort") return null;
  if (verb === "pause") return paused ? `${name} is paused already` : null;
  if (verb === "resume") return paused ? null : `${name} is not paused`;
  if (paused) return `${name} is paused; resume it first`;
  if (verb === "promote") {
    if (state.promoted) return `${name} has been promoted already`;
    return targets.some(({ weight }) => weight < 100) ? null : `${name} has all traffic on the new version already`;
  }
  if (ENDED_BY_SKIPPING.has(stage.phase)) return null;
  if ("lifecycleEvent" in stage) {
    return `${name} waits for the report of its ${stage.lifecycleEvent} function, which is never passed over`;
  }
  return `${name} is in no wait that can be ended: it is in ${stage.phase}`;
}
