import assert from "node:assert/strict";
import { after, test } from "node:test";
import { appSpec, deploy, lambdaApplication, lambdaGroup, publishTwoVersions } from "../support/lambdaFixtures.ts";
import { assertRefused, nameRefusals, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

test("DeleteDeploymentGroup removes the group and answers an empty list of hooks", async () => {
  const group = await lambdaGroup(codedeploy);
  const { $metadata: _, ...answer } = await codedeploy.deleteDeploymentGroup(group);
  assert.deepEqual(answer, { hooksNotCleanedUp: [] });
  await assertRefused(
    codedeploy.getDeploymentGroup(group),
    "DeploymentGroupDoesNotExistException",
    `No Deployment Group found for name: ${group.deploymentGroupName}`,
  );
});

test("an unknown group and an unknown application are deleted with success", async () => {
  const applicationName = await lambdaApplication(codedeploy);
  for (const name of [applicationName, "never-was"]) {
    const { $metadata: _, ...answer } = await codedeploy.deleteDeploymentGroup({
      applicationName: name,
      deploymentGroupName: "never-was",
    });
    assert.deepEqual(answer, { hooksNotCleanedUp: [] });
  }
});

test("a group of the same name in another application or account stays", async () => {
  const other = box.codeDeploy({ account: "210987654321" });
  const group = await lambdaGroup(codedeploy);
  const { deploymentGroupName } = group;
  const sibling = await lambdaGroup(codedeploy, { deploymentGroupName });
  await lambdaApplication(other, { applicationName: group.applicationName });
  await lambdaGroup(other, group);
  await codedeploy.deleteDeploymentGroup(group);
  await codedeploy.getDeploymentGroup(sibling);
  await other.getDeploymentGroup(group);
});

test("a deployment under way goes on, and a new group of the same name has nothing to do with it", async () => {
  const versions = await publishTwoVersions(box.lambda());
  const group = await lambdaGroup(codedeploy, {
    deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
  });
  const deploymentId = await deploy(codedeploy, group, appSpec(versions));
  await box.advance(0);
  await codedeploy.deleteDeploymentGroup(group);
  await lambdaGroup(codedeploy, group);
  const fresh = await codedeploy.getDeploymentGroup(group);
  assert.equal(fresh.deploymentGroupInfo?.lastAttemptedDeployment, undefined);
  assert.deepEqual((await codedeploy.listDeployments(group)).deployments, []);
  assert.deepEqual((await codedeploy.listDeployments({})).deployments?.includes(deploymentId), true);
  await box.advance(300);
  assert.equal((await codedeploy.getDeployment({ deploymentId })).deploymentInfo?.status, "Succeeded");
});

const existing = await lambdaGroup(codedeploy);
refuses(codedeploy, "DeleteDeploymentGroup", [
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
]);
