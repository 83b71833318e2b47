/** Invoke: now, later, or only in thought. */

import { EVENT_LIMIT_BYTES, REQUEST_LIMIT_BYTES } from "./dataPlane/invocation.ts";
import type { EventInvocations } from "./eventInvocations.ts";
import { requireFunction, requireVersion, resolveQualifier } from "./functionStore.ts";
import { constraintError, LambdaError } from "./lambdaError.ts";
import { functionArn, type QualifiedName } from "./names.ts";
import { type Control, type LambdaRequest, namedFunction, type Operation } from "./operation.ts";
import type { trafficSplit } from "./trafficSplit.ts";

export interface InvokeParts {
  split: ReturnType<typeof trafficSplit>;
  events: EventInvocations;
}

export function invokeOperation({ split, events }: InvokeParts): Operation {
  return async (control, request) => {
    const id = namedFunction(request);
    const type = header(request, "x-amz-invocation-type") ?? "RequestResponse";
    if (!["RequestResponse", "Event", "DryRun"].includes(type)) {
      const constraint = "Member must satisfy enum value set: [Event, RequestResponse, DryRun]";
      throw constraintError(type, "invocationType", constraint);
    }
    const { version, alias } = resolveQualifier(control.store, id, id.qualifier);
    const payload = requirePayload(request.body, type);
    if (type === "DryRun") return { status: 204 };
    const chosen = alias ? split.choose(functionArn(id, alias.name), alias) : version.version;
    const call = {
      id: { accountId: id.accountId, region: id.region, name: id.name },
      version: chosen,
      requestId: request.requestId,
      payload,
      invokedArn: functionArn(id, id.qualifier),
      clientContext: readClientContext(request),
    };
    if (type === "Event") {
      events.accept(call);
      return { status: 202 };
    }
    return runNow(control, id, { ...call, wantsLog: header(request, "x-amz-log-type") === "Tail" });
  };
}

interface DirectCall {
  version: string;
  requestId: string;
  payload: Buffer;
  invokedArn: string;
  clientContext: string | undefined;
  wantsLog: boolean;
}

async function runNow(control: Control, id: QualifiedName, call: DirectCall) {
  const { store, clock, dataPlane } = control;
  const { reservedConcurrency } = requireFunction(store, id);
  const version = requireVersion(store, id, call.version);
  const release = clock.hold();
  try {
    const outcome = await dataPlane.invoke({ ...call, id, version, reservedConcurrency, patient: false });
    return {
      status: 200,
      body: outcome.payload,
      headers: {
        "content-type": "application/json",
        "x-amz-executed-version": version.version,
        ...(outcome.functionError === undefined ? {} : { "x-amz-function-error": outcome.functionError }),
        ...(call.wantsLog ? { "x-amz-log-result": outcome.logTail.toString("base64") } : {}),
      },
    };
  } finally {
    release();
  }
}

function requirePayload(body: Buffer, type: string): Buffer {
  const limit = type === "Event" ? EVENT_LIMIT_BYTES : REQUEST_LIMIT_BYTES;
  if (body.length > limit) {
    const text = `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
    throw new LambdaError("RequestTooLargeException", text);
  }
  if (body.length === 0) return Buffer.from("{}");
  try {
    JSON.parse(new TextDecoder("utf8", { fatal: true }).decode(body));
  } catch {
    throw new LambdaError(
      "InvalidRequestContentException",
      "Could not parse request body into json: Could not parse payload into json",
    );
  }
  return body;
}

/** Base64 JSON on the wire; runtimes get it as JSON. */
function readClientContext(request: LambdaRequest): string | undefined {
  const encoded = header(request, "x-amz-client-context");
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    throw new LambdaError(
      "InvalidRequestContentException",
      "Client context must be a valid Base64-encoded JSON object.",
    );
  }
}

function header(request: LambdaRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
