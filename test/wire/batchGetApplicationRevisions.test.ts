import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import type { RevisionLocation } from "@aws-sdk/client-codedeploy";
import { appSpec, deploy, inlineRevision, lambdaApplication, lambdaGroup } from "../support/lambdaFixtures.ts";
import { nameRefusals, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const applicationName = await lambdaApplication(codedeploy);
const content = appSpec({ functionName: "f", alias: "live", currentVersion: "1", targetVersion: "2" });
const sha256 = createHash("sha256").update(content).digest("hex");
const s3: RevisionLocation = { revisionType: "S3", s3Location: { bucket: "b", key: "k.json", bundleType: "JSON" } };
await codedeploy.registerApplicationRevision({ applicationName, revision: s3, description: "in a bucket" });
await codedeploy.registerApplicationRevision({ applicationName, revision: inlineRevision(content) });

test("BatchGetApplicationRevisions answers what GetApplicationRevision does, in the order asked for", async () => {
  const byDigest = { revisionType: "AppSpecContent", appSpecContent: { sha256 } } as const;
  const given: RevisionLocation[] = [byDigest, s3];
  const { $metadata: _, ...answer } = await codedeploy.batchGetApplicationRevisions({
    applicationName,
    revisions: given,
  });
  const revisions = [];
  for (const location of given) {
    const one = await codedeploy.getApplicationRevision({ applicationName, revision: location });
    revisions.push({ revisionLocation: one.revision, genericRevisionInfo: one.revisionInfo });
  }
  assert.deepEqual(answer, { applicationName, revisions, errorMessage: "" });
  assert.deepEqual(revisions[0]?.revisionLocation?.appSpecContent, { content, sha256 });
  assert.equal(revisions[1]?.genericRevisionInfo?.description, "in a bucket");
});

test("revisions that are not registered are named in the errorMessage, without their content", async () => {
  const other = inlineRevision("another text");
  const answer = await codedeploy.batchGetApplicationRevisions({ applicationName, revisions: [other, s3] });
  assert.equal(answer.revisions?.length, 1);
  const digest = createHash("sha256").update("another text").digest("hex");
  assert.equal(
    answer.errorMessage,
    `No revision found for the given location: {"revisionType":"AppSpecContent","appSpecContent":{"sha256":"${digest}"}}`,
  );
});

test("a revision shows the groups that it is the target of, and when it was used", async () => {
  const group = await lambdaGroup(codedeploy, { applicationName });
  const text = '{"version": 0.0}';
  const deploymentId = await deploy(codedeploy, group, text);
  const { revisions } = await codedeploy.batchGetApplicationRevisions({
    applicationName,
    revisions: [inlineRevision(text)],
  });
  const { deploymentGroups, description, firstUsedTime, lastUsedTime } = revisions?.[0]?.genericRevisionInfo ?? {};
  assert.deepEqual(deploymentGroups, [group.deploymentGroupName]);
  assert.equal(description, `Application revision registered by Deployment ID: ${deploymentId}`);
  assert.ok(firstUsedTime && lastUsedTime);
});

test("25 revisions may be asked for at once", async () => {
  const revisions = Array.from({ length: 25 }, () => s3);
  const answer = await codedeploy.batchGetApplicationRevisions({ applicationName, revisions });
  assert.equal(answer.revisions?.length, 25);
});

test("an application of the same name in another account or region has revisions of its own", async () => {
  for (const principal of [{ account: "210987654321" }, { region: "us-east-2" }]) {
    const other = box.codeDeploy(principal);
    await lambdaApplication(other, { applicationName });
    const answer = await other.batchGetApplicationRevisions({ applicationName, revisions: [s3] });
    assert.deepEqual(answer.revisions, []);
    assert.match(answer.errorMessage ?? "", /k\.json/);
  }
});

const revisions = [s3];
refuses(codedeploy, "BatchGetApplicationRevisions", [
  ...nameRefusals(
    "applicationName",
    { revisions },
    ["ApplicationNameRequiredException", "Application name is required"],
    ["InvalidApplicationNameException", /^Invalid application name: /],
  ),
  ["no revisions", { applicationName }, "RevisionRequiredException", "RevisionLocation must be specified"],
  [
    "an empty list of revisions",
    { applicationName, revisions: [] },
    "RevisionRequiredException",
    "RevisionLocation must be specified",
  ],
  [
    "an empty revision",
    { applicationName, revisions: [{}] },
    "RevisionRequiredException",
    "RevisionLocation must be specified",
  ],
  [
    "26 revisions, before an unknown application",
    { applicationName: "none", revisions: Array.from({ length: 26 }, () => s3) },
    "BatchLimitExceededException",
    "26 were asked for at once; at most 25 may be",
  ],
  [
    "an unknown application, before a bad revision",
    { applicationName: "none", revisions: [{ revisionType: "Floppy" }] },
    "ApplicationDoesNotExistException",
    "No application found for name: none",
  ],
  [
    "an unknown type",
    { applicationName, revisions: [s3, { revisionType: "Floppy" }] },
    "InvalidRevisionException",
    /Floppy/,
  ],
  [
    "a revision of another platform",
    { applicationName, revisions: [{ revisionType: "GitHub", gitHubLocation: { repository: "a/b", commitId: "c" } }] },
    "InvalidRevisionException",
    /Lambda.*GitHub/,
  ],
]);
