/** What is answered of services, task sets and tasks. */
import type { Container, Deployment, Service, Task, TaskSet } from "../../shapes/ecs.ts";
import type { EcsStore } from "./ecsStore.ts";
import { clusterArn, containerArn, type ServiceId, serviceArn, type TaskId, taskArn, taskSetArn } from "./names.ts";
import type { ContainerRecord, Placement, Rollout, ServiceRecord, TaskRecord } from "./records.ts";
import { countsOf, desiredOf, isLive, ofRollout } from "./scheduler/counts.ts";

export function serviceView(store: EcsStore, id: ServiceId, service: ServiceRecord, include: string[] = []): Service {
  const tasks = store.tasksOf(id);
  const isEcs = service.controller === "ECS";
  const isGone = service.status === "INACTIVE";
  const rollouts = isGone ? [] : service.rollouts;
  const primary = rollouts.find(({ status }) => status === "PRIMARY");
  return {
    serviceArn: serviceArn(id),
    serviceName: service.name,
    clusterArn: clusterArn(id),
    status: service.status,
    desiredCount: service.desiredCount,
    ...countsOf(tasks),
    taskDefinition: isEcs ? service.taskDefinition : (primary?.taskDefinition ?? service.taskDefinition),
    loadBalancers: isEcs ? service.loadBalancers : (primary?.loadBalancers ?? service.loadBalancers),
    serviceRegistries: [],
    ...placementView(service),
    deploymentConfiguration: service.deploymentConfiguration,
    deploymentController: { type: service.controller },
    ...(isEcs ? {} : { taskSets: rollouts.map((rollout) => taskSetView(store, id, service, rollout, include)) }),
    // AWS lists no deployments of services whose task sets somebody else manages.
    deployments: isEcs ? rollouts.map((rollout) => deploymentView(service, rollout, tasks)) : [],
    roleArn: service.roleArn,
    events: service.events,
    createdAt: service.createdAt,
    createdBy: service.createdBy,
    placementConstraints: service.placementConstraints,
    placementStrategy: service.placementStrategy,
    networkConfiguration: service.networkConfiguration,
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    schedulingStrategy: "REPLICA",
    enableECSManagedTags: service.enableECSManagedTags,
    propagateTags: service.propagateTags,
    enableExecuteCommand: false,
    availabilityZoneRebalancing: service.availabilityZoneRebalancing,
    ...(include.includes("TAGS") ? { tags: service.tags } : {}),
  };
}

export function taskSetView(
  store: EcsStore,
  id: ServiceId,
  service: ServiceRecord,
  rollout: Rollout,
  include: string[] = [],
): TaskSet {
  const tasks = ofRollout(store.tasksOf(id), rollout);
  const counts = countsOf(tasks);
  const computedDesiredCount = desiredOf(service, rollout);
  const isSteady = rollout.isSteady && counts.runningCount === computedDesiredCount && counts.pendingCount === 0;
  return {
    id: rollout.id,
    taskSetArn: taskSetArn(id, rollout.id),
    serviceArn: serviceArn(id),
    clusterArn: clusterArn(id),
    startedBy: rollout.startedBy,
    externalId: rollout.externalId,
    status: rollout.status,
    taskDefinition: rollout.taskDefinition,
    computedDesiredCount,
    ...counts,
    createdAt: rollout.createdAt,
    updatedAt: rollout.updatedAt,
    ...placementView(rollout),
    networkConfiguration: rollout.networkConfiguration,
    loadBalancers: rollout.loadBalancers,
    serviceRegistries: [],
    scale: rollout.scale,
    stabilityStatus: isSteady ? "STEADY_STATE" : "STABILIZING",
    stabilityStatusAt: rollout.steadyAt,
    ...(include.includes("TAGS") ? { tags: rollout.tags } : {}),
  };
}

function deploymentView(service: ServiceRecord, rollout: Rollout, all: TaskRecord[]): Deployment {
  const tasks = ofRollout(all, rollout);
  return {
    id: rollout.id,
    status: rollout.status,
    taskDefinition: rollout.taskDefinition,
    desiredCount: rollout.status === "PRIMARY" ? desiredOf(service, rollout) : tasks.filter(isLive).length,
    ...countsOf(tasks),
    failedTasks: rollout.failedTasks,
    createdAt: rollout.createdAt,
    updatedAt: rollout.updatedAt,
    ...placementView(rollout),
    networkConfiguration: rollout.networkConfiguration,
    rolloutState: rollout.isCompleted ? "COMPLETED" : "IN_PROGRESS",
    rolloutStateReason: `ECS deployment ${rollout.id} ${rollout.isCompleted ? "completed" : "in progress"}.`,
  };
}

function placementView({ launchType, capacityProviderStrategy, platformVersion }: Placement) {
  return {
    launchType,
    capacityProviderStrategy,
    platformVersion,
    ...(platformVersion === undefined ? {} : { platformFamily: "Linux" }),
  };
}

export function taskView(id: TaskId, task: TaskRecord, include: string[] = []): Task {
  return {
    taskArn: taskArn(id),
    clusterArn: clusterArn(id),
    taskDefinitionArn: task.definition,
    group: `service:${task.service}`,
    startedBy: task.rollout,
    launchType: task.launchType,
    ...(task.platformVersion === undefined ? {} : { platformVersion: "1.4.0", platformFamily: "Linux" }),
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    healthStatus: healthOf(task),
    containers: task.containers.map((container) => containerView(id, container)),
    attachments: [],
    attributes: [],
    overrides: { containerOverrides: task.containers.map(({ name }) => ({ name })), inferenceAcceleratorOverrides: [] },
    availabilityZone: `${id.region}a`,
    connectivity: "CONNECTED",
    connectivityAt: task.createdAt,
    createdAt: task.createdAt,
    startedAt: task.startedAt,
    stoppingAt: task.stoppingAt,
    stoppedAt: task.stoppedAt,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    enableExecuteCommand: false,
    version: 1,
    tags: include.includes("TAGS") ? task.tags : [],
  };
}

/** As the SDK's text says: UNHEALTHY or UNKNOWN where an essential container is. */
export function healthOf({ containers }: TaskRecord): string {
  const checked = containers.filter(({ essential, health }) => essential && health !== undefined);
  if (checked.some(({ health }) => health === "UNHEALTHY")) return "UNHEALTHY";
  return checked.length > 0 && checked.every(({ health }) => health === "HEALTHY") ? "HEALTHY" : "UNKNOWN";
}

function containerView(id: TaskId, container: ContainerRecord): Container {
  return {
    containerArn: containerArn(id, container.id),
    taskArn: taskArn(id),
    name: container.name,
    image: container.image,
    lastStatus: container.lastStatus,
    runtimeId: container.runtimeId,
    exitCode: container.exitCode,
    reason: container.reason,
    healthStatus: container.health ?? "UNKNOWN",
    networkBindings: container.bindings.map((binding) => ({ ...binding, bindIP: "127.0.0.1" })),
    networkInterfaces: [],
  };
}
