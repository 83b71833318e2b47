/** The attributes of load balancers, target groups and listeners: AWS's defaults, what they may be, what is not built. */
import { elbError, invalid, notBuilt } from "./elbError.ts";
import { isHttp, type Listener, type LoadBalancer, type TargetGroup, type Texts } from "./resources.ts";

interface Attribute {
  default: string;
  /** What a value must be, for people; and whether it is. */
  must: string;
  fits(value: string): boolean;
  /** Values that are valid and not built; what they would be is said by the key. */
  unbuilt?(value: string): boolean;
}
type Attributes = Record<string, Attribute>;

const oneOf = (fallback: string, ...values: string[]): Attribute => ({
  default: fallback,
  must: `one of ${values.join(", ")}`,
  fits: (value) => values.includes(value),
});
const flag = (fallback: "true" | "false"): Attribute => oneOf(fallback, "true", "false");
const isWithin = (value: string, least: number, most: number) =>
  /^[0-9]{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most;
const whole = (fallback: number, least: number, most: number): Attribute => ({
  default: String(fallback),
  must: `a whole number between ${least} and ${most}`,
  fits: (value) => isWithin(value, least, most),
});
const wholeOrOff = (fallback: string, most: number): Attribute => ({
  default: fallback,
  must: `off, or a whole number between 1 and ${most}`,
  fits: (value) => value === "off" || isWithin(value, 1, most),
});
const text = (fallback = ""): Attribute => ({ default: fallback, must: "a text", fits: () => true });
/** What is valid, and here only as it is by default. */
const fixed = (attribute: Attribute): Attribute => ({
  ...attribute,
  unbuilt: (value) => value !== attribute.default,
});

const LOGS = { enabled: fixed(flag("false")), bucket: text(), prefix: text() };
const logs = (kind: string): Attributes => ({
  [`${kind}.s3.enabled`]: LOGS.enabled,
  [`${kind}.s3.bucket`]: LOGS.bucket,
  [`${kind}.s3.prefix`]: LOGS.prefix,
});

const OF_EVERY_BALANCER: Attributes = {
  "deletion_protection.enabled": flag("false"),
  ...logs("access_logs"),
  "ipv6.deny_all_igw_traffic": flag("false"),
  "zonal_shift.config.enabled": flag("false"),
};
const OF_APPLICATION_BALANCERS: Attributes = {
  ...OF_EVERY_BALANCER,
  "load_balancing.cross_zone.enabled": oneOf("true", "true"),
  "idle_timeout.timeout_seconds": whole(60, 1, 4000),
  "client_keep_alive.seconds": whole(3600, 60, 604_800),
  ...logs("connection_logs"),
  ...logs("health_check_logs"),
  "routing.http.desync_mitigation_mode": oneOf("defensive", "monitor", "defensive", "strictest"),
  "routing.http.drop_invalid_header_fields.enabled": flag("false"),
  "routing.http.preserve_host_header.enabled": flag("false"),
  "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": fixed(flag("false")),
  "routing.http.xff_client_port.enabled": flag("false"),
  "routing.http.xff_header_processing.mode": oneOf("append", "append", "preserve", "remove"),
  "routing.http2.enabled": flag("true"),
  "waf.fail_open.enabled": flag("false"),
};
const OF_NETWORK_BALANCERS: Attributes = {
  ...OF_EVERY_BALANCER,
  "load_balancing.cross_zone.enabled": flag("false"),
  "dns_record.client_routing_policy": oneOf(
    "any_availability_zone",
    "any_availability_zone",
    "availability_zone_affinity",
    "partial_availability_zone_affinity",
  ),
  "secondary_ips.auto_assigned.per_subnet": fixed(whole(0, 0, 7)),
};

const OF_EVERY_GROUP: Attributes = {
  "deregistration_delay.timeout_seconds": whole(300, 0, 3600),
  "stickiness.enabled": flag("false"),
  "load_balancing.cross_zone.enabled": oneOf(
    "use_load_balancer_configuration",
    "true",
    "false",
    "use_load_balancer_configuration",
  ),
  "target_group_health.dns_failover.minimum_healthy_targets.count": wholeOrOff("1", 1000),
  "target_group_health.dns_failover.minimum_healthy_targets.percentage": wholeOrOff("off", 100),
  "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": fixed(whole(1, 1, 1000)),
  "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": fixed(wholeOrOff("off", 100)),
};
const DAY = 86_400;
const WEEK = 7 * DAY;
const OF_HTTP_GROUPS: Attributes = {
  ...OF_EVERY_GROUP,
  "stickiness.type": oneOf("lb_cookie", "lb_cookie", "app_cookie"),
  "stickiness.lb_cookie.duration_seconds": whole(DAY, 1, WEEK),
  "stickiness.app_cookie.cookie_name": text(),
  "stickiness.app_cookie.duration_seconds": whole(DAY, 1, WEEK),
  "load_balancing.algorithm.type": oneOf("round_robin", "round_robin", "least_outstanding_requests", "weighted_random"),
  "load_balancing.algorithm.anomaly_mitigation": fixed(oneOf("off", "off", "on")),
  "slow_start.duration_seconds": fixed({
    default: "0",
    must: "0, or a whole number between 30 and 900",
    fits: (value) => value === "0" || isWithin(value, 30, 900),
  }),
};
const OF_TCP_GROUPS: Attributes = {
  ...OF_EVERY_GROUP,
  "stickiness.type": oneOf("source_ip", "source_ip"),
  "deregistration_delay.connection_termination.enabled": flag("false"),
  "preserve_client_ip.enabled": flag("false"),
  "proxy_protocol_v2.enabled": fixed(flag("false")),
  "target_health_state.unhealthy.connection_termination.enabled": flag("true"),
  "target_health_state.unhealthy.draining_interval_seconds": fixed(whole(0, 0, 360_000)),
};

const OF_HTTP_LISTENERS: Attributes = {
  "routing.http.response.server.enabled": flag("true"),
  ...Object.fromEntries(
    [
      "strict_transport_security",
      "access_control_allow_origin",
      "access_control_allow_methods",
      "access_control_allow_headers",
      "access_control_allow_credentials",
      "access_control_expose_headers",
      "access_control_max_age",
      "content_security_policy",
      "x_content_type_options",
      "x_frame_options",
    ].map((name) => [`routing.http.response.${name}.header_value`, fixed(text())]),
  ),
};
const OF_TCP_LISTENERS: Attributes = { "tcp.idle_timeout.seconds": whole(350, 60, 6000) };

const ofBalancer = ({ type }: LoadBalancer) =>
  type === "application" ? OF_APPLICATION_BALANCERS : OF_NETWORK_BALANCERS;
const ofGroup = (group: TargetGroup) => (isHttp(group) ? OF_HTTP_GROUPS : OF_TCP_GROUPS);
const ofListener = (listener: Listener) => (isHttp(listener) ? OF_HTTP_LISTENERS : OF_TCP_LISTENERS);

/** All attributes with the values that count. */
export const loadBalancerAttributes = (balancer: LoadBalancer): Texts =>
  withDefaults(ofBalancer(balancer), balancer.attributes);
export const targetGroupAttributes = (group: TargetGroup): Texts => withDefaults(ofGroup(group), group.attributes);
export const listenerAttributes = (listener: Listener): Texts =>
  withDefaults(ofListener(listener), listener.attributes);

/** What was set and what is asked for together; throws what cannot be. */
export const changedBalancer = (balancer: LoadBalancer, asked: Pair[]): Texts =>
  changed(ofBalancer(balancer), balancer.attributes, asked);
export const changedGroup = (group: TargetGroup, asked: Pair[]): Texts =>
  changed(ofGroup(group), group.attributes, asked);
export const changedListener = (listener: Listener, asked: Pair[]): Texts =>
  changed(ofListener(listener), listener.attributes, asked);

interface Pair {
  Key?: string | undefined;
  Value?: string | undefined;
}

const withDefaults = (known: Attributes, set: Texts): Texts => ({
  ...Object.fromEntries(Object.entries(known).map(([key, attribute]) => [key, attribute.default])),
  ...set,
});

function changed(known: Attributes, set: Texts, asked: Pair[]): Texts {
  const keys = asked.map(({ Key }) => Key);
  if (new Set(keys).size < keys.length) throw invalid("An attribute key was specified more than once");
  const next: Texts = { ...set };
  for (const { Key: key = "", Value: value = "" } of asked) {
    const attribute = Object.hasOwn(known, key) ? known[key] : undefined;
    if (!attribute) throw elbError("InvalidConfigurationRequest", `The attribute key '${key}' is not recognized here`);
    if (!attribute.fits(value)) {
      throw elbError("InvalidConfigurationRequest", `The value of '${key}' must be ${attribute.must}, not '${value}'`);
    }
    if (attribute.unbuilt?.(value)) throw notBuilt(`the attribute ${key} with the value '${value}'`);
    next[key] = value;
  }
  return next;
}
