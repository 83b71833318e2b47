/** The 17 configurations that every account has (semantics 2.3), with fixed ids. They are nowhere in the store. */
import type { ComputePlatform } from "../shapes/codedeploy.ts";
import type { DeploymentConfigRecord } from "./deploymentConfig.ts";

/**
 * By the last digits of their ids: 22 was recorded from the real service, 1 to 3 are recollected, the others are ours
 * (semantics 2.3). The real service shows no createTime for them.
 */
const entries: [id: number, name: string, platform: ComputePlatform, members: Partial<DeploymentConfigRecord>][] = [
  [1, "OneAtATime", "Server", { minimumHealthyHosts: { type: "MOST_CONCURRENCY", value: 1 } }],
  [2, "HalfAtATime", "Server", { minimumHealthyHosts: { type: "FLEET_PERCENT", value: 50 } }],
  [3, "AllAtOnce", "Server", { minimumHealthyHosts: { type: "FLEET_PERCENT", value: 0 } }],
  [4, "LambdaAllAtOnce", "Lambda", allAtOnce()],
  [5, "LambdaCanary10Percent5Minutes", "Lambda", canary(5)],
  [6, "LambdaCanary10Percent10Minutes", "Lambda", canary(10)],
  [7, "LambdaCanary10Percent15Minutes", "Lambda", canary(15)],
  [8, "LambdaCanary10Percent30Minutes", "Lambda", canary(30)],
  [9, "LambdaLinear10PercentEvery1Minute", "Lambda", linear(1)],
  [10, "LambdaLinear10PercentEvery2Minutes", "Lambda", linear(2)],
  [11, "LambdaLinear10PercentEvery3Minutes", "Lambda", linear(3)],
  [12, "LambdaLinear10PercentEvery10Minutes", "Lambda", linear(10)],
  [13, "ECSAllAtOnce", "ECS", allAtOnce()],
  [14, "ECSCanary10Percent5Minutes", "ECS", canary(5)],
  [22, "ECSCanary10Percent15Minutes", "ECS", canary(15)],
  [16, "ECSLinear10PercentEvery1Minutes", "ECS", linear(1)],
  [17, "ECSLinear10PercentEvery3Minutes", "ECS", linear(3)],
];

/** By name. */
export const predefinedDeploymentConfigs: ReadonlyMap<string, DeploymentConfigRecord> = new Map(
  entries.map(([id, shortName, computePlatform, members]) => {
    const deploymentConfigName = `CodeDeployDefault.${shortName}`;
    const deploymentConfigId = `00000000-0000-0000-0000-${String(id).padStart(12, "0")}`;
    return [deploymentConfigName, { deploymentConfigId, deploymentConfigName, computePlatform, ...members }];
  }),
);

function allAtOnce(): Partial<DeploymentConfigRecord> {
  return { trafficRoutingConfig: { type: "AllAtOnce" } };
}

function canary(canaryInterval: number): Partial<DeploymentConfigRecord> {
  return {
    trafficRoutingConfig: { type: "TimeBasedCanary", timeBasedCanary: { canaryPercentage: 10, canaryInterval } },
  };
}

function linear(linearInterval: number): Partial<DeploymentConfigRecord> {
  return {
    trafficRoutingConfig: { type: "TimeBasedLinear", timeBasedLinear: { linearPercentage: 10, linearInterval } },
  };
}
