/** Load balancers: created, described, changed, deleted. There is no network here: subnets and security groups are names. */
import type {
  CreateLoadBalancerCommandInput,
  DeleteLoadBalancerCommandInput,
  DescribeCapacityReservationCommandInput,
  DescribeLoadBalancersCommandInput,
  ModifyCapacityReservationCommandInput,
  SetIpAddressTypeCommandInput,
  SetSecurityGroupsCommandInput,
  SetSubnetsCommandInput,
  SubnetMapping,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { isIn, loadBalancerArn, newSuffix, requireName, scopeOf } from "./arns.ts";
import { loadBalancerAttributes } from "./attributes.ts";
import type { Change } from "./balancerStore.ts";
import { elbError, invalid, notBuilt } from "./elbError.ts";
import { LIMITS } from "./limits.ts";
import { type Control, given, type Operation, page, requireLoadBalancer } from "./operation.ts";
import type { LoadBalancer } from "./resources.ts";
import { requireTags } from "./tagOperations.ts";

/** Every load balancer is in the one network that there is. */
const VPC = "vpc-00000000000000000";
const HOSTED_ZONES = { application: "Z35SXDOTRQ7X7K", network: "Z26RNL4JYFTOTI" };

export const createLoadBalancer: Operation<CreateLoadBalancerCommandInput> = (control, scope, input) => {
  const { Type = "application", Scheme = "internet-facing", IpAddressType = "ipv4" } = input;
  const name = given(input.Name);
  requireName("Load balancer", name);
  if (Type === "gateway") throw notBuilt("gateway load balancers");
  if (input.IpamPools || input.CustomerOwnedIpv4Pool) throw notBuilt("address pools of load balancers");
  if (input.EnablePrefixForIpv6SourceNat === "on") throw notBuilt("IPv6 source NAT");
  const subnets = requireSubnets(Type, input.Subnets, input.SubnetMappings);
  if (Scheme === "internal" && IpAddressType === "dualstack-without-public-ipv4") {
    throw elbError(
      "InvalidConfigurationRequest",
      `Internal load balancers cannot have the IP address type ${IpAddressType}`,
    );
  }
  const tags = requireTags(input.Tags);
  const fresh = {
    name,
    type: Type,
    scheme: Scheme,
    ipAddressType: IpAddressType,
    subnets,
    securityGroups: input.SecurityGroups ?? [],
  };
  const mine = control.store.list("loadBalancer", scope);
  const found = mine.find((other) => other.name === name);
  if (found) return { LoadBalancers: [view(control, requireSame(found, { ...found, ...fresh }))] };
  const most = LIMITS[`${Type}-load-balancers`];
  if (mine.filter(({ type }) => type === Type).length >= most) {
    throw elbError("TooManyLoadBalancers", `There can be at most ${most} load balancers of type ${Type}`);
  }
  const arn = loadBalancerArn(scope, Type, name, newSuffix(control.ids));
  const value: LoadBalancer = { arn, ...fresh, createdAt: control.clock.now(), attributes: {}, tags };
  control.store.commit([{ kind: "loadBalancer", arn, value }]);
  return { LoadBalancers: [view(control, value)] };
};

function requireSame(found: LoadBalancer, asked: LoadBalancer): LoadBalancer {
  if (JSON.stringify(found) === JSON.stringify(asked)) return found;
  throw elbError(
    "DuplicateLoadBalancerName",
    `A load balancer with the same name '${found.name}' exists, but with different settings`,
  );
}

export const describeLoadBalancers: Operation<DescribeLoadBalancersCommandInput> = (control, scope, input) => {
  const { LoadBalancerArns: arns, Names: names } = input;
  if (arns && names) throw invalid("Load balancers are described by ARNs or by names, not by both");
  const mine = control.store.list("loadBalancer", scope);
  const missing = [
    ...(arns ?? []).filter((arn) => !mine.some((one) => one.arn === arn)),
    ...(names ?? []).filter((name) => !mine.some((one) => one.name === name)),
  ];
  if (missing.length > 0) throw elbError("LoadBalancerNotFound", `Load balancers '[${missing.join(", ")}]' not found`);
  const asked = mine.filter(({ arn, name }) => arns?.includes(arn) ?? names?.includes(name) ?? true);
  const { items, NextMarker } = page(asked, ({ arn }) => arn, input);
  return { LoadBalancers: items.map((balancer) => view(control, balancer)), NextMarker };
};

/** Its listeners and rules go with it. One that is not there is deleted already. */
export const deleteLoadBalancer: Operation<DeleteLoadBalancerCommandInput> = (
  { store },
  scope,
  { LoadBalancerArn },
) => {
  const arn = given(LoadBalancerArn);
  const found = isIn(scope, arn) ? store.find("loadBalancer", arn) : undefined;
  if (!found) return {};
  if (loadBalancerAttributes(found)["deletion_protection.enabled"] === "true") {
    const message = `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`;
    throw elbError("OperationNotPermitted", message);
  }
  const listeners = store.listenersOf(arn);
  const rules = listeners.flatMap((listener) => store.rulesOf(listener.arn));
  const changes: Change[] = [
    ...rules.map((rule): Change => ({ kind: "rule", arn: rule.arn })),
    ...listeners.map((listener): Change => ({ kind: "listener", arn: listener.arn })),
    { kind: "loadBalancer", arn },
  ];
  store.commit(changes);
  return {};
};

export const setSubnets: Operation<SetSubnetsCommandInput> = (control, scope, input) => {
  const found = requireLoadBalancer(control, scope, input.LoadBalancerArn);
  const subnets = requireSubnets(found.type, input.Subnets, input.SubnetMappings);
  const value = put(control, { ...found, subnets, ipAddressType: input.IpAddressType ?? found.ipAddressType });
  return { AvailabilityZones: zonesOf(value), IpAddressType: value.ipAddressType };
};

export const setSecurityGroups: Operation<SetSecurityGroupsCommandInput> = (control, scope, input) => {
  const found = requireLoadBalancer(control, scope, input.LoadBalancerArn);
  const { securityGroups } = put(control, { ...found, securityGroups: input.SecurityGroups ?? [] });
  return { SecurityGroupIds: securityGroups };
};

export const setIpAddressType: Operation<SetIpAddressTypeCommandInput> = (control, scope, input) => {
  const found = requireLoadBalancer(control, scope, input.LoadBalancerArn);
  const ipAddressType = input.IpAddressType ?? found.ipAddressType;
  return { IpAddressType: put(control, { ...found, ipAddressType }).ipAddressType };
};

/** Nothing is reserved: what Terraform asks before it has nothing to change. */
export const describeCapacityReservation: Operation<DescribeCapacityReservationCommandInput> = (
  control,
  scope,
  { LoadBalancerArn },
) => {
  requireLoadBalancer(control, scope, LoadBalancerArn);
  return { CapacityReservationState: [] };
};

export const modifyCapacityReservation: Operation<ModifyCapacityReservationCommandInput> = (control, scope, input) => {
  requireLoadBalancer(control, scope, input.LoadBalancerArn);
  if (input.MinimumLoadBalancerCapacity) throw notBuilt("capacity reservations");
  return { CapacityReservationState: [] };
};

function put({ store }: Control, value: LoadBalancer): LoadBalancer {
  store.commit([{ kind: "loadBalancer", arn: value.arn, value }]);
  return value;
}

function requireSubnets(
  type: LoadBalancer["type"],
  subnets: string[] | undefined,
  mappings: SubnetMapping[] | undefined,
): string[] {
  if (subnets && mappings) throw invalid("Subnets are given by id or by mapping, not by both");
  if (mappings?.some(({ SubnetId, ...others }) => Object.values(others).some((value) => value !== undefined))) {
    throw notBuilt("addresses of load balancers in subnets");
  }
  const ids = [...new Set(subnets ?? mappings?.map(({ SubnetId }) => given(SubnetId)) ?? [])];
  const broken = ids.find((id) => !/^subnet-[0-9A-Za-z]+$/.test(id));
  if (broken !== undefined) throw elbError("InvalidSubnet", `The subnet ID '${broken}' is not valid`);
  if (ids.length < (type === "application" ? 2 : 1)) {
    throw invalid(
      type === "application"
        ? "At least two subnets in two different Availability Zones must be specified"
        : "At least one subnet must be specified",
    );
  }
  return ids;
}

/** Each subnet is a zone of its own. */
function zonesOf({ arn, subnets }: LoadBalancer) {
  const { region } = scopeOf(arn);
  return subnets.map((SubnetId, index) => ({
    ZoneName: `${region}${String.fromCharCode("a".charCodeAt(0) + (index % 26))}`,
    SubnetId,
    LoadBalancerAddresses: [],
  }));
}

function view({ host }: Control, balancer: LoadBalancer) {
  return {
    LoadBalancerArn: balancer.arn,
    DNSName: host,
    CanonicalHostedZoneId: HOSTED_ZONES[balancer.type],
    CreatedTime: balancer.createdAt,
    LoadBalancerName: balancer.name,
    Scheme: balancer.scheme,
    VpcId: VPC,
    State: { Code: "active" },
    Type: balancer.type,
    AvailabilityZones: zonesOf(balancer),
    SecurityGroups: balancer.securityGroups,
    IpAddressType: balancer.ipAddressType,
  };
}
