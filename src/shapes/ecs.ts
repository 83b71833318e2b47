// GENERATED from model/ecs-2014-11-13.json by `npm run generate`. Do not edit.
/** Shapes, errors and operations of ECS 2014-11-13, as they are on the wire. */
import { ModelledError } from "./modelledError.ts";

export const targetPrefix = "AmazonEC2ContainerServiceV20141113";

export interface AdvancedConfiguration {
  alternateTargetGroupArn?: string | undefined;
  productionListenerRule?: string | undefined;
  testListenerRule?: string | undefined;
  roleArn?: string | undefined;
}

export const ApplicationProtocolValues = ["http","http2","grpc"] as const;
export type ApplicationProtocol = (typeof ApplicationProtocolValues)[number];

export const AssignPublicIpValues = ["ENABLED","DISABLED"] as const;
export type AssignPublicIp = (typeof AssignPublicIpValues)[number];

export interface Attachment {
  id?: string | undefined;
  type?: string | undefined;
  status?: string | undefined;
  details?: KeyValuePair[] | undefined;
}

export interface Attribute {
  name?: string | undefined;
  value?: string | undefined;
  targetType?: string | undefined;
  targetId?: string | undefined;
}

export const AvailabilityZoneRebalancingValues = ["ENABLED","DISABLED"] as const;
export type AvailabilityZoneRebalancing = (typeof AvailabilityZoneRebalancingValues)[number];

export interface AwsVpcConfiguration {
  subnets?: string[] | undefined;
  securityGroups?: string[] | undefined;
  assignPublicIp?: string | undefined;
}

export const CPUArchitectureValues = ["X86_64","ARM64"] as const;
export type CPUArchitecture = (typeof CPUArchitectureValues)[number];

export interface CanaryConfiguration {
  canaryPercent?: number | undefined;
  canaryBakeTimeInMinutes?: number | undefined;
}

export interface CapacityProviderStrategyItem {
  capacityProvider?: string | undefined;
  weight?: number | undefined;
  base?: number | undefined;
}

export interface Cluster {
  clusterArn?: string | undefined;
  clusterName?: string | undefined;
  configuration?: ClusterConfiguration | undefined;
  status?: string | undefined;
  registeredContainerInstancesCount?: number | undefined;
  runningTasksCount?: number | undefined;
  pendingTasksCount?: number | undefined;
  activeServicesCount?: number | undefined;
  statistics?: KeyValuePair[] | undefined;
  tags?: Tag[] | undefined;
  settings?: ClusterSetting[] | undefined;
  capacityProviders?: string[] | undefined;
  defaultCapacityProviderStrategy?: CapacityProviderStrategyItem[] | undefined;
  attachments?: Attachment[] | undefined;
  attachmentsStatus?: string | undefined;
  serviceConnectDefaults?: ClusterServiceConnectDefaults | undefined;
}

export interface ClusterConfiguration {
  executeCommandConfiguration?: ExecuteCommandConfiguration | undefined;
  managedStorageConfiguration?: ManagedStorageConfiguration | undefined;
}

export const ClusterFieldValues = ["ATTACHMENTS","CONFIGURATIONS","SETTINGS","STATISTICS","TAGS"] as const;
export type ClusterField = (typeof ClusterFieldValues)[number];

export interface ClusterServiceConnectDefaults {
  namespace?: string | undefined;
}

export interface ClusterServiceConnectDefaultsRequest {
  namespace?: string | undefined;
}

export interface ClusterSetting {
  name?: string | undefined;
  value?: string | undefined;
}

export const ClusterSettingNameValues = ["containerInsights"] as const;
export type ClusterSettingName = (typeof ClusterSettingNameValues)[number];

export const CompatibilityValues = ["EC2","FARGATE","EXTERNAL","MANAGED_INSTANCES"] as const;
export type Compatibility = (typeof CompatibilityValues)[number];

export const ConnectivityValues = ["CONNECTED","DISCONNECTED"] as const;
export type Connectivity = (typeof ConnectivityValues)[number];

export interface Container {
  containerArn?: string | undefined;
  taskArn?: string | undefined;
  name?: string | undefined;
  image?: string | undefined;
  imageDigest?: string | undefined;
  runtimeId?: string | undefined;
  lastStatus?: string | undefined;
  exitCode?: number | undefined;
  reason?: string | undefined;
  networkBindings?: NetworkBinding[] | undefined;
  networkInterfaces?: NetworkInterface[] | undefined;
  healthStatus?: string | undefined;
  managedAgents?: ManagedAgent[] | undefined;
  cpu?: string | undefined;
  memory?: string | undefined;
  memoryReservation?: string | undefined;
  gpuIds?: string[] | undefined;
  neuronDeviceIds?: string[] | undefined;
  gpuSharingStrategy?: SharingStrategy | undefined;
}

export const ContainerConditionValues = ["START","COMPLETE","SUCCESS","HEALTHY"] as const;
export type ContainerCondition = (typeof ContainerConditionValues)[number];

export interface ContainerDefinition {
  name?: string | undefined;
  image?: string | undefined;
  repositoryCredentials?: RepositoryCredentials | undefined;
  cpu?: number | undefined;
  memory?: number | undefined;
  memoryReservation?: number | undefined;
  links?: string[] | undefined;
  portMappings?: PortMapping[] | undefined;
  essential?: boolean | undefined;
  restartPolicy?: ContainerRestartPolicy | undefined;
  entryPoint?: string[] | undefined;
  command?: string[] | undefined;
  environment?: KeyValuePair[] | undefined;
  environmentFiles?: EnvironmentFile[] | undefined;
  mountPoints?: MountPoint[] | undefined;
  volumesFrom?: VolumeFrom[] | undefined;
  linuxParameters?: LinuxParameters | undefined;
  secrets?: Secret[] | undefined;
  dependsOn?: ContainerDependency[] | undefined;
  startTimeout?: number | undefined;
  stopTimeout?: number | undefined;
  versionConsistency?: string | undefined;
  hostname?: string | undefined;
  user?: string | undefined;
  workingDirectory?: string | undefined;
  disableNetworking?: boolean | undefined;
  privileged?: boolean | undefined;
  readonlyRootFilesystem?: boolean | undefined;
  dnsServers?: string[] | undefined;
  dnsSearchDomains?: string[] | undefined;
  extraHosts?: HostEntry[] | undefined;
  dockerSecurityOptions?: string[] | undefined;
  interactive?: boolean | undefined;
  pseudoTerminal?: boolean | undefined;
  dockerLabels?: Record<string, string> | undefined;
  ulimits?: Ulimit[] | undefined;
  logConfiguration?: LogConfiguration | undefined;
  healthCheck?: HealthCheck | undefined;
  systemControls?: SystemControl[] | undefined;
  resourceRequirements?: ResourceRequirement[] | undefined;
  firelensConfiguration?: FirelensConfiguration | undefined;
  credentialSpecs?: string[] | undefined;
}

export interface ContainerDependency {
  containerName?: string | undefined;
  condition?: string | undefined;
}

export interface ContainerOverride {
  name?: string | undefined;
  command?: string[] | undefined;
  environment?: KeyValuePair[] | undefined;
  environmentFiles?: EnvironmentFile[] | undefined;
  cpu?: number | undefined;
  memory?: number | undefined;
  memoryReservation?: number | undefined;
  resourceRequirements?: ResourceRequirement[] | undefined;
}

export interface ContainerRestartPolicy {
  enabled?: boolean | undefined;
  ignoredExitCodes?: number[] | undefined;
  restartAttemptPeriod?: number | undefined;
}

export interface CreateClusterRequest {
  clusterName?: string | undefined;
  tags?: Tag[] | undefined;
  settings?: ClusterSetting[] | undefined;
  configuration?: ClusterConfiguration | undefined;
  capacityProviders?: string[] | undefined;
  defaultCapacityProviderStrategy?: CapacityProviderStrategyItem[] | undefined;
  serviceConnectDefaults?: ClusterServiceConnectDefaultsRequest | undefined;
}

export interface CreateClusterResponse {
  cluster?: Cluster | undefined;
}

export interface CreateServiceRequest {
  cluster?: string | undefined;
  serviceName?: string | undefined;
  taskDefinition?: string | undefined;
  availabilityZoneRebalancing?: string | undefined;
  loadBalancers?: LoadBalancer[] | undefined;
  serviceRegistries?: ServiceRegistry[] | undefined;
  desiredCount?: number | undefined;
  clientToken?: string | undefined;
  launchType?: string | undefined;
  capacityProviderStrategy?: CapacityProviderStrategyItem[] | undefined;
  platformVersion?: string | undefined;
  role?: string | undefined;
  deploymentConfiguration?: DeploymentConfiguration | undefined;
  placementConstraints?: PlacementConstraint[] | undefined;
  placementStrategy?: PlacementStrategy[] | undefined;
  networkConfiguration?: NetworkConfiguration | undefined;
  healthCheckGracePeriodSeconds?: number | undefined;
  schedulingStrategy?: string | undefined;
  deploymentController?: DeploymentController | undefined;
  tags?: Tag[] | undefined;
  enableECSManagedTags?: boolean | undefined;
  propagateTags?: string | undefined;
  enableExecuteCommand?: boolean | undefined;
  serviceConnectConfiguration?: ServiceConnectConfiguration | undefined;
  volumeConfigurations?: ServiceVolumeConfiguration[] | undefined;
  vpcLatticeConfigurations?: VpcLatticeConfiguration[] | undefined;
  gatewayConnectors?: GatewayConnector[] | undefined;
  monitoring?: MonitoringConfiguration | undefined;
}

export interface CreateServiceResponse {
  service?: Service | undefined;
}

export interface CreateTaskSetRequest {
  service?: string | undefined;
  cluster?: string | undefined;
  externalId?: string | undefined;
  taskDefinition?: string | undefined;
  networkConfiguration?: NetworkConfiguration | undefined;
  loadBalancers?: LoadBalancer[] | undefined;
  serviceRegistries?: ServiceRegistry[] | undefined;
  launchType?: string | undefined;
  capacityProviderStrategy?: CapacityProviderStrategyItem[] | undefined;
  platformVersion?: string | undefined;
  scale?: Scale | undefined;
  clientToken?: string | undefined;
  tags?: Tag[] | undefined;
}

export interface CreateTaskSetResponse {
  taskSet?: TaskSet | undefined;
}

export interface DeleteClusterRequest {
  cluster?: string | undefined;
}

export interface DeleteClusterResponse {
  cluster?: Cluster | undefined;
}

export interface DeleteServiceRequest {
  cluster?: string | undefined;
  service?: string | undefined;
  force?: boolean | undefined;
}

export interface DeleteServiceResponse {
  service?: Service | undefined;
}

export interface DeleteTaskDefinitionsRequest {
  taskDefinitions?: string[] | undefined;
}

export interface DeleteTaskDefinitionsResponse {
  taskDefinitions?: TaskDefinition[] | undefined;
  failures?: Failure[] | undefined;
}

export interface DeleteTaskSetRequest {
  cluster?: string | undefined;
  service?: string | undefined;
  taskSet?: string | undefined;
  force?: boolean | undefined;
}

export interface DeleteTaskSetResponse {
  taskSet?: TaskSet | undefined;
}

export interface Deployment {
  id?: string | undefined;
  status?: string | undefined;
  taskDefinition?: string | undefined;
  desiredCount?: number | undefined;
  pendingCount?: number | undefined;
  runningCount?: number | undefined;
  failedTasks?: number | undefined;
  createdAt?: number | undefined;
  updatedAt?: number | undefined;
  capacityProviderStrategy?: CapacityProviderStrategyItem[] | undefined;
  launchType?: string | undefined;
  platformVersion?: string | undefined;
  platformFamily?: string | undefined;
  networkConfiguration?: NetworkConfiguration | undefined;
  rolloutState?: string | undefined;
  rolloutStateReason?: string | undefined;
  serviceConnectConfiguration?: ServiceConnectConfiguration | undefined;
  serviceConnectResources?: ServiceConnectServiceResource[] | undefined;
  volumeConfigurations?: ServiceVolumeConfiguration[] | undefined;
  fargateEphemeralStorage?: DeploymentEphemeralStorage | undefined;
  vpcLatticeConfigurations?: VpcLatticeConfiguration[] | undefined;
}

export interface DeploymentAlarms {
  alarmNames?: string[] | undefined;
  rollback?: boolean | undefined;
  enable?: boolean | undefined;
}

export interface DeploymentCircuitBreaker {
  enable?: boolean | undefined;
  rollback?: boolean | undefined;
  resetOnHealthyTask?: boolean | undefined;
  thresholdConfiguration?: ThresholdConfiguration | undefined;
}

export interface DeploymentConfiguration {
  deploymentCircuitBreaker?: DeploymentCircuitBreaker | undefined;
  maximumPercent?: number | undefined;
  minimumHealthyPercent?: number | undefined;
  alarms?: DeploymentAlarms | undefined;
  strategy?: string | undefined;
  bakeTimeInMinutes?: number | undefined;
  lifecycleHooks?: DeploymentLifecycleHook[] | undefined;
  linearConfiguration?: LinearConfiguration | undefined;
  canaryConfiguration?: CanaryConfiguration | undefined;
  earlySuccessCriteria?: DeploymentEarlySuccessCriteria | undefined;
}

export interface DeploymentController {
  type?: string | undefined;
}

export const DeploymentControllerTypeValues = ["ECS","CODE_DEPLOY","EXTERNAL"] as const;
export type DeploymentControllerType = (typeof DeploymentControllerTypeValues)[number];

export interface DeploymentEarlySuccessCriteria {
  enable?: boolean | undefined;
  healthyPercent?: number | undefined;
  sourceServiceRevisionCleanup?: string | undefined;
}

export interface DeploymentEphemeralStorage {
  kmsKeyId?: string | undefined;
}

export interface DeploymentLifecycleHook {
  targetType?: string | undefined;
  hookTargetArn?: string | undefined;
  roleArn?: string | undefined;
  lifecycleStages?: string[] | undefined;
  hookDetails?: HookDetails | undefined;
  timeoutConfiguration?: DeploymentLifecycleHookTimeoutConfiguration | undefined;
}

export const DeploymentLifecycleHookActionValues = ["ROLLBACK","CONTINUE"] as const;
export type DeploymentLifecycleHookAction = (typeof DeploymentLifecycleHookActionValues)[number];

export const DeploymentLifecycleHookStageValues = ["RECONCILE_SERVICE","PRE_SCALE_UP","POST_SCALE_UP","TEST_TRAFFIC_SHIFT","POST_TEST_TRAFFIC_SHIFT","PRE_PRODUCTION_TRAFFIC_SHIFT","PRODUCTION_TRAFFIC_SHIFT","POST_PRODUCTION_TRAFFIC_SHIFT"] as const;
export type DeploymentLifecycleHookStage = (typeof DeploymentLifecycleHookStageValues)[number];

export const DeploymentLifecycleHookTargetTypeValues = ["AWS_LAMBDA","PAUSE"] as const;
export type DeploymentLifecycleHookTargetType = (typeof DeploymentLifecycleHookTargetTypeValues)[number];

export interface DeploymentLifecycleHookTimeoutConfiguration {
  timeoutInMinutes?: number | undefined;
  action?: string | undefined;
}

export const DeploymentRolloutStateValues = ["COMPLETED","FAILED","IN_PROGRESS"] as const;
export type DeploymentRolloutState = (typeof DeploymentRolloutStateValues)[number];

export const DeploymentStrategyValues = ["ROLLING","BLUE_GREEN","LINEAR","CANARY"] as const;
export type DeploymentStrategy = (typeof DeploymentStrategyValues)[number];

export interface DeregisterTaskDefinitionRequest {
  taskDefinition?: string | undefined;
}

export interface DeregisterTaskDefinitionResponse {
  taskDefinition?: TaskDefinition | undefined;
}

export interface DescribeClustersRequest {
  clusters?: string[] | undefined;
  include?: string[] | undefined;
}

export interface DescribeClustersResponse {
  clusters?: Cluster[] | undefined;
  failures?: Failure[] | undefined;
}

export interface DescribeServicesRequest {
  cluster?: string | undefined;
  services?: string[] | undefined;
  include?: string[] | undefined;
}

export interface DescribeServicesResponse {
  services?: Service[] | undefined;
  failures?: Failure[] | undefined;
}

export interface DescribeTaskDefinitionRequest {
  taskDefinition?: string | undefined;
  include?: string[] | undefined;
}

export interface DescribeTaskDefinitionResponse {
  taskDefinition?: TaskDefinition | undefined;
  tags?: Tag[] | undefined;
}

export interface DescribeTaskSetsRequest {
  cluster?: string | undefined;
  service?: string | undefined;
  taskSets?: string[] | undefined;
  include?: string[] | undefined;
}

export interface DescribeTaskSetsResponse {
  taskSets?: TaskSet[] | undefined;
  failures?: Failure[] | undefined;
}

export interface DescribeTasksRequest {
  cluster?: string | undefined;
  tasks?: string[] | undefined;
  include?: string[] | undefined;
}

export interface DescribeTasksResponse {
  tasks?: Task[] | undefined;
  failures?: Failure[] | undefined;
}

export const DesiredStatusValues = ["RUNNING","PENDING","STOPPED"] as const;
export type DesiredStatus = (typeof DesiredStatusValues)[number];

export interface Device {
  hostPath?: string | undefined;
  containerPath?: string | undefined;
  permissions?: string[] | undefined;
}

export const DeviceCgroupPermissionValues = ["read","write","mknod"] as const;
export type DeviceCgroupPermission = (typeof DeviceCgroupPermissionValues)[number];

export interface DockerVolumeConfiguration {
  scope?: string | undefined;
  autoprovision?: boolean | undefined;
  driver?: string | undefined;
  driverOpts?: Record<string, string> | undefined;
  labels?: Record<string, string> | undefined;
}

export const EBSResourceTypeValues = ["volume"] as const;
export type EBSResourceType = (typeof EBSResourceTypeValues)[number];

export interface EBSTagSpecification {
  resourceType?: string | undefined;
  tags?: Tag[] | undefined;
  propagateTags?: string | undefined;
}

export interface EFSAuthorizationConfig {
  accessPointId?: string | undefined;
  iam?: string | undefined;
}

export const EFSAuthorizationConfigIAMValues = ["ENABLED","DISABLED"] as const;
export type EFSAuthorizationConfigIAM = (typeof EFSAuthorizationConfigIAMValues)[number];

export const EFSTransitEncryptionValues = ["ENABLED","DISABLED"] as const;
export type EFSTransitEncryption = (typeof EFSTransitEncryptionValues)[number];

export interface EFSVolumeConfiguration {
  fileSystemId?: string | undefined;
  rootDirectory?: string | undefined;
  transitEncryption?: string | undefined;
  transitEncryptionPort?: number | undefined;
  authorizationConfig?: EFSAuthorizationConfig | undefined;
}

export interface EnvironmentFile {
  value?: string | undefined;
  type?: string | undefined;
}

export const EnvironmentFileTypeValues = ["s3"] as const;
export type EnvironmentFileType = (typeof EnvironmentFileTypeValues)[number];

export interface EphemeralStorage {
  sizeInGiB?: number | undefined;
}

export interface ExecuteCommandConfiguration {
  kmsKeyId?: string | undefined;
  logging?: string | undefined;
  logConfiguration?: ExecuteCommandLogConfiguration | undefined;
}

export interface ExecuteCommandLogConfiguration {
  cloudWatchLogGroupName?: string | undefined;
  cloudWatchEncryptionEnabled?: boolean | undefined;
  s3BucketName?: string | undefined;
  s3EncryptionEnabled?: boolean | undefined;
  s3KeyPrefix?: string | undefined;
}

export const ExecuteCommandLoggingValues = ["NONE","DEFAULT","OVERRIDE"] as const;
export type ExecuteCommandLogging = (typeof ExecuteCommandLoggingValues)[number];

export interface FSxWindowsFileServerAuthorizationConfig {
  credentialsParameter?: string | undefined;
  domain?: string | undefined;
}

export interface FSxWindowsFileServerVolumeConfiguration {
  fileSystemId?: string | undefined;
  rootDirectory?: string | undefined;
  authorizationConfig?: FSxWindowsFileServerAuthorizationConfig | undefined;
}

export interface Failure {
  arn?: string | undefined;
  reason?: string | undefined;
  detail?: string | undefined;
}

export interface FirelensConfiguration {
  type?: string | undefined;
  options?: Record<string, string> | undefined;
}

export const FirelensConfigurationTypeValues = ["fluentd","fluentbit"] as const;
export type FirelensConfigurationType = (typeof FirelensConfigurationTypeValues)[number];

export interface GatewayConnector {
  portName?: string | undefined;
  healthCheck?: GatewayConnectorHealthCheck | undefined;
  filters?: GatewayConnectorFilters | undefined;
}

export interface GatewayConnectorFilters {
  accessTypes?: string[] | undefined;
}

export interface GatewayConnectorHealthCheck {
  healthCheckProtocol?: string | undefined;
  healthCheckPort?: number | undefined;
  healthCheckPath?: string | undefined;
  healthCheckTimeoutSeconds?: number | undefined;
  healthCheckIntervalSeconds?: number | undefined;
  healthyThresholdCount?: number | undefined;
  unhealthyThresholdCount?: number | undefined;
  matcher?: GatewayConnectorHealthCheckMatcher | undefined;
}

export interface GatewayConnectorHealthCheckMatcher {
  httpCode?: string | undefined;
  grpcCode?: string | undefined;
}

export interface HealthCheck {
  command?: string[] | undefined;
  interval?: number | undefined;
  timeout?: number | undefined;
  retries?: number | undefined;
  startPeriod?: number | undefined;
}

export const HealthStatusValues = ["HEALTHY","UNHEALTHY","UNKNOWN"] as const;
export type HealthStatus = (typeof HealthStatusValues)[number];

export type HookDetails = Record<string, never>;

export interface HostEntry {
  hostname?: string | undefined;
  ipAddress?: string | undefined;
}

export interface HostVolumeProperties {
  sourcePath?: string | undefined;
}

export interface InferenceAccelerator {
  deviceName?: string | undefined;
  deviceType?: string | undefined;
}

export interface InferenceAcceleratorOverride {
  deviceName?: string | undefined;
  deviceType?: string | undefined;
}

export const IpcModeValues = ["host","task","none"] as const;
export type IpcMode = (typeof IpcModeValues)[number];

export interface KernelCapabilities {
  add?: string[] | undefined;
  drop?: string[] | undefined;
}

export interface KeyValuePair {
  name?: string | undefined;
  value?: string | undefined;
}

export const LaunchTypeValues = ["EC2","FARGATE","EXTERNAL","MANAGED_INSTANCES"] as const;
export type LaunchType = (typeof LaunchTypeValues)[number];

export interface LinearConfiguration {
  stepPercent?: number | undefined;
  stepBakeTimeInMinutes?: number | undefined;
}

export interface LinuxParameters {
  capabilities?: KernelCapabilities | undefined;
  devices?: Device[] | undefined;
  initProcessEnabled?: boolean | undefined;
  sharedMemorySize?: number | undefined;
  tmpfs?: Tmpfs[] | undefined;
  maxSwap?: number | undefined;
  swappiness?: number | undefined;
}

export interface ListClustersRequest {
  nextToken?: string | undefined;
  maxResults?: number | undefined;
}

export interface ListClustersResponse {
  clusterArns?: string[] | undefined;
  nextToken?: string | undefined;
}

export interface ListServicesRequest {
  cluster?: string | undefined;
  nextToken?: string | undefined;
  maxResults?: number | undefined;
  launchType?: string | undefined;
  schedulingStrategy?: string | undefined;
  resourceManagementType?: string | undefined;
}

export interface ListServicesResponse {
  serviceArns?: string[] | undefined;
  nextToken?: string | undefined;
}

export interface ListTagsForResourceRequest {
  resourceArn?: string | undefined;
}

export interface ListTagsForResourceResponse {
  tags?: Tag[] | undefined;
}

export interface ListTaskDefinitionFamiliesRequest {
  familyPrefix?: string | undefined;
  status?: string | undefined;
  nextToken?: string | undefined;
  maxResults?: number | undefined;
}

export interface ListTaskDefinitionFamiliesResponse {
  families?: string[] | undefined;
  nextToken?: string | undefined;
}

export interface ListTaskDefinitionsRequest {
  familyPrefix?: string | undefined;
  status?: string | undefined;
  sort?: string | undefined;
  nextToken?: string | undefined;
  maxResults?: number | undefined;
}

export interface ListTaskDefinitionsResponse {
  taskDefinitionArns?: string[] | undefined;
  nextToken?: string | undefined;
}

export interface ListTasksRequest {
  cluster?: string | undefined;
  containerInstance?: string | undefined;
  family?: string | undefined;
  nextToken?: string | undefined;
  maxResults?: number | undefined;
  startedBy?: string | undefined;
  serviceName?: string | undefined;
  desiredStatus?: string | undefined;
  launchType?: string | undefined;
  daemonName?: string | undefined;
}

export interface ListTasksResponse {
  taskArns?: string[] | undefined;
  nextToken?: string | undefined;
}

export interface LoadBalancer {
  targetGroupArn?: string | undefined;
  loadBalancerName?: string | undefined;
  containerName?: string | undefined;
  containerPort?: number | undefined;
  advancedConfiguration?: AdvancedConfiguration | undefined;
}

export interface LogConfiguration {
  logDriver?: string | undefined;
  options?: Record<string, string> | undefined;
  secretOptions?: Secret[] | undefined;
}

export const LogDriverValues = ["json-file","syslog","journald","gelf","fluentd","awslogs","splunk","awsfirelens"] as const;
export type LogDriver = (typeof LogDriverValues)[number];

export interface ManagedAgent {
  lastStartedAt?: number | undefined;
  name?: string | undefined;
  reason?: string | undefined;
  lastStatus?: string | undefined;
}

export const ManagedAgentNameValues = ["ExecuteCommandAgent"] as const;
export type ManagedAgentName = (typeof ManagedAgentNameValues)[number];

export interface ManagedStorageConfiguration {
  kmsKeyId?: string | undefined;
  fargateEphemeralStorageKmsKeyId?: string | undefined;
}

export interface MetricConfiguration {
  metricNames?: string[] | undefined;
  resolutionSeconds?: number | undefined;
}

export interface MonitoringConfiguration {
  metricConfigurations?: MetricConfiguration[] | undefined;
}

export interface MountPoint {
  sourceVolume?: string | undefined;
  containerPath?: string | undefined;
  readOnly?: boolean | undefined;
}

export interface NetworkBinding {
  bindIP?: string | undefined;
  containerPort?: number | undefined;
  hostPort?: number | undefined;
  protocol?: string | undefined;
  containerPortRange?: string | undefined;
  hostPortRange?: string | undefined;
}

export interface NetworkConfiguration {
  awsvpcConfiguration?: AwsVpcConfiguration | undefined;
}

export interface NetworkInterface {
  attachmentId?: string | undefined;
  privateIpv4Address?: string | undefined;
  ipv6Address?: string | undefined;
}

export const NetworkModeValues = ["bridge","host","awsvpc","none"] as const;
export type NetworkMode = (typeof NetworkModeValues)[number];

export interface NvidiaMpsAllocation {
  memory?: number | undefined;
  maxComputePercent?: number | undefined;
}

export const OSFamilyValues = ["WINDOWS_SERVER_2019_FULL","WINDOWS_SERVER_2019_CORE","WINDOWS_SERVER_2016_FULL","WINDOWS_SERVER_2004_CORE","WINDOWS_SERVER_2022_CORE","WINDOWS_SERVER_2022_FULL","WINDOWS_SERVER_2025_CORE","WINDOWS_SERVER_2025_FULL","WINDOWS_SERVER_20H2_CORE","LINUX"] as const;
export type OSFamily = (typeof OSFamilyValues)[number];

export const PidModeValues = ["host","task"] as const;
export type PidMode = (typeof PidModeValues)[number];

export interface PlacementConstraint {
  type?: string | undefined;
  expression?: string | undefined;
}

export const PlacementConstraintTypeValues = ["distinctInstance","memberOf"] as const;
export type PlacementConstraintType = (typeof PlacementConstraintTypeValues)[number];

export interface PlacementStrategy {
  type?: string | undefined;
  field?: string | undefined;
}

export const PlacementStrategyTypeValues = ["random","spread","binpack"] as const;
export type PlacementStrategyType = (typeof PlacementStrategyTypeValues)[number];

export interface PortMapping {
  containerPort?: number | undefined;
  hostPort?: number | undefined;
  protocol?: string | undefined;
  name?: string | undefined;
  appProtocol?: string | undefined;
  containerPortRange?: string | undefined;
}

export const PropagateTagsValues = ["TASK_DEFINITION","SERVICE","NONE"] as const;
export type PropagateTags = (typeof PropagateTagsValues)[number];

export interface ProxyConfiguration {
  type?: string | undefined;
  containerName?: string | undefined;
  properties?: KeyValuePair[] | undefined;
}

export const ProxyConfigurationTypeValues = ["APPMESH"] as const;
export type ProxyConfigurationType = (typeof ProxyConfigurationTypeValues)[number];

export interface RegisterTaskDefinitionRequest {
  family?: string | undefined;
  taskRoleArn?: string | undefined;
  executionRoleArn?: string | undefined;
  networkMode?: string | undefined;
  containerDefinitions?: ContainerDefinition[] | undefined;
  volumes?: Volume[] | undefined;
  placementConstraints?: TaskDefinitionPlacementConstraint[] | undefined;
  requiresCompatibilities?: string[] | undefined;
  cpu?: string | undefined;
  memory?: string | undefined;
  tags?: Tag[] | undefined;
  pidMode?: string | undefined;
  ipcMode?: string | undefined;
  proxyConfiguration?: ProxyConfiguration | undefined;
  inferenceAccelerators?: InferenceAccelerator[] | undefined;
  ephemeralStorage?: EphemeralStorage | undefined;
  runtimePlatform?: RuntimePlatform | undefined;
  enableFaultInjection?: boolean | undefined;
}

export interface RegisterTaskDefinitionResponse {
  taskDefinition?: TaskDefinition | undefined;
  tags?: Tag[] | undefined;
}

export interface RepositoryCredentials {
  credentialsParameter?: string | undefined;
}

export const ResourceManagementTypeValues = ["CUSTOMER","ECS"] as const;
export type ResourceManagementType = (typeof ResourceManagementTypeValues)[number];

export interface ResourceRequirement {
  value?: string | undefined;
  type?: string | undefined;
  sharingStrategy?: SharingStrategy | undefined;
}

export const ResourceTypeValues = ["GPU","InferenceAccelerator"] as const;
export type ResourceType = (typeof ResourceTypeValues)[number];

export interface RuntimePlatform {
  cpuArchitecture?: string | undefined;
  operatingSystemFamily?: string | undefined;
}

export interface S3FilesVolumeConfiguration {
  fileSystemArn?: string | undefined;
  rootDirectory?: string | undefined;
  transitEncryptionPort?: number | undefined;
  accessPointArn?: string | undefined;
}

export interface Scale {
  value?: number | undefined;
  unit?: string | undefined;
}

export const ScaleUnitValues = ["PERCENT"] as const;
export type ScaleUnit = (typeof ScaleUnitValues)[number];

export const SchedulingStrategyValues = ["REPLICA","DAEMON"] as const;
export type SchedulingStrategy = (typeof SchedulingStrategyValues)[number];

export const ScopeValues = ["task","shared"] as const;
export type Scope = (typeof ScopeValues)[number];

export interface Secret {
  name?: string | undefined;
  valueFrom?: string | undefined;
}

export interface Service {
  serviceArn?: string | undefined;
  serviceName?: string | undefined;
  clusterArn?: string | undefined;
  loadBalancers?: LoadBalancer[] | undefined;
  serviceRegistries?: ServiceRegistry[] | undefined;
  status?: string | undefined;
  desiredCount?: number | undefined;
  runningCount?: number | undefined;
  pendingCount?: number | undefined;
  launchType?: string | undefined;
  capacityProviderStrategy?: CapacityProviderStrategyItem[] | undefined;
  platformVersion?: string | undefined;
  platformFamily?: string | undefined;
  taskDefinition?: string | undefined;
  deploymentConfiguration?: DeploymentConfiguration | undefined;
  taskSets?: TaskSet[] | undefined;
  deployments?: Deployment[] | undefined;
  roleArn?: string | undefined;
  events?: ServiceEvent[] | undefined;
  createdAt?: number | undefined;
  currentServiceDeployment?: string | undefined;
  currentServiceRevisions?: ServiceCurrentRevisionSummary[] | undefined;
  placementConstraints?: PlacementConstraint[] | undefined;
  placementStrategy?: PlacementStrategy[] | undefined;
  networkConfiguration?: NetworkConfiguration | undefined;
  healthCheckGracePeriodSeconds?: number | undefined;
  schedulingStrategy?: string | undefined;
  deploymentController?: DeploymentController | undefined;
  tags?: Tag[] | undefined;
  createdBy?: string | undefined;
  enableECSManagedTags?: boolean | undefined;
  propagateTags?: string | undefined;
  enableExecuteCommand?: boolean | undefined;
  availabilityZoneRebalancing?: string | undefined;
  resourceManagementType?: string | undefined;
}

export interface ServiceConnectAccessLogConfiguration {
  format?: string | undefined;
  includeQueryParameters?: string | undefined;
}

export const ServiceConnectAccessLoggingFormatValues = ["TEXT","JSON"] as const;
export type ServiceConnectAccessLoggingFormat = (typeof ServiceConnectAccessLoggingFormatValues)[number];

export interface ServiceConnectClientAlias {
  port?: number | undefined;
  dnsName?: string | undefined;
  testTrafficRules?: ServiceConnectTestTrafficRules | undefined;
}

export interface ServiceConnectConfiguration {
  enabled?: boolean | undefined;
  namespace?: string | undefined;
  services?: ServiceConnectService[] | undefined;
  logConfiguration?: LogConfiguration | undefined;
  accessLogConfiguration?: ServiceConnectAccessLogConfiguration | undefined;
  containerConfigurations?: ServiceConnectContainerConfiguration[] | undefined;
}

export interface ServiceConnectContainerConfiguration {
  logLevel?: string | undefined;
}

export const ServiceConnectIncludeQueryParametersValues = ["DISABLED","ENABLED"] as const;
export type ServiceConnectIncludeQueryParameters = (typeof ServiceConnectIncludeQueryParametersValues)[number];

export interface ServiceConnectService {
  portName?: string | undefined;
  discoveryName?: string | undefined;
  clientAliases?: ServiceConnectClientAlias[] | undefined;
  ingressPortOverride?: number | undefined;
  timeout?: TimeoutConfiguration | undefined;
  tls?: ServiceConnectTlsConfiguration | undefined;
}

export interface ServiceConnectServiceResource {
  discoveryName?: string | undefined;
  discoveryArn?: string | undefined;
}

export interface ServiceConnectTestTrafficHeaderMatchRules {
  exact?: string | undefined;
}

export interface ServiceConnectTestTrafficHeaderRules {
  name?: string | undefined;
  value?: ServiceConnectTestTrafficHeaderMatchRules | undefined;
}

export interface ServiceConnectTestTrafficRules {
  header?: ServiceConnectTestTrafficHeaderRules | undefined;
}

export interface ServiceConnectTlsCertificateAuthority {
  awsPcaAuthorityArn?: string | undefined;
}

export interface ServiceConnectTlsConfiguration {
  issuerCertificateAuthority?: ServiceConnectTlsCertificateAuthority | undefined;
  kmsKey?: string | undefined;
  roleArn?: string | undefined;
}

export interface ServiceCurrentRevisionSummary {
  arn?: string | undefined;
  requestedTaskCount?: number | undefined;
  runningTaskCount?: number | undefined;
  pendingTaskCount?: number | undefined;
}

export interface ServiceEvent {
  id?: string | undefined;
  createdAt?: number | undefined;
  message?: string | undefined;
}

export const ServiceFieldValues = ["TAGS"] as const;
export type ServiceField = (typeof ServiceFieldValues)[number];

export interface ServiceManagedEBSVolumeConfiguration {
  encrypted?: boolean | undefined;
  kmsKeyId?: string | undefined;
  volumeType?: string | undefined;
  sizeInGiB?: number | undefined;
  snapshotId?: string | undefined;
  volumeInitializationRate?: number | undefined;
  iops?: number | undefined;
  throughput?: number | undefined;
  tagSpecifications?: EBSTagSpecification[] | undefined;
  roleArn?: string | undefined;
  filesystemType?: string | undefined;
}

export interface ServiceRegistry {
  registryArn?: string | undefined;
  port?: number | undefined;
  containerName?: string | undefined;
  containerPort?: number | undefined;
}

export interface ServiceVolumeConfiguration {
  name?: string | undefined;
  managedEBSVolume?: ServiceManagedEBSVolumeConfiguration | undefined;
}

export interface SharingStrategy {
  nvidiaMps?: NvidiaMpsAllocation | undefined;
}

export const SortOrderValues = ["ASC","DESC"] as const;
export type SortOrder = (typeof SortOrderValues)[number];

export const StabilityStatusValues = ["STEADY_STATE","STABILIZING"] as const;
export type StabilityStatus = (typeof StabilityStatusValues)[number];

export interface StopTaskRequest {
  cluster?: string | undefined;
  task?: string | undefined;
  reason?: string | undefined;
}

export interface StopTaskResponse {
  task?: Task | undefined;
}

export interface SystemControl {
  namespace?: string | undefined;
  value?: string | undefined;
}

export interface Tag {
  key?: string | undefined;
  value?: string | undefined;
}

export interface TagResourceRequest {
  resourceArn?: string | undefined;
  tags?: Tag[] | undefined;
}

export type TagResourceResponse = Record<string, never>;

export const TargetTypeValues = ["container-instance"] as const;
export type TargetType = (typeof TargetTypeValues)[number];

export interface Task {
  attachments?: Attachment[] | undefined;
  attributes?: Attribute[] | undefined;
  availabilityZone?: string | undefined;
  capacityProviderName?: string | undefined;
  clusterArn?: string | undefined;
  connectivity?: string | undefined;
  connectivityAt?: number | undefined;
  containerInstanceArn?: string | undefined;
  containers?: Container[] | undefined;
  cpu?: string | undefined;
  createdAt?: number | undefined;
  desiredStatus?: string | undefined;
  enableExecuteCommand?: boolean | undefined;
  executionStoppedAt?: number | undefined;
  group?: string | undefined;
  healthStatus?: string | undefined;
  inferenceAccelerators?: InferenceAccelerator[] | undefined;
  lastStatus?: string | undefined;
  launchType?: string | undefined;
  memory?: string | undefined;
  overrides?: TaskOverride | undefined;
  platformVersion?: string | undefined;
  platformFamily?: string | undefined;
  pullStartedAt?: number | undefined;
  pullStoppedAt?: number | undefined;
  startedAt?: number | undefined;
  startedBy?: string | undefined;
  stopCode?: string | undefined;
  stoppedAt?: number | undefined;
  stoppedReason?: string | undefined;
  stoppingAt?: number | undefined;
  tags?: Tag[] | undefined;
  taskArn?: string | undefined;
  taskDefinitionArn?: string | undefined;
  version?: number | undefined;
  ephemeralStorage?: EphemeralStorage | undefined;
  fargateEphemeralStorage?: TaskEphemeralStorage | undefined;
}

export interface TaskDefinition {
  taskDefinitionArn?: string | undefined;
  containerDefinitions?: ContainerDefinition[] | undefined;
  family?: string | undefined;
  taskRoleArn?: string | undefined;
  executionRoleArn?: string | undefined;
  networkMode?: string | undefined;
  revision?: number | undefined;
  volumes?: Volume[] | undefined;
  status?: string | undefined;
  requiresAttributes?: Attribute[] | undefined;
  placementConstraints?: TaskDefinitionPlacementConstraint[] | undefined;
  compatibilities?: string[] | undefined;
  runtimePlatform?: RuntimePlatform | undefined;
  requiresCompatibilities?: string[] | undefined;
  cpu?: string | undefined;
  memory?: string | undefined;
  inferenceAccelerators?: InferenceAccelerator[] | undefined;
  pidMode?: string | undefined;
  ipcMode?: string | undefined;
  proxyConfiguration?: ProxyConfiguration | undefined;
  registeredAt?: number | undefined;
  deregisteredAt?: number | undefined;
  deleteRequestedAt?: number | undefined;
  registeredBy?: string | undefined;
  ephemeralStorage?: EphemeralStorage | undefined;
  enableFaultInjection?: boolean | undefined;
}

export const TaskDefinitionFamilyStatusValues = ["ACTIVE","INACTIVE","ALL"] as const;
export type TaskDefinitionFamilyStatus = (typeof TaskDefinitionFamilyStatusValues)[number];

export const TaskDefinitionFieldValues = ["TAGS"] as const;
export type TaskDefinitionField = (typeof TaskDefinitionFieldValues)[number];

export interface TaskDefinitionPlacementConstraint {
  type?: string | undefined;
  expression?: string | undefined;
}

export const TaskDefinitionPlacementConstraintTypeValues = ["memberOf"] as const;
export type TaskDefinitionPlacementConstraintType = (typeof TaskDefinitionPlacementConstraintTypeValues)[number];

export const TaskDefinitionStatusValues = ["ACTIVE","INACTIVE","DELETE_IN_PROGRESS"] as const;
export type TaskDefinitionStatus = (typeof TaskDefinitionStatusValues)[number];

export interface TaskEphemeralStorage {
  sizeInGiB?: number | undefined;
  kmsKeyId?: string | undefined;
}

export const TaskFieldValues = ["TAGS"] as const;
export type TaskField = (typeof TaskFieldValues)[number];

export const TaskFilesystemTypeValues = ["ext3","ext4","xfs","ntfs"] as const;
export type TaskFilesystemType = (typeof TaskFilesystemTypeValues)[number];

export interface TaskOverride {
  containerOverrides?: ContainerOverride[] | undefined;
  cpu?: string | undefined;
  inferenceAcceleratorOverrides?: InferenceAcceleratorOverride[] | undefined;
  executionRoleArn?: string | undefined;
  memory?: string | undefined;
  taskRoleArn?: string | undefined;
  ephemeralStorage?: EphemeralStorage | undefined;
}

export interface TaskSet {
  id?: string | undefined;
  taskSetArn?: string | undefined;
  serviceArn?: string | undefined;
  clusterArn?: string | undefined;
  startedBy?: string | undefined;
  externalId?: string | undefined;
  status?: string | undefined;
  taskDefinition?: string | undefined;
  computedDesiredCount?: number | undefined;
  pendingCount?: number | undefined;
  runningCount?: number | undefined;
  createdAt?: number | undefined;
  updatedAt?: number | undefined;
  launchType?: string | undefined;
  capacityProviderStrategy?: CapacityProviderStrategyItem[] | undefined;
  platformVersion?: string | undefined;
  platformFamily?: string | undefined;
  networkConfiguration?: NetworkConfiguration | undefined;
  loadBalancers?: LoadBalancer[] | undefined;
  serviceRegistries?: ServiceRegistry[] | undefined;
  scale?: Scale | undefined;
  stabilityStatus?: string | undefined;
  stabilityStatusAt?: number | undefined;
  tags?: Tag[] | undefined;
  fargateEphemeralStorage?: DeploymentEphemeralStorage | undefined;
}

export const TaskSetFieldValues = ["TAGS"] as const;
export type TaskSetField = (typeof TaskSetFieldValues)[number];

export const TaskStopCodeValues = ["TaskFailedToStart","EssentialContainerExited","UserInitiated","ServiceSchedulerInitiated","SpotInterruption","TerminationNotice"] as const;
export type TaskStopCode = (typeof TaskStopCodeValues)[number];

export interface ThresholdConfiguration {
  type?: string | undefined;
  value?: number | undefined;
}

export interface TimeoutConfiguration {
  idleTimeoutSeconds?: number | undefined;
  perRequestTimeoutSeconds?: number | undefined;
}

export interface Tmpfs {
  containerPath?: string | undefined;
  size?: number | undefined;
  mountOptions?: string[] | undefined;
}

export const TransportProtocolValues = ["tcp","udp"] as const;
export type TransportProtocol = (typeof TransportProtocolValues)[number];

export interface Ulimit {
  name?: string | undefined;
  softLimit?: number | undefined;
  hardLimit?: number | undefined;
}

export const UlimitNameValues = ["core","cpu","data","fsize","locks","memlock","msgqueue","nice","nofile","nproc","rss","rtprio","rttime","sigpending","stack"] as const;
export type UlimitName = (typeof UlimitNameValues)[number];

export interface UntagResourceRequest {
  resourceArn?: string | undefined;
  tagKeys?: string[] | undefined;
}

export type UntagResourceResponse = Record<string, never>;

export interface UpdateClusterRequest {
  cluster?: string | undefined;
  settings?: ClusterSetting[] | undefined;
  configuration?: ClusterConfiguration | undefined;
  serviceConnectDefaults?: ClusterServiceConnectDefaultsRequest | undefined;
}

export interface UpdateClusterResponse {
  cluster?: Cluster | undefined;
}

export interface UpdateClusterSettingsRequest {
  cluster?: string | undefined;
  settings?: ClusterSetting[] | undefined;
}

export interface UpdateClusterSettingsResponse {
  cluster?: Cluster | undefined;
}

export interface UpdateServicePrimaryTaskSetRequest {
  cluster?: string | undefined;
  service?: string | undefined;
  primaryTaskSet?: string | undefined;
}

export interface UpdateServicePrimaryTaskSetResponse {
  taskSet?: TaskSet | undefined;
}

export interface UpdateServiceRequest {
  cluster?: string | undefined;
  service?: string | undefined;
  desiredCount?: number | undefined;
  taskDefinition?: string | undefined;
  capacityProviderStrategy?: CapacityProviderStrategyItem[] | undefined;
  deploymentConfiguration?: DeploymentConfiguration | undefined;
  availabilityZoneRebalancing?: string | undefined;
  networkConfiguration?: NetworkConfiguration | undefined;
  placementConstraints?: PlacementConstraint[] | undefined;
  placementStrategy?: PlacementStrategy[] | undefined;
  platformVersion?: string | undefined;
  forceNewDeployment?: boolean | undefined;
  healthCheckGracePeriodSeconds?: number | undefined;
  deploymentController?: DeploymentController | undefined;
  enableExecuteCommand?: boolean | undefined;
  enableECSManagedTags?: boolean | undefined;
  loadBalancers?: LoadBalancer[] | undefined;
  propagateTags?: string | undefined;
  serviceRegistries?: ServiceRegistry[] | undefined;
  serviceConnectConfiguration?: ServiceConnectConfiguration | undefined;
  volumeConfigurations?: ServiceVolumeConfiguration[] | undefined;
  vpcLatticeConfigurations?: VpcLatticeConfiguration[] | undefined;
  gatewayConnectors?: GatewayConnector[] | undefined;
  monitoring?: MonitoringConfiguration | undefined;
}

export interface UpdateServiceResponse {
  service?: Service | undefined;
}

export interface UpdateTaskSetRequest {
  cluster?: string | undefined;
  service?: string | undefined;
  taskSet?: string | undefined;
  scale?: Scale | undefined;
}

export interface UpdateTaskSetResponse {
  taskSet?: TaskSet | undefined;
}

export const VersionConsistencyValues = ["enabled","disabled"] as const;
export type VersionConsistency = (typeof VersionConsistencyValues)[number];

export interface Volume {
  name?: string | undefined;
  host?: HostVolumeProperties | undefined;
  dockerVolumeConfiguration?: DockerVolumeConfiguration | undefined;
  efsVolumeConfiguration?: EFSVolumeConfiguration | undefined;
  s3filesVolumeConfiguration?: S3FilesVolumeConfiguration | undefined;
  fsxWindowsFileServerVolumeConfiguration?: FSxWindowsFileServerVolumeConfiguration | undefined;
  configuredAtLaunch?: boolean | undefined;
}

export interface VolumeFrom {
  sourceContainer?: string | undefined;
  readOnly?: boolean | undefined;
}

export interface VpcLatticeAdvancedConfiguration {
  alternateTargetGroupArn?: string | undefined;
  productionListenerRule?: string | undefined;
  testListenerRule?: string | undefined;
}

export interface VpcLatticeConfiguration {
  roleArn?: string | undefined;
  targetGroupArn?: string | undefined;
  portName?: string | undefined;
  advancedConfiguration?: VpcLatticeAdvancedConfiguration | undefined;
}

export class AccessDeniedException extends ModelledError {}
export class ClientException extends ModelledError {}
export class ClusterContainsCapacityProviderException extends ModelledError {}
export class ClusterContainsContainerInstancesException extends ModelledError {}
export class ClusterContainsServicesException extends ModelledError {}
export class ClusterContainsTasksException extends ModelledError {}
export class ClusterNotFoundException extends ModelledError {}
export class InvalidParameterException extends ModelledError {}
export class LimitExceededException extends ModelledError {}
export class NamespaceNotFoundException extends ModelledError {}
export class PlatformTaskDefinitionIncompatibilityException extends ModelledError {}
export class PlatformUnknownException extends ModelledError {}
export class ResourceNotFoundException extends ModelledError {}
export class ServerException extends ModelledError {}
export class ServiceNotActiveException extends ModelledError {}
export class ServiceNotFoundException extends ModelledError {}
export class TaskSetNotFoundException extends ModelledError {}
export class UnsupportedFeatureException extends ModelledError {}
export class UpdateInProgressException extends ModelledError {}

export interface Operations {
  CreateCluster: { input: CreateClusterRequest; output: CreateClusterResponse };
  CreateService: { input: CreateServiceRequest; output: CreateServiceResponse };
  CreateTaskSet: { input: CreateTaskSetRequest; output: CreateTaskSetResponse };
  DeleteCluster: { input: DeleteClusterRequest; output: DeleteClusterResponse };
  DeleteService: { input: DeleteServiceRequest; output: DeleteServiceResponse };
  DeleteTaskDefinitions: { input: DeleteTaskDefinitionsRequest; output: DeleteTaskDefinitionsResponse };
  DeleteTaskSet: { input: DeleteTaskSetRequest; output: DeleteTaskSetResponse };
  DeregisterTaskDefinition: { input: DeregisterTaskDefinitionRequest; output: DeregisterTaskDefinitionResponse };
  DescribeClusters: { input: DescribeClustersRequest; output: DescribeClustersResponse };
  DescribeServices: { input: DescribeServicesRequest; output: DescribeServicesResponse };
  DescribeTaskDefinition: { input: DescribeTaskDefinitionRequest; output: DescribeTaskDefinitionResponse };
  DescribeTaskSets: { input: DescribeTaskSetsRequest; output: DescribeTaskSetsResponse };
  DescribeTasks: { input: DescribeTasksRequest; output: DescribeTasksResponse };
  ListClusters: { input: ListClustersRequest; output: ListClustersResponse };
  ListServices: { input: ListServicesRequest; output: ListServicesResponse };
  ListTagsForResource: { input: ListTagsForResourceRequest; output: ListTagsForResourceResponse };
  ListTaskDefinitionFamilies: { input: ListTaskDefinitionFamiliesRequest; output: ListTaskDefinitionFamiliesResponse };
  ListTaskDefinitions: { input: ListTaskDefinitionsRequest; output: ListTaskDefinitionsResponse };
  ListTasks: { input: ListTasksRequest; output: ListTasksResponse };
  RegisterTaskDefinition: { input: RegisterTaskDefinitionRequest; output: RegisterTaskDefinitionResponse };
  StopTask: { input: StopTaskRequest; output: StopTaskResponse };
  TagResource: { input: TagResourceRequest; output: TagResourceResponse };
  UntagResource: { input: UntagResourceRequest; output: UntagResourceResponse };
  UpdateCluster: { input: UpdateClusterRequest; output: UpdateClusterResponse };
  UpdateClusterSettings: { input: UpdateClusterSettingsRequest; output: UpdateClusterSettingsResponse };
  UpdateService: { input: UpdateServiceRequest; output: UpdateServiceResponse };
  UpdateServicePrimaryTaskSet: { input: UpdateServicePrimaryTaskSetRequest; output: UpdateServicePrimaryTaskSetResponse };
  UpdateTaskSet: { input: UpdateTaskSetRequest; output: UpdateTaskSetResponse };
}

/** Names of the shapes an operation takes and answers, and every error it may raise. */
export const operations = {
  CreateCluster: {"input":"CreateClusterRequest","output":"CreateClusterResponse","deprecated":false,"errors":["AccessDeniedException","NamespaceNotFoundException","ServerException","InvalidParameterException","ClientException"]},
  CreateService: {"input":"CreateServiceRequest","output":"CreateServiceResponse","deprecated":false,"errors":["AccessDeniedException","PlatformUnknownException","NamespaceNotFoundException","ServerException","InvalidParameterException","ClientException","ClusterNotFoundException","PlatformTaskDefinitionIncompatibilityException","UnsupportedFeatureException"]},
  CreateTaskSet: {"input":"CreateTaskSetRequest","output":"CreateTaskSetResponse","deprecated":false,"errors":["AccessDeniedException","LimitExceededException","PlatformUnknownException","NamespaceNotFoundException","ServiceNotActiveException","ServerException","InvalidParameterException","ClientException","ServiceNotFoundException","ClusterNotFoundException","PlatformTaskDefinitionIncompatibilityException","UnsupportedFeatureException"]},
  DeleteCluster: {"input":"DeleteClusterRequest","output":"DeleteClusterResponse","deprecated":false,"errors":["ClusterContainsContainerInstancesException","AccessDeniedException","ClusterContainsServicesException","ClusterContainsCapacityProviderException","ClusterContainsTasksException","ServerException","UpdateInProgressException","InvalidParameterException","ClientException","ClusterNotFoundException"]},
  DeleteService: {"input":"DeleteServiceRequest","output":"DeleteServiceResponse","deprecated":false,"errors":["AccessDeniedException","ServerException","InvalidParameterException","ClientException","ServiceNotFoundException","ClusterNotFoundException"]},
  DeleteTaskDefinitions: {"input":"DeleteTaskDefinitionsRequest","output":"DeleteTaskDefinitionsResponse","deprecated":false,"errors":["AccessDeniedException","ServerException","InvalidParameterException","ClientException"]},
  DeleteTaskSet: {"input":"DeleteTaskSetRequest","output":"DeleteTaskSetResponse","deprecated":false,"errors":["AccessDeniedException","LimitExceededException","ServiceNotActiveException","ServerException","InvalidParameterException","TaskSetNotFoundException","ClientException","ServiceNotFoundException","ClusterNotFoundException","UnsupportedFeatureException"]},
  DeregisterTaskDefinition: {"input":"DeregisterTaskDefinitionRequest","output":"DeregisterTaskDefinitionResponse","deprecated":false,"errors":["AccessDeniedException","ServerException","InvalidParameterException","ClientException"]},
  DescribeClusters: {"input":"DescribeClustersRequest","output":"DescribeClustersResponse","deprecated":false,"errors":["AccessDeniedException","ServerException","InvalidParameterException","ClientException"]},
  DescribeServices: {"input":"DescribeServicesRequest","output":"DescribeServicesResponse","deprecated":false,"errors":["AccessDeniedException","ServerException","InvalidParameterException","ClientException","ClusterNotFoundException"]},
  DescribeTaskDefinition: {"input":"DescribeTaskDefinitionRequest","output":"DescribeTaskDefinitionResponse","deprecated":false,"errors":["AccessDeniedException","ServerException","InvalidParameterException","ClientException"]},
  DescribeTaskSets: {"input":"DescribeTaskSetsRequest","output":"DescribeTaskSetsResponse","deprecated":false,"errors":["AccessDeniedException","ServiceNotActiveException","ServerException","InvalidParameterException","ClientException","ServiceNotFoundException","ClusterNotFoundException","UnsupportedFeatureException"]},
  DescribeTasks: {"input":"DescribeTasksRequest","output":"DescribeTasksResponse","deprecated":false,"errors":["AccessDeniedException","ServerException","InvalidParameterException","ClientException","ClusterNotFoundException"]},
  ListClusters: {"input":"ListClustersRequest","output":"ListClustersResponse","deprecated":false,"errors":["AccessDeniedException","ServerException","InvalidParameterException","ClientException"]},
  ListServices: {"input":"ListServicesRequest","output":"ListServicesResponse","deprecated":false,"errors":["AccessDeniedException","ServerException","InvalidParameterException","ClientException","ClusterNotFoundException"]},
  ListTagsForResource: {"input":"ListTagsForResourceRequest","output":"ListTagsForResourceResponse","deprecated":false,"errors":["AccessDeniedException","ServerException","InvalidParameterException","ClientException","ClusterNotFoundException"]},
  ListTaskDefinitionFamilies: {"input":"ListTaskDefinitionFamiliesRequest","output":"ListTaskDefinitionFamiliesResponse","deprecated":false,"errors":["AccessDeniedException","ServerException","InvalidParameterException","ClientException"]},
  ListTaskDefinitions: {"input":"ListTaskDefinitionsRequest","output":"ListTaskDefinitionsResponse","deprecated":false,"errors":["AccessDeniedException","ServerException","InvalidParameterException","ClientException"]},
  ListTasks: {"input":"ListTasksRequest","output":"ListTasksResponse","deprecated":false,"errors":["AccessDeniedException","ServerException","InvalidParameterException","ClientException","ServiceNotFoundException","ClusterNotFoundException"]},
  RegisterTaskDefinition: {"input":"RegisterTaskDefinitionRequest","output":"RegisterTaskDefinitionResponse","deprecated":false,"errors":["AccessDeniedException","LimitExceededException","ServerException","InvalidParameterException","ClientException"]},
  StopTask: {"input":"StopTaskRequest","output":"StopTaskResponse","deprecated":false,"errors":["AccessDeniedException","ServerException","InvalidParameterException","ClientException","ClusterNotFoundException"]},
  TagResource: {"input":"TagResourceRequest","output":"TagResourceResponse","deprecated":false,"errors":["AccessDeniedException","LimitExceededException","ResourceNotFoundException","ServerException","InvalidParameterException","ClientException","ClusterNotFoundException"]},
  UntagResource: {"input":"UntagResourceRequest","output":"UntagResourceResponse","deprecated":false,"errors":["AccessDeniedException","ResourceNotFoundException","ServerException","InvalidParameterException","ClientException","ClusterNotFoundException"]},
  UpdateCluster: {"input":"UpdateClusterRequest","output":"UpdateClusterResponse","deprecated":false,"errors":["AccessDeniedException","NamespaceNotFoundException","ServerException","InvalidParameterException","ClientException","ClusterNotFoundException"]},
  UpdateClusterSettings: {"input":"UpdateClusterSettingsRequest","output":"UpdateClusterSettingsResponse","deprecated":false,"errors":["AccessDeniedException","ServerException","UpdateInProgressException","InvalidParameterException","ClientException","ClusterNotFoundException"]},
  UpdateService: {"input":"UpdateServiceRequest","output":"UpdateServiceResponse","deprecated":false,"errors":["AccessDeniedException","PlatformUnknownException","NamespaceNotFoundException","ServiceNotActiveException","ServerException","InvalidParameterException","ClientException","ServiceNotFoundException","ClusterNotFoundException","PlatformTaskDefinitionIncompatibilityException","UnsupportedFeatureException"]},
  UpdateServicePrimaryTaskSet: {"input":"UpdateServicePrimaryTaskSetRequest","output":"UpdateServicePrimaryTaskSetResponse","deprecated":false,"errors":["AccessDeniedException","ServiceNotActiveException","ServerException","InvalidParameterException","TaskSetNotFoundException","ClientException","ServiceNotFoundException","ClusterNotFoundException","UnsupportedFeatureException"]},
  UpdateTaskSet: {"input":"UpdateTaskSetRequest","output":"UpdateTaskSetResponse","deprecated":false,"errors":["AccessDeniedException","LimitExceededException","ServiceNotActiveException","ServerException","InvalidParameterException","TaskSetNotFoundException","ClientException","ServiceNotFoundException","ClusterNotFoundException","UnsupportedFeatureException"]},
} as const;

/** Every shape in a form the codec reads. */
export const shapes = {
  AdvancedConfiguration: {"type":"structure","members":{"alternateTargetGroupArn":"String","productionListenerRule":"String","testListenerRule":"String","roleArn":"String"}},
  ApplicationProtocol: {"type":"string"},
  AssignPublicIp: {"type":"string"},
  Attachment: {"type":"structure","members":{"id":"String","type":"String","status":"String","details":"AttachmentDetails"}},
  AttachmentDetails: {"type":"list","member":"KeyValuePair"},
  Attachments: {"type":"list","member":"Attachment"},
  Attribute: {"type":"structure","members":{"name":"String","value":"String","targetType":"TargetType","targetId":"String"}},
  Attributes: {"type":"list","member":"Attribute"},
  AvailabilityZoneRebalancing: {"type":"string"},
  AwsVpcConfiguration: {"type":"structure","members":{"subnets":"StringList","securityGroups":"StringList","assignPublicIp":"AssignPublicIp"}},
  Boolean: {"type":"boolean"},
  BoxedBoolean: {"type":"boolean"},
  BoxedInteger: {"type":"integer"},
  CPUArchitecture: {"type":"string"},
  CanaryConfiguration: {"type":"structure","members":{"canaryPercent":"Double","canaryBakeTimeInMinutes":"Integer"}},
  CapacityProviderStrategy: {"type":"list","member":"CapacityProviderStrategyItem"},
  CapacityProviderStrategyItem: {"type":"structure","members":{"capacityProvider":"String","weight":"CapacityProviderStrategyItemWeight","base":"CapacityProviderStrategyItemBase"}},
  CapacityProviderStrategyItemBase: {"type":"integer"},
  CapacityProviderStrategyItemWeight: {"type":"integer"},
  Cluster: {"type":"structure","members":{"clusterArn":"String","clusterName":"String","configuration":"ClusterConfiguration","status":"String","registeredContainerInstancesCount":"Integer","runningTasksCount":"Integer","pendingTasksCount":"Integer","activeServicesCount":"Integer","statistics":"Statistics","tags":"Tags","settings":"ClusterSettings","capacityProviders":"StringList","defaultCapacityProviderStrategy":"CapacityProviderStrategy","attachments":"Attachments","attachmentsStatus":"String","serviceConnectDefaults":"ClusterServiceConnectDefaults"}},
  ClusterConfiguration: {"type":"structure","members":{"executeCommandConfiguration":"ExecuteCommandConfiguration","managedStorageConfiguration":"ManagedStorageConfiguration"}},
  ClusterField: {"type":"string"},
  ClusterFieldList: {"type":"list","member":"ClusterField"},
  ClusterServiceConnectDefaults: {"type":"structure","members":{"namespace":"String"}},
  ClusterServiceConnectDefaultsRequest: {"type":"structure","members":{"namespace":"String"}},
  ClusterSetting: {"type":"structure","members":{"name":"ClusterSettingName","value":"String"}},
  ClusterSettingName: {"type":"string"},
  ClusterSettings: {"type":"list","member":"ClusterSetting"},
  Clusters: {"type":"list","member":"Cluster"},
  Compatibility: {"type":"string"},
  CompatibilityList: {"type":"list","member":"Compatibility"},
  Connectivity: {"type":"string"},
  Container: {"type":"structure","members":{"containerArn":"String","taskArn":"String","name":"String","image":"String","imageDigest":"String","runtimeId":"String","lastStatus":"String","exitCode":"BoxedInteger","reason":"String","networkBindings":"NetworkBindings","networkInterfaces":"NetworkInterfaces","healthStatus":"HealthStatus","managedAgents":"ManagedAgents","cpu":"String","memory":"String","memoryReservation":"String","gpuIds":"GpuIds","neuronDeviceIds":"StringList","gpuSharingStrategy":"SharingStrategy"}},
  ContainerCondition: {"type":"string"},
  ContainerDefinition: {"type":"structure","members":{"name":"String","image":"String","repositoryCredentials":"RepositoryCredentials","cpu":"Integer","memory":"BoxedInteger","memoryReservation":"BoxedInteger","links":"StringList","portMappings":"PortMappingList","essential":"BoxedBoolean","restartPolicy":"ContainerRestartPolicy","entryPoint":"StringList","command":"StringList","environment":"EnvironmentVariables","environmentFiles":"EnvironmentFiles","mountPoints":"MountPointList","volumesFrom":"VolumeFromList","linuxParameters":"LinuxParameters","secrets":"SecretList","dependsOn":"ContainerDependencies","startTimeout":"BoxedInteger","stopTimeout":"BoxedInteger","versionConsistency":"VersionConsistency","hostname":"String","user":"String","workingDirectory":"String","disableNetworking":"BoxedBoolean","privileged":"BoxedBoolean","readonlyRootFilesystem":"BoxedBoolean","dnsServers":"StringList","dnsSearchDomains":"StringList","extraHosts":"HostEntryList","dockerSecurityOptions":"StringList","interactive":"BoxedBoolean","pseudoTerminal":"BoxedBoolean","dockerLabels":"DockerLabelsMap","ulimits":"UlimitList","logConfiguration":"LogConfiguration","healthCheck":"HealthCheck","systemControls":"SystemControls","resourceRequirements":"ResourceRequirements","firelensConfiguration":"FirelensConfiguration","credentialSpecs":"StringList"}},
  ContainerDefinitions: {"type":"list","member":"ContainerDefinition"},
  ContainerDependencies: {"type":"list","member":"ContainerDependency"},
  ContainerDependency: {"type":"structure","members":{"containerName":"String","condition":"ContainerCondition"}},
  ContainerOverride: {"type":"structure","members":{"name":"String","command":"StringList","environment":"EnvironmentVariables","environmentFiles":"EnvironmentFiles","cpu":"BoxedInteger","memory":"BoxedInteger","memoryReservation":"BoxedInteger","resourceRequirements":"ResourceRequirements"}},
  ContainerOverrides: {"type":"list","member":"ContainerOverride"},
  ContainerRestartPolicy: {"type":"structure","members":{"enabled":"BoxedBoolean","ignoredExitCodes":"IntegerList","restartAttemptPeriod":"BoxedInteger"}},
  Containers: {"type":"list","member":"Container"},
  CreateClusterRequest: {"type":"structure","members":{"clusterName":"String","tags":"Tags","settings":"ClusterSettings","configuration":"ClusterConfiguration","capacityProviders":"StringList","defaultCapacityProviderStrategy":"CapacityProviderStrategy","serviceConnectDefaults":"ClusterServiceConnectDefaultsRequest"}},
  CreateClusterResponse: {"type":"structure","members":{"cluster":"Cluster"}},
  CreateServiceRequest: {"type":"structure","members":{"cluster":"String","serviceName":"String","taskDefinition":"String","availabilityZoneRebalancing":"AvailabilityZoneRebalancing","loadBalancers":"LoadBalancers","serviceRegistries":"ServiceRegistries","desiredCount":"BoxedInteger","clientToken":"String","launchType":"LaunchType","capacityProviderStrategy":"CapacityProviderStrategy","platformVersion":"String","role":"String","deploymentConfiguration":"DeploymentConfiguration","placementConstraints":"PlacementConstraints","placementStrategy":"PlacementStrategies","networkConfiguration":"NetworkConfiguration","healthCheckGracePeriodSeconds":"BoxedInteger","schedulingStrategy":"SchedulingStrategy","deploymentController":"DeploymentController","tags":"Tags","enableECSManagedTags":"Boolean","propagateTags":"PropagateTags","enableExecuteCommand":"Boolean","serviceConnectConfiguration":"ServiceConnectConfiguration","volumeConfigurations":"ServiceVolumeConfigurations","vpcLatticeConfigurations":"VpcLatticeConfigurations","gatewayConnectors":"GatewayConnectorList","monitoring":"MonitoringConfiguration"}},
  CreateServiceResponse: {"type":"structure","members":{"service":"Service"}},
  CreateTaskSetRequest: {"type":"structure","members":{"service":"String","cluster":"String","externalId":"String","taskDefinition":"String","networkConfiguration":"NetworkConfiguration","loadBalancers":"LoadBalancers","serviceRegistries":"ServiceRegistries","launchType":"LaunchType","capacityProviderStrategy":"CapacityProviderStrategy","platformVersion":"String","scale":"Scale","clientToken":"String","tags":"Tags"}},
  CreateTaskSetResponse: {"type":"structure","members":{"taskSet":"TaskSet"}},
  DeleteClusterRequest: {"type":"structure","members":{"cluster":"String"}},
  DeleteClusterResponse: {"type":"structure","members":{"cluster":"Cluster"}},
  DeleteServiceRequest: {"type":"structure","members":{"cluster":"String","service":"String","force":"BoxedBoolean"}},
  DeleteServiceResponse: {"type":"structure","members":{"service":"Service"}},
  DeleteTaskDefinitionsRequest: {"type":"structure","members":{"taskDefinitions":"StringList"}},
  DeleteTaskDefinitionsResponse: {"type":"structure","members":{"taskDefinitions":"TaskDefinitionList","failures":"Failures"}},
  DeleteTaskSetRequest: {"type":"structure","members":{"cluster":"String","service":"String","taskSet":"String","force":"BoxedBoolean"}},
  DeleteTaskSetResponse: {"type":"structure","members":{"taskSet":"TaskSet"}},
  Deployment: {"type":"structure","members":{"id":"String","status":"String","taskDefinition":"String","desiredCount":"Integer","pendingCount":"Integer","runningCount":"Integer","failedTasks":"Integer","createdAt":"Timestamp","updatedAt":"Timestamp","capacityProviderStrategy":"CapacityProviderStrategy","launchType":"LaunchType","platformVersion":"String","platformFamily":"String","networkConfiguration":"NetworkConfiguration","rolloutState":"DeploymentRolloutState","rolloutStateReason":"String","serviceConnectConfiguration":"ServiceConnectConfiguration","serviceConnectResources":"ServiceConnectServiceResourceList","volumeConfigurations":"ServiceVolumeConfigurations","fargateEphemeralStorage":"DeploymentEphemeralStorage","vpcLatticeConfigurations":"VpcLatticeConfigurations"}},
  DeploymentAlarms: {"type":"structure","members":{"alarmNames":"StringList","rollback":"Boolean","enable":"Boolean"}},
  DeploymentCircuitBreaker: {"type":"structure","members":{"enable":"Boolean","rollback":"Boolean","resetOnHealthyTask":"Boolean","thresholdConfiguration":"ThresholdConfiguration"}},
  DeploymentConfiguration: {"type":"structure","members":{"deploymentCircuitBreaker":"DeploymentCircuitBreaker","maximumPercent":"BoxedInteger","minimumHealthyPercent":"BoxedInteger","alarms":"DeploymentAlarms","strategy":"DeploymentStrategy","bakeTimeInMinutes":"BoxedInteger","lifecycleHooks":"DeploymentLifecycleHookList","linearConfiguration":"LinearConfiguration","canaryConfiguration":"CanaryConfiguration","earlySuccessCriteria":"DeploymentEarlySuccessCriteria"}},
  DeploymentController: {"type":"structure","members":{"type":"DeploymentControllerType"}},
  DeploymentControllerType: {"type":"string"},
  DeploymentEarlySuccessCriteria: {"type":"structure","members":{"enable":"Boolean","healthyPercent":"BoxedInteger","sourceServiceRevisionCleanup":"String"}},
  DeploymentEphemeralStorage: {"type":"structure","members":{"kmsKeyId":"String"}},
  DeploymentLifecycleHook: {"type":"structure","members":{"targetType":"DeploymentLifecycleHookTargetType","hookTargetArn":"String","roleArn":"IAMRoleArn","lifecycleStages":"DeploymentLifecycleHookStageList","hookDetails":"HookDetails","timeoutConfiguration":"DeploymentLifecycleHookTimeoutConfiguration"}},
  DeploymentLifecycleHookAction: {"type":"string"},
  DeploymentLifecycleHookDuration: {"type":"integer"},
  DeploymentLifecycleHookList: {"type":"list","member":"DeploymentLifecycleHook"},
  DeploymentLifecycleHookStage: {"type":"string"},
  DeploymentLifecycleHookStageList: {"type":"list","member":"DeploymentLifecycleHookStage"},
  DeploymentLifecycleHookTargetType: {"type":"string"},
  DeploymentLifecycleHookTimeoutConfiguration: {"type":"structure","members":{"timeoutInMinutes":"DeploymentLifecycleHookDuration","action":"DeploymentLifecycleHookAction"}},
  DeploymentRolloutState: {"type":"string"},
  DeploymentStrategy: {"type":"string"},
  Deployments: {"type":"list","member":"Deployment"},
  DeregisterTaskDefinitionRequest: {"type":"structure","members":{"taskDefinition":"String"}},
  DeregisterTaskDefinitionResponse: {"type":"structure","members":{"taskDefinition":"TaskDefinition"}},
  DescribeClustersRequest: {"type":"structure","members":{"clusters":"StringList","include":"ClusterFieldList"}},
  DescribeClustersResponse: {"type":"structure","members":{"clusters":"Clusters","failures":"Failures"}},
  DescribeServicesRequest: {"type":"structure","members":{"cluster":"String","services":"StringList","include":"ServiceFieldList"}},
  DescribeServicesResponse: {"type":"structure","members":{"services":"Services","failures":"Failures"}},
  DescribeTaskDefinitionRequest: {"type":"structure","members":{"taskDefinition":"String","include":"TaskDefinitionFieldList"}},
  DescribeTaskDefinitionResponse: {"type":"structure","members":{"taskDefinition":"TaskDefinition","tags":"Tags"}},
  DescribeTaskSetsRequest: {"type":"structure","members":{"cluster":"String","service":"String","taskSets":"StringList","include":"TaskSetFieldList"}},
  DescribeTaskSetsResponse: {"type":"structure","members":{"taskSets":"TaskSets","failures":"Failures"}},
  DescribeTasksRequest: {"type":"structure","members":{"cluster":"String","tasks":"StringList","include":"TaskFieldList"}},
  DescribeTasksResponse: {"type":"structure","members":{"tasks":"Tasks","failures":"Failures"}},
  DesiredStatus: {"type":"string"},
  Device: {"type":"structure","members":{"hostPath":"String","containerPath":"String","permissions":"DeviceCgroupPermissions"}},
  DeviceCgroupPermission: {"type":"string"},
  DeviceCgroupPermissions: {"type":"list","member":"DeviceCgroupPermission"},
  DevicesList: {"type":"list","member":"Device"},
  DockerLabelsMap: {"type":"map","value":"String"},
  DockerVolumeConfiguration: {"type":"structure","members":{"scope":"Scope","autoprovision":"BoxedBoolean","driver":"String","driverOpts":"StringMap","labels":"StringMap"}},
  Double: {"type":"double"},
  Duration: {"type":"integer"},
  EBSKMSKeyId: {"type":"string"},
  EBSResourceType: {"type":"string"},
  EBSSnapshotId: {"type":"string"},
  EBSTagSpecification: {"type":"structure","members":{"resourceType":"EBSResourceType","tags":"Tags","propagateTags":"PropagateTags"}},
  EBSTagSpecifications: {"type":"list","member":"EBSTagSpecification"},
  EBSVolumeType: {"type":"string"},
  ECSVolumeName: {"type":"string"},
  EFSAuthorizationConfig: {"type":"structure","members":{"accessPointId":"String","iam":"EFSAuthorizationConfigIAM"}},
  EFSAuthorizationConfigIAM: {"type":"string"},
  EFSTransitEncryption: {"type":"string"},
  EFSVolumeConfiguration: {"type":"structure","members":{"fileSystemId":"String","rootDirectory":"String","transitEncryption":"EFSTransitEncryption","transitEncryptionPort":"BoxedInteger","authorizationConfig":"EFSAuthorizationConfig"}},
  EnvironmentFile: {"type":"structure","members":{"value":"String","type":"EnvironmentFileType"}},
  EnvironmentFileType: {"type":"string"},
  EnvironmentFiles: {"type":"list","member":"EnvironmentFile"},
  EnvironmentVariables: {"type":"list","member":"KeyValuePair"},
  EphemeralStorage: {"type":"structure","members":{"sizeInGiB":"Integer"}},
  ExecuteCommandConfiguration: {"type":"structure","members":{"kmsKeyId":"String","logging":"ExecuteCommandLogging","logConfiguration":"ExecuteCommandLogConfiguration"}},
  ExecuteCommandLogConfiguration: {"type":"structure","members":{"cloudWatchLogGroupName":"String","cloudWatchEncryptionEnabled":"Boolean","s3BucketName":"String","s3EncryptionEnabled":"Boolean","s3KeyPrefix":"String"}},
  ExecuteCommandLogging: {"type":"string"},
  FSxWindowsFileServerAuthorizationConfig: {"type":"structure","members":{"credentialsParameter":"String","domain":"String"}},
  FSxWindowsFileServerVolumeConfiguration: {"type":"structure","members":{"fileSystemId":"String","rootDirectory":"String","authorizationConfig":"FSxWindowsFileServerAuthorizationConfig"}},
  Failure: {"type":"structure","members":{"arn":"String","reason":"String","detail":"String"}},
  Failures: {"type":"list","member":"Failure"},
  FirelensConfiguration: {"type":"structure","members":{"type":"FirelensConfigurationType","options":"FirelensConfigurationOptionsMap"}},
  FirelensConfigurationOptionsMap: {"type":"map","value":"String"},
  FirelensConfigurationType: {"type":"string"},
  GatewayConnector: {"type":"structure","members":{"portName":"String","healthCheck":"GatewayConnectorHealthCheck","filters":"GatewayConnectorFilters"}},
  GatewayConnectorFilters: {"type":"structure","members":{"accessTypes":"StringList"}},
  GatewayConnectorHealthCheck: {"type":"structure","members":{"healthCheckProtocol":"String","healthCheckPort":"BoxedInteger","healthCheckPath":"String","healthCheckTimeoutSeconds":"BoxedInteger","healthCheckIntervalSeconds":"BoxedInteger","healthyThresholdCount":"BoxedInteger","unhealthyThresholdCount":"BoxedInteger","matcher":"GatewayConnectorHealthCheckMatcher"}},
  GatewayConnectorHealthCheckMatcher: {"type":"structure","members":{"httpCode":"String","grpcCode":"String"}},
  GatewayConnectorList: {"type":"list","member":"GatewayConnector"},
  GpuIds: {"type":"list","member":"String"},
  HealthCheck: {"type":"structure","members":{"command":"StringList","interval":"BoxedInteger","timeout":"BoxedInteger","retries":"BoxedInteger","startPeriod":"BoxedInteger"}},
  HealthStatus: {"type":"string"},
  HookDetails: {"type":"structure","members":{}},
  HostEntry: {"type":"structure","members":{"hostname":"String","ipAddress":"String"}},
  HostEntryList: {"type":"list","member":"HostEntry"},
  HostVolumeProperties: {"type":"structure","members":{"sourcePath":"String"}},
  IAMRoleArn: {"type":"string"},
  InferenceAccelerator: {"type":"structure","members":{"deviceName":"String","deviceType":"String"}},
  InferenceAcceleratorOverride: {"type":"structure","members":{"deviceName":"String","deviceType":"String"}},
  InferenceAcceleratorOverrides: {"type":"list","member":"InferenceAcceleratorOverride"},
  InferenceAccelerators: {"type":"list","member":"InferenceAccelerator"},
  Integer: {"type":"integer"},
  IntegerList: {"type":"list","member":"BoxedInteger"},
  IpcMode: {"type":"string"},
  KernelCapabilities: {"type":"structure","members":{"add":"StringList","drop":"StringList"}},
  KeyValuePair: {"type":"structure","members":{"name":"String","value":"String"}},
  LaunchType: {"type":"string"},
  LinearConfiguration: {"type":"structure","members":{"stepPercent":"Double","stepBakeTimeInMinutes":"Integer"}},
  LinuxParameters: {"type":"structure","members":{"capabilities":"KernelCapabilities","devices":"DevicesList","initProcessEnabled":"BoxedBoolean","sharedMemorySize":"BoxedInteger","tmpfs":"TmpfsList","maxSwap":"BoxedInteger","swappiness":"BoxedInteger"}},
  ListClustersRequest: {"type":"structure","members":{"nextToken":"String","maxResults":"BoxedInteger"}},
  ListClustersResponse: {"type":"structure","members":{"clusterArns":"StringList","nextToken":"String"}},
  ListServicesRequest: {"type":"structure","members":{"cluster":"String","nextToken":"String","maxResults":"BoxedInteger","launchType":"LaunchType","schedulingStrategy":"SchedulingStrategy","resourceManagementType":"ResourceManagementType"}},
  ListServicesResponse: {"type":"structure","members":{"serviceArns":"StringList","nextToken":"String"}},
  ListTagsForResourceRequest: {"type":"structure","members":{"resourceArn":"String"}},
  ListTagsForResourceResponse: {"type":"structure","members":{"tags":"Tags"}},
  ListTaskDefinitionFamiliesRequest: {"type":"structure","members":{"familyPrefix":"String","status":"TaskDefinitionFamilyStatus","nextToken":"String","maxResults":"BoxedInteger"}},
  ListTaskDefinitionFamiliesResponse: {"type":"structure","members":{"families":"StringList","nextToken":"String"}},
  ListTaskDefinitionsRequest: {"type":"structure","members":{"familyPrefix":"String","status":"TaskDefinitionStatus","sort":"SortOrder","nextToken":"String","maxResults":"BoxedInteger"}},
  ListTaskDefinitionsResponse: {"type":"structure","members":{"taskDefinitionArns":"StringList","nextToken":"String"}},
  ListTasksRequest: {"type":"structure","members":{"cluster":"String","containerInstance":"String","family":"String","nextToken":"String","maxResults":"BoxedInteger","startedBy":"String","serviceName":"String","desiredStatus":"DesiredStatus","launchType":"LaunchType","daemonName":"String"}},
  ListTasksResponse: {"type":"structure","members":{"taskArns":"StringList","nextToken":"String"}},
  LoadBalancer: {"type":"structure","members":{"targetGroupArn":"String","loadBalancerName":"String","containerName":"String","containerPort":"BoxedInteger","advancedConfiguration":"AdvancedConfiguration"}},
  LoadBalancers: {"type":"list","member":"LoadBalancer"},
  LogConfiguration: {"type":"structure","members":{"logDriver":"LogDriver","options":"LogConfigurationOptionsMap","secretOptions":"SecretList"}},
  LogConfigurationOptionsMap: {"type":"map","value":"String"},
  LogDriver: {"type":"string"},
  Long: {"type":"long"},
  ManagedAgent: {"type":"structure","members":{"lastStartedAt":"Timestamp","name":"ManagedAgentName","reason":"String","lastStatus":"String"}},
  ManagedAgentName: {"type":"string"},
  ManagedAgents: {"type":"list","member":"ManagedAgent"},
  ManagedStorageConfiguration: {"type":"structure","members":{"kmsKeyId":"String","fargateEphemeralStorageKmsKeyId":"String"}},
  MetricConfiguration: {"type":"structure","members":{"metricNames":"StringList","resolutionSeconds":"BoxedInteger"}},
  MetricConfigurationList: {"type":"list","member":"MetricConfiguration"},
  MonitoringConfiguration: {"type":"structure","members":{"metricConfigurations":"MetricConfigurationList"}},
  MountPoint: {"type":"structure","members":{"sourceVolume":"String","containerPath":"String","readOnly":"BoxedBoolean"}},
  MountPointList: {"type":"list","member":"MountPoint"},
  NetworkBinding: {"type":"structure","members":{"bindIP":"String","containerPort":"BoxedInteger","hostPort":"BoxedInteger","protocol":"TransportProtocol","containerPortRange":"String","hostPortRange":"String"}},
  NetworkBindings: {"type":"list","member":"NetworkBinding"},
  NetworkConfiguration: {"type":"structure","members":{"awsvpcConfiguration":"AwsVpcConfiguration"}},
  NetworkInterface: {"type":"structure","members":{"attachmentId":"String","privateIpv4Address":"String","ipv6Address":"String"}},
  NetworkInterfaces: {"type":"list","member":"NetworkInterface"},
  NetworkMode: {"type":"string"},
  NvidiaMpsAllocation: {"type":"structure","members":{"memory":"BoxedInteger","maxComputePercent":"BoxedInteger"}},
  OSFamily: {"type":"string"},
  PidMode: {"type":"string"},
  PlacementConstraint: {"type":"structure","members":{"type":"PlacementConstraintType","expression":"String"}},
  PlacementConstraintType: {"type":"string"},
  PlacementConstraints: {"type":"list","member":"PlacementConstraint"},
  PlacementStrategies: {"type":"list","member":"PlacementStrategy"},
  PlacementStrategy: {"type":"structure","members":{"type":"PlacementStrategyType","field":"String"}},
  PlacementStrategyType: {"type":"string"},
  PortMapping: {"type":"structure","members":{"containerPort":"BoxedInteger","hostPort":"BoxedInteger","protocol":"TransportProtocol","name":"String","appProtocol":"ApplicationProtocol","containerPortRange":"String"}},
  PortMappingList: {"type":"list","member":"PortMapping"},
  PortNumber: {"type":"integer"},
  PropagateTags: {"type":"string"},
  ProxyConfiguration: {"type":"structure","members":{"type":"ProxyConfigurationType","containerName":"String","properties":"ProxyConfigurationProperties"}},
  ProxyConfigurationProperties: {"type":"list","member":"KeyValuePair"},
  ProxyConfigurationType: {"type":"string"},
  RegisterTaskDefinitionRequest: {"type":"structure","members":{"family":"String","taskRoleArn":"String","executionRoleArn":"String","networkMode":"NetworkMode","containerDefinitions":"ContainerDefinitions","volumes":"VolumeList","placementConstraints":"TaskDefinitionPlacementConstraints","requiresCompatibilities":"CompatibilityList","cpu":"String","memory":"String","tags":"Tags","pidMode":"PidMode","ipcMode":"IpcMode","proxyConfiguration":"ProxyConfiguration","inferenceAccelerators":"InferenceAccelerators","ephemeralStorage":"EphemeralStorage","runtimePlatform":"RuntimePlatform","enableFaultInjection":"BoxedBoolean"}},
  RegisterTaskDefinitionResponse: {"type":"structure","members":{"taskDefinition":"TaskDefinition","tags":"Tags"}},
  RepositoryCredentials: {"type":"structure","members":{"credentialsParameter":"String"}},
  RequiresAttributes: {"type":"list","member":"Attribute"},
  ResourceManagementType: {"type":"string"},
  ResourceRequirement: {"type":"structure","members":{"value":"String","type":"ResourceType","sharingStrategy":"SharingStrategy"}},
  ResourceRequirements: {"type":"list","member":"ResourceRequirement"},
  ResourceType: {"type":"string"},
  RuntimePlatform: {"type":"structure","members":{"cpuArchitecture":"CPUArchitecture","operatingSystemFamily":"OSFamily"}},
  S3FilesVolumeConfiguration: {"type":"structure","members":{"fileSystemArn":"String","rootDirectory":"String","transitEncryptionPort":"BoxedInteger","accessPointArn":"String"}},
  Scale: {"type":"structure","members":{"value":"Double","unit":"ScaleUnit"}},
  ScaleUnit: {"type":"string"},
  SchedulingStrategy: {"type":"string"},
  Scope: {"type":"string"},
  Secret: {"type":"structure","members":{"name":"String","valueFrom":"String"}},
  SecretList: {"type":"list","member":"Secret"},
  Service: {"type":"structure","members":{"serviceArn":"String","serviceName":"String","clusterArn":"String","loadBalancers":"LoadBalancers","serviceRegistries":"ServiceRegistries","status":"String","desiredCount":"Integer","runningCount":"Integer","pendingCount":"Integer","launchType":"LaunchType","capacityProviderStrategy":"CapacityProviderStrategy","platformVersion":"String","platformFamily":"String","taskDefinition":"String","deploymentConfiguration":"DeploymentConfiguration","taskSets":"TaskSets","deployments":"Deployments","roleArn":"String","events":"ServiceEvents","createdAt":"Timestamp","currentServiceDeployment":"String","currentServiceRevisions":"ServiceCurrentRevisionSummaryList","placementConstraints":"PlacementConstraints","placementStrategy":"PlacementStrategies","networkConfiguration":"NetworkConfiguration","healthCheckGracePeriodSeconds":"BoxedInteger","schedulingStrategy":"SchedulingStrategy","deploymentController":"DeploymentController","tags":"Tags","createdBy":"String","enableECSManagedTags":"Boolean","propagateTags":"PropagateTags","enableExecuteCommand":"Boolean","availabilityZoneRebalancing":"AvailabilityZoneRebalancing","resourceManagementType":"ResourceManagementType"}},
  ServiceConnectAccessLogConfiguration: {"type":"structure","members":{"format":"ServiceConnectAccessLoggingFormat","includeQueryParameters":"ServiceConnectIncludeQueryParameters"}},
  ServiceConnectAccessLoggingFormat: {"type":"string"},
  ServiceConnectClientAlias: {"type":"structure","members":{"port":"PortNumber","dnsName":"String","testTrafficRules":"ServiceConnectTestTrafficRules"}},
  ServiceConnectClientAliasList: {"type":"list","member":"ServiceConnectClientAlias"},
  ServiceConnectConfiguration: {"type":"structure","members":{"enabled":"Boolean","namespace":"String","services":"ServiceConnectServiceList","logConfiguration":"LogConfiguration","accessLogConfiguration":"ServiceConnectAccessLogConfiguration","containerConfigurations":"ServiceConnectContainerConfigurations"}},
  ServiceConnectContainerConfiguration: {"type":"structure","members":{"logLevel":"String"}},
  ServiceConnectContainerConfigurations: {"type":"list","member":"ServiceConnectContainerConfiguration"},
  ServiceConnectIncludeQueryParameters: {"type":"string"},
  ServiceConnectService: {"type":"structure","members":{"portName":"String","discoveryName":"String","clientAliases":"ServiceConnectClientAliasList","ingressPortOverride":"PortNumber","timeout":"TimeoutConfiguration","tls":"ServiceConnectTlsConfiguration"}},
  ServiceConnectServiceList: {"type":"list","member":"ServiceConnectService"},
  ServiceConnectServiceResource: {"type":"structure","members":{"discoveryName":"String","discoveryArn":"String"}},
  ServiceConnectServiceResourceList: {"type":"list","member":"ServiceConnectServiceResource"},
  ServiceConnectTestTrafficHeaderMatchRules: {"type":"structure","members":{"exact":"String"}},
  ServiceConnectTestTrafficHeaderRules: {"type":"structure","members":{"name":"String","value":"ServiceConnectTestTrafficHeaderMatchRules"}},
  ServiceConnectTestTrafficRules: {"type":"structure","members":{"header":"ServiceConnectTestTrafficHeaderRules"}},
  ServiceConnectTlsCertificateAuthority: {"type":"structure","members":{"awsPcaAuthorityArn":"String"}},
  ServiceConnectTlsConfiguration: {"type":"structure","members":{"issuerCertificateAuthority":"ServiceConnectTlsCertificateAuthority","kmsKey":"String","roleArn":"String"}},
  ServiceCurrentRevisionSummary: {"type":"structure","members":{"arn":"String","requestedTaskCount":"Integer","runningTaskCount":"Integer","pendingTaskCount":"Integer"}},
  ServiceCurrentRevisionSummaryList: {"type":"list","member":"ServiceCurrentRevisionSummary"},
  ServiceEvent: {"type":"structure","members":{"id":"String","createdAt":"Timestamp","message":"String"}},
  ServiceEvents: {"type":"list","member":"ServiceEvent"},
  ServiceField: {"type":"string"},
  ServiceFieldList: {"type":"list","member":"ServiceField"},
  ServiceManagedEBSVolumeConfiguration: {"type":"structure","members":{"encrypted":"BoxedBoolean","kmsKeyId":"EBSKMSKeyId","volumeType":"EBSVolumeType","sizeInGiB":"BoxedInteger","snapshotId":"EBSSnapshotId","volumeInitializationRate":"BoxedInteger","iops":"BoxedInteger","throughput":"BoxedInteger","tagSpecifications":"EBSTagSpecifications","roleArn":"IAMRoleArn","filesystemType":"TaskFilesystemType"}},
  ServiceRegistries: {"type":"list","member":"ServiceRegistry"},
  ServiceRegistry: {"type":"structure","members":{"registryArn":"String","port":"BoxedInteger","containerName":"String","containerPort":"BoxedInteger"}},
  ServiceVolumeConfiguration: {"type":"structure","members":{"name":"ECSVolumeName","managedEBSVolume":"ServiceManagedEBSVolumeConfiguration"}},
  ServiceVolumeConfigurations: {"type":"list","member":"ServiceVolumeConfiguration"},
  Services: {"type":"list","member":"Service"},
  SharingStrategy: {"type":"structure","members":{"nvidiaMps":"NvidiaMpsAllocation"}},
  SortOrder: {"type":"string"},
  StabilityStatus: {"type":"string"},
  Statistics: {"type":"list","member":"KeyValuePair"},
  StopTaskRequest: {"type":"structure","members":{"cluster":"String","task":"String","reason":"String"}},
  StopTaskResponse: {"type":"structure","members":{"task":"Task"}},
  String: {"type":"string"},
  StringList: {"type":"list","member":"String"},
  StringMap: {"type":"map","value":"String"},
  SystemControl: {"type":"structure","members":{"namespace":"String","value":"String"}},
  SystemControls: {"type":"list","member":"SystemControl"},
  Tag: {"type":"structure","members":{"key":"TagKey","value":"TagValue"}},
  TagKey: {"type":"string"},
  TagKeys: {"type":"list","member":"TagKey"},
  TagResourceRequest: {"type":"structure","members":{"resourceArn":"String","tags":"Tags"}},
  TagResourceResponse: {"type":"structure","members":{}},
  TagValue: {"type":"string"},
  Tags: {"type":"list","member":"Tag"},
  TargetType: {"type":"string"},
  Task: {"type":"structure","members":{"attachments":"Attachments","attributes":"Attributes","availabilityZone":"String","capacityProviderName":"String","clusterArn":"String","connectivity":"Connectivity","connectivityAt":"Timestamp","containerInstanceArn":"String","containers":"Containers","cpu":"String","createdAt":"Timestamp","desiredStatus":"String","enableExecuteCommand":"Boolean","executionStoppedAt":"Timestamp","group":"String","healthStatus":"HealthStatus","inferenceAccelerators":"InferenceAccelerators","lastStatus":"String","launchType":"LaunchType","memory":"String","overrides":"TaskOverride","platformVersion":"String","platformFamily":"String","pullStartedAt":"Timestamp","pullStoppedAt":"Timestamp","startedAt":"Timestamp","startedBy":"String","stopCode":"TaskStopCode","stoppedAt":"Timestamp","stoppedReason":"String","stoppingAt":"Timestamp","tags":"Tags","taskArn":"String","taskDefinitionArn":"String","version":"Long","ephemeralStorage":"EphemeralStorage","fargateEphemeralStorage":"TaskEphemeralStorage"}},
  TaskDefinition: {"type":"structure","members":{"taskDefinitionArn":"String","containerDefinitions":"ContainerDefinitions","family":"String","taskRoleArn":"String","executionRoleArn":"String","networkMode":"NetworkMode","revision":"Integer","volumes":"VolumeList","status":"TaskDefinitionStatus","requiresAttributes":"RequiresAttributes","placementConstraints":"TaskDefinitionPlacementConstraints","compatibilities":"CompatibilityList","runtimePlatform":"RuntimePlatform","requiresCompatibilities":"CompatibilityList","cpu":"String","memory":"String","inferenceAccelerators":"InferenceAccelerators","pidMode":"PidMode","ipcMode":"IpcMode","proxyConfiguration":"ProxyConfiguration","registeredAt":"Timestamp","deregisteredAt":"Timestamp","deleteRequestedAt":"Timestamp","registeredBy":"String","ephemeralStorage":"EphemeralStorage","enableFaultInjection":"BoxedBoolean"}},
  TaskDefinitionFamilyStatus: {"type":"string"},
  TaskDefinitionField: {"type":"string"},
  TaskDefinitionFieldList: {"type":"list","member":"TaskDefinitionField"},
  TaskDefinitionList: {"type":"list","member":"TaskDefinition"},
  TaskDefinitionPlacementConstraint: {"type":"structure","members":{"type":"TaskDefinitionPlacementConstraintType","expression":"String"}},
  TaskDefinitionPlacementConstraintType: {"type":"string"},
  TaskDefinitionPlacementConstraints: {"type":"list","member":"TaskDefinitionPlacementConstraint"},
  TaskDefinitionStatus: {"type":"string"},
  TaskEphemeralStorage: {"type":"structure","members":{"sizeInGiB":"Integer","kmsKeyId":"String"}},
  TaskField: {"type":"string"},
  TaskFieldList: {"type":"list","member":"TaskField"},
  TaskFilesystemType: {"type":"string"},
  TaskOverride: {"type":"structure","members":{"containerOverrides":"ContainerOverrides","cpu":"String","inferenceAcceleratorOverrides":"InferenceAcceleratorOverrides","executionRoleArn":"String","memory":"String","taskRoleArn":"String","ephemeralStorage":"EphemeralStorage"}},
  TaskSet: {"type":"structure","members":{"id":"String","taskSetArn":"String","serviceArn":"String","clusterArn":"String","startedBy":"String","externalId":"String","status":"String","taskDefinition":"String","computedDesiredCount":"Integer","pendingCount":"Integer","runningCount":"Integer","createdAt":"Timestamp","updatedAt":"Timestamp","launchType":"LaunchType","capacityProviderStrategy":"CapacityProviderStrategy","platformVersion":"String","platformFamily":"String","networkConfiguration":"NetworkConfiguration","loadBalancers":"LoadBalancers","serviceRegistries":"ServiceRegistries","scale":"Scale","stabilityStatus":"StabilityStatus","stabilityStatusAt":"Timestamp","tags":"Tags","fargateEphemeralStorage":"DeploymentEphemeralStorage"}},
  TaskSetField: {"type":"string"},
  TaskSetFieldList: {"type":"list","member":"TaskSetField"},
  TaskSets: {"type":"list","member":"TaskSet"},
  TaskStopCode: {"type":"string"},
  Tasks: {"type":"list","member":"Task"},
  ThresholdConfiguration: {"type":"structure","members":{"type":"String","value":"BoxedInteger"}},
  TimeoutConfiguration: {"type":"structure","members":{"idleTimeoutSeconds":"Duration","perRequestTimeoutSeconds":"Duration"}},
  Timestamp: {"type":"timestamp"},
  Tmpfs: {"type":"structure","members":{"containerPath":"String","size":"Integer","mountOptions":"StringList"}},
  TmpfsList: {"type":"list","member":"Tmpfs"},
  TransportProtocol: {"type":"string"},
  Ulimit: {"type":"structure","members":{"name":"UlimitName","softLimit":"Integer","hardLimit":"Integer"}},
  UlimitList: {"type":"list","member":"Ulimit"},
  UlimitName: {"type":"string"},
  UntagResourceRequest: {"type":"structure","members":{"resourceArn":"String","tagKeys":"TagKeys"}},
  UntagResourceResponse: {"type":"structure","members":{}},
  UpdateClusterRequest: {"type":"structure","members":{"cluster":"String","settings":"ClusterSettings","configuration":"ClusterConfiguration","serviceConnectDefaults":"ClusterServiceConnectDefaultsRequest"}},
  UpdateClusterResponse: {"type":"structure","members":{"cluster":"Cluster"}},
  UpdateClusterSettingsRequest: {"type":"structure","members":{"cluster":"String","settings":"ClusterSettings"}},
  UpdateClusterSettingsResponse: {"type":"structure","members":{"cluster":"Cluster"}},
  UpdateServicePrimaryTaskSetRequest: {"type":"structure","members":{"cluster":"String","service":"String","primaryTaskSet":"String"}},
  UpdateServicePrimaryTaskSetResponse: {"type":"structure","members":{"taskSet":"TaskSet"}},
  UpdateServiceRequest: {"type":"structure","members":{"cluster":"String","service":"String","desiredCount":"BoxedInteger","taskDefinition":"String","capacityProviderStrategy":"CapacityProviderStrategy","deploymentConfiguration":"DeploymentConfiguration","availabilityZoneRebalancing":"AvailabilityZoneRebalancing","networkConfiguration":"NetworkConfiguration","placementConstraints":"PlacementConstraints","placementStrategy":"PlacementStrategies","platformVersion":"String","forceNewDeployment":"Boolean","healthCheckGracePeriodSeconds":"BoxedInteger","deploymentController":"DeploymentController","enableExecuteCommand":"BoxedBoolean","enableECSManagedTags":"BoxedBoolean","loadBalancers":"LoadBalancers","propagateTags":"PropagateTags","serviceRegistries":"ServiceRegistries","serviceConnectConfiguration":"ServiceConnectConfiguration","volumeConfigurations":"ServiceVolumeConfigurations","vpcLatticeConfigurations":"VpcLatticeConfigurations","gatewayConnectors":"GatewayConnectorList","monitoring":"MonitoringConfiguration"}},
  UpdateServiceResponse: {"type":"structure","members":{"service":"Service"}},
  UpdateTaskSetRequest: {"type":"structure","members":{"cluster":"String","service":"String","taskSet":"String","scale":"Scale"}},
  UpdateTaskSetResponse: {"type":"structure","members":{"taskSet":"TaskSet"}},
  VersionConsistency: {"type":"string"},
  Volume: {"type":"structure","members":{"name":"String","host":"HostVolumeProperties","dockerVolumeConfiguration":"DockerVolumeConfiguration","efsVolumeConfiguration":"EFSVolumeConfiguration","s3filesVolumeConfiguration":"S3FilesVolumeConfiguration","fsxWindowsFileServerVolumeConfiguration":"FSxWindowsFileServerVolumeConfiguration","configuredAtLaunch":"BoxedBoolean"}},
  VolumeFrom: {"type":"structure","members":{"sourceContainer":"String","readOnly":"BoxedBoolean"}},
  VolumeFromList: {"type":"list","member":"VolumeFrom"},
  VolumeList: {"type":"list","member":"Volume"},
  VpcLatticeAdvancedConfiguration: {"type":"structure","members":{"alternateTargetGroupArn":"String","productionListenerRule":"String","testListenerRule":"String"}},
  VpcLatticeConfiguration: {"type":"structure","members":{"roleArn":"IAMRoleArn","targetGroupArn":"String","portName":"String","advancedConfiguration":"VpcLatticeAdvancedConfiguration"}},
  VpcLatticeConfigurations: {"type":"list","member":"VpcLatticeConfiguration"},
} as const;
