import assert from "node:assert/strict";
import { after, test } from "node:test";
import { appSpec, deploy, lambdaGroup, publishTwoVersions, uniqueName } from "../support/lambdaFixtures.ts";
import { assertRefused, nameRefusals, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

async function customConfig(client = codedeploy): Promise<string> {
  const deploymentConfigName = uniqueName("config");
  await client.createDeploymentConfig({
    deploymentConfigName,
    computePlatform: "Lambda",
    trafficRoutingConfig: { type: "TimeBasedCanary", timeBasedCanary: { canaryPercentage: 20, canaryInterval: 5 } },
  });
  return deploymentConfigName;
}

test("DeleteDeploymentConfig removes an unused configuration and answers nothing", async () => {
  const deploymentConfigName = await customConfig();
  const { $metadata: _, ...answer } = await codedeploy.deleteDeploymentConfig({ deploymentConfigName });
  assert.deepEqual(answer, {});
  await assertRefused(
    codedeploy.getDeploymentConfig({ deploymentConfigName }),
    "DeploymentConfigDoesNotExistException",
    `No Deployment Configuration found for name: ${deploymentConfigName}`,
  );
});

test("a configuration that is not there is deleted with success", async () => {
  await codedeploy.deleteDeploymentConfig({ deploymentConfigName: "never-was" });
});

test("a configuration that a group uses is kept until the group has another", async () => {
  const deploymentConfigName = await customConfig();
  const { applicationName, deploymentGroupName } = await lambdaGroup(codedeploy, { deploymentConfigName });
  await assertRefused(
    codedeploy.deleteDeploymentConfig({ deploymentConfigName }),
    "DeploymentConfigInUseException",
    `Deployment configuration ${deploymentConfigName} is in use by deployment group ${applicationName}/${deploymentGroupName}`,
  );
  await codedeploy.updateDeploymentGroup({
    applicationName,
    currentDeploymentGroupName: deploymentGroupName,
    deploymentConfigName: "CodeDeployDefault.LambdaAllAtOnce",
  });
  await codedeploy.deleteDeploymentConfig({ deploymentConfigName });
});

test("a group of another account does not keep a configuration of the same name", async () => {
  const other = box.codeDeploy({ account: "210987654321" });
  const deploymentConfigName = await customConfig(other);
  await lambdaGroup(other, { deploymentConfigName });
  await codedeploy.deleteDeploymentConfig({ deploymentConfigName });
  await other.getDeploymentConfig({ deploymentConfigName });
});

test("a configuration that only a deployment under way uses is kept until that has ended", async () => {
  const deploymentConfigName = await customConfig();
  const versions = await publishTwoVersions(box.lambda());
  const group = await lambdaGroup(codedeploy);
  const deploymentId = await deploy(codedeploy, group, appSpec(versions), { deploymentConfigName });
  await box.advance(0);
  await assertRefused(
    codedeploy.deleteDeploymentConfig({ deploymentConfigName }),
    "DeploymentConfigInUseException",
    /deployment under way/,
  );
  await box.advance(300);
  await codedeploy.deleteDeploymentConfig({ deploymentConfigName });
  const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
  assert.equal(deploymentInfo?.deploymentConfigName, deploymentConfigName);
  assert.equal(deploymentInfo?.status, "Succeeded");
});

refuses(codedeploy, "DeleteDeploymentConfig", [
  ...nameRefusals(
    "deploymentConfigName",
    {},
    ["DeploymentConfigNameRequiredException", "Deployment configuration name is required"],
    ["InvalidDeploymentConfigNameException", /^Invalid deployment configuration name: /],
  ),
  [
    "a predefined configuration",
    { deploymentConfigName: "CodeDeployDefault.LambdaAllAtOnce" },
    "InvalidOperationException",
    /^Cannot delete a default deployment configuration/,
  ],
]);
