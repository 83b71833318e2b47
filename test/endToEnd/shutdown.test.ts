/** The end of the program with everything under way, in order and not, and what it leaves running. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, it, type TestContext } from "node:test";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { identityOf } from "../../src/local/processRecord.ts";
import { clientOf, deployCanary, whenSucceeded } from "../support/canary.ts";
import { createFunction } from "../support/lambdaFixtures.ts";
import { startLambdaModel } from "../support/lambdaModel.ts";
import { type RealProgram, startProgram } from "../support/realProgram.ts";
import { waitFor } from "../support/waitFor.ts";

const LIMIT_MS = 5000;
const REQUESTS = 100;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "signalbox-end-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));

it("SIGTERM with everything under way ends it within five seconds, and everything goes on at the next start", async (test) => {
  const { model, receiver, flags } = await surroundings(test);
  const program = await startProgram(flags);
  test.after(() => program.kill9());
  const codedeploy = clientOf(program.url);
  await startSpinning(program);
  const deploymentId = await deployCanary(codedeploy, 1);
  await waitFor("an alias write hangs", () => model.calls.includes("UpdateAlias"));
  await waitFor("a notification is being delivered", () => receiver.begun > 0);

  const names = Array.from({ length: REQUESTS }, (_, n) => `in-flight-${n}`);
  const answers = names.map((applicationName) =>
    codedeploy.createApplication({ applicationName, computePlatform: "Lambda" }).then(
      () => applicationName,
      () => null,
    ),
  );
  const first = await Promise.race(answers);
  const asked = performance.now();
  assert.equal(await program.terminate(), 0, program.errors());
  const took = performance.now() - asked;
  assert.ok(took < LIMIT_MS, `it took ${took} ms`);
  const acknowledged = (await Promise.all(answers)).filter((name) => name !== null);
  assert.ok(first !== null && acknowledged.length > 0, "some were acknowledged");
  assert.deepEqual(readdirSync(join(directory, "code", "processes")), [], "no function is left");

  model.onCall = async () => {};
  receiver.answers = true;
  const again = await startProgram(flags);
  test.after(() => again.kill9());
  for (const applicationName of acknowledged) await clientOf(again.url).getApplication({ applicationName });
  await whenSucceeded(clientOf(again.url), deploymentId);
  assert.deepEqual(model.aliasStates, ["1", "1+0.1:2", "2"]);
  await waitFor("its start and its end are told", () => receiver.taken >= 2);
  assert.equal(await again.terminate(), 0, again.errors());
});

it("a second SIGTERM ends it at once", async (test) => {
  const { model, flags } = await surroundings(test);
  const program = await startProgram(flags);
  test.after(() => program.kill9());
  const pid = await startSpinning(program);
  await deployCanary(clientOf(program.url), 1);
  await waitFor("an alias write hangs", () => model.calls.includes("UpdateAlias"));
  // A request that does not come to its end is waited for.
  const { hostname, port } = new URL(program.url);
  const stuck = connect(Number(port), hostname, () =>
    stuck.write("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n"),
  );
  stuck.on("error", () => {});
  await once(stuck, "connect");
  await clientOf(program.url).listApplications({});
  program.signal("SIGTERM");
  const nudge = setInterval(() => program.signal("SIGTERM"), 50);
  const exitCode = await program.ended;
  clearInterval(nudge);
  assert.equal(exitCode, 143);
  await waitFor("the function is gone", () => identityOf(pid) === null);
});

it("a function that spins when the server is killed with -9 is ended at the next start", async (test) => {
  const program = await startProgram({ "data-dir": directory });
  const pid = await startSpinning(program);
  await program.kill9();
  assert.ok(identityOf(pid), "nothing ends it while no signalbox runs");
  const again = await startProgram({ "data-dir": directory });
  test.after(() => again.kill9());
  await waitFor("the function is gone", () => identityOf(pid) === null);
  await again.said(new RegExp(`function process ${pid} of an earlier run was still there`));
  assert.equal(await again.terminate(), 0, again.errors());
});

/** A Lambda that never answers an UpdateAlias, and a receiver of webhooks that never answers at all. */
async function surroundings(test: TestContext) {
  const model = await startLambdaModel(async () => "accepted");
  test.after(() => model.close());
  model.onCall = (_index, name, moment) =>
    name === "UpdateAlias" && moment === "before" ? new Promise(() => {}) : Promise.resolve();
  const receiver = { begun: 0, taken: 0, answers: false };
  const server = createServer((request, response) => {
    receiver.begun += 1;
    request.resume();
    if (!receiver.answers) return;
    receiver.taken += 1;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  test.after(() => void server.close(() => {}).closeAllConnections());
  const webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const flags = { "data-dir": directory, endpoint: `lambda=${model.url}`, speed: "600" };
  return { model, receiver, flags: { ...flags, webhook, "allow-outgoing": "127.0.0.1" } };
}

/** Invokes a function that never returns nor looks up, and gives its pid. */
async function startSpinning({ url }: RealProgram): Promise<number> {
  const credentials = { accessKeyId: "123456789012", secretAccessKey: "secret" };
  const lambda = new LambdaClient({ endpoint: url, region: "eu-west-1", credentials, maxAttempts: 1 });
  const file = join(directory, "spinning");
  const source = `exports.handler = () => { require("node:fs").writeFileSync(process.env.FILE, ""); for (;;); };`;
  const FunctionName = await createFunction(lambda, source, {
    Timeout: 600,
    Environment: { Variables: { FILE: file } },
  });
  lambda.send(new InvokeCommand({ FunctionName })).then(
    () => lambda.destroy(),
    () => lambda.destroy(),
  );
  await waitFor("the function spins", () => readdirSync(directory).includes("spinning"));
  const [pid] = readdirSync(join(directory, "code", "processes"));
  return Number(pid);
}
