/** Uploads in parts: how the AWS CLI and the SDKs send what is more than a few megabytes. */
import { createHash } from "node:crypto";
import { checksumNames, md5, verifiedChecksums } from "./checksums.ts";
import type { Content } from "./objectStore.ts";
import { commit, keptHeaders, refuseUnbuilt, versionHeader } from "./objectWriting.ts";
import {
  isoTime,
  type Operation,
  ownBucket,
  quoted,
  type S3Control,
  type S3Request,
  wholeNumber,
  xmlReply,
} from "./operation.ts";
import { notBuilt, S3Error } from "./s3Error.ts";
import type { Part, Upload } from "./uploadStore.ts";
import { childText, parseXml, type XmlElement } from "./xml.ts";

const MOST_PARTS = 10_000;
const LEAST_PART_BYTES = 5 * 2 ** 20;

export const createMultipartUpload: Operation = (control, request) => {
  const { name } = ownBucket(control, request);
  refuseUnbuilt(request.headers);
  const uploadId = control.ids.bytes(24).toString("base64url");
  const headers = keptHeaders(request.headers);
  const checksumType = checksumTypeOf(request.headers);
  const initiated = control.clock.now();
  const upload: Upload = { uploadId, key: request.key, headers, checksumType, initiated, parts: [] };
  control.uploads.put(name, upload);
  const algorithm = request.headers["x-amz-checksum-algorithm"];
  return xmlReply(
    "InitiateMultipartUploadResult",
    [
      ["Bucket", name],
      ["Key", request.key],
      ["UploadId", uploadId],
    ],
    { "x-amz-checksum-algorithm": algorithm, "x-amz-checksum-type": request.headers["x-amz-checksum-type"] },
  );
};

/** Without a word of the caller, AWS has checksums of the whole for one algorithm, which is the one that it takes itself. */
function checksumTypeOf(headers: Record<string, string>): string {
  const { "x-amz-checksum-algorithm": algorithm = "CRC64NVME", "x-amz-checksum-type": type } = headers;
  return type ?? (algorithm.toUpperCase() === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
}

export const uploadPart: Operation = async (control, request) => {
  const number = wholeNumber(request.query, "partNumber", 2 ** 31 - 1, 0);
  if (number < 1 || number > MOST_PARTS) {
    throw new S3Error("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
  }
  if (request.headers["x-amz-copy-source"] !== undefined) throw notBuilt("UploadPartCopy is not built");
  uploadAsked(control, request);
  const { body } = request;
  const checksums = verifiedChecksums(body, request.headers);
  const file = await control.files.write([body]);
  const { uploads, files, clock } = control;
  const part: Part = { number, file, size: body.length, eTag: md5(body), lastModified: clock.now(), checksums };
  try {
    const upload = uploadAsked(control, request);
    const replaced = upload.parts.filter((other) => other.number === number);
    const parts = [...upload.parts.filter((other) => other.number !== number), part];
    uploads.put(request.bucket, { ...upload, parts: parts.sort((one, other) => one.number - other.number) });
    await files.remove(replaced.map((other) => other.file));
  } catch (error) {
    await files.remove([file]);
    throw error;
  }
  return { status: 200, headers: { etag: quoted(part.eTag), ...checksums } };
};

export const completeMultipartUpload: Operation = async (control, request) => {
  const upload = uploadAsked(control, request);
  const parts = chosenParts(upload, parseXml(request.body.toString("utf8")));
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  requireWholeAsSent(upload, request.headers, size);
  const file = await control.files.write(contentsOf(control, parts));
  const digests = createHash("md5")
    .update(parts.map(({ eTag }) => eTag).join(""), "hex")
    .digest("hex");
  const content: Content = {
    file,
    size,
    eTag: `${digests}-${parts.length}`,
    headers: upload.headers,
    checksums: {},
  };
  const { change, bucket } = await commit(control, request, content, () => {
    uploadAsked(control, request);
    return control.uploads.remove(request.bucket, upload.uploadId);
  });
  return xmlReply(
    "CompleteMultipartUploadResult",
    [
      ["Location", `/${request.bucket}/${request.key}`],
      ["Bucket", request.bucket],
      ["Key", request.key],
      ["ETag", quoted(content.eTag)],
    ],
    versionHeader(bucket, change),
  );
};

/** The parts that the request lists. Throws what S3 says of a list that does not fit the upload. */
function chosenParts(upload: Upload, wanted: XmlElement): Part[] {
  const listed = wanted.children.filter(({ name }) => name === "Part");
  if (wanted.name !== "CompleteMultipartUpload" || listed.length === 0) throw new S3Error("MalformedXML");
  const parts = listed.map((element) => {
    const number = Number(childText(element, "PartNumber"));
    const eTag = (childText(element, "ETag") ?? "").replaceAll('"', "");
    const found = upload.parts.find((part) => part.number === number && part.eTag === eTag);
    if (!found) {
      throw new S3Error("InvalidPart", undefined, { members: { PartNumber: String(number), ETag: eTag } });
    }
    requirePartChecksums(element, found);
    return found;
  });
  for (const [index, { number, size }] of parts.entries()) {
    if (index > 0 && number <= (parts[index - 1]?.number ?? 0)) throw new S3Error("InvalidPartOrder");
    if (index < parts.length - 1 && size < LEAST_PART_BYTES) throw new S3Error("EntityTooSmall");
  }
  return parts;
}

/** Those that a list gives of a part must be those that it was uploaded with. */
function requirePartChecksums(element: XmlElement, { number, eTag, checksums = {} }: Part): void {
  for (const { name, text } of element.children) {
    if (!name.startsWith("Checksum")) continue;
    const kept = checksums[`x-amz-checksum-${name.slice("Checksum".length).toLowerCase()}`];
    if (kept === undefined) throw notBuilt(`${name} of a part that was uploaded without it is not built`);
    if (kept !== text) {
      throw new S3Error("InvalidPart", undefined, { members: { PartNumber: String(number), ETag: eTag } });
    }
  }
}

/** What a request says of the object as a whole. Checksums of the whole are not computed, and so not taken. */
function requireWholeAsSent(upload: Upload, headers: Record<string, string>, size: number): void {
  const sent = headers["x-amz-mp-object-size"];
  if (sent !== undefined && sent !== String(size)) {
    throw new S3Error("InvalidRequest", `The x-amz-mp-object-size is ${sent}, and the parts have ${size} bytes`);
  }
  const { checksumType = headers["x-amz-checksum-type"] } = upload;
  const { "x-amz-checksum-type": type = checksumType } = headers;
  if (type !== checksumType) {
    throw new S3Error("BadDigest", `The checksum type ${type} is not that which the upload was begun with`);
  }
  const checksum = checksumNames(headers)[0];
  if (checksum !== undefined) throw notBuilt(`The header ${checksum} of an upload in parts is not built`);
}

async function* contentsOf({ files }: S3Control, parts: readonly Part[]): AsyncGenerator<Buffer> {
  for (const { file, size } of parts) yield await files.open(file).read(0, size);
}

export const abortMultipartUpload: Operation = async (control, request) => {
  const { uploadId } = uploadAsked(control, request);
  await control.files.remove(control.uploads.remove(request.bucket, uploadId));
  return { status: 204 };
};

export const listParts: Operation = (control, request) => {
  const upload = uploadAsked(control, request);
  const after = wholeNumber(request.query, "part-number-marker", MOST_PARTS, 0);
  const most = wholeNumber(request.query, "max-parts", 1000, 1000);
  const rest = upload.parts.filter(({ number }) => number > after);
  const shown = rest.slice(0, most);
  return xmlReply("ListPartsResult", [
    ["Bucket", request.bucket],
    ["Key", request.key],
    ["UploadId", upload.uploadId],
    ["PartNumberMarker", after],
    ["NextPartNumberMarker", shown.at(-1)?.number],
    ["MaxParts", most],
    ["IsTruncated", shown.length < rest.length],
    ...shown.map(
      ({ number, lastModified, eTag, size }) =>
        [
          "Part",
          [
            ["PartNumber", number],
            ["LastModified", isoTime(lastModified)],
            ["ETag", quoted(eTag)],
            ["Size", size],
          ],
        ] as const,
    ),
  ]);
};

function uploadAsked(control: S3Control, request: S3Request): Upload {
  const { name } = ownBucket(control, request);
  const uploadId = request.query.get("uploadId") ?? "";
  const found = control.uploads.find(name, uploadId);
  if (!found || found.key !== request.key) {
    throw new S3Error("NoSuchUpload", undefined, { members: { UploadId: uploadId } });
  }
  return found;
}
