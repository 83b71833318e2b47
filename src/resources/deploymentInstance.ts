/** What is true of the deprecated view of a target as an instance (semantics 3.5). */
import {
  InstanceIdRequiredException,
  InstanceStatusValues,
  InstanceTypeValues,
  InvalidComputePlatformException,
  InvalidDeploymentInstanceTypeException,
  InvalidInstanceNameException,
  InvalidInstanceStatusException,
  InvalidInstanceTypeException,
} from "../shapes/codedeploy.ts";
import { isOneOf } from "./names.ts";

const LONGEST_INSTANCE_ID = 512;

/** An instance's id or ARN; of a Lambda deployment, the id or ARN of its target. */
export function requireInstanceId(instanceId: string | undefined): string {
  if (!instanceId) throw new InstanceIdRequiredException("Instance id must be specified");
  if (instanceId.length > LONGEST_INSTANCE_ID || /\s/.test(instanceId)) {
    throw new InvalidInstanceNameException(
      `Invalid instance id: ${instanceId.slice(0, LONGEST_INSTANCE_ID)}. It is the id or the ARN of an instance`,
    );
  }
  return instanceId;
}

/** ECS has no instances in this view, and one instance by itself is shown for servers alone. */
export function requireInstancePlatform(
  platform: string | undefined,
  allowed: readonly string[],
  instead: string,
): void {
  if (platform !== undefined && allowed.includes(platform)) return;
  throw new InvalidComputePlatformException(
    `The compute platform of the deployment is ${platform}; this operation is for ${allowed.join(" and ")} alone. Use ${instead}`,
  );
}

/** Values are alternatives; an empty list filters nothing. */
export function requireInstanceStatuses(statuses: readonly string[] | undefined): (status: string) => boolean {
  for (const status of statuses ?? []) {
    if (isOneOf(InstanceStatusValues, status)) continue;
    throw new InvalidInstanceStatusException(
      `Invalid instance status: ${status}. It must be ${InstanceStatusValues.join(", ")}`,
    );
  }
  return (status) => statuses === undefined || statuses.length === 0 || statuses.includes(status);
}

export function requireInstanceTypes(types: readonly string[] | undefined): void {
  const unknown = types?.find((type) => !isOneOf(InstanceTypeValues, type));
  if (unknown === undefined) return;
  throw new InvalidInstanceTypeException(
    `Invalid instance type: ${unknown}. It must be ${InstanceTypeValues.join(" or ")}`,
  );
}

/** Blue and green instances are those of a blue/green deployment to servers. */
export function refuseInstanceTypes(platform: string | undefined, types: readonly string[] | undefined): void {
  if (platform === "Server" || types === undefined || types.length === 0) return;
  throw new InvalidDeploymentInstanceTypeException(
    `Instances can be filtered by type only in a blue/green deployment to servers; the compute platform of this one is ${platform}`,
  );
}
