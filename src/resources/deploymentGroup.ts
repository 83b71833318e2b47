/** What is true of a deployment group (semantics 2.4 to 2.6). */
import {
  type AlarmConfiguration,
  type AutoRollbackConfiguration,
  type ComputePlatform,
  type CreateDeploymentGroupInput,
  DeploymentGroupDoesNotExistException,
  type DeploymentGroupInfo,
  DeploymentGroupNameRequiredException,
  DeploymentOptionValues,
  type DeploymentStyle,
  DeploymentTypeValues,
  InvalidDeploymentConfigNameException,
  InvalidDeploymentGroupNameException,
  InvalidDeploymentStyleException,
  InvalidInputException,
  InvalidRoleException,
  type LastDeploymentInfo,
  RoleRequiredException,
  type TriggerConfig,
} from "../shapes/codedeploy.ts";
import { NotBuiltError } from "../shapes/modelledError.ts";
import type { DeploymentConfigRecord } from "./deploymentConfig.ts";
import {
  requireAlarmConfiguration,
  requireAutoRollbackConfiguration,
  requireTriggerConfigurations,
} from "./groupSettings.ts";
import { isName, isOneOf, NAME_RULE } from "./names.ts";
import type { CompleteRevision } from "./revision.ts";

export interface DeploymentGroupRecord {
  deploymentGroupId: string;
  deploymentGroupName: string;
  deploymentConfigName: string;
  serviceRoleArn: string;
  deploymentStyle: DeploymentStyle;
  autoRollbackConfiguration?: AutoRollbackConfiguration | undefined;
  alarmConfiguration?: AlarmConfiguration | undefined;
  triggerConfigurations: TriggerConfig[];
  /** Of the most recent deployment attempt. */
  targetRevision?: CompleteRevision | undefined;
}

/** The members that create and update have in common. */
export type GroupMembers = Omit<CreateDeploymentGroupInput, "applicationName" | "deploymentGroupName" | "tags">;

/** Used where a group names no configuration (semantics 11 #40). */
export const DEFAULT_CONFIG_NAMES: Record<ComputePlatform, string> = {
  Server: "CodeDeployDefault.OneAtATime",
  Lambda: "CodeDeployDefault.LambdaAllAtOnce",
  ECS: "CodeDeployDefault.ECSAllAtOnce",
};

export function requireDeploymentGroupName(name: string | undefined): string {
  if (!name) throw new DeploymentGroupNameRequiredException("Deployment group name is required");
  if (!isName(name)) {
    throw new InvalidDeploymentGroupNameException(`Invalid deployment group name: ${name}. A name has ${NAME_RULE}`);
  }
  return name;
}

export function requireDeploymentGroup<Group>(name: string, found: Group | undefined): Group {
  if (!found) throw new DeploymentGroupDoesNotExistException(`No Deployment Group found for name: ${name}`);
  return found;
}

/** A role is stored as it is given; nobody assumes it here. */
export function requireServiceRole(arn: string | undefined): string {
  if (!arn) throw new RoleRequiredException("The service role ARN is required");
  return validServiceRole(arn);
}

export function validServiceRole(arn: string): string {
  if (!/^arn:aws[a-z-]*:iam::[0-9]{12}:role\/\S+$/.test(arn))
    throw new InvalidRoleException("Cannot assume role provided.");
  return arn;
}

export function requireConfigOfPlatform(platform: ComputePlatform, config: DeploymentConfigRecord): void {
  if (config.computePlatform === platform) return;
  throw new InvalidDeploymentConfigNameException(
    `The deployment configuration ${config.deploymentConfigName} is for the ${config.computePlatform} compute platform, but the application's is ${platform}`,
  );
}

/** A group of the given platform, made from the members of a create call, all of them checked. */
export function newGroupMembers(
  platform: ComputePlatform,
  members: GroupMembers,
): Omit<DeploymentGroupRecord, "deploymentGroupId" | "deploymentGroupName" | "deploymentConfigName"> {
  return {
    serviceRoleArn: requireServiceRole(members.serviceRoleArn),
    ...requireGroupMembers(platform, members),
    deploymentStyle: requireDeploymentStyle(members.deploymentStyle),
    triggerConfigurations: requireTriggerConfigurations(members.triggerConfigurations ?? []),
  };
}

/** The members of an update, checked; what is absent stays as it is, what is there replaces the whole (semantics 2.5). */
export function changedGroup(
  platform: ComputePlatform,
  group: DeploymentGroupRecord,
  members: GroupMembers,
): DeploymentGroupRecord {
  const { serviceRoleArn, deploymentStyle, triggerConfigurations } = members;
  return {
    ...group,
    ...(serviceRoleArn === undefined ? {} : { serviceRoleArn: validServiceRole(serviceRoleArn) }),
    ...requireGroupMembers(platform, members),
    ...(deploymentStyle === undefined ? {} : { deploymentStyle: requireDeploymentStyle(deploymentStyle) }),
    ...(triggerConfigurations === undefined
      ? {}
      : { triggerConfigurations: requireTriggerConfigurations(triggerConfigurations) }),
  };
}

function requireGroupMembers(
  platform: ComputePlatform,
  members: GroupMembers,
): Pick<DeploymentGroupRecord, "alarmConfiguration" | "autoRollbackConfiguration"> {
  if (platform !== "Lambda") {
    throw new NotBuiltError(`Deployment groups for the ${platform} compute platform are not built yet; Lambda is`);
  }
  refuseForeignMembers(members);
  const { alarmConfiguration, autoRollbackConfiguration } = members;
  return {
    ...(alarmConfiguration ? { alarmConfiguration: requireAlarmConfiguration(alarmConfiguration) } : {}),
    ...(autoRollbackConfiguration
      ? { autoRollbackConfiguration: requireAutoRollbackConfiguration(autoRollbackConfiguration) }
      : {}),
  };
}

/** A Lambda group has no hosts, no load balancer and no service (semantics 2.4). */
function refuseForeignMembers(members: GroupMembers): void {
  const lists = ["ec2TagFilters", "onPremisesInstanceTagFilters", "autoScalingGroups", "ecsServices"] as const;
  const objects = ["ec2TagSet", "onPremisesTagSet", "loadBalancerInfo"] as const;
  const foreign = [
    ...lists.filter((member) => (members[member]?.length ?? 0) > 0),
    ...objects.filter((member) => members[member] !== undefined),
  ];
  if (foreign.length === 0) return;
  throw new InvalidInputException(`For Lambda deployment group, ${foreign.join(", ")} can not be specified`);
}

/** Lambda and ECS know one style only, which is also what an absent one means (semantics 11 #41). */
function requireDeploymentStyle(style: DeploymentStyle | undefined): DeploymentStyle {
  const only = { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" };
  if (style === undefined) return only;
  const { deploymentType, deploymentOption } = style;
  if (!deploymentType || !deploymentOption) {
    throw new InvalidDeploymentStyleException("Deployment type or deployment option cannot be null or empty");
  }
  if (!isOneOf(DeploymentTypeValues, deploymentType)) {
    throw new InvalidDeploymentStyleException(
      `Deployment type can only be IN_PLACE or BLUE_GREEN, not ${deploymentType}`,
    );
  }
  if (!isOneOf(DeploymentOptionValues, deploymentOption)) {
    throw new InvalidDeploymentStyleException(
      "Deployment option can only be WITH_TRAFFIC_CONTROL or WITHOUT_TRAFFIC_CONTROL",
    );
  }
  if (deploymentType !== only.deploymentType || deploymentOption !== only.deploymentOption) {
    throw new InvalidDeploymentStyleException(
      `For Lambda deployment group, the deployment style must be BLUE_GREEN with WITH_TRAFFIC_CONTROL, not ${deploymentType} with ${deploymentOption}`,
    );
  }
  return style;
}

/** What a group looks like from outside (semantics 2.6). */
export function deploymentGroupInfo(
  applicationName: string,
  computePlatform: ComputePlatform,
  group: DeploymentGroupRecord,
  last: { attempted: LastDeploymentInfo | undefined; successful: LastDeploymentInfo | undefined },
): DeploymentGroupInfo {
  const { targetRevision, ...members } = group;
  return {
    ...members,
    applicationName,
    computePlatform,
    autoRollbackConfiguration: group.autoRollbackConfiguration ?? { enabled: false },
    autoScalingGroups: [],
    ec2TagSet: { ec2TagSetList: [] },
    onPremisesTagSet: { onPremisesTagSetList: [] },
    targetRevision: targetRevision?.location,
    lastAttemptedDeployment: last.attempted,
    lastSuccessfulDeployment: last.successful,
  };
}
