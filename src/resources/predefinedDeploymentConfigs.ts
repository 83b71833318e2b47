/** The 17 configurations that every account has (semantics 2.3), with fixed ids. They are nowhere in the store. */
import type { ComputePlatform } from "../shapes/codedeploy.ts";
import type { DeploymentConfigRecord } from "./deploymentConfig.ts";

/** Unpublished; a moment before any deployment can exist. */
const CREATE_TIME = 0;

const entries: [name: string, platform: ComputePlatform, members: Partial<DeploymentConfigRecord>][] = [
  ["OneAtATime", "Server", { minimumHealthyHosts: { type: "MOST_CONCURRENCY", value: 1 } }],
  ["HalfAtATime", "Server", { minimumHealthyHosts: { type: "FLEET_PERCENT", value: 50 } }],
  ["AllAtOnce", "Server", { minimumHealthyHosts: { type: "FLEET_PERCENT", value: 0 } }],
  ["LambdaAllAtOnce", "Lambda", allAtOnce()],
  ["LambdaCanary10Percent5Minutes", "Lambda", canary(5)],
  ["LambdaCanary10Percent10Minutes", "Lambda", canary(10)],
  ["LambdaCanary10Percent15Minutes", "Lambda", canary(15)],
  ["LambdaCanary10Percent30Minutes", "Lambda", canary(30)],
  ["LambdaLinear10PercentEvery1Minute", "Lambda", linear(1)],
  ["LambdaLinear10PercentEvery2Minutes", "Lambda", linear(2)],
  ["LambdaLinear10PercentEvery3Minutes", "Lambda", linear(3)],
  ["LambdaLinear10PercentEvery10Minutes", "Lambda", linear(10)],
  ["ECSAllAtOnce", "ECS", allAtOnce()],
  ["ECSCanary10Percent5Minutes", "ECS", canary(5)],
  ["ECSCanary10Percent15Minutes", "ECS", canary(15)],
  ["ECSLinear10PercentEvery1Minutes", "ECS", linear(1)],
  ["ECSLinear10PercentEvery3Minutes", "ECS", linear(3)],
];

/** By name, in the order of their ids. */
export const predefinedDeploymentConfigs: ReadonlyMap<string, DeploymentConfigRecord> = new Map(
  entries.map(([shortName, computePlatform, members], index) => {
    const deploymentConfigName = `CodeDeployDefault.${shortName}`;
    const deploymentConfigId = `00000000-0000-0000-0000-${String(index + 1).padStart(12, "0")}`;
    return [
      deploymentConfigName,
      { deploymentConfigId, deploymentConfigName, computePlatform, createTime: CREATE_TIME, ...members },
    ];
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
