/** What every operation of this service gets, and what many of them need. */
import type { Clock } from "../../clock.ts";
import type { Ids } from "../../ids.ts";
import type { Scope } from "../../protocol/http.ts";
import {
  ClusterNotFoundException,
  type Failure,
  InvalidParameterException,
  type Operations,
  ServiceNotActiveException,
  ServiceNotFoundException,
} from "../../shapes/ecs.ts";
import { NotBuiltError } from "../../shapes/modelledError.ts";
import type { EcsStore } from "./ecsStore.ts";
import { type ClusterId, readCluster, readService, type ServiceId } from "./names.ts";
import type { ClusterRecord, ServiceRecord } from "./records.ts";
import type { Scheduler } from "./scheduler/scheduler.ts";
import type { TargetGroups } from "./targetGroups.ts";

export interface Parts {
  store: EcsStore;
  scheduler: Scheduler;
  targetGroups: TargetGroups;
  clock: Clock;
  ids: Ids;
  /** How many a service with the deployment controller CODE_DEPLOY may have; AWS has 1. */
  mostTargetGroups: number;
}

/** Answers the output; throws modelled errors, and NotBuiltError for what is not built. */
export type Operation<Name extends keyof Operations> = (
  parts: Parts,
  scope: Scope,
  input: Operations[Name]["input"],
) => Operations[Name]["output"];

/** The active cluster that is named, or `default`. Throws ClusterNotFoundException. */
export function requireCluster(
  store: EcsStore,
  scope: Scope,
  text: string | undefined,
): { id: ClusterId; value: ClusterRecord } {
  const id = readCluster(scope, text);
  const value = id && store.findCluster(id);
  if (!id || value?.status !== "ACTIVE") throw new ClusterNotFoundException("Cluster not found.");
  return { id, value };
}

/** The service that is named, whatever its status. Throws ServiceNotFoundException. */
export function requireService(
  store: EcsStore,
  cluster: ClusterId,
  text: string | undefined,
): { id: ServiceId; value: ServiceRecord } {
  if (!text) throw new InvalidParameterException("Service cannot be blank.");
  const id = readService(cluster, text);
  const value = id && store.findService(id);
  if (!id || !value) throw new ServiceNotFoundException("Service not found.");
  return { id, value };
}

/** A service that is neither deleted nor about to be. */
export function requireActiveService(store: EcsStore, cluster: ClusterId, text: string | undefined) {
  const found = requireService(store, cluster, text);
  if (found.value.status !== "ACTIVE") throw new ServiceNotActiveException("Service was not ACTIVE.");
  return found;
}

/** Throws InvalidParameterException unless the value is one of the enumeration's, or absent. */
export function requireOneOf(value: string | undefined, member: string, values: readonly string[]): void {
  if (value === undefined || values.includes(value)) return;
  throw new InvalidParameterException(`${member} must be one of ${values.join(", ")}, not ${value}.`);
}

/** Throws InvalidParameterException unless the number is a whole one within the bounds, or absent. */
export function requireWithin(value: number | undefined, member: string, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw new InvalidParameterException(`${member} must be a whole number from ${least} to ${most}, not ${value}.`);
}

/** Throws NotBuiltError where any of these members has a value that would ask for something. */
export function refuseMembers(what: string, members: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(members)) {
    const isNothing =
      value === undefined || value === false || value === "" || (Array.isArray(value) && value.length === 0);
    if (!isNothing) throw new NotBuiltError(`${what} with ${name} is not supported by signalbox`);
  }
}

/** The tokens of AWS: up to 36 visible ASCII characters. */
export function requireToken(token: string | undefined): void {
  if (token === undefined || /^[!-~]{1,36}$/.test(token)) return;
  throw new InvalidParameterException("clientToken must be 1 to 36 visible ASCII characters.");
}

const MOST_NAMED = 100;

/** The names that a Describe call asks for: at least one where it says so, and not too many. */
export function requireNames(names: string[] | undefined, what: string, most = MOST_NAMED): string[] {
  if (!names || names.length === 0) throw new InvalidParameterException(`${what} cannot be empty.`);
  if (names.length > most) throw new InvalidParameterException(`${what} cannot be more than ${most}.`);
  return names;
}

export const missing = (arn: string): Failure => ({ arn, reason: "MISSING" });

/** What is found of the named things, and a failure for each that is missing, in the order of the names. */
export function described<View>(names: string[], look: (name: string) => { view: View | undefined; arn: string }) {
  const found = names.map(look);
  return {
    views: found.flatMap(({ view }) => (view === undefined ? [] : [view])),
    failures: found.flatMap(({ view, arn }) => (view === undefined ? [missing(arn)] : [])),
  };
}

/** One page of `items`; tokens are positions. Throws InvalidParameterException for a token that is none. */
export function page<Item>(
  items: Item[],
  { nextToken, maxResults }: { nextToken?: string | undefined; maxResults?: number | undefined },
  most = 100,
): { items: Item[]; nextToken?: string } {
  requireWithin(maxResults, "maxResults", 1, most);
  const from = nextToken === undefined || nextToken === "" ? 0 : positionOf(nextToken);
  const end = from + (maxResults ?? most);
  const next = end < items.length ? { nextToken: Buffer.from(String(end)).toString("base64url") } : {};
  return { items: items.slice(from, end), ...next };
}

function positionOf(token: string): number {
  const text = Buffer.from(token, "base64url").toString();
  if (!/^\d{1,9}$/.test(text)) throw new InvalidParameterException("Invalid token.");
  return Number(text);
}
