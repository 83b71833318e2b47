import assert from "node:assert/strict";
import { after, test } from "node:test";
import { appSpec, deploy, lambdaGroup, publishTwoVersions, silentHook } from "../support/lambdaFixtures.ts";
import { refuses } from "../support/refusals.ts";
import { ACCOUNT, REGION, startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const lambda = box.lambda();
const versions = await publishTwoVersions(lambda);
const hook = await silentHook(box, lambda);
const group = await lambdaGroup(codedeploy, {
  deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
});
const start = await box.now();
const deploymentId = await deploy(codedeploy, group, appSpec(versions, { AfterAllowTraffic: hook.functionName }));
await box.advance(0);
const targetId = `${versions.functionName}:live`;
const target = async (id = targetId) =>
  (await codedeploy.getDeploymentTarget({ deploymentId, targetId: id })).deploymentTarget ?? {};
const events = async () =>
  ((await target()).lambdaTarget?.lifecycleEvents ?? []).map(({ startTime, endTime, ...event }) => ({
    ...event,
    ...(startTime ? { startTime: startTime.getTime() / 1000 - start } : {}),
    ...(endTime ? { endTime: endTime.getTime() / 1000 - start } : {}),
  }));

test("GetDeploymentTarget answers exactly the members of a Lambda target in the middle of a canary", async () => {
  const { deploymentTargetType, lambdaTarget, ...others } = await target();
  assert.deepEqual(others, {});
  assert.equal(deploymentTargetType, "LambdaTarget");
  const { lastUpdatedAt, lifecycleEvents: _, ...members } = lambdaTarget ?? {};
  assert.deepEqual(members, {
    deploymentId,
    targetId,
    targetArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${versions.functionName}:live`,
    status: "InProgress",
    lambdaFunctionInfo: {
      functionName: versions.functionName,
      functionAlias: "live",
      currentVersion: "1",
      targetVersion: "2",
      targetVersionWeight: 0.1,
    },
  });
  assert.equal((lastUpdatedAt?.getTime() ?? 0) / 1000, start);
});

test("the three lifecycle events stand in their order, with times as far as they have come", async () => {
  assert.deepEqual(await events(), [
    { lifecycleEventName: "BeforeAllowTraffic", status: "Succeeded", startTime: 0, endTime: 0 },
    { lifecycleEventName: "AllowTraffic", status: "InProgress", startTime: 0 },
    { lifecycleEventName: "AfterAllowTraffic", status: "Pending" },
  ]);
  await box.advance(300);
  assert.deepEqual(await events(), [
    { lifecycleEventName: "BeforeAllowTraffic", status: "Succeeded", startTime: 0, endTime: 0 },
    { lifecycleEventName: "AllowTraffic", status: "Succeeded", startTime: 0, endTime: 300 },
    { lifecycleEventName: "AfterAllowTraffic", status: "InProgress", startTime: 300 },
  ]);
  assert.equal((await target()).lambdaTarget?.lambdaFunctionInfo?.targetVersionWeight, 1);
});

test("a hook that does not report fails its event with diagnostics, after an hour", async () => {
  await box.advance(3600);
  const [, , last] = await events();
  const { diagnostics, ...event } = last ?? {};
  assert.deepEqual(event, {
    lifecycleEventName: "AfterAllowTraffic",
    status: "Failed",
    startTime: 300,
    endTime: 3900,
  });
  assert.equal(diagnostics?.errorCode, "UnknownError");
  assert.match(diagnostics?.message ?? "", /did not report a status within 3600 seconds/);
  assert.equal((await target()).lambdaTarget?.status, "Failed");
});

test("a target is also found by its function's name alone", async () => {
  assert.deepEqual(await target(versions.functionName), await target());
});

test("a function that the AppSpec names by its ARN is found by that, and by nothing shorter", async () => {
  const other = await publishTwoVersions(lambda);
  const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${other.functionName}`;
  const id = await deploy(codedeploy, await lambdaGroup(codedeploy), appSpec({ ...other, functionName: arn }));
  await box.advance(0);
  const found = await codedeploy.getDeploymentTarget({ deploymentId: id, targetId: arn });
  assert.equal(found.deploymentTarget?.lambdaTarget?.targetArn, `${arn}:live`);
  assert.equal(found.deploymentTarget?.lambdaTarget?.status, "Succeeded");
  await assert.rejects(codedeploy.getDeploymentTarget({ deploymentId: id, targetId: "arn" }), {
    name: "DeploymentTargetDoesNotExistException",
  });
});

refuses(codedeploy, "GetDeploymentTarget", [
  ["no deployment id", { targetId }, "DeploymentIdRequiredException", "Deployment id must be specified"],
  [
    "a bad deployment id",
    { deploymentId: "bogus", targetId },
    "InvalidDeploymentIdException",
    "Specified DeploymentId is not in the valid format: bogus",
  ],
  ["no target id", { deploymentId }, "DeploymentTargetIdRequiredException", "Deployment target id must be specified"],
  [
    "an empty target id, before it looks for the deployment",
    { deploymentId: "d-ABCDEFGHI", targetId: "" },
    "DeploymentTargetIdRequiredException",
    "Deployment target id must be specified",
  ],
  ["a target id with a space", { deploymentId, targetId: "a b" }, "InvalidDeploymentTargetIdException", /a b/],
  [
    "a target id of 513 characters",
    { deploymentId, targetId: "t".repeat(513) },
    "InvalidDeploymentTargetIdException",
    /ttt/,
  ],
  [
    "an unknown deployment",
    { deploymentId: "d-ABCDEFGHI", targetId },
    "DeploymentDoesNotExistException",
    "The deployment d-ABCDEFGHI could not be found",
  ],
  [
    "an unknown target",
    { deploymentId, targetId: "other:live" },
    "DeploymentTargetDoesNotExistException",
    /other:live/,
  ],
  [
    "the beginning of a function's name",
    { deploymentId, targetId: versions.functionName.slice(0, -1) },
    "DeploymentTargetDoesNotExistException",
    /has no target/,
  ],
]);
