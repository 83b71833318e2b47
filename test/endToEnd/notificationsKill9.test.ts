/** Kill -9 between the commit that owes a notification and its delivery: it is delivered after the next start. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import { CodeDeploy } from "@aws-sdk/client-codedeploy";
import { deploy, lambdaGroup } from "../support/lambdaFixtures.ts";
import { type RealProgram, startProgram } from "../support/realProgram.ts";
import { cloudEvents, type Receiver, startReceiver, told } from "../support/receivers.ts";
import { waitFor } from "../support/waitFor.ts";

const NO_APP_SPEC = '{"version": 0.0, "Resources": []}';

async function start(receiver: Receiver, directory: string): Promise<{ program: RealProgram; codedeploy: CodeDeploy }> {
  const program = await startProgram({
    "data-dir": directory,
    webhook: receiver.url,
    "allow-outgoing": receiver.host,
  });
  const credentials = { accessKeyId: "123456789012", secretAccessKey: "secret" };
  const codedeploy = new CodeDeploy({ endpoint: program.url, region: "eu-west-1", credentials, maxAttempts: 1 });
  return { program, codedeploy };
}

/** Runs deployments whose receiver is as it is, kills the program, and starts it again with a receiver that answers. */
async function killed(
  test: TestContext,
  receiver: Receiver,
  { before = async () => {}, after = async () => {} }: { before?: () => Promise<void>; after?: () => Promise<void> },
) {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-kill-"));
  let { program, codedeploy } = await start(receiver, directory);
  test.after(async () => {
    await program.kill9();
    rmSync(directory, { recursive: true, force: true });
  });
  const group = await lambdaGroup(codedeploy);
  const deploymentId = await deploy(codedeploy, group, NO_APP_SPEC);
  const status = async () => (await codedeploy.getDeployment({ deploymentId })).deploymentInfo?.status;
  await waitFor("the deployment has ended", async () => (await status()) === "Failed");
  await before();
  await program.kill9();
  await after();
  receiver.received.length = 0;
  receiver.answer = () => ({ status: 200 });
  ({ program, codedeploy } = await start(receiver, directory));
  await waitFor("both have been delivered", () => receiver.received.length >= 2, 30_000);
  assert.deepEqual(told(receiver), [`${deploymentId} DeploymentStart`, `${deploymentId} DeploymentFailure`]);
  assert.equal(await status(), "Failed");
}

it("while nobody listens: everything is delivered after the start, in order", async (test) => {
  const receiver = await startReceiver(test);
  await receiver.goDown();
  await killed(test, receiver, { after: () => receiver.comeUp() });
});

it("while a delivery is under way: it is delivered again under the same id, and what follows after it", async (test) => {
  const receiver = await startReceiver(test, () => new Promise(() => {}));
  let id: string | undefined;
  await killed(test, receiver, {
    async before() {
      await waitFor("the first is being delivered", () => receiver.received.length === 1);
      id = cloudEvents(receiver)[0]?.id;
    },
  });
  assert.equal(cloudEvents(receiver)[0]?.id, id);
});
