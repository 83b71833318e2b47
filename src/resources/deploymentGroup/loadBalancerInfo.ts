/** Load balancers, target groups and listeners of a deployment group (semantics 2.4). */
import {
  type ComputePlatform,
  type DeploymentStyle,
  type ECSService,
  InvalidECSServiceException,
  InvalidLoadBalancerInfoException,
  InvalidTargetGroupPairException,
  type LoadBalancerInfo,
  type TargetGroupPairInfo,
  type TrafficRoute,
} from "../../shapes/codedeploy.ts";

const MOST_LOAD_BALANCERS = 10;
const LISTENER_ARN = /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:listener\/\S+$/;

// Seen in public reports; clients match on its beginning (semantics 2.12).
const NO_LOAD_BALANCER_TEXT =
  "The specification for load balancing in the deployment group is invalid. The deploymentOption value is set to WITH_TRAFFIC_CONTROL, but either no load balancer was specified in elbInfoList or no target group was specified in targetGroupInfoList.";

const refuse = (message: string) => new InvalidLoadBalancerInfoException(message);

/**
 * Lists that are empty count as absent. An info without any takes a server group's load balancers away. `mostPairs` is how
 * many pairs of target groups a group of an ECS service may have.
 */
export function requireLoadBalancerInfo(
  platform: ComputePlatform,
  info: LoadBalancerInfo,
  mostPairs: number,
): LoadBalancerInfo | undefined {
  const { elbInfoList = [], targetGroupInfoList = [], targetGroupPairInfoList = [] } = info;
  if (platform === "ECS") return { targetGroupPairInfoList: requireEcsLoadBalancing(info, mostPairs) };
  if (targetGroupPairInfoList.length > 0) {
    throw refuse(`For ${platform} deployment group, loadBalancerInfo must not contain targetGroupPairInfo list`);
  }
  for (const [list, names] of [
    ["elbInfoList", elbInfoList],
    ["targetGroupInfoList", targetGroupInfoList],
  ] as const) {
    if (names.length > MOST_LOAD_BALANCERS) {
      throw refuse(`${list} has ${names.length} entries; it may have ${MOST_LOAD_BALANCERS}`);
    }
    if (names.some(({ name }) => !name)) throw refuse(`An entry of ${list} has no name`);
  }
  if (elbInfoList.length + targetGroupInfoList.length === 0) return undefined;
  return {
    ...(elbInfoList.length > 0 ? { elbInfoList } : {}),
    ...(targetGroupInfoList.length > 0 ? { targetGroupInfoList } : {}),
  };
}

function requireEcsLoadBalancing(info: LoadBalancerInfo, mostPairs: number): TargetGroupPairInfo[] {
  const { elbInfoList = [], targetGroupInfoList = [], targetGroupPairInfoList = [] } = info;
  if (elbInfoList.length > 0) throw refuse("For ECS deployment group, loadBalancerInfo must not contain elbInfo list");
  if (targetGroupInfoList.length > 0) {
    throw refuse("For ECS deployment group, loadBalancerInfo must not contain targetGroupInfo list");
  }
  const { length } = targetGroupPairInfoList;
  if (length === 0 || length > mostPairs) {
    const allowed = mostPairs === 1 ? "exactly one entry" : `1 to ${mostPairs} entries`;
    throw new InvalidTargetGroupPairException(
      `For ECS deployment group, targetGroupPairInfoList must have ${allowed}, not ${length}`,
    );
  }
  const pairs = targetGroupPairInfoList.map(requirePair);
  requireApart(
    "target group",
    pairs.map(({ targetGroups = [] }) => targetGroups.map(({ name = "" }) => name)),
  );
  requireApart("listener", pairs.map(listenersOf));
  return pairs;
}

const listenersOf = ({ prodTrafficRoute, testTrafficRoute }: TargetGroupPairInfo): string[] =>
  [prodTrafficRoute, testTrafficRoute].flatMap((route) => route?.listenerArns ?? []);

/** What two pairs had in common would be moved by both. */
function requireApart(noun: string, pairs: string[][]): void {
  const twice = pairs.flat().find((name) => pairs.filter((names) => names.includes(name)).length > 1);
  if (twice === undefined) return;
  throw new InvalidTargetGroupPairException(`The ${noun} ${twice} is in two target group pairs; it may be in one`);
}

function requirePair(pair: TargetGroupPairInfo): TargetGroupPairInfo {
  const invalid = (message: string) => new InvalidTargetGroupPairException(message);
  const names = (pair.targetGroups ?? []).map(({ name }) => name ?? "");
  if (names.length !== 2 || names.includes("")) {
    throw invalid(`A target group pair needs the names of exactly two target groups, not ${names.length}`);
  }
  if (names[0] === names[1]) throw invalid(`The two target groups of a pair must differ; both are ${names[0]}`);
  if (!pair.prodTrafficRoute) throw invalid("A target group pair needs a prodTrafficRoute");
  requireRoute("prodTrafficRoute", pair.prodTrafficRoute);
  if (pair.testTrafficRoute) requireRoute("testTrafficRoute", pair.testTrafficRoute);
  return pair;
}

function requireRoute(name: string, { listenerArns = [] }: TrafficRoute): void {
  if (listenerArns.length !== 1) {
    throw new InvalidTargetGroupPairException(`${name} must have exactly one listener, not ${listenerArns.length}`);
  }
  const foreign = listenerArns.find((arn) => !LISTENER_ARN.test(arn));
  if (foreign !== undefined) {
    throw new InvalidTargetGroupPairException(`The listener of ${name} is not the ARN of a listener: ${foreign}`);
  }
}

/** Traffic control needs something that controls traffic. */
export function requireTrafficControl(style: DeploymentStyle, info: LoadBalancerInfo | undefined): void {
  const balanced = (info?.elbInfoList?.length ?? 0) > 0 || (info?.targetGroupInfoList?.length ?? 0) > 0;
  if (balanced) return;
  if (style.deploymentOption === "WITH_TRAFFIC_CONTROL") throw refuse(NO_LOAD_BALANCER_TEXT);
  if (style.deploymentType === "BLUE_GREEN") throw refuse("A blue/green deployment group needs a load balancer");
}

/** Exactly one service of one cluster; names or ARNs are kept as they are given. */
export function requireEcsServices(services: readonly ECSService[]): ECSService[] {
  const [service] = services;
  const invalid = (message: string) => new InvalidECSServiceException(message);
  if (!service || services.length > 1) {
    throw invalid(`For ECS deployment group, ecsServices must have exactly one entry, not ${services.length}`);
  }
  if (!service.serviceName || !service.clusterName)
    throw invalid("An ECS service needs a serviceName and a clusterName");
  return [service];
}

/** One name for a service however it was given: `cluster/service`. */
export function ecsServiceKey(services: readonly ECSService[] | undefined): string | undefined {
  const [service] = services ?? [];
  if (!service) return undefined;
  const lastPart = (name = "") => name.slice(name.lastIndexOf("/") + 1);
  return `${lastPart(service.clusterName)}/${lastPart(service.serviceName)}`;
}
