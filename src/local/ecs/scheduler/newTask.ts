/** The record of a task that is about to start: its ports, and what it will be registered as. */
import type { Clock } from "../../../clock.ts";
import type { Ids } from "../../../ids.ts";
import type { PortMapping, TaskDefinition } from "../../../shapes/ecs.ts";
import { newTaskId } from "../names.ts";
import type { ContainerRecord, PortBinding, RegisteredTarget, Rollout, ServiceRecord, TaskRecord } from "../records.ts";
import type { Ports } from "../tasks/ports.ts";

const LOOPBACK = "127.0.0.1";

/** The port that the mapping insists on; `undefined` where any free one will do. */
function fixedPort({ networkMode }: TaskDefinition, { hostPort, containerPort }: PortMapping): number | undefined {
  // A task with an address of its own has all ports; here all tasks share one address.
  if (networkMode === "awsvpc") return undefined;
  return networkMode === "host" ? containerPort : hostPort || undefined;
}

const mappingsOf = (definition: TaskDefinition): PortMapping[] =>
  (definition.containerDefinitions ?? []).flatMap(({ portMappings = [] }) => portMappings);

/** How many free ports a task of this definition needs. */
export const freePortsNeeded = (definition: TaskDefinition): number =>
  mappingsOf(definition).filter((mapping) => fixedPort(definition, mapping) === undefined).length;

export interface TaskMaking {
  clock: Clock;
  ids: Ids;
  ports: Ports;
  service: ServiceRecord;
  rollout: Rollout;
  definition: TaskDefinition;
  /** Free ports that are taken for it; those it needs are removed. */
  free: number[];
}

/** The record, or the number of the port that another task has. */
export function newTask(making: TaskMaking): TaskRecord | number {
  const { clock, ids, ports, service, rollout, definition, free } = making;
  const fixed = mappingsOf(definition).flatMap((mapping) => fixedPort(definition, mapping) ?? []);
  for (const [index, port] of fixed.entries()) {
    if (ports.take(port)) continue;
    for (const before of fixed.slice(0, index)) ports.release(before);
    return port;
  }
  const containers = (definition.containerDefinitions ?? []).map((container): ContainerRecord => {
    const bindings = (container.portMappings ?? []).map(
      (mapping): PortBinding => ({
        containerPort: mapping.containerPort ?? 0,
        hostPort: fixedPort(definition, mapping) ?? free.shift() ?? 0,
        protocol: mapping.protocol ?? "tcp",
      }),
    );
    return {
      name: container.name ?? "",
      id: ids.uuid(),
      image: container.image ?? "",
      essential: container.essential ?? true,
      lastStatus: "PENDING",
      bindings,
    };
  });
  return {
    task: newTaskId(ids),
    cluster: service.cluster,
    service: service.name,
    rollout: rollout.id,
    definition: rollout.taskDefinition,
    launchType: rollout.launchType ?? (rollout.capacityProviderStrategy ? "FARGATE" : undefined),
    platformVersion: rollout.platformVersion,
    lastStatus: "PENDING",
    desiredStatus: "RUNNING",
    createdAt: clock.now(),
    containers,
    targets: targetsOf(rollout, containers),
    tags: service.propagateTags === "SERVICE" ? service.tags : [],
  };
}

function targetsOf({ loadBalancers }: Rollout, containers: ContainerRecord[]): RegisteredTarget[] {
  return loadBalancers.flatMap(({ targetGroupArn, containerName, containerPort }) => {
    const container = containers.find(({ name }) => name === containerName);
    const binding = container?.bindings.find((candidate) => candidate.containerPort === containerPort);
    return targetGroupArn && binding ? [{ targetGroupArn, id: LOOPBACK, port: binding.hostPort }] : [];
  });
}

/** Every port of this machine that the task has. */
export const portsOf = ({ containers }: TaskRecord): number[] =>
  containers.flatMap(({ bindings }) => bindings.map(({ hostPort }) => hostPort));
