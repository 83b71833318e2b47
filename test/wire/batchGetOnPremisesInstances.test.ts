import assert from "node:assert/strict";
import { after, test } from "node:test";
import { registerInstance } from "../support/onPremisesFixtures.ts";
import { refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const one = await registerInstance(codedeploy, undefined, [{ Key: "Name", Value: "one" }]);
const two = await registerInstance(codedeploy);
await codedeploy.deregisterOnPremisesInstance({ instanceName: two });

test("BatchGetOnPremisesInstances answers what GetOnPremisesInstance does, in the order asked for, unknown ones left out", async () => {
  const { $metadata: _, ...answer } = await codedeploy.batchGetOnPremisesInstances({
    instanceNames: [two, "never-was", one],
  });
  const instanceInfos = [];
  for (const instanceName of [two, one]) {
    instanceInfos.push((await codedeploy.getOnPremisesInstance({ instanceName })).instanceInfo);
  }
  assert.deepEqual(answer, { instanceInfos });
});

test("a name that is asked for twice is answered once, and unknown names alone give an empty list", async () => {
  const twice = await codedeploy.batchGetOnPremisesInstances({ instanceNames: [one, one] });
  assert.equal(twice.instanceInfos?.length, 1);
  const { instanceInfos } = await codedeploy.batchGetOnPremisesInstances({ instanceNames: ["never-was"] });
  assert.deepEqual(instanceInfos, []);
});

test("100 names may be asked for at once, and those of other accounts and regions are unknown", async () => {
  const instanceNames = [one, ...Array.from({ length: 99 }, (_, index) => `unknown-${index}`)];
  assert.equal((await codedeploy.batchGetOnPremisesInstances({ instanceNames })).instanceInfos?.length, 1);
  for (const principal of [{ account: "210987654321" }, { region: "us-east-2" }]) {
    const { instanceInfos } = await box.codeDeploy(principal).batchGetOnPremisesInstances({ instanceNames });
    assert.deepEqual(instanceInfos, []);
  }
});

refuses(codedeploy, "BatchGetOnPremisesInstances", [
  ["no names", {}, "InstanceNameRequiredException", "Instance names are required"],
  ["an empty list", { instanceNames: [] }, "InstanceNameRequiredException", "Instance names are required"],
  ["an empty name", { instanceNames: [one, ""] }, "InstanceNameRequiredException", "Instance name is required"],
  ["a bad name", { instanceNames: [one, "two words"] }, "InvalidInstanceNameException", /two words/],
  [
    "101 names",
    { instanceNames: Array.from({ length: 101 }, () => one) },
    "BatchLimitExceededException",
    "101 were asked for at once; at most 100 may be",
  ],
]);
