/** The embedded AWS Lambda service: the control plane over documents, the functions as processes. */
import { join } from "node:path";
import type { Clock } from "../../clock.ts";
import type { Ids } from "../../ids.ts";
import type { HttpRequest, HttpResponse } from "../../protocol/http.ts";
import { faultText } from "../../protocol/protocolError.ts";
import type { Documents } from "../documents.ts";
import { openProcessRecord } from "../processRecord.ts";
import { codeStore } from "./codeStore.ts";
import { createDataPlane } from "./dataPlane/dataPlane.ts";
import { eventInvocations } from "./eventInvocations.ts";
import { functionStore } from "./functionStore.ts";
import { type OnInvocation, reporting } from "./invocationReport.ts";
import { errorResponse, LambdaError } from "./lambdaError.ts";
import type { Control, ReadObject, Reply } from "./operation.ts";
import { buildRoutes, type Route } from "./routes.ts";
import { trafficSplit } from "./trafficSplit.ts";

export interface LambdaServiceOptions {
  /** The state of the control plane, durable on return. */
  documents: Documents;
  /** Where code is kept by its SHA-256. Made when it is not there; belongs to this service alone. */
  codeDirectory: string;
  clock: Clock;
  ids: Ids;
  /** `http://HOST:PORT` of signalbox, known once it listens. Functions get it as AWS_ENDPOINT_URL. */
  endpoint: () => string;
  /** How many processes one function may have at a time, over all its versions. 10 when left out. */
  maxEnvironmentsPerFunction?: number;
  /** Environments idle for so long, in real milliseconds, are ended. 300,000 when left out. */
  idleMs?: number;
  /** The interpreter of Python functions. Otherwise `python3.X`, then `python3`, found on `path`. */
  python?: string | undefined;
  /** Where function code that is given as an S3 object comes from. */
  readObject: ReadObject;
  /** PATH of the functions. */
  path: string;
  log: (line: string) => void;
  /** Told of every invocation when it has ended; must not throw. */
  onInvocation?: OnInvocation;
}

export interface LambdaService {
  /** Whether the request is one of the Lambda API. */
  handles(request: HttpRequest): boolean;
  /** Answers the request. Never throws. */
  handle(request: HttpRequest): Promise<HttpResponse>;
  /** Takes up Event invocations of an earlier process. To be called once `endpoint` is known. */
  resume(): void;
  /** Ends every function process. */
  close(): Promise<void>;
}

const LAMBDA_PATH =
  /^\/\d{4}-\d\d-\d\d\/(functions|event-source-mappings|layers|tags|account-settings|code-signing-configs|capacity-providers|durable-executions|durable-execution-callbacks|signalbox-code)(\/|$)/;

export function createLambdaService(options: LambdaServiceOptions): LambdaService {
  const { documents, clock, ids, endpoint, log, path, python, readObject } = options;
  const maxEnvironmentsPerFunction = options.maxEnvironmentsPerFunction ?? 10;
  const store = functionStore(documents);
  // First: what is swept below may be in use by a process that an earlier signalbox has left.
  const processes = openProcessRecord(join(options.codeDirectory, "processes"), "function", { ids, log });
  const code = codeStore(options.codeDirectory, ids, store.digestsInUse);
  const functions = createDataPlane({
    code,
    ids,
    maxEnvironments: maxEnvironmentsPerFunction,
    idleMs: options.idleMs ?? 300_000,
    endpoint,
    path,
    python,
    log,
    processes,
  });
  const dataPlane = reporting(functions, clock, options.onInvocation);
  const events = eventInvocations({ documents, store, dataPlane, clock, ids, log });
  const routes = buildRoutes({ split: trafficSplit(), events });
  const control: Control = {
    store,
    code,
    readObject,
    dataPlane,
    clock,
    ids,
    endpoint,
    maxEnvironmentsPerFunction,
    log,
  };

  return {
    handles: (request) => LAMBDA_PATH.test(request.path),
    async handle(request) {
      try {
        const { route, parameters } = findRoute(routes, request);
        return render(await route.operation(control, { ...request, parameters }));
      } catch (error) {
        if (!(error instanceof LambdaError))
          log(`lambda: ${request.method} ${request.path} failed: ${faultText(error)}`);
        return errorResponse(error);
      }
    },
    resume: () => events.resume(),
    async close() {
      events.close();
      await dataPlane.close();
    },
  };
}

function findRoute(
  routes: Route[],
  { method, path }: HttpRequest,
): { route: Route; parameters: Record<string, string> } {
  for (const route of routes) {
    const match = route.method === method ? route.pattern.exec(path) : null;
    if (match) return { route, parameters: decode(match.groups ?? {}) };
  }
  throw new LambdaError("UnknownOperationException", "Unknown operation.");
}

function decode(groups: Record<string, string>): Record<string, string> {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch {
    throw new LambdaError("ValidationException", "The path is not percent-encoded correctly.");
  }
}

function render({ status, body, headers }: Reply): HttpResponse {
  if (body === undefined) return { status, headers: { ...headers }, body: "" };
  if (body instanceof Uint8Array) return { status, headers: { ...headers }, body };
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}
