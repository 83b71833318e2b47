import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { UpdateDeploymentGroupCommandInput } from "@aws-sdk/client-codedeploy";
import { appSpec, deploy, lambdaApplication, lambdaGroup, publishTwoVersions } from "../support/lambdaFixtures.ts";
import { assertRefused, nameRefusals, type Refusal, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

async function groupToUpdate(settings: object = {}) {
  const { applicationName, deploymentGroupName } = await lambdaGroup(codedeploy, settings);
  const current = { applicationName, currentDeploymentGroupName: deploymentGroupName };
  return {
    current,
    update: (members: Partial<UpdateDeploymentGroupCommandInput>) =>
      codedeploy.updateDeploymentGroup({ ...current, ...members }),
    info: async (name = deploymentGroupName) =>
      (await codedeploy.getDeploymentGroup({ applicationName, deploymentGroupName: name })).deploymentGroupInfo ?? {},
  };
}

test("an update without settings changes nothing and answers an empty list of hooks", async () => {
  const { update, info } = await groupToUpdate({
    autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
  });
  const before = await info();
  const { $metadata: _, ...answer } = await update({});
  assert.deepEqual(answer, { hooksNotCleanedUp: [] });
  assert.deepEqual(await info(), before);
});

test("each setting that is given replaces the whole of the old one and leaves the others", async () => {
  const { update, info } = await groupToUpdate({
    autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"] },
    alarmConfiguration: { enabled: true, ignorePollAlarmFailure: true, alarms: [{ name: "one" }, { name: "two" }] },
  });
  const before = await info();
  const changes: [Partial<UpdateDeploymentGroupCommandInput>, object?][] = [
    [{ autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_STOP_ON_REQUEST"] } }],
    [
      { alarmConfiguration: { enabled: false } },
      { alarmConfiguration: { enabled: false, ignorePollAlarmFailure: false, alarms: [] } },
    ],
    [{ serviceRoleArn: "arn:aws:iam::123456789012:role/Another" }],
    [{ deploymentConfigName: "CodeDeployDefault.LambdaLinear10PercentEvery1Minute" }],
  ];
  let expected = before;
  for (const [given, kept = given] of changes) {
    await update(given);
    expected = { ...expected, ...kept };
    assert.deepEqual(await info(), expected);
  }
});

test("triggers are replaced, and an empty list removes them", async () => {
  const trigger = {
    triggerName: "tell",
    triggerTargetArn: "arn:aws:sns:eu-west-1:123456789012:topic",
    triggerEvents: ["DeploymentStart" as const],
  };
  const { update, info } = await groupToUpdate({ triggerConfigurations: [trigger] });
  await update({ triggerConfigurations: [{ ...trigger, triggerName: "call" }] });
  assert.deepEqual((await info()).triggerConfigurations, [{ ...trigger, triggerName: "call" }]);
  await update({ triggerConfigurations: [] });
  assert.deepEqual((await info()).triggerConfigurations, []);
});

test("a renamed group keeps its id and its deployments", async () => {
  const { current, update, info } = await groupToUpdate();
  const { applicationName, currentDeploymentGroupName: deploymentGroupName } = current;
  const deploymentId = await deploy(codedeploy, { applicationName, deploymentGroupName }, '{"version": 0.0}');
  await box.advance(0);
  const before = await info();
  await update({ newDeploymentGroupName: "renamed" });
  assert.deepEqual(await info("renamed"), { ...before, deploymentGroupName: "renamed" });
  const listed = await codedeploy.listDeployments({ applicationName, deploymentGroupName: "renamed" });
  assert.deepEqual(listed.deployments, [deploymentId]);
  const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
  assert.equal(deploymentInfo?.deploymentGroupName, "renamed");
  await assertRefused(
    info(deploymentGroupName),
    "DeploymentGroupDoesNotExistException",
    `No Deployment Group found for name: ${deploymentGroupName}`,
  );
});

test("a deployment under way keeps the settings it was created with", async () => {
  const versions = await publishTwoVersions(box.lambda());
  const { current, update } = await groupToUpdate({
    deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
  });
  const { applicationName, currentDeploymentGroupName: deploymentGroupName } = current;
  const deploymentId = await deploy(codedeploy, { applicationName, deploymentGroupName }, appSpec(versions));
  await box.advance(0);
  await update({
    deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent30Minutes",
    autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
  });
  await box.advance(300);
  const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
  assert.equal(deploymentInfo?.status, "Succeeded");
  assert.equal(deploymentInfo?.deploymentConfigName, "CodeDeployDefault.LambdaCanary10Percent5Minutes");
  assert.deepEqual(deploymentInfo?.autoRollbackConfiguration, { enabled: false });
});

test("an update that is refused changes nothing", async () => {
  const { update, info } = await groupToUpdate();
  const before = await info();
  await assertRefused(
    update({ newDeploymentGroupName: "half-way", serviceRoleArn: "Role" }),
    "InvalidRoleException",
    "Cannot assume role provided.",
  );
  assert.deepEqual(await info(), before);
});

const applicationName = await lambdaApplication(codedeploy);
const existing = await lambdaGroup(codedeploy, { applicationName });
const taken = (await lambdaGroup(codedeploy, { applicationName })).deploymentGroupName;
const named = { applicationName, currentDeploymentGroupName: existing.deploymentGroupName };

const badSettings: [title: string, members: object, error: string, message: string | RegExp][] = [
  ["a bad role", { serviceRoleArn: "Role" }, "InvalidRoleException", "Cannot assume role provided."],
  ["an unknown configuration", { deploymentConfigName: "no" }, "DeploymentConfigDoesNotExistException", /name: no$/],
  [
    "a configuration for another platform",
    { deploymentConfigName: "CodeDeployDefault.OneAtATime" },
    "InvalidDeploymentConfigNameException",
    /Server.*Lambda/,
  ],
  ["the name of another group", { newDeploymentGroupName: taken }, "DeploymentGroupAlreadyExistsException", taken],
  ["an ECS service", { ecsServices: [{ serviceName: "s" }] }, "InvalidInputException", /Lambda.*ecsServices/],
  [
    "half a style",
    { deploymentStyle: { deploymentType: "BLUE_GREEN" } },
    "InvalidDeploymentStyleException",
    "Deployment type or deployment option cannot be null or empty",
  ],
  [
    "rollback without events",
    { autoRollbackConfiguration: { enabled: true } },
    "InvalidAutoRollbackConfigException",
    /no event/,
  ],
  [
    "alarms enabled and none named",
    { alarmConfiguration: { enabled: true } },
    "InvalidAlarmConfigException",
    /no alarm/,
  ],
  [
    "51 alarms",
    { alarmConfiguration: { alarms: Array.from({ length: 51 }, (_, n) => ({ name: `${n}` })) } },
    "AlarmsLimitExceededException",
    /51.*50/,
  ],
  ["a trigger without a name", { triggerConfigurations: [{}] }, "InvalidTriggerConfigException", /triggerName/],
  [
    "11 triggers",
    { triggerConfigurations: Array.from({ length: 11 }, () => ({})) },
    "TriggerTargetsLimitExceededException",
    /11.*10/,
  ],
];

refuses(codedeploy, "UpdateDeploymentGroup", [
  ...nameRefusals(
    "applicationName",
    named,
    ["ApplicationNameRequiredException", "Application name is required"],
    ["InvalidApplicationNameException", /^Invalid application name: /],
  ),
  ...nameRefusals(
    "currentDeploymentGroupName",
    named,
    ["DeploymentGroupNameRequiredException", "Deployment group name is required"],
    ["InvalidDeploymentGroupNameException", /^Invalid deployment group name: /],
  ),
  [
    "a bad new name, before it looks for the application",
    { ...named, applicationName: "unknown", newDeploymentGroupName: "a/b" },
    "InvalidDeploymentGroupNameException",
    /a\/b/,
  ],
  [
    "a bad configuration name, before it looks for the application",
    { ...named, applicationName: "unknown", deploymentConfigName: "a/b" },
    "InvalidDeploymentConfigNameException",
    /a\/b/,
  ],
  [
    "an unknown application",
    { ...named, applicationName: "unknown" },
    "ApplicationDoesNotExistException",
    "No application found for name: unknown",
  ],
  [
    "an unknown group",
    { ...named, currentDeploymentGroupName: "unknown" },
    "DeploymentGroupDoesNotExistException",
    "No Deployment Group found for name: unknown",
  ],
  ...badSettings.map(
    ([title, members, error, message]): Refusal => [
      title,
      { ...named, ...members },
      error,
      message === taken ? `Deployment group name already exists: ${taken}` : message,
    ],
  ),
]);
