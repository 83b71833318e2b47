/** Making, promoting and deleting task sets (semantics 5.4). Each call may be repeated. */
import type { CreateTaskSetRequest, ECSClient, LoadBalancer, Service, TaskSet } from "@aws-sdk/client-ecs";
import type { Effect } from "../../engine/deployment.ts";
import type { EcsServiceName, TaskSetIdentity } from "../../engine/ecsPlan.ts";
import { type EffectContext, EffectError } from "../driver.ts";
import { ecsSdk } from "./ecsClients.ts";
import { ecsError, isMissing } from "./ecsErrors.ts";
import { describeService, subjectOf } from "./services.ts";

type CreateTaskSet = Extract<Effect, { type: "createTaskSet" }>;

/** A task set that carries the deployment's id already is adopted: a lost answer must not bring a second one. */
export async function createTaskSet(
  client: ECSClient,
  effect: CreateTaskSet,
  context: EffectContext,
): Promise<TaskSetIdentity> {
  const service = await describeService(client, effect.service, context);
  const known = service.taskSets?.find(({ externalId }) => externalId === effect.externalId);
  if (known) return identityOf(known);
  const { CreateTaskSetCommand } = await ecsSdk();
  const command = new CreateTaskSetCommand(requestFor(service, effect));
  const { taskSet } = await client.send(command, { abortSignal: context.signal }).catch((error: unknown) => {
    throw ecsError(error, `Creating a task set of ${subjectOf(effect.service)}`);
  });
  if (!taskSet) throw new EffectError("invalid", "CreateTaskSet answered without a task set", false);
  return identityOf(taskSet);
}

const identityOf = ({ id = "", taskSetArn = "" }: TaskSet): TaskSetIdentity => ({ id, arn: taskSetArn });

function requestFor(service: Service, effect: CreateTaskSet): CreateTaskSetRequest {
  const { externalId, like, taskSet: asked } = effect;
  const original = service.taskSets?.find(({ taskSetArn }) => taskSetArn === like);
  const { awsvpcConfiguration } = asked;
  return {
    cluster: effect.service.clusterName,
    service: effect.service.serviceName,
    taskDefinition: asked.taskDefinition,
    externalId,
    clientToken: externalId,
    loadBalancers: loadBalancersOf(original, effect),
    serviceRegistries: original?.serviceRegistries ?? service.serviceRegistries ?? [],
    scale: { value: 100, unit: "PERCENT" },
    networkConfiguration: awsvpcConfiguration
      ? { awsvpcConfiguration }
      : (original?.networkConfiguration ?? service.networkConfiguration),
    ...capacityOf(service, original, asked),
  };
}

/**
 * The containers behind each target group. With several, the AppSpec's container is meant for the pair whose original
 * leads to it, to its port if to several; else for the first. The others keep the containers of the original.
 */
export function loadBalancersOf(
  original: Pick<TaskSet, "loadBalancers"> | undefined,
  {
    targetGroupArn,
    inPlaceOf,
    taskSet: { containerName, containerPort },
  }: Pick<CreateTaskSet, "targetGroupArn" | "inPlaceOf" | "taskSet">,
): LoadBalancer[] {
  const asked = { containerName, containerPort };
  if (!inPlaceOf) return [{ targetGroupArn, ...asked }];
  const present = inPlaceOf.map(({ original: arn }) =>
    original?.loadBalancers?.find((one) => one.targetGroupArn === arn),
  );
  const isSame = (one: LoadBalancer | undefined) => one?.containerName === containerName;
  const exact = present.findIndex((one) => isSame(one) && one?.containerPort === containerPort);
  const meant = Math.max(0, exact >= 0 ? exact : present.findIndex(isSame));
  return inPlaceOf.map(({ original: arn, replacement }, index) => {
    const kept = present[index];
    if (index !== meant && !kept)
      throw new EffectError("invalid", `Nobody knows what container is behind ${arn}`, false);
    const { containerName: name, containerPort: port } = index === meant ? asked : (kept ?? asked);
    return { targetGroupArn: replacement, containerName: name, containerPort: port };
  });
}

/** A strategy and a launch type exclude each other; a platform version is Fargate's. */
function capacityOf(service: Service, original: TaskSet | undefined, asked: CreateTaskSet["taskSet"]) {
  const usual = [original?.capacityProviderStrategy, service.capacityProviderStrategy].find((one) => one?.length);
  const capacityProviderStrategy = asked.capacityProviderStrategy ?? usual;
  const launchType = capacityProviderStrategy ? undefined : (original?.launchType ?? service.launchType);
  const isFargate =
    launchType === "FARGATE" ||
    capacityProviderStrategy?.some(({ capacityProvider }) => capacityProvider?.startsWith("FARGATE"));
  const platformVersion = isFargate ? (asked.platformVersion ?? "LATEST") : undefined;
  return { capacityProviderStrategy, launchType, platformVersion };
}

export async function setPrimaryTaskSet(
  client: ECSClient,
  service: EcsServiceName,
  taskSetArn: string,
  { signal }: EffectContext,
): Promise<void> {
  const { UpdateServicePrimaryTaskSetCommand } = await ecsSdk();
  const { clusterName: cluster, serviceName } = service;
  const command = new UpdateServicePrimaryTaskSetCommand({ cluster, service: serviceName, primaryTaskSet: taskSetArn });
  await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
    throw ecsError(error, `Making ${taskSetArn} the primary task set of ${subjectOf(service)}`);
  });
}

/** One that is gone, or going, is deleted. */
export async function deleteTaskSet(
  client: ECSClient,
  service: EcsServiceName,
  taskSetArn: string,
  { signal }: EffectContext,
): Promise<void> {
  const { DeleteTaskSetCommand } = await ecsSdk();
  const { clusterName: cluster, serviceName } = service;
  const command = new DeleteTaskSetCommand({ cluster, service: serviceName, taskSet: taskSetArn, force: true });
  await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
    if (!isMissing(error)) throw ecsError(error, `Deleting ${taskSetArn} of ${subjectOf(service)}`);
  });
}
