/** The embedded S3: buckets and objects with their versions, REST-XML. */
import { type Clock, wallClock } from "../../clock.ts";
import type { Ids } from "../../ids.ts";
import type { HttpRequest, HttpResponse, Scope } from "../../protocol/http.ts";
import { faultText } from "../../protocol/protocolError.ts";
import type { Documents } from "../documents.ts";
import { addressOf } from "./address.ts";
import { decodeAwsChunked } from "./awsChunked.ts";
import { objectFiles } from "./objectFiles.ts";
import { openContent, versionAsked } from "./objectReading.ts";
import { objectStore } from "./objectStore.ts";
import type { Reply, S3Control } from "./operation.ts";
import { isPresigned, presignedCaller } from "./presigned.ts";
import { operationOf } from "./routes.ts";
import { errorResponse, S3Error } from "./s3Error.ts";
import { uploadStore } from "./uploadStore.ts";

export interface S3ServiceOptions {
  /** Buckets, and what is known of objects; durable on return. */
  documents: Documents;
  /** Where the bytes of objects are. Made when it is not there; belongs to this service alone. */
  directory: string;
  clock: Clock;
  ids: Ids;
  log: (line: string) => void;
}

/** An object for the other embedded services, or what S3 says instead. */
export type ReadObject = { body: Buffer } | { error: { code: string; message: string } };

export interface S3Service {
  /** Whether it is signed for S3, in a header or in the query. To be asked first: a bucket or key may be called anything. */
  handles(request: HttpRequest): boolean;
  /** Answers the request. Never throws. */
  handle(request: HttpRequest): Promise<HttpResponse>;
  /** The object, or one version of it, as `caller` would get it. */
  read(caller: Scope, bucket: string, key: string, versionId: string | null): Promise<ReadObject>;
}

export function createS3Service({ documents, directory, clock, ids, log }: S3ServiceOptions): S3Service {
  const uploads = uploadStore(documents);
  const store = objectStore(documents, ids);
  const files = objectFiles(directory, ids, () => new Set([...store.filesInUse(), ...uploads.filesInUse()]));
  const control: S3Control = { store, uploads, files, clock, ids };

  return {
    handles: (request) => request.caller.signedFor === "s3" || isPresigned(request),

    async handle(request) {
      try {
        return withRequestId(await answer(control, request), request);
      } catch (error) {
        if (!(error instanceof S3Error)) log(`s3: ${request.method} ${request.path} failed: ${faultText(error)}`);
        const response = errorResponse(error, request.requestId);
        return withRequestId(request.method === "HEAD" ? { ...response, body: "" } : response, request);
      }
    },

    async read(caller, bucket, key, versionId) {
      const query = new URLSearchParams();
      const request = { method: "GET", bucket, key, query, headers: {}, body: Buffer.alloc(0), caller };
      try {
        const { content } = versionAsked(control, request, versionId);
        return { body: await openContent(control, content).read(0, content.size) };
      } catch (error) {
        if (error instanceof S3Error) return { error: { code: error.code, message: error.message } };
        throw error;
      }
    },
  };
}

function answer(control: S3Control, request: HttpRequest): Promise<Reply> | Reply {
  const { method, query } = request;
  const caller = isPresigned(request) ? presignedCaller(query, request.caller, wallClock.now()) : request.caller;
  const sent = oneOfEach(request.headers);
  const { bucket, key } = addressOf(sent["host"], request.path, (name) => control.store.findBucket(name) !== undefined);
  const { body, trailers } = decodeAwsChunked(request.body, sent);
  const headers = { ...sent, ...trailers };
  const asked = { method, bucket: bucket ?? "", key: key ?? "", query, headers, body, caller };
  return operationOf(asked)(control, asked);
}

function oneOfEach(headers: HttpRequest["headers"]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) found[name] = typeof value === "string" ? value : value.join(", ");
  }
  return found;
}

function withRequestId({ status, headers = {}, body = "" }: Reply, { requestId }: HttpRequest): HttpResponse {
  const given = Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined);
  return { status, headers: { ...Object.fromEntries(given), "x-amz-request-id": requestId }, body };
}
