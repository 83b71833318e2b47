import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type Refusal, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";
import { ARN_START, badArns, taggedResources, tagsOf } from "../support/taggedResources.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const Tags = Array.from({ length: 50 }, (_, index) => ({ Key: `key-${String(index).padStart(2, "0")}`, Value: "v" }));

test("ListTagsForResource answers all 50 tags by key and no token, for both forms of the ARN", async () => {
  const { applicationArn, groupArn } = await taggedResources(codedeploy);
  for (const arn of [applicationArn, groupArn]) {
    await codedeploy.tagResource({ ResourceArn: arn, Tags: Tags.toReversed() });
    for (const ResourceArn of [arn, arn.replace(/(application|deploymentgroup):/, "$1/")]) {
      const { $metadata: _, ...answer } = await codedeploy.listTagsForResource({ ResourceArn });
      assert.deepEqual(answer, { Tags });
    }
  }
});

test("a resource without tags, and one that is not there, have an empty list", async () => {
  const { applicationArn, applicationName } = await taggedResources(codedeploy);
  const unknown = [`${ARN_START}application:none`, `${ARN_START}deploymentgroup:${applicationName}/none`];
  for (const ResourceArn of [applicationArn, ...unknown, `${ARN_START}deploymentgroup:none/none`]) {
    const { $metadata: _, ...answer } = await codedeploy.listTagsForResource({ ResourceArn });
    assert.deepEqual(answer, { Tags: [] });
  }
});

test("a token, which is never given out, changes nothing: the model has no error for a bad one", async () => {
  const { applicationArn: ResourceArn } = await taggedResources(codedeploy);
  await codedeploy.tagResource({ ResourceArn, Tags });
  const answer = await codedeploy.listTagsForResource({ ResourceArn, NextToken: "garbage" });
  assert.deepEqual(answer.Tags, Tags);
});

test("tags are there after a restart", async () => {
  const first = await startSignalbox({ after });
  const { applicationArn, groupArn } = await taggedResources(first.codeDeploy());
  for (const arn of [applicationArn, groupArn]) await first.codeDeploy().tagResource({ ResourceArn: arn, Tags });
  await first.codeDeploy().untagResource({ ResourceArn: groupArn, TagKeys: ["key-00"] });
  await first.stop();
  const again = (await startSignalbox({ after }, { flags: { "data-dir": first.dataDirectory } })).codeDeploy();
  assert.deepEqual(await tagsOf(again, applicationArn), Tags);
  assert.deepEqual(await tagsOf(again, groupArn), Tags.slice(1));
});

const modelled: string[] = ["ArnNotSupportedException", "InvalidArnException", "ResourceArnRequiredException"];
test("the bad ARNs raise every error that the model has for the operation", () => {
  assert.deepEqual(new Set(badArns.map(([, , error]) => error)), new Set(modelled));
});
refuses(
  codedeploy,
  "ListTagsForResource",
  badArns.map(([title, ResourceArn, error, message]): Refusal => [title, { ResourceArn }, error, message]),
);
