import assert from "node:assert/strict";
import { after, test } from "node:test";
import { lambdaApplication, lambdaGroup, SERVICE_ROLE, uniqueName } from "../support/lambdaFixtures.ts";
import { assertRefused, nameRefusals, type Refusal, refuses, send } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const applicationName = await lambdaApplication(codedeploy);
const serviceRoleArn = SERVICE_ROLE;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const group = (members: object = {}) => ({
  applicationName,
  deploymentGroupName: uniqueName("group"),
  serviceRoleArn,
  ...members,
});

test("CreateDeploymentGroup answers a version 4 UUID and nothing else", async () => {
  const { $metadata: _, ...answer } = await codedeploy.createDeploymentGroup(group());
  assert.deepEqual(Object.keys(answer), ["deploymentGroupId"]);
  assert.match(answer.deploymentGroupId ?? "", UUID);
});

test("a Lambda group without settings gets the ones that AWS gives it", async () => {
  const { applicationName, deploymentGroupName, serviceRoleArn } = group();
  await codedeploy.createDeploymentGroup({ applicationName, deploymentGroupName, serviceRoleArn });
  const { deploymentGroupInfo } = await codedeploy.getDeploymentGroup({ applicationName, deploymentGroupName });
  assert.equal(deploymentGroupInfo?.deploymentConfigName, "CodeDeployDefault.LambdaAllAtOnce");
  assert.deepEqual(deploymentGroupInfo?.deploymentStyle, {
    deploymentType: "BLUE_GREEN",
    deploymentOption: "WITH_TRAFFIC_CONTROL",
  });
});

test("every setting of a Lambda group is kept as it was given", async () => {
  const settings = {
    deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
    deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
    autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST"] },
    alarmConfiguration: { enabled: true, ignorePollAlarmFailure: true, alarms: [{ name: "red" }, { name: "hot" }] },
    triggerConfigurations: [
      {
        triggerName: "tell",
        triggerTargetArn: "arn:aws:sns:eu-west-1:123456789012:topic",
        triggerEvents: ["DeploymentStart", "DeploymentRollback"],
      },
    ],
  } as const;
  const { deploymentGroupName, ...others } = group(settings);
  await send(codedeploy, "CreateDeploymentGroup", { ...others, deploymentGroupName });
  const { deploymentGroupInfo } = await codedeploy.getDeploymentGroup({ applicationName, deploymentGroupName });
  for (const [member, value] of Object.entries(settings)) {
    assert.deepEqual((deploymentGroupInfo as Record<string, unknown>)[member], value, member);
  }
});

test("empty lists of what Lambda does not have, and a blue/green block, are let through", async () => {
  await send(
    codedeploy,
    "CreateDeploymentGroup",
    group({
      ec2TagFilters: [],
      onPremisesInstanceTagFilters: [],
      autoScalingGroups: [],
      blueGreenDeploymentConfiguration: { terminateBlueInstancesOnDeploymentSuccess: { action: "KEEP_ALIVE" } },
    }),
  );
});

test("two applications may have groups of the same name", async () => {
  const deploymentGroupName = uniqueName("group");
  const ids = [];
  for (const application of [applicationName, await lambdaApplication(codedeploy)]) {
    const created = await codedeploy.createDeploymentGroup(
      group({ applicationName: application, deploymentGroupName }),
    );
    ids.push(created.deploymentGroupId);
  }
  assert.notEqual(ids[0], ids[1]);
});

test("a group of the same name that is created again has a new id", async () => {
  const first = group();
  const { deploymentGroupId } = await codedeploy.createDeploymentGroup(first);
  await codedeploy.deleteDeploymentGroup(first);
  assert.notEqual((await codedeploy.createDeploymentGroup(first)).deploymentGroupId, deploymentGroupId);
});

test("the thousand and first group of an application is refused with DeploymentGroupLimitExceededException", async () => {
  const full = await lambdaApplication(codedeploy);
  const create = (index: number) =>
    codedeploy.createDeploymentGroup(group({ applicationName: full, deploymentGroupName: `group-${index}` }));
  await Promise.all(Array.from({ length: 1000 }, (_, index) => create(index)));
  await assertRefused(create(1000), "DeploymentGroupLimitExceededException", /1000 deployment groups/);
  await codedeploy.deleteDeploymentGroup({ applicationName: full, deploymentGroupName: "group-7" });
  await create(1000);
});

/** The members that make a group's settings bad. */
const badSettings: [title: string, members: object, error: string, message: string | RegExp][] = [
  ["EC2 tags", { ec2TagFilters: [{ Key: "a" }] }, "InvalidInputException", /Lambda.*ec2TagFilters/],
  ["Auto Scaling groups", { autoScalingGroups: ["asg"] }, "InvalidInputException", /Lambda.*autoScalingGroups/],
  ["a load balancer", { loadBalancerInfo: {} }, "InvalidInputException", /Lambda.*loadBalancerInfo/],
  ["an ECS service", { ecsServices: [{ serviceName: "s" }] }, "InvalidInputException", /Lambda.*ecsServices/],
  ["a tag set", { ec2TagSet: {}, onPremisesTagSet: {} }, "InvalidInputException", /ec2TagSet, onPremisesTagSet/],
  [
    "a style without an option",
    { deploymentStyle: { deploymentType: "BLUE_GREEN" } },
    "InvalidDeploymentStyleException",
    "Deployment type or deployment option cannot be null or empty",
  ],
  [
    "a style without a type",
    { deploymentStyle: { deploymentOption: "WITH_TRAFFIC_CONTROL" } },
    "InvalidDeploymentStyleException",
    "Deployment type or deployment option cannot be null or empty",
  ],
  [
    "a bad deployment option",
    { deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "SOME_CONTROL" } },
    "InvalidDeploymentStyleException",
    "Deployment option can only be WITH_TRAFFIC_CONTROL or WITHOUT_TRAFFIC_CONTROL",
  ],
  [
    "a bad deployment type",
    { deploymentStyle: { deploymentType: "RED_BLACK", deploymentOption: "WITH_TRAFFIC_CONTROL" } },
    "InvalidDeploymentStyleException",
    /IN_PLACE or BLUE_GREEN, not RED_BLACK/,
  ],
  [
    "a deployment in place",
    { deploymentStyle: { deploymentType: "IN_PLACE", deploymentOption: "WITHOUT_TRAFFIC_CONTROL" } },
    "InvalidDeploymentStyleException",
    /Lambda.*BLUE_GREEN with WITH_TRAFFIC_CONTROL/,
  ],
  [
    "rollback without events",
    { autoRollbackConfiguration: { enabled: true } },
    "InvalidAutoRollbackConfigException",
    /no event/,
  ],
  [
    "an unknown rollback event",
    { autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_SUCCESS"] } },
    "InvalidAutoRollbackConfigException",
    /DEPLOYMENT_SUCCESS/,
  ],
  [
    "alarms enabled and none named",
    { alarmConfiguration: { enabled: true } },
    "InvalidAlarmConfigException",
    /no alarm/,
  ],
  [
    "an alarm without a name",
    { alarmConfiguration: { enabled: true, alarms: [{}] } },
    "InvalidAlarmConfigException",
    /1 to 255/,
  ],
  [
    "an alarm name of 256 characters",
    { alarmConfiguration: { enabled: true, alarms: [{ name: "a".repeat(256) }] } },
    "InvalidAlarmConfigException",
    /1 to 255/,
  ],
  [
    "an alarm named twice",
    { alarmConfiguration: { enabled: true, alarms: [{ name: "a" }, { name: "a" }] } },
    "InvalidAlarmConfigException",
    /twice/,
  ],
  [
    "51 alarms",
    { alarmConfiguration: { enabled: true, alarms: Array.from({ length: 51 }, (_, n) => ({ name: `${n}` })) } },
    "AlarmsLimitExceededException",
    /51.*50/,
  ],
  ["a trigger without a name", { triggerConfigurations: [{}] }, "InvalidTriggerConfigException", /triggerName/],
  [
    "a trigger for something that is no topic",
    { triggerConfigurations: [{ triggerName: "t", triggerTargetArn: "arn:aws:sqs:eu-west-1:123456789012:queue" }] },
    "InvalidTriggerConfigException",
    /SNS/,
  ],
  [
    "a trigger without events",
    { triggerConfigurations: [{ triggerName: "t", triggerTargetArn: "arn:aws:sns:eu-west-1:123456789012:t" }] },
    "InvalidTriggerConfigException",
    /no event/,
  ],
  [
    "a trigger for an unknown event",
    {
      triggerConfigurations: [
        { triggerName: "t", triggerTargetArn: "arn:aws:sns:eu-west-1:123456789012:t", triggerEvents: ["Noon"] },
      ],
    },
    "InvalidTriggerConfigException",
    /Noon/,
  ],
  [
    "11 triggers",
    { triggerConfigurations: Array.from({ length: 11 }, (_, n) => ({ triggerName: `${n}` })) },
    "TriggerTargetsLimitExceededException",
    /11.*10/,
  ],
];

const named = { applicationName, deploymentGroupName: "refused", serviceRoleArn };
refuses(codedeploy, "CreateDeploymentGroup", [
  ...nameRefusals(
    "applicationName",
    named,
    ["ApplicationNameRequiredException", "Application name is required"],
    ["InvalidApplicationNameException", /^Invalid application name: /],
  ),
  ...nameRefusals(
    "deploymentGroupName",
    named,
    ["DeploymentGroupNameRequiredException", "Deployment group name is required"],
    ["InvalidDeploymentGroupNameException", /^Invalid deployment group name: /],
  ),
  ["no role", { applicationName, deploymentGroupName: "g" }, "RoleRequiredException", /role ARN is required/],
  ["an empty role", { ...named, serviceRoleArn: "" }, "RoleRequiredException", /role ARN is required/],
  ["a role by its name", { ...named, serviceRoleArn: "Role" }, "InvalidRoleException", "Cannot assume role provided."],
  [
    "a user's ARN as the role",
    { ...named, serviceRoleArn: "arn:aws:iam::123456789012:user/me" },
    "InvalidRoleException",
    "Cannot assume role provided.",
  ],
  [
    "a bad configuration name, before it looks for the application",
    { ...named, applicationName: "unknown", deploymentConfigName: "two words" },
    "InvalidDeploymentConfigNameException",
    /^Invalid deployment configuration name: /,
  ],
  [
    "bad tags, before it looks for the application",
    { ...named, applicationName: "unknown", tags: [{ Key: "" }] },
    "InvalidTagsToAddException",
    /tag key/,
  ],
  [
    "a webhook tag that is no URL",
    { ...named, tags: [{ Key: "signalbox:webhook", Value: "ftp://example.com" }] },
    "InvalidTagsToAddException",
    /ftp.*an http or https URL/,
  ],
  [
    "a hook time-out tag that is no time",
    { ...named, tags: [{ Key: "signalbox:hook-timeout", Value: "soon" }] },
    "InvalidTagsToAddException",
    /soon.*1 second to 1 hour/,
  ],
  [
    "an unknown application",
    { ...named, applicationName: "unknown", deploymentConfigName: "unknown" },
    "ApplicationDoesNotExistException",
    "No application found for name: unknown",
  ],
  [
    "an unknown configuration",
    { ...named, deploymentConfigName: "unknown" },
    "DeploymentConfigDoesNotExistException",
    "No Deployment Configuration found for name: unknown",
  ],
  [
    "a configuration for another platform",
    { ...named, deploymentConfigName: "CodeDeployDefault.ECSAllAtOnce" },
    "InvalidDeploymentConfigNameException",
    /ECS.*Lambda/,
  ],
  [
    "a name that is taken, before it looks at the settings",
    async () => ({ ...(await lambdaGroup(codedeploy)), serviceRoleArn, loadBalancerInfo: {} }),
    "DeploymentGroupAlreadyExistsException",
    /^Deployment group name already exists: group-\d+$/,
  ],
  ...badSettings.map(([title, members, ...refusal]): Refusal => [title, { ...named, ...members }, ...refusal]),
]);

test("what was refused was not created", async () => {
  await assertRefused(
    codedeploy.getDeploymentGroup(named),
    "DeploymentGroupDoesNotExistException",
    "No Deployment Group found for name: refused",
  );
});
