/** Buckets and the versions of their objects, as documents. Bucket names are unique over all accounts. */
import type { Instant } from "../../clock.ts";
import type { Ids } from "../../ids.ts";
import type { Scope } from "../../protocol/http.ts";
import type { Documents } from "../documents.ts";
import { S3Error } from "./s3Error.ts";

export interface Bucket extends Scope {
  name: string;
  createTime: Instant;
  /** `null` until it is first switched on. */
  versioning: "Enabled" | "Suspended" | null;
}

/** What an object is made of. */
export interface Content {
  file: string;
  /** Bytes. */
  size: number;
  /** Without quotes. */
  eTag: string;
  /** Headers that come back with the object, by name in lower case. */
  headers: Record<string, string>;
  /** Base64 by header name. */
  checksums: Record<string, string>;
}

export interface ObjectVersion {
  /** `null`, the word, for what was written while the bucket was not versioned. */
  versionId: string;
  lastModified: Instant;
  /** `null` in a delete marker. */
  content: Content | null;
}

/** A key with its versions, the newest first; never empty. */
export interface KeyVersions {
  key: string;
  versions: ObjectVersion[];
}

/** What a change leaves: the version it made or removed, and files that no object refers to any more. */
export interface Change {
  version: ObjectVersion | undefined;
  unused: string[];
}

const BUCKET = "s3.bucket";
const OBJECT = "s3.object";
export const NULL_VERSION = "null";

export type ObjectStore = ReturnType<typeof objectStore>;

export function objectStore(documents: Documents, ids: Ids) {
  const under = (bucket: string, name: string) => `${bucket}/${name}`;
  const versionsOf = (bucket: string, key: string): ObjectVersion[] =>
    documents.get<ObjectVersion[]>(OBJECT, under(bucket, key)) ?? [];
  const keep = (bucket: string, key: string, versions: ObjectVersion[]): void => {
    if (versions.length > 0) documents.put(OBJECT, under(bucket, key), versions);
    else documents.delete(OBJECT, under(bucket, key));
  };
  const findBucket = (name: string) => documents.get<Bucket>(BUCKET, name);
  const requireBucket = (name: string): Bucket => {
    const found = findBucket(name);
    if (!found) throw new S3Error("NoSuchBucket", undefined, { members: { BucketName: name } });
    return found;
  };

  /** A new newest version; an unversioned one takes the place of the last. */
  const push = (bucket: Bucket, key: string, made: Omit<ObjectVersion, "versionId">): Change => {
    const versions = versionsOf(bucket.name, key);
    const versionId = bucket.versioning === "Enabled" ? ids.bytes(24).toString("base64url") : NULL_VERSION;
    const version = { ...made, versionId };
    const [kept, replaced] = partition(versions, (other) => other.versionId !== versionId);
    keep(bucket.name, key, [version, ...kept]);
    return { version, unused: filesOf(replaced) };
  };

  return {
    findBucket,
    requireBucket,
    together: <T>(work: () => T): T => documents.together(work),
    putBucket: (bucket: Bucket) => documents.put(BUCKET, bucket.name, bucket),
    removeBucket: (name: string) => documents.delete(BUCKET, name),
    buckets: (accountId: string): Bucket[] =>
      documents
        .list<Bucket>(BUCKET, "")
        .map(({ value }) => value)
        .filter((bucket) => bucket.accountId === accountId),

    versionsOf,
    /** Every key of the bucket in the order of its UTF-8 bytes. */
    keys: (bucket: string): KeyVersions[] =>
      documents
        .list<ObjectVersion[]>(OBJECT, `${bucket}/`)
        .map(({ key, value }) => ({ key: key.slice(bucket.length + 1), versions: value })),

    putObject: (bucket: Bucket, key: string, content: Content, at: Instant): Change =>
      push(bucket, key, { content, lastModified: at }),

    /** Removes the object, in a bucket with versions by a delete marker. `version` is the marker, if there is one. */
    deleteObject(bucket: Bucket, key: string, at: Instant): Change {
      if (bucket.versioning !== null) return push(bucket, key, { content: null, lastModified: at });
      const versions = versionsOf(bucket.name, key);
      keep(bucket.name, key, []);
      return { version: undefined, unused: filesOf(versions) };
    },

    /** Removes one version for good; one that is not there is no error. */
    deleteVersion(bucket: Bucket, key: string, versionId: string): Change {
      const [kept, removed] = partition(versionsOf(bucket.name, key), (other) => other.versionId !== versionId);
      keep(bucket.name, key, kept);
      return { version: removed[0], unused: filesOf(removed) };
    },

    filesInUse: (): string[] => documents.list<ObjectVersion[]>(OBJECT, "").flatMap(({ value }) => filesOf(value)),
  };
}

const filesOf = (versions: readonly ObjectVersion[]): string[] =>
  versions.flatMap(({ content }) => (content ? [content.file] : []));

function partition<T>(items: readonly T[], keep: (item: T) => boolean): [kept: T[], others: T[]] {
  return [items.filter(keep), items.filter((item) => !keep(item))];
}
