/** PutObject, CopyObject, DeleteObject, DeleteObjects. */
import { requireKey } from "./address.ts";
import { md5, verifiedChecksums } from "./checksums.ts";
import { requireWriteConditions } from "./conditions.ts";
import { openContent, versionAsked } from "./objectReading.ts";
import type { Bucket, Change, Content } from "./objectStore.ts";
import {
  isoTime,
  type Operation,
  ownBucket,
  quoted,
  type Reply,
  type S3Control,
  type S3Request,
  xmlReply,
} from "./operation.ts";
import { notBuilt, S3Error } from "./s3Error.ts";
import { childText, parseXml, type XmlElement, type XmlMember } from "./xml.ts";

const KEPT_HEADERS =
  /^(content-type|content-language|content-disposition|content-encoding|cache-control|expires|x-amz-website-redirect-location|x-amz-meta-.+)$/;
const DEFAULT_TYPE = "binary/octet-stream";
const MOST_METADATA_BYTES = 2048;
const MOST_DELETED = 1000;
const UNBUILT_CONDITIONS = ["x-amz-if-match-last-modified-time", "x-amz-if-match-size"];

export const putObject: Operation = async (control, request) => {
  ownBucket(control, request);
  refuseUnbuilt(request.headers);
  const { body } = request;
  const checksums = verifiedChecksums(body, request.headers);
  const headers = keptHeaders(request.headers);
  const file = await control.files.write([body]);
  const content: Content = { file, size: body.length, eTag: md5(body), headers, checksums };
  const { change, bucket } = await commit(control, request, content);
  const type = Object.keys(checksums).length > 0 ? { "x-amz-checksum-type": "FULL_OBJECT" } : {};
  return {
    status: 200,
    headers: { etag: quoted(content.eTag), ...checksums, ...type, ...versionHeader(bucket, change) },
  };
};

/** Makes the written file the object's. The bucket and the object may have changed while it was written. */
export async function commit(
  control: S3Control,
  request: S3Request,
  content: Content,
  alongside: () => string[] = () => [],
): Promise<{ change: Change; bucket: Bucket }> {
  const { store, files, clock } = control;
  try {
    const { change, bucket } = store.together(() => {
      const bucket = ownBucket(control, request);
      requireWriteConditions(request.headers, store.versionsOf(bucket.name, request.key)[0]);
      const change = store.putObject(bucket, request.key, content, clock.now());
      return { bucket, change: { ...change, unused: [...change.unused, ...alongside()] } };
    });
    await files.remove(change.unused);
    return { change, bucket };
  } catch (error) {
    await files.remove([content.file]);
    throw error;
  }
}

export const versionHeader = ({ versioning }: Bucket, { version }: Change): Record<string, string> =>
  versioning === null || !version ? {} : { "x-amz-version-id": version.versionId };

export function keptHeaders(headers: Record<string, string>): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => KEPT_HEADERS.test(name));
  const metadata = kept.filter(([name]) => name.startsWith("x-amz-meta-"));
  const bytes = metadata.reduce((sum, [name, value]) => sum + name.length - 11 + Buffer.byteLength(value), 0);
  if (bytes > MOST_METADATA_BYTES) {
    throw new S3Error("InvalidArgument", "Your metadata headers exceed the maximum allowed metadata size");
  }
  const encoding = (headers["content-encoding"] ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "" && one !== "aws-chunked");
  const { "content-encoding": _, ...others } = Object.fromEntries(kept);
  const own = encoding.length > 0 ? { "content-encoding": encoding.join(",") } : {};
  return { "content-type": DEFAULT_TYPE, ...others, ...own };
}

/** What is not encrypted, tagged, locked or opened to others must not look as if it were. */
export function refuseUnbuilt(headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (/^x-amz-(server-side-encryption|object-lock-|grant-|tagging$)/.test(name)) {
      throw notBuilt(`The header ${name} is not built`);
    }
    if (name === "x-amz-acl" && value !== "private" && !value.startsWith("bucket-owner-")) {
      throw notBuilt(`The access control list ${value} is not built`);
    }
    if (name === "x-amz-storage-class" && value !== "STANDARD") {
      throw notBuilt(`The storage class ${value} is not built`);
    }
  }
}

export const copyObject: Operation = async (control, request) => {
  ownBucket(control, request);
  refuseUnbuilt(request.headers);
  const condition = Object.keys(request.headers).find((name) => name.startsWith("x-amz-copy-source-"));
  if (condition) throw notBuilt(`The header ${condition} is not built`);
  const source = sourceOf(request);
  const { version, content, bucket: from } = versionAsked(control, source, source.query.get("versionId"));
  const replaces = request.headers["x-amz-metadata-directive"] === "REPLACE";
  if (source.bucket === request.bucket && source.key === request.key && !replaces && !source.query.has("versionId")) {
    throw new S3Error(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const body = await openContent(control, content).read(0, content.size);
  const headers = replaces ? keptHeaders(request.headers) : content.headers;
  const made: Content = { ...content, file: await control.files.write([body]), eTag: md5(body), headers };
  const { change, bucket } = await commit(control, request, made);
  const copied = from.versioning === null ? {} : { "x-amz-copy-source-version-id": version.versionId };
  return xmlReply(
    "CopyObjectResult",
    [
      ["LastModified", isoTime(change.version?.lastModified ?? 0)],
      ["ETag", quoted(made.eTag)],
    ],
    { ...versionHeader(bucket, change), ...copied },
  );
};

/** `/bucket/key?versionId=…`, percent-encoded, with or without the first slash. */
function sourceOf(request: S3Request): S3Request {
  const given = request.headers["x-amz-copy-source"] ?? "";
  const [path = "", query = ""] = given.split("?", 2);
  const [, bucket, encoded] = /^\/?([^/]+)\/(.+)$/.exec(path) ?? [];
  const owner = request.headers["x-amz-source-expected-bucket-owner"];
  const headers: S3Request["headers"] = owner === undefined ? {} : { "x-amz-expected-bucket-owner": owner };
  const key = decodedOrEmpty(encoded ?? "");
  if (!bucket || key === "") {
    throw new S3Error("InvalidArgument", "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  }
  return { ...request, bucket, key: requireKey(key), query: new URLSearchParams(query), headers };
}

/** A text that cannot be decoded names no key. */
function decodedOrEmpty(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return "";
  }
}

export const deleteObject: Operation = async (control, request) => {
  const bucket = ownBucket(control, request);
  const { key, query, headers } = request;
  const condition = UNBUILT_CONDITIONS.find((name) => headers[name] !== undefined);
  if (condition) throw notBuilt(`The header ${condition} is not built`);
  const change = remove(control, bucket, { key, versionId: query.get("versionId"), conditions: headers });
  await control.files.remove(change.unused);
  return { status: 204, headers: { ...versionHeader(bucket, change), ...markerHeader(change) } };
};

interface Removal {
  key: string;
  /** `null` for the newest. */
  versionId: string | null;
  /** Headers that say when it may be removed. */
  conditions: Record<string, string>;
}

/** An object that is not there is removed with success, as on AWS, unless a condition asks for it. */
function remove({ store, clock }: S3Control, bucket: Bucket, { key, versionId, conditions }: Removal): Change {
  return store.together(() => {
    const versions = store.versionsOf(bucket.name, key);
    requireWriteConditions(
      conditions,
      versionId === null ? versions[0] : versions.find((one) => one.versionId === versionId),
    );
    if (versionId === null) return store.deleteObject(bucket, key, clock.now());
    return store.deleteVersion(bucket, key, versionId);
  });
}

const markerHeader = ({ version }: Change): Record<string, string> =>
  version && version.content === null ? { "x-amz-delete-marker": "true" } : {};

export const deleteObjects: Operation = async (control, request): Promise<Reply> => {
  const bucket = ownBucket(control, request);
  verifiedChecksums(request.body, request.headers);
  const wanted = parseXml(request.body.toString("utf8"));
  const objects = wanted.children.filter(({ name }) => name === "Object");
  if (wanted.name !== "Delete" || objects.length === 0 || objects.length > MOST_DELETED)
    throw new S3Error("MalformedXML");
  const quiet = childText(wanted, "Quiet") === "true";
  const asked = objects.map(removalAsked);
  const unused: string[] = [];
  const told = control.store.together(() =>
    asked.map((removal) => {
      try {
        requireKey(removal.key);
        const change = remove(control, bucket, removal);
        unused.push(...change.unused);
        return deleted(removal, change);
      } catch (error) {
        if (error instanceof S3Error) return notDeleted(removal, error);
        throw error;
      }
    }),
  );
  await control.files.remove(unused);
  return xmlReply("DeleteResult", quiet ? told.filter(([name]) => name === "Error") : told);
};

function removalAsked(element: XmlElement): Removal {
  const key = childText(element, "Key");
  if (!key) throw new S3Error("MalformedXML");
  for (const name of ["Size", "LastModifiedTime"]) {
    if (childText(element, name) !== undefined) throw notBuilt(`The condition ${name} is not built`);
  }
  const eTag = childText(element, "ETag");
  const conditions: Removal["conditions"] = eTag === undefined ? {} : { "if-match": eTag };
  return { key, versionId: childText(element, "VersionId") || null, conditions };
}

function deleted({ key, versionId }: Removal, { version }: Change): XmlMember {
  const marker = version && version.content === null ? version.versionId : undefined;
  return [
    "Deleted",
    [
      ["Key", key],
      ["VersionId", versionId ?? undefined],
      ["DeleteMarker", marker && true],
      ["DeleteMarkerVersionId", marker],
    ],
  ];
}

/** One that is refused stays alone: the others of the request are removed. */
const notDeleted = ({ key, versionId }: Removal, { code, message }: S3Error): XmlMember => [
  "Error",
  [
    ["Key", key],
    ["VersionId", versionId ?? undefined],
    ["Code", code],
    ["Message", message],
  ],
];
