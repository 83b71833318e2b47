/** The AppSpec of an ECS deployment (semantics 5.1): which task definition replaces the one that runs, checked by what. */
import { AppSpecDocument, type AppSpecNode } from "../appSpecDocument.ts";
import { appSpecOrProblem, type Reading } from "./complaint.ts";
import { readDeployedResource, warnOfPlaceholder } from "./deployedResource.ts";
import { hasMembers, isFilled, isMap, type Json, plainResource } from "./plainResource.ts";
import { TRAFFIC_STEP_HOOK, type TrafficStepHook, warnOfTrafficStepHook } from "./trafficStepHook.ts";

/** The lifecycle events of an ECS deployment that can run a validation function. */
export type EcsHook =
  | "BeforeInstall"
  | "AfterInstall"
  | "AfterAllowTestTraffic"
  | "BeforeAllowTraffic"
  | "AfterAllowTraffic";

export interface EcsAppSpec {
  taskDefinition: string;
  containerName: string;
  containerPort: number;
  /** Fargate only; without it, LATEST. */
  platformVersion?: string;
  /** Without it, the service's own is used again. */
  awsvpcConfiguration?: AwsvpcConfiguration;
  /** Without it, the service's launch type or strategy is used again. */
  capacityProviderStrategy?: CapacityProvider[];
  /** Function names or ARNs. */
  hooks: Partial<Record<EcsHook | TrafficStepHook, string>>;
}

export interface AwsvpcConfiguration {
  subnets: string[];
  securityGroups: string[];
  assignPublicIp: "ENABLED" | "DISABLED";
}

export interface CapacityProvider {
  capacityProvider: string;
  base: number;
  weight: number;
}

/** What is known of the deployment group that will use the document. */
export interface EcsScenario {
  testListener?: boolean | undefined;
}

const HOOKS: readonly (EcsHook | TrafficStepHook)[] = [
  "BeforeInstall",
  "AfterInstall",
  "AfterAllowTestTraffic",
  "BeforeAllowTraffic",
  TRAFFIC_STEP_HOOK,
  "AfterAllowTraffic",
];
const TYPE = "AWS::ECS::Service";
const PROPERTIES = [
  "TaskDefinition",
  "LoadBalancerInfo",
  "PlatformVersion",
  "NetworkConfiguration",
  "CapacityProviderStrategy",
];
const MOST_PORT = 65_535;
const MOST_BASE = 100_000;
const MOST_WEIGHT = 1_000;

/**
 * Reads the text, or says what is wrong and where; as with Lambda, such a document fails its deployment. Throws
 * AppSpecSyntaxError when it is no document.
 */
export function ecsAppSpecIn(text: string): EcsAppSpec | { problem: string } {
  return plainEcsAppSpec(text) ?? appSpecOrProblem(readEcsAppSpec(new AppSpecDocument(text)));
}

/** `null` for every text that is not plain JSON, and where more is given than what every document must have. */
export function plainEcsAppSpec(text: string): EcsAppSpec | null {
  return plainResource(text, { type: TYPE, hooks: HOOKS, readPlain });
}

function readPlain({ TaskDefinition, LoadBalancerInfo, ...unknown }: Json): Omit<EcsAppSpec, "hooks"> | null {
  if (!isFilled(TaskDefinition) || !isMap(LoadBalancerInfo) || hasMembers(unknown)) return null;
  const { ContainerName, ContainerPort, ...more } = LoadBalancerInfo;
  if (!isFilled(ContainerName) || !isPort(ContainerPort) || hasMembers(more)) return null;
  return { taskDefinition: TaskDefinition, containerName: ContainerName, containerPort: ContainerPort };
}

const isPort = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MOST_PORT;

/** Reads the document with everything that can be said about it. */
export function readEcsAppSpec(document: AppSpecDocument, scenario: EcsScenario = {}): Reading<EcsAppSpec> {
  const rules = { platform: "ECS" as const, type: TYPE, noun: "service", hooks: HOOKS, readProperties };
  return readDeployedResource(document, { ...rules, warnOfHook: (hook, node) => warnOfHook(hook, node, scenario) });
}

/** Without a test listener the event is not even listed, and its hook is passed over in silence. */
function warnOfHook(hook: EcsHook | TrafficStepHook, node: AppSpecNode, { testListener }: EcsScenario): void {
  warnOfTrafficStepHook(hook, node);
  if (hook !== "AfterAllowTestTraffic" || testListener) return;
  const allowed = "a deployment group with a test listener";
  const message =
    testListener === false
      ? `${hook} will never run: the deployment group has no test listener`
      : `${hook} runs only where the deployment group has a test listener or the tag signalbox:test-header`;
  node.warning({ message, found: hook, allowed });
}

function readProperties(properties: AppSpecNode): Omit<EcsAppSpec, "hooks"> | undefined {
  const taskDefinition = readTaskDefinition(properties);
  const container = readContainer(properties.required("LoadBalancerInfo", "ContainerName and ContainerPort"));
  const platformVersion = readPlatformVersion(properties.optional("PlatformVersion"));
  const awsvpcConfiguration = readNetwork(properties.optional("NetworkConfiguration"));
  const capacityProviderStrategy = readStrategy(properties.optional("CapacityProviderStrategy"));
  properties.warnOfUnknown(PROPERTIES);
  if (taskDefinition === undefined || container === undefined) return undefined;
  return {
    taskDefinition,
    ...container,
    ...(platformVersion !== undefined && { platformVersion }),
    ...(awsvpcConfiguration && { awsvpcConfiguration }),
    ...(capacityProviderStrategy && { capacityProviderStrategy }),
  };
}

function readTaskDefinition(properties: AppSpecNode): string | undefined {
  const allowed = "the full ARN of a task definition";
  const node = properties.required("TaskDefinition", allowed);
  const value = node?.filled(allowed);
  if (!node || value === undefined || warnOfPlaceholder(node)) return value;
  if (!/^arn:[^:]+:ecs:[^:]+:[0-9]{12}:task-definition\/[^:/\s]+:[0-9]+$/.test(value)) {
    node.warning({ message: `TaskDefinition should be ${allowed}, not ${node.found}`, found: node.found, allowed });
  }
  return value;
}

function readContainer(info: AppSpecNode | undefined) {
  if (!info?.isMap()) return undefined;
  const name = info.required("ContainerName", "the name of a container of the task definition");
  const containerName = name?.filled("the name of a container of the task definition");
  if (name && containerName !== undefined) warnOfPlaceholder(name);
  const containerPort = wholeNumber(info.required("ContainerPort", "a port from 1 to 65535"), 1, MOST_PORT);
  info.warnOfUnknown(["ContainerName", "ContainerPort"]);
  return containerName === undefined || containerPort === undefined ? undefined : { containerName, containerPort };
}

function readPlatformVersion(node: AppSpecNode | undefined): string | undefined {
  const allowed = "LATEST or a version such as 1.4.0";
  const value = node?.filled(allowed);
  if (node && value !== undefined && !/^(LATEST|[0-9]+\.[0-9]+\.[0-9]+)$/.test(value)) {
    node.warning({ message: `PlatformVersion should be ${allowed}, not ${node.found}`, found: node.found, allowed });
  }
  return value;
}

/** All three members or none: what is left out would not be taken from the service. */
function readNetwork(network: AppSpecNode | undefined): AwsvpcConfiguration | undefined {
  if (!network?.isMap()) return undefined;
  const allowed = "Subnets, SecurityGroups and AssignPublicIp, all three";
  const vpc = network.required("AwsvpcConfiguration", allowed);
  network.warnOfUnknown(["AwsvpcConfiguration"]);
  if (!vpc?.isMap()) return undefined;
  const subnets = texts(vpc.required("Subnets", allowed));
  const securityGroups = texts(vpc.required("SecurityGroups", allowed));
  const ip = vpc.required("AssignPublicIp", allowed);
  const assignPublicIp = ip?.scalar();
  vpc.warnOfUnknown(["Subnets", "SecurityGroups", "AssignPublicIp"]);
  if (!ip || !subnets || !securityGroups || assignPublicIp === undefined) return undefined;
  if (assignPublicIp === "ENABLED" || assignPublicIp === "DISABLED") return { subnets, securityGroups, assignPublicIp };
  const message = `AssignPublicIp must be ENABLED or DISABLED, not ${ip.found}`;
  return ip.error({ message, found: ip.found, allowed: "ENABLED or DISABLED" });
}

/** A list of ids, at least one. */
function texts(list: AppSpecNode | undefined): string[] | undefined {
  const items = list?.items();
  if (!list || !items) return undefined;
  if (items.length === 0) {
    return list.error({ message: `${list.name} is an empty list`, found: "an empty list", allowed: "at least one id" });
  }
  const values = items.map((item) => item.filled("an id"));
  return values.every((value) => value !== undefined) ? values : undefined;
}

function readStrategy(list: AppSpecNode | undefined): CapacityProvider[] | undefined {
  const items = list?.items();
  if (!list || !items || items.length === 0) return undefined;
  const providers = items.map(readProvider).filter((provider) => provider !== undefined);
  if (providers.length < items.length) return undefined;
  const bases = providers.filter(({ base }) => base > 0).length;
  if (bases > 1) {
    const message = `only one capacity provider may have a Base above 0, not ${bases}`;
    list.error({ message, found: `${bases} with a Base`, allowed: "one with a Base above 0" });
  }
  if (providers.length > 1 && providers.every(({ weight }) => weight === 0)) {
    const message = "of several capacity providers at least one needs a Weight above 0; without it, a Weight is 0";
    list.error({ message, found: "no Weight above 0", allowed: "at least one Weight above 0" });
  }
  return providers;
}

function readProvider(item: AppSpecNode): CapacityProvider | undefined {
  if (!item.isMap()) return undefined;
  const allowed = "the name of a capacity provider";
  const capacityProvider = item.required("CapacityProvider", allowed)?.filled(allowed);
  const [baseNode, weightNode] = [item.optional("Base"), item.optional("Weight")];
  const base = baseNode ? wholeNumber(baseNode, 0, MOST_BASE) : 0;
  const weight = weightNode ? wholeNumber(weightNode, 0, MOST_WEIGHT) : 0;
  item.warnOfUnknown(["Base", "CapacityProvider", "Weight"]);
  if (capacityProvider === undefined || base === undefined || weight === undefined) return undefined;
  return { capacityProvider, base, weight };
}

function wholeNumber(node: AppSpecNode | undefined, least: number, most: number): number | undefined {
  const written = node?.scalar();
  if (!node || written === undefined) return undefined;
  const value = /^[0-9]{1,10}$/.test(written) ? Number(written) : Number.NaN;
  if (value >= least && value <= most) return value;
  const allowed = `a whole number from ${least} to ${most}`;
  return node.error({ message: `${node.name} must be ${allowed}, not ${node.found}`, found: node.found, allowed });
}
