/**
 * Errors that the model lists and that nothing here can bring about, with the reason. A key is an error, or an operation
 * and an error where the reason holds for that operation alone.
 */
const NO_SERVER = "needs a deployment to servers, which is not built";
const STARTS_AT_ONCE = "a deployment's first turn is part of the commit that creates it";
const HISTORY_STAYS = "a deployment stays readable when its application or group is gone";
const NO_ROLE = "no role is assumed here";

const reasons: Record<string, string> = {
  ThrottlingException: "calls are not throttled",
  DeploymentNotStartedException: STARTS_AT_ONCE,
  InstanceDoesNotExistException: NO_SERVER,
  LifecycleHookLimitExceededException: "Auto Scaling is not called yet",
  ResourceValidationException: "no source names a cause",
  OperationNotSupportedException: "no source names a cause",
  InvalidExternalIdException: "no format of an external id is published",
  InvalidTrafficRoutingConfigurationException: "a configuration is judged when it is created, and never changes",
  InvalidRoleException: NO_ROLE,
  "BatchGetDeploymentGroups.DeploymentConfigDoesNotExistException": "a configuration in use cannot be deleted",
  "GetDeploymentGroup.DeploymentConfigDoesNotExistException": "a configuration in use cannot be deleted",
  "TagResource.DeploymentConfigDoesNotExistException": "configurations cannot be tagged",
  "UntagResource.DeploymentConfigDoesNotExistException": "configurations cannot be tagged",
  "BatchGetDeploymentInstances.InvalidComputePlatformException": NO_SERVER,
  "ListDeploymentInstances.InvalidComputePlatformException": NO_SERVER,
  "CreateApplication.ThrottlingException": "calls are not throttled",
  "CreateDeployment.InvalidComputePlatformException": "the platform is the application's, which was judged before",
  "GetDeploymentConfig.InvalidComputePlatformException": "its input names no platform",
  "CreateDeployment.InvalidGitHubAccountTokenException": NO_SERVER,
  "CreateDeployment.InvalidECSServiceException": "the service is looked at when the deployment starts",
  "GetDeploymentTarget.InvalidInstanceNameException": NO_SERVER,
  "ListDeploymentInstances.InvalidTargetFilterNameException": "its input has no target filters",
  "ListDeploymentInstances.ApplicationDoesNotExistException": HISTORY_STAYS,
  "ListDeploymentInstances.DeploymentGroupDoesNotExistException": HISTORY_STAYS,
  "ListDeploymentTargets.ApplicationDoesNotExistException": HISTORY_STAYS,
  "ListDeploymentTargets.DeploymentGroupDoesNotExistException": HISTORY_STAYS,
  "StopDeployment.UnsupportedActionForDeploymentTypeException": "only for deployments that CloudFormation drives",
};

/** Why the operation never raises the error; `undefined` where it should, and a test is missing. */
export function reasonNotRaised(operation: string, error: string): string | undefined {
  return reasons[`${operation}.${error}`] ?? reasons[error];
}
