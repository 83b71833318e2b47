/** A new service: who controls it decides what it starts with. */
import type { Scope } from "../../protocol/http.ts";
import {
  type CreateServiceRequest,
  DeploymentControllerTypeValues,
  InvalidParameterException,
  type TaskDefinition,
} from "../../shapes/ecs.ts";
import { requireDefinition } from "./definitionOperations.ts";
import { requireName, type ServiceId } from "./names.ts";
import { type Operation, type Parts, requireCluster, requireOneOf, requireToken } from "./operation.ts";
import type { Controller, ServiceRecord } from "./records.ts";
import { newRollout } from "./rollouts.ts";
import { placementOf, requireBuilt, requireLoadBalancers, requireNetwork } from "./serviceRules.ts";
import { requireTags } from "./tags.ts";
import { serviceView } from "./views.ts";

export const createService: Operation<"CreateService"> = (parts, scope, input) => {
  const { store, scheduler } = parts;
  const { id: cluster } = requireCluster(store, scope, input.cluster);
  if (!input.serviceName) throw new InvalidParameterException("Service name can not be blank.");
  const id: ServiceId = { ...cluster, service: requireName(input.serviceName, "serviceName") };
  requireToken(input.clientToken);
  const known = store.findService(id);
  if (known?.status === "ACTIVE") {
    if (input.clientToken === undefined || known.clientToken !== input.clientToken) {
      throw new InvalidParameterException("Creation of service was not idempotent.");
    }
    return { service: serviceView(store, id, known) };
  }
  if (known?.status === "DRAINING") {
    throw new InvalidParameterException("Unable to Start a service that is still Draining.");
  }
  const service = madeService(parts, scope, id, input);
  store.putService(id, service);
  scheduler.wake(id);
  return { service: serviceView(store, id, service, ["TAGS"]) };
};

function madeService(parts: Parts, scope: Scope, id: ServiceId, input: CreateServiceRequest): ServiceRecord {
  requireBuilt("A service", input);
  requireOneOf(input.deploymentController?.type, "deploymentController", DeploymentControllerTypeValues);
  const controller = (input.deploymentController?.type ?? "ECS") as Controller;
  const definition = requireForController(parts, scope, controller, input);
  const loadBalancers = input.loadBalancers ?? [];
  const placement = controller === "EXTERNAL" ? {} : placementOf(input);
  const rollout =
    definition &&
    newRollout(parts, {
      status: "PRIMARY",
      taskDefinition: definition.taskDefinitionArn ?? "",
      loadBalancers,
      placement,
    });
  return {
    ...placement,
    name: id.service,
    cluster: id.cluster,
    status: "ACTIVE",
    controller,
    desiredCount: input.desiredCount ?? 0,
    taskDefinition: definition?.taskDefinitionArn,
    loadBalancers,
    clientToken: input.clientToken,
    roleArn: input.role ?? (loadBalancers.length > 0 ? serviceLinkedRole(scope) : undefined),
    deploymentConfiguration: withDefaults(input.deploymentConfiguration),
    placementConstraints: input.placementConstraints ?? [],
    placementStrategy: input.placementStrategy ?? [],
    healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? (loadBalancers.length > 0 ? 0 : undefined),
    availabilityZoneRebalancing: input.availabilityZoneRebalancing ?? "DISABLED",
    enableECSManagedTags: input.enableECSManagedTags ?? false,
    propagateTags: input.propagateTags ?? "NONE",
    createdAt: parts.clock.now(),
    createdBy: `arn:aws:iam::${scope.accountId}:root`,
    rollouts: rollout ? [rollout] : [],
    events: [],
    tags: requireTags(input.tags),
  };
}

/** The definition that the service starts with; none where its task sets bring their own. */
function requireForController(
  { store, targetGroups, mostTargetGroups }: Parts,
  scope: Scope,
  controller: Controller,
  input: CreateServiceRequest,
): TaskDefinition | undefined {
  if (controller === "EXTERNAL") {
    const { taskDefinition, launchType, platformVersion, networkConfiguration, loadBalancers } = input;
    const others = { taskDefinition, launchType, platformVersion, networkConfiguration, loadBalancers };
    for (const [member, value] of Object.entries(others)) {
      if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
      throw new InvalidParameterException(
        `${member} cannot be given for a service with an EXTERNAL deployment controller; its task sets have their own.`,
      );
    }
    return undefined;
  }
  if (input.desiredCount === undefined) throw new InvalidParameterException("Desired count must be specified.");
  const { definition } = requireDefinition(store, scope, input.taskDefinition);
  const loadBalancers = input.loadBalancers ?? [];
  requireNetwork(definition, input.networkConfiguration);
  requireLoadBalancers(targetGroups, definition, loadBalancers, { attached: true });
  const { length } = loadBalancers;
  if (controller === "CODE_DEPLOY" && (length === 0 || length > mostTargetGroups)) {
    const allowed = mostTargetGroups === 1 ? "one target group" : `1 to ${mostTargetGroups} target groups`;
    throw new InvalidParameterException(`A service with a CODE_DEPLOY deployment controller must have ${allowed}.`);
  }
  return definition;
}

const serviceLinkedRole = ({ accountId }: Scope) =>
  `arn:aws:iam::${accountId}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`;

const withDefaults = (given: CreateServiceRequest["deploymentConfiguration"]) => ({
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  ...given,
  deploymentCircuitBreaker: { enable: false, rollback: false },
});
