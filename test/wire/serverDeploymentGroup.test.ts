/** Deployment groups of servers: which instances, in place or blue/green, behind which load balancer (semantics 2.4 to 2.6). */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import type { CreateDeploymentGroupCommandInput, UpdateDeploymentGroupCommandInput } from "@aws-sdk/client-codedeploy";
import { SERVICE_ROLE, uniqueName } from "../support/lambdaFixtures.ts";
import { startSignalbox } from "../support/signalbox.ts";

type Members = Partial<CreateDeploymentGroupCommandInput>;

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const applicationName = uniqueName("servers");
await codedeploy.createApplication({ applicationName, computePlatform: "Server" });

async function create(members: Members = {}): Promise<string> {
  const deploymentGroupName = uniqueName("group");
  await codedeploy.createDeploymentGroup({
    applicationName,
    deploymentGroupName,
    serviceRoleArn: SERVICE_ROLE,
    ...members,
  });
  return deploymentGroupName;
}

async function read(deploymentGroupName: string) {
  return (await codedeploy.getDeploymentGroup({ applicationName, deploymentGroupName })).deploymentGroupInfo ?? {};
}

async function update(currentDeploymentGroupName: string, members: Partial<UpdateDeploymentGroupCommandInput>) {
  await codedeploy.updateDeploymentGroup({ applicationName, currentDeploymentGroupName, ...members });
  return read(currentDeploymentGroupName);
}

const name = { Key: "Name", Value: "web", Type: "KEY_AND_VALUE" as const };
const balanced: Members = {
  deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
  loadBalancerInfo: { targetGroupInfoList: [{ name: "blue" }] },
};
const copy: Members = {
  ...balanced,
  blueGreenDeploymentConfiguration: { greenFleetProvisioningOption: { action: "COPY_AUTO_SCALING_GROUP" } },
};

describe("a deployment group of servers", () => {
  it("without settings is in place, without traffic control, one at a time", async () => {
    const { deploymentGroupId, deploymentGroupName, ...info } = await read(await create());
    assert.match(deploymentGroupId ?? "", /^[0-9a-f-]{36}$/);
    assert.ok(deploymentGroupName);
    assert.deepEqual(info, {
      applicationName,
      computePlatform: "Server",
      deploymentConfigName: "CodeDeployDefault.OneAtATime",
      serviceRoleArn: SERVICE_ROLE,
      deploymentStyle: { deploymentType: "IN_PLACE", deploymentOption: "WITHOUT_TRAFFIC_CONTROL" },
      autoRollbackConfiguration: { enabled: false },
      alarmConfiguration: { enabled: false, ignorePollAlarmFailure: false, alarms: [] },
      ec2TagFilters: [],
      onPremisesInstanceTagFilters: [],
      autoScalingGroups: [],
      triggerConfigurations: [],
      outdatedInstancesStrategy: "UPDATE",
      terminationHookEnabled: false,
    });
  });

  it("shows Auto Scaling groups as objects, and detaches all of them by an empty list", async () => {
    const group = await create({ autoScalingGroups: ["a", "b"], terminationHookEnabled: true });
    assert.deepEqual((await read(group)).autoScalingGroups, [{ name: "a" }, { name: "b" }]);
    assert.equal((await update(group, { outdatedInstancesStrategy: "IGNORE" })).autoScalingGroups?.length, 2);
    const changed = await update(group, { autoScalingGroups: [], terminationHookEnabled: false });
    assert.deepEqual(changed.autoScalingGroups, []);
    assert.equal(changed.outdatedInstancesStrategy, "IGNORE");
  });

  it("says which instances it wants in one form: a new form takes the place of the old one", async () => {
    const group = await create({ ec2TagFilters: [name], onPremisesInstanceTagFilters: [name] });
    const withSet = await update(group, { ec2TagSet: { ec2TagSetList: [[name], [name]] } });
    assert.deepEqual(withSet.ec2TagSet, { ec2TagSetList: [[name], [name]] });
    assert.equal(withSet.ec2TagFilters, undefined);
    assert.deepEqual(withSet.onPremisesInstanceTagFilters, [name], "the other kind of instance is left alone");
    const withFilters = await update(group, { ec2TagFilters: [name] });
    assert.deepEqual(withFilters.ec2TagFilters, [name]);
    assert.equal(withFilters.ec2TagSet, undefined);
  });

  it("completes a blue/green configuration with what its absent members mean", async () => {
    const group = await create({ ...balanced, blueGreenDeploymentConfiguration: {} });
    assert.deepEqual((await read(group)).blueGreenDeploymentConfiguration, {
      terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 0 },
      deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT", waitTimeInMinutes: 0 },
      greenFleetProvisioningOption: { action: "DISCOVER_EXISTING" },
    });
    assert.ok(await create({ ...copy, autoScalingGroups: ["only"] }));
  });

  it("is judged as a whole when a part of it changes", async () => {
    const group = await create({ ...copy, autoScalingGroups: ["only"] });
    const detach = update(group, { autoScalingGroups: [] });
    await assert.rejects(detach, { name: "InvalidBlueGreenDeploymentConfigurationException" });
    assert.deepEqual((await read(group)).autoScalingGroups, [{ name: "only" }], "a refused update changes nothing");
  });

  const filters = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Type: "KEY_ONLY" as const }));
  const refusals: { why: string; members: Members; error: string; text?: string | RegExp }[] = [
    {
      why: "both forms of EC2 tags",
      members: { ec2TagFilters: [name], ec2TagSet: { ec2TagSetList: [[name]] } },
      error: "InvalidEC2TagCombinationException",
    },
    {
      why: "both forms of on-premises tags",
      members: { onPremisesInstanceTagFilters: [name], onPremisesTagSet: { onPremisesTagSetList: [[name]] } },
      error: "InvalidOnPremisesTagCombinationException",
    },
    {
      why: "four tag sets",
      members: { ec2TagSet: { ec2TagSetList: [[name], [name], [name], [name]] } },
      error: "TagSetListLimitExceededException",
    },
    {
      why: "eleven tag filters",
      members: { ec2TagFilters: filters(11) },
      error: "InvalidEC2TagException",
      text: /11 tag filters.*at most 10/,
    },
    {
      why: "a key-only filter without a key",
      members: { ec2TagFilters: [{ Type: "KEY_ONLY", Value: "x" }] },
      error: "InvalidEC2TagException",
    },
    {
      why: "an unknown filter type",
      members: { onPremisesInstanceTagFilters: [{ Type: "BOTH" as "KEY_ONLY", Key: "x" }] },
      error: "InvalidTagException",
      text: /BOTH/,
    },
    {
      why: "an Auto Scaling group without a name",
      members: { autoScalingGroups: [""] },
      error: "InvalidAutoScalingGroupException",
    },
    {
      why: "eleven Auto Scaling groups",
      members: { autoScalingGroups: filters(11).map(({ Key }) => Key) },
      error: "InvalidAutoScalingGroupException",
    },
    {
      why: "traffic control without a load balancer",
      members: { deploymentStyle: { deploymentType: "IN_PLACE", deploymentOption: "WITH_TRAFFIC_CONTROL" } },
      error: "InvalidLoadBalancerInfoException",
      text: /^The specification for load balancing in the deployment group is invalid\. The deploymentOption value is set to WITH_TRAFFIC_CONTROL, but either no load balancer was specified in elbInfoList or no target group was specified in targetGroupInfoList\./,
    },
    {
      why: "blue/green without a load balancer",
      members: {
        deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITHOUT_TRAFFIC_CONTROL" },
        blueGreenDeploymentConfiguration: {},
      },
      error: "InvalidLoadBalancerInfoException",
    },
    {
      why: "blue/green without its configuration",
      members: balanced,
      error: "InvalidBlueGreenDeploymentConfigurationException",
    },
    {
      why: "copying no Auto Scaling group",
      members: copy,
      error: "InvalidBlueGreenDeploymentConfigurationException",
      text: "Exactly one AutoScaling group must be specified when selecting the COPY_AUTO_SCALING_GROUP green fleet provisioning option.",
    },
    {
      why: "copying two Auto Scaling groups",
      members: { ...copy, autoScalingGroups: ["a", "b"] },
      error: "InvalidBlueGreenDeploymentConfigurationException",
    },
    {
      why: "blue/green for on-premises instances",
      members: { ...balanced, blueGreenDeploymentConfiguration: {}, onPremisesInstanceTagFilters: [name] },
      error: "InvalidDeploymentStyleException",
    },
    {
      why: "a wait without STOP_DEPLOYMENT",
      members: { ...balanced, blueGreenDeploymentConfiguration: { deploymentReadyOption: { waitTimeInMinutes: 5 } } },
      error: "InvalidBlueGreenDeploymentConfigurationException",
    },
    {
      why: "a wait of more than 48 hours",
      members: {
        ...balanced,
        blueGreenDeploymentConfiguration: {
          deploymentReadyOption: { actionOnTimeout: "STOP_DEPLOYMENT", waitTimeInMinutes: 2881 },
        },
      },
      error: "InvalidBlueGreenDeploymentConfigurationException",
      text: /2881.*0 to 2880/,
    },
    {
      why: "a termination wait of more than 48 hours",
      members: {
        ...balanced,
        blueGreenDeploymentConfiguration: {
          terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 2881 },
        },
      },
      error: "InvalidBlueGreenDeploymentConfigurationException",
    },
    {
      why: "a target group pair",
      members: { loadBalancerInfo: { targetGroupPairInfoList: [{}] } },
      error: "InvalidLoadBalancerInfoException",
    },
    {
      why: "a load balancer without a name",
      members: { loadBalancerInfo: { elbInfoList: [{}] } },
      error: "InvalidLoadBalancerInfoException",
    },
    {
      why: "an ECS service",
      members: { ecsServices: [{ serviceName: "s", clusterName: "c" }] },
      error: "InvalidInputException",
      text: /ecsServices/,
    },
    {
      why: "a termination hook without an Auto Scaling group",
      members: { terminationHookEnabled: true },
      error: "InvalidInputException",
    },
    {
      why: "an unknown strategy",
      members: { outdatedInstancesStrategy: "LATER" as "UPDATE" },
      error: "InvalidInputException",
      text: /LATER/,
    },
    {
      why: "a configuration for Lambda",
      members: { deploymentConfigName: "CodeDeployDefault.LambdaAllAtOnce" },
      error: "InvalidDeploymentConfigNameException",
    },
    {
      why: "half a style",
      members: { deploymentStyle: { deploymentType: "IN_PLACE" } },
      error: "InvalidDeploymentStyleException",
      text: "Deployment type or deployment option cannot be null or empty",
    },
  ];
  for (const { why, members, error, text } of refusals) {
    it(`is refused: ${why}`, async () => {
      await assert.rejects(create(members), { name: error, ...(text === undefined ? {} : { message: text }) });
    });
  }

  it("cannot be deployed to yet: that is answered with 501, and nothing is created", async () => {
    const deploymentGroupName = await create();
    const s3Location = { bucket: "b", key: "k.zip", bundleType: "zip" as const };
    const create501 = codedeploy.createDeployment({
      applicationName,
      deploymentGroupName,
      revision: { revisionType: "S3", s3Location },
    });
    await assert.rejects(create501, (error: { message: string; $metadata: { httpStatusCode: number } }) => {
      assert.equal(error.$metadata.httpStatusCode, 501);
      assert.match(error.message, /Server compute platform are not built yet/);
      return true;
    });
    assert.deepEqual((await codedeploy.listDeployments({ applicationName, deploymentGroupName })).deployments, []);
    assert.equal((await read(deploymentGroupName)).lastAttemptedDeployment, undefined);
  });
});
