import assert from "node:assert/strict";
import { after, test } from "node:test";
import { appSpec, deploy, lambdaGroup, publishTwoVersions } from "../support/lambdaFixtures.ts";
import { refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const versions = await publishTwoVersions(box.lambda());
const group = await lambdaGroup(codedeploy, {
  deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
});
const deploymentId = await deploy(codedeploy, group, appSpec(versions));
await box.advance(0);
const targetId = `${versions.functionName}:live`;
const list = async (targetFilters: Record<string, string[]>) =>
  (await codedeploy.listDeploymentTargets({ deploymentId, targetFilters } as never)).targetIds;

test("ListDeploymentTargets answers the one target of a Lambda deployment, function and alias", async () => {
  const { $metadata: _, ...answer } = await codedeploy.listDeploymentTargets({ deploymentId });
  assert.deepEqual(answer, { targetIds: [targetId] });
});

test("the values of a status filter are alternatives, and follow the target", async () => {
  assert.deepEqual(await list({ TargetStatus: ["InProgress"] }), [targetId]);
  assert.deepEqual(await list({ TargetStatus: ["Succeeded", "InProgress"] }), [targetId]);
  assert.deepEqual(await list({ TargetStatus: ["Succeeded"] }), []);
  assert.deepEqual(await list({ TargetStatus: [] }), [targetId]);
  assert.deepEqual(await list({}), [targetId]);
  await box.advance(300);
  assert.deepEqual(await list({ TargetStatus: ["Succeeded"] }), [targetId]);
  assert.deepEqual(await list({ TargetStatus: ["InProgress"] }), []);
});

test("a deployment whose AppSpec names no function has no targets", async () => {
  const id = await deploy(codedeploy, await lambdaGroup(codedeploy), '{"version": 0.0}');
  await box.advance(0);
  assert.deepEqual((await codedeploy.listDeploymentTargets({ deploymentId: id })).targetIds, []);
});

const filtered = (targetFilters: object) => ({ deploymentId, targetFilters });
refuses(codedeploy, "ListDeploymentTargets", [
  ["no id", {}, "DeploymentIdRequiredException", "Deployment id must be specified"],
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
  ["an unknown filter", filtered({ Colour: ["Blue"] }), "InvalidTargetFilterNameException", /Colour/],
  ["an unknown status", filtered({ TargetStatus: ["Odd"] }), "InvalidInstanceStatusException", /Odd/],
  ["an unknown label", filtered({ ServerInstanceLabel: ["Red"] }), "InvalidInstanceTypeException", /Red/],
  [
    "a label, as Lambda has no servers",
    filtered({ ServerInstanceLabel: ["Blue"] }),
    "InvalidDeploymentInstanceTypeException",
    /servers/,
  ],
  [
    "a bad filter, before it looks for the deployment",
    { deploymentId: "d-ABCDEFGHI", targetFilters: { Colour: [] } },
    "InvalidTargetFilterNameException",
    /Colour/,
  ],
  ["a token that never was one", { deploymentId, nextToken: "garbage" }, "InvalidNextTokenException", /not valid/],
]);
