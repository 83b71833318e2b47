/** Task sets of services whose controller is CODE_DEPLOY or EXTERNAL. */
import type { Scope } from "../../protocol/http.ts";
import {
  type CreateTaskSetRequest,
  InvalidParameterException,
  type Scale,
  TaskSetNotFoundException,
} from "../../shapes/ecs.ts";
import { requireDefinition } from "./definitionOperations.ts";
import { readTaskSet, type ServiceId, taskSetArn } from "./names.ts";
import {
  described,
  type Operation,
  type Parts,
  requireActiveService,
  requireCluster,
  requireOneOf,
  requireToken,
} from "./operation.ts";
import type { Rollout, ServiceRecord } from "./records.ts";
import { newRollout } from "./rollouts.ts";
import { placementOf, requireBuilt, requireLoadBalancers, requireNetwork } from "./serviceRules.ts";
import { requireTags } from "./tags.ts";
import { taskSetView } from "./views.ts";

/** AWS counts task sets as deployments here, and has five at most. */
const MOST_TASK_SETS = 5;

/** Repeatable with the same `clientToken`: the task set that was made with it is answered. */
export const createTaskSet: Operation<"CreateTaskSet"> = (parts, scope, input) => {
  const { store, scheduler } = parts;
  const { id, value } = requireOwner(parts, scope, input);
  requireToken(input.clientToken);
  const known = value.rollouts.find(
    ({ clientToken }) => clientToken !== undefined && clientToken === input.clientToken,
  );
  if (known) return { taskSet: taskSetView(store, id, value, known) };
  if (value.rollouts.length >= MOST_TASK_SETS) {
    throw new InvalidParameterException(
      `${value.rollouts.length} deployments exist on the service. Unable to create new TaskSet since this exceeds the maximum limit.`,
    );
  }
  const rollout = madeTaskSet(parts, scope, value, input);
  const changed = { ...value, rollouts: [...value.rollouts, rollout] };
  store.putService(id, changed);
  scheduler.wake(id);
  return { taskSet: taskSetView(store, id, changed, rollout, ["TAGS"]) };
};

function madeTaskSet(parts: Parts, scope: Scope, service: ServiceRecord, input: CreateTaskSetRequest): Rollout {
  requireBuilt("A task set", input);
  const { definition } = requireDefinition(parts.store, scope, input.taskDefinition);
  const loadBalancers = input.loadBalancers ?? [];
  requireNetwork(definition, input.networkConfiguration);
  // The group of a new version may not be behind a listener yet.
  requireLoadBalancers(parts.targetGroups, definition, loadBalancers, { attached: false });
  return newRollout(parts, {
    status: "ACTIVE",
    taskDefinition: definition.taskDefinitionArn ?? "",
    loadBalancers,
    placement: placementOf(input),
    scale: scaleIn(input.scale) ?? 100,
    startedBy: service.controller === "CODE_DEPLOY" ? "CODE_DEPLOY" : undefined,
    externalId: input.externalId,
    clientToken: input.clientToken,
    tags: requireTags(input.tags),
  });
}

export const describeTaskSets: Operation<"DescribeTaskSets"> = (parts, scope, input) => {
  const { store } = parts;
  const { id, value } = requireOwner(parts, scope, input);
  if ((input.taskSets?.length ?? 0) > 10) throw new InvalidParameterException("taskSets cannot be more than 10.");
  const wanted = input.taskSets?.length ? input.taskSets : value.rollouts.map((rollout) => rollout.id);
  const { views, failures } = described(wanted, (text) => {
    const rollout = findTaskSet(id, value, text);
    return { view: rollout && taskSetView(store, id, value, rollout, input.include), arn: absoluteArn(id, text) };
  });
  return { taskSets: views, failures };
};

export const updateTaskSet: Operation<"UpdateTaskSet"> = (parts, scope, input) => {
  const { store, scheduler, clock } = parts;
  const { id, value } = requireOwner(parts, scope, input);
  const rollout = requireTaskSet(id, value, input.taskSet);
  const scale = scaleIn(input.scale);
  if (scale === undefined) throw new InvalidParameterException("Scale must be specified.");
  if (rollout.status === "DRAINING")
    throw new InvalidParameterException("A task set that is DRAINING cannot be scaled.");
  const now = clock.now();
  const after: Rollout = { ...rollout, scale: { value: scale, unit: "PERCENT" }, updatedAt: now };
  const changed = withRollout(value, after);
  store.putService(id, changed);
  scheduler.wake(id);
  return { taskSet: taskSetView(store, id, changed, after) };
};

/** The one that was PRIMARY is ACTIVE from then on. */
export const updateServicePrimaryTaskSet: Operation<"UpdateServicePrimaryTaskSet"> = (parts, scope, input) => {
  const { store, scheduler, clock } = parts;
  const { id, value } = requireOwner(parts, scope, input);
  const rollout = requireTaskSet(id, value, input.primaryTaskSet);
  if (rollout.status === "DRAINING") {
    throw new InvalidParameterException("A task set that is DRAINING cannot become the primary one.");
  }
  const now = clock.now();
  const rollouts = value.rollouts.map((other): Rollout => {
    if (other.id === rollout.id)
      return { ...other, status: "PRIMARY", updatedAt: other.status === "PRIMARY" ? other.updatedAt : now };
    return other.status === "PRIMARY" ? { ...other, status: "ACTIVE", updatedAt: now } : other;
  });
  const { taskDefinition, loadBalancers } = rollout;
  const changed: ServiceRecord = {
    ...value,
    launchType: undefined,
    ...placementOf(rollout),
    taskDefinition,
    loadBalancers,
    rollouts,
  };
  store.putService(id, changed);
  scheduler.wake(id);
  const after = rollouts.find((other) => other.id === rollout.id) ?? rollout;
  return { taskSet: taskSetView(store, id, changed, after) };
};

/** It drains, and is gone when its last task has stopped. */
export const deleteTaskSet: Operation<"DeleteTaskSet"> = (parts, scope, input) => {
  const { store, scheduler, clock } = parts;
  const { id, value } = requireOwner(parts, scope, input);
  const rollout = requireTaskSet(id, value, input.taskSet);
  // Nobody but CodeDeploy could give the service another one; whoever controls task sets by hand may insist.
  if (rollout.status === "PRIMARY" && (value.controller === "CODE_DEPLOY" || !input.force)) {
    throw new InvalidParameterException("The primary task set cannot be deleted; make another one the primary first.");
  }
  if (!input.force && rollout.scale.value > 0 && value.desiredCount > 0 && rollout.status !== "DRAINING") {
    throw new InvalidParameterException("The task set cannot be deleted while it is scaled above 0.");
  }
  const now = clock.now();
  const after: Rollout = { ...rollout, status: "DRAINING", isSteady: false, steadyAt: now, updatedAt: now };
  const changed = withRollout(value, after);
  store.putService(id, changed);
  scheduler.wake(id);
  return { taskSet: taskSetView(store, id, changed, after) };
};

function requireOwner(
  { store }: Parts,
  scope: Scope,
  input: { cluster?: string | undefined; service?: string | undefined },
) {
  const { id: cluster } = requireCluster(store, scope, input.cluster);
  const found = requireActiveService(store, cluster, input.service);
  if (found.value.controller === "ECS") {
    throw new InvalidParameterException(
      "Task sets are only for services with a CODE_DEPLOY or EXTERNAL deployment controller.",
    );
  }
  return found;
}

function findTaskSet(id: ServiceId, { rollouts }: ServiceRecord, text: string): Rollout | undefined {
  const wanted = readTaskSet(id, text);
  return rollouts.find((rollout) => rollout.id === wanted);
}

function requireTaskSet(id: ServiceId, service: ServiceRecord, text: string | undefined): Rollout {
  if (!text) throw new InvalidParameterException("TaskSet cannot be blank.");
  const found = findTaskSet(id, service, text);
  if (!found) throw new TaskSetNotFoundException("The specified task set wasn't found.");
  return found;
}

function absoluteArn(id: ServiceId, text: string): string {
  const taskSet = readTaskSet(id, text);
  return text.startsWith("arn:") || taskSet === undefined ? text : taskSetArn(id, taskSet);
}

const withRollout = (service: ServiceRecord, after: Rollout): ServiceRecord => ({
  ...service,
  rollouts: service.rollouts.map((other) => (other.id === after.id ? after : other)),
});

/** Percent. */
function scaleIn(scale: Scale | undefined): number | undefined {
  requireOneOf(scale?.unit, "The unit of scale", ["PERCENT"]);
  const value = scale?.value;
  if (value !== undefined && !(value >= 0 && value <= 100)) {
    throw new InvalidParameterException("Scale must be between 0 and 100 percent.");
  }
  return value;
}
