/** Tasks: all of them belong to a service. */
import { InvalidParameterException } from "../../shapes/ecs.ts";
import { readDefinition, readTask, taskArn } from "./names.ts";
import {
  described,
  type Operation,
  page,
  requireCluster,
  requireNames,
  requireOneOf,
  requireService,
} from "./operation.ts";
import { taskView } from "./views.ts";

export const listTasks: Operation<"ListTasks"> = ({ store }, scope, input) => {
  const { id: cluster } = requireCluster(store, scope, input.cluster);
  const { startedBy, serviceName, family, desiredStatus = "RUNNING", launchType } = input;
  requireOneOf(desiredStatus, "desiredStatus", ["RUNNING", "PENDING", "STOPPED"]);
  if (startedBy !== undefined && (serviceName !== undefined || family !== undefined)) {
    throw new InvalidParameterException("Cannot specify startedBy together with other filters.");
  }
  const service = serviceName === undefined ? undefined : requireService(store, cluster, serviceName).id.service;
  const found = store
    .listTasks(cluster)
    // No machine is registered, so nothing runs on one.
    .filter(() => input.containerInstance === undefined)
    .filter((task) => task.desiredStatus === desiredStatus)
    .filter((task) => startedBy === undefined || task.rollout === startedBy)
    .filter((task) => service === undefined || task.service === service)
    .filter((task) => family === undefined || readDefinition(scope, task.definition)?.family === family)
    .filter((task) => launchType === undefined || task.launchType === launchType);
  const { items, ...next } = page(found, input);
  return { taskArns: items.map(({ task }) => taskArn({ ...cluster, task })), ...next };
};

export const describeTasks: Operation<"DescribeTasks"> = ({ store }, scope, input) => {
  const { id: cluster } = requireCluster(store, scope, input.cluster);
  const { views, failures } = described(requireNames(input.tasks, "Tasks"), (text) => {
    const id = readTask(cluster, text);
    const value = id && store.findTask(id);
    return { view: id && value && taskView(id, value, input.include), arn: id ? taskArn(id) : text };
  });
  return { tasks: views, failures };
};

/** Its service starts another in its place. */
export const stopTask: Operation<"StopTask"> = ({ store, scheduler }, scope, input) => {
  const { id: cluster } = requireCluster(store, scope, input.cluster);
  if (!input.task) throw new InvalidParameterException("Task cannot be blank.");
  if ((input.reason?.length ?? 0) > 1024)
    throw new InvalidParameterException("reason must have at most 1024 characters.");
  const id = readTask(cluster, input.task);
  if (!id || !store.findTask(id)) throw new InvalidParameterException("The referenced task was not found.");
  const task = scheduler.stopTask(id, { stopCode: "UserInitiated", reason: input.reason ?? "Task stopped by user" });
  return { task: taskView(id, task) };
};
