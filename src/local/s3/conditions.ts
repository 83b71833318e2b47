/** Whether an object is, or is not, what the caller has seen. */
import type { ObjectVersion } from "./objectStore.ts";
import { httpTime, quoted } from "./operation.ts";
import { S3Error } from "./s3Error.ts";

/** Throws PreconditionFailed, or NotModified, by the conditions of a reading request, in the order of RFC 9110. */
export function requireReadConditions(headers: Record<string, string>, version: ObjectVersion): void {
  const eTag = version.content?.eTag ?? "";
  const modifiedAfter = (since: string) => Math.floor(version.lastModified / 1000) * 1000 > Date.parse(since);
  const match = headers["if-match"];
  const unmodified = headers["if-unmodified-since"];
  if (match !== undefined && !matches(match, eTag)) throw failed("If-Match");
  if (match === undefined && unmodified !== undefined && modifiedAfter(unmodified)) throw failed("If-Unmodified-Since");
  const noneMatch = headers["if-none-match"];
  const modified = headers["if-modified-since"];
  const known = noneMatch === undefined ? modified !== undefined && !modifiedAfter(modified) : matches(noneMatch, eTag);
  if (!known) return;
  const seen = { etag: quoted(eTag), "last-modified": httpTime(version.lastModified) };
  throw new S3Error("NotModified", undefined, { headers: seen });
}

/** What a write may ask: that there is no object yet, or that it is the one that was seen. */
export function requireWriteConditions(headers: Record<string, string>, newest: ObjectVersion | undefined): void {
  const eTag = newest?.content?.eTag;
  const match = headers["if-match"];
  const noneMatch = headers["if-none-match"];
  if (match !== undefined && eTag === undefined) throw new S3Error("NoSuchKey");
  if (match !== undefined && !matches(match, eTag ?? "")) throw failed("If-Match");
  if (noneMatch === undefined || eTag === undefined) return;
  if (matches(noneMatch, eTag)) throw failed("If-None-Match");
}

function matches(condition: string, eTag: string): boolean {
  return condition.split(",").some((one) => {
    const bare = one.trim().replace(/^W\//, "").replaceAll('"', "");
    return bare === "*" || bare === eTag;
  });
}

const failed = (condition: string): S3Error =>
  new S3Error("PreconditionFailed", undefined, { members: { Condition: condition } });
