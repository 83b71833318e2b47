/** Functions as processes: every runtime, every handler style, every way to fail. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it, type TestContext } from "node:test";
import { InvokeCommand, type InvokeCommandInput } from "@aws-sdk/client-lambda";
import { createFunction, type Files, type LambdaUnderTest, startLambda } from "./lambdaTestServer.ts";

const noPython = spawnSync("python3", ["--version"]).status === 0 ? false : "python3 is not on the PATH";

async function invoke(
  lambda: LambdaUnderTest,
  name: string,
  payload: unknown = {},
  input: Partial<InvokeCommandInput> = {},
) {
  const answer = await lambda.client.send(
    new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(payload)), LogType: "Tail", ...input }),
  );
  const text = Buffer.from(answer.Payload ?? []).toString();
  return {
    error: answer.FunctionError,
    version: answer.ExecutedVersion,
    payload: text === "" ? undefined : JSON.parse(text),
    log: Buffer.from(answer.LogResult ?? "", "base64").toString(),
  };
}

/** Creates the function and runs it once. */
async function outcome(
  test: TestContext,
  files: Files,
  input: Parameters<typeof createFunction>[3] = {},
  payload: unknown = {},
) {
  const lambda = await startLambda(test);
  await createFunction(lambda, "probe", files, input);
  return { lambda, ...(await invoke(lambda, "probe", payload)) };
}

const node = (text: string): Files => ({ "index.js": text });
const python = (text: string): Files => ({ "index.py": text });
const PYTHON = { Runtime: "python3.12" } as const;

describe("Node handlers", { concurrency: 2 }, () => {
  const cases: [title: string, files: Files, handler?: string][] = [
    ["CommonJS, async", node("exports.handler = async (event) => ({ got: event.n });")],
    [
      "CommonJS, callback",
      node("exports.handler = (event, context, done) => setTimeout(() => done(null, { got: event.n }), 5);"),
    ],
    [
      "context.succeed",
      node("exports.handler = (event, context) => { setImmediate(() => context.succeed({ got: event.n })); };"),
    ],
    ["ES module by extension", { "index.mjs": "export const handler = async (event) => ({ got: event.n });" }],
    [
      "ES module by type, with top-level await",
      {
        "package.json": '{"type":"module"}',
        "index.js": 'const fs = await import("node:fs"); export const handler = async (e) => ({ got: fs ? e.n : 0 });',
      },
    ],
    [
      "in a folder, nested export",
      { "src/app.js": "exports.api = { run: async (event) => ({ got: event.n }) };" },
      "src/app.api.run",
    ],
  ];
  for (const [title, files, handler = "index.handler"] of cases) {
    it(title, async (test) => {
      const { payload, error } = await outcome(test, files, { Handler: handler }, { n: 7 });
      assert.deepEqual({ payload, error }, { payload: { got: 7 }, error: undefined });
    });
  }

  it("gives the context that Lambda gives", async (test) => {
    const body =
      "exports.handler = async (e, c) => ({ ...c, left: c.getRemainingTimeInMillis(), getRemainingTimeInMillis: 0 });";
    const { payload } = await outcome(test, node(body));
    assert.equal(payload.functionName, "probe");
    assert.equal(payload.functionVersion, "$LATEST");
    assert.equal(payload.memoryLimitInMB, "128");
    assert.equal(payload.invokedFunctionArn, "arn:aws:lambda:us-east-1:000000000000:function:probe");
    assert.equal(payload.logGroupName, "/aws/lambda/probe");
    assert.ok(payload.left > 5000 && payload.left <= 10_000);
  });

  it("waits for an empty event loop after a callback, unless told not to", async (test) => {
    const body = `
      let late = "no";
      exports.handler = (event, context, done) => {
        if (event.ask) return done(null, late);
        context.callbackWaitsForEmptyEventLoop = event.wait;
        late = "no";
        setTimeout(() => { late = "yes"; }, 1500);
        done(null, "answered");
      };`;
    const { lambda } = await outcome(test, node(body), {}, { wait: true });
    assert.equal((await invoke(lambda, "probe", { ask: true })).payload, "yes");
    await invoke(lambda, "probe", { wait: false });
    assert.equal((await invoke(lambda, "probe", { ask: true })).payload, "no");
  });

  it("answers null when nothing is left to wait for", async (test) => {
    const { payload, error } = await outcome(test, node("exports.handler = () => {};"));
    assert.deepEqual({ payload, error }, { payload: null, error: undefined });
  });
});

describe("failures of Node functions", { concurrency: 2 }, () => {
  const cases: [title: string, text: string, type: string, message: RegExp][] = [
    ["throw", 'exports.handler = async () => { throw new TypeError("no good"); };', "TypeError", /^no good$/],
    ["callback error", 'exports.handler = (e, c, done) => { done(new Error("no good")); };', "Error", /^no good$/],
    ["a thrown string", 'exports.handler = async () => { throw "just text"; };', "string", /^just text$/],
    [
      "uncaught exception",
      'exports.handler = () => new Promise(() => { setTimeout(() => { throw new Error("out of reach"); }, 5); });',
      "Error",
      /^out of reach$/,
    ],
    [
      "unhandled rejection",
      'exports.handler = () => new Promise(() => { setTimeout(() => Promise.reject(new Error("lost")), 5); });',
      "Runtime.UnhandledPromiseRejection",
      /^Error: lost$/,
    ],
    [
      "process.exit",
      "exports.handler = async () => process.exit(3);",
      "Runtime.ExitError",
      /^RequestId: \S+ Error: Runtime exited with error: exit status 3$/,
    ],
    [
      "process.exit(0)",
      "exports.handler = async () => process.exit(0);",
      "Runtime.ExitError",
      /Error: Runtime exited without providing a reason$/,
    ],
    [
      "killed",
      'exports.handler = async () => process.kill(process.pid, "SIGKILL");',
      "Runtime.ExitError",
      /signal: killed$/,
    ],
    ["syntax error", "exports.handler = async () => {;;; (", "Runtime.UserCodeSyntaxError", /^SyntaxError: /],
    [
      "missing export",
      "exports.other = 1;",
      "Runtime.HandlerNotFound",
      /^index\.handler is undefined or not exported$/,
    ],
    ["missing module", 'require("left-out");', "Runtime.ImportModuleError", /^Error: Cannot find module 'left-out'/],
    ["throw while loading", 'throw new RangeError("at start");', "RangeError", /^at start$/],
  ];
  for (const [title, text, type, message] of cases) {
    it(title, async (test) => {
      const { payload, error, log } = await outcome(test, node(text));
      assert.equal(error, "Unhandled");
      assert.equal(payload.errorType, type);
      assert.match(payload.errorMessage, message);
      assert.match(log, /^START RequestId: \S+ Version: \$LATEST$/m);
      assert.match(log, /^END RequestId: \S+\nREPORT RequestId: \S+\tDuration: /m);
    });
  }

  it("missing handler file", async (test) => {
    const { payload } = await outcome(test, { "other.js": "" });
    assert.deepEqual(
      [payload.errorType, payload.errorMessage],
      ["Runtime.ImportModuleError", "Error: Cannot find module 'index'"],
    );
  });

  it("a time-out ends the process, even one that spins, and the next invocation has a new one", async (test) => {
    const body =
      "exports.handler = async (e) => { if (e.spin) for (;;); if (e.sleep) await new Promise(() => setTimeout(() => {}, 1e6)); return process.pid; };";
    const { lambda, payload: first } = await outcome(test, node(body), { Timeout: 1 });
    for (const kind of ["spin", "sleep"]) {
      const { payload, error, log } = await invoke(lambda, "probe", { [kind]: true });
      assert.equal(error, "Unhandled");
      assert.match(payload.errorMessage, /^\d{4}-\d\d-\d\dT\S+Z \S{36} Task timed out after 1\.00 seconds$/);
      assert.match(log, /Task timed out after 1\.00 seconds/);
    }
    assert.throws(() => process.kill(first, 0), /ESRCH/);
    assert.equal(typeof (await invoke(lambda, "probe")).payload, "number");
  });

  it("an answer that is too large", async (test) => {
    const { payload, error } = await outcome(test, node('exports.handler = async () => "x".repeat(6291557);'));
    assert.equal(error, "Unhandled");
    assert.equal(payload.errorType, "Function.ResponseSizeTooLarge");
  });
});

describe("Python functions", { skip: noPython, concurrency: 2 }, () => {
  it("answer, log and keep their process", async (test) => {
    const body =
      "import os\ndef handler(event, context):\n    print('seen', event['n'])\n    return {'pid': os.getpid(), 'arn': context.invoked_function_arn, 'left': context.get_remaining_time_in_millis()}\n";
    const { lambda, payload, log } = await outcome(test, python(body), PYTHON, { n: 5 });
    assert.match(log, /^seen 5$/m);
    assert.equal(payload.arn, "arn:aws:lambda:us-east-1:000000000000:function:probe");
    assert.ok(payload.left > 5000);
    assert.equal((await invoke(lambda, "probe", { n: 6 })).payload.pid, payload.pid);
  });

  const cases: [title: string, text: string, type: string, message: RegExp][] = [
    ["raise", "def handler(e, c):\n    raise ValueError('no good')\n", "ValueError", /^no good$/],
    [
      "missing module",
      "import left_out\n",
      "Runtime.ImportModuleError",
      /^Unable to import module 'index': No module named 'left_out'$/,
    ],
    ["missing handler", "other = 1\n", "Runtime.HandlerNotFound", /^Handler 'handler' missing on module 'index'$/],
    ["syntax error", "def handler(:\n", "Runtime.UserCodeSyntaxError", /^Syntax error in module 'index': /],
    [
      "unserialisable",
      "def handler(e, c):\n    return {1, 2}\n",
      "Runtime.MarshalError",
      /^Unable to marshal response: .*set is not JSON serializable/,
    ],
    ["os._exit", "import os\ndef handler(e, c):\n    os._exit(4)\n", "Runtime.ExitError", /exit status 4$/],
  ];
  for (const [title, text, type, message] of cases) {
    it(title, async (test) => {
      const { payload, error } = await outcome(test, python(text), PYTHON);
      assert.equal(error, "Unhandled");
      assert.equal(payload.errorType, type);
      assert.match(payload.errorMessage, message);
    });
  }
});

describe("custom runtimes", { concurrency: 2 }, () => {
  const bootstrap = `#!/usr/bin/env node
    const api = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2018-06-01/runtime/invocation/";
    (async () => { for (;;) {
      const next = await fetch(api + "next");
      const id = next.headers.get("lambda-runtime-aws-request-id");
      const event = await next.json();
      console.log("custom", event.n);
      await fetch(api + id + "/response", { method: "POST", body: JSON.stringify({ got: event.n, name: process.env._HANDLER }) });
    } })();`;

  it("run any executable called bootstrap", async (test) => {
    const files = { bootstrap: { text: bootstrap, mode: 0o100755 } };
    const input = { Runtime: "provided.al2023", Handler: "a.b" } as const;
    const { lambda, payload } = await outcome(test, files, input, { n: 1 });
    assert.deepEqual(payload, { got: 1, name: "a.b" });
    for (let n = 0; n < 20; n += 1)
      assert.match((await invoke(lambda, "probe", { n })).log, new RegExp(`^custom ${n}$`, "m"));
  });

  it("say what is missing", async (test) => {
    const none = await outcome(test, { "other.txt": "" }, { Runtime: "provided.al2023" });
    assert.equal(none.payload.errorType, "Runtime.InvalidEntrypoint");
    const closed = await outcome(test, { bootstrap }, { Runtime: "provided.al2023" });
    assert.match(closed.payload.errorMessage, /^RequestId: \S+ Error: fork\/exec .*bootstrap: permission denied$/);
  });
});

it("a missing interpreter is the function's failure, not the service's", async (test) => {
  const lambda = await startLambda(test, { path: "/nowhere" });
  await createFunction(lambda, "probe", python(""), PYTHON);
  const { payload, error } = await invoke(lambda, "probe");
  assert.equal(error, "Unhandled");
  assert.equal(payload.errorType, "Runtime.InvalidEntrypoint");
});
