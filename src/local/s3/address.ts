/** Which bucket and which key a request means: by its path, or by its host. */
import { isIP } from "node:net";
import { S3Error } from "./s3Error.ts";

export interface Address {
  bucket: string | null;
  /** Decoded. */
  key: string | null;
}

const LONGEST_KEY_BYTES = 1024;

/**
 * `path` is percent-encoded. The host names the bucket where it is `<bucket>.localhost`, `<bucket>.s3.<anything>`, or
 * `<bucket>.<anything>` with a bucket that there is; everywhere else the first part of the path does.
 */
export function addressOf(host: string | undefined, path: string, exists: (bucket: string) => boolean): Address {
  const bucket = bucketOfHost(host ?? "", exists);
  if (bucket !== null) return { bucket, key: keyOf(path.slice(1)) };
  const slash = path.indexOf("/", 1);
  const first = decoded(slash < 0 ? path.slice(1) : path.slice(1, slash));
  return { bucket: first === "" ? null : first, key: slash < 0 ? null : keyOf(path.slice(slash + 1)) };
}

function bucketOfHost(host: string, exists: (bucket: string) => boolean): string | null {
  const name = host.replace(/:[0-9]+$/, "").toLowerCase();
  if (name.startsWith("[") || isIP(name) !== 0) return null;
  const [, bucket] = /^(.+?)\.(?:localhost$|s3[.-])/.exec(name) ?? [];
  if (bucket !== undefined && bucket !== "s3") return bucket;
  const dot = name.indexOf(".");
  return dot > 0 && exists(name.slice(0, dot)) ? name.slice(0, dot) : null;
}

function keyOf(encoded: string): string | null {
  return encoded === "" ? null : requireKey(decoded(encoded));
}

/** The key, where an object can have it. Throws KeyTooLongError, InvalidURI. */
export function requireKey(key: string): string {
  if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) {
    const members = { Size: String(Buffer.byteLength(key)), MaxSizeAllowed: String(LONGEST_KEY_BYTES) };
    throw new S3Error("KeyTooLongError", undefined, { members });
  }
  // SQLite ends a text where it finds one.
  if (key.includes("\0")) throw new S3Error("InvalidURI", "A key cannot contain the character NUL here");
  return key;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error("InvalidURI");
  }
}

/** Throws InvalidBucketName for what can be the name of no bucket. */
export function requireBucketName(name: string): void {
  const shaped = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name);
  if (shaped && !name.includes("..") && isIP(name) === 0 && !/^xn--|^sthree-|-s3alias$|--ol-s3$/.test(name)) return;
  throw new S3Error("InvalidBucketName", undefined, { members: { BucketName: name } });
}
