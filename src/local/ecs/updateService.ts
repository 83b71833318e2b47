/** Changes to a service: what its controller allows, and what of it begins a new deployment. */
import { isDeepStrictEqual } from "node:util";
import type { Scope } from "../../protocol/http.ts";
import { InvalidParameterException, type UpdateServiceRequest } from "../../shapes/ecs.ts";
import { requireDefinition } from "./definitionOperations.ts";
import { definitionArn, readDefinition } from "./names.ts";
import { type Operation, type Parts, refuseMembers, requireActiveService, requireCluster } from "./operation.ts";
import type { ServiceRecord } from "./records.ts";
import { newRollout } from "./rollouts.ts";
import { placementOf, requireBuilt, requireLoadBalancers, requireNetwork } from "./serviceRules.ts";
import { serviceView } from "./views.ts";

export const updateService: Operation<"UpdateService"> = (parts, scope, input) => {
  const { store, scheduler } = parts;
  const { id: cluster } = requireCluster(store, scope, input.cluster);
  const { id, value } = requireActiveService(store, cluster, input.service);
  requireBuilt("A service", input);
  if (input.deploymentController?.type !== undefined && input.deploymentController.type !== value.controller) {
    refuseMembers("UpdateService", { deploymentController: input.deploymentController });
  }
  const plain = withPlainChanges(value, input);
  const changed = value.controller === "ECS" ? withDeployment(parts, scope, plain, input) : plain;
  if (value.controller !== "ECS") requireLeftToController(value, input);
  store.putService(id, changed);
  scheduler.wake(id);
  return { service: serviceView(store, id, changed, ["TAGS"]) };
};

/** What no controller minds. */
function withPlainChanges(service: ServiceRecord, input: UpdateServiceRequest): ServiceRecord {
  const { desiredCount, healthCheckGracePeriodSeconds, availabilityZoneRebalancing, propagateTags } = input;
  const { placementConstraints, placementStrategy, enableECSManagedTags, deploymentConfiguration } = input;
  return {
    ...service,
    desiredCount: desiredCount ?? service.desiredCount,
    healthCheckGracePeriodSeconds: healthCheckGracePeriodSeconds ?? service.healthCheckGracePeriodSeconds,
    availabilityZoneRebalancing: availabilityZoneRebalancing ?? service.availabilityZoneRebalancing,
    propagateTags: propagateTags ?? service.propagateTags,
    placementConstraints: placementConstraints ?? service.placementConstraints,
    placementStrategy: placementStrategy ?? service.placementStrategy,
    enableECSManagedTags: enableECSManagedTags ?? service.enableECSManagedTags,
    deploymentConfiguration: { ...service.deploymentConfiguration, ...deploymentConfiguration },
  };
}

/** Task sets are changed by whoever makes them. The sentences are AWS's. */
function requireLeftToController({ controller }: ServiceRecord, input: UpdateServiceRequest): void {
  const advice =
    controller === "CODE_DEPLOY"
      ? "Use AWS CodeDeploy to trigger a new deployment."
      : "Use CreateTaskSet to create a new task set.";
  const refuse = (what: string) => {
    throw new InvalidParameterException(
      `Unable to update ${what} on services with ${controller === "EXTERNAL" ? "an" : "a"} ${controller} deployment controller. ${advice}`,
    );
  };
  if (input.taskDefinition !== undefined) refuse("task definition");
  if (input.networkConfiguration !== undefined) refuse("network parameters");
  if (input.loadBalancers?.length) refuse("load balancers");
  if (input.platformVersion !== undefined) refuse("platform version");
  if (input.capacityProviderStrategy?.length) refuse("capacity provider strategy");
  if (input.forceNewDeployment) {
    throw new InvalidParameterException(
      `Cannot force a new deployment on services with ${controller === "EXTERNAL" ? "an" : "a"} ${controller} deployment controller. ${advice}`,
    );
  }
}

/** The service with a new PRIMARY deployment, where what its tasks are made of has changed, or somebody insists. */
function withDeployment(
  parts: Parts,
  scope: Scope,
  service: ServiceRecord,
  input: UpdateServiceRequest,
): ServiceRecord {
  const named = input.taskDefinition ?? service.taskDefinition;
  const isSame = named === service.taskDefinition;
  const { definition } = isSame
    ? currentDefinition(parts, scope, service)
    : requireDefinition(parts.store, scope, named);
  const placement = placementOf({
    launchType: input.capacityProviderStrategy?.length ? undefined : service.launchType,
    capacityProviderStrategy: input.capacityProviderStrategy ?? service.capacityProviderStrategy,
    platformVersion: input.platformVersion ?? service.platformVersion,
    networkConfiguration: input.networkConfiguration ?? service.networkConfiguration,
  });
  const loadBalancers = input.loadBalancers ?? service.loadBalancers;
  requireNetwork(definition, placement.networkConfiguration);
  requireLoadBalancers(parts.targetGroups, definition, loadBalancers, { attached: input.loadBalancers !== undefined });
  const taskDefinition = definition.taskDefinitionArn ?? "";
  const [primary] = service.rollouts;
  const before = primary && [primary.taskDefinition, placementOf(primary), primary.loadBalancers];
  if (!input.forceNewDeployment && isDeepStrictEqual(before, [taskDefinition, placement, loadBalancers]))
    return service;
  const rollout = newRollout(parts, { status: "PRIMARY", taskDefinition, loadBalancers, placement });
  const now = parts.clock.now();
  const replaced = service.rollouts.map((old) => ({ ...old, status: "ACTIVE" as const, updatedAt: now }));
  return {
    ...service,
    launchType: undefined,
    ...placement,
    taskDefinition,
    loadBalancers,
    rollouts: [rollout, ...replaced],
  };
}

/** The definition that is in use already, which may be inactive by now. */
function currentDefinition({ store }: Parts, scope: Scope, service: ServiceRecord) {
  const { family = "", revision = 0 } = readDefinition(scope, service.taskDefinition ?? "") ?? {};
  const id = { accountId: scope.accountId, region: scope.region, family, revision };
  const found = store.findDefinition(id);
  if (!found) throw new InvalidParameterException(`The task definition ${definitionArn(id)} does not exist.`);
  return found;
}
