import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import type { RevisionLocation } from "@aws-sdk/client-codedeploy";
import { inlineRevision, lambdaApplication } from "../support/lambdaFixtures.ts";
import { nameRefusals, type Refusal, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const sha256Of = (text: string) => createHash("sha256").update(text, "utf8").digest("hex");

const s3: RevisionLocation = {
  revisionType: "S3",
  s3Location: { bucket: "bucket", key: "app/1.zip", bundleType: "zip", version: "v1", eTag: "0123" },
};
const gitHub: RevisionLocation = {
  revisionType: "GitHub",
  gitHubLocation: { repository: "owner/repo", commitId: "0123456789abcdef0123456789abcdef01234567" },
};

const accepted: [title: string, platform: "Server" | "Lambda" | "ECS", revision: RevisionLocation][] = [
  ["a bundle in S3 for Server", "Server", s3],
  ["a commit on GitHub for Server", "Server", gitHub],
  ["an AppSpec in S3 for Lambda", "Lambda", { ...s3, s3Location: { ...s3.s3Location, bundleType: "YAML" } }],
  ["an AppSpec as a string for Lambda", "Lambda", { revisionType: "String", string: { content: "version: 0.0" } }],
  ["an AppSpec for Lambda", "Lambda", inlineRevision("version: 0.0")],
  ["an AppSpec for ECS", "ECS", inlineRevision("version: 0.0")],
  ["a revision whose type follows from its one member", "Lambda", { appSpecContent: { content: "a: b" } }],
];
for (const [title, computePlatform, revision] of accepted) {
  test(`RegisterApplicationRevision takes ${title}, and answers nothing`, async () => {
    const applicationName = await lambdaApplication(codedeploy, { computePlatform });
    const { $metadata: _, ...answer } = await codedeploy.registerApplicationRevision({
      applicationName,
      revision,
      description: "why",
    });
    assert.deepEqual(answer, {});
    const { revisionInfo, applicationName: name } = await codedeploy.getApplicationRevision({
      applicationName,
      revision,
    });
    const { registerTime, ...others } = revisionInfo ?? {};
    assert.deepEqual(others, { description: "why", deploymentGroups: [] });
    assert.equal(registerTime?.getTime(), Math.round((await box.now()) * 1000));
    assert.equal(name, applicationName);
  });
}

test("the digest of the content is kept in lower case, however it was sent", async () => {
  const applicationName = await lambdaApplication(codedeploy);
  const content = "version: 0.0 # ünïcödé 🚦";
  const sha256 = sha256Of(content);
  await codedeploy.registerApplicationRevision({
    applicationName,
    revision: { revisionType: "AppSpecContent", appSpecContent: { content, sha256: sha256.toUpperCase() } },
  });
  const { revisions } = await codedeploy.listApplicationRevisions({ applicationName });
  assert.deepEqual(revisions, [{ revisionType: "AppSpecContent", appSpecContent: { sha256 } }]);
});

test("registering again keeps the time of the first registration and takes a new description", async () => {
  const applicationName = await lambdaApplication(codedeploy);
  const revision = inlineRevision("version: 0.0");
  const info = async () => (await codedeploy.getApplicationRevision({ applicationName, revision })).revisionInfo;
  await codedeploy.registerApplicationRevision({ applicationName, revision, description: "first" });
  const first = await info();
  await box.advance(60);
  await codedeploy.registerApplicationRevision({ applicationName, revision });
  assert.deepEqual(await info(), first);
  await codedeploy.registerApplicationRevision({ applicationName, revision, description: "second" });
  assert.deepEqual(await info(), { ...first, description: "second" });
  assert.equal((await codedeploy.listApplicationRevisions({ applicationName })).revisions?.length, 1);
});

test("registering again by the digest alone does not lose the content", async () => {
  const applicationName = await lambdaApplication(codedeploy);
  const content = "version: 0.0";
  await codedeploy.registerApplicationRevision({ applicationName, revision: inlineRevision(content) });
  const byDigest: RevisionLocation = {
    revisionType: "AppSpecContent",
    appSpecContent: { sha256: sha256Of(content) },
  };
  await codedeploy.registerApplicationRevision({ applicationName, revision: byDigest });
  const { revision } = await codedeploy.getApplicationRevision({ applicationName, revision: byDigest });
  assert.equal(revision?.appSpecContent?.content, content);
});

test("an S3 object is the same revision whether its eTag comes with quotes or without", async () => {
  const applicationName = await lambdaApplication(codedeploy, { computePlatform: "Server" });
  const quoted = { ...s3, s3Location: { ...s3.s3Location, eTag: '"0123"' } };
  await codedeploy.registerApplicationRevision({ applicationName, revision: s3 });
  await codedeploy.registerApplicationRevision({ applicationName, revision: quoted });
  assert.equal((await codedeploy.listApplicationRevisions({ applicationName })).revisions?.length, 1);
  const another = { ...s3, s3Location: { ...s3.s3Location, version: "v2" } };
  await codedeploy.registerApplicationRevision({ applicationName, revision: another });
  assert.equal((await codedeploy.listApplicationRevisions({ applicationName })).revisions?.length, 2);
});

test("a description may have 256 characters", async () => {
  const applicationName = await lambdaApplication(codedeploy);
  const revision = inlineRevision("version: 0.0");
  await codedeploy.registerApplicationRevision({ applicationName, revision, description: "d".repeat(256) });
});

const applicationName = await lambdaApplication(codedeploy);
const server = await lambdaApplication(codedeploy, { computePlatform: "Server" });
const ecs = await lambdaApplication(codedeploy, { computePlatform: "ECS" });
const revision = inlineRevision("version: 0.0");

const invalid: [title: string, application: string, revision: object, message: RegExp][] = [
  ["an unknown type", applicationName, { revisionType: "Tape" }, /revisionType is Tape/],
  ["a type without its member", applicationName, { revisionType: "S3" }, /needs the member s3Location/],
  ["two members and no type", applicationName, { ...s3, ...gitHub, revisionType: undefined }, /revisionType/],
  ["S3 without a key", server, { s3Location: { bucket: "b", bundleType: "zip" } }, /bucket, key and bundleType/],
  ["S3 with an unknown bundle", server, { s3Location: { bucket: "b", key: "k", bundleType: "rar" } }, /rar/],
  [
    "a repository without an owner",
    server,
    { gitHubLocation: { repository: "r", commitId: "c" } },
    /account\/repository/,
  ],
  ["GitHub without a commit", server, { gitHubLocation: { repository: "o/r" } }, /commitId/],
  ["GitHub for Lambda", applicationName, gitHub, /Lambda.*GitHub/],
  ["an AppSpec for Server", server, revision, /Server/],
  ["a string for ECS", ecs, { revisionType: "String", string: { content: "a: b" } }, /ECS.*String/],
  ["an AppSpec with neither content nor digest", applicationName, { appSpecContent: {} }, /needs its content/],
  [
    "a digest that is not the content's",
    applicationName,
    { appSpecContent: { content: "a: b", sha256: "0".repeat(64) } },
    /sha256/,
  ],
];

refuses(codedeploy, "RegisterApplicationRevision", [
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
    "a description of 257 characters",
    { applicationName, revision, description: "d".repeat(257) },
    "DescriptionTooLongException",
    /257.*256/,
  ],
  [
    "an unknown application",
    { applicationName: "unknown", revision },
    "ApplicationDoesNotExistException",
    "No application found for name: unknown",
  ],
  ...invalid.map(
    ([title, application, given, message]): Refusal => [
      title,
      { applicationName: application, revision: given },
      "InvalidRevisionException",
      message,
    ],
  ),
]);
