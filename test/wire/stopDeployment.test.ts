import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { AutoRollbackConfiguration } from "@aws-sdk/client-codedeploy";
import { GetAliasCommand } from "@aws-sdk/client-lambda";
import { appSpec, deploy, lambdaGroup, publishTwoVersions, silentHook } from "../support/lambdaFixtures.ts";
import { assertRefused, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const lambda = box.lambda();
const ON_REQUEST: AutoRollbackConfiguration = { enabled: true, events: ["DEPLOYMENT_STOP_ON_REQUEST"] };
const ON_FAILURE: AutoRollbackConfiguration = { enabled: true, events: ["DEPLOYMENT_FAILURE"] };

const info = async (deploymentId: string | undefined) =>
  (await codedeploy.getDeployment({ deploymentId })).deploymentInfo ?? {};

/** A canary with a tenth of the traffic on the new version. */
async function canary(autoRollbackConfiguration?: AutoRollbackConfiguration) {
  const versions = await publishTwoVersions(lambda);
  const group = await lambdaGroup(codedeploy, {
    deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
    autoRollbackConfiguration,
  });
  const deploymentId = await deploy(codedeploy, group, appSpec(versions));
  await box.advance(60);
  const alias = async () => {
    const found = await lambda.send(new GetAliasCommand({ FunctionName: versions.functionName, Name: "live" }));
    return { version: found.FunctionVersion, weights: found.RoutingConfig?.AdditionalVersionWeights ?? {} };
  };
  const events = async (id = deploymentId) => {
    const targetId = `${versions.functionName}:live`;
    const { deploymentTarget } = await codedeploy.getDeploymentTarget({ deploymentId: id, targetId });
    return (deploymentTarget?.lambdaTarget?.lifecycleEvents ?? []).map(({ status }) => status);
  };
  return { versions, group, deploymentId, alias, events };
}

test("StopDeployment answers Pending at once, and the deployment ends as Stopped by a user", async () => {
  const { deploymentId, events } = await canary();
  const { $metadata: _, ...answer } = await codedeploy.stopDeployment({ deploymentId });
  assert.deepEqual(answer, { status: "Pending", statusMessage: "Stop request is in progress" });
  await box.advance(0);
  const { status, errorInformation, completeTime, deploymentOverview } = await info(deploymentId);
  assert.equal(status, "Stopped");
  assert.deepEqual(errorInformation, { code: "MANUAL_STOP", message: "Deployment was stopped by a user" });
  assert.equal((completeTime?.getTime() ?? 0) / 1000, await box.now());
  assert.equal(deploymentOverview?.Failed, 1);
  assert.deepEqual(await events(), ["Succeeded", "Failed", "Skipped"]);
});

const rolledBack: [
  title: string,
  group: AutoRollbackConfiguration | undefined,
  asked: boolean | undefined,
  expected: boolean,
][] = [
  ["without a word about rollback anywhere, there is none", undefined, undefined, false],
  ["when the stop asks for rollback, there is one", undefined, true, true],
  ["when the group rolls back on request, there is one", ON_REQUEST, undefined, true],
  ["when the group rolls back on request and the stop says no, there is none", ON_REQUEST, false, false],
  ["when the group rolls back on failure only, there is none", ON_FAILURE, undefined, false],
  ["when the group rolls back on failure only and the stop asks for it, there is one", ON_FAILURE, true, true],
];
for (const [title, group, autoRollbackEnabled, expected] of rolledBack) {
  test(title, async () => {
    const { deploymentId, alias } = await canary(group);
    await codedeploy.stopDeployment({ deploymentId, autoRollbackEnabled });
    await box.advance(0);
    const { rollbackInfo, status } = await info(deploymentId);
    assert.equal(status, "Stopped");
    assert.equal(rollbackInfo?.rollbackDeploymentId !== undefined, expected);
    assert.deepEqual(await alias(), { version: "1", weights: expected ? {} : { 2: 0.1 } });
  });
}

test("a rollback is a deployment of its own, each half names the other, and it puts the alias right", async () => {
  const { deploymentId, alias, events, group } = await canary();
  await codedeploy.stopDeployment({ deploymentId, autoRollbackEnabled: true });
  await box.advance(0);
  const stopped = await info(deploymentId);
  const rollbackDeploymentId = stopped.rollbackInfo?.rollbackDeploymentId ?? "";
  assert.deepEqual(stopped.rollbackInfo, {
    rollbackDeploymentId,
    rollbackMessage: `Deployment ${deploymentId} terminated. Automatic rollback is triggered with a DeploymentId ${rollbackDeploymentId}.`,
  });
  const rollback = await info(rollbackDeploymentId);
  assert.deepEqual(rollback.rollbackInfo, {
    rollbackTriggeringDeploymentId: deploymentId,
    rollbackMessage: `Deployment ${rollbackDeploymentId} is triggered to roll back deployment ${deploymentId}.`,
  });
  assert.equal(rollback.status, "Succeeded");
  assert.equal(rollback.creator, "codeDeployRollback");
  assert.equal(rollback.deploymentConfigName, "CodeDeployDefault.LambdaAllAtOnce");
  assert.deepEqual(rollback.autoRollbackConfiguration, { enabled: false });
  assert.deepEqual(await events(rollbackDeploymentId), ["Succeeded", "Succeeded", "Succeeded"]);
  assert.deepEqual(await alias(), { version: "1", weights: {} });
  const { deployments } = await codedeploy.listDeployments(group);
  assert.deepEqual(deployments, [rollbackDeploymentId, deploymentId]);
});

test("after a stop without rollback the alias stays split, and the next deployment fails until somebody clears it", async () => {
  const { deploymentId, group, versions } = await canary();
  await codedeploy.stopDeployment({ deploymentId });
  await box.advance(0);
  const next = await deploy(codedeploy, group, appSpec(versions));
  await box.advance(0);
  const { status, errorInformation } = await info(next);
  assert.equal(status, "Failed");
  assert.equal(errorInformation?.code, "INVALID_LAMBDA_CONFIGURATION");
});

test("a deployment that waits for a report is stopped with its hook's event Failed", async () => {
  const versions = await publishTwoVersions(lambda);
  const hook = await silentHook(box, lambda);
  const group = await lambdaGroup(codedeploy);
  const deploymentId = await deploy(codedeploy, group, appSpec(versions, { BeforeAllowTraffic: hook.functionName }));
  await box.advance(0);
  await codedeploy.stopDeployment({ deploymentId });
  await box.advance(0);
  const targetId = `${versions.functionName}:live`;
  const { deploymentTarget } = await codedeploy.getDeploymentTarget({ deploymentId, targetId });
  const { lambdaTarget } = deploymentTarget ?? {};
  assert.deepEqual(
    lambdaTarget?.lifecycleEvents?.map(({ status }) => status),
    ["Failed", "Skipped", "Skipped"],
  );
  assert.equal(lambdaTarget?.status, "Failed");
});

test("a deployment that has ended is not stopped, however it ended", async () => {
  const { deploymentId } = await canary();
  await box.advance(300);
  const succeeded = await info(deploymentId);
  assert.equal(succeeded.status, "Succeeded");
  const stopped = (await canary()).deploymentId;
  await codedeploy.stopDeployment({ deploymentId: stopped });
  await box.advance(0);
  for (const id of [deploymentId, stopped]) {
    await assertRefused(
      codedeploy.stopDeployment({ deploymentId: id, autoRollbackEnabled: true }),
      "DeploymentAlreadyCompletedException",
      `The deployment ${id} has already completed`,
    );
  }
  assert.deepEqual(await info(deploymentId), succeeded);
});

test("a deployment whose group or application is gone is not stopped", async () => {
  const { deploymentId, group } = await canary();
  await codedeploy.deleteDeploymentGroup(group);
  await assertRefused(
    codedeploy.stopDeployment({ deploymentId }),
    "DeploymentGroupDoesNotExistException",
    `No Deployment Group found for name: ${group.deploymentGroupName}`,
  );
  await box.advance(300);
  assert.equal((await info(deploymentId)).status, "Succeeded");
});

test("a deployment of another account is not found, and goes on", async () => {
  const { deploymentId } = await canary();
  await assertRefused(
    box.codeDeploy({ account: "210987654321" }).stopDeployment({ deploymentId }),
    "DeploymentDoesNotExistException",
    `The deployment ${deploymentId} could not be found`,
  );
  await box.advance(300);
  assert.equal((await info(deploymentId)).status, "Succeeded");
});

refuses(codedeploy, "StopDeployment", [
  ["no id", {}, "DeploymentIdRequiredException", "Deployment id must be specified"],
  ["an empty id", { deploymentId: "" }, "DeploymentIdRequiredException", "Deployment id must be specified"],
  [
    "a bad id",
    { deploymentId: "bogus" },
    "InvalidDeploymentIdException",
    "Specified DeploymentId is not in the valid format: bogus",
  ],
  [
    "an unknown deployment",
    { deploymentId: "d-ABCDEFGHI" },
    "DeploymentDoesNotExistException",
    "The deployment d-ABCDEFGHI could not be found",
  ],
]);
