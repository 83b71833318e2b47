import assert from "node:assert/strict";
import { after, test } from "node:test";
import { deploy, inlineRevision, lambdaApplication, lambdaGroup, uniqueName } from "../support/lambdaFixtures.ts";
import { assertRefused, nameRefusals, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

test("a renamed application takes its id, groups, revisions and deployments along", async () => {
  const group = await lambdaGroup(codedeploy);
  const { applicationName, deploymentGroupName } = group;
  const before = await codedeploy.getApplication({ applicationName });
  const deploymentId = await deploy(codedeploy, group, '{"version": 0.0}', { description: "before the rename" });
  await box.advance(0);
  const newName = uniqueName("renamed");
  const { $metadata: _, ...answer } = await codedeploy.updateApplication({
    applicationName,
    newApplicationName: newName,
  });
  assert.deepEqual(answer, {});

  const { application } = await codedeploy.getApplication({ applicationName: newName });
  assert.deepEqual(application, { ...before.application, applicationName: newName });
  const groups = await codedeploy.listDeploymentGroups({ applicationName: newName });
  assert.deepEqual(groups.deploymentGroups, [deploymentGroupName]);
  const found = await codedeploy.getDeploymentGroup({ applicationName: newName, deploymentGroupName });
  assert.equal(found.deploymentGroupInfo?.applicationName, newName);
  assert.equal(found.deploymentGroupInfo?.lastAttemptedDeployment?.deploymentId, deploymentId);
  const revisions = await codedeploy.listApplicationRevisions({ applicationName: newName });
  assert.equal(revisions.revisions?.length, 1);
  const listed = await codedeploy.listDeployments({ applicationName: newName, deploymentGroupName });
  assert.deepEqual(listed.deployments, [deploymentId]);
  const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
  assert.equal(deploymentInfo?.applicationName, newName);
  await assertRefused(
    codedeploy.getApplication({ applicationName }),
    "ApplicationDoesNotExistException",
    `No application found for name: ${applicationName}`,
  );
});

test("the old name is free again, for an application of its own", async () => {
  const applicationName = await lambdaApplication(codedeploy);
  await codedeploy.registerApplicationRevision({ applicationName, revision: inlineRevision("{}") });
  await codedeploy.updateApplication({ applicationName, newApplicationName: uniqueName("moved") });
  await lambdaApplication(codedeploy, { applicationName });
  assert.deepEqual((await codedeploy.listApplicationRevisions({ applicationName })).revisions, []);
});

test("no new name, an empty one, or the present one changes nothing", async () => {
  const applicationName = await lambdaApplication(codedeploy);
  for (const newApplicationName of [undefined, "", applicationName]) {
    await codedeploy.updateApplication({ applicationName, newApplicationName });
    await codedeploy.getApplication({ applicationName });
  }
});

const taken = await lambdaApplication(codedeploy);
const existing = await lambdaApplication(codedeploy);
refuses(codedeploy, "UpdateApplication", [
  ...nameRefusals(
    "applicationName",
    {},
    ["ApplicationNameRequiredException", "Application name is required"],
    ["InvalidApplicationNameException", /^Invalid application name: /],
  ),
  [
    "a bad new name, before it looks for the application",
    { applicationName: "unknown", newApplicationName: "two words" },
    "InvalidApplicationNameException",
    /^Invalid application name: two words/,
  ],
  [
    "an unknown application",
    { applicationName: "unknown", newApplicationName: taken },
    "ApplicationDoesNotExistException",
    "No application found for name: unknown",
  ],
  [
    "the name of another application",
    { applicationName: existing, newApplicationName: taken },
    "ApplicationAlreadyExistsException",
    `Application already exists with name: ${taken}`,
  ],
]);
