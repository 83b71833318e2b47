// GENERATED from model/codedeploy-2014-10-06.json by `npm run generate`. Do not edit.
/** Shapes, errors and operations of CodeDeploy 2014-10-06, as they are on the wire. */
import { ModelledError } from "./modelledError.ts";

export const targetPrefix = "CodeDeploy_20141006";

export interface AddTagsToOnPremisesInstancesInput {
  tags?: Tag[] | undefined;
  instanceNames?: string[] | undefined;
}

export interface Alarm {
  name?: string | undefined;
}

export interface AlarmConfiguration {
  enabled?: boolean | undefined;
  ignorePollAlarmFailure?: boolean | undefined;
  alarms?: Alarm[] | undefined;
}

export interface AppSpecContent {
  content?: string | undefined;
  sha256?: string | undefined;
}

export interface ApplicationInfo {
  applicationId?: string | undefined;
  applicationName?: string | undefined;
  createTime?: number | undefined;
  linkedToGitHub?: boolean | undefined;
  gitHubAccountName?: string | undefined;
  computePlatform?: string | undefined;
}

export const ApplicationRevisionSortByValues = ["registerTime","firstUsedTime","lastUsedTime"] as const;
export type ApplicationRevisionSortBy = (typeof ApplicationRevisionSortByValues)[number];

export interface AutoRollbackConfiguration {
  enabled?: boolean | undefined;
  events?: string[] | undefined;
}

export const AutoRollbackEventValues = ["DEPLOYMENT_FAILURE","DEPLOYMENT_STOP_ON_ALARM","DEPLOYMENT_STOP_ON_REQUEST"] as const;
export type AutoRollbackEvent = (typeof AutoRollbackEventValues)[number];

export interface AutoScalingGroup {
  name?: string | undefined;
  hook?: string | undefined;
  terminationHook?: string | undefined;
}

export interface BatchGetApplicationRevisionsInput {
  applicationName?: string | undefined;
  revisions?: RevisionLocation[] | undefined;
}

export interface BatchGetApplicationRevisionsOutput {
  applicationName?: string | undefined;
  errorMessage?: string | undefined;
  revisions?: RevisionInfo[] | undefined;
}

export interface BatchGetApplicationsInput {
  applicationNames?: string[] | undefined;
}

export interface BatchGetApplicationsOutput {
  applicationsInfo?: ApplicationInfo[] | undefined;
}

export interface BatchGetDeploymentGroupsInput {
  applicationName?: string | undefined;
  deploymentGroupNames?: string[] | undefined;
}

export interface BatchGetDeploymentGroupsOutput {
  deploymentGroupsInfo?: DeploymentGroupInfo[] | undefined;
  errorMessage?: string | undefined;
}

export interface BatchGetDeploymentInstancesInput {
  deploymentId?: string | undefined;
  instanceIds?: string[] | undefined;
}

export interface BatchGetDeploymentInstancesOutput {
  instancesSummary?: InstanceSummary[] | undefined;
  errorMessage?: string | undefined;
}

export interface BatchGetDeploymentTargetsInput {
  deploymentId?: string | undefined;
  targetIds?: string[] | undefined;
}

export interface BatchGetDeploymentTargetsOutput {
  deploymentTargets?: DeploymentTarget[] | undefined;
}

export interface BatchGetDeploymentsInput {
  deploymentIds?: string[] | undefined;
}

export interface BatchGetDeploymentsOutput {
  deploymentsInfo?: DeploymentInfo[] | undefined;
}

export interface BatchGetOnPremisesInstancesInput {
  instanceNames?: string[] | undefined;
}

export interface BatchGetOnPremisesInstancesOutput {
  instanceInfos?: InstanceInfo[] | undefined;
}

export interface BlueGreenDeploymentConfiguration {
  terminateBlueInstancesOnDeploymentSuccess?: BlueInstanceTerminationOption | undefined;
  deploymentReadyOption?: DeploymentReadyOption | undefined;
  greenFleetProvisioningOption?: GreenFleetProvisioningOption | undefined;
}

export interface BlueInstanceTerminationOption {
  action?: string | undefined;
  terminationWaitTimeInMinutes?: number | undefined;
}

export const BundleTypeValues = ["tar","tgz","zip","YAML","JSON"] as const;
export type BundleType = (typeof BundleTypeValues)[number];

export interface CloudFormationTarget {
  deploymentId?: string | undefined;
  targetId?: string | undefined;
  lastUpdatedAt?: number | undefined;
  lifecycleEvents?: LifecycleEvent[] | undefined;
  status?: string | undefined;
  resourceType?: string | undefined;
  targetVersionWeight?: number | undefined;
}

export const ComputePlatformValues = ["Server","Lambda","ECS"] as const;
export type ComputePlatform = (typeof ComputePlatformValues)[number];

export interface ContinueDeploymentInput {
  deploymentId?: string | undefined;
  deploymentWaitType?: string | undefined;
}

export interface CreateApplicationInput {
  applicationName?: string | undefined;
  computePlatform?: string | undefined;
  tags?: Tag[] | undefined;
}

export interface CreateApplicationOutput {
  applicationId?: string | undefined;
}

export interface CreateDeploymentConfigInput {
  deploymentConfigName?: string | undefined;
  minimumHealthyHosts?: MinimumHealthyHosts | undefined;
  trafficRoutingConfig?: TrafficRoutingConfig | undefined;
  computePlatform?: string | undefined;
  zonalConfig?: ZonalConfig | undefined;
}

export interface CreateDeploymentConfigOutput {
  deploymentConfigId?: string | undefined;
}

export interface CreateDeploymentGroupInput {
  applicationName?: string | undefined;
  deploymentGroupName?: string | undefined;
  deploymentConfigName?: string | undefined;
  ec2TagFilters?: EC2TagFilter[] | undefined;
  onPremisesInstanceTagFilters?: TagFilter[] | undefined;
  autoScalingGroups?: string[] | undefined;
  serviceRoleArn?: string | undefined;
  triggerConfigurations?: TriggerConfig[] | undefined;
  alarmConfiguration?: AlarmConfiguration | undefined;
  autoRollbackConfiguration?: AutoRollbackConfiguration | undefined;
  outdatedInstancesStrategy?: string | undefined;
  deploymentStyle?: DeploymentStyle | undefined;
  blueGreenDeploymentConfiguration?: BlueGreenDeploymentConfiguration | undefined;
  loadBalancerInfo?: LoadBalancerInfo | undefined;
  ec2TagSet?: EC2TagSet | undefined;
  ecsServices?: ECSService[] | undefined;
  onPremisesTagSet?: OnPremisesTagSet | undefined;
  tags?: Tag[] | undefined;
  terminationHookEnabled?: boolean | undefined;
}

export interface CreateDeploymentGroupOutput {
  deploymentGroupId?: string | undefined;
}

export interface CreateDeploymentInput {
  applicationName?: string | undefined;
  deploymentGroupName?: string | undefined;
  revision?: RevisionLocation | undefined;
  deploymentConfigName?: string | undefined;
  description?: string | undefined;
  ignoreApplicationStopFailures?: boolean | undefined;
  targetInstances?: TargetInstances | undefined;
  autoRollbackConfiguration?: AutoRollbackConfiguration | undefined;
  updateOutdatedInstancesOnly?: boolean | undefined;
  fileExistsBehavior?: string | undefined;
  deploymentMode?: string | undefined;
  overrideAlarmConfiguration?: AlarmConfiguration | undefined;
}

export interface CreateDeploymentOutput {
  deploymentId?: string | undefined;
}

export interface DeleteApplicationInput {
  applicationName?: string | undefined;
}

export interface DeleteDeploymentConfigInput {
  deploymentConfigName?: string | undefined;
}

export interface DeleteDeploymentGroupInput {
  applicationName?: string | undefined;
  deploymentGroupName?: string | undefined;
}

export interface DeleteDeploymentGroupOutput {
  hooksNotCleanedUp?: AutoScalingGroup[] | undefined;
}

export interface DeleteGitHubAccountTokenInput {
  tokenName?: string | undefined;
}

export interface DeleteGitHubAccountTokenOutput {
  tokenName?: string | undefined;
}

export interface DeleteResourcesByExternalIdInput {
  externalId?: string | undefined;
}

export type DeleteResourcesByExternalIdOutput = Record<string, never>;

export interface DeploymentConfigInfo {
  deploymentConfigId?: string | undefined;
  deploymentConfigName?: string | undefined;
  minimumHealthyHosts?: MinimumHealthyHosts | undefined;
  createTime?: number | undefined;
  computePlatform?: string | undefined;
  trafficRoutingConfig?: TrafficRoutingConfig | undefined;
  zonalConfig?: ZonalConfig | undefined;
}

export const DeploymentCreatorValues = ["user","autoscaling","codeDeployRollback","CodeDeploy","CodeDeployAutoUpdate","CloudFormation","CloudFormationRollback","autoscalingTermination"] as const;
export type DeploymentCreator = (typeof DeploymentCreatorValues)[number];

export interface DeploymentGroupInfo {
  applicationName?: string | undefined;
  deploymentGroupId?: string | undefined;
  deploymentGroupName?: string | undefined;
  deploymentConfigName?: string | undefined;
  ec2TagFilters?: EC2TagFilter[] | undefined;
  onPremisesInstanceTagFilters?: TagFilter[] | undefined;
  autoScalingGroups?: AutoScalingGroup[] | undefined;
  serviceRoleArn?: string | undefined;
  targetRevision?: RevisionLocation | undefined;
  triggerConfigurations?: TriggerConfig[] | undefined;
  alarmConfiguration?: AlarmConfiguration | undefined;
  autoRollbackConfiguration?: AutoRollbackConfiguration | undefined;
  deploymentStyle?: DeploymentStyle | undefined;
  outdatedInstancesStrategy?: string | undefined;
  blueGreenDeploymentConfiguration?: BlueGreenDeploymentConfiguration | undefined;
  loadBalancerInfo?: LoadBalancerInfo | undefined;
  lastSuccessfulDeployment?: LastDeploymentInfo | undefined;
  lastAttemptedDeployment?: LastDeploymentInfo | undefined;
  ec2TagSet?: EC2TagSet | undefined;
  onPremisesTagSet?: OnPremisesTagSet | undefined;
  computePlatform?: string | undefined;
  ecsServices?: ECSService[] | undefined;
  terminationHookEnabled?: boolean | undefined;
}

export interface DeploymentInfo {
  applicationName?: string | undefined;
  deploymentGroupName?: string | undefined;
  deploymentConfigName?: string | undefined;
  deploymentId?: string | undefined;
  previousRevision?: RevisionLocation | undefined;
  revision?: RevisionLocation | undefined;
  status?: string | undefined;
  errorInformation?: ErrorInformation | undefined;
  createTime?: number | undefined;
  startTime?: number | undefined;
  completeTime?: number | undefined;
  deploymentOverview?: DeploymentOverview | undefined;
  description?: string | undefined;
  creator?: string | undefined;
  ignoreApplicationStopFailures?: boolean | undefined;
  autoRollbackConfiguration?: AutoRollbackConfiguration | undefined;
  updateOutdatedInstancesOnly?: boolean | undefined;
  rollbackInfo?: RollbackInfo | undefined;
  deploymentStyle?: DeploymentStyle | undefined;
  targetInstances?: TargetInstances | undefined;
  instanceTerminationWaitTimeStarted?: boolean | undefined;
  blueGreenDeploymentConfiguration?: BlueGreenDeploymentConfiguration | undefined;
  loadBalancerInfo?: LoadBalancerInfo | undefined;
  additionalDeploymentStatusInfo?: string | undefined;
  fileExistsBehavior?: string | undefined;
  deploymentMode?: string | undefined;
  deploymentStatusMessages?: string[] | undefined;
  computePlatform?: string | undefined;
  externalId?: string | undefined;
  relatedDeployments?: RelatedDeployments | undefined;
  overrideAlarmConfiguration?: AlarmConfiguration | undefined;
}

export const DeploymentModeValues = ["STANDARD","RESTART"] as const;
export type DeploymentMode = (typeof DeploymentModeValues)[number];

export const DeploymentOptionValues = ["WITH_TRAFFIC_CONTROL","WITHOUT_TRAFFIC_CONTROL"] as const;
export type DeploymentOption = (typeof DeploymentOptionValues)[number];

export interface DeploymentOverview {
  Pending?: number | undefined;
  InProgress?: number | undefined;
  Succeeded?: number | undefined;
  Failed?: number | undefined;
  Skipped?: number | undefined;
  Ready?: number | undefined;
}

export const DeploymentReadyActionValues = ["CONTINUE_DEPLOYMENT","STOP_DEPLOYMENT"] as const;
export type DeploymentReadyAction = (typeof DeploymentReadyActionValues)[number];

export interface DeploymentReadyOption {
  actionOnTimeout?: string | undefined;
  waitTimeInMinutes?: number | undefined;
}

export const DeploymentStatusValues = ["Created","Queued","InProgress","Baking","Succeeded","Failed","Stopped","Ready"] as const;
export type DeploymentStatus = (typeof DeploymentStatusValues)[number];

export interface DeploymentStyle {
  deploymentType?: string | undefined;
  deploymentOption?: string | undefined;
}

export interface DeploymentTarget {
  deploymentTargetType?: string | undefined;
  instanceTarget?: InstanceTarget | undefined;
  lambdaTarget?: LambdaTarget | undefined;
  ecsTarget?: ECSTarget | undefined;
  cloudFormationTarget?: CloudFormationTarget | undefined;
}

export const DeploymentTargetTypeValues = ["InstanceTarget","LambdaTarget","ECSTarget","CloudFormationTarget"] as const;
export type DeploymentTargetType = (typeof DeploymentTargetTypeValues)[number];

export const DeploymentTypeValues = ["IN_PLACE","BLUE_GREEN"] as const;
export type DeploymentType = (typeof DeploymentTypeValues)[number];

export const DeploymentWaitTypeValues = ["READY_WAIT","TERMINATION_WAIT"] as const;
export type DeploymentWaitType = (typeof DeploymentWaitTypeValues)[number];

export interface DeregisterOnPremisesInstanceInput {
  instanceName?: string | undefined;
}

export interface Diagnostics {
  errorCode?: string | undefined;
  scriptName?: string | undefined;
  message?: string | undefined;
  logTail?: string | undefined;
}

export interface EC2TagFilter {
  Key?: string | undefined;
  Value?: string | undefined;
  Type?: string | undefined;
}

export const EC2TagFilterTypeValues = ["KEY_ONLY","VALUE_ONLY","KEY_AND_VALUE"] as const;
export type EC2TagFilterType = (typeof EC2TagFilterTypeValues)[number];

export interface EC2TagSet {
  ec2TagSetList?: EC2TagFilter[][] | undefined;
}

export interface ECSService {
  serviceName?: string | undefined;
  clusterName?: string | undefined;
}

export interface ECSTarget {
  deploymentId?: string | undefined;
  targetId?: string | undefined;
  targetArn?: string | undefined;
  lastUpdatedAt?: number | undefined;
  lifecycleEvents?: LifecycleEvent[] | undefined;
  status?: string | undefined;
  taskSetsInfo?: ECSTaskSet[] | undefined;
}

export interface ECSTaskSet {
  identifer?: string | undefined;
  desiredCount?: number | undefined;
  pendingCount?: number | undefined;
  runningCount?: number | undefined;
  status?: string | undefined;
  trafficWeight?: number | undefined;
  targetGroup?: TargetGroupInfo | undefined;
  taskSetLabel?: string | undefined;
}

export interface ELBInfo {
  name?: string | undefined;
}

export const ErrorCodeValues = ["AGENT_ISSUE","ALARM_ACTIVE","APPLICATION_MISSING","AUTOSCALING_VALIDATION_ERROR","AUTO_SCALING_CONFIGURATION","AUTO_SCALING_IAM_ROLE_PERMISSIONS","CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND","CUSTOMER_APPLICATION_UNHEALTHY","DEPLOYMENT_GROUP_MISSING","ECS_UPDATE_ERROR","ELASTIC_LOAD_BALANCING_INVALID","ELB_INVALID_INSTANCE","HEALTH_CONSTRAINTS","HEALTH_CONSTRAINTS_INVALID","HOOK_EXECUTION_FAILURE","IAM_ROLE_MISSING","IAM_ROLE_PERMISSIONS","INTERNAL_ERROR","INVALID_ECS_SERVICE","INVALID_LAMBDA_CONFIGURATION","INVALID_LAMBDA_FUNCTION","INVALID_REVISION","MANUAL_STOP","MISSING_BLUE_GREEN_DEPLOYMENT_CONFIGURATION","MISSING_ELB_INFORMATION","MISSING_GITHUB_TOKEN","NO_EC2_SUBSCRIPTION","NO_INSTANCES","OVER_MAX_INSTANCES","RESOURCE_LIMIT_EXCEEDED","REVISION_MISSING","THROTTLED","TIMEOUT","CLOUDFORMATION_STACK_FAILURE"] as const;
export type ErrorCode = (typeof ErrorCodeValues)[number];

export interface ErrorInformation {
  code?: string | undefined;
  message?: string | undefined;
}

export const FileExistsBehaviorValues = ["DISALLOW","OVERWRITE","RETAIN"] as const;
export type FileExistsBehavior = (typeof FileExistsBehaviorValues)[number];

export interface GenericRevisionInfo {
  description?: string | undefined;
  deploymentGroups?: string[] | undefined;
  firstUsedTime?: number | undefined;
  lastUsedTime?: number | undefined;
  registerTime?: number | undefined;
}

export interface GetApplicationInput {
  applicationName?: string | undefined;
}

export interface GetApplicationOutput {
  application?: ApplicationInfo | undefined;
}

export interface GetApplicationRevisionInput {
  applicationName?: string | undefined;
  revision?: RevisionLocation | undefined;
}

export interface GetApplicationRevisionOutput {
  applicationName?: string | undefined;
  revision?: RevisionLocation | undefined;
  revisionInfo?: GenericRevisionInfo | undefined;
}

export interface GetDeploymentConfigInput {
  deploymentConfigName?: string | undefined;
}

export interface GetDeploymentConfigOutput {
  deploymentConfigInfo?: DeploymentConfigInfo | undefined;
}

export interface GetDeploymentGroupInput {
  applicationName?: string | undefined;
  deploymentGroupName?: string | undefined;
}

export interface GetDeploymentGroupOutput {
  deploymentGroupInfo?: DeploymentGroupInfo | undefined;
}

export interface GetDeploymentInput {
  deploymentId?: string | undefined;
}

export interface GetDeploymentInstanceInput {
  deploymentId?: string | undefined;
  instanceId?: string | undefined;
}

export interface GetDeploymentInstanceOutput {
  instanceSummary?: InstanceSummary | undefined;
}

export interface GetDeploymentOutput {
  deploymentInfo?: DeploymentInfo | undefined;
}

export interface GetDeploymentTargetInput {
  deploymentId?: string | undefined;
  targetId?: string | undefined;
}

export interface GetDeploymentTargetOutput {
  deploymentTarget?: DeploymentTarget | undefined;
}

export interface GetOnPremisesInstanceInput {
  instanceName?: string | undefined;
}

export interface GetOnPremisesInstanceOutput {
  instanceInfo?: InstanceInfo | undefined;
}

export interface GitHubLocation {
  repository?: string | undefined;
  commitId?: string | undefined;
}

export const GreenFleetProvisioningActionValues = ["DISCOVER_EXISTING","COPY_AUTO_SCALING_GROUP"] as const;
export type GreenFleetProvisioningAction = (typeof GreenFleetProvisioningActionValues)[number];

export interface GreenFleetProvisioningOption {
  action?: string | undefined;
}

export const InstanceActionValues = ["TERMINATE","KEEP_ALIVE"] as const;
export type InstanceAction = (typeof InstanceActionValues)[number];

export interface InstanceInfo {
  instanceName?: string | undefined;
  iamSessionArn?: string | undefined;
  iamUserArn?: string | undefined;
  instanceArn?: string | undefined;
  registerTime?: number | undefined;
  deregisterTime?: number | undefined;
  tags?: Tag[] | undefined;
}

export const InstanceStatusValues = ["Pending","InProgress","Succeeded","Failed","Skipped","Unknown","Ready"] as const;
export type InstanceStatus = (typeof InstanceStatusValues)[number];

export interface InstanceSummary {
  deploymentId?: string | undefined;
  instanceId?: string | undefined;
  status?: string | undefined;
  lastUpdatedAt?: number | undefined;
  lifecycleEvents?: LifecycleEvent[] | undefined;
  instanceType?: string | undefined;
}

export interface InstanceTarget {
  deploymentId?: string | undefined;
  targetId?: string | undefined;
  targetArn?: string | undefined;
  status?: string | undefined;
  lastUpdatedAt?: number | undefined;
  lifecycleEvents?: LifecycleEvent[] | undefined;
  instanceLabel?: string | undefined;
}

export const InstanceTypeValues = ["Blue","Green"] as const;
export type InstanceType = (typeof InstanceTypeValues)[number];

export interface LambdaFunctionInfo {
  functionName?: string | undefined;
  functionAlias?: string | undefined;
  currentVersion?: string | undefined;
  targetVersion?: string | undefined;
  targetVersionWeight?: number | undefined;
}

export interface LambdaTarget {
  deploymentId?: string | undefined;
  targetId?: string | undefined;
  targetArn?: string | undefined;
  status?: string | undefined;
  lastUpdatedAt?: number | undefined;
  lifecycleEvents?: LifecycleEvent[] | undefined;
  lambdaFunctionInfo?: LambdaFunctionInfo | undefined;
}

export interface LastDeploymentInfo {
  deploymentId?: string | undefined;
  status?: string | undefined;
  endTime?: number | undefined;
  createTime?: number | undefined;
}

export const LifecycleErrorCodeValues = ["Success","ScriptMissing","ScriptNotExecutable","ScriptTimedOut","ScriptFailed","UnknownError"] as const;
export type LifecycleErrorCode = (typeof LifecycleErrorCodeValues)[number];

export interface LifecycleEvent {
  lifecycleEventName?: string | undefined;
  diagnostics?: Diagnostics | undefined;
  startTime?: number | undefined;
  endTime?: number | undefined;
  status?: string | undefined;
}

export const LifecycleEventStatusValues = ["Pending","InProgress","Succeeded","Failed","Skipped","Unknown"] as const;
export type LifecycleEventStatus = (typeof LifecycleEventStatusValues)[number];

export interface ListApplicationRevisionsInput {
  applicationName?: string | undefined;
  sortBy?: string | undefined;
  sortOrder?: string | undefined;
  s3Bucket?: string | undefined;
  s3KeyPrefix?: string | undefined;
  deployed?: string | undefined;
  nextToken?: string | undefined;
}

export interface ListApplicationRevisionsOutput {
  revisions?: RevisionLocation[] | undefined;
  nextToken?: string | undefined;
}

export interface ListApplicationsInput {
  nextToken?: string | undefined;
}

export interface ListApplicationsOutput {
  applications?: string[] | undefined;
  nextToken?: string | undefined;
}

export interface ListDeploymentConfigsInput {
  nextToken?: string | undefined;
}

export interface ListDeploymentConfigsOutput {
  deploymentConfigsList?: string[] | undefined;
  nextToken?: string | undefined;
}

export interface ListDeploymentGroupsInput {
  applicationName?: string | undefined;
  nextToken?: string | undefined;
}

export interface ListDeploymentGroupsOutput {
  applicationName?: string | undefined;
  deploymentGroups?: string[] | undefined;
  nextToken?: string | undefined;
}

export interface ListDeploymentInstancesInput {
  deploymentId?: string | undefined;
  nextToken?: string | undefined;
  instanceStatusFilter?: string[] | undefined;
  instanceTypeFilter?: string[] | undefined;
}

export interface ListDeploymentInstancesOutput {
  instancesList?: string[] | undefined;
  nextToken?: string | undefined;
}

export interface ListDeploymentTargetsInput {
  deploymentId?: string | undefined;
  nextToken?: string | undefined;
  targetFilters?: Record<string, string[]> | undefined;
}

export interface ListDeploymentTargetsOutput {
  targetIds?: string[] | undefined;
  nextToken?: string | undefined;
}

export interface ListDeploymentsInput {
  applicationName?: string | undefined;
  deploymentGroupName?: string | undefined;
  externalId?: string | undefined;
  includeOnlyStatuses?: string[] | undefined;
  createTimeRange?: TimeRange | undefined;
  nextToken?: string | undefined;
}

export interface ListDeploymentsOutput {
  deployments?: string[] | undefined;
  nextToken?: string | undefined;
}

export interface ListGitHubAccountTokenNamesInput {
  nextToken?: string | undefined;
}

export interface ListGitHubAccountTokenNamesOutput {
  tokenNameList?: string[] | undefined;
  nextToken?: string | undefined;
}

export interface ListOnPremisesInstancesInput {
  registrationStatus?: string | undefined;
  tagFilters?: TagFilter[] | undefined;
  nextToken?: string | undefined;
}

export interface ListOnPremisesInstancesOutput {
  instanceNames?: string[] | undefined;
  nextToken?: string | undefined;
}

export const ListStateFilterActionValues = ["include","exclude","ignore"] as const;
export type ListStateFilterAction = (typeof ListStateFilterActionValues)[number];

export interface ListTagsForResourceInput {
  ResourceArn?: string | undefined;
  NextToken?: string | undefined;
}

export interface ListTagsForResourceOutput {
  Tags?: Tag[] | undefined;
  NextToken?: string | undefined;
}

export interface LoadBalancerInfo {
  elbInfoList?: ELBInfo[] | undefined;
  targetGroupInfoList?: TargetGroupInfo[] | undefined;
  targetGroupPairInfoList?: TargetGroupPairInfo[] | undefined;
}

export interface MinimumHealthyHosts {
  type?: string | undefined;
  value?: number | undefined;
}

export interface MinimumHealthyHostsPerZone {
  type?: string | undefined;
  value?: number | undefined;
}

export const MinimumHealthyHostsPerZoneTypeValues = ["HOST_COUNT","FLEET_PERCENT"] as const;
export type MinimumHealthyHostsPerZoneType = (typeof MinimumHealthyHostsPerZoneTypeValues)[number];

export const MinimumHealthyHostsTypeValues = ["HOST_COUNT","FLEET_PERCENT"] as const;
export type MinimumHealthyHostsType = (typeof MinimumHealthyHostsTypeValues)[number];

export interface OnPremisesTagSet {
  onPremisesTagSetList?: TagFilter[][] | undefined;
}

export const OutdatedInstancesStrategyValues = ["UPDATE","IGNORE"] as const;
export type OutdatedInstancesStrategy = (typeof OutdatedInstancesStrategyValues)[number];

export interface PutLifecycleEventHookExecutionStatusInput {
  deploymentId?: string | undefined;
  lifecycleEventHookExecutionId?: string | undefined;
  status?: string | undefined;
}

export interface PutLifecycleEventHookExecutionStatusOutput {
  lifecycleEventHookExecutionId?: string | undefined;
}

export interface RawString {
  content?: string | undefined;
  sha256?: string | undefined;
}

export interface RegisterApplicationRevisionInput {
  applicationName?: string | undefined;
  description?: string | undefined;
  revision?: RevisionLocation | undefined;
}

export interface RegisterOnPremisesInstanceInput {
  instanceName?: string | undefined;
  iamSessionArn?: string | undefined;
  iamUserArn?: string | undefined;
}

export const RegistrationStatusValues = ["Registered","Deregistered"] as const;
export type RegistrationStatus = (typeof RegistrationStatusValues)[number];

export interface RelatedDeployments {
  autoUpdateOutdatedInstancesRootDeploymentId?: string | undefined;
  autoUpdateOutdatedInstancesDeploymentIds?: string[] | undefined;
}

export interface RemoveTagsFromOnPremisesInstancesInput {
  tags?: Tag[] | undefined;
  instanceNames?: string[] | undefined;
}

export interface RevisionInfo {
  revisionLocation?: RevisionLocation | undefined;
  genericRevisionInfo?: GenericRevisionInfo | undefined;
}

export interface RevisionLocation {
  revisionType?: string | undefined;
  s3Location?: S3Location | undefined;
  gitHubLocation?: GitHubLocation | undefined;
  string?: RawString | undefined;
  appSpecContent?: AppSpecContent | undefined;
}

export const RevisionLocationTypeValues = ["S3","GitHub","String","AppSpecContent"] as const;
export type RevisionLocationType = (typeof RevisionLocationTypeValues)[number];

export interface RollbackInfo {
  rollbackDeploymentId?: string | undefined;
  rollbackTriggeringDeploymentId?: string | undefined;
  rollbackMessage?: string | undefined;
}

export interface S3Location {
  bucket?: string | undefined;
  key?: string | undefined;
  bundleType?: string | undefined;
  version?: string | undefined;
  eTag?: string | undefined;
}

export interface SkipWaitTimeForInstanceTerminationInput {
  deploymentId?: string | undefined;
}

export const SortOrderValues = ["ascending","descending"] as const;
export type SortOrder = (typeof SortOrderValues)[number];

export interface StopDeploymentInput {
  deploymentId?: string | undefined;
  autoRollbackEnabled?: boolean | undefined;
}

export interface StopDeploymentOutput {
  status?: string | undefined;
  statusMessage?: string | undefined;
}

export const StopStatusValues = ["Pending","Succeeded"] as const;
export type StopStatus = (typeof StopStatusValues)[number];

export interface Tag {
  Key?: string | undefined;
  Value?: string | undefined;
}

export interface TagFilter {
  Key?: string | undefined;
  Value?: string | undefined;
  Type?: string | undefined;
}

export const TagFilterTypeValues = ["KEY_ONLY","VALUE_ONLY","KEY_AND_VALUE"] as const;
export type TagFilterType = (typeof TagFilterTypeValues)[number];

export interface TagResourceInput {
  ResourceArn?: string | undefined;
  Tags?: Tag[] | undefined;
}

export type TagResourceOutput = Record<string, never>;

export const TargetFilterNameValues = ["TargetStatus","ServerInstanceLabel"] as const;
export type TargetFilterName = (typeof TargetFilterNameValues)[number];

export interface TargetGroupInfo {
  name?: string | undefined;
}

export interface TargetGroupPairInfo {
  targetGroups?: TargetGroupInfo[] | undefined;
  prodTrafficRoute?: TrafficRoute | undefined;
  testTrafficRoute?: TrafficRoute | undefined;
}

export interface TargetInstances {
  tagFilters?: EC2TagFilter[] | undefined;
  autoScalingGroups?: string[] | undefined;
  ec2TagSet?: EC2TagSet | undefined;
}

export const TargetLabelValues = ["Blue","Green"] as const;
export type TargetLabel = (typeof TargetLabelValues)[number];

export const TargetStatusValues = ["Pending","InProgress","Succeeded","Failed","Skipped","Unknown","Ready"] as const;
export type TargetStatus = (typeof TargetStatusValues)[number];

export interface TimeBasedCanary {
  canaryPercentage?: number | undefined;
  canaryInterval?: number | undefined;
}

export interface TimeBasedLinear {
  linearPercentage?: number | undefined;
  linearInterval?: number | undefined;
}

export interface TimeRange {
  start?: number | undefined;
  end?: number | undefined;
}

export interface TrafficRoute {
  listenerArns?: string[] | undefined;
}

export interface TrafficRoutingConfig {
  type?: string | undefined;
  timeBasedCanary?: TimeBasedCanary | undefined;
  timeBasedLinear?: TimeBasedLinear | undefined;
}

export const TrafficRoutingTypeValues = ["TimeBasedCanary","TimeBasedLinear","AllAtOnce"] as const;
export type TrafficRoutingType = (typeof TrafficRoutingTypeValues)[number];

export interface TriggerConfig {
  triggerName?: string | undefined;
  triggerTargetArn?: string | undefined;
  triggerEvents?: string[] | undefined;
}

export const TriggerEventTypeValues = ["DeploymentStart","DeploymentSuccess","DeploymentFailure","DeploymentStop","DeploymentRollback","DeploymentReady","InstanceStart","InstanceSuccess","InstanceFailure","InstanceReady"] as const;
export type TriggerEventType = (typeof TriggerEventTypeValues)[number];

export interface UntagResourceInput {
  ResourceArn?: string | undefined;
  TagKeys?: string[] | undefined;
}

export type UntagResourceOutput = Record<string, never>;

export interface UpdateApplicationInput {
  applicationName?: string | undefined;
  newApplicationName?: string | undefined;
}

export interface UpdateDeploymentGroupInput {
  applicationName?: string | undefined;
  currentDeploymentGroupName?: string | undefined;
  newDeploymentGroupName?: string | undefined;
  deploymentConfigName?: string | undefined;
  ec2TagFilters?: EC2TagFilter[] | undefined;
  onPremisesInstanceTagFilters?: TagFilter[] | undefined;
  autoScalingGroups?: string[] | undefined;
  serviceRoleArn?: string | undefined;
  triggerConfigurations?: TriggerConfig[] | undefined;
  alarmConfiguration?: AlarmConfiguration | undefined;
  autoRollbackConfiguration?: AutoRollbackConfiguration | undefined;
  outdatedInstancesStrategy?: string | undefined;
  deploymentStyle?: DeploymentStyle | undefined;
  blueGreenDeploymentConfiguration?: BlueGreenDeploymentConfiguration | undefined;
  loadBalancerInfo?: LoadBalancerInfo | undefined;
  ec2TagSet?: EC2TagSet | undefined;
  ecsServices?: ECSService[] | undefined;
  onPremisesTagSet?: OnPremisesTagSet | undefined;
  terminationHookEnabled?: boolean | undefined;
}

export interface UpdateDeploymentGroupOutput {
  hooksNotCleanedUp?: AutoScalingGroup[] | undefined;
}

export interface ZonalConfig {
  firstZoneMonitorDurationInSeconds?: number | undefined;
  monitorDurationInSeconds?: number | undefined;
  minimumHealthyHostsPerZone?: MinimumHealthyHostsPerZone | undefined;
}

export class AlarmsLimitExceededException extends ModelledError {}
export class ApplicationAlreadyExistsException extends ModelledError {}
export class ApplicationDoesNotExistException extends ModelledError {}
export class ApplicationLimitExceededException extends ModelledError {}
export class ApplicationNameRequiredException extends ModelledError {}
export class ArnNotSupportedException extends ModelledError {}
export class BatchLimitExceededException extends ModelledError {}
export class BucketNameFilterRequiredException extends ModelledError {}
export class DeploymentAlreadyCompletedException extends ModelledError {}
export class DeploymentAlreadyStartedException extends ModelledError {}
export class DeploymentConfigAlreadyExistsException extends ModelledError {}
export class DeploymentConfigDoesNotExistException extends ModelledError {}
export class DeploymentConfigInUseException extends ModelledError {}
export class DeploymentConfigLimitExceededException extends ModelledError {}
export class DeploymentConfigNameRequiredException extends ModelledError {}
export class DeploymentDoesNotExistException extends ModelledError {}
export class DeploymentGroupAlreadyExistsException extends ModelledError {}
export class DeploymentGroupDoesNotExistException extends ModelledError {}
export class DeploymentGroupLimitExceededException extends ModelledError {}
export class DeploymentGroupNameRequiredException extends ModelledError {}
export class DeploymentIdRequiredException extends ModelledError {}
export class DeploymentIsNotInReadyStateException extends ModelledError {}
export class DeploymentLimitExceededException extends ModelledError {}
export class DeploymentNotStartedException extends ModelledError {}
export class DeploymentTargetDoesNotExistException extends ModelledError {}
export class DeploymentTargetIdRequiredException extends ModelledError {}
export class DeploymentTargetListSizeExceededException extends ModelledError {}
export class DescriptionTooLongException extends ModelledError {}
export class ECSServiceMappingLimitExceededException extends ModelledError {}
export class GitHubAccountTokenDoesNotExistException extends ModelledError {}
export class GitHubAccountTokenNameRequiredException extends ModelledError {}
export class IamArnRequiredException extends ModelledError {}
export class IamSessionArnAlreadyRegisteredException extends ModelledError {}
export class IamUserArnAlreadyRegisteredException extends ModelledError {}
export class IamUserArnRequiredException extends ModelledError {}
export class InstanceDoesNotExistException extends ModelledError {}
export class InstanceIdRequiredException extends ModelledError {}
export class InstanceLimitExceededException extends ModelledError {}
export class InstanceNameAlreadyRegisteredException extends ModelledError {}
export class InstanceNameRequiredException extends ModelledError {}
export class InstanceNotRegisteredException extends ModelledError {}
export class InvalidAlarmConfigException extends ModelledError {}
export class InvalidApplicationNameException extends ModelledError {}
export class InvalidArnException extends ModelledError {}
export class InvalidAutoRollbackConfigException extends ModelledError {}
export class InvalidAutoScalingGroupException extends ModelledError {}
export class InvalidBlueGreenDeploymentConfigurationException extends ModelledError {}
export class InvalidBucketNameFilterException extends ModelledError {}
export class InvalidComputePlatformException extends ModelledError {}
export class InvalidDeployedStateFilterException extends ModelledError {}
export class InvalidDeploymentConfigNameException extends ModelledError {}
export class InvalidDeploymentGroupNameException extends ModelledError {}
export class InvalidDeploymentIdException extends ModelledError {}
export class InvalidDeploymentInstanceTypeException extends ModelledError {}
export class InvalidDeploymentStatusException extends ModelledError {}
export class InvalidDeploymentStyleException extends ModelledError {}
export class InvalidDeploymentTargetIdException extends ModelledError {}
export class InvalidDeploymentWaitTypeException extends ModelledError {}
export class InvalidEC2TagCombinationException extends ModelledError {}
export class InvalidEC2TagException extends ModelledError {}
export class InvalidECSServiceException extends ModelledError {}
export class InvalidExternalIdException extends ModelledError {}
export class InvalidFileExistsBehaviorException extends ModelledError {}
export class InvalidGitHubAccountTokenException extends ModelledError {}
export class InvalidGitHubAccountTokenNameException extends ModelledError {}
export class InvalidIamSessionArnException extends ModelledError {}
export class InvalidIamUserArnException extends ModelledError {}
export class InvalidIgnoreApplicationStopFailuresValueException extends ModelledError {}
export class InvalidInputException extends ModelledError {}
export class InvalidInstanceIdException extends ModelledError {}
export class InvalidInstanceNameException extends ModelledError {}
export class InvalidInstanceStatusException extends ModelledError {}
export class InvalidInstanceTypeException extends ModelledError {}
export class InvalidKeyPrefixFilterException extends ModelledError {}
export class InvalidLifecycleEventHookExecutionIdException extends ModelledError {}
export class InvalidLifecycleEventHookExecutionStatusException extends ModelledError {}
export class InvalidLoadBalancerInfoException extends ModelledError {}
export class InvalidMinimumHealthyHostValueException extends ModelledError {}
export class InvalidNextTokenException extends ModelledError {}
export class InvalidOnPremisesTagCombinationException extends ModelledError {}
export class InvalidOperationException extends ModelledError {}
export class InvalidRegistrationStatusException extends ModelledError {}
export class InvalidRevisionException extends ModelledError {}
export class InvalidRoleException extends ModelledError {}
export class InvalidSortByException extends ModelledError {}
export class InvalidSortOrderException extends ModelledError {}
export class InvalidTagException extends ModelledError {}
export class InvalidTagFilterException extends ModelledError {}
export class InvalidTagsToAddException extends ModelledError {}
export class InvalidTargetException extends ModelledError {}
export class InvalidTargetFilterNameException extends ModelledError {}
export class InvalidTargetGroupPairException extends ModelledError {}
export class InvalidTargetInstancesException extends ModelledError {}
export class InvalidTimeRangeException extends ModelledError {}
export class InvalidTrafficRoutingConfigurationException extends ModelledError {}
export class InvalidTriggerConfigException extends ModelledError {}
export class InvalidUpdateOutdatedInstancesOnlyValueException extends ModelledError {}
export class InvalidZonalDeploymentConfigurationException extends ModelledError {}
export class LifecycleEventAlreadyCompletedException extends ModelledError {}
export class LifecycleHookLimitExceededException extends ModelledError {}
export class MultipleIamArnsProvidedException extends ModelledError {}
export class OperationNotSupportedException extends ModelledError {}
export class ResourceArnRequiredException extends ModelledError {}
export class ResourceValidationException extends ModelledError {}
export class RevisionDoesNotExistException extends ModelledError {}
export class RevisionRequiredException extends ModelledError {}
export class RoleRequiredException extends ModelledError {}
export class TagLimitExceededException extends ModelledError {}
export class TagRequiredException extends ModelledError {}
export class TagSetListLimitExceededException extends ModelledError {}
export class ThrottlingException extends ModelledError {}
export class TriggerTargetsLimitExceededException extends ModelledError {}
export class UnsupportedActionForDeploymentTypeException extends ModelledError {}

export interface Operations {
  AddTagsToOnPremisesInstances: { input: AddTagsToOnPremisesInstancesInput; output: Record<string, never> };
  BatchGetApplicationRevisions: { input: BatchGetApplicationRevisionsInput; output: BatchGetApplicationRevisionsOutput };
  BatchGetApplications: { input: BatchGetApplicationsInput; output: BatchGetApplicationsOutput };
  BatchGetDeploymentGroups: { input: BatchGetDeploymentGroupsInput; output: BatchGetDeploymentGroupsOutput };
  BatchGetDeploymentInstances: { input: BatchGetDeploymentInstancesInput; output: BatchGetDeploymentInstancesOutput };
  BatchGetDeploymentTargets: { input: BatchGetDeploymentTargetsInput; output: BatchGetDeploymentTargetsOutput };
  BatchGetDeployments: { input: BatchGetDeploymentsInput; output: BatchGetDeploymentsOutput };
  BatchGetOnPremisesInstances: { input: BatchGetOnPremisesInstancesInput; output: BatchGetOnPremisesInstancesOutput };
  ContinueDeployment: { input: ContinueDeploymentInput; output: Record<string, never> };
  CreateApplication: { input: CreateApplicationInput; output: CreateApplicationOutput };
  CreateDeployment: { input: CreateDeploymentInput; output: CreateDeploymentOutput };
  CreateDeploymentConfig: { input: CreateDeploymentConfigInput; output: CreateDeploymentConfigOutput };
  CreateDeploymentGroup: { input: CreateDeploymentGroupInput; output: CreateDeploymentGroupOutput };
  DeleteApplication: { input: DeleteApplicationInput; output: Record<string, never> };
  DeleteDeploymentConfig: { input: DeleteDeploymentConfigInput; output: Record<string, never> };
  DeleteDeploymentGroup: { input: DeleteDeploymentGroupInput; output: DeleteDeploymentGroupOutput };
  DeleteGitHubAccountToken: { input: DeleteGitHubAccountTokenInput; output: DeleteGitHubAccountTokenOutput };
  DeleteResourcesByExternalId: { input: DeleteResourcesByExternalIdInput; output: DeleteResourcesByExternalIdOutput };
  DeregisterOnPremisesInstance: { input: DeregisterOnPremisesInstanceInput; output: Record<string, never> };
  GetApplication: { input: GetApplicationInput; output: GetApplicationOutput };
  GetApplicationRevision: { input: GetApplicationRevisionInput; output: GetApplicationRevisionOutput };
  GetDeployment: { input: GetDeploymentInput; output: GetDeploymentOutput };
  GetDeploymentConfig: { input: GetDeploymentConfigInput; output: GetDeploymentConfigOutput };
  GetDeploymentGroup: { input: GetDeploymentGroupInput; output: GetDeploymentGroupOutput };
  GetDeploymentInstance: { input: GetDeploymentInstanceInput; output: GetDeploymentInstanceOutput };
  GetDeploymentTarget: { input: GetDeploymentTargetInput; output: GetDeploymentTargetOutput };
  GetOnPremisesInstance: { input: GetOnPremisesInstanceInput; output: GetOnPremisesInstanceOutput };
  ListApplicationRevisions: { input: ListApplicationRevisionsInput; output: ListApplicationRevisionsOutput };
  ListApplications: { input: ListApplicationsInput; output: ListApplicationsOutput };
  ListDeploymentConfigs: { input: ListDeploymentConfigsInput; output: ListDeploymentConfigsOutput };
  ListDeploymentGroups: { input: ListDeploymentGroupsInput; output: ListDeploymentGroupsOutput };
  ListDeploymentInstances: { input: ListDeploymentInstancesInput; output: ListDeploymentInstancesOutput };
  ListDeploymentTargets: { input: ListDeploymentTargetsInput; output: ListDeploymentTargetsOutput };
  ListDeployments: { input: ListDeploymentsInput; output: ListDeploymentsOutput };
  ListGitHubAccountTokenNames: { input: ListGitHubAccountTokenNamesInput; output: ListGitHubAccountTokenNamesOutput };
  ListOnPremisesInstances: { input: ListOnPremisesInstancesInput; output: ListOnPremisesInstancesOutput };
  ListTagsForResource: { input: ListTagsForResourceInput; output: ListTagsForResourceOutput };
  PutLifecycleEventHookExecutionStatus: { input: PutLifecycleEventHookExecutionStatusInput; output: PutLifecycleEventHookExecutionStatusOutput };
  RegisterApplicationRevision: { input: RegisterApplicationRevisionInput; output: Record<string, never> };
  RegisterOnPremisesInstance: { input: RegisterOnPremisesInstanceInput; output: Record<string, never> };
  RemoveTagsFromOnPremisesInstances: { input: RemoveTagsFromOnPremisesInstancesInput; output: Record<string, never> };
  SkipWaitTimeForInstanceTermination: { input: SkipWaitTimeForInstanceTerminationInput; output: Record<string, never> };
  StopDeployment: { input: StopDeploymentInput; output: StopDeploymentOutput };
  TagResource: { input: TagResourceInput; output: TagResourceOutput };
  UntagResource: { input: UntagResourceInput; output: UntagResourceOutput };
  UpdateApplication: { input: UpdateApplicationInput; output: Record<string, never> };
  UpdateDeploymentGroup: { input: UpdateDeploymentGroupInput; output: UpdateDeploymentGroupOutput };
}

/** Names of the shapes an operation takes and answers, and every error it may raise. */
export const operations = {
  AddTagsToOnPremisesInstances: {"input":"AddTagsToOnPremisesInstancesInput","output":null,"deprecated":false,"errors":["InstanceNameRequiredException","InvalidInstanceNameException","TagRequiredException","InvalidTagException","TagLimitExceededException","InstanceLimitExceededException","InstanceNotRegisteredException"]},
  BatchGetApplicationRevisions: {"input":"BatchGetApplicationRevisionsInput","output":"BatchGetApplicationRevisionsOutput","deprecated":false,"errors":["ApplicationDoesNotExistException","ApplicationNameRequiredException","InvalidApplicationNameException","RevisionRequiredException","InvalidRevisionException","BatchLimitExceededException"]},
  BatchGetApplications: {"input":"BatchGetApplicationsInput","output":"BatchGetApplicationsOutput","deprecated":false,"errors":["ApplicationNameRequiredException","InvalidApplicationNameException","ApplicationDoesNotExistException","BatchLimitExceededException"]},
  BatchGetDeploymentGroups: {"input":"BatchGetDeploymentGroupsInput","output":"BatchGetDeploymentGroupsOutput","deprecated":false,"errors":["ApplicationNameRequiredException","InvalidApplicationNameException","ApplicationDoesNotExistException","DeploymentGroupNameRequiredException","InvalidDeploymentGroupNameException","BatchLimitExceededException","DeploymentConfigDoesNotExistException"]},
  BatchGetDeploymentInstances: {"input":"BatchGetDeploymentInstancesInput","output":"BatchGetDeploymentInstancesOutput","deprecated":true,"errors":["DeploymentIdRequiredException","DeploymentDoesNotExistException","InstanceIdRequiredException","InvalidDeploymentIdException","InvalidInstanceNameException","BatchLimitExceededException","InvalidComputePlatformException"]},
  BatchGetDeploymentTargets: {"input":"BatchGetDeploymentTargetsInput","output":"BatchGetDeploymentTargetsOutput","deprecated":false,"errors":["InvalidDeploymentIdException","DeploymentIdRequiredException","DeploymentDoesNotExistException","DeploymentNotStartedException","DeploymentTargetIdRequiredException","InvalidDeploymentTargetIdException","DeploymentTargetDoesNotExistException","DeploymentTargetListSizeExceededException","InstanceDoesNotExistException"]},
  BatchGetDeployments: {"input":"BatchGetDeploymentsInput","output":"BatchGetDeploymentsOutput","deprecated":false,"errors":["DeploymentIdRequiredException","InvalidDeploymentIdException","BatchLimitExceededException"]},
  BatchGetOnPremisesInstances: {"input":"BatchGetOnPremisesInstancesInput","output":"BatchGetOnPremisesInstancesOutput","deprecated":false,"errors":["InstanceNameRequiredException","InvalidInstanceNameException","BatchLimitExceededException"]},
  ContinueDeployment: {"input":"ContinueDeploymentInput","output":null,"deprecated":false,"errors":["DeploymentIdRequiredException","DeploymentDoesNotExistException","DeploymentAlreadyCompletedException","InvalidDeploymentIdException","DeploymentIsNotInReadyStateException","UnsupportedActionForDeploymentTypeException","InvalidDeploymentWaitTypeException","InvalidDeploymentStatusException"]},
  CreateApplication: {"input":"CreateApplicationInput","output":"CreateApplicationOutput","deprecated":false,"errors":["ApplicationNameRequiredException","InvalidApplicationNameException","ApplicationAlreadyExistsException","ApplicationLimitExceededException","InvalidComputePlatformException","InvalidTagsToAddException","ThrottlingException"]},
  CreateDeployment: {"input":"CreateDeploymentInput","output":"CreateDeploymentOutput","deprecated":false,"errors":["ApplicationNameRequiredException","InvalidApplicationNameException","ApplicationDoesNotExistException","DeploymentGroupNameRequiredException","InvalidDeploymentGroupNameException","DeploymentGroupDoesNotExistException","RevisionRequiredException","RevisionDoesNotExistException","InvalidRevisionException","InvalidDeploymentConfigNameException","DeploymentConfigDoesNotExistException","DescriptionTooLongException","DeploymentLimitExceededException","InvalidTargetInstancesException","InvalidAlarmConfigException","AlarmsLimitExceededException","InvalidAutoRollbackConfigException","InvalidLoadBalancerInfoException","InvalidFileExistsBehaviorException","InvalidComputePlatformException","InvalidRoleException","InvalidAutoScalingGroupException","ThrottlingException","InvalidUpdateOutdatedInstancesOnlyValueException","InvalidIgnoreApplicationStopFailuresValueException","InvalidGitHubAccountTokenException","InvalidTrafficRoutingConfigurationException","InvalidECSServiceException","InvalidInputException"]},
  CreateDeploymentConfig: {"input":"CreateDeploymentConfigInput","output":"CreateDeploymentConfigOutput","deprecated":false,"errors":["InvalidDeploymentConfigNameException","DeploymentConfigNameRequiredException","DeploymentConfigAlreadyExistsException","InvalidMinimumHealthyHostValueException","DeploymentConfigLimitExceededException","InvalidComputePlatformException","InvalidTrafficRoutingConfigurationException","InvalidZonalDeploymentConfigurationException"]},
  CreateDeploymentGroup: {"input":"CreateDeploymentGroupInput","output":"CreateDeploymentGroupOutput","deprecated":false,"errors":["ApplicationNameRequiredException","InvalidApplicationNameException","ApplicationDoesNotExistException","DeploymentGroupNameRequiredException","InvalidDeploymentGroupNameException","DeploymentGroupAlreadyExistsException","InvalidEC2TagException","InvalidTagException","InvalidAutoScalingGroupException","InvalidDeploymentConfigNameException","DeploymentConfigDoesNotExistException","RoleRequiredException","InvalidRoleException","DeploymentGroupLimitExceededException","LifecycleHookLimitExceededException","InvalidTriggerConfigException","TriggerTargetsLimitExceededException","InvalidAlarmConfigException","AlarmsLimitExceededException","InvalidAutoRollbackConfigException","InvalidLoadBalancerInfoException","InvalidDeploymentStyleException","InvalidBlueGreenDeploymentConfigurationException","InvalidEC2TagCombinationException","InvalidOnPremisesTagCombinationException","TagSetListLimitExceededException","InvalidInputException","ThrottlingException","InvalidECSServiceException","InvalidTargetGroupPairException","ECSServiceMappingLimitExceededException","InvalidTagsToAddException","InvalidTrafficRoutingConfigurationException"]},
  DeleteApplication: {"input":"DeleteApplicationInput","output":null,"deprecated":false,"errors":["ApplicationNameRequiredException","InvalidApplicationNameException","InvalidRoleException"]},
  DeleteDeploymentConfig: {"input":"DeleteDeploymentConfigInput","output":null,"deprecated":false,"errors":["InvalidDeploymentConfigNameException","DeploymentConfigNameRequiredException","DeploymentConfigInUseException","InvalidOperationException"]},
  DeleteDeploymentGroup: {"input":"DeleteDeploymentGroupInput","output":"DeleteDeploymentGroupOutput","deprecated":false,"errors":["ApplicationNameRequiredException","InvalidApplicationNameException","DeploymentGroupNameRequiredException","InvalidDeploymentGroupNameException","InvalidRoleException"]},
  DeleteGitHubAccountToken: {"input":"DeleteGitHubAccountTokenInput","output":"DeleteGitHubAccountTokenOutput","deprecated":false,"errors":["GitHubAccountTokenNameRequiredException","GitHubAccountTokenDoesNotExistException","InvalidGitHubAccountTokenNameException","ResourceValidationException","OperationNotSupportedException"]},
  DeleteResourcesByExternalId: {"input":"DeleteResourcesByExternalIdInput","output":"DeleteResourcesByExternalIdOutput","deprecated":false,"errors":[]},
  DeregisterOnPremisesInstance: {"input":"DeregisterOnPremisesInstanceInput","output":null,"deprecated":false,"errors":["InstanceNameRequiredException","InvalidInstanceNameException"]},
  GetApplication: {"input":"GetApplicationInput","output":"GetApplicationOutput","deprecated":false,"errors":["ApplicationNameRequiredException","InvalidApplicationNameException","ApplicationDoesNotExistException"]},
  GetApplicationRevision: {"input":"GetApplicationRevisionInput","output":"GetApplicationRevisionOutput","deprecated":false,"errors":["ApplicationDoesNotExistException","ApplicationNameRequiredException","InvalidApplicationNameException","RevisionDoesNotExistException","RevisionRequiredException","InvalidRevisionException"]},
  GetDeployment: {"input":"GetDeploymentInput","output":"GetDeploymentOutput","deprecated":false,"errors":["DeploymentIdRequiredException","InvalidDeploymentIdException","DeploymentDoesNotExistException"]},
  GetDeploymentConfig: {"input":"GetDeploymentConfigInput","output":"GetDeploymentConfigOutput","deprecated":false,"errors":["InvalidDeploymentConfigNameException","DeploymentConfigNameRequiredException","DeploymentConfigDoesNotExistException","InvalidComputePlatformException"]},
  GetDeploymentGroup: {"input":"GetDeploymentGroupInput","output":"GetDeploymentGroupOutput","deprecated":false,"errors":["ApplicationNameRequiredException","InvalidApplicationNameException","ApplicationDoesNotExistException","DeploymentGroupNameRequiredException","InvalidDeploymentGroupNameException","DeploymentGroupDoesNotExistException","DeploymentConfigDoesNotExistException"]},
  GetDeploymentInstance: {"input":"GetDeploymentInstanceInput","output":"GetDeploymentInstanceOutput","deprecated":true,"errors":["DeploymentIdRequiredException","DeploymentDoesNotExistException","InstanceIdRequiredException","InvalidDeploymentIdException","InstanceDoesNotExistException","InvalidInstanceNameException","InvalidComputePlatformException"]},
  GetDeploymentTarget: {"input":"GetDeploymentTargetInput","output":"GetDeploymentTargetOutput","deprecated":false,"errors":["InvalidDeploymentIdException","DeploymentIdRequiredException","DeploymentDoesNotExistException","DeploymentNotStartedException","DeploymentTargetIdRequiredException","InvalidDeploymentTargetIdException","DeploymentTargetDoesNotExistException","InvalidInstanceNameException"]},
  GetOnPremisesInstance: {"input":"GetOnPremisesInstanceInput","output":"GetOnPremisesInstanceOutput","deprecated":false,"errors":["InstanceNameRequiredException","InstanceNotRegisteredException","InvalidInstanceNameException"]},
  ListApplicationRevisions: {"input":"ListApplicationRevisionsInput","output":"ListApplicationRevisionsOutput","deprecated":false,"errors":["ApplicationDoesNotExistException","ApplicationNameRequiredException","InvalidApplicationNameException","InvalidSortByException","InvalidSortOrderException","InvalidBucketNameFilterException","InvalidKeyPrefixFilterException","BucketNameFilterRequiredException","InvalidDeployedStateFilterException","InvalidNextTokenException"]},
  ListApplications: {"input":"ListApplicationsInput","output":"ListApplicationsOutput","deprecated":false,"errors":["InvalidNextTokenException"]},
  ListDeploymentConfigs: {"input":"ListDeploymentConfigsInput","output":"ListDeploymentConfigsOutput","deprecated":false,"errors":["InvalidNextTokenException"]},
  ListDeploymentGroups: {"input":"ListDeploymentGroupsInput","output":"ListDeploymentGroupsOutput","deprecated":false,"errors":["ApplicationNameRequiredException","InvalidApplicationNameException","ApplicationDoesNotExistException","InvalidNextTokenException"]},
  ListDeploymentInstances: {"input":"ListDeploymentInstancesInput","output":"ListDeploymentInstancesOutput","deprecated":true,"errors":["DeploymentIdRequiredException","DeploymentDoesNotExistException","DeploymentNotStartedException","InvalidNextTokenException","InvalidDeploymentIdException","InvalidInstanceStatusException","InvalidInstanceTypeException","InvalidDeploymentInstanceTypeException","InvalidTargetFilterNameException","InvalidComputePlatformException","ApplicationDoesNotExistException","DeploymentGroupDoesNotExistException"]},
  ListDeploymentTargets: {"input":"ListDeploymentTargetsInput","output":"ListDeploymentTargetsOutput","deprecated":false,"errors":["DeploymentIdRequiredException","DeploymentDoesNotExistException","DeploymentNotStartedException","InvalidNextTokenException","InvalidDeploymentIdException","InvalidInstanceStatusException","InvalidInstanceTypeException","InvalidDeploymentInstanceTypeException","InvalidTargetFilterNameException","ApplicationDoesNotExistException","DeploymentGroupDoesNotExistException"]},
  ListDeployments: {"input":"ListDeploymentsInput","output":"ListDeploymentsOutput","deprecated":false,"errors":["ApplicationNameRequiredException","InvalidApplicationNameException","ApplicationDoesNotExistException","InvalidDeploymentGroupNameException","DeploymentGroupDoesNotExistException","DeploymentGroupNameRequiredException","InvalidTimeRangeException","InvalidDeploymentStatusException","InvalidNextTokenException","InvalidExternalIdException","InvalidInputException"]},
  ListGitHubAccountTokenNames: {"input":"ListGitHubAccountTokenNamesInput","output":"ListGitHubAccountTokenNamesOutput","deprecated":false,"errors":["InvalidNextTokenException","ResourceValidationException","OperationNotSupportedException"]},
  ListOnPremisesInstances: {"input":"ListOnPremisesInstancesInput","output":"ListOnPremisesInstancesOutput","deprecated":false,"errors":["InvalidRegistrationStatusException","InvalidTagFilterException","InvalidNextTokenException"]},
  ListTagsForResource: {"input":"ListTagsForResourceInput","output":"ListTagsForResourceOutput","deprecated":false,"errors":["ArnNotSupportedException","InvalidArnException","ResourceArnRequiredException"]},
  PutLifecycleEventHookExecutionStatus: {"input":"PutLifecycleEventHookExecutionStatusInput","output":"PutLifecycleEventHookExecutionStatusOutput","deprecated":false,"errors":["InvalidLifecycleEventHookExecutionStatusException","InvalidLifecycleEventHookExecutionIdException","LifecycleEventAlreadyCompletedException","DeploymentIdRequiredException","DeploymentDoesNotExistException","InvalidDeploymentIdException","UnsupportedActionForDeploymentTypeException"]},
  RegisterApplicationRevision: {"input":"RegisterApplicationRevisionInput","output":null,"deprecated":false,"errors":["ApplicationDoesNotExistException","ApplicationNameRequiredException","InvalidApplicationNameException","DescriptionTooLongException","RevisionRequiredException","InvalidRevisionException"]},
  RegisterOnPremisesInstance: {"input":"RegisterOnPremisesInstanceInput","output":null,"deprecated":false,"errors":["InstanceNameAlreadyRegisteredException","IamArnRequiredException","IamSessionArnAlreadyRegisteredException","IamUserArnAlreadyRegisteredException","InstanceNameRequiredException","IamUserArnRequiredException","InvalidInstanceNameException","InvalidIamSessionArnException","InvalidIamUserArnException","MultipleIamArnsProvidedException"]},
  RemoveTagsFromOnPremisesInstances: {"input":"RemoveTagsFromOnPremisesInstancesInput","output":null,"deprecated":false,"errors":["InstanceNameRequiredException","InvalidInstanceNameException","TagRequiredException","InvalidTagException","TagLimitExceededException","InstanceLimitExceededException","InstanceNotRegisteredException"]},
  SkipWaitTimeForInstanceTermination: {"input":"SkipWaitTimeForInstanceTerminationInput","output":null,"deprecated":true,"errors":["DeploymentIdRequiredException","DeploymentDoesNotExistException","DeploymentAlreadyCompletedException","InvalidDeploymentIdException","DeploymentNotStartedException","UnsupportedActionForDeploymentTypeException"]},
  StopDeployment: {"input":"StopDeploymentInput","output":"StopDeploymentOutput","deprecated":false,"errors":["DeploymentIdRequiredException","DeploymentDoesNotExistException","DeploymentGroupDoesNotExistException","DeploymentAlreadyCompletedException","InvalidDeploymentIdException","UnsupportedActionForDeploymentTypeException"]},
  TagResource: {"input":"TagResourceInput","output":"TagResourceOutput","deprecated":false,"errors":["ResourceArnRequiredException","ApplicationDoesNotExistException","DeploymentGroupDoesNotExistException","DeploymentConfigDoesNotExistException","TagRequiredException","InvalidTagsToAddException","ArnNotSupportedException","InvalidArnException"]},
  UntagResource: {"input":"UntagResourceInput","output":"UntagResourceOutput","deprecated":false,"errors":["ResourceArnRequiredException","ApplicationDoesNotExistException","DeploymentGroupDoesNotExistException","DeploymentConfigDoesNotExistException","TagRequiredException","InvalidTagsToAddException","ArnNotSupportedException","InvalidArnException"]},
  UpdateApplication: {"input":"UpdateApplicationInput","output":null,"deprecated":false,"errors":["ApplicationNameRequiredException","InvalidApplicationNameException","ApplicationAlreadyExistsException","ApplicationDoesNotExistException"]},
  UpdateDeploymentGroup: {"input":"UpdateDeploymentGroupInput","output":"UpdateDeploymentGroupOutput","deprecated":false,"errors":["ApplicationNameRequiredException","InvalidApplicationNameException","ApplicationDoesNotExistException","InvalidDeploymentGroupNameException","DeploymentGroupAlreadyExistsException","DeploymentGroupNameRequiredException","DeploymentGroupDoesNotExistException","InvalidEC2TagException","InvalidTagException","InvalidAutoScalingGroupException","InvalidDeploymentConfigNameException","DeploymentConfigDoesNotExistException","InvalidRoleException","LifecycleHookLimitExceededException","InvalidTriggerConfigException","TriggerTargetsLimitExceededException","InvalidAlarmConfigException","AlarmsLimitExceededException","InvalidAutoRollbackConfigException","InvalidLoadBalancerInfoException","InvalidDeploymentStyleException","InvalidBlueGreenDeploymentConfigurationException","InvalidEC2TagCombinationException","InvalidOnPremisesTagCombinationException","TagSetListLimitExceededException","InvalidInputException","ThrottlingException","InvalidECSServiceException","InvalidTargetGroupPairException","ECSServiceMappingLimitExceededException","InvalidTrafficRoutingConfigurationException"]},
} as const;

/** Every shape in a form the codec reads. */
export const shapes = {
  AddTagsToOnPremisesInstancesInput: {"type":"structure","members":{"tags":"TagList","instanceNames":"InstanceNameList"}},
  AdditionalDeploymentStatusInfo: {"type":"string"},
  Alarm: {"type":"structure","members":{"name":"AlarmName"}},
  AlarmConfiguration: {"type":"structure","members":{"enabled":"Boolean","ignorePollAlarmFailure":"Boolean","alarms":"AlarmList"}},
  AlarmList: {"type":"list","member":"Alarm"},
  AlarmName: {"type":"string"},
  AppSpecContent: {"type":"structure","members":{"content":"RawStringContent","sha256":"RawStringSha256"}},
  ApplicationId: {"type":"string"},
  ApplicationInfo: {"type":"structure","members":{"applicationId":"ApplicationId","applicationName":"ApplicationName","createTime":"Timestamp","linkedToGitHub":"Boolean","gitHubAccountName":"GitHubAccountTokenName","computePlatform":"ComputePlatform"}},
  ApplicationName: {"type":"string"},
  ApplicationRevisionSortBy: {"type":"string"},
  ApplicationsInfoList: {"type":"list","member":"ApplicationInfo"},
  ApplicationsList: {"type":"list","member":"ApplicationName"},
  Arn: {"type":"string"},
  AutoRollbackConfiguration: {"type":"structure","members":{"enabled":"Boolean","events":"AutoRollbackEventsList"}},
  AutoRollbackEvent: {"type":"string"},
  AutoRollbackEventsList: {"type":"list","member":"AutoRollbackEvent"},
  AutoScalingGroup: {"type":"structure","members":{"name":"AutoScalingGroupName","hook":"AutoScalingGroupHook","terminationHook":"AutoScalingGroupHook"}},
  AutoScalingGroupHook: {"type":"string"},
  AutoScalingGroupList: {"type":"list","member":"AutoScalingGroup"},
  AutoScalingGroupName: {"type":"string"},
  AutoScalingGroupNameList: {"type":"list","member":"AutoScalingGroupName"},
  BatchGetApplicationRevisionsInput: {"type":"structure","members":{"applicationName":"ApplicationName","revisions":"RevisionLocationList"}},
  BatchGetApplicationRevisionsOutput: {"type":"structure","members":{"applicationName":"ApplicationName","errorMessage":"ErrorMessage","revisions":"RevisionInfoList"}},
  BatchGetApplicationsInput: {"type":"structure","members":{"applicationNames":"ApplicationsList"}},
  BatchGetApplicationsOutput: {"type":"structure","members":{"applicationsInfo":"ApplicationsInfoList"}},
  BatchGetDeploymentGroupsInput: {"type":"structure","members":{"applicationName":"ApplicationName","deploymentGroupNames":"DeploymentGroupsList"}},
  BatchGetDeploymentGroupsOutput: {"type":"structure","members":{"deploymentGroupsInfo":"DeploymentGroupInfoList","errorMessage":"ErrorMessage"}},
  BatchGetDeploymentInstancesInput: {"type":"structure","members":{"deploymentId":"DeploymentId","instanceIds":"InstancesList"}},
  BatchGetDeploymentInstancesOutput: {"type":"structure","members":{"instancesSummary":"InstanceSummaryList","errorMessage":"ErrorMessage"}},
  BatchGetDeploymentTargetsInput: {"type":"structure","members":{"deploymentId":"DeploymentId","targetIds":"TargetIdList"}},
  BatchGetDeploymentTargetsOutput: {"type":"structure","members":{"deploymentTargets":"DeploymentTargetList"}},
  BatchGetDeploymentsInput: {"type":"structure","members":{"deploymentIds":"DeploymentsList"}},
  BatchGetDeploymentsOutput: {"type":"structure","members":{"deploymentsInfo":"DeploymentsInfoList"}},
  BatchGetOnPremisesInstancesInput: {"type":"structure","members":{"instanceNames":"InstanceNameList"}},
  BatchGetOnPremisesInstancesOutput: {"type":"structure","members":{"instanceInfos":"InstanceInfoList"}},
  BlueGreenDeploymentConfiguration: {"type":"structure","members":{"terminateBlueInstancesOnDeploymentSuccess":"BlueInstanceTerminationOption","deploymentReadyOption":"DeploymentReadyOption","greenFleetProvisioningOption":"GreenFleetProvisioningOption"}},
  BlueInstanceTerminationOption: {"type":"structure","members":{"action":"InstanceAction","terminationWaitTimeInMinutes":"Duration"}},
  Boolean: {"type":"boolean"},
  BundleType: {"type":"string"},
  CloudFormationResourceType: {"type":"string"},
  CloudFormationTarget: {"type":"structure","members":{"deploymentId":"DeploymentId","targetId":"TargetId","lastUpdatedAt":"Time","lifecycleEvents":"LifecycleEventList","status":"TargetStatus","resourceType":"CloudFormationResourceType","targetVersionWeight":"TrafficWeight"}},
  CommitId: {"type":"string"},
  ComputePlatform: {"type":"string"},
  ContinueDeploymentInput: {"type":"structure","members":{"deploymentId":"DeploymentId","deploymentWaitType":"DeploymentWaitType"}},
  CreateApplicationInput: {"type":"structure","members":{"applicationName":"ApplicationName","computePlatform":"ComputePlatform","tags":"TagList"}},
  CreateApplicationOutput: {"type":"structure","members":{"applicationId":"ApplicationId"}},
  CreateDeploymentConfigInput: {"type":"structure","members":{"deploymentConfigName":"DeploymentConfigName","minimumHealthyHosts":"MinimumHealthyHosts","trafficRoutingConfig":"TrafficRoutingConfig","computePlatform":"ComputePlatform","zonalConfig":"ZonalConfig"}},
  CreateDeploymentConfigOutput: {"type":"structure","members":{"deploymentConfigId":"DeploymentConfigId"}},
  CreateDeploymentGroupInput: {"type":"structure","members":{"applicationName":"ApplicationName","deploymentGroupName":"DeploymentGroupName","deploymentConfigName":"DeploymentConfigName","ec2TagFilters":"EC2TagFilterList","onPremisesInstanceTagFilters":"TagFilterList","autoScalingGroups":"AutoScalingGroupNameList","serviceRoleArn":"Role","triggerConfigurations":"TriggerConfigList","alarmConfiguration":"AlarmConfiguration","autoRollbackConfiguration":"AutoRollbackConfiguration","outdatedInstancesStrategy":"OutdatedInstancesStrategy","deploymentStyle":"DeploymentStyle","blueGreenDeploymentConfiguration":"BlueGreenDeploymentConfiguration","loadBalancerInfo":"LoadBalancerInfo","ec2TagSet":"EC2TagSet","ecsServices":"ECSServiceList","onPremisesTagSet":"OnPremisesTagSet","tags":"TagList","terminationHookEnabled":"NullableBoolean"}},
  CreateDeploymentGroupOutput: {"type":"structure","members":{"deploymentGroupId":"DeploymentGroupId"}},
  CreateDeploymentInput: {"type":"structure","members":{"applicationName":"ApplicationName","deploymentGroupName":"DeploymentGroupName","revision":"RevisionLocation","deploymentConfigName":"DeploymentConfigName","description":"Description","ignoreApplicationStopFailures":"Boolean","targetInstances":"TargetInstances","autoRollbackConfiguration":"AutoRollbackConfiguration","updateOutdatedInstancesOnly":"Boolean","fileExistsBehavior":"FileExistsBehavior","deploymentMode":"DeploymentMode","overrideAlarmConfiguration":"AlarmConfiguration"}},
  CreateDeploymentOutput: {"type":"structure","members":{"deploymentId":"DeploymentId"}},
  DeleteApplicationInput: {"type":"structure","members":{"applicationName":"ApplicationName"}},
  DeleteDeploymentConfigInput: {"type":"structure","members":{"deploymentConfigName":"DeploymentConfigName"}},
  DeleteDeploymentGroupInput: {"type":"structure","members":{"applicationName":"ApplicationName","deploymentGroupName":"DeploymentGroupName"}},
  DeleteDeploymentGroupOutput: {"type":"structure","members":{"hooksNotCleanedUp":"AutoScalingGroupList"}},
  DeleteGitHubAccountTokenInput: {"type":"structure","members":{"tokenName":"GitHubAccountTokenName"}},
  DeleteGitHubAccountTokenOutput: {"type":"structure","members":{"tokenName":"GitHubAccountTokenName"}},
  DeleteResourcesByExternalIdInput: {"type":"structure","members":{"externalId":"ExternalId"}},
  DeleteResourcesByExternalIdOutput: {"type":"structure","members":{}},
  DeploymentConfigId: {"type":"string"},
  DeploymentConfigInfo: {"type":"structure","members":{"deploymentConfigId":"DeploymentConfigId","deploymentConfigName":"DeploymentConfigName","minimumHealthyHosts":"MinimumHealthyHosts","createTime":"Timestamp","computePlatform":"ComputePlatform","trafficRoutingConfig":"TrafficRoutingConfig","zonalConfig":"ZonalConfig"}},
  DeploymentConfigName: {"type":"string"},
  DeploymentConfigsList: {"type":"list","member":"DeploymentConfigName"},
  DeploymentCreator: {"type":"string"},
  DeploymentGroupId: {"type":"string"},
  DeploymentGroupInfo: {"type":"structure","members":{"applicationName":"ApplicationName","deploymentGroupId":"DeploymentGroupId","deploymentGroupName":"DeploymentGroupName","deploymentConfigName":"DeploymentConfigName","ec2TagFilters":"EC2TagFilterList","onPremisesInstanceTagFilters":"TagFilterList","autoScalingGroups":"AutoScalingGroupList","serviceRoleArn":"Role","targetRevision":"RevisionLocation","triggerConfigurations":"TriggerConfigList","alarmConfiguration":"AlarmConfiguration","autoRollbackConfiguration":"AutoRollbackConfiguration","deploymentStyle":"DeploymentStyle","outdatedInstancesStrategy":"OutdatedInstancesStrategy","blueGreenDeploymentConfiguration":"BlueGreenDeploymentConfiguration","loadBalancerInfo":"LoadBalancerInfo","lastSuccessfulDeployment":"LastDeploymentInfo","lastAttemptedDeployment":"LastDeploymentInfo","ec2TagSet":"EC2TagSet","onPremisesTagSet":"OnPremisesTagSet","computePlatform":"ComputePlatform","ecsServices":"ECSServiceList","terminationHookEnabled":"Boolean"}},
  DeploymentGroupInfoList: {"type":"list","member":"DeploymentGroupInfo"},
  DeploymentGroupName: {"type":"string"},
  DeploymentGroupsList: {"type":"list","member":"DeploymentGroupName"},
  DeploymentId: {"type":"string"},
  DeploymentInfo: {"type":"structure","members":{"applicationName":"ApplicationName","deploymentGroupName":"DeploymentGroupName","deploymentConfigName":"DeploymentConfigName","deploymentId":"DeploymentId","previousRevision":"RevisionLocation","revision":"RevisionLocation","status":"DeploymentStatus","errorInformation":"ErrorInformation","createTime":"Timestamp","startTime":"Timestamp","completeTime":"Timestamp","deploymentOverview":"DeploymentOverview","description":"Description","creator":"DeploymentCreator","ignoreApplicationStopFailures":"Boolean","autoRollbackConfiguration":"AutoRollbackConfiguration","updateOutdatedInstancesOnly":"Boolean","rollbackInfo":"RollbackInfo","deploymentStyle":"DeploymentStyle","targetInstances":"TargetInstances","instanceTerminationWaitTimeStarted":"Boolean","blueGreenDeploymentConfiguration":"BlueGreenDeploymentConfiguration","loadBalancerInfo":"LoadBalancerInfo","additionalDeploymentStatusInfo":"AdditionalDeploymentStatusInfo","fileExistsBehavior":"FileExistsBehavior","deploymentMode":"DeploymentMode","deploymentStatusMessages":"DeploymentStatusMessageList","computePlatform":"ComputePlatform","externalId":"ExternalId","relatedDeployments":"RelatedDeployments","overrideAlarmConfiguration":"AlarmConfiguration"}},
  DeploymentMode: {"type":"string"},
  DeploymentOption: {"type":"string"},
  DeploymentOverview: {"type":"structure","members":{"Pending":"InstanceCount","InProgress":"InstanceCount","Succeeded":"InstanceCount","Failed":"InstanceCount","Skipped":"InstanceCount","Ready":"InstanceCount"}},
  DeploymentReadyAction: {"type":"string"},
  DeploymentReadyOption: {"type":"structure","members":{"actionOnTimeout":"DeploymentReadyAction","waitTimeInMinutes":"Duration"}},
  DeploymentStatus: {"type":"string"},
  DeploymentStatusList: {"type":"list","member":"DeploymentStatus"},
  DeploymentStatusMessageList: {"type":"list","member":"ErrorMessage"},
  DeploymentStyle: {"type":"structure","members":{"deploymentType":"DeploymentType","deploymentOption":"DeploymentOption"}},
  DeploymentTarget: {"type":"structure","members":{"deploymentTargetType":"DeploymentTargetType","instanceTarget":"InstanceTarget","lambdaTarget":"LambdaTarget","ecsTarget":"ECSTarget","cloudFormationTarget":"CloudFormationTarget"}},
  DeploymentTargetList: {"type":"list","member":"DeploymentTarget"},
  DeploymentTargetType: {"type":"string"},
  DeploymentType: {"type":"string"},
  DeploymentWaitType: {"type":"string"},
  DeploymentsInfoList: {"type":"list","member":"DeploymentInfo"},
  DeploymentsList: {"type":"list","member":"DeploymentId"},
  DeregisterOnPremisesInstanceInput: {"type":"structure","members":{"instanceName":"InstanceName"}},
  Description: {"type":"string"},
  Diagnostics: {"type":"structure","members":{"errorCode":"LifecycleErrorCode","scriptName":"ScriptName","message":"LifecycleMessage","logTail":"LogTail"}},
  Duration: {"type":"integer"},
  EC2TagFilter: {"type":"structure","members":{"Key":"Key","Value":"Value","Type":"EC2TagFilterType"}},
  EC2TagFilterList: {"type":"list","member":"EC2TagFilter"},
  EC2TagFilterType: {"type":"string"},
  EC2TagSet: {"type":"structure","members":{"ec2TagSetList":"EC2TagSetList"}},
  EC2TagSetList: {"type":"list","member":"EC2TagFilterList"},
  ECSClusterName: {"type":"string"},
  ECSService: {"type":"structure","members":{"serviceName":"ECSServiceName","clusterName":"ECSClusterName"}},
  ECSServiceList: {"type":"list","member":"ECSService"},
  ECSServiceName: {"type":"string"},
  ECSTarget: {"type":"structure","members":{"deploymentId":"DeploymentId","targetId":"TargetId","targetArn":"TargetArn","lastUpdatedAt":"Time","lifecycleEvents":"LifecycleEventList","status":"TargetStatus","taskSetsInfo":"ECSTaskSetList"}},
  ECSTaskSet: {"type":"structure","members":{"identifer":"ECSTaskSetIdentifier","desiredCount":"ECSTaskSetCount","pendingCount":"ECSTaskSetCount","runningCount":"ECSTaskSetCount","status":"ECSTaskSetStatus","trafficWeight":"TrafficWeight","targetGroup":"TargetGroupInfo","taskSetLabel":"TargetLabel"}},
  ECSTaskSetCount: {"type":"long"},
  ECSTaskSetIdentifier: {"type":"string"},
  ECSTaskSetList: {"type":"list","member":"ECSTaskSet"},
  ECSTaskSetStatus: {"type":"string"},
  ELBInfo: {"type":"structure","members":{"name":"ELBName"}},
  ELBInfoList: {"type":"list","member":"ELBInfo"},
  ELBName: {"type":"string"},
  ETag: {"type":"string"},
  ErrorCode: {"type":"string"},
  ErrorInformation: {"type":"structure","members":{"code":"ErrorCode","message":"ErrorMessage"}},
  ErrorMessage: {"type":"string"},
  ExternalId: {"type":"string"},
  FileExistsBehavior: {"type":"string"},
  FilterValue: {"type":"string"},
  FilterValueList: {"type":"list","member":"FilterValue"},
  GenericRevisionInfo: {"type":"structure","members":{"description":"Description","deploymentGroups":"DeploymentGroupsList","firstUsedTime":"Timestamp","lastUsedTime":"Timestamp","registerTime":"Timestamp"}},
  GetApplicationInput: {"type":"structure","members":{"applicationName":"ApplicationName"}},
  GetApplicationOutput: {"type":"structure","members":{"application":"ApplicationInfo"}},
  GetApplicationRevisionInput: {"type":"structure","members":{"applicationName":"ApplicationName","revision":"RevisionLocation"}},
  GetApplicationRevisionOutput: {"type":"structure","members":{"applicationName":"ApplicationName","revision":"RevisionLocation","revisionInfo":"GenericRevisionInfo"}},
  GetDeploymentConfigInput: {"type":"structure","members":{"deploymentConfigName":"DeploymentConfigName"}},
  GetDeploymentConfigOutput: {"type":"structure","members":{"deploymentConfigInfo":"DeploymentConfigInfo"}},
  GetDeploymentGroupInput: {"type":"structure","members":{"applicationName":"ApplicationName","deploymentGroupName":"DeploymentGroupName"}},
  GetDeploymentGroupOutput: {"type":"structure","members":{"deploymentGroupInfo":"DeploymentGroupInfo"}},
  GetDeploymentInput: {"type":"structure","members":{"deploymentId":"DeploymentId"}},
  GetDeploymentInstanceInput: {"type":"structure","members":{"deploymentId":"DeploymentId","instanceId":"InstanceId"}},
  GetDeploymentInstanceOutput: {"type":"structure","members":{"instanceSummary":"InstanceSummary"}},
  GetDeploymentOutput: {"type":"structure","members":{"deploymentInfo":"DeploymentInfo"}},
  GetDeploymentTargetInput: {"type":"structure","members":{"deploymentId":"DeploymentId","targetId":"TargetId"}},
  GetDeploymentTargetOutput: {"type":"structure","members":{"deploymentTarget":"DeploymentTarget"}},
  GetOnPremisesInstanceInput: {"type":"structure","members":{"instanceName":"InstanceName"}},
  GetOnPremisesInstanceOutput: {"type":"structure","members":{"instanceInfo":"InstanceInfo"}},
  GitHubAccountTokenName: {"type":"string"},
  GitHubAccountTokenNameList: {"type":"list","member":"GitHubAccountTokenName"},
  GitHubLocation: {"type":"structure","members":{"repository":"Repository","commitId":"CommitId"}},
  GreenFleetProvisioningAction: {"type":"string"},
  GreenFleetProvisioningOption: {"type":"structure","members":{"action":"GreenFleetProvisioningAction"}},
  IamSessionArn: {"type":"string"},
  IamUserArn: {"type":"string"},
  InstanceAction: {"type":"string"},
  InstanceArn: {"type":"string"},
  InstanceCount: {"type":"long"},
  InstanceId: {"type":"string"},
  InstanceInfo: {"type":"structure","members":{"instanceName":"InstanceName","iamSessionArn":"IamSessionArn","iamUserArn":"IamUserArn","instanceArn":"InstanceArn","registerTime":"Timestamp","deregisterTime":"Timestamp","tags":"TagList"}},
  InstanceInfoList: {"type":"list","member":"InstanceInfo"},
  InstanceName: {"type":"string"},
  InstanceNameList: {"type":"list","member":"InstanceName"},
  InstanceStatus: {"type":"string"},
  InstanceStatusList: {"type":"list","member":"InstanceStatus"},
  InstanceSummary: {"type":"structure","members":{"deploymentId":"DeploymentId","instanceId":"InstanceId","status":"InstanceStatus","lastUpdatedAt":"Timestamp","lifecycleEvents":"LifecycleEventList","instanceType":"InstanceType"}},
  InstanceSummaryList: {"type":"list","member":"InstanceSummary"},
  InstanceTarget: {"type":"structure","members":{"deploymentId":"DeploymentId","targetId":"TargetId","targetArn":"TargetArn","status":"TargetStatus","lastUpdatedAt":"Time","lifecycleEvents":"LifecycleEventList","instanceLabel":"TargetLabel"}},
  InstanceType: {"type":"string"},
  InstanceTypeList: {"type":"list","member":"InstanceType"},
  InstancesList: {"type":"list","member":"InstanceId"},
  Key: {"type":"string"},
  LambdaFunctionAlias: {"type":"string"},
  LambdaFunctionInfo: {"type":"structure","members":{"functionName":"LambdaFunctionName","functionAlias":"LambdaFunctionAlias","currentVersion":"Version","targetVersion":"Version","targetVersionWeight":"TrafficWeight"}},
  LambdaFunctionName: {"type":"string"},
  LambdaTarget: {"type":"structure","members":{"deploymentId":"DeploymentId","targetId":"TargetId","targetArn":"TargetArn","status":"TargetStatus","lastUpdatedAt":"Time","lifecycleEvents":"LifecycleEventList","lambdaFunctionInfo":"LambdaFunctionInfo"}},
  LastDeploymentInfo: {"type":"structure","members":{"deploymentId":"DeploymentId","status":"DeploymentStatus","endTime":"Timestamp","createTime":"Timestamp"}},
  LifecycleErrorCode: {"type":"string"},
  LifecycleEvent: {"type":"structure","members":{"lifecycleEventName":"LifecycleEventName","diagnostics":"Diagnostics","startTime":"Timestamp","endTime":"Timestamp","status":"LifecycleEventStatus"}},
  LifecycleEventHookExecutionId: {"type":"string"},
  LifecycleEventList: {"type":"list","member":"LifecycleEvent"},
  LifecycleEventName: {"type":"string"},
  LifecycleEventStatus: {"type":"string"},
  LifecycleMessage: {"type":"string"},
  ListApplicationRevisionsInput: {"type":"structure","members":{"applicationName":"ApplicationName","sortBy":"ApplicationRevisionSortBy","sortOrder":"SortOrder","s3Bucket":"S3Bucket","s3KeyPrefix":"S3Key","deployed":"ListStateFilterAction","nextToken":"NextToken"}},
  ListApplicationRevisionsOutput: {"type":"structure","members":{"revisions":"RevisionLocationList","nextToken":"NextToken"}},
  ListApplicationsInput: {"type":"structure","members":{"nextToken":"NextToken"}},
  ListApplicationsOutput: {"type":"structure","members":{"applications":"ApplicationsList","nextToken":"NextToken"}},
  ListDeploymentConfigsInput: {"type":"structure","members":{"nextToken":"NextToken"}},
  ListDeploymentConfigsOutput: {"type":"structure","members":{"deploymentConfigsList":"DeploymentConfigsList","nextToken":"NextToken"}},
  ListDeploymentGroupsInput: {"type":"structure","members":{"applicationName":"ApplicationName","nextToken":"NextToken"}},
  ListDeploymentGroupsOutput: {"type":"structure","members":{"applicationName":"ApplicationName","deploymentGroups":"DeploymentGroupsList","nextToken":"NextToken"}},
  ListDeploymentInstancesInput: {"type":"structure","members":{"deploymentId":"DeploymentId","nextToken":"NextToken","instanceStatusFilter":"InstanceStatusList","instanceTypeFilter":"InstanceTypeList"}},
  ListDeploymentInstancesOutput: {"type":"structure","members":{"instancesList":"InstancesList","nextToken":"NextToken"}},
  ListDeploymentTargetsInput: {"type":"structure","members":{"deploymentId":"DeploymentId","nextToken":"NextToken","targetFilters":"TargetFilters"}},
  ListDeploymentTargetsOutput: {"type":"structure","members":{"targetIds":"TargetIdList","nextToken":"NextToken"}},
  ListDeploymentsInput: {"type":"structure","members":{"applicationName":"ApplicationName","deploymentGroupName":"DeploymentGroupName","externalId":"ExternalId","includeOnlyStatuses":"DeploymentStatusList","createTimeRange":"TimeRange","nextToken":"NextToken"}},
  ListDeploymentsOutput: {"type":"structure","members":{"deployments":"DeploymentsList","nextToken":"NextToken"}},
  ListGitHubAccountTokenNamesInput: {"type":"structure","members":{"nextToken":"NextToken"}},
  ListGitHubAccountTokenNamesOutput: {"type":"structure","members":{"tokenNameList":"GitHubAccountTokenNameList","nextToken":"NextToken"}},
  ListOnPremisesInstancesInput: {"type":"structure","members":{"registrationStatus":"RegistrationStatus","tagFilters":"TagFilterList","nextToken":"NextToken"}},
  ListOnPremisesInstancesOutput: {"type":"structure","members":{"instanceNames":"InstanceNameList","nextToken":"NextToken"}},
  ListStateFilterAction: {"type":"string"},
  ListTagsForResourceInput: {"type":"structure","members":{"ResourceArn":"Arn","NextToken":"NextToken"}},
  ListTagsForResourceOutput: {"type":"structure","members":{"Tags":"TagList","NextToken":"NextToken"}},
  ListenerArn: {"type":"string"},
  ListenerArnList: {"type":"list","member":"ListenerArn"},
  LoadBalancerInfo: {"type":"structure","members":{"elbInfoList":"ELBInfoList","targetGroupInfoList":"TargetGroupInfoList","targetGroupPairInfoList":"TargetGroupPairInfoList"}},
  LogTail: {"type":"string"},
  Message: {"type":"string"},
  MinimumHealthyHosts: {"type":"structure","members":{"type":"MinimumHealthyHostsType","value":"MinimumHealthyHostsValue"}},
  MinimumHealthyHostsPerZone: {"type":"structure","members":{"type":"MinimumHealthyHostsPerZoneType","value":"MinimumHealthyHostsPerZoneValue"}},
  MinimumHealthyHostsPerZoneType: {"type":"string"},
  MinimumHealthyHostsPerZoneValue: {"type":"integer"},
  MinimumHealthyHostsType: {"type":"string"},
  MinimumHealthyHostsValue: {"type":"integer"},
  NextToken: {"type":"string"},
  NullableBoolean: {"type":"boolean"},
  OnPremisesTagSet: {"type":"structure","members":{"onPremisesTagSetList":"OnPremisesTagSetList"}},
  OnPremisesTagSetList: {"type":"list","member":"TagFilterList"},
  OutdatedInstancesStrategy: {"type":"string"},
  Percentage: {"type":"integer"},
  PutLifecycleEventHookExecutionStatusInput: {"type":"structure","members":{"deploymentId":"DeploymentId","lifecycleEventHookExecutionId":"LifecycleEventHookExecutionId","status":"LifecycleEventStatus"}},
  PutLifecycleEventHookExecutionStatusOutput: {"type":"structure","members":{"lifecycleEventHookExecutionId":"LifecycleEventHookExecutionId"}},
  RawString: {"type":"structure","members":{"content":"RawStringContent","sha256":"RawStringSha256"}},
  RawStringContent: {"type":"string"},
  RawStringSha256: {"type":"string"},
  RegisterApplicationRevisionInput: {"type":"structure","members":{"applicationName":"ApplicationName","description":"Description","revision":"RevisionLocation"}},
  RegisterOnPremisesInstanceInput: {"type":"structure","members":{"instanceName":"InstanceName","iamSessionArn":"IamSessionArn","iamUserArn":"IamUserArn"}},
  RegistrationStatus: {"type":"string"},
  RelatedDeployments: {"type":"structure","members":{"autoUpdateOutdatedInstancesRootDeploymentId":"DeploymentId","autoUpdateOutdatedInstancesDeploymentIds":"DeploymentsList"}},
  RemoveTagsFromOnPremisesInstancesInput: {"type":"structure","members":{"tags":"TagList","instanceNames":"InstanceNameList"}},
  Repository: {"type":"string"},
  RevisionInfo: {"type":"structure","members":{"revisionLocation":"RevisionLocation","genericRevisionInfo":"GenericRevisionInfo"}},
  RevisionInfoList: {"type":"list","member":"RevisionInfo"},
  RevisionLocation: {"type":"structure","members":{"revisionType":"RevisionLocationType","s3Location":"S3Location","gitHubLocation":"GitHubLocation","string":"RawString","appSpecContent":"AppSpecContent"}},
  RevisionLocationList: {"type":"list","member":"RevisionLocation"},
  RevisionLocationType: {"type":"string"},
  Role: {"type":"string"},
  RollbackInfo: {"type":"structure","members":{"rollbackDeploymentId":"DeploymentId","rollbackTriggeringDeploymentId":"DeploymentId","rollbackMessage":"Description"}},
  S3Bucket: {"type":"string"},
  S3Key: {"type":"string"},
  S3Location: {"type":"structure","members":{"bucket":"S3Bucket","key":"S3Key","bundleType":"BundleType","version":"VersionId","eTag":"ETag"}},
  ScriptName: {"type":"string"},
  SkipWaitTimeForInstanceTerminationInput: {"type":"structure","members":{"deploymentId":"DeploymentId"}},
  SortOrder: {"type":"string"},
  StopDeploymentInput: {"type":"structure","members":{"deploymentId":"DeploymentId","autoRollbackEnabled":"NullableBoolean"}},
  StopDeploymentOutput: {"type":"structure","members":{"status":"StopStatus","statusMessage":"Message"}},
  StopStatus: {"type":"string"},
  Tag: {"type":"structure","members":{"Key":"Key","Value":"Value"}},
  TagFilter: {"type":"structure","members":{"Key":"Key","Value":"Value","Type":"TagFilterType"}},
  TagFilterList: {"type":"list","member":"TagFilter"},
  TagFilterType: {"type":"string"},
  TagKeyList: {"type":"list","member":"Key"},
  TagList: {"type":"list","member":"Tag"},
  TagResourceInput: {"type":"structure","members":{"ResourceArn":"Arn","Tags":"TagList"}},
  TagResourceOutput: {"type":"structure","members":{}},
  TargetArn: {"type":"string"},
  TargetFilterName: {"type":"string"},
  TargetFilters: {"type":"map","value":"FilterValueList"},
  TargetGroupInfo: {"type":"structure","members":{"name":"TargetGroupName"}},
  TargetGroupInfoList: {"type":"list","member":"TargetGroupInfo"},
  TargetGroupName: {"type":"string"},
  TargetGroupPairInfo: {"type":"structure","members":{"targetGroups":"TargetGroupInfoList","prodTrafficRoute":"TrafficRoute","testTrafficRoute":"TrafficRoute"}},
  TargetGroupPairInfoList: {"type":"list","member":"TargetGroupPairInfo"},
  TargetId: {"type":"string"},
  TargetIdList: {"type":"list","member":"TargetId"},
  TargetInstances: {"type":"structure","members":{"tagFilters":"EC2TagFilterList","autoScalingGroups":"AutoScalingGroupNameList","ec2TagSet":"EC2TagSet"}},
  TargetLabel: {"type":"string"},
  TargetStatus: {"type":"string"},
  Time: {"type":"timestamp"},
  TimeBasedCanary: {"type":"structure","members":{"canaryPercentage":"Percentage","canaryInterval":"WaitTimeInMins"}},
  TimeBasedLinear: {"type":"structure","members":{"linearPercentage":"Percentage","linearInterval":"WaitTimeInMins"}},
  TimeRange: {"type":"structure","members":{"start":"Timestamp","end":"Timestamp"}},
  Timestamp: {"type":"timestamp"},
  TrafficRoute: {"type":"structure","members":{"listenerArns":"ListenerArnList"}},
  TrafficRoutingConfig: {"type":"structure","members":{"type":"TrafficRoutingType","timeBasedCanary":"TimeBasedCanary","timeBasedLinear":"TimeBasedLinear"}},
  TrafficRoutingType: {"type":"string"},
  TrafficWeight: {"type":"double"},
  TriggerConfig: {"type":"structure","members":{"triggerName":"TriggerName","triggerTargetArn":"TriggerTargetArn","triggerEvents":"TriggerEventTypeList"}},
  TriggerConfigList: {"type":"list","member":"TriggerConfig"},
  TriggerEventType: {"type":"string"},
  TriggerEventTypeList: {"type":"list","member":"TriggerEventType"},
  TriggerName: {"type":"string"},
  TriggerTargetArn: {"type":"string"},
  UntagResourceInput: {"type":"structure","members":{"ResourceArn":"Arn","TagKeys":"TagKeyList"}},
  UntagResourceOutput: {"type":"structure","members":{}},
  UpdateApplicationInput: {"type":"structure","members":{"applicationName":"ApplicationName","newApplicationName":"ApplicationName"}},
  UpdateDeploymentGroupInput: {"type":"structure","members":{"applicationName":"ApplicationName","currentDeploymentGroupName":"DeploymentGroupName","newDeploymentGroupName":"DeploymentGroupName","deploymentConfigName":"DeploymentConfigName","ec2TagFilters":"EC2TagFilterList","onPremisesInstanceTagFilters":"TagFilterList","autoScalingGroups":"AutoScalingGroupNameList","serviceRoleArn":"Role","triggerConfigurations":"TriggerConfigList","alarmConfiguration":"AlarmConfiguration","autoRollbackConfiguration":"AutoRollbackConfiguration","outdatedInstancesStrategy":"OutdatedInstancesStrategy","deploymentStyle":"DeploymentStyle","blueGreenDeploymentConfiguration":"BlueGreenDeploymentConfiguration","loadBalancerInfo":"LoadBalancerInfo","ec2TagSet":"EC2TagSet","ecsServices":"ECSServiceList","onPremisesTagSet":"OnPremisesTagSet","terminationHookEnabled":"NullableBoolean"}},
  UpdateDeploymentGroupOutput: {"type":"structure","members":{"hooksNotCleanedUp":"AutoScalingGroupList"}},
  Value: {"type":"string"},
  Version: {"type":"string"},
  VersionId: {"type":"string"},
  WaitTimeInMins: {"type":"integer"},
  WaitTimeInSeconds: {"type":"long"},
  ZonalConfig: {"type":"structure","members":{"firstZoneMonitorDurationInSeconds":"WaitTimeInSeconds","monitorDurationInSeconds":"WaitTimeInSeconds","minimumHealthyHostsPerZone":"MinimumHealthyHostsPerZone"}},
} as const;
