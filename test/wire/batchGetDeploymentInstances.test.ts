import assert from "node:assert/strict";
import { after, test } from "node:test";
import { appSpec, deploy, lambdaGroup, publishTwoVersions } from "../support/lambdaFixtures.ts";
import { refuses } from "../support/refusals.ts";
import { ACCOUNT, REGION, startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const versions = await publishTwoVersions(box.lambda());
const deploymentId = await deploy(codedeploy, await lambdaGroup(codedeploy), appSpec(versions));
await box.advance(0);
const targetId = `${versions.functionName}:live`;
const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${targetId}`;

test("BatchGetDeploymentInstances shows the target of a Lambda deployment, found by its id or its ARN", async () => {
  const { deploymentTarget } = await codedeploy.getDeploymentTarget({ deploymentId, targetId });
  const { status, lastUpdatedAt, lifecycleEvents } = deploymentTarget?.lambdaTarget ?? {};
  const summary = { deploymentId, instanceId: arn, status, lastUpdatedAt, lifecycleEvents };
  for (const id of [targetId, arn]) {
    const { $metadata: _, ...answer } = await codedeploy.batchGetDeploymentInstances({
      deploymentId,
      instanceIds: [id],
    });
    assert.deepEqual(answer, { instancesSummary: [summary], errorMessage: "" });
  }
  assert.equal(status, "Succeeded");
  assert.equal(lifecycleEvents?.length, 3);
});

test("ids that the deployment does not have are named in the errorMessage", async () => {
  const instanceIds = ["i-0abc", targetId, "other:live"];
  const answer = await codedeploy.batchGetDeploymentInstances({ deploymentId, instanceIds });
  assert.equal(answer.instancesSummary?.length, 1);
  assert.equal(answer.errorMessage, `The deployment ${deploymentId} has no instance i-0abc, other:live`);
});

test("a deployment without targets has no instances", async () => {
  const failed = await deploy(codedeploy, await lambdaGroup(codedeploy), '{"version": 0.0}');
  await box.advance(0);
  const answer = await codedeploy.batchGetDeploymentInstances({ deploymentId: failed, instanceIds: [targetId] });
  assert.deepEqual(answer.instancesSummary, []);
  assert.equal(answer.errorMessage, `The deployment ${failed} has no instance ${targetId}`);
});

const instanceIds = [targetId];
refuses(codedeploy, "BatchGetDeploymentInstances", [
  ["no deployment id", { instanceIds }, "DeploymentIdRequiredException", "Deployment id must be specified"],
  [
    "a bad deployment id",
    { deploymentId: "bogus", instanceIds },
    "InvalidDeploymentIdException",
    "Specified DeploymentId is not in the valid format: bogus",
  ],
  ["no instance ids", { deploymentId }, "InstanceIdRequiredException", "Instance id must be specified"],
  ["an empty list", { deploymentId, instanceIds: [] }, "InstanceIdRequiredException", "Instance id must be specified"],
  ["an empty id", { deploymentId, instanceIds: [""] }, "InstanceIdRequiredException", "Instance id must be specified"],
  ["a bad id", { deploymentId, instanceIds: ["a b"] }, "InvalidInstanceNameException", /^Invalid instance id: a b\./],
  [
    "a long id",
    { deploymentId, instanceIds: ["x".repeat(513)] },
    "InvalidInstanceNameException",
    /^Invalid instance id/,
  ],
  [
    "26 ids, before an unknown deployment",
    { deploymentId: "d-ABCDEFGHI", instanceIds: Array.from({ length: 26 }, () => targetId) },
    "BatchLimitExceededException",
    "26 were asked for at once; at most 25 may be",
  ],
  [
    "an unknown deployment",
    { deploymentId: "d-ABCDEFGHI", instanceIds },
    "DeploymentDoesNotExistException",
    "The deployment d-ABCDEFGHI could not be found",
  ],
]);
refuses(box.codeDeploy({ account: "210987654321" }), "BatchGetDeploymentInstances", [
  ["a deployment of another account", { deploymentId, instanceIds }, "DeploymentDoesNotExistException", /could not be/],
]);
