/** `signalbox watch` as a process of its own, looking at a whole signalbox. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it, type TestContext } from "node:test";
import { CodeDeployClient, StopDeploymentCommand } from "@aws-sdk/client-codedeploy";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { runCommand, startCommand } from "../support/commandLine.ts";
import {
  appSpec,
  createFunction,
  deploy,
  type Hooks,
  lambdaGroup,
  publishTwoVersions,
  reportingHook,
} from "../support/lambdaFixtures.ts";
import { type RealProgram, startProgram } from "../support/realProgram.ts";
import { ACCOUNT, REGION, startSignalbox } from "../support/signalbox.ts";
import { waitFor } from "../support/waitFor.ts";

const ROLLS_BACK = { autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE" as const] } };
const CANARY = { deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes" };

const box = await startSignalbox({ after });

describe("signalbox watch", () => {
  /** As the AWS CLI would be led to the same place. */
  const variables = () => ({ AWS_ENDPOINT_URL: box.url, AWS_ACCESS_KEY_ID: ACCOUNT, AWS_REGION: REGION });

  async function start(hooks: Hooks, group = {}) {
    const versions = await publishTwoVersions(box.lambda());
    return deploy(box.codeDeploy(), await lambdaGroup(box.codeDeploy(), group), appSpec(versions, hooks));
  }

  it("follows a canary to its success: hooks with their logs, weights, the wait, exit code 0", async () => {
    const hook = await reportingHook(box.lambda(), "Succeeded");
    const id = await start({ BeforeAllowTraffic: hook, AfterAllowTraffic: hook }, CANARY);
    const watching = startCommand(["watch", id], variables());
    await waitFor("the canary is shown", () => watching.stdout().includes("10 % on version 2"));
    await box.advance(300);
    const { exitCode, stdout, stderr } = await watching.ended;

    assert.equal(stderr, "");
    assert.equal(exitCode, 0);
    assert.match(stdout, /10 % on version 2, 90 % on version 1\. .*next shift in 5m 00s\./);
    assert.match(stdout, new RegExp(`BeforeAllowTraffic: Succeeded after \\S+, ${hook} reported Succeeded`));
    assert.match(stdout, new RegExp(`${id}   \\| INFO validating ${id}`));
    assert.match(stdout, /AllowTraffic: 100 % on version 2/);
    assert.match(stdout, /AllowTraffic: Succeeded after 5m 00s/);
    assert.match(stdout, new RegExp(`\n${id} Succeeded after 5m 00s\n`));
    assert.equal(stdout.includes("\u001b"), false, "no colours where there is no terminal");
  });

  it("follows the rollback of a failed deployment to its end, exit code 2", async () => {
    const hook = await reportingHook(box.lambda(), "Failed");
    const id = await start({ AfterAllowTraffic: hook }, ROLLS_BACK);
    const { exitCode, stdout } = await runCommand(["watch", id], variables());
    assert.equal(exitCode, 2, stdout);
    assert.match(stdout, new RegExp(`AfterAllowTraffic: Failed after \\S+, ${hook} reported Failed`));
    assert.match(stdout, new RegExp(`${id}   HOOK_EXECUTION_FAILURE: `));
    const [, rollbackId] = new RegExp(`(d-[A-Z0-9]{9}) rollback of ${id}`).exec(stdout) ?? [];
    assert.match(stdout, new RegExp(`${rollbackId} Succeeded after `));

    const watchedItself = await runCommand(["watch", String(rollbackId)], variables());
    assert.equal(watchedItself.exitCode, 0, "a rollback that is watched itself has succeeded");
  });

  it("waits for the log of a function that reports Failed before it returns", async () => {
    const hook = await createFunction(
      box.lambda(),
      `const { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } = require("@aws-sdk/client-codedeploy");
exports.handler = async ({ DeploymentId, LifecycleEventHookExecutionId }) => {
  await new CodeDeployClient().send(new PutLifecycleEventHookExecutionStatusCommand({
    deploymentId: DeploymentId,
    lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
    status: "Failed",
  }));
  await new Promise((resolve) => setTimeout(resolve, 700));
  console.log("said after the report");
};`,
    );
    const id = await start({ BeforeAllowTraffic: hook });
    const { exitCode, stdout } = await runCommand(["watch", id], variables());
    assert.match(stdout, /\| INFO said after the report/);
    assert.equal(exitCode, 1, "failed, and no rollback was wanted");
  });

  it("ends with 1 for a deployment that was stopped", async () => {
    const id = await start({}, CANARY);
    const watching = startCommand(["watch", id], variables());
    await waitFor("the canary is shown", () => watching.stdout().includes("10 % on version 2"));
    await box.codeDeploy().send(new StopDeploymentCommand({ deploymentId: id, autoRollbackEnabled: false }));
    const { exitCode, stdout } = await watching.ended;
    assert.equal(exitCode, 1);
    assert.match(stdout, new RegExp(`${id} Stopped after `));
  });

  it("tells an AppSpec that is wrong in one line, exit code 1", async () => {
    const versions = await publishTwoVersions(box.lambda());
    const content = appSpec({ ...versions, targetVersion: "1" });
    const id = await deploy(box.codeDeploy(), await lambdaGroup(box.codeDeploy()), content);
    const { exitCode, stdout } = await runCommand(["watch", id], variables());
    assert.equal(exitCode, 1);
    assert.match(stdout, new RegExp(`${id}   INVALID_LAMBDA_CONFIGURATION: `));
  });

  it("asks for the account and region it is given: by flag, by variable, else the server's own", async () => {
    const id = await start({});
    const finds = async (words: string[], given: Record<string, string>) =>
      (await runCommand(["watch", id, ...words], given)).exitCode;
    const endpoint = ["--endpoint", box.url];
    assert.equal(await finds([...endpoint, "--account-id", ACCOUNT, "--region", REGION], {}), 0);
    assert.equal(
      await finds([], { SIGNALBOX_URL: box.url, AWS_ACCESS_KEY_ID: ACCOUNT, AWS_DEFAULT_REGION: REGION }),
      0,
    );
    assert.equal(await finds([...endpoint, "--region", REGION], { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE" }), 66);
    assert.equal(await finds([...endpoint, "--account-id", ACCOUNT, "--region", "us-west-2"], variables()), 66);
    assert.equal(await finds(endpoint, {}), 66);
  });

  it("finds the endpoint in this order: flag, SIGNALBOX_URL, AWS_ENDPOINT_URL_CODEDEPLOY, AWS_ENDPOINT_URL", async () => {
    const places = ["http://127.0.0.1:2", "http://127.0.0.1:3", "http://127.0.0.1:4", "http://127.0.0.1:5"];
    const [flag = "", own = "", codeDeploy = "", aws = ""] = places;
    const asked = async (words: string[], given: Record<string, string>) =>
      /answers at (\S+) \(/.exec((await runCommand(["watch", "d-AAAAAAAAA", ...words], given)).stderr)?.[1];
    const all = { SIGNALBOX_URL: own, AWS_ENDPOINT_URL_CODEDEPLOY: codeDeploy, AWS_ENDPOINT_URL: aws };
    assert.equal(await asked(["--endpoint", flag], all), flag);
    assert.equal(await asked([], all), own);
    assert.equal(await asked([], { AWS_ENDPOINT_URL: aws }), aws);
  });

  it("says in one sentence on stderr what is wrong, with its exit code", async () => {
    const endpoint = ["--endpoint", box.url];
    const cases: [words: string[], exitCode: number, sentence: RegExp][] = [
      [["watch"], 64, /missing required argument 'deployment-id'; see signalbox watch --help\.$/],
      [["watch", "d-1"], 64, /d-1 is no deployment id; one looks like d-1A2B3C4D5\.$/],
      [
        ["watch", "d-AAAAAAAAA", "--endpoint", "nowhere"],
        64,
        /The endpoint is nowhere; it must be an http or https URL\.$/,
      ],
      [["watch", "d-AAAAAAAAA", "--account-id", "12"], 64, /--account-id is 12; it must be 12 digits\.$/],
      [["watch", "d-AAAAAAAAA", "--nope"], 64, /unknown option '--nope'; see signalbox watch --help\.$/],
      [["no-such-command"], 64, /unknown command 'no-such-command'; see signalbox --help\.$/],
      [["watch", "d-AAAAAAAAA", ...endpoint], 66, /The deployment d-AAAAAAAAA could not be found\.$/],
      [
        ["watch", "d-AAAAAAAAA", "--endpoint", "http://127.0.0.1:9"],
        69,
        /No signalbox answers at http:\/\/127\.0\.0\.1:9 /,
      ],
    ];
    for (const [words, exitCode, sentence] of cases) {
      const run = await runCommand(words);
      assert.equal(run.exitCode, exitCode, `${words.join(" ")}: ${run.stderr}`);
      assert.equal(run.stdout, "");
      assert.match(run.stderr, /^signalbox: [^\n]+\n$/);
      assert.match(run.stderr.trimEnd(), sentence);
    }
  });

  it("documents its exit codes", async () => {
    const { exitCode, stdout } = await runCommand(["watch", "--help"]);
    assert.equal(exitCode, 0);
    for (const line of [/^ +0 +the deployment succeeded$/m, /^ +2 .*rolled back$/m, /^ +69 +no signalbox answers$/m])
      assert.match(stdout, line);
  });
});

it("signalbox watch goes on when the server is killed and started again", async (test: TestContext) => {
  const dataDirectory = await mkdtemp(join(tmpdir(), "signalbox-watch-"));
  const servers: RealProgram[] = [];
  test.after(async () => {
    for (const server of servers) await server.kill9();
    await rm(dataDirectory, { recursive: true, force: true, maxRetries: 3 });
  });
  const flags = { "data-dir": dataDirectory, speed: "60" };
  const first = await startProgram(flags);
  servers.push(first);
  const client = { endpoint: first.url, region: "us-east-1", credentials: { accessKeyId: "x", secretAccessKey: "x" } };
  const codeDeploy = new CodeDeployClient(client);
  const versions = await publishTwoVersions(new LambdaClient(client));
  const id = await deploy(codeDeploy, await lambdaGroup(codeDeploy, CANARY), appSpec(versions));
  const watching = startCommand(["watch", id, "--endpoint", first.url]);
  await waitFor("the canary is shown", () => watching.stdout().includes("10 % on version 2"));
  await first.kill9();
  const second = await startProgram({ ...flags, port: new URL(first.url).port });
  servers.push(second);
  const { exitCode, stdout, stderr } = await watching.ended;
  assert.equal(exitCode, 0, stdout + stderr);
  assert.equal(await second.terminate(), 0);
});
