/** ARNs of load balancers and what belongs to them, in AWS's form, and the names that are valid. */
import type { Ids } from "../../ids.ts";
import type { Scope } from "../../protocol/http.ts";
import { invalid } from "./elbError.ts";

/** Sixteen hexadecimal digits, as AWS ends its ARNs. */
export const newSuffix = (ids: Ids): string => ids.bytes(8).toString("hex");

const KINDS = { application: "app", network: "net" } as const;

const arnOf = ({ region, accountId }: Scope, resource: string): string =>
  `arn:aws:elasticloadbalancing:${region}:${accountId}:${resource}`;

export function loadBalancerArn(scope: Scope, type: "application" | "network", name: string, suffix: string): string {
  return arnOf(scope, `loadbalancer/${KINDS[type]}/${name}/${suffix}`);
}

export const targetGroupArn = (scope: Scope, name: string, suffix: string): string =>
  arnOf(scope, `targetgroup/${name}/${suffix}`);

export const listenerArn = (loadBalancer: string, suffix: string): string =>
  `${loadBalancer.replace(":loadbalancer/", ":listener/")}/${suffix}`;

export const ruleArn = (listener: string, suffix: string): string =>
  `${listener.replace(":listener/", ":listener-rule/")}/${suffix}`;

export type ResourceKind = "loadbalancer" | "targetgroup" | "listener" | "listener-rule";

/** What the ARN names; `undefined` for anything that is no ARN of this service. */
export function kindOf(arn: string): ResourceKind | undefined {
  const [, kind] =
    /^arn:aws[a-z-]*:elasticloadbalancing:[^:]*:[^:]*:(loadbalancer|targetgroup|listener|listener-rule)\//.exec(arn) ??
    [];
  return kind as ResourceKind | undefined;
}

/** Whose the resource is. */
export function scopeOf(arn: string): Scope {
  const [, , , region = "", accountId = ""] = arn.split(":");
  return { accountId, region };
}

/** Whether the resource is one of the caller's. */
export function isIn({ region, accountId }: Scope, arn: string): boolean {
  const owner = scopeOf(arn);
  return owner.region === region && owner.accountId === accountId;
}

/** What CloudWatch calls it: `app/shop/0123456789abcdef`, `targetgroup/blue/0123456789abcdef`. */
export const metricName = (arn: string): string => (arn.split(":").at(-1) ?? "").replace(/^loadbalancer\//, "");

export function requireName(what: "Load balancer" | "Target group", name: string): void {
  if (name === "") throw invalid(`${what} name cannot be empty`);
  if (name.length > 32) throw invalid(`${what} name '${name.slice(0, 100)}' cannot be longer than '32' characters`);
  if (!/^[A-Za-z0-9-]+$/.test(name)) {
    throw invalid(`${what} name '${name}' can only contain characters that are alphanumeric characters or hyphens(-)`);
  }
  if (/^-|-$/.test(name)) throw invalid(`${what} name '${name}' cannot begin or end with '-'`);
  if (what === "Load balancer" && name.startsWith("internal-")) {
    throw invalid(`${what} name '${name}' cannot begin with 'internal-'`);
  }
}
