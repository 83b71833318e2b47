/** What a newcomer sees: `serve --demo`, and `demo` on a server that is up, on whatever an earlier run has left. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it, type TestContext } from "node:test";
import { BatchGetDeploymentsCommand, CodeDeployClient, ListDeploymentsCommand } from "@aws-sdk/client-codedeploy";
import { GetAliasCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { awsCliCommands, removalCommands } from "../../src/cli/awsCliCommands.ts";
import { type RunningCommand, runCommand, startCommand } from "../support/commandLine.ts";
import { startProgram } from "../support/realProgram.ts";
import { ACCOUNT, REGION, startSignalbox } from "../support/signalbox.ts";
import { waitFor } from "../support/waitFor.ts";

/** What the whole demo may take once the server is ready, in milliseconds. */
const DEMO_LIMIT_MS = 10_000;
const group = { applicationName: "signalbox-demo", deploymentGroupName: "canary" };

it("serve --demo shows a deployment that succeeds and one that is rolled back, within 10 s, and stays up", async (test) => {
  const data = await folder();
  const server = startCommand(["serve", "--demo", "--speed", "60", "--port", "0", "--data-dir", data]);
  endWith(test, data, () => end(server));
  await waitFor("it is ready", () => server.stdout().includes("\n"));
  const ready = performance.now();
  await waitFor("the demo has ended", () => /Ctrl-C ends it/.test(server.stdout()));
  assert.ok(performance.now() - ready < DEMO_LIMIT_MS, `the demo took ${performance.now() - ready} ms`);

  const shown = server.stdout();
  const [, url = ""] = /^signalbox is ready: (\S+)$/m.exec(shown) ?? [];
  assert.match(shown, /Time on this server runs 60 times faster than real: the canary's 5 minutes take 5 seconds/);
  assertStory(shown);
  assert.match(shown, new RegExp(`^export AWS_ENDPOINT_URL=${url} `, "m"), "the commands lead here");
  assert.equal((await fetch(`${url}/_signalbox/health`)).status, 200, "it stays up");

  const { alias, deployments } = await state(url);
  assert.equal(alias.FunctionVersion, "2");
  assert.equal(alias.RoutingConfig, undefined, "the alias leads to version 2 alone");
  assert.deepEqual(
    deployments.map(({ creator, status, rollbackInfo }) => [creator, status, Boolean(rollbackInfo)]),
    [
      ["codeDeployRollback", "Succeeded", true],
      ["user", "Failed", true],
      ["user", "Succeeded", false],
    ],
    "newest first",
  );
  assert.equal(deployments[1]?.rollbackInfo?.rollbackDeploymentId, deployments[0]?.deploymentId);
});

it("demo starts anew where an earlier run was killed with the alias split and its deployment under way", async (test) => {
  const data = await folder();
  const server = await startProgram({ "data-dir": data, speed: "60" });
  endWith(test, data, () => server.terminate());
  const killed = startCommand(["demo", "--endpoint", server.url]);
  await waitFor("the canary is shown", () => killed.stdout().includes("10 % on version 2"));
  killed.child.kill("SIGKILL");
  await killed.ended;
  const { alias, deployments } = await state(server.url);
  assert.deepEqual(alias.RoutingConfig?.AdditionalVersionWeights, { "2": 0.1 });
  assert.equal(deployments[0]?.status, "InProgress");

  const { exitCode, stdout, stderr } = await runCommand(["demo", "--endpoint", server.url]);
  assert.equal(exitCode, 0, stderr);
  assertStory(stdout);
  assert.match(stdout, /runs 60 times faster than real/);
  const later = await state(server.url);
  assert.equal(later.alias.FunctionVersion, "5");
  assert.deepEqual(
    later.deployments.map(({ status }) => status),
    ["Succeeded", "Failed", "Succeeded", "Stopped"],
  );
});

it("demo works for another account and region, and moves time on where it stands still", async () => {
  const box = await startSignalbox({ after });
  const words = ["demo", "--endpoint", box.url, "--account-id", ACCOUNT, "--region", REGION];
  const { exitCode, stdout, stderr } = await runCommand(words);
  assert.equal(exitCode, 0, stderr);
  assertStory(stdout);
  assert.match(stdout, /Time on this server stands still/);
  const alias = await box.lambda().send(new GetAliasCommand({ FunctionName: "signalbox-demo", Name: "live" }));
  assert.equal(alias.FunctionVersion, "2");
});

it("demo says in one sentence that no signalbox answers, exit code 69", async () => {
  const { exitCode, stderr } = await runCommand(["demo", "--endpoint", "http://127.0.0.1:9"]);
  assert.equal(exitCode, 69);
  assert.match(stderr, /^signalbox: No signalbox answers at http:\/\/127\.0\.0\.1:9 [^\n]+\n$/);
});

it("serve --demo with Lambda elsewhere says why there is no demo, and stays up", async (test) => {
  const words = ["serve", "--demo", "--endpoint", "lambda=http://127.0.0.1:9", "--port", "0"];
  const data = await folder();
  const server = startCommand([...words, "--data-dir", data]);
  endWith(test, data, () => end(server));
  await waitFor("it is up", () => /Ctrl-C ends it/.test(server.stdout()));
  assert.match(server.stderr(), /^signalbox: The demo ended early: The demo needs the embedded Lambda; [^\n]+\n$/);
});

it("the example's README shows the very commands that the demo prints", async () => {
  const readme = await readFile(join(import.meta.dirname, "../../examples/lambda-canary/README.md"), "utf8");
  const place = { endpoint: "http://127.0.0.1:4566", accountId: "000000000000", region: "us-east-1" };
  const commands = awsCliCommands({ ...place, example: "EXAMPLE", signalbox: "npx signalbox" }).join("\n");
  assert.ok(readme.includes(commands.replace("'EXAMPLE'", '"$PWD/examples/lambda-canary"')));
  assert.ok(readme.includes(removalCommands.join("\n")));
});

/** Whatever the numbers of the versions: what must be told, in this order. */
function assertStory(shown: string): void {
  const [, old, good, broken] =
    /version (\d+) is live, version (\d+) is good, version (\d+) is broken/.exec(shown) ?? [];
  const story = [
    `A call of signalbox-demo:live now: {"version":"${old}","total":25}`,
    "BeforeAllowTraffic: Succeeded after ",
    `10 % on version ${good}, 90 % on version ${old}`,
    `100 % on version ${good}`,
    "AfterAllowTraffic: Succeeded after ",
    "Succeeded after ",
    "AfterAllowTraffic: Failed after ",
    "HOOK_EXECUTION_FAILURE",
    " rollback of d-",
    `100 % on version ${good}`,
    "Succeeded after ",
    `A call of signalbox-demo:live now: {"version":"${good}","total":25,"pieces":3}`,
    "aws deploy create-deployment ",
  ];
  // A function reports before it returns: its log may be known only after what its report has led to.
  for (const log of [
    `| INFO An empty order, version ${good}: {"version":"${good}","total":0,"pieces":0}`,
    `| INFO An order of 25, alias live: {"version":"${good}","total":25,"pieces":3}`,
    `| INFO An order of 25, alias live: {"version":"${broken}","total":null}`,
  ])
    assert.ok(shown.includes(log), `${log} is not told:\n${shown}`);
  assert.ok(shown.includes(`20 calls of signalbox-demo:live meanwhile were answered by ${old}`));
  assert.match(shown, new RegExp(`which is \\d+ by version ${old} and \\d+ by version ${good}\\.`));
  let at = 0;
  for (const part of story) {
    const found = shown.indexOf(part, at);
    assert.ok(found >= 0, `${part} is not told, or too early:\n${shown}`);
    at = found + part.length;
  }
}

async function state(endpoint: string) {
  const client = { endpoint, region: "us-east-1", credentials: { accessKeyId: "any", secretAccessKey: "any" } };
  const codeDeploy = new CodeDeployClient(client);
  const { deployments: deploymentIds = [] } = await codeDeploy.send(new ListDeploymentsCommand(group));
  const { deploymentsInfo = [] } = await codeDeploy.send(new BatchGetDeploymentsCommand({ deploymentIds }));
  const order = (id: string | undefined) => deploymentIds.indexOf(id ?? "");
  const alias = await new LambdaClient(client).send(
    new GetAliasCommand({ FunctionName: "signalbox-demo", Name: "live" }),
  );
  return {
    alias,
    deployments: deploymentsInfo.sort((one, other) => order(one.deploymentId) - order(other.deploymentId)),
  };
}

const folder = () => mkdtemp(join(tmpdir(), "signalbox-demo-"));

/** With the test, the server ends in order and its folder goes. */
function endWith(test: TestContext, dataDirectory: string, end: () => Promise<unknown>): void {
  test.after(async () => {
    await end();
    await rm(dataDirectory, { recursive: true, force: true, maxRetries: 3 });
  });
}

async function end(server: RunningCommand): Promise<void> {
  server.child.kill("SIGTERM");
  assert.equal((await server.ended).exitCode, 0);
}
