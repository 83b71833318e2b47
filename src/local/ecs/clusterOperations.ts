/** Clusters. */
import {
  type Cluster,
  ClusterContainsServicesException,
  ClusterContainsTasksException,
  type ClusterSetting,
  ClusterSettingNameValues,
  type CreateClusterRequest,
  InvalidParameterException,
} from "../../shapes/ecs.ts";
import type { EcsStore } from "./ecsStore.ts";
import { type ClusterId, clusterArn, readCluster, requireName } from "./names.ts";
import { described, type Operation, page, refuseMembers, requireCluster, requireOneOf } from "./operation.ts";
import type { ClusterRecord } from "./records.ts";
import { requireTags } from "./tags.ts";

/** Repeatable: a cluster that is there is answered as it is. */
export const createCluster: Operation<"CreateCluster"> = ({ store }, scope, input) => {
  const cluster = requireName(input.clusterName ?? "default", "clusterName");
  const id: ClusterId = { accountId: scope.accountId, region: scope.region, cluster };
  const known = store.findCluster(id);
  if (known?.status === "ACTIVE") return { cluster: clusterView(store, id, known, []) };
  const made: ClusterRecord = {
    status: "ACTIVE",
    ...settingsOf(input),
    configuration: input.configuration,
    capacityProviders: requireFargate(input.capacityProviders ?? []),
    defaultCapacityProviderStrategy: input.defaultCapacityProviderStrategy ?? [],
    tags: requireTags(input.tags),
  };
  store.putCluster(id, made);
  return { cluster: clusterView(store, id, made, ALL) };
};

export const describeClusters: Operation<"DescribeClusters"> = ({ store }, scope, { clusters, include = [] }) => {
  const names = clusters && clusters.length > 0 ? clusters : ["default"];
  if (names.length > 100) throw new InvalidParameterException("clusters cannot be more than 100.");
  const { views, failures } = described(names, (name) => {
    const id = readCluster(scope, name);
    const value = id && store.findCluster(id);
    return { view: id && value && clusterView(store, id, value, include), arn: id ? clusterArn(id) : name };
  });
  return { clusters: views, failures };
};

export const listClusters: Operation<"ListClusters"> = ({ store }, scope, input) => {
  const active = store.listClusters(scope).filter(({ value }) => value.status === "ACTIVE");
  const { items, ...next } = page(active, input);
  return { clusterArns: items.map(({ id }) => clusterArn(id)), ...next };
};

export const updateCluster: Operation<"UpdateCluster"> = ({ store }, scope, input) => {
  const { id, value } = requireCluster(store, scope, requireGiven(input.cluster));
  const { configuration } = input;
  const changed = { ...value, ...settingsOf(input, value), ...(configuration ? { configuration } : {}) };
  store.putCluster(id, changed);
  return { cluster: clusterView(store, id, changed, ALL) };
};

export const updateClusterSettings: Operation<"UpdateClusterSettings"> = ({ store }, scope, input) => {
  const { id, value } = requireCluster(store, scope, requireGiven(input.cluster));
  const changed = { ...value, ...settingsOf(input, value) };
  store.putCluster(id, changed);
  return { cluster: clusterView(store, id, changed, ALL) };
};

/** A cluster that was deleted is still described, as INACTIVE. */
export const deleteCluster: Operation<"DeleteCluster"> = ({ store }, scope, input) => {
  const { id, value } = requireCluster(store, scope, requireGiven(input.cluster));
  if (store.listServices(id).some((service) => service.value.status !== "INACTIVE")) {
    throw new ClusterContainsServicesException("The Cluster cannot be deleted while Services are active.");
  }
  if (store.listTasks(id).some(({ lastStatus }) => lastStatus !== "STOPPED")) {
    throw new ClusterContainsTasksException("The Cluster cannot be deleted while Tasks are active.");
  }
  const changed: ClusterRecord = { ...value, status: "INACTIVE" };
  store.putCluster(id, changed);
  return { cluster: clusterView(store, id, changed, ALL) };
};

const ALL = ["SETTINGS", "TAGS", "CONFIGURATIONS", "STATISTICS", "ATTACHMENTS"];

function clusterView(store: EcsStore, id: ClusterId, value: ClusterRecord, include: string[]): Cluster {
  const tasks = store.listTasks(id);
  const services = store.listServices(id).filter((service) => service.value.status !== "INACTIVE");
  return {
    clusterArn: clusterArn(id),
    clusterName: id.cluster,
    status: value.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").length,
    pendingTasksCount: tasks.filter(({ lastStatus }) => /^(PROVISIONING|PENDING)$/.test(lastStatus)).length,
    activeServicesCount: services.length,
    statistics: [],
    capacityProviders: value.capacityProviders,
    defaultCapacityProviderStrategy: value.defaultCapacityProviderStrategy,
    serviceConnectDefaults: value.serviceConnectDefaults,
    tags: include.includes("TAGS") ? value.tags : [],
    settings: include.includes("SETTINGS") ? value.settings : [],
    ...(include.includes("CONFIGURATIONS") ? { configuration: value.configuration } : {}),
  };
}

function settingsOf(input: CreateClusterRequest, before?: ClusterRecord): Pick<ClusterRecord, "settings"> {
  // A namespace is made in Cloud Map, which there is none of.
  refuseMembers("A cluster", { serviceConnectDefaults: input.serviceConnectDefaults });
  const given = new Map<string | undefined, ClusterSetting>();
  for (const setting of [
    ...(before?.settings ?? [{ name: "containerInsights", value: "disabled" }]),
    ...(input.settings ?? []),
  ]) {
    requireOneOf(setting.name, "The name of a setting", ClusterSettingNameValues);
    given.set(setting.name, setting);
  }
  return { settings: [...given.values()] };
}

/** The two that every account has; others stand for Auto Scaling groups. */
function requireFargate(providers: string[]): string[] {
  for (const name of providers) {
    if (name !== "FARGATE" && name !== "FARGATE_SPOT") {
      throw new InvalidParameterException(
        "The specified capacity provider is not in an ACTIVE state. Specify a valid capacity provider and try again.",
      );
    }
  }
  return providers;
}

function requireGiven(cluster: string | undefined): string {
  if (!cluster) throw new InvalidParameterException("Cluster cannot be blank.");
  return cluster;
}
