/** What services and task sets may ask for: load balancers that fit the task definition, and nothing that is not built. */
import {
  AvailabilityZoneRebalancingValues,
  type CreateServiceRequest,
  type CreateTaskSetRequest,
  type DeploymentConfiguration,
  InvalidParameterException,
  LaunchTypeValues,
  type LoadBalancer,
  type NetworkConfiguration,
  PropagateTagsValues,
  type TaskDefinition,
  type UpdateServiceRequest,
} from "../../shapes/ecs.ts";
import { refuseMembers, requireOneOf, requireWithin } from "./operation.ts";
import type { Placement } from "./records.ts";
import type { TargetGroups } from "./targetGroups.ts";

type Asked = CreateServiceRequest & UpdateServiceRequest & CreateTaskSetRequest;

const MOST_TASKS = 5000;

/** Refuses with 501 what is asked for and not built, and with AWS's errors what AWS would refuse. */
export function requireBuilt(what: string, input: Partial<Asked>): void {
  const { deploymentConfiguration: { deploymentCircuitBreaker, alarms, ...configuration } = {} } = input;
  refuseMembers(what, {
    serviceRegistries: input.serviceRegistries,
    "serviceConnectConfiguration.enabled": input.serviceConnectConfiguration?.enabled,
    volumeConfigurations: input.volumeConfigurations,
    vpcLatticeConfigurations: input.vpcLatticeConfigurations,
    gatewayConnectors: input.gatewayConnectors,
    monitoring: input.monitoring,
    enableExecuteCommand: input.enableExecuteCommand,
    "deploymentCircuitBreaker.enable": deploymentCircuitBreaker?.enable,
    "deploymentConfiguration.alarms": alarms?.enable,
    "deploymentConfiguration.lifecycleHooks": configuration.lifecycleHooks,
    "deploymentConfiguration.earlySuccessCriteria": configuration.earlySuccessCriteria,
    "deploymentConfiguration.strategy": configuration.strategy === "ROLLING" ? undefined : configuration.strategy,
    "schedulingStrategy DAEMON": input.schedulingStrategy === "DAEMON",
  });
  requireOneOf(input.schedulingStrategy, "schedulingStrategy", ["REPLICA", "DAEMON"]);
  requireOneOf(input.launchType, "launchType", LaunchTypeValues);
  requireOneOf(input.propagateTags, "propagateTags", PropagateTagsValues);
  requireOneOf(input.availabilityZoneRebalancing, "availabilityZoneRebalancing", AvailabilityZoneRebalancingValues);
  requireWithin(input.desiredCount, "desiredCount", 0, MOST_TASKS);
  requireWithin(input.healthCheckGracePeriodSeconds, "healthCheckGracePeriodSeconds", 0, 2_147_483_647);
  requirePercents(input.deploymentConfiguration);
  if (input.launchType && input.capacityProviderStrategy?.length) {
    throw new InvalidParameterException(
      "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
    );
  }
}

function requirePercents({ minimumHealthyPercent, maximumPercent }: DeploymentConfiguration = {}): void {
  requireWithin(minimumHealthyPercent, "minimumHealthyPercent", 0, 100);
  requireWithin(maximumPercent, "maximumPercent", 1, 200);
  if ((minimumHealthyPercent ?? 100) === 100 && (maximumPercent ?? 200) === 100) {
    throw new InvalidParameterException(
      "The deploymentConfiguration cannot have both minimumHealthyPercent and maximumPercent at 100: no task could ever be replaced.",
    );
  }
}

/** Both are needed where tasks have addresses of their own, and senseless anywhere else. */
export function requireNetwork(definition: TaskDefinition, network: NetworkConfiguration | undefined): void {
  if (definition.networkMode === "awsvpc") {
    if (!network?.awsvpcConfiguration) {
      throw new InvalidParameterException(
        "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
      );
    }
    if (!network.awsvpcConfiguration.subnets?.length) throw new InvalidParameterException("subnets can not be empty.");
  } else if (network?.awsvpcConfiguration) {
    throw new InvalidParameterException(
      "Network Configuration is not valid for the given networkMode of this task definition.",
    );
  }
}

/** Throws InvalidParameterException unless the containers and target groups are there and fit each other. */
export function requireLoadBalancers(
  targetGroups: TargetGroups,
  definition: TaskDefinition,
  loadBalancers: LoadBalancer[],
  { attached }: { attached: boolean },
): void {
  for (const {
    targetGroupArn,
    loadBalancerName,
    containerName,
    containerPort,
    advancedConfiguration,
  } of loadBalancers) {
    refuseMembers("A service", { "loadBalancers.loadBalancerName": loadBalancerName, advancedConfiguration });
    if (!targetGroupArn) throw new InvalidParameterException("Target group ARN can not be empty.");
    requireContainerPort(definition, containerName, containerPort);
    const group = targetGroups.describe(targetGroupArn);
    if (!group) throw new InvalidParameterException(`The target group ${targetGroupArn} does not exist.`);
    if (group.targetType === "instance" && definition.networkMode === "awsvpc") {
      throw new InvalidParameterException(
        `The provided target group ${targetGroupArn} has target type instance, which is incompatible with the awsvpc network mode specified in the task definition.`,
      );
    }
    if (attached && group.loadBalancerArns.length === 0) {
      throw new InvalidParameterException(
        `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
      );
    }
  }
}

function requireContainerPort(definition: TaskDefinition, name: string | undefined, port: number | undefined): void {
  const container = definition.containerDefinitions?.find((candidate) => candidate.name === name);
  if (!container) throw new InvalidParameterException(`The container ${name} does not exist in the task definition.`);
  if (container.portMappings?.some(({ containerPort }) => containerPort === port)) return;
  throw new InvalidParameterException(`The container ${name} did not have a container port ${port} defined.`);
}

/** What is told of where tasks run; EC2 where nothing is said, as on AWS. */
export function placementOf(input: Placement): Placement {
  const { launchType, capacityProviderStrategy, platformVersion, networkConfiguration } = input;
  const strategy = capacityProviderStrategy?.map((item) => ({ weight: 0, base: 0, ...item }));
  const { awsvpcConfiguration: vpc } = networkConfiguration ?? {};
  const isFargate =
    launchType === "FARGATE" || strategy?.some(({ capacityProvider }) => /^FARGATE/.test(capacityProvider ?? ""));
  return {
    ...(strategy?.length ? { capacityProviderStrategy: strategy } : { launchType: launchType ?? "EC2" }),
    ...(isFargate ? { platformVersion: platformVersion ?? "LATEST" } : {}),
    ...(vpc
      ? { networkConfiguration: { awsvpcConfiguration: { securityGroups: [], assignPublicIp: "DISABLED", ...vpc } } }
      : {}),
  };
}
