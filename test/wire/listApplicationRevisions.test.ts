import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import {
  type ListApplicationRevisionsCommandInput,
  paginateListApplicationRevisions,
  type RevisionLocation,
} from "@aws-sdk/client-codedeploy";
import { deploy, inlineRevision, lambdaApplication, lambdaGroup } from "../support/lambdaFixtures.ts";
import { assertRefused, nameRefusals, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

const inS3 = (bucket: string, key: string): RevisionLocation => ({
  revisionType: "S3",
  s3Location: { bucket, key, bundleType: "zip" },
});
const server = await lambdaApplication(codedeploy, { computePlatform: "Server" });
for (const [bucket, key] of [
  ["red", "app/1.zip"],
  ["blue", "app/2.zip"],
  ["red", "tool/3.zip"],
] as const) {
  await codedeploy.registerApplicationRevision({ applicationName: server, revision: inS3(bucket, key) });
  await box.advance(1);
}

async function keys(filters: Partial<ListApplicationRevisionsCommandInput>): Promise<(string | undefined)[]> {
  const { revisions } = await codedeploy.listApplicationRevisions({ applicationName: server, ...filters });
  return (revisions ?? []).map(({ s3Location }) => s3Location?.key);
}

test("ListApplicationRevisions answers in the order of registration, or against it", async () => {
  const order = ["app/1.zip", "app/2.zip", "tool/3.zip"];
  assert.deepEqual(await keys({}), order);
  assert.deepEqual(await keys({ sortBy: "registerTime", sortOrder: "ascending" }), order);
  assert.deepEqual(await keys({ sortBy: "registerTime", sortOrder: "descending" }), order.toReversed());
});

test("a bucket and a key prefix filter", async () => {
  assert.deepEqual(await keys({ s3Bucket: "red" }), ["app/1.zip", "tool/3.zip"]);
  assert.deepEqual(await keys({ s3Bucket: "red", s3KeyPrefix: "app/" }), ["app/1.zip"]);
  assert.deepEqual(await keys({ s3Bucket: "green" }), []);
});

test("revisions sort by their first and last use, and filter by whether a group targets them", async () => {
  const group = await lambdaGroup(codedeploy);
  const { applicationName } = group;
  const content = (name: string) => JSON.stringify({ version: 0.0, name });
  const digest = (name: string) => createHash("sha256").update(content(name)).digest("hex");
  for (const name of ["a", "b", "a"]) {
    await deploy(codedeploy, group, content(name));
    await box.advance(1);
  }
  await codedeploy.registerApplicationRevision({ applicationName, revision: inlineRevision(content("unused")) });
  const list = async (filters: Partial<ListApplicationRevisionsCommandInput>) => {
    const { revisions } = await codedeploy.listApplicationRevisions({ applicationName, ...filters });
    return (revisions ?? []).map(({ appSpecContent }) => appSpecContent?.sha256);
  };
  assert.deepEqual(await list({ sortBy: "firstUsedTime" }), [digest("unused"), digest("a"), digest("b")]);
  assert.deepEqual(await list({ sortBy: "lastUsedTime" }), [digest("unused"), digest("b"), digest("a")]);
  assert.deepEqual(await list({ deployed: "include" }), [digest("a")]);
  assert.deepEqual(await list({ deployed: "exclude" }), [digest("b"), digest("unused")]);
  assert.deepEqual((await list({ deployed: "ignore" })).length, 3);
});

test("an AppSpec is listed by its digest, without its content", async () => {
  const applicationName = await lambdaApplication(codedeploy);
  await codedeploy.registerApplicationRevision({ applicationName, revision: inlineRevision("version: 0.0") });
  const { revisions } = await codedeploy.listApplicationRevisions({ applicationName });
  assert.deepEqual(Object.keys(revisions?.[0]?.appSpecContent ?? {}), ["sha256"]);
});

const many = await lambdaApplication(codedeploy, { computePlatform: "Server" });
await Promise.all(
  Array.from({ length: 230 }, (_, index) =>
    codedeploy.registerApplicationRevision({ applicationName: many, revision: inS3("bucket", `${index}.zip`) }),
  ),
);

test("pages hold 100 revisions, and hold each of them once", async () => {
  const sizes = [];
  const seen = new Set<string | undefined>();
  for await (const page of paginateListApplicationRevisions({ client: codedeploy }, { applicationName: many })) {
    sizes.push(page.revisions?.length);
    for (const { s3Location } of page.revisions ?? []) seen.add(s3Location?.key);
  }
  assert.deepEqual(sizes, [100, 100, 30]);
  assert.equal(seen.size, 230);
});

test("a token goes with the filters it was made for", async () => {
  const { nextToken } = await codedeploy.listApplicationRevisions({ applicationName: many, sortOrder: "descending" });
  const refused = (filters: Partial<ListApplicationRevisionsCommandInput>) =>
    assertRefused(
      codedeploy.listApplicationRevisions({ applicationName: many, nextToken, ...filters }),
      "InvalidNextTokenException",
      /not valid/,
    );
  await refused({});
  await refused({ sortOrder: "ascending" });
  await refused({ sortOrder: "descending", s3Bucket: "bucket" });
  await refused({ sortOrder: "descending", applicationName: server });
  const next = await codedeploy.listApplicationRevisions({ applicationName: many, sortOrder: "descending", nextToken });
  assert.equal(next.revisions?.length, 100);
});

test("the second page does not begin anew when a revision moves while others deploy", async () => {
  const group = await lambdaGroup(codedeploy);
  const { applicationName } = group;
  for (let index = 0; index < 120; index += 1) {
    const revision = inlineRevision(JSON.stringify({ index }));
    await codedeploy.registerApplicationRevision({ applicationName, revision });
  }
  const digests = ({ revisions }: { revisions?: RevisionLocation[] | undefined }) =>
    (revisions ?? []).map(({ appSpecContent }) => appSpecContent?.sha256);
  const filters = { applicationName, sortBy: "lastUsedTime", sortOrder: "ascending" } as const;
  const first = await codedeploy.listApplicationRevisions(filters);
  const last = first.revisions?.at(-1);
  await box.advance(1);
  await codedeploy.createDeployment({ ...group, ...(last ? { revision: last } : {}) });
  const second = await codedeploy.listApplicationRevisions({ ...filters, nextToken: first.nextToken });
  const repeated = digests(second).filter(
    (digest) => digests(first).includes(digest) && digest !== digests(first).at(-1),
  );
  assert.deepEqual(repeated, []);
  assert.equal(new Set([...digests(first), ...digests(second)]).size, 120);
});

const applicationName = server;
refuses(codedeploy, "ListApplicationRevisions", [
  ...nameRefusals(
    "applicationName",
    {},
    ["ApplicationNameRequiredException", "Application name is required"],
    ["InvalidApplicationNameException", /^Invalid application name: /],
  ),
  [
    "an unknown application",
    { applicationName: "unknown" },
    "ApplicationDoesNotExistException",
    "No application found for name: unknown",
  ],
  [
    "an unknown sort key, before it looks for the application",
    { applicationName: "unknown", sortBy: "name" },
    "InvalidSortByException",
    /name.*registerTime, firstUsedTime, lastUsedTime/,
  ],
  [
    "an unknown order",
    { applicationName, sortOrder: "up" },
    "InvalidSortOrderException",
    /up.*ascending or descending/,
  ],
  ["an empty bucket", { applicationName, s3Bucket: "" }, "InvalidBucketNameFilterException", /bucket/],
  [
    "an empty key prefix",
    { applicationName, s3Bucket: "b", s3KeyPrefix: "" },
    "InvalidKeyPrefixFilterException",
    /prefix/,
  ],
  [
    "a key prefix without a bucket",
    { applicationName, s3KeyPrefix: "a" },
    "BucketNameFilterRequiredException",
    /s3Bucket/,
  ],
  ["an unknown state", { applicationName, deployed: "maybe" }, "InvalidDeployedStateFilterException", /maybe/],
  ["a token that never was one", { applicationName, nextToken: "x.y" }, "InvalidNextTokenException", /not valid/],
]);
