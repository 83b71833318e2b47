import assert from "node:assert/strict";
import { after, test } from "node:test";
import { appSpec, deploy, publishTwoVersions, silentHook } from "../support/lambdaFixtures.ts";
import { assertRefused, type Refusal, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";
import { ARN_START, badArns, taggedResources, tagsOf } from "../support/taggedResources.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const tag = { Key: "team", Value: "blue" };

test("TagResource tags applications and groups, each by both forms of its ARN, and answers nothing", async () => {
  const { applicationName, deploymentGroupName, applicationArn, groupArn } = await taggedResources(codedeploy);
  const { $metadata: _, ...answer } = await codedeploy.tagResource({ ResourceArn: applicationArn, Tags: [tag] });
  assert.deepEqual(answer, {});
  const stage = { Key: "stage", Value: "test" };
  await codedeploy.tagResource({ ResourceArn: `${ARN_START}application/${applicationName}`, Tags: [stage] });
  assert.deepEqual(await tagsOf(codedeploy, applicationArn), [stage, tag]);
  assert.deepEqual(await tagsOf(codedeploy, groupArn), []);

  const slashed = `${ARN_START}deploymentgroup/${applicationName}/${deploymentGroupName}`;
  await codedeploy.tagResource({ ResourceArn: slashed, Tags: [tag] });
  assert.deepEqual(await tagsOf(codedeploy, groupArn), [tag]);
});

test("an ARN without an account means the caller's: Terraform that is not to ask for the account writes such ARNs", async () => {
  const { applicationName, applicationArn } = await taggedResources(codedeploy);
  const ResourceArn = `arn:aws:codedeploy:eu-west-1::application:${applicationName}`;
  await codedeploy.tagResource({ ResourceArn, Tags: [tag] });
  assert.deepEqual(await tagsOf(codedeploy, applicationArn), [tag]);
});

test("a key that is there gets the new value, others stay, and keys tell capital letters from small ones", async () => {
  const { applicationArn: ResourceArn } = await taggedResources(codedeploy);
  await codedeploy.tagResource({ ResourceArn, Tags: [tag, { Key: "stage", Value: "test" }] });
  await codedeploy.tagResource({ ResourceArn, Tags: [{ Key: "team", Value: "red" }, { Key: "Team" }] });
  assert.deepEqual(await tagsOf(codedeploy, ResourceArn), [
    { Key: "Team", Value: "" },
    { Key: "stage", Value: "test" },
    { Key: "team", Value: "red" },
  ]);
});

test("tags of creation and later tags are the same tags", async () => {
  await codedeploy.createApplication({ applicationName: "born-tagged", tags: [tag] });
  const ResourceArn = `${ARN_START}application:born-tagged`;
  await codedeploy.tagResource({ ResourceArn, Tags: [{ Key: "a", Value: "1" }] });
  assert.deepEqual(await tagsOf(codedeploy, ResourceArn), [{ Key: "a", Value: "1" }, tag]);
});

test("tags follow a rename, and go with what they are on", async () => {
  const { applicationName, deploymentGroupName, applicationArn, groupArn } = await taggedResources(codedeploy);
  for (const ResourceArn of [applicationArn, groupArn]) await codedeploy.tagResource({ ResourceArn, Tags: [tag] });
  const newApplicationName = `${applicationName}-renamed`;
  await codedeploy.updateApplication({ applicationName, newApplicationName });
  await codedeploy.updateDeploymentGroup({
    applicationName: newApplicationName,
    currentDeploymentGroupName: deploymentGroupName,
    newDeploymentGroupName: "renamed",
  });
  const renamed = [
    `${ARN_START}application:${newApplicationName}`,
    `${ARN_START}deploymentgroup:${newApplicationName}/renamed`,
  ];
  for (const arn of renamed) assert.deepEqual(await tagsOf(codedeploy, arn), [tag]);
  for (const arn of [applicationArn, groupArn]) assert.deepEqual(await tagsOf(codedeploy, arn), []);

  await codedeploy.deleteApplication({ applicationName: newApplicationName });
  await codedeploy.createApplication({ applicationName: newApplicationName });
  for (const arn of renamed) assert.deepEqual(await tagsOf(codedeploy, arn), []);
});

test("an application of the same name in another account or region has tags of its own", async () => {
  const { applicationName, applicationArn } = await taggedResources(codedeploy);
  for (const principal of [{ account: "210987654321" }, { region: "us-east-2" }]) {
    const other = box.codeDeploy(principal);
    await other.createApplication({ applicationName });
    const [account, region] = [principal.account ?? "123456789012", principal.region ?? "eu-west-1"];
    const ResourceArn = `arn:aws:codedeploy:${region}:${account}:application:${applicationName}`;
    await other.tagResource({ ResourceArn, Tags: [tag] });
    assert.deepEqual(await tagsOf(other, ResourceArn), [tag]);
  }
  assert.deepEqual(await tagsOf(codedeploy, applicationArn), []);
});

test("a group's hook time-out may be set by a later tag, and holds for its next deployment", async () => {
  const { groupArn, ...group } = await taggedResources(codedeploy);
  const { applicationName, deploymentGroupName } = group;
  await codedeploy.tagResource({ ResourceArn: groupArn, Tags: [{ Key: "signalbox:hook-timeout", Value: "90s" }] });
  const lambda = box.lambda();
  const versions = await publishTwoVersions(lambda);
  const { functionName: BeforeAllowTraffic } = await silentHook(box, lambda);
  const content = appSpec(versions, { BeforeAllowTraffic });
  const deploymentId = await deploy(codedeploy, { applicationName, deploymentGroupName }, content);
  await box.advance(0);
  assert.equal((await box.detail(deploymentId)).hookTimeoutSeconds, 90);
  await box.advance(91);
  assert.equal((await codedeploy.getDeployment({ deploymentId })).deploymentInfo?.status, "Failed");
});

const fifty = Array.from({ length: 50 }, (_, index) => ({ Key: `key-${index}`, Value: "v" }));

test("a resource has room for 50 tags, and a call that goes beyond changes nothing", async () => {
  const { applicationArn: ResourceArn } = await taggedResources(codedeploy);
  await codedeploy.tagResource({ ResourceArn, Tags: fifty });
  await assertRefused(
    codedeploy.tagResource({ ResourceArn, Tags: [{ Key: "key-0", Value: "new" }, tag] }),
    "InvalidTagsToAddException",
    "The resource would have 51 tags; it has at most 50, so remove some first",
  );
  assert.equal((await tagsOf(codedeploy, ResourceArn))?.find(({ Key }) => Key === "key-0")?.Value, "v");
  await codedeploy.tagResource({ ResourceArn, Tags: [{ Key: "key-0", Value: "new" }] });
  assert.equal((await tagsOf(codedeploy, ResourceArn))?.length, 50);
});

const { applicationArn: ResourceArn } = await taggedResources(codedeploy);
const Tags = [tag];
const unsupported = "ArnNotSupportedException";
refuses(codedeploy, "TagResource", [
  ...badArns.map(([title, arn, error, message]): Refusal => [title, { ResourceArn: arn, Tags }, error, message]),
  ["no ARN before no tags", {}, "ResourceArnRequiredException", "Resource ARN is required"],
  ["a bad ARN before no tags", { ResourceArn: "x" }, "InvalidArnException", /^Invalid ARN: x/],
  ["an ARN of another kind before no tags", { ResourceArn: "arn:aws:s3:::bucket" }, unsupported, /takes no tags here/],
  ["no tags", { ResourceArn }, "TagRequiredException", "Tags are required"],
  ["an empty list of tags", { ResourceArn, Tags: [] }, "TagRequiredException", "Tags are required"],
  ["a tag without a key", { ResourceArn, Tags: [{ Value: "v" }] }, "InvalidTagsToAddException", /1 to 128/],
  ["a long key", { ResourceArn, Tags: [{ Key: "k".repeat(129) }] }, "InvalidTagsToAddException", /1 to 128/],
  [
    "a reserved key",
    { ResourceArn, Tags: [{ Key: "aws:x" }] },
    "InvalidTagsToAddException",
    /aws:x.*not begin with aws:/,
  ],
  [
    "a long value",
    { ResourceArn, Tags: [{ Key: "k", Value: "v".repeat(257) }] },
    "InvalidTagsToAddException",
    "The value of tag k is longer than 256 characters",
  ],
  ["51 tags", { ResourceArn, Tags: [...fifty, tag] }, "InvalidTagsToAddException", /51 tags were given/],
  [
    "a webhook with a password",
    { ResourceArn, Tags: [{ Key: "signalbox:webhook", Value: "https://me:secret@example.com" }] },
    "InvalidTagsToAddException",
    "Invalid signalbox:webhook: https://me:secret@example.com. It is an http or https URL without a user or password",
  ],
  [
    "a hook time-out that is no time",
    { ResourceArn, Tags: [{ Key: "signalbox:hook-timeout", Value: "2h" }] },
    "InvalidTagsToAddException",
    "Invalid signalbox:hook-timeout: 2h. It is a time from 1 second to 1 hour, such as 90, 90s, 5m or 1h",
  ],
  [
    "a test header that no rule can be about",
    { ResourceArn, Tags: [{ Key: "signalbox:test-header", Value: "Host" }] },
    "InvalidTagsToAddException",
    "Invalid signalbox:test-header: Host. It is a header other than Host, or one with a value, such as X-Test or X-Test: yes",
  ],
  [
    "bad tags before an unknown application",
    { ResourceArn: `${ARN_START}application:none`, Tags: [{}] },
    "InvalidTagsToAddException",
    /^Invalid tag key/,
  ],
  [
    "an unknown application",
    { ResourceArn: `${ARN_START}application:none`, Tags },
    "ApplicationDoesNotExistException",
    "No application found for name: none",
  ],
  [
    "a group of an unknown application",
    { ResourceArn: `${ARN_START}deploymentgroup:none/group`, Tags },
    "ApplicationDoesNotExistException",
    "No application found for name: none",
  ],
  [
    "an unknown group",
    async () => {
      const { applicationName } = await taggedResources(codedeploy);
      return { ResourceArn: `${ARN_START}deploymentgroup:${applicationName}/none`, Tags };
    },
    "DeploymentGroupDoesNotExistException",
    "No Deployment Group found for name: none",
  ],
]);
