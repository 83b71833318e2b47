import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { DeploymentConfigInfo } from "@aws-sdk/client-codedeploy";
import { assertRefused, nameRefusals, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

const allAtOnce: DeploymentConfigInfo = { trafficRoutingConfig: { type: "AllAtOnce" } };
const canary = (canaryInterval: number): DeploymentConfigInfo => ({
  trafficRoutingConfig: { type: "TimeBasedCanary", timeBasedCanary: { canaryPercentage: 10, canaryInterval } },
});
const linear = (linearInterval: number): DeploymentConfigInfo => ({
  trafficRoutingConfig: { type: "TimeBasedLinear", timeBasedLinear: { linearPercentage: 10, linearInterval } },
});

/** Is returned and may not be set, which is why the SDK does not know it. */
const MOST_CONCURRENCY = "MOST_CONCURRENCY" as "HOST_COUNT";

/** As AWS documents them, with the last digits of their ids: some recorded from the real service, the others ours. */
const predefined: [id: number, name: string, members: DeploymentConfigInfo][] = [
  [1, "OneAtATime", { computePlatform: "Server", minimumHealthyHosts: { type: MOST_CONCURRENCY, value: 1 } }],
  [2, "HalfAtATime", { computePlatform: "Server", minimumHealthyHosts: { type: "FLEET_PERCENT", value: 50 } }],
  [3, "AllAtOnce", { computePlatform: "Server", minimumHealthyHosts: { type: "FLEET_PERCENT", value: 0 } }],
  [4, "LambdaAllAtOnce", { computePlatform: "Lambda", ...allAtOnce }],
  [5, "LambdaCanary10Percent5Minutes", { computePlatform: "Lambda", ...canary(5) }],
  [6, "LambdaCanary10Percent10Minutes", { computePlatform: "Lambda", ...canary(10) }],
  [7, "LambdaCanary10Percent15Minutes", { computePlatform: "Lambda", ...canary(15) }],
  [8, "LambdaCanary10Percent30Minutes", { computePlatform: "Lambda", ...canary(30) }],
  [9, "LambdaLinear10PercentEvery1Minute", { computePlatform: "Lambda", ...linear(1) }],
  [10, "LambdaLinear10PercentEvery2Minutes", { computePlatform: "Lambda", ...linear(2) }],
  [11, "LambdaLinear10PercentEvery3Minutes", { computePlatform: "Lambda", ...linear(3) }],
  [12, "LambdaLinear10PercentEvery10Minutes", { computePlatform: "Lambda", ...linear(10) }],
  [13, "ECSAllAtOnce", { computePlatform: "ECS", ...allAtOnce }],
  [14, "ECSCanary10Percent5Minutes", { computePlatform: "ECS", ...canary(5) }],
  [22, "ECSCanary10Percent15Minutes", { computePlatform: "ECS", ...canary(15) }],
  [16, "ECSLinear10PercentEvery1Minutes", { computePlatform: "ECS", ...linear(1) }],
  [17, "ECSLinear10PercentEvery3Minutes", { computePlatform: "ECS", ...linear(3) }],
];

for (const [id, shortName, members] of predefined) {
  test(`CodeDeployDefault.${shortName} is there for everyone, with exactly its members`, async () => {
    const deploymentConfigName = `CodeDeployDefault.${shortName}`;
    const deploymentConfigId = `00000000-0000-0000-0000-${String(id).padStart(12, "0")}`;
    for (const principal of [{}, { account: "210987654321", region: "us-east-2" }]) {
      const { deploymentConfigInfo } = await box.codeDeploy(principal).getDeploymentConfig({ deploymentConfigName });
      assert.deepEqual(deploymentConfigInfo, { deploymentConfigName, deploymentConfigId, ...members });
    }
  });
}

test("a custom configuration of another account or region is not found", async () => {
  await codedeploy.createDeploymentConfig({
    deploymentConfigName: "here-only",
    minimumHealthyHosts: { type: "HOST_COUNT", value: 1 },
  });
  for (const principal of [{ account: "210987654321" }, { region: "us-east-2" }]) {
    await assertRefused(
      box.codeDeploy(principal).getDeploymentConfig({ deploymentConfigName: "here-only" }),
      "DeploymentConfigDoesNotExistException",
      "No Deployment Configuration found for name: here-only",
    );
  }
});

refuses(codedeploy, "GetDeploymentConfig", [
  ...nameRefusals(
    "deploymentConfigName",
    {},
    ["DeploymentConfigNameRequiredException", "Deployment configuration name is required"],
    ["InvalidDeploymentConfigNameException", /^Invalid deployment configuration name: /],
  ),
  [
    "an unknown configuration",
    { deploymentConfigName: "unknown" },
    "DeploymentConfigDoesNotExistException",
    "No Deployment Configuration found for name: unknown",
  ],
  [
    "a predefined one in the wrong case",
    { deploymentConfigName: "CodeDeployDefault.allAtOnce" },
    "DeploymentConfigDoesNotExistException",
    "No Deployment Configuration found for name: CodeDeployDefault.allAtOnce",
  ],
]);
