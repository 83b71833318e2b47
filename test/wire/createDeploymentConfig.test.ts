import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { CreateDeploymentConfigCommandInput, TrafficRoutingConfig } from "@aws-sdk/client-codedeploy";
import { uniqueName } from "../support/lambdaFixtures.ts";
import { assertRefused, nameRefusals, type Refusal, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

const canary = (canaryPercentage?: number, canaryInterval?: number): TrafficRoutingConfig => ({
  type: "TimeBasedCanary",
  timeBasedCanary: { canaryPercentage, canaryInterval },
});
const linear = (linearPercentage?: number, linearInterval?: number): TrafficRoutingConfig => ({
  type: "TimeBasedLinear",
  timeBasedLinear: { linearPercentage, linearInterval },
});

const accepted: [title: string, members: Partial<CreateDeploymentConfigCommandInput>][] = [
  ["Lambda, all at once", { computePlatform: "Lambda", trafficRoutingConfig: { type: "AllAtOnce" } }],
  ["Lambda, the smallest canary", { computePlatform: "Lambda", trafficRoutingConfig: canary(1, 1) }],
  ["Lambda, the largest and longest canary", { computePlatform: "Lambda", trafficRoutingConfig: canary(99, 2880) }],
  ["Lambda, linear over exactly 2880 minutes", { computePlatform: "Lambda", trafficRoutingConfig: linear(10, 320) }],
  [
    "Lambda, linear by a share that does not divide 100",
    { computePlatform: "Lambda", trafficRoutingConfig: linear(30, 960) },
  ],
  ["ECS, canary", { computePlatform: "ECS", trafficRoutingConfig: canary(50, 7) }],
  ["Server, by count", { minimumHealthyHosts: { type: "HOST_COUNT", value: 0 } }],
  ["Server, by percent", { computePlatform: "Server", minimumHealthyHosts: { type: "FLEET_PERCENT", value: 99 } }],
  [
    "Server, by zones",
    {
      computePlatform: "Server",
      minimumHealthyHosts: { type: "HOST_COUNT", value: 3 },
      zonalConfig: {
        firstZoneMonitorDurationInSeconds: 600,
        monitorDurationInSeconds: 60,
        minimumHealthyHostsPerZone: { type: "FLEET_PERCENT", value: 50 },
      },
    },
  ],
];
for (const [title, members] of accepted) {
  test(`CreateDeploymentConfig keeps what it was given: ${title}`, async () => {
    const deploymentConfigName = uniqueName("config");
    const { $metadata: _, ...answer } = await codedeploy.createDeploymentConfig({ deploymentConfigName, ...members });
    assert.deepEqual(Object.keys(answer), ["deploymentConfigId"]);
    const { deploymentConfigInfo } = await codedeploy.getDeploymentConfig({ deploymentConfigName });
    const { createTime, ...kept } = deploymentConfigInfo ?? {};
    assert.deepEqual(kept, { computePlatform: "Server", ...members, deploymentConfigName, ...answer });
    assert.equal(createTime?.getTime(), Math.round((await box.now()) * 1000));
  });
}

test("a value that is left out is 0, as clients made with Go leave it out", async () => {
  const deploymentConfigName = uniqueName("config");
  await codedeploy.createDeploymentConfig({
    deploymentConfigName,
    minimumHealthyHosts: { type: "FLEET_PERCENT" },
    zonalConfig: { minimumHealthyHostsPerZone: { type: "HOST_COUNT" } },
  });
  const { deploymentConfigInfo } = await codedeploy.getDeploymentConfig({ deploymentConfigName });
  assert.deepEqual(deploymentConfigInfo?.minimumHealthyHosts, { type: "FLEET_PERCENT", value: 0 });
  assert.deepEqual(deploymentConfigInfo?.zonalConfig?.minimumHealthyHostsPerZone, { type: "HOST_COUNT", value: 0 });
});

test("a configuration's name is free in every other account and region", async () => {
  const config = {
    deploymentConfigName: uniqueName("config"),
    minimumHealthyHosts: { type: "HOST_COUNT", value: 1 },
  } as const;
  await codedeploy.createDeploymentConfig(config);
  await box.codeDeploy({ account: "210987654321" }).createDeploymentConfig(config);
  await box.codeDeploy({ region: "us-east-2" }).createDeploymentConfig(config);
});

test("the fifty-first custom configuration is refused with DeploymentConfigLimitExceededException", async () => {
  const full = box.codeDeploy({ region: "ap-south-1" });
  const config = (index: number) => ({
    deploymentConfigName: `config-${index}`,
    minimumHealthyHosts: { type: "HOST_COUNT", value: index } as const,
  });
  await Promise.all(Array.from({ length: 50 }, (_, index) => full.createDeploymentConfig(config(index))));
  await assertRefused(full.createDeploymentConfig(config(50)), "DeploymentConfigLimitExceededException", /50 custom/);
  await full.deleteDeploymentConfig({ deploymentConfigName: "config-0" });
  await full.createDeploymentConfig(config(50));
});

const hosts = "InvalidMinimumHealthyHostValueException";
const traffic = "InvalidTrafficRoutingConfigurationException";
const zonal = "InvalidZonalDeploymentConfigurationException";
const deploymentConfigName = "refused";
const minimumHealthyHosts = { type: "HOST_COUNT", value: 1 };

const badHosts: [title: string, value: unknown, message: RegExp][] = [
  ["a count below 0", { type: "HOST_COUNT", value: -1 }, /-1.*0 or more/],
  ["a percentage of 100", { type: "FLEET_PERCENT", value: 100 }, /100.*0 to 99/],
  ["no type", { value: 1 }, /HOST_COUNT or FLEET_PERCENT/],
  [
    "the type MOST_CONCURRENCY, which is only ever returned",
    { type: "MOST_CONCURRENCY", value: 1 },
    /MOST_CONCURRENCY/,
  ],
];
const badTraffic: [title: string, value: unknown, message: RegExp][] = [
  ["no type", {}, /type/],
  ["an unknown type", { type: "Sideways" }, /Sideways.*TimeBasedCanary, TimeBasedLinear or AllAtOnce/],
  ["a canary without its member", { type: "TimeBasedCanary" }, /canaryPercentage/],
  ["a linear one without its member", { type: "TimeBasedLinear" }, /linearPercentage/],
  ["a canary with the linear member", { ...canary(10, 5), timeBasedLinear: {} }, /only the member/],
  ["all at once with a canary", { ...canary(10, 5), type: "AllAtOnce" }, /only the member/],
  ["a canary of 0 percent", canary(0, 5), /canaryPercentage: 0.*1 to 99/],
  ["a canary of 100 percent", canary(100, 5), /canaryPercentage: 100.*1 to 99/],
  ["a canary interval of 0", canary(10, 0), /canaryInterval: 0/],
  ["a canary without an interval", canary(10), /canaryInterval/],
  ["a canary of 2881 minutes", canary(10, 2881), /2881.*2880/],
  ["steps of 0 percent", linear(0, 1), /linearPercentage: 0/],
  ["steps of 100 percent", linear(100, 1), /linearPercentage: 100/],
  ["a negative linear interval", linear(10, -1), /linearInterval: -1/],
  ["linear over 2889 minutes", linear(10, 321), /2889.*2880/],
];

refuses(codedeploy, "CreateDeploymentConfig", [
  ...nameRefusals(
    "deploymentConfigName",
    { minimumHealthyHosts },
    ["DeploymentConfigNameRequiredException", "Deployment configuration name is required"],
    ["InvalidDeploymentConfigNameException", /^Invalid deployment configuration name: /],
  ),
  [
    "a name with the reserved prefix",
    { deploymentConfigName: "CodeDeployDefault.Mine", minimumHealthyHosts },
    "InvalidDeploymentConfigNameException",
    /CodeDeployDefault\..*reserved/,
  ],
  [
    "the name of a predefined configuration",
    { deploymentConfigName: "CodeDeployDefault.OneAtATime", minimumHealthyHosts },
    "DeploymentConfigAlreadyExistsException",
    "Deployment configuration already exists with name: CodeDeployDefault.OneAtATime",
  ],
  [
    "a name that is taken, before it looks at the rest",
    async () => {
      await codedeploy.createDeploymentConfig({
        deploymentConfigName: "taken",
        minimumHealthyHosts: { type: "HOST_COUNT", value: 1 },
      });
      return { deploymentConfigName: "taken" };
    },
    "DeploymentConfigAlreadyExistsException",
    "Deployment configuration already exists with name: taken",
  ],
  [
    "an unknown compute platform",
    { deploymentConfigName, computePlatform: "Mainframe" },
    "InvalidComputePlatformException",
    /Mainframe/,
  ],
  [
    "a Server configuration without hosts",
    { deploymentConfigName },
    hosts,
    /minimum healthy hosts argument is missing/,
  ],
  ...badHosts.map(
    ([title, value, message]): Refusal => [
      `minimum healthy hosts with ${title}`,
      { deploymentConfigName, minimumHealthyHosts: value },
      hosts,
      message,
    ],
  ),
  [
    "minimum healthy hosts for Lambda",
    { deploymentConfigName, computePlatform: "Lambda", minimumHealthyHosts, trafficRoutingConfig: canary(10, 5) },
    hosts,
    /Lambda.*no minimumHealthyHosts/,
  ],
  [
    "traffic routing for Server",
    { deploymentConfigName, minimumHealthyHosts, trafficRoutingConfig: canary(10, 5) },
    traffic,
    /Server.*no trafficRoutingConfig/,
  ],
  [
    "a Lambda configuration without traffic routing",
    { deploymentConfigName, computePlatform: "Lambda" },
    traffic,
    /needs a trafficRoutingConfig/,
  ],
  ...badTraffic.map(
    ([title, trafficRoutingConfig, message]): Refusal => [
      `traffic routing with ${title}`,
      { deploymentConfigName, computePlatform: "Lambda", trafficRoutingConfig },
      traffic,
      message,
    ],
  ),
  [
    "zones for Lambda",
    { deploymentConfigName, computePlatform: "Lambda", trafficRoutingConfig: canary(10, 5), zonalConfig: {} },
    zonal,
    /Lambda.*no zonalConfig/,
  ],
  [
    "a negative zone monitor duration",
    { deploymentConfigName, minimumHealthyHosts, zonalConfig: { monitorDurationInSeconds: -1 } },
    zonal,
    /monitorDurationInSeconds/,
  ],
  [
    "an unknown kind of hosts per zone",
    {
      deploymentConfigName,
      minimumHealthyHosts,
      zonalConfig: { minimumHealthyHostsPerZone: { type: "SOME", value: 1 } },
    },
    zonal,
    /SOME/,
  ],
  [
    "100 percent of hosts per zone",
    {
      deploymentConfigName,
      minimumHealthyHosts,
      zonalConfig: { minimumHealthyHostsPerZone: { type: "FLEET_PERCENT", value: 100 } },
    },
    zonal,
    /100/,
  ],
]);
