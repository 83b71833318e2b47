/** Clusters, services, tasks and task definitions, and where they are kept. Every key begins with account and region. */
import type { Scope } from "../../protocol/http.ts";
import type { Documents } from "../documents.ts";
import { type CachedDocuments, cachedDocuments } from "./cachedDocuments.ts";
import {
  type ClusterId,
  clusterKey,
  type DefinitionId,
  type ServiceId,
  scopeKey,
  serviceKey,
  type TaskId,
  taskKey,
} from "./names.ts";
import type { ClusterRecord, DefinitionRecord, ServiceRecord, TaskRecord } from "./records.ts";

const CLUSTER = "ecs.cluster";
const SERVICE = "ecs.service";
const TASK = "ecs.task";
const DEFINITION = "ecs.taskDefinition";
/** The number of the last revision of each family: a number is never given twice. */
const FAMILY = "ecs.family";

export interface Found<Id, Value> {
  id: Id;
  value: Value;
}

export type EcsStore = ReturnType<typeof ecsStore>;

/** Whatever is put is durable on return. */
export function ecsStore(documents: Documents) {
  const cached = cachedDocuments(documents);
  return {
    together: cached.together,
    ...clusterStore(cached.ofKind<ClusterRecord>(CLUSTER)),
    ...serviceStore(cached.ofKind<ServiceRecord>(SERVICE)),
    ...taskStore(cached.ofKind<TaskRecord>(TASK)),
    ...definitionStore(documents),
  };
}

function clusterStore(clusters: CachedDocuments<ClusterRecord>) {
  return {
    findCluster: (id: ClusterId) => clusters.get(clusterKey(id)),
    putCluster: (id: ClusterId, value: ClusterRecord) => clusters.put(clusterKey(id), value),
    /** By name. */
    listClusters: ({ accountId, region }: Scope): Found<ClusterId, ClusterRecord>[] =>
      clusters
        .under(scopeKey({ accountId, region }))
        .map(({ name, value }) => ({ id: { accountId, region, cluster: name }, value })),
  };
}

function serviceStore(services: CachedDocuments<ServiceRecord>) {
  return {
    findService: (id: ServiceId) => services.get(serviceKey(id)),
    putService: (id: ServiceId, value: ServiceRecord) => services.put(serviceKey(id), value),
    removeService: (id: ServiceId) => services.remove(serviceKey(id)),
    /** By name. */
    listServices: ({ accountId, region, cluster }: ClusterId): Found<ServiceId, ServiceRecord>[] =>
      services
        .under(`${clusterKey({ accountId, region, cluster })}/`)
        .map(({ name, value }) => ({ id: { accountId, region, cluster, service: name }, value })),
    everyService: (): Found<ServiceId, ServiceRecord>[] =>
      [...services.entries()].map(([key, value]) => {
        const [accountId = "", region = "", cluster = "", service = ""] = key.split("/");
        return { id: { accountId, region, cluster, service }, value };
      }),
  };
}

function taskStore(tasks: CachedDocuments<TaskRecord>) {
  /** Keys of tasks by the key of their service. */
  const ofService = new Map<string, Set<string>>();
  const serviceOf = (key: string, { service }: TaskRecord) => `${key.slice(0, key.lastIndexOf("/"))}/${service}`;
  const index = (key: string, task: TaskRecord) => {
    const found = ofService.get(serviceOf(key, task)) ?? new Set();
    ofService.set(serviceOf(key, task), found.add(key));
  };
  for (const [key, task] of tasks.entries()) index(key, task);

  return {
    findTask: (id: TaskId) => tasks.get(taskKey(id)),
    putTask(id: TaskId, value: TaskRecord): void {
      tasks.put(taskKey(id), value);
      index(taskKey(id), value);
    },
    /** For what a restart makes void anyway: how far a task has come, and how it feels. Not durable. */
    noteTask: (id: TaskId, value: TaskRecord) => tasks.note(taskKey(id), value),
    removeTask(id: TaskId): void {
      const value = tasks.get(taskKey(id));
      if (!value) return;
      tasks.remove(taskKey(id));
      const keys = ofService.get(serviceOf(taskKey(id), value));
      keys?.delete(taskKey(id));
      if (keys?.size === 0) ofService.delete(serviceOf(taskKey(id), value));
    },
    tasksOf: (id: ServiceId): TaskRecord[] =>
      [...(ofService.get(serviceKey(id)) ?? [])].flatMap((key) => tasks.get(key) ?? []),
    listTasks: (id: ClusterId): TaskRecord[] => tasks.under(`${clusterKey(id)}/`).map(({ value }) => value),
    everyTask: (): Found<TaskId, TaskRecord>[] =>
      [...tasks.entries()].map(([key, value]) => {
        const [accountId = "", region = "", cluster = "", task = ""] = key.split("/");
        return { id: { accountId, region, cluster, task }, value };
      }),
  };
}

/** Read where they are kept: there may be many, and few are used. */
function definitionStore(documents: Documents) {
  /** Numbers are padded, so that the order of the keys is the order of the numbers. */
  const definitionKey = (id: DefinitionId) => `${scopeKey(id)}${id.family}/${String(id.revision).padStart(10, "0")}`;
  return {
    findDefinition: (id: DefinitionId) => documents.get<DefinitionRecord>(DEFINITION, definitionKey(id)),
    putDefinition: (id: DefinitionId, value: DefinitionRecord) => documents.put(DEFINITION, definitionKey(id), value),
    /** By family and revision; of one family where it is named. */
    listDefinitions: (scope: Scope, family?: string): DefinitionRecord[] =>
      documents
        .list<DefinitionRecord>(DEFINITION, `${scopeKey(scope)}${family === undefined ? "" : `${family}/`}`)
        .map(({ value }) => value),
    /** The next number of the family, taken. */
    takeRevision(scope: Scope, family: string): number {
      const key = `${scopeKey(scope)}${family}`;
      const revision = (documents.get<number>(FAMILY, key) ?? 0) + 1;
      documents.put(FAMILY, key, revision);
      return revision;
    },
  };
}
