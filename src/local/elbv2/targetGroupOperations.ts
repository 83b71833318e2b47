/** Target groups: created, described, changed, deleted. */
import type {
  CreateTargetGroupCommandInput,
  DeleteTargetGroupCommandInput,
  DescribeTargetGroupsCommandInput,
  ModifyTargetGroupCommandInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { isIn, newSuffix, requireName, targetGroupArn } from "./arns.ts";
import { elbError, invalid, notBuilt } from "./elbError.ts";
import { healthCheckOf } from "./healthCheckSettings.ts";
import { LIMITS } from "./limits.ts";
import { type Control, given, type Operation, page, requireLoadBalancer, requireTargetGroup } from "./operation.ts";
import { isHttp, type TargetGroup } from "./resources.ts";
import { requireTags } from "./tagOperations.ts";

const MOST_GROUPS = LIMITS["target-groups"];
const PROTOCOLS = ["HTTP", "HTTPS", "TCP", "TLS"] as const;

export const createTargetGroup: Operation<CreateTargetGroupCommandInput> = (control, scope, input) => {
  const name = given(input.Name);
  requireName("Target group", name);
  const fresh = settingsOf(input);
  const tags = requireTags(input.Tags);
  const mine = control.store.list("targetGroup", scope);
  const found = mine.find((other) => other.name === name);
  if (found) return { TargetGroups: [view(control, requireSame(found, { ...found, ...fresh }))] };
  if (mine.length >= MOST_GROUPS) {
    throw elbError("TooManyTargetGroups", `There can be at most ${MOST_GROUPS} target groups`);
  }
  const arn = targetGroupArn(scope, name, newSuffix(control.ids));
  const value: TargetGroup = { arn, name, ...fresh, attributes: {}, tags, targets: [] };
  control.store.commit([{ kind: "targetGroup", arn, value }]);
  return { TargetGroups: [view(control, value)] };
};

function settingsOf(input: CreateTargetGroupCommandInput) {
  const { TargetType = "instance", Protocol, Port, VpcId, IpAddressType = "ipv4" } = input;
  if (TargetType === "lambda" || TargetType === "alb") throw notBuilt(`target groups of type '${TargetType}'`);
  if (IpAddressType === "ipv6") throw notBuilt("IPv6 targets");
  if (input.TargetControlPort !== undefined) throw notBuilt("target control ports");
  if (Protocol === undefined) throw invalid("A protocol must be specified");
  if (Port === undefined) throw invalid("A port must be specified");
  if (!VpcId) throw invalid("A VPC ID must be specified");
  const protocol = PROTOCOLS.find((known) => known === Protocol);
  if (!protocol) throw notBuilt(`target groups of the protocol ${Protocol}`);
  // Terraform sends an empty one.
  const version = input.ProtocolVersion || undefined;
  if (isHttp({ protocol }) && version !== undefined && version !== "HTTP1") {
    throw notBuilt(`the protocol version ${version}`);
  }
  if (!isHttp({ protocol }) && version !== undefined) {
    throw invalid(`The protocol version cannot be specified for target groups of the protocol ${protocol}`);
  }
  return {
    targetType: TargetType,
    protocol,
    port: Port,
    vpcId: VpcId,
    healthCheck: healthCheckOf({ protocol }, input),
  };
}

function requireSame(found: TargetGroup, asked: TargetGroup): TargetGroup {
  if (JSON.stringify(found) === JSON.stringify(asked)) return found;
  throw elbError(
    "DuplicateTargetGroupName",
    `A target group with the same name '${found.name}' exists, but with different settings`,
  );
}

export const describeTargetGroups: Operation<DescribeTargetGroupsCommandInput> = (control, scope, input) => {
  const { LoadBalancerArn, TargetGroupArns: arns, Names: names } = input;
  if ([LoadBalancerArn, arns, names].filter((given) => given !== undefined).length > 1) {
    throw invalid("Target groups are described by load balancer, by ARNs or by names, one at a time");
  }
  if (LoadBalancerArn !== undefined) requireLoadBalancer(control, scope, LoadBalancerArn);
  const mine = control.store.list("targetGroup", scope);
  const missing = [
    ...(arns ?? []).filter((arn) => !mine.some((one) => one.arn === arn)),
    ...(names ?? []).filter((name) => !mine.some((one) => one.name === name)),
  ];
  if (missing.length > 0) throw elbError("TargetGroupNotFound", "One or more target groups not found");
  const asked = mine.filter(
    ({ arn, name }) =>
      arns?.includes(arn) ??
      names?.includes(name) ??
      (LoadBalancerArn === undefined || control.store.loadBalancersOf(arn).includes(LoadBalancerArn)),
  );
  const { items, NextMarker } = page(asked, ({ arn }) => arn, input);
  return { TargetGroups: items.map((group) => view(control, group)), NextMarker };
};

export const modifyTargetGroup: Operation<ModifyTargetGroupCommandInput> = (control, scope, input) => {
  const found = requireTargetGroup(control, scope, input.TargetGroupArn);
  const value = { ...found, healthCheck: healthCheckOf(found, input, found.healthCheck) };
  control.store.commit([{ kind: "targetGroup", arn: found.arn, value }]);
  return { TargetGroups: [view(control, value)] };
};

/** One that is not there is deleted already. */
export const deleteTargetGroup: Operation<DeleteTargetGroupCommandInput> = ({ store }, scope, { TargetGroupArn }) => {
  const arn = given(TargetGroupArn);
  if (!isIn(scope, arn) || !store.find("targetGroup", arn)) return {};
  if (store.loadBalancersOf(arn).length > 0) {
    throw elbError("ResourceInUse", `Target group '${arn}' is currently in use by a listener or a rule`);
  }
  store.commit([{ kind: "targetGroup", arn }]);
  return {};
};

function view({ store }: Control, group: TargetGroup) {
  const { healthCheck } = group;
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol,
    Port: group.port,
    VpcId: group.vpcId,
    HealthCheckProtocol: healthCheck.protocol,
    HealthCheckPort: healthCheck.port,
    HealthCheckEnabled: healthCheck.enabled,
    HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
    HealthCheckPath: healthCheck.path,
    Matcher: healthCheck.matcher === undefined ? undefined : { HttpCode: healthCheck.matcher },
    LoadBalancerArns: store.loadBalancersOf(group.arn),
    TargetType: group.targetType,
    ProtocolVersion: isHttp(group) ? "HTTP1" : undefined,
    IpAddressType: "ipv4",
  };
}
