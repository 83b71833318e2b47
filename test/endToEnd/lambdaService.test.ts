/** Functions at work: concurrency, logs, isolation, SDKs, Event invocations, and what is left when the server goes. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import {
  CreateAliasCommand,
  InvokeCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { virtualClock } from "../../src/clock.ts";
import { createFunction, type LambdaUnderTest, memoryDocuments, startLambda } from "./lambdaTestServer.ts";

const node = (text: string) => ({ "index.js": text });
const send = async (lambda: LambdaUnderTest, name: string, payload: unknown = {}, qualifier?: string) => {
  const answer = await lambda.client.send(
    new InvokeCommand({
      FunctionName: name,
      Payload: Buffer.from(JSON.stringify(payload)),
      LogType: "Tail",
      Qualifier: qualifier,
    }),
  );
  return {
    payload: JSON.parse(Buffer.from(answer.Payload ?? []).toString()),
    version: answer.ExecutedVersion,
    error: answer.FunctionError,
    log: Buffer.from(answer.LogResult ?? "", "base64").toString(),
  };
};
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(spawnSync("cat", [`/proc/${pid}/status`]).stdout.toString());
  } catch {
    return false;
  }
};
/** Waits for something that another process does; the test's own limit ends it when it never happens. */
async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((resolve) => setImmediate(resolve));
}

describe("environments", { timeout: 30_000 }, () => {
  it("are reused, and are as many as there are invocations at a time", async (test) => {
    const lambda = await startLambda(test);
    // Each waits until all eight are there: with fewer processes none would ever answer.
    const body = `
      const fs = require("node:fs");
      exports.handler = async ({ folder, all }) => {
        if (folder) {
          fs.writeFileSync(folder + "/" + process.pid, "");
          while (fs.readdirSync(folder).length < all) await new Promise((go) => setTimeout(go, 5));
        }
        return process.pid;
      };`;
    await createFunction(lambda, "probe", node(body), { Timeout: 20 });
    const folder = join(lambda.folder, "meeting");
    mkdirSync(folder);
    const pids = await Promise.all(
      Array.from({ length: 8 }, async () => (await send(lambda, "probe", { folder, all: 8 })).payload),
    );
    assert.equal(new Set(pids).size, 8);
    assert.ok(pids.includes((await send(lambda, "probe")).payload));
    await lambda.service.close();
    await until(() => !pids.some(isAlive));
  });

  it("are refused beyond the limit", async (test) => {
    const lambda = await startLambda(test, { maxEnvironmentsPerFunction: 1 });
    await createFunction(lambda, "probe", node("exports.handler = () => new Promise((go) => setTimeout(go, 300));"));
    const both = await Promise.allSettled([send(lambda, "probe"), send(lambda, "probe")]);
    const reasons = both.flatMap((end) => (end.status === "rejected" ? [`${end.reason}`] : []));
    assert.deepEqual(reasons, ["TooManyRequestsException: Rate Exceeded."]);
    await lambda.client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: "probe", ReservedConcurrentExecutions: 0 }),
    );
    await assert.rejects(send(lambda, "probe"), {
      name: "TooManyRequestsException",
      Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
    });
  });

  it("are ended when idle for long, and when the configuration changes", async (test) => {
    const lambda = await startLambda(test, { idleMs: 100 });
    await createFunction(lambda, "probe", node("exports.handler = async () => [process.pid, process.env.COLOUR];"));
    const [pid] = (await send(lambda, "probe")).payload;
    await until(() => !isAlive(pid));
    const change = { FunctionName: "probe", Environment: { Variables: { COLOUR: "blue" } } };
    await lambda.client.send(new UpdateFunctionConfigurationCommand(change));
    assert.equal((await send(lambda, "probe")).payload[1], "blue");
  });

  it("see nothing of the server's environment, and their own wins", async (test) => {
    process.env["SIGNALBOX_TEST_SECRET"] = "leak";
    const lambda = await startLambda(test);
    const Variables = { LANG: "C", AWS_ENDPOINT_URL_CODEDEPLOY: "http://127.0.0.1:9/own", MINE: "yes" };
    await createFunction(lambda, "probe", node("exports.handler = async () => process.env;"), {
      Environment: { Variables },
    });
    const { payload } = await send(lambda, "probe");
    assert.equal(payload.SIGNALBOX_TEST_SECRET, undefined);
    const { LANG, MINE, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_CODEDEPLOY, AWS_ACCESS_KEY_ID, AWS_REGION, TZ, _HANDLER } =
      payload;
    assert.deepEqual(
      { LANG, MINE, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_CODEDEPLOY, AWS_ACCESS_KEY_ID, AWS_REGION, TZ, _HANDLER },
      {
        ...Variables,
        AWS_ENDPOINT_URL: lambda.endpoint,
        AWS_ACCESS_KEY_ID: "000000000000",
        AWS_REGION: "us-east-1",
        TZ: ":UTC",
        _HANDLER: "index.handler",
      },
    );
  });

  it("share an alias exactly by weight", async (test) => {
    const lambda = await startLambda(test);
    await createFunction(
      lambda,
      "probe",
      node("exports.handler = async () => process.env.AWS_LAMBDA_FUNCTION_VERSION;"),
      { Publish: true },
    );
    await lambda.client.send(new UpdateFunctionConfigurationCommand({ FunctionName: "probe", Timeout: 5 }));
    await lambda.client.send(new PublishVersionCommand({ FunctionName: "probe" }));
    const RoutingConfig = { AdditionalVersionWeights: { 2: 0.1 } };
    await lambda.client.send(
      new CreateAliasCommand({ FunctionName: "probe", Name: "live", FunctionVersion: "1", RoutingConfig }),
    );
    const counts: Record<string, number> = {};
    for (let n = 0; n < 100; n += 1) {
      const { payload, version } = await send(lambda, "probe", {}, "live");
      assert.equal(payload, version);
      counts[String(version)] = (counts[String(version)] ?? 0) + 1;
    }
    assert.deepEqual(counts, { 1: 90, 2: 10 });
  });
});

describe("logs", { timeout: 30_000 }, () => {
  it("are complete in every one of 400 invocations", async (test) => {
    const lambda = await startLambda(test);
    const body =
      'exports.handler = async ({ n }) => { console.log("out " + n); console.error("err " + n); process.stderr.write("raw " + n + "\\n"); };';
    await createFunction(lambda, "probe", node(body));
    for (let n = 0; n < 400; n += 1) {
      const { log } = await send(lambda, "probe", { n });
      for (const line of [`INFO\tout ${n}\n`, `ERROR\terr ${n}\n`, `raw ${n}\n`])
        assert.ok(log.includes(line), `${line} in ${log}`);
      assert.match(
        log,
        /^START RequestId: (\S+) Version: \$LATEST\n[\s\S]*END RequestId: \1\nREPORT RequestId: \1\tDuration: [\s\S]*\t\n$/,
      );
      assert.ok(!log.includes("\0") && !log.includes(`out ${n - 1}\n`));
    }
  });

  it("end with the last 4 KB", async (test) => {
    const lambda = await startLambda(test);
    await createFunction(
      lambda,
      "probe",
      node('exports.handler = async () => { console.log("x".repeat(50000)); console.log("last"); };'),
    );
    const { log } = await send(lambda, "probe");
    assert.equal(log.length, 4096);
    assert.match(log, /\tlast\nEND /);
  });
});

describe("AWS SDKs", { timeout: 60_000 }, () => {
  const put = '{ deploymentId: "d-1", lifecycleEventHookExecutionId: "h", status: "Succeeded" }';
  const call = `const client = new CodeDeployClient({}); await client.send(new PutLifecycleEventHookExecutionStatusCommand(${put})); return "done";`;
  const names = "{ CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand }";
  const target = "CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus";

  for (const [style, files] of [
    [
      "CommonJS",
      node(`const ${names} = require("@aws-sdk/client-codedeploy"); exports.handler = async () => { ${call} };`),
    ],
    [
      "ES module",
      {
        "index.mjs": `import ${names} from "@aws-sdk/client-codedeploy"; export const handler = async () => { ${call} };`,
      },
    ],
  ] as const) {
    it(`version 3 is there without bundling: ${style}`, async (test) => {
      const lambda = await startLambda(test);
      await createFunction(lambda, "probe", files);
      assert.equal((await send(lambda, "probe")).payload, "done");
      assert.equal(lambda.others[0]?.headers["x-amz-target"], target);
    });
  }

  it("the function's own copy comes first; what nobody has is named", async (test) => {
    const lambda = await startLambda(test);
    const own = "node_modules/@aws-sdk/client-codedeploy";
    await createFunction(lambda, "own", {
      ...node('exports.handler = async () => require("@aws-sdk/client-codedeploy");'),
      [`${own}/package.json`]: '{"main":"main.js"}',
      [`${own}/main.js`]: 'module.exports = "own copy";',
    });
    assert.equal((await send(lambda, "own")).payload, "own copy");
    await createFunction(lambda, "none", { "index.mjs": 'import "@aws-sdk/client-sqs"; export const handler = 1;' });
    const { payload } = await send(lambda, "none");
    assert.equal(payload.errorType, "Runtime.ImportModuleError");
    assert.match(
      payload.errorMessage,
      /@aws-sdk\/client-sqs is not in the function's own node_modules and is not bundled with signalbox/,
    );
  });

  it("requests to AWS hosts are rerouted, whatever client makes them", async (test) => {
    const lambda = await startLambda(test);
    const body = `
      import https, { get } from "node:https";
      const agent = new https.Agent({ keepAlive: true });
      const host = "codedeploy.us-east-1.amazonaws.com";
      const read = (outgoing) => new Promise((ok, no) => outgoing.on("error", no).on("response", (r) => r.resume().on("end", () => ok(r.statusCode))));
      export const handler = async () => {
        const one = https.request({ host, port: 443, path: "/one", method: "POST", agent, headers: { Host: host, "X-Amz-Target": "old" } });
        one.end("body");
        return [await read(one), await read(get("https://" + host + "/two?q=1")), (await fetch("https://" + host + "/three", { method: "POST", body: "b" })).status];
      };`;
    await createFunction(lambda, "probe", { "index.mjs": body });
    assert.deepEqual((await send(lambda, "probe")).payload, [200, 200, 200]);
    assert.deepEqual(
      lambda.others.map(({ method, path, body: sent }) => `${method} ${path} ${sent}`),
      ["POST /one body", "GET /two ", "POST /three b"],
    );
    assert.equal(lambda.others[0]?.headers["x-amz-target"], "old");
    assert.equal(lambda.others[1]?.headers.host, "codedeploy.us-east-1.amazonaws.com");
  });

  it("version 2 reaches signalbox from the function's NODE_PATH", async (test) => {
    const folder = join(tmpdir(), "signalbox-test-aws-sdk-2");
    if (!existsSync(join(folder, "node_modules/aws-sdk/package.json"))) {
      mkdirSync(folder, { recursive: true });
      const install = [
        "install",
        "--no-save",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--prefix",
        folder,
        "aws-sdk@2",
      ];
      if (spawnSync("npm", install, { cwd: folder, timeout: 30_000 }).status !== 0)
        return test.skip("aws-sdk@2 cannot be had here");
    }
    const lambda = await startLambda(test);
    const body = `const AWS = require("aws-sdk"); const client = new AWS.CodeDeploy({ apiVersion: "2014-10-06" });
      exports.handler = (event, context, done) => client.putLifecycleEventHookExecutionStatus(${put}, (error) => done(error, "done"));`;
    const input = {
      Runtime: "nodejs18.x",
      Environment: { Variables: { NODE_PATH: join(folder, "node_modules") } },
    } as const;
    await createFunction(lambda, "probe", node(body), input);
    assert.equal((await send(lambda, "probe")).payload, "done");
    assert.equal(lambda.others[0]?.headers["x-amz-target"], target);
    assert.deepEqual(lambda.lines.filter((line) => line.includes("nodejs18.x")).length, 1);
    return undefined;
  });

  const noBoto = spawnSync("python3", ["-c", "import boto3"]).status === 0 ? false : "python3 with boto3 is not here";
  it("boto3 of the machine", { skip: noBoto }, async (test) => {
    const lambda = await startLambda(test);
    const body =
      'import boto3\ndef handler(e, c):\n    boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(deploymentId="d-1", lifecycleEventHookExecutionId="h", status="Succeeded")\n    return "done"\n';
    await createFunction(lambda, "probe", { "index.py": body }, { Runtime: "python3.12" });
    assert.equal((await send(lambda, "probe")).payload, "done");
    assert.equal(lambda.others[0]?.headers["x-amz-target"], target);
  });
});

describe("Event invocations", { timeout: 30_000 }, () => {
  it("are tried again after one and two minutes, then given up", async (test) => {
    const clock = virtualClock(1_000_000);
    const lambda = await startLambda(test, { clock });
    const body = `exports.handler = async () => { await fetch(process.env.AWS_ENDPOINT_URL + "/seen"); throw new Error("no"); };`;
    await createFunction(lambda, "probe", node(body));
    const answer = await lambda.client.send(new InvokeCommand({ FunctionName: "probe", InvocationType: "Event" }));
    assert.equal(answer.StatusCode, 202);
    const seen = () => lambda.others.length;
    await clock.idle();
    assert.equal(seen(), 1);
    await clock.advance(59_999);
    assert.equal(seen(), 1);
    await clock.advance(1);
    assert.equal(seen(), 2);
    await clock.advance(119_999);
    assert.equal(seen(), 2);
    await clock.advance(1);
    assert.equal(seen(), 3);
    await clock.advance(3_600_000);
    assert.equal(seen(), 3);
    assert.match(lambda.lines.join("\n"), /given up: .*"errorMessage":"no"/);
  });

  it("that were acknowledged are run after a restart", async (test) => {
    const documents = memoryDocuments();
    const clock = virtualClock(0);
    const before = await startLambda(test, { documents, clock });
    await createFunction(
      before,
      "probe",
      node(
        'exports.handler = async (e) => { if (process.env.AWS_ENDPOINT_URL === e.first) throw new Error("later"); await fetch(process.env.AWS_ENDPOINT_URL + "/seen"); };',
      ),
    );
    const Payload = Buffer.from(JSON.stringify({ first: before.endpoint }));
    await before.client.send(new InvokeCommand({ FunctionName: "probe", InvocationType: "Event", Payload }));
    await clock.idle();
    await before.service.close();
    const after = await startLambda(test, { documents, clock, codeDirectory: join(before.folder, "code") });
    after.service.resume();
    await clock.advance(60_000);
    assert.deepEqual(
      after.others.map((request) => request.path),
      ["/seen"],
    );
  });

  it("DryRun runs nothing", async (test) => {
    const lambda = await startLambda(test);
    await createFunction(lambda, "probe", node('fetch(process.env.AWS_ENDPOINT_URL + "/ran");'));
    const answer = await lambda.client.send(new InvokeCommand({ FunctionName: "probe", InvocationType: "DryRun" }));
    assert.deepEqual([answer.StatusCode, lambda.others.length], [204, 0]);
  });
});

it("functions end by themselves when the server is killed", { timeout: 20_000 }, async () => {
  const script = `
    import { after } from "node:test";
    const { startLambda, createFunction } = await import(${JSON.stringify(new URL("lambdaTestServer.ts", import.meta.url).href)});
    const { InvokeCommand } = await import("@aws-sdk/client-lambda");
    const lambda = await startLambda({ after() {} });
    await createFunction(lambda, "idle", { "index.js": "exports.handler = async () => process.pid;" });
    await createFunction(lambda, "busy", { "index.js": "exports.handler = async () => { console.log; await fetch(process.env.AWS_ENDPOINT_URL + '/' + process.pid); await new Promise((go) => setTimeout(go, 1e6)); };" }, { Timeout: 900 });
    const answer = await lambda.client.send(new InvokeCommand({ FunctionName: "idle" }));
    lambda.client.send(new InvokeCommand({ FunctionName: "busy" })).catch(() => {});
    while (lambda.others.length === 0) await new Promise((go) => setImmediate(go));
    console.log(JSON.stringify([Number(Buffer.from(answer.Payload).toString()), Number(lambda.others[0].path.slice(1))]));`;
  const server = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: join(import.meta.dirname, "../.."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface(server.stdout)[Symbol.asyncIterator]();
  const pids: number[] = JSON.parse((await lines.next()).value ?? "[]");
  assert.deepEqual(pids.map(isAlive), [true, true]);
  server.kill("SIGKILL");
  await until(() => !pids.some(isAlive));
});
