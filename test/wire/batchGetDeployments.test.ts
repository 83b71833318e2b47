import assert from "node:assert/strict";
import { after, test } from "node:test";
import { deploy, lambdaGroup } from "../support/lambdaFixtures.ts";
import { refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const first = await deploy(codedeploy, await lambdaGroup(codedeploy), '{"version": 0.0}');
const second = await deploy(codedeploy, await lambdaGroup(codedeploy), '{"version": 0.0}');
await box.advance(0);

test("BatchGetDeployments answers the same as GetDeployment, in the order asked for, without what is not found", async () => {
  const { deploymentsInfo } = await codedeploy.batchGetDeployments({ deploymentIds: [second, "d-ABCDEFGHI", first] });
  const single = await Promise.all([second, first].map((deploymentId) => codedeploy.getDeployment({ deploymentId })));
  assert.deepEqual(
    deploymentsInfo,
    single.map(({ deploymentInfo }) => deploymentInfo),
  );
});

test("deployments of another account are left out", async () => {
  const other = box.codeDeploy({ account: "210987654321" });
  assert.deepEqual((await other.batchGetDeployments({ deploymentIds: [first] })).deploymentsInfo, []);
});

test("BatchGetDeployments takes 100 ids", async () => {
  const { deploymentsInfo } = await codedeploy.batchGetDeployments({ deploymentIds: Array(100).fill(first) });
  assert.equal(deploymentsInfo?.length, 100);
});

refuses(codedeploy, "BatchGetDeployments", [
  ["no list of ids", {}, "DeploymentIdRequiredException", "Deployment id must be specified"],
  ["an empty list", { deploymentIds: [] }, "DeploymentIdRequiredException", "Deployment id must be specified"],
  [
    "an empty id among others",
    { deploymentIds: [first, ""] },
    "DeploymentIdRequiredException",
    "Deployment id must be specified",
  ],
  [
    "a bad id among others",
    { deploymentIds: [first, "bogus"] },
    "InvalidDeploymentIdException",
    "Specified DeploymentId is not in the valid format: bogus",
  ],
  ["101 ids", { deploymentIds: Array(101).fill(first) }, "BatchLimitExceededException", /101.*100/],
]);
