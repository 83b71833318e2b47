/** `aws s3`, `aws s3api` and boto3 against the embedded S3, and `aws deploy push`, which brings a folder there. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { ListApplicationRevisionsOutput } from "@aws-sdk/client-codedeploy";
import { lambdaGroup, publishTwoVersions } from "../support/lambdaFixtures.ts";
import { startSignalbox } from "../support/signalbox.ts";
import { awsCli, clientEnvironment, execute, whyNoAwsCli, whyNoBoto3 } from "./awsCli.ts";

const box = await startSignalbox({ after });
const folder = await mkdtemp(join(tmpdir(), "signalbox-cli-s3-"));
after(() => rm(folder, { recursive: true, force: true }));
const s3 = awsCli(box.url, folder, "s3");
const s3api = awsCli(box.url, folder, "s3api");
const deploy = awsCli(box.url, folder, "deploy");
const skip = await whyNoAwsCli();

/** More than the CLI sends in one request. */
const LARGE = Buffer.alloc(9 * 2 ** 20 + 1, "signalbox");

describe("aws s3", { skip }, () => {
  it("makes a bucket, and copies, lists, moves and removes files in it", async () => {
    await s3.text("mb", "s3://cli-files");
    await writeFile(join(folder, "a file.txt"), "hello");
    await s3.text("cp", "a file.txt", "s3://cli-files/docs/a file.txt");
    assert.match(await s3.text("ls", "s3://cli-files"), /^PRE docs\/$/);
    assert.match(await s3.text("ls", "s3://cli-files/docs/"), / 5 a file\.txt$/);
    await s3.text("mv", "s3://cli-files/docs/a file.txt", "s3://cli-files/b.txt");
    await s3.text("cp", "s3://cli-files/b.txt", "back.txt");
    assert.equal(await readFile(join(folder, "back.txt"), "utf8"), "hello");
    const full = await s3.run("rb", "s3://cli-files");
    assert.match(full.stderr, /BucketNotEmpty/);
    await s3.text("rm", "s3://cli-files", "--recursive");
    await s3.text("rb", "s3://cli-files");
    assert.equal(await s3.text("ls"), "");
  });

  it("sends a large file in parts", async () => {
    await s3.text("mb", "s3://cli-large");
    await writeFile(join(folder, "large"), LARGE);
    await s3.text("cp", "large", "s3://cli-large/large");
    await s3.text("cp", "s3://cli-large/large", "large-back");
    const sha = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
    assert.equal(sha(await readFile(join(folder, "large-back"))), sha(LARGE));
  });
});

describe("aws s3api", { skip }, () => {
  it("keeps versions and says what is missing", async () => {
    await s3api.text("create-bucket", "--bucket", "cli-api", "--create-bucket-configuration", "LocationConstraint=EU");
    assert.equal(await s3api.text("get-bucket-location", "--bucket", "cli-api", "--output", "text"), "eu-west-1");
    await s3api.text(
      ...["put-bucket-versioning", "--bucket", "cli-api"],
      ...["--versioning-configuration", "Status=Enabled"],
    );
    await writeFile(join(folder, "one"), "one");
    const object = ["--bucket", "cli-api", "--key", "k"];
    const put = await s3api.json<{ VersionId: string }>("put-object", ...object, "--body", "one");
    const head = await s3api.json<{ VersionId: string; ContentLength: number }>("head-object", ...object);
    assert.deepEqual([head.VersionId, head.ContentLength], [put.VersionId, 3]);
    const missing = await s3api.run("get-object", "--bucket", "cli-api", "--key", "none", "out");
    assert.match(
      missing.stderr,
      /\(NoSuchKey\) when calling the GetObject operation: The specified key does not exist/,
    );
  });
});

describe("boto3", { skip: await whyNoBoto3() }, () => {
  it("writes, reads, presigns, pages and removes", async () => {
    const { exitCode, stderr } = await execute(
      "python3",
      [join(import.meta.dirname, "boto3S3.py")],
      clientEnvironment(box.url),
    );
    assert.equal(exitCode, 0, stderr);
  });
});

describe("aws deploy push", { skip }, () => {
  for (const [what, bytes] of [
    ["a folder", Buffer.from("#!/bin/sh\n")],
    ["a folder too large for one request", LARGE],
  ] as const) {
    it(`brings ${what} to S3 and registers the revision`, async () => {
      const name = `push-${bytes.length}`;
      const source = join(folder, name);
      await mkdir(source);
      await writeFile(join(source, "appspec.yml"), "version: 0.0\nos: linux\n");
      // What cannot be compressed, so that the zip is as large.
      await writeFile(join(source, "start.sh"), bytes.length > 100 ? noise(bytes.length) : bytes);
      await s3.text("mb", `s3://${name}`);
      await deploy.text("create-application", "--application-name", name);
      const pushed = await deploy.text(
        ...["push", "--application-name", name, "--s3-location", `s3://${name}/app.zip`, "--source", source],
        ...["--description", "by hand"],
      );
      assert.match(pushed, new RegExp(`--s3-location bucket=${name},key=app.zip,bundleType=zip,eTag=[0-9a-f]{32}`));
      const { revisions = [] } = await deploy.json<ListApplicationRevisionsOutput>(
        ...["list-application-revisions", "--application-name", name],
      );
      const location = revisions[0]?.s3Location;
      const head = await s3api.json<{ ETag: string }>("head-object", "--bucket", name, "--key", "app.zip");
      assert.equal(location?.eTag?.replaceAll('"', ""), head.ETag.replaceAll('"', ""));
      const back = join(folder, `${name}.zip`);
      await s3.text("cp", `s3://${name}/app.zip`, back);
      assert.equal((await readFile(back)).toString("latin1", 0, 2), "PK");
    });
  }
});

describe("aws deploy create-deployment", { skip }, () => {
  it("deploys to Lambda what aws deploy push has printed", async () => {
    const { functionName } = await publishTwoVersions(box.lambda());
    const { applicationName, deploymentGroupName } = await lambdaGroup(box.codeDeploy());
    const source = join(folder, "pushed-lambda");
    await mkdir(source);
    const properties = `{ Name: ${functionName}, Alias: live, CurrentVersion: "1", TargetVersion: "2" }`;
    await writeFile(
      join(source, "appspec.yml"),
      `version: 0.0\nResources:\n  - f:\n      Type: AWS::Lambda::Function\n      Properties: ${properties}\n`,
    );
    await s3.text("mb", "s3://pushed-lambda");
    const pushed = await deploy.text(
      ...["push", "--application-name", applicationName, "--s3-location", "s3://pushed-lambda/app.zip"],
      ...["--source", source],
    );
    const [, location = ""] = /--s3-location (\S+)/.exec(pushed) ?? [];
    const { deploymentId } = await deploy.json<{ deploymentId: string }>(
      ...["create-deployment", "--application-name", applicationName, "--deployment-group-name", deploymentGroupName],
      ...["--s3-location", location],
    );
    await box.advance(0);
    const { deploymentInfo } = await box.codeDeploy().getDeployment({ deploymentId });
    assert.equal(deploymentInfo?.status, "Succeeded", deploymentInfo?.errorInformation?.message);
  });
});

/** Bytes that look random, the same every time. */
function noise(length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
    createHash("sha256").update(String(index)).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}
