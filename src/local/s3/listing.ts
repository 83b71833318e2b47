/** ListObjectsV2, ListObjects, ListObjectVersions: keys in the order of their bytes, folders rolled up, page by page. */
import type { KeyVersions, ObjectVersion } from "./objectStore.ts";
import {
  isoTime,
  type Operation,
  ownBucket,
  quoted,
  type Reply,
  type S3Request,
  wholeNumber,
  xmlReply,
} from "./operation.ts";
import { S3Error } from "./s3Error.ts";
import type { XmlMember } from "./xml.ts";

const MOST_KEYS = 1000;

/** One line of a listing: something under its key, or a folder. */
interface Line<Item> {
  key: string;
  /** Of several lines with one key, which; empty where there is one only. */
  mark: string;
  item: Item | null;
}

interface Page<Item> {
  lines: Line<Item>[];
  /** The last line, when there are more. */
  next: Line<Item> | null;
}

interface Wanted {
  prefix: string;
  delimiter: string;
  maxKeys: number;
  /** Lines after this one. A folder stands for everything in it. */
  after: { key: string; mark: string | null } | null;
  /** How keys are shown. */
  show(key: string): string;
  encoding: string | undefined;
}

function wantedOf({ query }: S3Request, after: Wanted["after"]): Wanted {
  const encoding = query.get("encoding-type") ?? undefined;
  if (encoding !== undefined && encoding !== "url") {
    throw new S3Error("InvalidArgument", "Invalid Encoding Method specified in Request");
  }
  return {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    maxKeys: wholeNumber(query, "max-keys", MOST_KEYS, MOST_KEYS),
    after: after?.key ? after : null,
    encoding,
    show: (key) => (encoding === undefined ? key : encodeURIComponent(key).replaceAll("%2F", "/")),
  };
}

export const listObjectsV2: Operation = (control, request) => {
  const { name } = ownBucket(control, request);
  const { query } = request;
  const token = query.get("continuation-token");
  const startAfter = query.get("start-after");
  const key = token === null ? startAfter : Buffer.from(token, "base64url").toString("utf8");
  if (token === "") throw new S3Error("InvalidArgument", "The continuation token provided is incorrect");
  const wanted = wantedOf(request, key === null ? null : { key, mark: null });
  const page = pageOf(objectLines(control.store.keys(name)), wanted);
  const owner = query.get("fetch-owner") === "true" ? request.caller.accountId : undefined;
  return xmlReply("ListBucketResult", [
    ...common(name, wanted),
    ["KeyCount", page.lines.length],
    ["IsTruncated", page.next !== null],
    ["ContinuationToken", token ?? undefined],
    ["NextContinuationToken", page.next ? Buffer.from(page.next.key).toString("base64url") : undefined],
    ["StartAfter", startAfter === null ? undefined : wanted.show(startAfter)],
    ...contents(page, wanted, owner),
    ...folders(page, wanted),
  ]);
};

export const listObjects: Operation = (control, request) => {
  const { name } = ownBucket(control, request);
  const marker = request.query.get("marker") ?? "";
  const wanted = wantedOf(request, { key: marker, mark: null });
  const page = pageOf(objectLines(control.store.keys(name)), wanted);
  return xmlReply("ListBucketResult", [
    ...common(name, wanted),
    ["Marker", wanted.show(marker)],
    ["IsTruncated", page.next !== null],
    ["NextMarker", page.next ? wanted.show(page.next.key) : undefined],
    ...contents(page, wanted, request.caller.accountId),
    ...folders(page, wanted),
  ]);
};

export const listObjectVersions: Operation = (control, request): Reply => {
  const { name } = ownBucket(control, request);
  const { query } = request;
  const keyMarker = query.get("key-marker") ?? "";
  const versionMarker = query.get("version-id-marker");
  const wanted = wantedOf(request, { key: keyMarker, mark: versionMarker });
  const page = pageOf(versionLines(control.store.keys(name)), wanted);
  return xmlReply("ListVersionsResult", [
    ...common(name, wanted),
    ["KeyMarker", wanted.show(keyMarker)],
    ["VersionIdMarker", versionMarker ?? ""],
    ["IsTruncated", page.next !== null],
    ["NextKeyMarker", page.next ? wanted.show(page.next.key) : undefined],
    ["NextVersionIdMarker", page.next?.mark || undefined],
    ...page.lines.flatMap(({ key, item }) => (item ? [versionMember(wanted.show(key), item, request)] : [])),
    ...folders(page, wanted),
  ]);
};

const objectLines = (keys: KeyVersions[]): Line<ObjectVersion>[] =>
  keys.flatMap(({ key, versions: [newest] }) => (newest?.content ? [{ key, mark: "", item: newest }] : []));

interface ListedVersion extends ObjectVersion {
  isLatest: boolean;
}

const versionLines = (keys: KeyVersions[]): Line<ListedVersion>[] =>
  keys.flatMap(({ key, versions }) =>
    versions.map((version, index) => ({
      key,
      mark: version.versionId,
      item: { ...version, isLatest: index === 0 },
    })),
  );

/** `lines` in order. A folder is where a key goes on after the delimiter. */
function pageOf<Item>(lines: Line<Item>[], { prefix, delimiter, maxKeys, after }: Wanted): Page<Item> {
  const found: Line<Item>[] = [];
  if (maxKeys === 0) return { lines: found, next: null };
  for (const line of linesAfter(lines, after)) {
    if (!line.key.startsWith(prefix)) continue;
    const end = delimiter === "" ? -1 : line.key.indexOf(delimiter, prefix.length);
    const folder = end < 0 ? null : line.key.slice(0, end + delimiter.length);
    const last = found.at(-1);
    if (folder !== null && (last?.item === null ? last.key === folder : false)) continue;
    // The page before ended with this folder.
    if (folder !== null && after?.key === folder) continue;
    if (found.length === maxKeys) return { lines: found, next: last ?? null };
    found.push(folder === null ? line : { key: folder, mark: "", item: null });
  }
  return { lines: found, next: null };
}

function linesAfter<Item>(lines: Line<Item>[], after: Wanted["after"]): Line<Item>[] {
  if (after === null) return lines;
  const marked = after.mark ? lines.findIndex(({ key, mark }) => key === after.key && mark === after.mark) : -1;
  if (marked >= 0) return lines.slice(marked + 1);
  const bytes = Buffer.from(after.key);
  return lines.filter(({ key }) => Buffer.compare(Buffer.from(key), bytes) > 0);
}

function common(bucket: string, { prefix, delimiter, maxKeys, encoding, show }: Wanted): XmlMember[] {
  return [
    ["Name", bucket],
    ["Prefix", show(prefix)],
    ["Delimiter", delimiter === "" ? undefined : show(delimiter)],
    ["MaxKeys", maxKeys],
    ["EncodingType", encoding],
  ];
}

function contents(page: Page<ObjectVersion>, { show }: Wanted, owner: string | undefined): XmlMember[] {
  return page.lines.flatMap(({ key, item }): XmlMember[] => {
    if (!item?.content) return [];
    const { size, eTag } = item.content;
    return [["Contents", [["Key", show(key)], ...facts(item.lastModified, eTag, size, owner)]]];
  });
}

function folders<Item>(page: Page<Item>, { show }: Wanted): XmlMember[] {
  return page.lines.flatMap(({ key, item }): XmlMember[] =>
    item === null ? [["CommonPrefixes", [["Prefix", show(key)]]]] : [],
  );
}

function facts(lastModified: number, eTag: string, size: number, owner: string | undefined): XmlMember[] {
  return [
    ["LastModified", isoTime(lastModified)],
    ["ETag", quoted(eTag)],
    ["Size", size],
    ["StorageClass", "STANDARD"],
    ["Owner", owner === undefined ? undefined : [["ID", owner]]],
  ];
}

function versionMember(key: string, version: ListedVersion, { caller }: S3Request): XmlMember {
  const { versionId, isLatest, lastModified, content } = version;
  const head: XmlMember[] = [
    ["Key", key],
    ["VersionId", versionId],
    ["IsLatest", isLatest],
  ];
  if (content) return ["Version", [...head, ...facts(lastModified, content.eTag, content.size, caller.accountId)]];
  const owner: XmlMember = ["Owner", [["ID", caller.accountId]]];
  return ["DeleteMarker", [...head, ["LastModified", isoTime(lastModified)], owner]];
}
