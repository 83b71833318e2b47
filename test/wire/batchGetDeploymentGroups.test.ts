import assert from "node:assert/strict";
import { after, test } from "node:test";
import { lambdaApplication, lambdaGroup } from "../support/lambdaFixtures.ts";
import { nameRefusals, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const applicationName = await lambdaApplication(codedeploy);
const first = (await lambdaGroup(codedeploy, { applicationName })).deploymentGroupName;
const second = (await lambdaGroup(codedeploy, { applicationName })).deploymentGroupName;

test("BatchGetDeploymentGroups answers the same as GetDeploymentGroup, in the order asked for", async () => {
  const deploymentGroupNames = [second, first];
  const answer = await codedeploy.batchGetDeploymentGroups({ applicationName, deploymentGroupNames });
  const single = await Promise.all(
    deploymentGroupNames.map((name) => codedeploy.getDeploymentGroup({ applicationName, deploymentGroupName: name })),
  );
  assert.deepEqual(
    answer.deploymentGroupsInfo,
    single.map(({ deploymentGroupInfo }) => deploymentGroupInfo),
  );
  assert.equal(answer.errorMessage, "");
});

test("names that are not found are told in errorMessage, beside the groups that are", async () => {
  const deploymentGroupNames = ["missing-1", first, "missing-2"];
  const answer = await codedeploy.batchGetDeploymentGroups({ applicationName, deploymentGroupNames });
  assert.deepEqual(
    answer.deploymentGroupsInfo?.map(({ deploymentGroupName }) => deploymentGroupName),
    [first],
  );
  assert.equal(answer.errorMessage, "No Deployment Group found for name: missing-1, missing-2");
});

test("BatchGetDeploymentGroups takes 100 names", async () => {
  const deploymentGroupNames = Array(100).fill(first);
  const answer = await codedeploy.batchGetDeploymentGroups({ applicationName, deploymentGroupNames });
  assert.equal(answer.deploymentGroupsInfo?.length, 100);
});

const named = { applicationName, deploymentGroupNames: [first] };
refuses(codedeploy, "BatchGetDeploymentGroups", [
  ...nameRefusals(
    "applicationName",
    named,
    ["ApplicationNameRequiredException", "Application name is required"],
    ["InvalidApplicationNameException", /^Invalid application name: /],
  ),
  ["no names", { applicationName }, "DeploymentGroupNameRequiredException", "Deployment group name is required"],
  [
    "an empty list of names",
    { applicationName, deploymentGroupNames: [] },
    "DeploymentGroupNameRequiredException",
    "Deployment group name is required",
  ],
  [
    "an empty name among others",
    { applicationName, deploymentGroupNames: [first, ""] },
    "DeploymentGroupNameRequiredException",
    "Deployment group name is required",
  ],
  [
    "a bad name among others",
    { applicationName, deploymentGroupNames: [first, "two words"] },
    "InvalidDeploymentGroupNameException",
    /two words/,
  ],
  [
    "101 names",
    { applicationName, deploymentGroupNames: Array(101).fill(first) },
    "BatchLimitExceededException",
    /101.*100/,
  ],
  [
    "an unknown application",
    { ...named, applicationName: "unknown" },
    "ApplicationDoesNotExistException",
    "No application found for name: unknown",
  ],
]);
