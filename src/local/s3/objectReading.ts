/** GetObject and HeadObject. */
import { requireReadConditions } from "./conditions.ts";
import type { OpenedFile } from "./objectFiles.ts";
import type { Bucket, Content, ObjectVersion } from "./objectStore.ts";
import { httpTime, type Operation, ownBucket, quoted, type S3Control, type S3Request } from "./operation.ts";
import { notBuilt, S3Error } from "./s3Error.ts";

interface Asked {
  bucket: Bucket;
  version: ObjectVersion;
  content: Content;
}

/** The object, or the version of it that is asked for. Throws NoSuchKey, NoSuchVersion, MethodNotAllowed. */
export function versionAsked(control: S3Control, request: S3Request, versionId: string | null): Asked {
  const bucket = ownBucket(control, request);
  const { key } = request;
  const versions = control.store.versionsOf(bucket.name, key);
  const version = versionId === null ? versions[0] : versions.find((one) => one.versionId === versionId);
  if (!version && versionId !== null) {
    throw new S3Error("NoSuchVersion", undefined, { members: { Key: key, VersionId: versionId } });
  }
  if (version?.content) return { bucket, version, content: version.content };
  const marker = version && { "x-amz-delete-marker": "true", "x-amz-version-id": version.versionId };
  if (version && versionId !== null) throw new S3Error("MethodNotAllowed", undefined, { headers: marker ?? {} });
  throw new S3Error("NoSuchKey", undefined, { members: { Key: key }, headers: marker ?? {} });
}

export const openContent = ({ files }: S3Control, { file }: Content): OpenedFile => files.open(file);

export const getObject: Operation = async (control, request) => {
  const asked = versionAsked(control, request, request.query.get("versionId"));
  refuseParts(request);
  requireReadConditions(request.headers, asked.version);
  const { size } = asked.content;
  const range = rangeOf(request.headers["range"], size);
  const [from, until] = range ?? [0, size];
  const headers = { ...shown(asked, request, range !== null), ...overrides(request.query) };
  const body = await openContent(control, asked.content).read(from, until);
  if (!range) return { status: 200, headers, body };
  return { status: 206, headers: { ...headers, "content-range": `bytes ${from}-${until - 1}/${size}` }, body };
};

export const headObject: Operation = (control, request) => {
  const asked = versionAsked(control, request, request.query.get("versionId"));
  refuseParts(request);
  requireReadConditions(request.headers, asked.version);
  const { size } = asked.content;
  const range = rangeOf(request.headers["range"], size);
  const [from, until] = range ?? [0, size];
  const headers = { ...shown(asked, request, range !== null), "content-length": String(until - from) };
  if (!range) return { status: 200, headers };
  return { status: 206, headers: { ...headers, "content-range": `bytes ${from}-${until - 1}/${size}` } };
};

function refuseParts({ query }: S3Request): void {
  if (query.has("partNumber")) throw notBuilt("Reading an object by its parts is not built");
}

function shown({ bucket, version, content }: Asked, { headers }: S3Request, partly: boolean): Record<string, string> {
  // The checksum is that of the whole.
  const wanted = headers["x-amz-checksum-mode"]?.toUpperCase() === "ENABLED" && !partly;
  const checksums = Object.keys(content.checksums).length > 0 ? content.checksums : undefined;
  return {
    ...content.headers,
    etag: quoted(content.eTag),
    "last-modified": httpTime(version.lastModified),
    "accept-ranges": "bytes",
    ...(bucket.versioning === null ? {} : { "x-amz-version-id": version.versionId }),
    ...(wanted && checksums ? { ...checksums, "x-amz-checksum-type": "FULL_OBJECT" } : {}),
  };
}

const OVERRIDES =
  /^response-(content-type|content-language|content-disposition|content-encoding|cache-control|expires)$/;

/** Headers that a link asks for in its query. */
function overrides(query: URLSearchParams): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of query) {
    const [, header] = OVERRIDES.exec(name) ?? [];
    if (header === undefined) continue;
    if (!/^[\t\x20-\x7e]*$/.test(value)) throw new S3Error("InvalidArgument", `${name} can be the value of no header`);
    found[header] = value;
  }
  return found;
}

/** From and until, in bytes; `null` for the whole object, also where the header cannot be read. Throws InvalidRange. */
function rangeOf(header: string | undefined, size: number): [from: number, until: number] | null {
  const [, first = "", last = ""] = /^bytes=([0-9]*)-([0-9]*)$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return null;
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const until = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (first !== "" && last !== "" && Number(last) < Number(first)) return null;
  if (from < until) return [from, until];
  throw new S3Error("InvalidRange", undefined, {
    members: { RangeRequested: header ?? "", ActualObjectSize: String(size) },
    headers: { "content-range": `bytes */${size}` },
  });
}
