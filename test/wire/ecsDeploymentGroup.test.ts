/** Deployment groups of ECS services: one service, one pair of target groups, its listeners (semantics 2.4 to 2.6). */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import type { CreateDeploymentGroupCommandInput } from "@aws-sdk/client-codedeploy";
import { SERVICE_ROLE, uniqueName } from "../support/lambdaFixtures.ts";
import { startSignalbox } from "../support/signalbox.ts";

type Members = Partial<CreateDeploymentGroupCommandInput>;

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const applicationName = uniqueName("services");
await codedeploy.createApplication({ applicationName, computePlatform: "ECS" });

const listener = (name: string) =>
  `arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/lb/50dc6c495c0c9188/${name}`;
const pair = {
  targetGroups: [{ name: "blue" }, { name: "green" }],
  prodTrafficRoute: { listenerArns: [listener("prod")] },
};
const secondPair = {
  targetGroups: [{ name: "admin-blue" }, { name: "admin-green" }],
  prodTrafficRoute: { listenerArns: [listener("admin")] },
  testTrafficRoute: { listenerArns: [listener("admin-test")] },
};
const withPair = (changes: object): Members => ({
  loadBalancerInfo: { targetGroupPairInfoList: [{ ...pair, ...changes }] },
});

async function create(members: Members = {}): Promise<string> {
  const deploymentGroupName = uniqueName("group");
  await codedeploy.createDeploymentGroup({
    applicationName,
    deploymentGroupName,
    serviceRoleArn: SERVICE_ROLE,
    ecsServices: [{ clusterName: "main", serviceName: uniqueName("service") }],
    loadBalancerInfo: { targetGroupPairInfoList: [pair] },
    ...members,
  });
  return deploymentGroupName;
}

async function read(deploymentGroupName: string) {
  return (await codedeploy.getDeploymentGroup({ applicationName, deploymentGroupName })).deploymentGroupInfo ?? {};
}

describe("a deployment group of an ECS service", () => {
  it("always tells both waits, which `aws ecs deploy` cannot do without", async () => {
    const info = await read(await create());
    assert.equal(info.deploymentConfigName, "CodeDeployDefault.ECSAllAtOnce");
    assert.deepEqual(info.deploymentStyle, { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" });
    assert.deepEqual(info.blueGreenDeploymentConfiguration, {
      terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 0 },
      deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT", waitTimeInMinutes: 0 },
    });
    assert.deepEqual(info.loadBalancerInfo, { targetGroupPairInfoList: [pair] });
    assert.equal(info.terminationHookEnabled, undefined);
  });

  it("keeps a test listener and a wait of 120 hours", async () => {
    const testTrafficRoute = { listenerArns: [listener("test")] };
    const group = await create({
      ...withPair({ testTrafficRoute }),
      blueGreenDeploymentConfiguration: {
        deploymentReadyOption: { actionOnTimeout: "STOP_DEPLOYMENT", waitTimeInMinutes: 7200 },
      },
    });
    const info = await read(group);
    assert.deepEqual(info.loadBalancerInfo?.targetGroupPairInfoList?.[0]?.testTrafficRoute, testTrafficRoute);
    assert.equal(info.blueGreenDeploymentConfiguration?.deploymentReadyOption?.waitTimeInMinutes, 7200);
  });

  it("is the only one of its service, by whatever name the service is given, until it is deleted", async () => {
    const ecsServices = [{ clusterName: "main", serviceName: "shared" }];
    const first = await create({ ecsServices });
    const arns = {
      clusterName: "arn:aws:ecs:eu-west-1:123456789012:cluster/main",
      serviceName: "arn:aws:ecs:eu-west-1:123456789012:service/main/shared",
    };
    await assert.rejects(create({ ecsServices: [arns] }), {
      name: "ECSServiceMappingLimitExceededException",
      message: new RegExp(first),
    });
    await codedeploy.updateDeploymentGroup({ applicationName, currentDeploymentGroupName: first, ecsServices: [arns] });
    await codedeploy.deleteDeploymentGroup({ applicationName, deploymentGroupName: first });
    assert.ok(await create({ ecsServices }));
  });

  const refusals: { why: string; members: Members; error: string; text?: string | RegExp }[] = [
    { why: "no service", members: { ecsServices: [] }, error: "InvalidECSServiceException" },
    {
      why: "two services",
      members: {
        ecsServices: [
          { clusterName: "c", serviceName: "a" },
          { clusterName: "c", serviceName: "b" },
        ],
      },
      error: "InvalidECSServiceException",
    },
    {
      why: "a service without a cluster",
      members: { ecsServices: [{ serviceName: "a" }] },
      error: "InvalidECSServiceException",
    },
    { why: "no pair of target groups", members: { loadBalancerInfo: {} }, error: "InvalidTargetGroupPairException" },
    {
      why: "two pairs of target groups",
      members: { loadBalancerInfo: { targetGroupPairInfoList: [pair, secondPair] } },
      error: "InvalidTargetGroupPairException",
      text: "For ECS deployment group, targetGroupPairInfoList must have exactly one entry, not 2",
    },
    {
      why: "one target group",
      members: withPair({ targetGroups: [{ name: "blue" }] }),
      error: "InvalidTargetGroupPairException",
    },
    {
      why: "the same target group twice",
      members: withPair({ targetGroups: [{ name: "blue" }, { name: "blue" }] }),
      error: "InvalidTargetGroupPairException",
    },
    {
      why: "no production route",
      members: withPair({ prodTrafficRoute: undefined }),
      error: "InvalidTargetGroupPairException",
    },
    {
      why: "two production listeners",
      members: withPair({ prodTrafficRoute: { listenerArns: [listener("a"), listener("b")] } }),
      error: "InvalidTargetGroupPairException",
    },
    {
      why: "something that is no listener",
      members: withPair({ testTrafficRoute: { listenerArns: ["listener"] } }),
      error: "InvalidTargetGroupPairException",
    },
    {
      why: "a classic load balancer",
      members: { loadBalancerInfo: { elbInfoList: [{ name: "lb" }] } },
      error: "InvalidLoadBalancerInfoException",
      text: "For ECS deployment group, loadBalancerInfo must not contain elbInfo list",
    },
    {
      why: "Auto Scaling groups, even none",
      members: { autoScalingGroups: [] },
      error: "InvalidAutoScalingGroupException",
      text: "For ECS deployment group, autoScalingGroups can not be specified",
    },
    {
      why: "tag filters",
      members: { ec2TagFilters: [{ Key: "k", Type: "KEY_ONLY" }] },
      error: "InvalidInputException",
      text: /ec2TagFilters/,
    },
    {
      why: "in place",
      members: { deploymentStyle: { deploymentType: "IN_PLACE", deploymentOption: "WITHOUT_TRAFFIC_CONTROL" } },
      error: "InvalidDeploymentStyleException",
    },
    {
      why: "keeping the old tasks",
      members: {
        blueGreenDeploymentConfiguration: { terminateBlueInstancesOnDeploymentSuccess: { action: "KEEP_ALIVE" } },
      },
      error: "InvalidBlueGreenDeploymentConfigurationException",
    },
    {
      why: "provisioning a fleet",
      members: { blueGreenDeploymentConfiguration: { greenFleetProvisioningOption: { action: "DISCOVER_EXISTING" } } },
      error: "InvalidBlueGreenDeploymentConfigurationException",
    },
  ];
  for (const { why, members, error, text } of refusals) {
    it(`is refused: ${why}`, async () => {
      await assert.rejects(create(members), { name: error, ...(text === undefined ? {} : { message: text }) });
    });
  }
});

describe("a deployment group of an ECS service where several pairs of target groups are allowed", async () => {
  const generous = await startSignalbox({ after }, { flags: { "quota-target-group-pairs": "2" } });
  const api = generous.codeDeploy();
  const of = { applicationName, deploymentGroupName: "group" };
  const create = async (...targetGroupPairInfoList: (typeof pair)[]) => {
    await api.createDeploymentGroup({
      ...of,
      serviceRoleArn: SERVICE_ROLE,
      ecsServices: [{ clusterName: "main", serviceName: "web" }],
      loadBalancerInfo: { targetGroupPairInfoList },
    });
  };
  await api.createApplication({ applicationName, computePlatform: "ECS" });

  it("keeps and tells them as they were given", async () => {
    await create(pair, secondPair);
    const { deploymentGroupInfo } = await api.getDeploymentGroup(of);
    assert.deepEqual(deploymentGroupInfo?.loadBalancerInfo, { targetGroupPairInfoList: [pair, secondPair] });
    await api.updateDeploymentGroup({
      applicationName,
      currentDeploymentGroupName: of.deploymentGroupName,
      loadBalancerInfo: { targetGroupPairInfoList: [secondPair] },
    });
    const changed = (await api.getDeploymentGroup(of)).deploymentGroupInfo;
    assert.deepEqual(changed?.loadBalancerInfo, { targetGroupPairInfoList: [secondPair] });
    await api.deleteDeploymentGroup(of);
  });

  it("is refused more of them, and pairs that share something", async () => {
    const name = "InvalidTargetGroupPairException";
    const third = { targetGroups: [{ name: "c" }, { name: "d" }], prodTrafficRoute: { listenerArns: [listener("c")] } };
    await assert.rejects(create(pair, secondPair, third), { name, message: /must have 1 to 2 entries, not 3$/ });
    const sameListener = { ...third, prodTrafficRoute: secondPair.testTrafficRoute };
    await assert.rejects(create(secondPair, sameListener), { name, message: /^The listener \S+admin-test is in two/ });
    const sameGroup = { ...third, targetGroups: [{ name: "c" }, { name: "green" }] };
    await assert.rejects(create(pair, sameGroup), { name, message: /^The target group green is in two/ });
  });
});
