import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type Refusal, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";
import { ARN_START, badArns, taggedResources, tagsOf } from "../support/taggedResources.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const Tags = [
  { Key: "a", Value: "1" },
  { Key: "b", Value: "2" },
  { Key: "c", Value: "3" },
];

test("UntagResource removes the keys from an application or a group alone, and answers nothing", async () => {
  const { applicationArn, groupArn } = await taggedResources(codedeploy);
  for (const ResourceArn of [applicationArn, groupArn]) await codedeploy.tagResource({ ResourceArn, Tags });
  const { $metadata: _, ...answer } = await codedeploy.untagResource({
    ResourceArn: groupArn.replace("deploymentgroup:", "deploymentgroup/"),
    TagKeys: ["c", "a"],
  });
  assert.deepEqual(answer, {});
  assert.deepEqual(await tagsOf(codedeploy, groupArn), [{ Key: "b", Value: "2" }]);
  assert.deepEqual(await tagsOf(codedeploy, applicationArn), Tags);
});

test("keys that are not there are removed with success, as often as one likes", async () => {
  const { applicationArn: ResourceArn } = await taggedResources(codedeploy);
  await codedeploy.tagResource({ ResourceArn, Tags });
  for (let time = 0; time < 2; time += 1) await codedeploy.untagResource({ ResourceArn, TagKeys: ["a", "A", "a"] });
  assert.deepEqual(await tagsOf(codedeploy, ResourceArn), Tags.slice(1));
});

const { applicationArn: ResourceArn, applicationName } = await taggedResources(codedeploy);
const TagKeys = ["a"];
const unsupported = "ArnNotSupportedException";
refuses(codedeploy, "UntagResource", [
  ...badArns.map(([title, arn, error, message]): Refusal => [title, { ResourceArn: arn, TagKeys }, error, message]),
  ["no ARN before no keys", {}, "ResourceArnRequiredException", "Resource ARN is required"],
  ["a bad ARN before no keys", { ResourceArn: "x" }, "InvalidArnException", /^Invalid ARN: x/],
  ["an ARN of another kind before no keys", { ResourceArn: "arn:aws:s3:::bucket" }, unsupported, /takes no tags here/],
  ["no keys", { ResourceArn }, "TagRequiredException", "Tag keys are required"],
  ["an empty list of keys", { ResourceArn, TagKeys: [] }, "TagRequiredException", "Tag keys are required"],
  ["an empty key", { ResourceArn, TagKeys: [""] }, "InvalidTagsToAddException", /^Invalid tag key: \./],
  ["a long key", { ResourceArn, TagKeys: ["k".repeat(129)] }, "InvalidTagsToAddException", /1 to 128 characters/],
  [
    "an unknown application",
    { ResourceArn: `${ARN_START}application:none`, TagKeys },
    "ApplicationDoesNotExistException",
    "No application found for name: none",
  ],
  [
    "an unknown group",
    { ResourceArn: `${ARN_START}deploymentgroup:${applicationName}/none`, TagKeys },
    "DeploymentGroupDoesNotExistException",
    "No Deployment Group found for name: none",
  ],
]);
