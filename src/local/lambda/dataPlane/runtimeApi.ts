/**
 * The Lambda Runtime API (2018-06-01) for one execution environment, on a loopback port of its own: the port is the only
 * identification that every runtime client understands.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Invocation, RESPONSE_LIMIT_BYTES } from "./invocation.ts";

const BASE = "/2018-06-01/runtime";
const NOT_FOUND = { errorType: "InvalidPath", errorMessage: "Not found" };

/** What the runtime process says. */
export interface RuntimeEvents {
  /** It wants work: it has finished starting, or has finished the invocation before. */
  onNext(): void;
  onResponse(requestId: string, payload: Buffer): void;
  onResponseTooLarge(requestId: string): void;
  /** `payload` is the error document it sent; `type` its header, when it sent one. */
  onError(requestId: string, payload: Buffer, type: string | undefined): void;
  onInitError(payload: Buffer): void;
}

export interface RuntimeApi {
  /** `127.0.0.1:PORT`, for AWS_LAMBDA_RUNTIME_API. */
  address: string;
  /** Answers the parked `/next`. False when the runtime is not waiting (any more). */
  deliver(invocation: Invocation, deadline: number): boolean;
  close(): void;
}

export async function openRuntimeApi(events: RuntimeEvents): Promise<RuntimeApi> {
  let parked: ServerResponse | undefined;
  const park = (response: ServerResponse) => {
    parked = response;
    response.on("close", () => {
      if (parked === response) parked = undefined;
    });
    events.onNext();
  };

  const server = createServer((request, response) => {
    const url = request.url ?? "";
    if (request.method === "GET" && url === `${BASE}/invocation/next`) return park(response);
    // Held open for as long as this process lives: its breaking tells the runtime that it is alone.
    if (request.method === "GET" && url === "/signalbox/alive") return undefined;
    if (request.method === "POST" && url.startsWith(BASE)) return receive(request, response, url, events);
    return answer(response, 404, NOT_FOUND);
  });
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    address: `127.0.0.1:${port}`,
    deliver(invocation, deadline) {
      if (!parked || parked.destroyed) return false;
      const response = parked;
      parked = undefined;
      response.writeHead(200, {
        "Content-Type": "application/json",
        "Content-Length": invocation.payload.length,
        "Lambda-Runtime-Aws-Request-Id": invocation.requestId,
        "Lambda-Runtime-Deadline-Ms": `${deadline}`,
        "Lambda-Runtime-Invoked-Function-Arn": invocation.invokedArn,
        "Lambda-Runtime-Trace-Id": traceId(invocation.requestId, deadline),
        ...(invocation.clientContext === undefined
          ? {}
          : { "Lambda-Runtime-Client-Context": invocation.clientContext }),
      });
      response.end(invocation.payload);
      return true;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function receive(request: IncomingMessage, response: ServerResponse, url: string, events: RuntimeEvents): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    // The rest of an answer that is too large is read and forgotten, so that the client can hear why.
    if (size <= RESPONSE_LIMIT_BYTES) chunks.push(chunk);
  });
  request.on("error", () => {});
  request.on("end", () => {
    const payload = size <= RESPONSE_LIMIT_BYTES ? Buffer.concat(chunks) : undefined;
    const type = request.headers["lambda-runtime-function-error-type"];
    route(url, payload, typeof type === "string" ? type : undefined, response, events);
  });
}

function route(
  url: string,
  payload: Buffer | undefined,
  type: string | undefined,
  response: ServerResponse,
  events: RuntimeEvents,
): void {
  const accepted = () => answer(response, 202, { status: "OK" });
  if (url === `${BASE}/init/error`) {
    events.onInitError(payload ?? Buffer.from("{}"));
    accepted();
    return;
  }
  const [, requestId = "", what] = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(url) ?? [];
  if (what === undefined) {
    answer(response, 404, NOT_FOUND);
    return;
  }
  if (!payload) {
    events.onResponseTooLarge(requestId);
    answer(response, 413, {
      errorType: "RequestEntityTooLarge",
      errorMessage: `Exceeded maximum allowed payload size (${RESPONSE_LIMIT_BYTES} bytes).`,
    });
    return;
  }
  if (what === "response") events.onResponse(requestId, payload);
  else events.onError(requestId, payload, type);
  accepted();
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

/** A trace header of the form that tracing libraries parse; nothing is traced. */
function traceId(requestId: string, deadline: number): string {
  const seconds = Math.floor(deadline / 1000)
    .toString(16)
    .padStart(8, "0");
  const digits = requestId.replaceAll("-", "").padEnd(32, "0");
  return `Root=1-${seconds}-${digits.slice(0, 24)};Parent=${digits.slice(16, 32)};Sampled=0`;
}
