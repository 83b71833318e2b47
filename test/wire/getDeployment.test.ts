import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import { appSpec, deploy, lambdaGroup, publishTwoVersions } from "../support/lambdaFixtures.ts";
import { assertRefused, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const lambda = box.lambda();
const info = async (deploymentId: string) => (await codedeploy.getDeployment({ deploymentId })).deploymentInfo ?? {};
const atSecond = (date: Date | undefined) => (date?.getTime() ?? Number.NaN) / 1000;

test("GetDeployment answers exactly the members of a Lambda deployment under way, then those of its end", async () => {
  const versions = await publishTwoVersions(lambda);
  const group = await lambdaGroup(codedeploy, {
    deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
  });
  const spec = appSpec(versions);
  const start = await box.now();
  const deploymentId = await deploy(codedeploy, group, spec, { description: "first" });
  await box.advance(0);
  const { createTime, startTime, ...underWay } = await info(deploymentId);
  const sha256 = createHash("sha256").update(spec).digest("hex");
  const members = {
    ...group,
    deploymentId,
    deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
    revision: { revisionType: "AppSpecContent", appSpecContent: { sha256 } },
    description: "first",
    creator: "user",
    computePlatform: "Lambda",
    deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
    autoRollbackConfiguration: { enabled: false },
    ignoreApplicationStopFailures: false,
    updateOutdatedInstancesOnly: false,
    instanceTerminationWaitTimeStarted: false,
  };
  assert.deepEqual(underWay, { ...members, status: "InProgress" });
  assert.equal(atSecond(createTime), start);
  assert.equal(atSecond(startTime), start);

  await box.advance(400);
  const { createTime: _, startTime: __, completeTime, ...ended } = await info(deploymentId);
  const deploymentOverview = { Pending: 0, InProgress: 0, Succeeded: 1, Failed: 0, Skipped: 0, Ready: 0 };
  assert.deepEqual(ended, { ...members, status: "Succeeded", deploymentOverview });
  assert.equal(atSecond(completeTime), start + 300);
});

test("previousRevision is the revision of the last success before", async () => {
  const versions = await publishTwoVersions(lambda);
  const group = await lambdaGroup(codedeploy);
  const first = await deploy(codedeploy, group, appSpec(versions));
  await box.advance(0);
  await deploy(codedeploy, group, '{"version": 0.0}');
  await box.advance(0);
  const third = await deploy(codedeploy, group, '{"version": 1.0}');
  assert.equal((await info(first)).previousRevision, undefined);
  assert.deepEqual((await info(third)).previousRevision, (await info(first)).revision);
});

test("an AppSpec that was sent as a string is shown with its content", async () => {
  const group = await lambdaGroup(codedeploy);
  const content = '{"version": 0.0}';
  const deploymentId = await deploy(codedeploy, group, "", {
    revision: { revisionType: "String", string: { content } },
  });
  const sha256 = createHash("sha256").update(content).digest("hex");
  assert.deepEqual((await info(deploymentId)).revision, { revisionType: "String", string: { content, sha256 } });
});

test("a deployment that failed at its start has its error, its time and no target counted as succeeded", async () => {
  const group = await lambdaGroup(codedeploy);
  const deploymentId = await deploy(codedeploy, group, '{"version": 0.0}');
  await box.advance(0);
  const failed = await info(deploymentId);
  assert.equal(failed.status, "Failed");
  assert.deepEqual(Object.keys(failed.errorInformation ?? {}).sort(), ["code", "message"]);
  assert.ok(failed.completeTime instanceof Date);
  assert.equal(failed.rollbackInfo, undefined);
  assert.equal(failed.deploymentOverview?.Succeeded ?? 0, 0);
});

test("a deployment outlives its group and application under the names it was made with", async () => {
  const group = await lambdaGroup(codedeploy);
  const deploymentId = await deploy(codedeploy, group, '{"version": 0.0}');
  await box.advance(0);
  const before = await info(deploymentId);
  await codedeploy.deleteApplication({ applicationName: group.applicationName });
  assert.deepEqual(await info(deploymentId), before);
});

test("a deployment of another account or region is not found", async () => {
  const deploymentId = await deploy(codedeploy, await lambdaGroup(codedeploy), '{"version": 0.0}');
  for (const principal of [{ account: "210987654321" }, { region: "us-east-2" }]) {
    await assertRefused(
      box.codeDeploy(principal).getDeployment({ deploymentId }),
      "DeploymentDoesNotExistException",
      `The deployment ${deploymentId} could not be found`,
    );
  }
});

refuses(codedeploy, "GetDeployment", [
  ["no id", {}, "DeploymentIdRequiredException", "Deployment id must be specified"],
  ["an empty id", { deploymentId: "" }, "DeploymentIdRequiredException", "Deployment id must be specified"],
  ...["bogus", "d-12345678", "d-1234567890", "D-123456789", "d-abcdefghi", "d-12345678é", "d-123456789\n"].map(
    (deploymentId) =>
      [
        `the id ${JSON.stringify(deploymentId)}`,
        { deploymentId },
        "InvalidDeploymentIdException",
        `Specified DeploymentId is not in the valid format: ${deploymentId}`,
      ] as [string, object, string, string],
  ),
  [
    "an unknown deployment",
    { deploymentId: "d-ABCDEFGHI" },
    "DeploymentDoesNotExistException",
    "The deployment d-ABCDEFGHI could not be found",
  ],
]);
