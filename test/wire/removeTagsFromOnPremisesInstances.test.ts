import assert from "node:assert/strict";
import { after, test } from "node:test";
import { registerInstance } from "../support/onPremisesFixtures.ts";
import { assertRefused, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const name = { Key: "Name", Value: "web" };
const stage = { Key: "stage", Value: "test" };

async function tagsOf(instanceName: string) {
  return (await codedeploy.getOnPremisesInstance({ instanceName })).instanceInfo?.tags;
}

test("RemoveTagsFromOnPremisesInstances removes all given tags from all instances and answers nothing", async () => {
  const instanceNames = [
    await registerInstance(codedeploy, undefined, [name, stage]),
    await registerInstance(codedeploy, undefined, [name]),
  ];
  const { $metadata: _, ...answer } = await codedeploy.removeTagsFromOnPremisesInstances({
    instanceNames,
    tags: [name],
  });
  assert.deepEqual(answer, {});
  assert.deepEqual(await Promise.all(instanceNames.map(tagsOf)), [[stage], []]);
});

test("a tag goes only where its key and its value are as given", async () => {
  const instanceName = await registerInstance(codedeploy, undefined, [name]);
  const tags = [
    { Key: "Name", Value: "other" },
    { Key: "other", Value: "web" },
    { Key: "name", Value: "web" },
  ];
  await codedeploy.removeTagsFromOnPremisesInstances({ instanceNames: [instanceName], tags });
  assert.deepEqual(await tagsOf(instanceName), [name]);
});

test("a call that names an instance that is not registered changes none of the others", async () => {
  const instanceName = await registerInstance(codedeploy, undefined, [name]);
  await assertRefused(
    codedeploy.removeTagsFromOnPremisesInstances({ instanceNames: [instanceName, "never-was"], tags: [name] }),
    "InstanceNotRegisteredException",
    "The on-premises instance never-was is not registered",
  );
  assert.deepEqual(await tagsOf(instanceName), [name]);
});

test("instances of the same name in other accounts and regions keep their tags", async () => {
  const instanceName = await registerInstance(codedeploy, undefined, [name]);
  for (const principal of [{ account: "210987654321" }, { region: "us-east-2" }]) {
    const other = box.codeDeploy(principal);
    await registerInstance(other, instanceName, [name]);
    await other.removeTagsFromOnPremisesInstances({ instanceNames: [instanceName], tags: [name] });
  }
  assert.deepEqual(await tagsOf(instanceName), [name]);
});

const tags = [name];
const instanceNames = [await registerInstance(codedeploy, "one", [stage])];
refuses(codedeploy, "RemoveTagsFromOnPremisesInstances", [
  ["neither names nor tags", {}, "InstanceNameRequiredException", "Instance names are required"],
  ["an empty name", { instanceNames: [""], tags }, "InstanceNameRequiredException", "Instance name is required"],
  ["a bad name", { instanceNames: ["i-0abc"], tags }, "InvalidInstanceNameException", /i-0abc/],
  ["no tags", { instanceNames }, "TagRequiredException", "Tags are required"],
  ["a tag without a key", { instanceNames, tags: [{ Value: "v" }] }, "InvalidTagException", /^Invalid tag key/],
  [
    "a tag without a value",
    { instanceNames, tags: [{ Key: "stage" }] },
    "InvalidTagException",
    /^Invalid value of tag/,
  ],
  [
    "11 tags",
    { instanceNames, tags: Array.from({ length: 11 }, () => name) },
    "TagLimitExceededException",
    "11 tags were given; an on-premises instance has at most 10",
  ],
  [
    "101 instances",
    { instanceNames: Array.from({ length: 101 }, () => "one"), tags },
    "InstanceLimitExceededException",
    "101 instances were given; one call may name at most 100",
  ],
  [
    "an instance that was deregistered",
    async () => {
      const gone = await registerInstance(codedeploy, "gone", [name]);
      await codedeploy.deregisterOnPremisesInstance({ instanceName: gone });
      return { instanceNames: ["one", gone], tags: [stage] };
    },
    "InstanceNotRegisteredException",
    "The on-premises instance gone is not registered",
  ],
]);
