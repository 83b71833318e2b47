import assert from "node:assert/strict";
import { after, test } from "node:test";
import { registerInstance, userArn } from "../support/onPremisesFixtures.ts";
import { assertRefused, nameRefusals, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

test("GetOnPremisesInstance answers name, ARN, user, time and tags, tags by key", async () => {
  const instanceName = await registerInstance(codedeploy, undefined, [
    { Key: "b", Value: "2" },
    { Key: "a", Value: "1" },
  ]);
  const { instanceInfo } = await codedeploy.getOnPremisesInstance({ instanceName });
  const { instanceArn, registerTime, ...others } = instanceInfo ?? {};
  const tags = [
    { Key: "a", Value: "1" },
    { Key: "b", Value: "2" },
  ];
  assert.deepEqual(others, { instanceName, iamUserArn: userArn(instanceName), tags });
  assert.ok(instanceArn && registerTime);
});

test("names tell capital letters from small ones", async () => {
  const instanceName = await registerInstance(codedeploy);
  await assertRefused(
    codedeploy.getOnPremisesInstance({ instanceName: instanceName.toUpperCase() }),
    "InstanceNotRegisteredException",
    `The on-premises instance ${instanceName.toUpperCase()} is not registered`,
  );
});

test("an instance of another account or region is not found", async () => {
  const instanceName = await registerInstance(codedeploy);
  for (const principal of [{ account: "210987654321" }, { region: "us-east-2" }]) {
    const answer = box.codeDeploy(principal).getOnPremisesInstance({ instanceName });
    await assertRefused(answer, "InstanceNotRegisteredException", /is not registered/);
  }
});

test("everything is there after a restart: instances, tags, what was deregistered, and page tokens", async () => {
  const first = await startSignalbox({ after });
  const before = first.codeDeploy();
  const names = [];
  for (let index = 100; index < 201; index += 1) names.push(await registerInstance(before, `instance-${index}`));
  await before.addTagsToOnPremisesInstances({ instanceNames: names.slice(0, 2), tags: [{ Key: "k", Value: "v" }] });
  await before.deregisterOnPremisesInstance({ instanceName: "instance-101" });
  const kept = await before.batchGetOnPremisesInstances({ instanceNames: names.slice(0, 100) });
  const { nextToken } = await before.listOnPremisesInstances({});
  await first.stop();

  const second = await startSignalbox({ after }, { flags: { "data-dir": first.dataDirectory } });
  const again = second.codeDeploy();
  const { instanceInfos } = await again.batchGetOnPremisesInstances({ instanceNames: names.slice(0, 100) });
  assert.deepEqual(instanceInfos, kept.instanceInfos);
  assert.deepEqual((await again.listOnPremisesInstances({ nextToken })).instanceNames, ["instance-200"]);
});

refuses(codedeploy, "GetOnPremisesInstance", [
  ...nameRefusals(
    "instanceName",
    {},
    ["InstanceNameRequiredException", "Instance name is required"],
    ["InvalidInstanceNameException", /^Invalid instance name: /],
  ),
  ["the id of an EC2 instance", { instanceName: "i-0abc" }, "InvalidInstanceNameException", /does not begin with i-/],
  [
    "a name that was never registered",
    { instanceName: "never-was" },
    "InstanceNotRegisteredException",
    "The on-premises instance never-was is not registered",
  ],
]);
