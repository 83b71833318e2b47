/** What a CreateDeployment request may not ask of its platform (semantics 3.1). */
import {
  type AlarmConfiguration,
  type CreateDeploymentInput,
  InvalidFileExistsBehaviorException,
  InvalidIgnoreApplicationStopFailuresValueException,
  InvalidTargetInstancesException,
  InvalidUpdateOutdatedInstancesOnlyValueException,
  type TriggerConfig,
} from "../shapes/codedeploy.ts";
import { NotBuiltError } from "../shapes/modelledError.ts";

/** Members that mean something for servers only. */
export function refuseForLambda(input: CreateDeploymentInput): void {
  if (input.ignoreApplicationStopFailures) {
    throw new InvalidIgnoreApplicationStopFailuresValueException(
      "For Lambda deployment, ignoreApplicationStopFailures can only be false",
    );
  }
  if (input.updateOutdatedInstancesOnly) {
    throw new InvalidUpdateOutdatedInstancesOnlyValueException(
      "For Lambda deployment, updateOutdatedInstancesOnly can only be false",
    );
  }
  if (input.fileExistsBehavior !== undefined) {
    throw new InvalidFileExistsBehaviorException(
      "For Lambda and ECS deployment, fileExistsBehavior can not be specified",
    );
  }
  if (input.targetInstances !== undefined) {
    throw new InvalidTargetInstancesException("For Lambda deployment, targetInstances can not be specified");
  }
  if (input.deploymentMode !== undefined && input.deploymentMode !== "STANDARD") {
    throw new NotBuiltError(`deploymentMode ${input.deploymentMode} is not built yet`);
  }
}

/** A deployment whose alarms nobody watches, or whose triggers nobody fires, must not look as if they were. */
export function requireDecidable(alarms: AlarmConfiguration | undefined, triggers: readonly TriggerConfig[]): void {
  if (alarms?.enabled) {
    throw new NotBuiltError(
      "Alarms are not watched yet: deploy with overrideAlarmConfiguration {enabled: false}, or disable the group's alarms",
    );
  }
  if (triggers.length > 0) {
    throw new NotBuiltError("Triggers are not sent yet: remove the deployment group's triggers to deploy");
  }
}
