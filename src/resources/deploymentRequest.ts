/** What a CreateDeployment request may not ask of its platform (semantics 3.1). */
import {
  type ComputePlatform,
  type CreateDeploymentInput,
  DeploymentModeValues,
  type DeploymentStyle,
  FileExistsBehaviorValues,
  InvalidFileExistsBehaviorException,
  InvalidIgnoreApplicationStopFailuresValueException,
  InvalidRevisionException,
  InvalidTargetInstancesException,
  InvalidUpdateOutdatedInstancesOnlyValueException,
  type TargetInstances,
} from "../shapes/codedeploy.ts";
import { NotBuiltError } from "../shapes/modelledError.ts";
import { isOneOf } from "./names.ts";

const MOST_TARGET_TAGS = 10;

/** Judges every member of the request by its platform and by the style of its group. */
export function requireRequest(platform: ComputePlatform, style: DeploymentStyle, input: CreateDeploymentInput): void {
  requireMode(platform, style, input);
  if (input.fileExistsBehavior !== undefined) requireFileExistsBehavior(platform, input.fileExistsBehavior);
  if (input.targetInstances !== undefined) requireTargetInstances(platform, style, input.targetInstances);
  if (platform === "Server") return;
  if (input.ignoreApplicationStopFailures) {
    throw new InvalidIgnoreApplicationStopFailuresValueException(
      `For ${platform} deployment, ignoreApplicationStopFailures can only be false`,
    );
  }
  if (input.updateOutdatedInstancesOnly) {
    throw new InvalidUpdateOutdatedInstancesOnlyValueException(
      `For ${platform} deployment, updateOutdatedInstancesOnly can only be false`,
    );
  }
}

export const isRestart = (input: CreateDeploymentInput): boolean => input.deploymentMode === "RESTART";

/**
 * RESTART deploys what is there already, in place, to servers only, and takes no revision (the member's documentation).
 * The model has no error for the member; those of the members beside it are raised.
 */
function requireMode(platform: ComputePlatform, style: DeploymentStyle, input: CreateDeploymentInput): void {
  const { deploymentMode: mode } = input;
  if (mode !== undefined && !isOneOf(DeploymentModeValues, mode)) {
    throw new InvalidRevisionException(
      `Invalid deploymentMode: ${mode}. It must be ${DeploymentModeValues.join(" or ")}`,
    );
  }
  if (!isRestart(input)) return;
  if (platform !== "Server" || style.deploymentType !== "IN_PLACE") {
    throw new InvalidRevisionException("deploymentMode RESTART is for in-place deployments to servers only");
  }
  if (input.revision) {
    throw new InvalidRevisionException("With deploymentMode RESTART, revision can not be specified");
  }
  if (input.updateOutdatedInstancesOnly) {
    throw new InvalidUpdateOutdatedInstancesOnlyValueException(
      "With deploymentMode RESTART, updateOutdatedInstancesOnly can only be false",
    );
  }
}

function requireFileExistsBehavior(platform: ComputePlatform, behavior: string): void {
  if (platform !== "Server") {
    throw new InvalidFileExistsBehaviorException(
      "For Lambda and ECS deployment, fileExistsBehavior can not be specified",
    );
  }
  if (isOneOf(FileExistsBehaviorValues, behavior)) return;
  throw new InvalidFileExistsBehaviorException(
    `Invalid fileExistsBehavior: ${behavior}. It must be ${FileExistsBehaviorValues.join(", ")}`,
  );
}

function requireTargetInstances(platform: ComputePlatform, style: DeploymentStyle, targets: TargetInstances): void {
  const refuse = (message: string) => new InvalidTargetInstancesException(message);
  if (platform !== "Server" || style.deploymentType !== "BLUE_GREEN") {
    throw refuse("targetInstances can be specified for blue/green deployments to servers only");
  }
  const { tagFilters = [], ec2TagSet, autoScalingGroups = [] } = targets;
  const sets = ec2TagSet?.ec2TagSetList ?? [];
  if (tagFilters.length > 0 && sets.length > 0) {
    throw refuse("targetInstances takes either tagFilters or ec2TagSet, not both");
  }
  if (tagFilters.length > MOST_TARGET_TAGS) {
    throw refuse(`targetInstances has ${tagFilters.length} tag filters; it may have ${MOST_TARGET_TAGS}`);
  }
  if (tagFilters.length + sets.length + autoScalingGroups.length === 0) {
    throw refuse("targetInstances names no instances: give tagFilters, ec2TagSet or autoScalingGroups");
  }
}

/** What cannot be deployed yet must not look as if it were. */
export function requireBuiltPlatform(platform: ComputePlatform): void {
  if (platform !== "Server") return;
  throw new NotBuiltError(`Deployments to the ${platform} compute platform are not built yet; nothing was created`);
}
