import assert from "node:assert/strict";
import { after, test } from "node:test";
import { registerInstance } from "../support/onPremisesFixtures.ts";
import { assertRefused, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const tag = { Key: "Name", Value: "web" };

async function tagsOf(instanceName: string) {
  return (await codedeploy.getOnPremisesInstance({ instanceName })).instanceInfo?.tags;
}

test("AddTagsToOnPremisesInstances adds all tags to all instances and answers nothing", async () => {
  const instanceNames = [await registerInstance(codedeploy), await registerInstance(codedeploy)];
  const tags = [{ Key: "a", Value: "1" }, tag];
  const { $metadata: _, ...answer } = await codedeploy.addTagsToOnPremisesInstances({
    instanceNames: [...instanceNames, ...instanceNames],
    tags: tags.toReversed(),
  });
  assert.deepEqual(answer, {});
  for (const name of instanceNames)
    assert.deepEqual(
      (await tagsOf(name))?.map(({ Key }) => Key),
      ["Name", "a"],
    );
});

test("a key that is there gets the new value, and of one key given twice the last value stays", async () => {
  const name = await registerInstance(codedeploy, undefined, [tag]);
  await codedeploy.addTagsToOnPremisesInstances({
    instanceNames: [name],
    tags: [
      { Key: "Name", Value: "first" },
      { Key: "Name", Value: "last" },
    ],
  });
  assert.deepEqual(await tagsOf(name), [{ Key: "Name", Value: "last" }]);
});

test("a call that names an instance that is not registered changes none of the others", async () => {
  const name = await registerInstance(codedeploy);
  const gone = await registerInstance(codedeploy);
  await codedeploy.deregisterOnPremisesInstance({ instanceName: gone });
  for (const other of ["never-was", gone]) {
    await assertRefused(
      codedeploy.addTagsToOnPremisesInstances({ instanceNames: [name, other], tags: [tag] }),
      "InstanceNotRegisteredException",
      `The on-premises instance ${other} is not registered`,
    );
  }
  assert.deepEqual(await tagsOf(name), []);
});

const tenTags = Array.from({ length: 10 }, (_, index) => ({ Key: `key-${index}`, Value: "v" }));

test("an instance has room for 10 tags, and one that has no room leaves all others as they were", async () => {
  const full = await registerInstance(codedeploy, undefined, tenTags);
  const empty = await registerInstance(codedeploy);
  await assertRefused(
    codedeploy.addTagsToOnPremisesInstances({ instanceNames: [empty, full], tags: [tag] }),
    "TagLimitExceededException",
    `The on-premises instance ${full} would have 11 tags; at most 10 may be, so remove some first`,
  );
  assert.deepEqual(await tagsOf(empty), []);
  await codedeploy.addTagsToOnPremisesInstances({ instanceNames: [full], tags: [{ Key: "key-3", Value: "new" }] });
  assert.equal((await tagsOf(full))?.length, 10);
});

test("an instance of the same name in another account or region is another one", async () => {
  const name = await registerInstance(codedeploy);
  for (const principal of [{ account: "210987654321" }, { region: "us-east-2" }]) {
    const other = box.codeDeploy(principal);
    await registerInstance(other, name);
    await other.addTagsToOnPremisesInstances({ instanceNames: [name], tags: [tag] });
  }
  assert.deepEqual(await tagsOf(name), []);
});

test("tags take the longest keys and values, in any script", async () => {
  const name = await registerInstance(codedeploy);
  const tags = [{ Key: "ключ".padEnd(128, "k"), Value: "値".padEnd(256, "v") }];
  await codedeploy.addTagsToOnPremisesInstances({ instanceNames: [name], tags });
  assert.deepEqual(await tagsOf(name), tags);
});

await registerInstance(codedeploy, "one");
const tags = [tag];
const instanceNames = ["one"];
refuses(codedeploy, "AddTagsToOnPremisesInstances", [
  ["neither names nor tags", {}, "InstanceNameRequiredException", "Instance names are required"],
  ["an empty list of names", { instanceNames: [], tags }, "InstanceNameRequiredException", /are required/],
  ["an empty name", { instanceNames: [""], tags }, "InstanceNameRequiredException", "Instance name is required"],
  [
    "a bad name",
    { instanceNames: ["one", "a/b"], tags },
    "InvalidInstanceNameException",
    /^Invalid instance name: a\/b/,
  ],
  ["no tags", { instanceNames }, "TagRequiredException", "Tags are required"],
  ["an empty list of tags", { instanceNames, tags: [] }, "TagRequiredException", "Tags are required"],
  ["a tag without a key", { instanceNames, tags: [{ Value: "v" }] }, "InvalidTagException", /^Invalid tag key: /],
  ["an empty key", { instanceNames, tags: [{ Key: "", Value: "v" }] }, "InvalidTagException", /1 to 128/],
  ["a tag without a value", { instanceNames, tags: [{ Key: "k" }] }, "InvalidTagException", /^Invalid value of tag k/],
  ["an empty value", { instanceNames, tags: [{ Key: "k", Value: "" }] }, "InvalidTagException", /1 to 256/],
  ["a long key", { instanceNames, tags: [{ Key: "k".repeat(129), Value: "v" }] }, "InvalidTagException", /1 to 128/],
  ["a long value", { instanceNames, tags: [{ Key: "k", Value: "v".repeat(257) }] }, "InvalidTagException", /1 to 256/],
  [
    "11 tags",
    { instanceNames, tags: [...tenTags, tag] },
    "TagLimitExceededException",
    "11 tags were given; an on-premises instance has at most 10",
  ],
  [
    "101 instances",
    { instanceNames: Array.from({ length: 101 }, (_, index) => `n-${index}`), tags },
    "InstanceLimitExceededException",
    "101 instances were given; one call may name at most 100",
  ],
  [
    "a bad tag before an instance that is not registered",
    { instanceNames: ["never-was"], tags: [{ Key: "k" }] },
    "InvalidTagException",
    /^Invalid value/,
  ],
  [
    "an instance that is not registered",
    { instanceNames: ["x"], tags },
    "InstanceNotRegisteredException",
    /instance x/,
  ],
]);
