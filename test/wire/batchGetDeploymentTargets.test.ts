import assert from "node:assert/strict";
import { after, test } from "node:test";
import { appSpec, deploy, lambdaGroup, publishTwoVersions } from "../support/lambdaFixtures.ts";
import { refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const versions = await publishTwoVersions(box.lambda());
const deploymentId = await deploy(codedeploy, await lambdaGroup(codedeploy), appSpec(versions));
await box.advance(0);
const targetId = `${versions.functionName}:live`;

test("BatchGetDeploymentTargets answers the same as GetDeploymentTarget", async () => {
  const { deploymentTarget } = await codedeploy.getDeploymentTarget({ deploymentId, targetId });
  const { $metadata: _, ...answer } = await codedeploy.batchGetDeploymentTargets({
    deploymentId,
    targetIds: [targetId],
  });
  assert.deepEqual(answer, { deploymentTargets: [deploymentTarget] });
});

const idRequired = ["DeploymentTargetIdRequiredException", "Deployment target id must be specified"] as const;
refuses(codedeploy, "BatchGetDeploymentTargets", [
  ["no deployment id", { targetIds: [targetId] }, "DeploymentIdRequiredException", "Deployment id must be specified"],
  [
    "a bad deployment id",
    { deploymentId: "bogus", targetIds: [targetId] },
    "InvalidDeploymentIdException",
    "Specified DeploymentId is not in the valid format: bogus",
  ],
  ["no target ids", { deploymentId }, ...idRequired],
  ["an empty list of target ids", { deploymentId, targetIds: [] }, ...idRequired],
  ["an empty target id", { deploymentId, targetIds: [""] }, ...idRequired],
  ["a bad target id", { deploymentId, targetIds: ["a b"] }, "InvalidDeploymentTargetIdException", /a b/],
  [
    "an unknown deployment",
    { deploymentId: "d-ABCDEFGHI", targetIds: [targetId, targetId] },
    "DeploymentDoesNotExistException",
    "The deployment d-ABCDEFGHI could not be found",
  ],
  [
    "two targets, as a Lambda deployment has one",
    { deploymentId, targetIds: [targetId, targetId] },
    "DeploymentTargetListSizeExceededException",
    /exactly one/,
  ],
  ["an unknown target", { deploymentId, targetIds: ["other:live"] }, "DeploymentTargetDoesNotExistException", /other/],
]);
