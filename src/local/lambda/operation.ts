/** What every operation of this service gets and gives. */
import type { Clock } from "../../clock.ts";
import type { Ids } from "../../ids.ts";
import type { HttpRequest, Scope } from "../../protocol/http.ts";
import type { CodeStore } from "./codeStore.ts";
import type { InvocationOutcome } from "./dataPlane/invocation.ts";
import type { FunctionStore, FunctionVersion } from "./functionStore.ts";
import { LambdaError } from "./lambdaError.ts";
import type { FunctionId } from "./names.ts";
import { parseFunctionName, type QualifiedName } from "./names.ts";

/** The half of the service that runs functions, as the other half sees it. */
export interface DataPlane {
  /** Runs the version once and answers how it ended. Throws TooManyRequestsException when there is no room. */
  invoke(call: FunctionCall): Promise<InvocationOutcome>;
  /** Starts up to `count` environments of the version and keeps them; resolves when all have started or failed. */
  provision(target: RunTarget, count: number): Promise<{ started: number; reason: string | undefined }>;
  /** Ends environments of the function, or of one version, as soon as they are not busy. */
  retire(id: FunctionId, version?: string): void;
}

/** One version of one function, with what bounds its environments. */
export interface RunTarget {
  id: FunctionId;
  version: FunctionVersion;
  reservedConcurrency: number | undefined;
}

export interface FunctionCall extends RunTarget {
  requestId: string;
  payload: Buffer;
  /** The ARN as the caller named the function, qualifier included. */
  invokedArn: string;
  /** Base64 JSON, for the context object. */
  clientContext: string | undefined;
  /** Wait for a free environment instead of being throttled. */
  patient: boolean;
}

/** An object in S3, or the newest version's where `versionId` is `null`; or what S3 says instead. */
export type ReadObject = (
  caller: Scope,
  bucket: string,
  key: string,
  versionId: string | null,
) => Promise<{ body: Buffer } | { error: { code: string; message: string } }>;

export interface Control {
  store: FunctionStore;
  code: CodeStore;
  readObject: ReadObject;
  dataPlane: DataPlane;
  clock: Clock;
  ids: Ids;
  endpoint: () => string;
  maxEnvironmentsPerFunction: number;
  log: (line: string) => void;
}

export interface LambdaRequest extends HttpRequest {
  /** The variable parts of the path, decoded. */
  parameters: Record<string, string>;
}

export interface Reply {
  status: number;
  /** JSON, or bytes as they are. */
  body?: unknown;
  headers?: Record<string, string>;
}

export type Operation = (control: Control, request: LambdaRequest) => Promise<Reply> | Reply;

/** The function that the path names, with the qualifier of name or query. */
export function namedFunction(request: LambdaRequest): QualifiedName {
  const raw = request.parameters["FunctionName"] ?? "";
  return parseFunctionName(raw, request.caller, request.query.get("Qualifier"));
}

/** Throws PreconditionFailedException when the caller has seen another revision than the present one. */
export function requireRevision(
  given: string | undefined | null,
  present: string,
  operation = "GetFunction/GetAlias",
): void {
  if (given === undefined || given === null || given === present) return;
  throw new LambdaError(
    "PreconditionFailedException",
    `The Revision Id provided does not match the latest Revision Id. Call the ${operation} API to retrieve the latest Revision Id`,
  );
}

/** One page of `items` and the marker of the next. Markers are positions; sizes are those of the service model. */
export function page<T>(
  items: T[],
  query: URLSearchParams,
  largest: number,
): { items: T[]; marker: { NextMarker?: string } } {
  const asked = Number(query.get("MaxItems") ?? largest);
  if (!Number.isInteger(asked) || asked < 1) {
    throw new LambdaError(
      "ValidationException",
      `1 validation error detected: Value '${query.get("MaxItems")}' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
  }
  const marker = query.get("Marker");
  const from = marker === null || marker === "" ? 0 : positionOf(marker);
  const until = from + Math.min(asked, largest);
  const next = until < items.length ? { NextMarker: Buffer.from(`${until}`).toString("base64url") } : {};
  return { items: items.slice(from, until), marker: next };
}

function positionOf(marker: string): number {
  const position = Number(Buffer.from(marker, "base64url").toString());
  if (Number.isInteger(position) && position >= 0) return position;
  throw new LambdaError("InvalidParameterValueException", "Invalid Marker.");
}
