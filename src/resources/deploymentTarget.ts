/** What is true of a deployment target (semantics 3.5). */
import {
  DeploymentTargetDoesNotExistException,
  DeploymentTargetIdRequiredException,
  InvalidDeploymentInstanceTypeException,
  InvalidDeploymentTargetIdException,
  InvalidInstanceStatusException,
  InvalidInstanceTypeException,
  InvalidTargetFilterNameException,
  TargetFilterNameValues,
  TargetLabelValues,
  TargetStatusValues,
} from "../shapes/codedeploy.ts";
import { isOneOf } from "./names.ts";

const LONGEST_TARGET_ID = 512;

export function requireTargetId(targetId: string | undefined): string {
  if (!targetId) throw new DeploymentTargetIdRequiredException("Deployment target id must be specified");
  if (targetId.length > LONGEST_TARGET_ID || /\s/.test(targetId)) {
    throw new InvalidDeploymentTargetIdException(
      `Invalid deployment target id: ${targetId.slice(0, LONGEST_TARGET_ID)}`,
    );
  }
  return targetId;
}

/**
 * The target of that id. A Lambda target is also found by its function's name alone, which is what the API's
 * documentation calls its id (semantics 11 #4).
 */
export function requireTarget<Target extends { targetId: string }>(
  deploymentId: string,
  targetId: string,
  targets: readonly Target[],
): Target {
  // A function may be named by its ARN, which has colons of its own: its alias stands behind the last one.
  const functionOf = (target: Target) => target.targetId.slice(0, target.targetId.lastIndexOf(":"));
  const found = targets.find((target) => target.targetId === targetId || functionOf(target) === targetId);
  if (!found) {
    throw new DeploymentTargetDoesNotExistException(`The deployment ${deploymentId} has no target ${targetId}`);
  }
  return found;
}

/** Values of one filter are alternatives; all filters must match. */
export function matchesTargetFilters(filters: Record<string, string[]>): (status: string) => boolean {
  for (const [name, values] of Object.entries(filters)) {
    if (!isOneOf(TargetFilterNameValues, name)) {
      throw new InvalidTargetFilterNameException(
        `Invalid target filter: ${name}. It must be ${TargetFilterNameValues.join(" or ")}`,
      );
    }
    for (const value of values) requireFilterValue(name, value);
    if (name === "ServerInstanceLabel") {
      throw new InvalidDeploymentInstanceTypeException(
        "Targets can be filtered by ServerInstanceLabel only in a blue/green deployment to servers",
      );
    }
  }
  const statuses = filters["TargetStatus"];
  return (status) => statuses === undefined || statuses.length === 0 || statuses.includes(status);
}

function requireFilterValue(name: string, value: string): void {
  if (name === "TargetStatus" && !isOneOf(TargetStatusValues, value)) {
    throw new InvalidInstanceStatusException(
      `Invalid target status: ${value}. It must be ${TargetStatusValues.join(", ")}`,
    );
  }
  if (name === "ServerInstanceLabel" && !isOneOf(TargetLabelValues, value)) {
    throw new InvalidInstanceTypeException(
      `Invalid server instance label: ${value}. It must be ${TargetLabelValues.join(" or ")}`,
    );
  }
}
