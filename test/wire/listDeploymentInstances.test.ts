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

test("ListDeploymentInstances answers the ids of a Lambda deployment's targets", async () => {
  const { $metadata: _, ...answer } = await codedeploy.listDeploymentInstances({ deploymentId });
  assert.deepEqual(answer, { instancesList: [targetId] });
});

test("statuses are alternatives, and no statuses filter nothing", async () => {
  const found = async (instanceStatusFilter: ("Failed" | "Pending" | "Succeeded")[]) =>
    (await codedeploy.listDeploymentInstances({ deploymentId, instanceStatusFilter, instanceTypeFilter: [] }))
      .instancesList;
  assert.deepEqual(await found([]), [targetId]);
  assert.deepEqual(await found(["Failed", "Succeeded"]), [targetId]);
  assert.deepEqual(await found(["Failed", "Pending"]), []);
});

test("a deployment that ended before it had a target has no instances", async () => {
  const failed = await deploy(codedeploy, await lambdaGroup(codedeploy), '{"version": 0.0}');
  await box.advance(0);
  assert.deepEqual((await codedeploy.listDeploymentInstances({ deploymentId: failed })).instancesList, []);
});

refuses(codedeploy, "ListDeploymentInstances", [
  ["no deployment id", {}, "DeploymentIdRequiredException", "Deployment id must be specified"],
  [
    "a bad deployment id, before a bad status",
    { deploymentId: "bogus", instanceStatusFilter: ["Lost"] },
    "InvalidDeploymentIdException",
    "Specified DeploymentId is not in the valid format: bogus",
  ],
  [
    "an unknown status, before an unknown type",
    { deploymentId: "d-ABCDEFGHI", instanceStatusFilter: ["Failed", "Lost"], instanceTypeFilter: ["Red"] },
    "InvalidInstanceStatusException",
    "Invalid instance status: Lost. It must be Pending, InProgress, Succeeded, Failed, Skipped, Unknown, Ready",
  ],
  [
    "an unknown type, before an unknown deployment",
    { deploymentId: "d-ABCDEFGHI", instanceTypeFilter: ["Blue", "Red"] },
    "InvalidInstanceTypeException",
    "Invalid instance type: Red. It must be Blue or Green",
  ],
  [
    "an unknown deployment",
    { deploymentId: "d-ABCDEFGHI" },
    "DeploymentDoesNotExistException",
    "The deployment d-ABCDEFGHI could not be found",
  ],
  [
    "a type, as a Lambda deployment has no blue and green instances,",
    { deploymentId, instanceTypeFilter: ["Blue"] },
    "InvalidDeploymentInstanceTypeException",
    /only in a blue\/green deployment to servers.*Lambda$/,
  ],
  ["a token that never was one", { deploymentId, nextToken: "x" }, "InvalidNextTokenException", /start again/],
]);
refuses(box.codeDeploy({ account: "210987654321" }), "ListDeploymentInstances", [
  ["a deployment of another account", { deploymentId }, "DeploymentDoesNotExistException", /could not be found/],
]);
