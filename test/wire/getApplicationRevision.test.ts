import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import { deploy, inlineRevision, lambdaApplication, lambdaGroup } from "../support/lambdaFixtures.ts";
import { assertRefused, nameRefusals, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const sha256Of = (text: string) => createHash("sha256").update(text, "utf8").digest("hex");

test("GetApplicationRevision answers the content of an AppSpec that is asked for by its digest", async () => {
  const applicationName = await lambdaApplication(codedeploy);
  const content = "version: 0.0\n# grüße\n";
  const sha256 = sha256Of(content);
  await codedeploy.registerApplicationRevision({ applicationName, revision: inlineRevision(content) });
  const { $metadata: _, ...answer } = await codedeploy.getApplicationRevision({
    applicationName,
    revision: { revisionType: "AppSpecContent", appSpecContent: { sha256: sha256.toUpperCase() } },
  });
  assert.deepEqual(answer.revision, { revisionType: "AppSpecContent", appSpecContent: { content, sha256 } });
  assert.deepEqual(Object.keys(answer).sort(), ["applicationName", "revision", "revisionInfo"]);
});

test("a deployment registers its revision, says so, and counts as its use", async () => {
  const group = await lambdaGroup(codedeploy);
  const { applicationName, deploymentGroupName } = group;
  const content = '{"version": 0.0}';
  const info = async () =>
    (await codedeploy.getApplicationRevision({ applicationName, revision: inlineRevision(content) })).revisionInfo;
  const deploymentId = await deploy(codedeploy, group, content);
  await box.advance(0);
  const first = await info();
  assert.equal(first?.description, `Application revision registered by Deployment ID: ${deploymentId}`);
  assert.deepEqual(first?.deploymentGroups, [deploymentGroupName]);
  assert.deepEqual(first?.firstUsedTime, first?.registerTime);
  assert.deepEqual(first?.lastUsedTime, first?.registerTime);

  await box.advance(60);
  await deploy(codedeploy, group, content);
  await box.advance(0);
  const second = await info();
  assert.equal((second?.lastUsedTime?.getTime() ?? 0) - (first?.lastUsedTime?.getTime() ?? 0), 60_000);
  assert.deepEqual({ ...second, lastUsedTime: first?.lastUsedTime }, first);

  await deploy(codedeploy, group, '{"version": 1.0}');
  assert.deepEqual((await info())?.deploymentGroups, []);
});

test("a description that was registered is not overwritten by a deployment", async () => {
  const group = await lambdaGroup(codedeploy);
  const { applicationName } = group;
  const revision = inlineRevision('{"version": 0.0}');
  await codedeploy.registerApplicationRevision({ applicationName, revision, description: "mine" });
  await box.advance(5);
  await deploy(codedeploy, group, '{"version": 0.0}');
  const { revisionInfo } = await codedeploy.getApplicationRevision({ applicationName, revision });
  assert.equal(revisionInfo?.description, "mine");
  assert.equal((revisionInfo?.firstUsedTime?.getTime() ?? 0) - (revisionInfo?.registerTime?.getTime() ?? 0), 5000);
});

test("a revision belongs to its application", async () => {
  const [one, other] = [await lambdaApplication(codedeploy), await lambdaApplication(codedeploy)];
  const revision = inlineRevision("version: 0.0");
  await codedeploy.registerApplicationRevision({ applicationName: one, revision });
  await assertRefused(
    codedeploy.getApplicationRevision({ applicationName: other, revision }),
    "RevisionDoesNotExistException",
    "No revision found for the given location",
  );
});

const applicationName = await lambdaApplication(codedeploy);
const revision = inlineRevision("never registered");
refuses(codedeploy, "GetApplicationRevision", [
  ...nameRefusals(
    "applicationName",
    { revision },
    ["ApplicationNameRequiredException", "Application name is required"],
    ["InvalidApplicationNameException", /^Invalid application name: /],
  ),
  ["no revision", { applicationName }, "RevisionRequiredException", "RevisionLocation must be specified"],
  [
    "an empty revision",
    { applicationName, revision: {} },
    "RevisionRequiredException",
    "RevisionLocation must be specified",
  ],
  [
    "a revision without its member",
    { applicationName, revision: { revisionType: "S3" } },
    "InvalidRevisionException",
    /needs the member s3Location/,
  ],
  [
    "an unknown application",
    { applicationName: "unknown", revision },
    "ApplicationDoesNotExistException",
    "No application found for name: unknown",
  ],
  [
    "a revision that was never registered",
    { applicationName, revision },
    "RevisionDoesNotExistException",
    "No revision found for the given location",
  ],
]);
