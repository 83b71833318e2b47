/** What becomes of a deployment that finds its group busy, as the group's tag `signalbox:on-busy` says. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { appSpec, deploy, lambdaGroup, publishTwoVersions } from "../support/lambdaFixtures.ts";
import { assertRefused } from "../support/refusals.ts";
import { ACCOUNT, REGION, startSignalbox } from "../support/signalbox.ts";

const CANARY = "CodeDeployDefault.LambdaCanary10Percent5Minutes";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const lambda = box.lambda();

async function groupWith(onBusy?: string) {
  const versions = await publishTwoVersions(lambda);
  const tags = onBusy === undefined ? [] : [{ Key: "signalbox:on-busy", Value: onBusy }];
  const group = await lambdaGroup(codedeploy, { deploymentConfigName: CANARY, tags });
  const forth = appSpec(versions);
  const back = appSpec({ ...versions, currentVersion: "2", targetVersion: "1" });
  const start = (content: string, description?: string) => deploy(codedeploy, group, content, { description });
  return { group, forth, back, start };
}
const info = async (deploymentId: string) => {
  const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
  assert.ok(deploymentInfo);
  return deploymentInfo;
};
const statuses = async (...ids: string[]) => (await Promise.all(ids.map(info))).map(({ status }) => status);

test("without the tag, and with reject, it is rejected in the real service's words", async () => {
  for (const onBusy of [undefined, "reject"]) {
    const { group, forth, start } = await groupWith(onBusy);
    const first = await start(forth);
    const text = `The Deployment Group '${group.deploymentGroupName}' already has an active Deployment '${first}'`;
    await assertRefused(start(forth), "DeploymentLimitExceededException", text);
  }
});

test("queue: first in, first out, each when the one before it has ended", async () => {
  const { group, forth, back, start } = await groupWith("queue");
  const [first, second, third] = [await start(forth), await start(back), await start(forth)];
  await box.advance(0);
  assert.deepEqual(await statuses(first, second, third), ["InProgress", "Queued", "Queued"]);
  assert.equal((await info(second)).startTime, undefined);
  const queued = await codedeploy.listDeployments({ ...group, includeOnlyStatuses: ["Queued"] });
  assert.deepEqual(queued.deployments, [third, second]);
  await box.advance(300);
  assert.deepEqual(await statuses(first, second, third), ["Succeeded", "InProgress", "Queued"]);
  assert.deepEqual((await info(second)).previousRevision, (await info(first)).revision);
  await box.advance(300);
  assert.deepEqual(await statuses(first, second, third), ["Succeeded", "Succeeded", "InProgress"]);
  await box.advance(300);
  assert.deepEqual(await statuses(third), ["Succeeded"]);
});

test("queue: the next begins only when the rollback of the one before it has ended", async () => {
  const { forth, start } = await groupWith("queue");
  const [first, second] = [await start(forth), await start(forth)];
  await box.advance(10);
  await codedeploy.stopDeployment({ deploymentId: first, autoRollbackEnabled: true });
  await box.advance(0);
  const rollback = (await info(first)).rollbackInfo?.rollbackDeploymentId ?? "";
  assert.deepEqual(await statuses(first, rollback, second), ["Stopped", "Succeeded", "InProgress"]);
  const [ended, begun] = [(await info(rollback)).completeTime, (await info(second)).startTime];
  assert.ok(ended && begun && ended <= begun);
});

test("queue: what waits can be stopped, and fails when its group is deleted", async () => {
  const { group, forth, start } = await groupWith("queue");
  const [, second, third] = [await start(forth), await start(forth), await start(forth)];
  await codedeploy.stopDeployment({ deploymentId: second });
  await box.advance(0);
  assert.deepEqual(await statuses(second, third), ["Stopped", "Queued"]);
  await codedeploy.deleteDeploymentGroup(group);
  await box.advance(0);
  const { status, errorInformation } = await info(third);
  assert.deepEqual([status, errorInformation?.code], ["Failed", "DEPLOYMENT_GROUP_MISSING"]);
});

test("replace: the older one is stopped and rolled back first, whatever waits makes way", async () => {
  const { forth, start } = await groupWith("replace");
  const first = await start(forth);
  await box.advance(10);
  const [second, third] = [await start(forth), await start(forth)];
  await box.advance(0);
  assert.deepEqual(await statuses(first, second, third), ["Stopped", "Stopped", "InProgress"]);
  const stopped = await info(first);
  assert.deepEqual(stopped.deploymentStatusMessages, [`It was replaced by deployment ${second}.`]);
  assert.deepEqual(await statuses(stopped.rollbackInfo?.rollbackDeploymentId ?? ""), ["Succeeded"]);
  assert.equal((await info(second)).rollbackInfo?.rollbackDeploymentId, undefined);
  await box.advance(300);
  assert.deepEqual(await statuses(third), ["Succeeded"]);
});

test("of two racing builds the newer wins, in whichever order they come", async () => {
  const { group, forth, back, start } = await groupWith("queue");
  const first = await start(forth, "build order=7");
  const text = `A newer build was deployed to the Deployment Group '${group.deploymentGroupName}' already: it has order=7, this one order=6`;
  await assertRefused(start(forth, "build order=6"), "DeploymentLimitExceededException", text);
  const newer = await start(back, "order=8, by main");
  await box.advance(300);
  await assertRefused(start(forth, "order=7"), "DeploymentLimitExceededException", /order=8, this one order=7/);
  assert.deepEqual(await statuses(first, newer), ["Succeeded", "InProgress"]);
  await box.advance(300);
  assert.deepEqual(await statuses(newer), ["Succeeded"]);
});

test("a build that still waits makes way for a newer one, and one without a number does not", async () => {
  const { forth, back, start } = await groupWith("queue");
  const first = await start(forth, "order=1");
  const [older, plain, newer] = [await start(back, "order=2"), await start(back), await start(back, "order=3")];
  await box.advance(0);
  assert.deepEqual(await statuses(first, older, plain, newer), ["InProgress", "Stopped", "Queued", "Queued"]);
  assert.deepEqual((await info(older)).deploymentStatusMessages, [`It was replaced by deployment ${newer}.`]);
});

test("without the tag a description is only a description", async () => {
  const { forth, back, start } = await groupWith();
  await start(forth, "order=9");
  await box.advance(300);
  const later = await start(back, "order=1");
  await box.advance(300);
  assert.deepEqual(await statuses(later), ["Succeeded"]);
});

test("a queue outlives a restart", async (t) => {
  const dataDirectory = box.dataDirectory;
  const { forth, back, start } = await groupWith("queue");
  const [first, second] = [await start(forth), await start(back)];
  await box.advance(10);
  await box.stop();
  const again = await startSignalbox(t, { flags: { "data-dir": dataDirectory } });
  await again.advance(290);
  const client = again.codeDeploy();
  const status = async (deploymentId: string) => (await client.getDeployment({ deploymentId })).deploymentInfo?.status;
  assert.deepEqual([await status(first), await status(second)], ["Succeeded", "InProgress"]);
  await again.advance(300);
  assert.equal(await status(second), "Succeeded");
});

test("the tag takes three words only", async (t) => {
  const other = await startSignalbox(t);
  const client = other.codeDeploy();
  const { applicationName, deploymentGroupName } = await lambdaGroup(client);
  const ResourceArn = `arn:aws:codedeploy:${REGION}:${ACCOUNT}:deploymentgroup:${applicationName}/${deploymentGroupName}`;
  const Tags = [{ Key: "signalbox:on-busy", Value: "wait" }];
  await assertRefused(
    client.tagResource({ ResourceArn, Tags }),
    "InvalidTagsToAddException",
    "Invalid signalbox:on-busy: wait. It is reject, queue, replace",
  );
});
