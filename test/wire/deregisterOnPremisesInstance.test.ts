import assert from "node:assert/strict";
import { after, test } from "node:test";
import { registerInstance } from "../support/onPremisesFixtures.ts";
import { nameRefusals, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

test("DeregisterOnPremisesInstance notes the time and keeps the rest, tags as well", async () => {
  const instanceName = await registerInstance(codedeploy, undefined, [{ Key: "Name", Value: "web" }]);
  const before = await codedeploy.getOnPremisesInstance({ instanceName });
  await box.advance(30);
  const { $metadata: _, ...answer } = await codedeploy.deregisterOnPremisesInstance({ instanceName });
  assert.deepEqual(answer, {});
  const { instanceInfo } = await codedeploy.getOnPremisesInstance({ instanceName });
  const deregisterTime = new Date((await box.now()) * 1000);
  assert.deepEqual(instanceInfo, { ...before.instanceInfo, deregisterTime });
});

test("deregistering again succeeds and does not move the time", async () => {
  const instanceName = await registerInstance(codedeploy);
  await codedeploy.deregisterOnPremisesInstance({ instanceName });
  const first = await codedeploy.getOnPremisesInstance({ instanceName });
  await box.advance(30);
  await codedeploy.deregisterOnPremisesInstance({ instanceName });
  assert.deepEqual((await codedeploy.getOnPremisesInstance({ instanceName })).instanceInfo, first.instanceInfo);
});

test("an instance that is not there is deregistered with success, and is not there afterwards", async () => {
  await codedeploy.deregisterOnPremisesInstance({ instanceName: "never-was" });
  const { instanceInfos } = await codedeploy.batchGetOnPremisesInstances({ instanceNames: ["never-was"] });
  assert.deepEqual(instanceInfos, []);
});

test("an instance of the same name in another account or region stays registered", async () => {
  const instanceName = await registerInstance(codedeploy);
  const others = [box.codeDeploy({ account: "210987654321" }), box.codeDeploy({ region: "us-east-2" })];
  for (const other of others) await registerInstance(other, instanceName);
  await codedeploy.deregisterOnPremisesInstance({ instanceName });
  for (const other of others) {
    const { instanceInfo } = await other.getOnPremisesInstance({ instanceName });
    assert.equal(instanceInfo?.deregisterTime, undefined);
  }
});

refuses(codedeploy, "DeregisterOnPremisesInstance", [
  ...nameRefusals(
    "instanceName",
    {},
    ["InstanceNameRequiredException", "Instance name is required"],
    ["InvalidInstanceNameException", /^Invalid instance name: /],
  ),
  ["the id of an EC2 instance", { instanceName: "i-0abc" }, "InvalidInstanceNameException", /does not begin with i-/],
]);
