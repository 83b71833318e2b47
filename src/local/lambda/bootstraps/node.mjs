/**
 * The Node runtime: asks the Runtime API for invocations and hands them to the function's handler.
 * Runs inside the function's process, in plain JavaScript, with nothing but Node.
 */
import "./rerouteAws.cjs";
import "./bundledSdk.mjs";
import { readFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

const {
  AWS_LAMBDA_RUNTIME_API: api = "",
  LAMBDA_TASK_ROOT: taskRoot = process.cwd(),
  _HANDLER: handlerName = "",
} = process.env;
const [host, port] = api.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
// Kept before the function can change them.
const { stdout, stderr } = process;
const { request: httpRequest } = http;
const dateNow = Date.now;

/** Without the server there is nobody to answer to: this process ends, and all that it has started. */
function endAlone() {
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    process.kill(process.pid, "SIGKILL");
  }
}

function watchServer() {
  const watch = httpRequest({ host, port, path: "/signalbox/alive", agent: false });
  watch.on("socket", (socket) => socket.unref());
  watch.on("error", endAlone).on("close", endAlone);
  watch.end();
}

function call(method, path, body, headers = {}) {
  return new Promise((done) => {
    const options = { host, port, method, path: `/2018-06-01/runtime${path}`, agent, headers };
    if (body !== undefined)
      options.headers = { ...headers, "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
    const outgoing = httpRequest(options, (incoming) => {
      const chunks = [];
      incoming.on("data", (chunk) => chunks.push(chunk));
      incoming.on("end", () => done({ headers: incoming.headers, body: Buffer.concat(chunks).toString("utf8") }));
      incoming.on("error", endAlone);
    });
    outgoing.on("error", endAlone);
    outgoing.end(body);
  });
}

/** Says on both streams that the output up to here belongs to `name`. Resolves when it has been written. */
function markEnd(name) {
  const mark = (stream) => new Promise((done) => stream.write(`\0signalbox:end:${name}\0\n`, () => done()));
  return Promise.all([mark(stdout), mark(stderr)]);
}

let currentId;

/** Console lines as Lambda writes them: date, request id, level. */
function dressConsole() {
  const levels = { log: "INFO", info: "INFO", debug: "DEBUG", warn: "WARN", error: "ERROR", trace: "TRACE" };
  for (const [name, level] of Object.entries(levels)) {
    console[name] = (...parts) => {
      stdout.write(
        `${new Date(dateNow()).toISOString()}\t${currentId ?? "undefined"}\t${level}\t${format(...parts)}\n`,
      );
    };
  }
}

function describe(error) {
  if (!(error instanceof Error) && typeof error?.stack !== "string") {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  const { name, message, stack, ...more } = error;
  return {
    errorType: name ?? "Error",
    errorMessage: message ?? "",
    ...(error.code ? { code: error.code, ...more } : more),
    trace: `${stack ?? ""}`.split("\n"),
  };
}

const describeAs = (errorType, error) => ({ ...describe(error), errorType, errorMessage: String(error) });

function stringify(document) {
  try {
    return JSON.stringify(document);
  } catch {
    const { errorType, errorMessage, trace } = document;
    return JSON.stringify({ errorType, errorMessage, trace });
  }
}

class LoadError extends Error {
  constructor(document) {
    super(document.errorMessage);
    this.document = document;
  }
}

async function loadHandler() {
  const [, modulePart, exportPart] = /^((?:.*\/)?[^/.]+)\.(.+)$/.exec(handlerName) ?? [];
  if (!modulePart || handlerName.includes("..")) {
    throw new LoadError({ errorType: "Runtime.MalformedHandlerName", errorMessage: "Bad handler", trace: [] });
  }
  let loaded;
  try {
    loaded = await loadModule(resolve(taskRoot, modulePart), modulePart);
  } catch (error) {
    if (error instanceof LoadError) throw error;
    if (error instanceof SyntaxError) throw new LoadError(describeAs("Runtime.UserCodeSyntaxError", error));
    if (/^(ERR_)?MODULE_NOT_FOUND$/.test(error?.code))
      throw new LoadError(describeAs("Runtime.ImportModuleError", error));
    throw new LoadError(describe(error));
  }
  const find = (root) => exportPart.split(".").reduce((found, key) => found?.[key], root);
  const found = find(loaded) ?? find(loaded?.default);
  if (typeof found === "function") return found;
  const problem = found === undefined ? "is undefined or not exported" : "is not a function";
  throw new LoadError({ errorType: "Runtime.HandlerNotFound", errorMessage: `${handlerName} ${problem}`, trace: [] });
}

async function loadModule(path, name) {
  const exists = (candidate) => {
    try {
      readFileSync(candidate);
      return true;
    } catch {
      return false;
    }
  };
  const file = ["", ".js", ".mjs", ".cjs"].map((extension) => path + extension).find(exists);
  if (!file) {
    throw new LoadError({
      errorType: "Runtime.ImportModuleError",
      errorMessage: `Error: Cannot find module '${name}'`,
      trace: [],
    });
  }
  const asModule = file.endsWith(".mjs") || (file.endsWith(".js") && nearestType(dirname(file)) === "module");
  if (asModule) return import(pathToFileURL(file).href);
  try {
    return createRequire(file)(file);
  } catch (error) {
    // ES module syntax that only a runtime with module detection understands.
    if (error?.code === "ERR_REQUIRE_ASYNC_MODULE" || error?.code === "ERR_REQUIRE_ESM")
      return import(pathToFileURL(file).href);
    throw error;
  }
}

/** The `type` of the nearest package.json, not looking above the function's own folder. */
function nearestType(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).type;
  } catch {
    const above = dirname(folder);
    return resolve(folder) === resolve(taskRoot) || above === folder ? undefined : nearestType(above);
  }
}

/** Runs the handler; resolves to what it gives, rejects with what it throws, whatever its style. */
function run(handler, event, headers) {
  return new Promise((succeed, fail) => {
    const deadline = Number(headers["lambda-runtime-deadline-ms"]);
    let settled = false;
    const settle = (error, result) => {
      if (settled) return;
      settled = true;
      process.removeListener("beforeExit", onEmpty);
      if (error !== undefined && error !== null) fail(error);
      else succeed(result);
    };
    const onEmpty = () => settle(null, null);
    const callback = (error, result) => {
      if (error !== undefined && error !== null) return settle(error);
      if (!context.callbackWaitsForEmptyEventLoop) return settle(null, result);
      process.removeListener("beforeExit", onEmpty);
      return process.once("beforeExit", () => settle(null, result));
    };
    const context = {
      callbackWaitsForEmptyEventLoop: true,
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
      invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
      awsRequestId: headers["lambda-runtime-aws-request-id"],
      ...(headers["lambda-runtime-client-context"]
        ? { clientContext: JSON.parse(headers["lambda-runtime-client-context"]) }
        : {}),
      getRemainingTimeInMillis: () => deadline - dateNow(),
      done: callback,
      succeed: (result) => callback(null, result),
      fail: (error) => callback(error ?? new Error("handled")),
    };
    // A handler that neither answers nor leaves anything to wait for has answered null.
    process.once("beforeExit", onEmpty);
    try {
      const result = handler(event, context, callback);
      if (typeof result?.then === "function")
        result.then(
          (value) => settle(null, value),
          (error) => settle(error ?? new Error("undefined")),
        );
      else if (result !== undefined && handler.length < 3) settle(null, result);
    } catch (error) {
      settle(error ?? new Error("undefined"));
    }
  });
}

async function reportFailure(document, line) {
  stdout.write(
    `${new Date(dateNow()).toISOString()}\t${currentId ?? "undefined"}\tERROR\t${line} \t${stringify(document)}\n`,
  );
  await markEnd(currentId);
  await call("POST", `/invocation/${currentId}/error`, stringify(document), {
    "Lambda-Runtime-Function-Error-Type": document.errorType,
  });
}

/** An error that no handler sees ends the process, after it has been told. */
function watchUncaught() {
  const end = (status, line, describeIt) => async (error) => {
    if (currentId) await reportFailure(describeIt(error), line);
    else await failInit(describeIt(error));
    process.exit(status);
  };
  process.on("uncaughtException", end(129, "Uncaught Exception", describe));
  process.on(
    "unhandledRejection",
    end(128, "Unhandled Promise Rejection", (error) => describeAs("Runtime.UnhandledPromiseRejection", error)),
  );
}

async function failInit(document) {
  stdout.write(`${new Date(dateNow()).toISOString()}\tundefined\tERROR\tUncaught Exception \t${stringify(document)}\n`);
  await call("POST", "/init/error", stringify(document), { "Lambda-Runtime-Function-Error-Type": document.errorType });
  process.exit(1);
}

async function main() {
  watchServer();
  dressConsole();
  watchUncaught();
  let handler;
  try {
    handler = await loadHandler();
  } catch (error) {
    return failInit(error.document ?? describe(error));
  }
  await markEnd("init");
  for (;;) {
    const next = await call("GET", "/invocation/next");
    currentId = next.headers["lambda-runtime-aws-request-id"];
    if (!currentId) return endAlone();
    try {
      const result = await run(handler, JSON.parse(next.body), next.headers);
      const answer = toAnswer(result);
      await markEnd(currentId);
      await call("POST", `/invocation/${currentId}/response`, answer);
    } catch (error) {
      await reportFailure(describe(error), "Invoke Error");
    }
  }
}

function toAnswer(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? "null";
  } catch (error) {
    throw Object.assign(new Error(`Unable to stringify response body: ${error.message}`), {
      name: "Runtime.UnserializableResponse",
    });
  }
}

main();
