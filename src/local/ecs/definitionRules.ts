/** What may be registered as a task definition, and what AWS fills in. Pure. */
import {
  ClientException,
  CompatibilityValues,
  ContainerConditionValues,
  type ContainerDefinition,
  type HealthCheck,
  NetworkModeValues,
  type PortMapping,
  type RegisterTaskDefinitionRequest,
  type TaskDefinition,
} from "../../shapes/ecs.ts";
import { isName } from "./names.ts";

/** The definition as it is kept, but for its ARN, number and times. Throws ClientException, as AWS does. */
export function checkedDefinition(input: RegisterTaskDefinitionRequest): TaskDefinition {
  const { family, networkMode, requiresCompatibilities, tags: _, ...rest } = input;
  if (!family) throw new ClientException("Family should not be null or empty.");
  if (!isName(family)) throw new ClientException("Family contains invalid characters.");
  const isFargate = requiresCompatibilities?.includes("FARGATE") === true;
  requireEnumerated("networkMode", networkMode, NetworkModeValues);
  for (const one of requiresCompatibilities ?? [])
    requireEnumerated("requiresCompatibilities", one, CompatibilityValues);
  if (isFargate) requireFargate(input);
  const containers = input.containerDefinitions ?? [];
  if (containers.length === 0) throw new ClientException("Container list cannot be empty.");
  if (containers.length > 10) throw new ClientException("Too many containers: a task definition has at most 10.");
  for (const container of containers) requireContainer(container, input);
  requireWhole(containers);
  return {
    ...rest,
    family,
    networkMode: networkMode ?? (isFargate ? "awsvpc" : undefined),
    requiresCompatibilities,
    containerDefinitions: containers.map((container) => filledIn(container, networkMode)),
    compatibilities: networkMode === "awsvpc" ? ["EC2", "FARGATE"] : ["EXTERNAL", "EC2"],
    volumes: input.volumes ?? [],
    placementConstraints: input.placementConstraints ?? [],
    requiresAttributes: [],
  };
}

function requireFargate({ networkMode, cpu, memory }: RegisterTaskDefinitionRequest): void {
  if (networkMode !== "awsvpc") throw new ClientException("Fargate only supports network mode ‘awsvpc’.");
  if (!cpu || !memory)
    throw new ClientException("Fargate requires that 'cpu' and 'memory' be defined at the task level.");
}

function requireContainer(container: ContainerDefinition, task: RegisterTaskDefinitionRequest): void {
  const { name, image, memory, memoryReservation, portMappings = [], healthCheck, stopTimeout } = container;
  if (!name) throw new ClientException("Container.name should not be null or empty.");
  if (!isName(name)) throw new ClientException("Container.name contains invalid characters.");
  if (!image) throw new ClientException("Container.image should not be null or empty.");
  if (!task.memory && !memory && !memoryReservation) {
    throw new ClientException(
      `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  }
  for (const mapping of portMappings) requirePort(name, mapping, task.networkMode);
  if (healthCheck) requireHealthCheck(name, healthCheck);
  if (stopTimeout !== undefined && !(stopTimeout >= 0 && stopTimeout <= 86_400)) {
    throw new ClientException(`Invalid setting for container '${name}': stopTimeout is out of range.`);
  }
  for (const { name: variable } of container.environment ?? []) {
    if (!variable || /[=\0]/.test(variable)) {
      throw new ClientException(`Invalid setting for container '${name}': a variable has no valid name.`);
    }
  }
  for (const text of [
    ...(container.command ?? []),
    ...(container.entryPoint ?? []),
    container.workingDirectory ?? "",
  ]) {
    if (text.includes("\0")) throw new ClientException(`Invalid setting for container '${name}': a text contains NUL.`);
  }
}

function requirePort(
  container: string,
  { containerPort = 0, hostPort, protocol }: PortMapping,
  mode: string | undefined,
) {
  const complain = (what: string) =>
    new ClientException(`Invalid setting for container '${container}': ${what} must be a port, 1 to 65535.`);
  if (!(containerPort >= 1 && containerPort <= 65_535)) throw complain("containerPort");
  if (hostPort !== undefined && !(hostPort >= 0 && hostPort <= 65_535)) throw complain("hostPort");
  requireEnumerated("protocol", protocol, ["tcp", "udp"]);
  if ((mode === "awsvpc" || mode === "host") && hostPort && hostPort !== containerPort) {
    throw new ClientException(
      `When networkMode=${mode}, the host ports and container ports in port mappings must match.`,
    );
  }
}

function requireHealthCheck(container: string, check: HealthCheck): void {
  const [form, ...words] = check.command ?? [];
  if ((form !== "CMD" && form !== "CMD-SHELL") || words.length === 0) {
    throw new ClientException(
      `Invalid setting for container '${container}': a health check's command begins with CMD or CMD-SHELL.`,
    );
  }
  const bounds = { interval: [5, 300], timeout: [2, 60], retries: [1, 10], startPeriod: [0, 300] } as const;
  for (const [member, [least, most]] of Object.entries(bounds)) {
    const value = check[member as keyof typeof bounds];
    if (value !== undefined && !(value >= least && value <= most)) {
      throw new ClientException(
        `Invalid setting for container '${container}': the health check's ${member} must be from ${least} to ${most}.`,
      );
    }
  }
}

/** What concerns the containers together: names, one that is essential, and dependencies that can be met. */
function requireWhole(containers: ContainerDefinition[]): void {
  const names = containers.map(({ name }) => name);
  if (new Set(names).size < names.length)
    throw new ClientException("Container names must be unique within a task definition.");
  if (containers.every(({ essential }) => essential === false)) {
    throw new ClientException("At least one container must be essential.");
  }
  for (const { name, dependsOn = [] } of containers) {
    for (const { containerName, condition } of dependsOn) {
      const depended = containers.find((candidate) => candidate.name === containerName);
      if (!depended || containerName === name) {
        throw new ClientException(
          `Container '${name}' depends on '${containerName}', which is no other container of the task.`,
        );
      }
      requireEnumerated("condition", condition ?? "", ContainerConditionValues);
      if (condition === "HEALTHY" && !depended.healthCheck) {
        throw new ClientException(
          `Container '${name}' depends on '${containerName}' being HEALTHY, which has no health check.`,
        );
      }
      if ((condition === "COMPLETE" || condition === "SUCCESS") && depended.essential !== false) {
        throw new ClientException(
          `Container '${name}' depends on '${containerName}' to exit, which must not be essential then.`,
        );
      }
    }
  }
  requireNoCycle(containers);
}

function requireNoCycle(containers: ContainerDefinition[]): void {
  let left = containers;
  while (left.length > 0) {
    const names = new Set(left.map(({ name }) => name));
    const waiting = left.filter(({ dependsOn = [] }) =>
      dependsOn.some(({ containerName }) => names.has(containerName)),
    );
    if (waiting.length === left.length) throw new ClientException("The dependencies of the containers are circular.");
    left = waiting;
  }
}

function requireEnumerated(member: string, value: string | undefined, values: readonly string[]): void {
  if (value === undefined || values.includes(value)) return;
  throw new ClientException(`${member} must be one of ${values.join(", ")}, not '${value}'.`);
}

/** The members that AWS describes although nobody gave them. */
function filledIn(container: ContainerDefinition, networkMode: string | undefined): ContainerDefinition {
  const { healthCheck } = container;
  const samePort = networkMode === "awsvpc" || networkMode === "host";
  return {
    ...container,
    cpu: container.cpu ?? 0,
    essential: container.essential ?? true,
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    systemControls: container.systemControls ?? [],
    portMappings: (container.portMappings ?? []).map((mapping) => ({
      ...mapping,
      hostPort: mapping.hostPort ?? (samePort ? mapping.containerPort : 0),
      protocol: mapping.protocol ?? "tcp",
    })),
    ...(healthCheck
      ? {
          healthCheck: {
            ...healthCheck,
            interval: healthCheck.interval ?? 30,
            timeout: healthCheck.timeout ?? 5,
            retries: healthCheck.retries ?? 3,
          },
        }
      : {}),
  };
}
