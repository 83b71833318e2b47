/** What is true of a deployment group (semantics 2.4 to 2.6). */
import {
  type AlarmConfiguration,
  type AutoRollbackConfiguration,
  type BlueGreenDeploymentConfiguration,
  type ComputePlatform,
  type CreateDeploymentGroupInput,
  DeploymentGroupDoesNotExistException,
  type DeploymentGroupInfo,
  DeploymentGroupNameRequiredException,
  type DeploymentStyle,
  type EC2TagFilter,
  type ECSService,
  InvalidAutoScalingGroupException,
  InvalidDeploymentConfigNameException,
  InvalidDeploymentGroupNameException,
  InvalidDeploymentStyleException,
  InvalidInputException,
  InvalidRoleException,
  type LastDeploymentInfo,
  type LoadBalancerInfo,
  type OutdatedInstancesStrategy,
  OutdatedInstancesStrategyValues,
  RoleRequiredException,
  type TriggerConfig,
} from "../shapes/codedeploy.ts";
import type { DeploymentConfigRecord } from "./deploymentConfig.ts";
import { requireBlueGreenConfiguration, requireProvisioning } from "./deploymentGroup/blueGreenConfiguration.ts";
import { defaultStyle, requireDeploymentStyle } from "./deploymentGroup/deploymentStyle.ts";
import {
  requireEcsServices,
  requireLoadBalancerInfo,
  requireTrafficControl,
} from "./deploymentGroup/loadBalancerInfo.ts";
import {
  requireAutoScalingGroups,
  requireEC2TagFilters,
  requireEC2TagSet,
  requireOneEC2TagForm,
  requireOneOnPremisesTagForm,
  requireOnPremisesTagFilters,
  requireOnPremisesTagSet,
} from "./deploymentGroup/tagFilters.ts";
import {
  type GroupQuotas,
  requireAlarmConfiguration,
  requireAutoRollbackConfiguration,
  requireTriggerConfigurations,
} from "./groupSettings.ts";
import { isName, isOneOf, NAME_RULE } from "./names.ts";
import type { CompleteRevision } from "./revision.ts";

/** What a group is made of besides its names; every list is there, empty where it was not given. */
export interface GroupMembersRecord {
  serviceRoleArn: string;
  deploymentStyle: DeploymentStyle;
  ec2TagFilters: EC2TagFilter[];
  ec2TagSet: EC2TagFilter[][];
  onPremisesInstanceTagFilters: EC2TagFilter[];
  onPremisesTagSet: EC2TagFilter[][];
  autoScalingGroups: string[];
  triggerConfigurations: TriggerConfig[];
  ecsServices: ECSService[];
  outdatedInstancesStrategy: OutdatedInstancesStrategy;
  terminationHookEnabled: boolean;
  alarmConfiguration?: AlarmConfiguration | undefined;
  autoRollbackConfiguration?: AutoRollbackConfiguration | undefined;
  blueGreenDeploymentConfiguration?: BlueGreenDeploymentConfiguration | undefined;
  loadBalancerInfo?: LoadBalancerInfo | undefined;
}

export interface DeploymentGroupRecord extends GroupMembersRecord {
  deploymentGroupId: string;
  deploymentGroupName: string;
  deploymentConfigName: string;
  /** The highest `order=NUMBER` of a deployment's description so far, in a group that heeds it. */
  highestOrder?: number | undefined;
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

/** The members of a new group of the platform, all of them checked, alone and together. */
export function newGroupMembers(
  platform: ComputePlatform,
  given: GroupMembers,
  quotas: GroupQuotas,
): GroupMembersRecord {
  const members: GroupMembersRecord = {
    serviceRoleArn: requireServiceRole(given.serviceRoleArn),
    deploymentStyle: defaultStyle(platform),
    ec2TagFilters: [],
    ec2TagSet: [],
    onPremisesInstanceTagFilters: [],
    onPremisesTagSet: [],
    autoScalingGroups: [],
    triggerConfigurations: [],
    ecsServices: [],
    outdatedInstancesStrategy: "UPDATE",
    terminationHookEnabled: false,
    ...(platform === "ECS" ? { blueGreenDeploymentConfiguration: requireBlueGreenConfiguration(platform, {}) } : {}),
    ...checkedMembers(platform, given, quotas),
  };
  requireWhole(platform, members, quotas);
  return members;
}

/** The group after an update: what is absent stays as it is, what is there replaces the whole (semantics 2.5). */
export function changedGroup(
  platform: ComputePlatform,
  group: DeploymentGroupRecord,
  given: GroupMembers,
  quotas: GroupQuotas,
): DeploymentGroupRecord {
  const changed: DeploymentGroupRecord = {
    ...group,
    // A group says which instances it wants in one form: a new form takes the place of the old one.
    ...(given.ec2TagSet ? { ec2TagFilters: [] } : given.ec2TagFilters ? { ec2TagSet: [] } : {}),
    ...(given.onPremisesTagSet
      ? { onPremisesInstanceTagFilters: [] }
      : given.onPremisesInstanceTagFilters
        ? { onPremisesTagSet: [] }
        : {}),
    ...(given.serviceRoleArn === undefined ? {} : { serviceRoleArn: validServiceRole(given.serviceRoleArn) }),
    ...checkedMembers(platform, given, quotas),
  };
  requireWhole(platform, changed, quotas);
  return changed;
}

/** Every member that was given, checked by itself. */
function checkedMembers(
  platform: ComputePlatform,
  given: GroupMembers,
  quotas: GroupQuotas,
): Partial<GroupMembersRecord> {
  refuseForeignMembers(platform, given);
  const checks = {
    ec2TagFilters: (filters: EC2TagFilter[]) => requireEC2TagFilters(filters, quotas.tagFilters),
    onPremisesInstanceTagFilters: (filters: EC2TagFilter[]) => requireOnPremisesTagFilters(filters, quotas.tagFilters),
    autoScalingGroups: (names: string[]) => requireAutoScalingGroups(names, quotas.autoScalingGroups),
    triggerConfigurations: (triggers: TriggerConfig[]) => requireTriggerConfigurations(triggers, quotas.triggers),
    alarmConfiguration: (alarms: AlarmConfiguration) => requireAlarmConfiguration(alarms, quotas.alarms),
    autoRollbackConfiguration: requireAutoRollbackConfiguration,
    outdatedInstancesStrategy: requireOutdatedInstancesStrategy,
    deploymentStyle: (style: DeploymentStyle) => requireDeploymentStyle(platform, style),
    blueGreenDeploymentConfiguration: (configuration: BlueGreenDeploymentConfiguration) =>
      requireBlueGreenConfiguration(platform, configuration),
    loadBalancerInfo: (info: LoadBalancerInfo) => requireLoadBalancerInfo(platform, info, quotas.targetGroupPairs),
    ecsServices: (services: ECSService[]) => (platform === "ECS" ? requireEcsServices(services) : services),
    ec2TagSet: ({ ec2TagSetList = [] }: NonNullable<GroupMembers["ec2TagSet"]>) =>
      requireEC2TagSet(ec2TagSetList, quotas.tagFilters),
    onPremisesTagSet: ({ onPremisesTagSetList = [] }: NonNullable<GroupMembers["onPremisesTagSet"]>) =>
      requireOnPremisesTagSet(onPremisesTagSetList, quotas.tagFilters),
    terminationHookEnabled: (enabled: boolean) => enabled,
  };
  const present = Object.entries(checks).filter(([member]) => given[member as keyof typeof checks] !== undefined);
  return Object.fromEntries(
    present.map(([member, check]) => [
      member,
      (check as (value: unknown) => unknown)(given[member as keyof typeof checks]),
    ]),
  );
}

function requireOutdatedInstancesStrategy(strategy: string): OutdatedInstancesStrategy {
  if (isOneOf(OutdatedInstancesStrategyValues, strategy)) return strategy;
  throw new InvalidInputException(
    `Invalid outdatedInstancesStrategy: ${strategy}. It must be ${OutdatedInstancesStrategyValues.join(" or ")}`,
  );
}

/** Members that the platform has no use for (semantics 2.4). An empty list counts as absent, but for one of ECS. */
function refuseForeignMembers(platform: ComputePlatform, given: GroupMembers): void {
  if (platform === "ECS" && given.autoScalingGroups !== undefined) {
    throw new InvalidAutoScalingGroupException("For ECS deployment group, autoScalingGroups can not be specified");
  }
  const ofServers = [
    "ec2TagFilters",
    "onPremisesInstanceTagFilters",
    "autoScalingGroups",
    "ec2TagSet",
    "onPremisesTagSet",
  ] as const;
  const foreign = {
    Server: ["ecsServices"] as const,
    ECS: ofServers,
    Lambda: [...ofServers, "ecsServices", "loadBalancerInfo"] as const,
  }[platform].filter((member) => isGiven(given[member]));
  if (foreign.length === 0) return;
  throw new InvalidInputException(`For ${platform} deployment group, ${foreign.join(", ")} can not be specified`);
}

const isGiven = (value: unknown): boolean => value !== undefined && !(Array.isArray(value) && value.length === 0);

/** What the members must be together. */
function requireWhole(platform: ComputePlatform, members: GroupMembersRecord, quotas: GroupQuotas): void {
  if (platform === "Lambda") return;
  if (platform === "ECS") {
    requireEcsServices(members.ecsServices);
    // What a group has was allowed when it was given, whatever the quota is now.
    if (!members.loadBalancerInfo) requireLoadBalancerInfo(platform, {}, quotas.targetGroupPairs);
    return;
  }
  const { ec2TagFilters, ec2TagSet, onPremisesInstanceTagFilters, onPremisesTagSet, autoScalingGroups } = members;
  requireOneEC2TagForm(ec2TagFilters, ec2TagSet);
  requireOneOnPremisesTagForm(onPremisesInstanceTagFilters, onPremisesTagSet);
  requireTrafficControl(members.deploymentStyle, members.loadBalancerInfo);
  if (members.deploymentStyle.deploymentType === "BLUE_GREEN") {
    requireProvisioning(members.blueGreenDeploymentConfiguration, autoScalingGroups);
    if (onPremisesInstanceTagFilters.length + onPremisesTagSet.length > 0) {
      throw new InvalidDeploymentStyleException("On-premises instances can not take part in blue/green deployments");
    }
  }
  if (members.terminationHookEnabled && autoScalingGroups.length === 0) {
    throw new InvalidInputException("terminationHookEnabled needs an Auto Scaling group");
  }
}

/**
 * What a group looks like from outside. Members follow a recorded answer of the real service: triggers and alarms
 * are there when they are empty; tag sets only in a group that uses them, and there empty filters are not.
 */
export function deploymentGroupInfo(
  applicationName: string,
  computePlatform: ComputePlatform,
  group: DeploymentGroupRecord,
  last: { attempted: LastDeploymentInfo | undefined; successful: LastDeploymentInfo | undefined },
): DeploymentGroupInfo {
  const { targetRevision, autoScalingGroups, ecsServices, terminationHookEnabled, ...members } = group;
  const { ec2TagFilters, ec2TagSet, onPremisesInstanceTagFilters, onPremisesTagSet, ...others } = members;
  const usesTagSets = ec2TagSet.length + onPremisesTagSet.length > 0;
  return {
    ...others,
    applicationName,
    computePlatform,
    ...(usesTagSets
      ? { ec2TagSet: { ec2TagSetList: ec2TagSet }, onPremisesTagSet: { onPremisesTagSetList: onPremisesTagSet } }
      : {}),
    ...(usesTagSets && ec2TagFilters.length === 0 ? {} : { ec2TagFilters }),
    ...(usesTagSets && onPremisesInstanceTagFilters.length === 0 ? {} : { onPremisesInstanceTagFilters }),
    autoScalingGroups: autoScalingGroups.map((name) => ({ name })),
    alarmConfiguration: group.alarmConfiguration ?? { enabled: false, ignorePollAlarmFailure: false, alarms: [] },
    autoRollbackConfiguration:
      group.autoRollbackConfiguration ?? (computePlatform === "Server" ? { enabled: false } : undefined),
    ecsServices: ecsServices.length > 0 ? ecsServices : undefined,
    terminationHookEnabled: computePlatform === "Server" ? terminationHookEnabled : undefined,
    targetRevision: targetRevision?.location,
    lastAttemptedDeployment: last.attempted,
    lastSuccessfulDeployment: last.successful,
  };
}
