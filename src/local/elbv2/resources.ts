/** What the service keeps: load balancers, target groups, listeners and rules. Each is replaced as a whole, never changed. */
import type { Action, RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Instant } from "../../clock.ts";

export type Texts = Record<string, string>;

export interface LoadBalancer {
  arn: string;
  name: string;
  type: "application" | "network";
  scheme: "internet-facing" | "internal";
  ipAddressType: "ipv4" | "dualstack" | "dualstack-without-public-ipv4";
  subnets: string[];
  securityGroups: string[];
  createdAt: Instant;
  /** Those that were set. */
  attributes: Texts;
  tags: Texts;
}

export interface Target {
  /** An address, or the id of an instance. */
  id: string;
  port: number;
}

export interface HealthCheck {
  enabled: boolean;
  protocol: "HTTP" | "HTTPS" | "TCP";
  /** A port, or `traffic-port`. */
  port: string;
  intervalSeconds: number;
  timeoutSeconds: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
  /** Of HTTP and HTTPS only. */
  path?: string;
  /** Of HTTP and HTTPS only: `200`, `200,204`, `200-299`. */
  matcher?: string;
}

export interface TargetGroup {
  arn: string;
  name: string;
  targetType: "ip" | "instance";
  protocol: "HTTP" | "HTTPS" | "TCP" | "TLS";
  port: number;
  vpcId: string;
  healthCheck: HealthCheck;
  attributes: Texts;
  tags: Texts;
  targets: Target[];
}

export interface Listener {
  arn: string;
  loadBalancerArn: string;
  protocol: "HTTP" | "HTTPS" | "TCP" | "TLS";
  /** As it was asked for. */
  port: number;
  /** Where it really listens. */
  boundPort: number;
  /** ARNs, the default certificate first. */
  certificates: string[];
  sslPolicy?: string;
  alpnPolicy?: string[];
  attributes: Texts;
  tags: Texts;
}

export interface Rule {
  arn: string;
  listenerArn: string;
  /** 1 is asked first. The default rule, which holds the listener's own actions, comes last, with `DEFAULT_PRIORITY`. */
  priority: number;
  conditions: RuleCondition[];
  actions: Action[];
  tags: Texts;
}

/** Beyond every priority that can be given. */
export const DEFAULT_PRIORITY = 50_001;
export const isDefault = ({ priority }: Rule): boolean => priority === DEFAULT_PRIORITY;

/** Whether it speaks HTTP; the others pass on what they get. */
export const isHttp = ({ protocol }: Pick<Listener | TargetGroup, "protocol">): boolean =>
  protocol === "HTTP" || protocol === "HTTPS";
/** Whether it speaks TLS. */
export const isSecure = ({ protocol }: Pick<Listener, "protocol">): boolean =>
  protocol === "HTTPS" || protocol === "TLS";
