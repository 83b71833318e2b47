/** What is kept of clusters, task definitions, services and tasks; times in milliseconds since 1970. */
import type { Instant } from "../../clock.ts";
import type {
  CapacityProviderStrategyItem,
  ClusterConfiguration,
  ClusterServiceConnectDefaults,
  ClusterSetting,
  DeploymentConfiguration,
  LoadBalancer,
  NetworkConfiguration,
  PlacementConstraint,
  PlacementStrategy,
  ServiceEvent,
  Tag,
  TaskDefinition,
} from "../../shapes/ecs.ts";
import type { Target } from "./targetGroups.ts";

export interface ClusterRecord {
  status: "ACTIVE" | "INACTIVE";
  settings: ClusterSetting[];
  configuration?: ClusterConfiguration | undefined;
  serviceConnectDefaults?: ClusterServiceConnectDefaults | undefined;
  capacityProviders: string[];
  defaultCapacityProviderStrategy: CapacityProviderStrategyItem[];
  tags: Tag[];
}

export interface DefinitionRecord {
  /** As it is described. */
  definition: TaskDefinition;
  tags: Tag[];
}

export type Controller = "ECS" | "CODE_DEPLOY" | "EXTERNAL";

/** Where and how tasks are said to run: kept and told, and the same for every process on this machine. */
export interface Placement {
  launchType?: string | undefined;
  capacityProviderStrategy?: CapacityProviderStrategyItem[] | undefined;
  platformVersion?: string | undefined;
  networkConfiguration?: NetworkConfiguration | undefined;
}

/** One generation of a service's tasks: a deployment of a service that ECS controls, else a task set. */
export interface Rollout extends Placement {
  /** `ecs-svc/` and 19 digits. */
  id: string;
  /** A deployment is PRIMARY, or ACTIVE while its tasks are being replaced; a task set that is deleted is DRAINING. */
  status: "PRIMARY" | "ACTIVE" | "DRAINING";
  /** An ARN with its revision. */
  taskDefinition: string;
  loadBalancers: LoadBalancer[];
  scale: { value: number; unit: "PERCENT" };
  startedBy?: string | undefined;
  externalId?: string | undefined;
  clientToken?: string | undefined;
  createdAt: Instant;
  updatedAt: Instant;
  isSteady: boolean;
  /** A deployment that has been steady with nothing left of those before it. */
  isCompleted: boolean;
  /** When `isSteady` became what it is. */
  steadyAt: Instant;
  /** Tasks that could not be started or did not stay, one after the other. */
  failuresInARow: number;
  failedTasks: number;
  /** No task is started before this moment: the last ones have failed. */
  notBefore: Instant;
  tags: Tag[];
}

export interface ServiceRecord extends Placement {
  name: string;
  cluster: string;
  status: "ACTIVE" | "DRAINING" | "INACTIVE";
  controller: Controller;
  desiredCount: number;
  /** The one that it was made or last updated with; none where task sets bring their own. */
  taskDefinition?: string | undefined;
  loadBalancers: LoadBalancer[];
  clientToken?: string | undefined;
  roleArn?: string | undefined;
  deploymentConfiguration: DeploymentConfiguration;
  placementConstraints: PlacementConstraint[];
  placementStrategy: PlacementStrategy[];
  /** Seconds. */
  healthCheckGracePeriodSeconds?: number | undefined;
  availabilityZoneRebalancing?: string | undefined;
  enableECSManagedTags: boolean;
  propagateTags: string;
  createdAt: Instant;
  createdBy: string;
  /** Set when it has become INACTIVE. */
  inactiveAt?: Instant | undefined;
  /** Newest first. */
  rollouts: Rollout[];
  /** Newest first. */
  events: ServiceEvent[];
  tags: Tag[];
}

export type TaskStatus =
  | "PROVISIONING"
  | "PENDING"
  | "RUNNING"
  | "DEACTIVATING"
  | "STOPPING"
  | "DEPROVISIONING"
  | "STOPPED";
export type Health = "HEALTHY" | "UNHEALTHY" | "UNKNOWN";

export interface PortBinding {
  containerPort: number;
  hostPort: number;
  protocol: string;
}

export interface ContainerRecord {
  name: string;
  /** A UUID, the last part of its ARN. */
  id: string;
  image: string;
  essential: boolean;
  lastStatus: "PENDING" | "RUNNING" | "STOPPED";
  bindings: PortBinding[];
  /** The process's id, or the engine's name for the container. */
  runtimeId?: string | undefined;
  exitCode?: number | undefined;
  reason?: string | undefined;
  /** `undefined` where nothing checks it. */
  health?: Health | undefined;
}

export interface RegisteredTarget extends Target {
  targetGroupArn: string;
}

export interface TaskRecord {
  task: string;
  cluster: string;
  service: string;
  /** The id of the rollout that it belongs to. */
  rollout: string;
  definition: string;
  launchType?: string | undefined;
  platformVersion?: string | undefined;
  lastStatus: TaskStatus;
  desiredStatus: "RUNNING" | "STOPPED";
  createdAt: Instant;
  startedAt?: Instant | undefined;
  stoppingAt?: Instant | undefined;
  stoppedAt?: Instant | undefined;
  stopCode?: string | undefined;
  stoppedReason?: string | undefined;
  containers: ContainerRecord[];
  /** Everything that it is registered as while it runs, written down before it is. */
  targets: RegisteredTarget[];
  tags: Tag[];
}
