/** What things are called: ARNs, the short names that stand for them, and ids. */
import type { Ids } from "../../ids.ts";
import type { Scope } from "../../protocol/http.ts";
import { InvalidParameterException } from "../../shapes/ecs.ts";

const NAME = /^[a-zA-Z0-9_-]{1,255}$/;

/** A cluster, service or family may be called so. */
export const isName = (text: string): boolean => NAME.test(text);

export interface ClusterId extends Scope {
  cluster: string;
}
export interface ServiceId extends ClusterId {
  service: string;
}
export interface TaskId extends ClusterId {
  /** 32 hexadecimal digits. */
  task: string;
}
export interface DefinitionId extends Scope {
  family: string;
  revision: number;
}

const arn = ({ region, accountId }: Scope, rest: string) => `arn:aws:ecs:${region}:${accountId}:${rest}`;

export const clusterArn = (id: ClusterId): string => arn(id, `cluster/${id.cluster}`);
export const serviceArn = (id: ServiceId): string => arn(id, `service/${id.cluster}/${id.service}`);
export const taskArn = (id: TaskId): string => arn(id, `task/${id.cluster}/${id.task}`);
export const containerArn = (id: TaskId, container: string): string =>
  arn(id, `container/${id.cluster}/${id.task}/${container}`);
export const definitionArn = (id: DefinitionId): string => arn(id, `task-definition/${id.family}:${id.revision}`);
/** `taskSet` is an id such as `ecs-svc/1234567890123456789`. */
export const taskSetArn = (id: ServiceId, taskSet: string): string =>
  arn(id, `task-set/${id.cluster}/${id.service}/${taskSet}`);

/** Keys of documents and maps. Account, region and names never contain a slash. */
export const scopeKey = ({ accountId, region }: Scope): string => `${accountId}/${region}/`;
export const clusterKey = (id: ClusterId): string => `${scopeKey(id)}${id.cluster}`;
export const serviceKey = (id: ServiceId): string => `${clusterKey(id)}/${id.service}`;
export const taskKey = (id: TaskId): string => `${clusterKey(id)}/${id.task}`;

const ARN = /^arn:aws[a-z-]*:ecs:([^:]*):([^:]*):([a-z-]+)\/(.+)$/;

/** What stands behind `<kind>/` in an ARN of the scope; the text itself where it is no ARN, `undefined` for another's. */
function pathIn(scope: Scope, kind: string, text: string): string | undefined {
  if (!text.startsWith("arn:")) return text;
  const [, region, accountId, found, path] = ARN.exec(text) ?? [];
  return region === scope.region && accountId === scope.accountId && found === kind ? path : undefined;
}

/** A cluster by short name or ARN, `default` where none is named; `undefined` when it can be none of the caller's. */
export function readCluster(scope: Scope, text: string | undefined): ClusterId | undefined {
  const cluster = pathIn(scope, "cluster", text ?? "default");
  return cluster === undefined ? undefined : { accountId: scope.accountId, region: scope.region, cluster };
}

/** The name of what is in the cluster, of an ARN in its old form (without the cluster) or its new one, or by itself. */
function nameIn(cluster: ClusterId, kind: "service" | "task", text: string): string | undefined {
  const parts = pathIn(cluster, kind, text)?.split("/") ?? [];
  const name = parts.pop();
  return parts.length > 1 || (parts[0] ?? cluster.cluster) !== cluster.cluster ? undefined : name;
}

/** A service by name or ARN. */
export function readService(cluster: ClusterId, text: string): ServiceId | undefined {
  const service = nameIn(cluster, "service", text);
  return service === undefined ? undefined : { ...cluster, service };
}

/** A task by id or ARN. */
export function readTask(cluster: ClusterId, text: string): TaskId | undefined {
  const task = nameIn(cluster, "task", text);
  return task === undefined ? undefined : { ...cluster, task };
}

/** The id of a task set by ARN, by id or by its digits alone. */
export function readTaskSet(service: ServiceId, text: string): string | undefined {
  const path = pathIn(service, "task-set", text);
  if (path === undefined) return undefined;
  const [id, prefix, ...rest] = path.split("/").reverse();
  const [name = service.service, cluster = service.cluster] = rest;
  if ((prefix ?? "ecs-svc") !== "ecs-svc" || name !== service.service || cluster !== service.cluster) return undefined;
  return `ecs-svc/${id}`;
}

/** `family`, `family:revision` or an ARN; no revision stands for the latest that is active. */
export function readDefinition(
  scope: Scope,
  text: string,
): { family: string; revision: number | undefined } | undefined {
  const [, family, revision] =
    /^([a-zA-Z0-9_-]{1,255})(?::([1-9][0-9]{0,8}))?$/.exec(pathIn(scope, "task-definition", text) ?? "") ?? [];
  if (family === undefined) return undefined;
  return { family, revision: revision === undefined ? undefined : Number(revision) };
}

/** Throws InvalidParameterException unless a resource may be called so. */
export function requireName(text: string, what: string): string {
  if (isName(text)) return text;
  throw new InvalidParameterException(
    `${what} must be 1 to 255 letters, numbers, underscores and hyphens, not ${JSON.stringify(text.slice(0, 300))}.`,
  );
}

/** The id of a deployment or task set: `ecs-svc/` and 19 digits. */
export const newRolloutId = (ids: Ids): string =>
  `ecs-svc/${String(ids.bytes(8).readBigUInt64BE() % 10n ** 19n).padStart(19, "0")}`;

export const newTaskId = (ids: Ids): string => ids.uuid().replaceAll("-", "");
