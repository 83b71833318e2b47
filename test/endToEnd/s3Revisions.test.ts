/** Lambda deployments whose AppSpec is in S3, through the embedded services: every kind of bundle, and what can be wrong. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import type { CreateDeploymentGroupCommandInput, S3Location } from "@aws-sdk/client-codedeploy";
import { GetAliasCommand } from "@aws-sdk/client-lambda";
import { create } from "tar";
import {
  appSpec,
  lambdaGroup,
  publishTwoVersions,
  reportingHook,
  type TwoVersions,
  uniqueName,
  zipOf,
} from "../support/lambdaFixtures.ts";
import { assertRefused } from "../support/refusals.ts";
import { type Owner, type RunningSignalbox, startSignalbox } from "../support/signalbox.ts";
import { waitFor } from "../support/waitFor.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const lambda = box.lambda();
const s3 = box.s3();

type Uploaded = Required<Pick<S3Location, "bucket" | "key" | "bundleType">> & S3Location;

/** Puts it where nothing else is; the location has its version and eTag. */
async function upload(body: Uint8Array | string, bundleType: string, client = s3): Promise<Uploaded> {
  const bucket = uniqueName("revisions");
  await client.createBucket({ Bucket: bucket });
  await client.putBucketVersioning({ Bucket: bucket, VersioningConfiguration: { Status: "Enabled" } });
  const { VersionId, ETag } = await client.putObject({ Bucket: bucket, Key: "app", Body: body });
  return { bucket, key: "app", bundleType: bundleType as "zip", version: VersionId, eTag: ETag };
}

async function tarOf(files: Record<string, string>, gzip: boolean): Promise<Buffer> {
  const cwd = mkdtempSync(join(tmpdir(), "signalbox-revision-"));
  try {
    mkdirSync(join(cwd, "app"));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
    return await buffer(create({ cwd, gzip }, Object.keys(files)) as unknown as NodeJS.ReadableStream);
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

/** Deploys it and waits until nothing moves any more. */
async function deployFrom(s3Location: S3Location, settings: Partial<CreateDeploymentGroupCommandInput> = {}) {
  const group = await lambdaGroup(codedeploy, settings);
  const revision = { revisionType: "S3", s3Location } as const;
  const { deploymentId = "" } = await codedeploy.createDeployment({ ...group, revision });
  await box.advance(0);
  const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
  return { group, deploymentId, revision, info: deploymentInfo ?? {} };
}

async function versionOf({ functionName, alias }: TwoVersions, client = lambda): Promise<string | undefined> {
  return (await client.send(new GetAliasCommand({ FunctionName: functionName, Name: alias }))).FunctionVersion;
}

const yamlOf = ({ functionName }: TwoVersions) => `version: 0.0
Resources:
  - target:
      Type: AWS::Lambda::Function
      Properties: { Name: ${functionName}, Alias: live, CurrentVersion: "1", TargetVersion: "2" }
`;

describe("a deployment from S3", () => {
  const kinds: [what: string, bundleType: string, make: (versions: TwoVersions) => Promise<Uint8Array | string>][] = [
    ["an object of YAML", "YAML", async (versions) => yamlOf(versions)],
    ["an object of JSON", "JSON", async (versions) => appSpec(versions)],
    ["a zip", "zip", (versions) => zipOf({ "appspec.yaml": yamlOf(versions), "notes.txt": "n" })],
    ["a tar", "tar", (versions) => tarOf({ "appspec.yml": yamlOf(versions) }, false)],
    [
      "a tgz with everything in one folder",
      "tgz",
      (versions) => tarOf({ "app/appspec.json": appSpec(versions) }, true),
    ],
  ];
  for (const [what, bundleType, make] of kinds) {
    it(`deploys ${what}`, async () => {
      const versions = await publishTwoVersions(lambda);
      const { bucket, key } = await upload(await make(versions), bundleType);
      const location = { bucket, key, bundleType: bundleType as "zip" };
      const { info, deploymentId, group, revision } = await deployFrom(location);
      assert.deepEqual([info.status, info.errorInformation], ["Succeeded", undefined]);
      assert.equal(await versionOf(versions), "2");
      // The revision is shown as it was asked for.
      assert.deepEqual(info.revision, revision);
      const { targetIds } = await codedeploy.listDeploymentTargets({ deploymentId });
      assert.deepEqual(targetIds, [`${versions.functionName}:live`]);
      const { deploymentTarget } = await codedeploy.getDeploymentTarget({ deploymentId, targetId: targetIds?.[0] });
      assert.equal(deploymentTarget?.lambdaTarget?.lambdaFunctionInfo?.targetVersion, "2");
      const { applicationName } = group;
      const known = await codedeploy.getApplicationRevision({ applicationName, revision });
      assert.deepEqual(known.revision, revision);
      assert.match(known.revisionInfo?.description ?? "", new RegExp(`by Deployment ID: ${deploymentId}`));
      assert.ok(known.revisionInfo?.firstUsedTime);
    });
  }

  it("deploys the version that it names, not the newest", async () => {
    const versions = await publishTwoVersions(lambda);
    const location = await upload(yamlOf(versions), "YAML");
    await s3.putObject({ Bucket: location.bucket, Key: location.key, Body: "something else" });
    const { info } = await deployFrom(location);
    assert.equal(info.status, "Succeeded", info.errorInformation?.message);
    const { version: _, ...newest } = location;
    assert.equal((await deployFrom(newest)).info.errorInformation?.code, "REVISION_MISSING", "its eTag is another");
  });

  it("takes the eTag with its quotes and without", async () => {
    for (const quotes of ['"', ""]) {
      const location = await upload(yamlOf(await publishTwoVersions(lambda)), "YAML");
      const eTag = `${quotes}${location.eTag?.replaceAll('"', "")}${quotes}`;
      assert.equal((await deployFrom({ ...location, eTag })).info.status, "Succeeded");
    }
  });

  const failures: [what: string, make: () => Promise<S3Location>, code: string, told: RegExp][] = [
    [
      "an eTag that is another's",
      async () => ({ ...(await upload("a", "YAML")), eTag: "0".repeat(32) }),
      "REVISION_MISSING",
      /s3:\/\/revisions-.*PreconditionFailed/,
    ],
    [
      "a missing object",
      async () => ({ ...(await upload("a", "YAML")), key: "none", version: undefined }),
      "REVISION_MISSING",
      /NoSuchKey/,
    ],
    [
      "a missing version",
      async () => ({ ...(await upload("a", "YAML")), version: "none" }),
      "REVISION_MISSING",
      /NoSuchVersion/,
    ],
    [
      "a missing bucket",
      async () => ({ bucket: "no-bucket", key: "k", bundleType: "YAML" }),
      "REVISION_MISSING",
      /NoSuchBucket/,
    ],
    [
      "a version that deleted the object",
      async () => {
        const { bucket, key, bundleType } = await upload("a", "YAML");
        const { VersionId } = await s3.deleteObject({ Bucket: bucket, Key: key });
        return { bucket, key, bundleType, version: VersionId };
      },
      "REVISION_MISSING",
      /MethodNotAllowed/,
    ],
    [
      "another account's bucket",
      () => upload("a", "YAML", box.s3({ account: "210987654321" })),
      "IAM_ROLE_PERMISSIONS",
      /in the following AWS service: AmazonS3\./,
    ],
    ["a broken zip", () => upload("PK\u0003\u0004 and no more", "zip"), "INVALID_REVISION", /is not a readable zip/],
    [
      "two AppSpecs",
      async () => upload(await zipOf({ "appspec.yml": "a", "appspec.yaml": "b" }), "zip"),
      "INVALID_REVISION",
      /holds 2 AppSpecs/,
    ],
    ["no AppSpec", async () => upload(await zipOf({ "start.sh": "a" }), "zip"), "INVALID_REVISION", /holds no appspec/],
    ["too much text", () => upload("#".repeat(262_145), "YAML"), "INVALID_REVISION", /larger than the 262144 bytes/],
    ["text that is none", () => upload(Buffer.from([0xff, 0xfe]), "YAML"), "INVALID_REVISION", /not UTF-8/],
    ["text that is no document", () => upload("{", "JSON"), "INVALID_REVISION", /neither valid YAML nor valid JSON/],
    [
      "an AppSpec with an error",
      () => upload("version: 0.0\nResources: []\n", "YAML"),
      "INVALID_LAMBDA_CONFIGURATION",
      /AppSpec file that specifies the AWS Lambda deployment/,
    ],
  ];
  for (const [what, make, code, told] of failures) {
    it(`with ${what} fails with ${code}`, async () => {
      const autoRollbackConfiguration = { enabled: true, events: ["DEPLOYMENT_FAILURE" as const] };
      const { info, deploymentId } = await deployFrom(await make(), { autoRollbackConfiguration });
      assert.deepEqual([info.status, info.errorInformation?.code], ["Failed", code]);
      assert.match(info.errorInformation?.message ?? "", told);
      assert.match(info.rollbackInfo?.rollbackMessage ?? "", /was not rolled back: nothing had been changed/);
      assert.deepEqual((await codedeploy.listDeploymentTargets({ deploymentId })).targetIds, []);
      assert.equal((await box.detail(deploymentId)).waitingFor.phase, "Ended");
    });
  }

  it("is rolled back as any other, to what its AppSpec says", async () => {
    const versions = await publishTwoVersions(lambda);
    const hook = await reportingHook(lambda, "Failed");
    const location = await upload(appSpec(versions, { AfterAllowTraffic: hook }), "JSON");
    const autoRollbackConfiguration = { enabled: true, events: ["DEPLOYMENT_FAILURE" as const] };
    const { info } = await deployFrom(location, { autoRollbackConfiguration });
    assert.equal(info.errorInformation?.code, "HOOK_EXECUTION_FAILURE");
    const deploymentId = info.rollbackInfo?.rollbackDeploymentId ?? "";
    const rollback = (await codedeploy.getDeployment({ deploymentId })).deploymentInfo;
    assert.deepEqual([rollback?.status, rollback?.revision], ["Succeeded", info.revision]);
    assert.equal(await versionOf(versions), "1");
  });
});

/** A service that takes every request and answers none. */
async function silentService(owner: Owner): Promise<string> {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  owner.after(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Puts a function and its AppSpec there, and begins to deploy it. */
async function begin(running: RunningSignalbox) {
  const versions = await publishTwoVersions(running.lambda());
  const s3Location = await upload(yamlOf(versions), "YAML", running.s3());
  const group = await lambdaGroup(running.codeDeploy());
  const { deploymentId = "" } = await running
    .codeDeploy()
    .createDeployment({ ...group, revision: { revisionType: "S3", s3Location } });
  const reaches = (phase: string) =>
    waitFor(`the phase ${phase}`, async () => (await running.detail(deploymentId)).waitingFor.phase === phase);
  return { versions, s3Location, deploymentId, reaches };
}

describe("a slow answer", () => {
  it("of S3 leaves the deployment under way without targets, and it can be stopped", async (test) => {
    const flags = { endpoint: `s3=${await silentService(test)}` };
    const slow = await startSignalbox(test, { flags });
    const { deploymentId, reaches } = await begin(slow);
    await reaches("ReadingRevision");
    const client = slow.codeDeploy();
    assert.equal((await client.getDeployment({ deploymentId })).deploymentInfo?.status, "InProgress");
    await assertRefused(client.listDeploymentTargets({ deploymentId }), "DeploymentNotStartedException", /not started/);
    assert.equal((await slow.detail(deploymentId)).appSpec, null);
    await client.stopDeployment({ deploymentId });
    await reaches("Ended");
    assert.equal((await client.getDeployment({ deploymentId })).deploymentInfo?.status, "Stopped");
  });

  it("of Lambda after the AppSpec was read: a restart goes on with what was read", async (test) => {
    const first = await startSignalbox(test, { flags: { endpoint: `lambda=${await silentService(test)}` } });
    const { versions, s3Location, deploymentId, reaches } = await begin(first);
    await reaches("ReadingAlias");
    // What is in S3 does not matter any more.
    await first.s3().deleteObject({ Bucket: s3Location.bucket, Key: s3Location.key, VersionId: s3Location.version });
    await first.stop();
    const second = await startSignalbox(test, { flags: { "data-dir": first.dataDirectory } });
    await second.advance(0);
    const { deploymentInfo } = await second.codeDeploy().getDeployment({ deploymentId });
    assert.equal(deploymentInfo?.status, "Succeeded", deploymentInfo?.errorInformation?.message);
    assert.equal(await versionOf(versions, second.lambda()), "2");
  });
});
