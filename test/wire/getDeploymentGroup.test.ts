import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  appSpec,
  deploy,
  lambdaApplication,
  lambdaGroup,
  publishTwoVersions,
  SERVICE_ROLE,
} from "../support/lambdaFixtures.ts";
import { assertRefused, nameRefusals, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

test("GetDeploymentGroup answers exactly the members of a Lambda group that has not deployed yet", async () => {
  const group = await lambdaGroup(codedeploy);
  const { deploymentGroupInfo } = await codedeploy.getDeploymentGroup(group);
  const { deploymentGroupId, ...others } = deploymentGroupInfo ?? {};
  assert.match(deploymentGroupId ?? "", /^[0-9a-f-]{36}$/);
  assert.deepEqual(others, {
    ...group,
    deploymentConfigName: "CodeDeployDefault.LambdaAllAtOnce",
    computePlatform: "Lambda",
    serviceRoleArn: SERVICE_ROLE,
    deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
    ec2TagFilters: [],
    onPremisesInstanceTagFilters: [],
    autoScalingGroups: [],
    triggerConfigurations: [],
    alarmConfiguration: { enabled: false, ignorePollAlarmFailure: false, alarms: [] },
    outdatedInstancesStrategy: "UPDATE",
  });
});

test("the last attempt, the last success and the target revision follow the deployments", async () => {
  const versions = await publishTwoVersions(box.lambda());
  const group = await lambdaGroup(codedeploy);
  const info = async () => (await codedeploy.getDeploymentGroup(group)).deploymentGroupInfo ?? {};

  const failing = await deploy(codedeploy, group, appSpec({ ...versions, currentVersion: "2", targetVersion: "1" }));
  const created = (await info()).lastAttemptedDeployment;
  assert.equal(created?.deploymentId, failing);
  assert.equal((await info()).lastSuccessfulDeployment, undefined);
  await box.advance(0);
  const failed = await info();
  assert.equal(failed.lastAttemptedDeployment?.status, "Failed");
  assert.ok(failed.lastAttemptedDeployment?.endTime instanceof Date);
  assert.equal(failed.lastSuccessfulDeployment, undefined);

  const succeeding = await deploy(codedeploy, group, appSpec(versions));
  await box.advance(0);
  const succeeded = await info();
  assert.equal(succeeded.lastAttemptedDeployment?.deploymentId, succeeding);
  assert.deepEqual(succeeded.lastSuccessfulDeployment, succeeded.lastAttemptedDeployment);
  assert.deepEqual(Object.keys(succeeded.lastSuccessfulDeployment ?? {}).sort(), [
    "createTime",
    "deploymentId",
    "endTime",
    "status",
  ]);
  const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId: succeeding });
  assert.deepEqual(succeeded.targetRevision, deploymentInfo?.revision);
  assert.equal(succeeded.targetRevision?.appSpecContent?.content, undefined);

  const last = await deploy(codedeploy, group, '{"version": 1.0}');
  await box.advance(0);
  const after = await info();
  assert.equal(after.lastAttemptedDeployment?.deploymentId, last);
  assert.equal(after.lastSuccessfulDeployment?.deploymentId, succeeding);
  assert.notDeepEqual(after.targetRevision, succeeded.targetRevision);
});

test("a group of another account is not found, nor is one of another application", async () => {
  const group = await lambdaGroup(codedeploy);
  await assertRefused(
    box.codeDeploy({ account: "210987654321" }).getDeploymentGroup(group),
    "ApplicationDoesNotExistException",
    `No application found for name: ${group.applicationName}`,
  );
  await assertRefused(
    codedeploy.getDeploymentGroup({ ...group, applicationName: await lambdaApplication(codedeploy) }),
    "DeploymentGroupDoesNotExistException",
    `No Deployment Group found for name: ${group.deploymentGroupName}`,
  );
});

const existing = await lambdaGroup(codedeploy);
refuses(codedeploy, "GetDeploymentGroup", [
  ...nameRefusals(
    "applicationName",
    existing,
    ["ApplicationNameRequiredException", "Application name is required"],
    ["InvalidApplicationNameException", /^Invalid application name: /],
  ),
  ...nameRefusals(
    "deploymentGroupName",
    existing,
    ["DeploymentGroupNameRequiredException", "Deployment group name is required"],
    ["InvalidDeploymentGroupNameException", /^Invalid deployment group name: /],
  ),
  [
    "an unknown application",
    { ...existing, applicationName: "unknown" },
    "ApplicationDoesNotExistException",
    "No application found for name: unknown",
  ],
  [
    "an unknown group",
    { ...existing, deploymentGroupName: "unknown" },
    "DeploymentGroupDoesNotExistException",
    "No Deployment Group found for name: unknown",
  ],
]);
