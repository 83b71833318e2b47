/** How deployments to ECS are asked for: the group's part of the request, and the AppSpec as text. */
import type { EcsHook } from "../../../src/resources/appSpec/ecsAppSpec.ts";
import type { CreateDeploymentGroupInput } from "../../../src/shapes/codedeploy.ts";
import type { KnownAppSpec } from "../known.ts";
import { MINUTE, SECOND } from "../times.ts";
import type { ServiceScript } from "./ecsScenario.ts";
import { CONTAINERS, groupName, listenerArn, pairsOf, serviceName, TEST_HEADER } from "./serviceModel.ts";

/** Every request has a revision of its own. */
export const taskDefinition = (index: number): string =>
  `arn:aws:ecs:eu-west-1:111122223333:task-definition/web:${index + 2}`;

/** What a group has where its deployments go to ECS; nothing where they go to Lambda. */
export function ecsGroup(script: ServiceScript | undefined, group: number): Partial<CreateDeploymentGroupInput> {
  if (!script) return {};
  const { hasTestListener, rerouteWaitMs, terminationWaitMs } = script;
  return {
    deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
    blueGreenDeploymentConfiguration: {
      terminateBlueInstancesOnDeploymentSuccess: {
        action: "TERMINATE",
        terminationWaitTimeInMinutes: terminationWaitMs / MINUTE,
      },
      deploymentReadyOption:
        rerouteWaitMs === null
          ? { actionOnTimeout: "CONTINUE_DEPLOYMENT" }
          : { actionOnTimeout: "STOP_DEPLOYMENT", waitTimeInMinutes: rerouteWaitMs / MINUTE },
    },
    ecsServices: [{ clusterName: "shop", serviceName: serviceName(group) }],
    loadBalancerInfo: {
      targetGroupPairInfoList: pairsOf(script).map((pair) => ({
        targetGroups: [{ name: groupName("blue", group, pair) }, { name: groupName("green", group, pair) }],
        prodTrafficRoute: { listenerArns: [listenerArn("production", group, pair)] },
        ...(hasTestListener && { testTrafficRoute: { listenerArns: [listenerArn("test", group, pair)] } }),
      })),
    },
  };
}

export function ecsTags(script: ServiceScript | undefined): { Key: string; Value: string }[] {
  if (!script) return [];
  const { bakeMs, hasTestHeader } = script;
  return [
    ...(bakeMs > 0 ? [{ Key: "signalbox:bake", Value: `${bakeMs / SECOND}s` }] : []),
    ...(hasTestHeader ? [{ Key: "signalbox:test-header", Value: TEST_HEADER }] : []),
  ];
}

export function ecsAppSpec(index: number, Hooks: Record<string, string>[]): string {
  const { containerName: ContainerName, containerPort: ContainerPort } = CONTAINERS[0];
  const LoadBalancerInfo = { ContainerName, ContainerPort };
  const Properties = { TaskDefinition: taskDefinition(index), LoadBalancerInfo };
  return JSON.stringify({
    version: 0,
    Resources: [{ web: { Type: "AWS::ECS::Service", Properties } }],
    ...(Hooks.length > 0 ? { Hooks } : {}),
  });
}

/** An AppSpec as it is written above; `null` for one that is not complete. */
export function readEcsWritten(content: string): KnownAppSpec | null {
  try {
    const { Hooks = [] } = JSON.parse(content) as { Hooks?: Partial<Record<EcsHook, string>>[] };
    const nowhere = { functionName: "", alias: "", currentVersion: "", targetVersion: "" };
    return { ...nowhere, hooks: Object.assign({}, ...Hooks) };
  } catch {
    return null;
  }
}
