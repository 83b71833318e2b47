import assert from "node:assert/strict";
import { after, test } from "node:test";
import { GetAliasCommand } from "@aws-sdk/client-lambda";
import { appSpec, deploy, lambdaApplication, lambdaGroup, publishTwoVersions } from "../support/lambdaFixtures.ts";
import { assertRefused, nameRefusals, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const lambda = box.lambda();

test("DeleteApplication takes groups and revisions with it, and its names are free for new things", async () => {
  const { applicationName, deploymentGroupName } = await lambdaGroup(codedeploy);
  await deploy(codedeploy, { applicationName, deploymentGroupName }, '{"version": 0.0}');
  await box.advance(0);
  const first = await codedeploy.getDeploymentGroup({ applicationName, deploymentGroupName });
  const { $metadata: _, ...answer } = await codedeploy.deleteApplication({ applicationName });
  assert.deepEqual(answer, {});
  await assertRefused(
    codedeploy.getApplication({ applicationName }),
    "ApplicationDoesNotExistException",
    `No application found for name: ${applicationName}`,
  );

  await lambdaApplication(codedeploy, { applicationName });
  assert.deepEqual((await codedeploy.listDeploymentGroups({ applicationName })).deploymentGroups, []);
  assert.deepEqual((await codedeploy.listApplicationRevisions({ applicationName })).revisions, []);
  await lambdaGroup(codedeploy, { applicationName, deploymentGroupName });
  const second = await codedeploy.getDeploymentGroup({ applicationName, deploymentGroupName });
  assert.notEqual(second.deploymentGroupInfo?.deploymentGroupId, first.deploymentGroupInfo?.deploymentGroupId);
  assert.equal(second.deploymentGroupInfo?.lastAttemptedDeployment, undefined);
});

test("an application that is not there is deleted with success", async () => {
  await codedeploy.deleteApplication({ applicationName: "never-was" });
});

test("an application of the same name in another account or region stays", async () => {
  const applicationName = await lambdaApplication(codedeploy);
  const others = [box.codeDeploy({ account: "210987654321" }), box.codeDeploy({ region: "us-east-2" })];
  for (const other of others) await other.createApplication({ applicationName });
  await codedeploy.deleteApplication({ applicationName });
  for (const other of others) await other.getApplication({ applicationName });
});

test("a deployment under way goes on to its end, and is still answered for", async () => {
  const versions = await publishTwoVersions(lambda);
  const group = await lambdaGroup(codedeploy, {
    deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
  });
  const deploymentId = await deploy(codedeploy, group, appSpec(versions));
  await box.advance(0);
  await codedeploy.deleteApplication({ applicationName: group.applicationName });
  await box.advance(300);
  const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
  assert.equal(deploymentInfo?.status, "Succeeded");
  assert.equal(deploymentInfo?.applicationName, group.applicationName);
  const alias = await lambda.send(new GetAliasCommand({ FunctionName: versions.functionName, Name: "live" }));
  assert.equal(alias.FunctionVersion, "2");
});

refuses(
  codedeploy,
  "DeleteApplication",
  nameRefusals(
    "applicationName",
    {},
    ["ApplicationNameRequiredException", "Application name is required"],
    ["InvalidApplicationNameException", /^Invalid application name: /],
  ),
);
