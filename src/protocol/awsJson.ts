/**
 * awsJson1.1: `POST /`, the operation in `X-Amz-Target`, JSON both ways, errors as `__type` and `message`
 * (semantics 1.2, 1.6).
 */
import { ModelledError, NotBuiltError } from "../shapes/modelledError.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";
import { ProtocolError } from "./protocolError.ts";
import { shapeCodec, type WireShapes } from "./shapeCodec.ts";

const CONTENT_TYPE = "application/x-amz-json-1.1";

export interface AwsJsonService {
  /** What stands before the dot in `X-Amz-Target`. */
  targetPrefix: string;
  shapes: WireShapes;
  operations: Record<string, { input: string | null; output: string | null; errors: readonly string[] }>;
  /** Answers one operation. `readInput` decodes what was sent by its shape, or throws what the caller is told. */
  perform(operation: string, readInput: () => unknown, request: HttpRequest): Promise<object>;
}

/** Serves one awsJson1.1 service: target → perform (→ decode) → encode. */
export function awsJsonHandler(service: AwsJsonService): (request: HttpRequest) => Promise<HttpResponse> {
  const codec = shapeCodec(service.shapes);
  /** An answer that an operation has frozen is one that it gives again: it is encoded once. */
  const encoded = new WeakMap<object, string>();
  const encode = (shapeName: string, output: object): string => {
    const known = encoded.get(output);
    if (known !== undefined) return known;
    const body = JSON.stringify(codec.encode(shapeName, output));
    if (Object.isFrozen(output)) encoded.set(output, body);
    return body;
  };
  return async (request) => {
    const name = operationName(request, service);
    const operation = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
    if (!operation) throw new ProtocolError(400, "UnknownOperationException", `No operation is named ${name}`);
    const readInput = () => {
      requireContentType(request);
      const body = parseBody(request.body);
      return operation.input ? codec.decode(operation.input, body) : {};
    };
    try {
      const output = await service.perform(name, readInput, request);
      return success(operation.output ? encode(operation.output, output) : "{}");
    } catch (error) {
      if (error instanceof ModelledError) requireModelled(name, operation.errors, error);
      throw error;
    }
  };
}

function operationName(request: HttpRequest, service: AwsJsonService): string {
  const target = request.headers["x-amz-target"];
  if (typeof target !== "string" || target === "") {
    throw new ProtocolError(
      400,
      "MissingActionException",
      "The X-Amz-Target header that names the operation is missing",
    );
  }
  const dot = target.indexOf(".");
  if (target.slice(0, dot) !== service.targetPrefix) {
    throw new ProtocolError(400, "UnknownOperationException", `No service here answers the target ${target}`);
  }
  return target.slice(dot + 1);
}

function requireContentType(request: HttpRequest): void {
  const sent = request.headers["content-type"];
  const mediaType = typeof sent === "string" ? sent.split(";", 1)[0]?.trim().toLowerCase() : undefined;
  if (mediaType !== CONTENT_TYPE) {
    const found = mediaType ? `not ${mediaType}` : "and none was sent";
    throw new ProtocolError(415, "UnsupportedMediaTypeException", `The content type must be ${CONTENT_TYPE}, ${found}`);
  }
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) {
    throw new ProtocolError(400, "SerializationException", "The body is empty; an operation without input takes {}");
  }
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new ProtocolError(400, "SerializationException", "The body is not valid JSON");
  }
}

/** An operation raises only what its model lists: typed clients match on nothing else. */
function requireModelled(operation: string, allowed: readonly string[], error: ModelledError): void {
  if (allowed.includes(error.name)) return;
  throw new Error(`${operation} raised ${error.name}, which its model does not list: ${error.message}`);
}

function success(body: string): HttpResponse {
  return { status: 200, headers: { "content-type": CONTENT_TYPE }, body };
}

/** The error as the caller sees it, whatever it was; `undefined` for an error that is our own fault. */
export function awsJsonError(error: unknown): HttpResponse | undefined {
  if (error instanceof ModelledError) return errorResponse(400, error.name, error.message);
  if (error instanceof NotBuiltError) return errorResponse(501, "NotImplementedException", error.message);
  if (error instanceof ProtocolError) return errorResponse(error.status, error.code, error.message);
  return undefined;
}

/** What the caller is told that the error is called. */
export function errorCode(error: unknown): string {
  return awsJsonError(error)?.headers["x-amzn-errortype"] ?? "InternalFailure";
}

/** An error body with its `x-amzn-errortype`. */
export function errorResponse(status: number, code: string, message: string): HttpResponse {
  return {
    status,
    headers: { "content-type": CONTENT_TYPE, "x-amzn-errortype": code },
    body: JSON.stringify({ __type: code, message }),
  };
}
