import assert from "node:assert/strict";
import { after, test } from "node:test";
import { uniqueName } from "../support/lambdaFixtures.ts";
import { assertRefused, nameRefusals, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("CreateApplication answers a version 4 UUID and nothing else", async () => {
  const { $metadata, ...answer } = await codedeploy.createApplication({ applicationName: uniqueName("application") });
  assert.deepEqual(Object.keys(answer), ["applicationId"]);
  assert.match(answer.applicationId ?? "", UUID);
  assert.equal($metadata.httpStatusCode, 200);
});

test("an application without a compute platform is for Server, and its platform is kept otherwise", async () => {
  for (const [given, kept] of [
    [undefined, "Server"],
    ["Lambda", "Lambda"],
    ["ECS", "ECS"],
  ] as const) {
    const applicationName = uniqueName("application");
    await codedeploy.createApplication({ applicationName, computePlatform: given });
    const { application } = await codedeploy.getApplication({ applicationName });
    assert.equal(application?.computePlatform, kept);
  }
});

test("names take every character of the alphabet, up to 100 of them", async () => {
  for (const applicationName of ["a", "A.z_9+=,@-", "x".repeat(100)]) {
    assert.match((await codedeploy.createApplication({ applicationName })).applicationId ?? "", UUID);
  }
});

test("the same name may be used in every account and region, and each has its own application", async () => {
  const applicationName = uniqueName("application");
  const ids = new Set<string | undefined>();
  for (const principal of [{}, { account: "210987654321" }, { region: "us-east-2" }]) {
    const client = box.codeDeploy(principal);
    const { applicationId } = await client.createApplication({ applicationName });
    ids.add(applicationId);
    assert.equal((await client.getApplication({ applicationName })).application?.applicationId, applicationId);
  }
  assert.equal(ids.size, 3);
});

test("of ten requests at once for one name, one creates it", async () => {
  const applicationName = uniqueName("application");
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () => codedeploy.createApplication({ applicationName })),
  );
  assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
});

test("CreateApplication accepts 50 tags of the longest kind", async () => {
  const tags = Array.from({ length: 50 }, (_, index) => ({
    Key: `${index}`.padEnd(128, "k"),
    Value: "v".repeat(256),
  }));
  await codedeploy.createApplication({ applicationName: uniqueName("application"), tags });
});

refuses(codedeploy, "CreateApplication", [
  ...nameRefusals(
    "applicationName",
    {},
    ["ApplicationNameRequiredException", "Application name is required"],
    ["InvalidApplicationNameException", /^Invalid application name: /],
  ),
  [
    "a missing name before a bad platform",
    { computePlatform: "Mainframe" },
    "ApplicationNameRequiredException",
    "Application name is required",
  ],
  [
    "an unknown compute platform",
    { applicationName: "platform", computePlatform: "Mainframe" },
    "InvalidComputePlatformException",
    /Mainframe.*Server.*Lambda.*ECS/,
  ],
  [
    "a platform in the wrong case",
    { applicationName: "platform", computePlatform: "lambda" },
    "InvalidComputePlatformException",
    /lambda/,
  ],
  [
    "a name that is taken",
    async () => {
      const applicationName = uniqueName("taken");
      await codedeploy.createApplication({ applicationName, computePlatform: "Lambda" });
      return { applicationName, computePlatform: "Lambda" };
    },
    "ApplicationAlreadyExistsException",
    /^Application already exists with name: taken-\d+$/,
  ],
  ["a tag without a key", { applicationName: "tags", tags: [{ Value: "v" }] }, "InvalidTagsToAddException", /tag key/],
  [
    "a tag key of 129 characters",
    { applicationName: "tags", tags: [{ Key: "k".repeat(129) }] },
    "InvalidTagsToAddException",
    /tag key/,
  ],
  [
    "a tag key that begins with aws:",
    { applicationName: "tags", tags: [{ Key: "aws:cloudformation:stack-name" }] },
    "InvalidTagsToAddException",
    /aws:/,
  ],
  [
    "a tag value of 257 characters",
    { applicationName: "tags", tags: [{ Key: "k", Value: "v".repeat(257) }] },
    "InvalidTagsToAddException",
    /256/,
  ],
  [
    "51 tags",
    { applicationName: "tags", tags: Array.from({ length: 51 }, (_, index) => ({ Key: `${index}` })) },
    "InvalidTagsToAddException",
    /51 tags/,
  ],
]);

test("the thousand and first application of a region is refused with ApplicationLimitExceededException", async () => {
  const full = box.codeDeploy({ region: "ap-south-1" });
  const names = Array.from({ length: 1000 }, (_, index) => `application-${index}`);
  await Promise.all(names.map((applicationName) => full.createApplication({ applicationName })));
  await assertRefused(
    full.createApplication({ applicationName: "one-more" }),
    "ApplicationLimitExceededException",
    /1000 applications/,
  );
  await codedeploy.createApplication({ applicationName: uniqueName("another-region-has-room") });
  await full.deleteApplication({ applicationName: "application-0" });
  await full.createApplication({ applicationName: "one-more" });
});
