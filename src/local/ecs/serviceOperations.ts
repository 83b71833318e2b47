/** Services that are there. */
import { InvalidParameterException } from "../../shapes/ecs.ts";
import { readService, serviceArn } from "./names.ts";
import { described, type Operation, page, requireCluster, requireNames, requireService } from "./operation.ts";
import { serviceView } from "./views.ts";

const MOST_DESCRIBED = 10;

export const describeServices: Operation<"DescribeServices"> = ({ store }, scope, input) => {
  const { id: cluster } = requireCluster(store, scope, input.cluster);
  const names = requireNames(input.services, "Services", MOST_DESCRIBED);
  const { views, failures } = described(names, (text) => {
    const id = readService(cluster, text);
    const value = id && store.findService(id);
    return { view: id && value && serviceView(store, id, value, input.include), arn: id ? serviceArn(id) : text };
  });
  return { services: views, failures };
};

export const listServices: Operation<"ListServices"> = ({ store }, scope, input) => {
  const { id: cluster } = requireCluster(store, scope, input.cluster);
  const found = store
    .listServices(cluster)
    .filter(({ value }) => value.status !== "INACTIVE")
    .filter(({ value }) => input.launchType === undefined || value.launchType === input.launchType)
    .filter(() => input.schedulingStrategy === undefined || input.schedulingStrategy === "REPLICA");
  const { items, ...next } = page(found, { maxResults: 10, ...input });
  return { serviceArns: items.map(({ id }) => serviceArn(id)), ...next };
};

/** It drains, and is INACTIVE when its last task has stopped. A service that is deleted already is answered as it is. */
export const deleteService: Operation<"DeleteService"> = ({ store, scheduler, clock }, scope, input) => {
  const { id: cluster } = requireCluster(store, scope, input.cluster);
  const { id, value } = requireService(store, cluster, input.service);
  if (value.status !== "ACTIVE") return { service: serviceView(store, id, value) };
  if (!input.force && value.desiredCount > 0 && value.rollouts.length > 0) {
    throw new InvalidParameterException("The service cannot be stopped while it is scaled above 0.");
  }
  const now = clock.now();
  const rollouts = value.rollouts.map((rollout) => ({ ...rollout, isSteady: false, steadyAt: now, updatedAt: now }));
  const changed = { ...value, status: "DRAINING" as const, desiredCount: 0, rollouts };
  store.putService(id, changed);
  scheduler.wake(id);
  return { service: serviceView(store, id, changed) };
};
