/** What it means for a deployment to ECS that a call could not be done, whatever was tried (semantics 3.9; codes inferred). */
import type { EffectProblem } from "./deployment.ts";
import { failure, type Interruption, permissionText } from "./interruption.ts";
import type { DeploymentPlan } from "./plan.ts";
import type { Stage } from "./stage.ts";

const OF_LISTENERS: ReadonlySet<Stage["phase"]> = new Set([
  "ResettingTraffic",
  "ShiftingTestTraffic",
  "ShiftingTraffic",
]);

/** `phase` says which call it was. */
export function ecsFailure(plan: DeploymentPlan, phase: Stage["phase"], problem: EffectProblem): Interruption {
  const found = OF_LISTENERS.has(phase) ? listenerFailure(plan, problem) : serviceFailure(plan, phase, problem);
  if (phase !== "TerminatingTaskSet" || plan.rollsBackDeploymentId !== null) return found;
  return {
    ...found,
    obstacle: "all traffic is on the replacement, and only the original task set could not be deleted",
  };
}

function listenerFailure(plan: DeploymentPlan, { kind, message }: EffectProblem): Interruption {
  switch (kind) {
    case "accessDenied":
      return failure("IAM_ROLE_PERMISSIONS", permissionText(plan.serviceRoleArn, "ElasticLoadBalancing"), message);
    case "changedByOthers":
      return {
        ...failure("ELASTIC_LOAD_BALANCING_INVALID", message, message),
        obstacle: "somebody else has changed the listener, and their change is left alone",
      };
    case "unavailable":
      return failure("INTERNAL_ERROR", `Elastic Load Balancing did not answer as it should: ${message}`, message);
    default:
      return failure("ELASTIC_LOAD_BALANCING_INVALID", message, message);
  }
}

function serviceFailure(plan: DeploymentPlan, phase: Stage["phase"], { kind, message }: EffectProblem): Interruption {
  if (kind === "accessDenied") {
    return failure("IAM_ROLE_PERMISSIONS", permissionText(plan.serviceRoleArn, "AmazonECS"), message);
  }
  if (kind === "unavailable") {
    return failure("INTERNAL_ERROR", `Amazon ECS did not answer as it should: ${message}`, message);
  }
  return failure(phase === "ReadingService" ? "INVALID_ECS_SERVICE" : "ECS_UPDATE_ERROR", message, message);
}
