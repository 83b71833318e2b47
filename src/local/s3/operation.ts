/** What every operation of this service gets and gives. */
import type { Clock } from "../../clock.ts";
import type { Ids } from "../../ids.ts";
import type { Scope } from "../../protocol/http.ts";
import type { ObjectFiles } from "./objectFiles.ts";
import type { Bucket, ObjectStore } from "./objectStore.ts";
import { S3Error } from "./s3Error.ts";
import type { UploadStore } from "./uploadStore.ts";
import { type XmlMember, xmlDocument } from "./xml.ts";

export interface S3Control {
  store: ObjectStore;
  uploads: UploadStore;
  files: ObjectFiles;
  clock: Clock;
  ids: Ids;
}

export interface S3Request {
  method: string;
  /** Empty where the request names none. */
  bucket: string;
  key: string;
  query: URLSearchParams;
  /** Names in lower case; those that followed the body among them. */
  headers: Record<string, string>;
  /** Without the marks of `aws-chunked`. */
  body: Buffer;
  caller: Scope;
}

export interface Reply {
  status: number;
  headers?: Record<string, string | undefined>;
  body?: string | Uint8Array;
}

export type Operation = (control: S3Control, request: S3Request) => Promise<Reply> | Reply;

export function xmlReply(root: string, members: readonly XmlMember[], headers: Reply["headers"] = {}): Reply {
  return { status: 200, headers: { ...headers, "content-type": "application/xml" }, body: xmlDocument(root, members) };
}

/** The bucket, which is the caller's own, and whose the caller takes it to be: no policies could open it to others. */
export function ownBucket({ store }: S3Control, { bucket, caller, headers }: S3Request): Bucket {
  const found = store.requireBucket(bucket);
  const expected = headers["x-amz-expected-bucket-owner"] ?? caller.accountId;
  if (found.accountId !== caller.accountId || found.accountId !== expected) throw new S3Error("AccessDenied");
  return found;
}

/** A whole number in the query; `fallback` where it is not given. Throws InvalidArgument. */
export function wholeNumber(query: URLSearchParams, name: string, most: number, fallback: number): number {
  const text = query.get(name);
  if (text === null || text === "") return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 2 ** 31 - 1) return Math.min(value, most);
  throw new S3Error("InvalidArgument", `Provided ${name} not an integer or within integer range`, {
    members: { ArgumentName: name, ArgumentValue: text },
  });
}

export const quoted = (eTag: string): string => `"${eTag}"`;
export const isoTime = (instant: number): string => new Date(instant).toISOString();
export const httpTime = (instant: number): string => new Date(instant).toUTCString();
