/** The embedded S3 through the official client, as it comes: its checksums, its pages, its errors. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import type {
  CreateBucketCommandInput,
  CreateMultipartUploadCommandInput,
  GetObjectCommandOutput,
  ObjectIdentifier,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { checksum } from "../../src/local/s3/checksums.ts";
import { createFunction, uniqueName, zipOf } from "../support/lambdaFixtures.ts";
import { ACCOUNT, authorization, type RunningSignalbox, startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const s3 = box.s3();

async function newBucket(versioned = false): Promise<string> {
  const Bucket = uniqueName("bucket");
  await s3.createBucket({ Bucket });
  if (versioned) await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
  return Bucket;
}

const textOf = async ({ Body }: GetObjectCommandOutput) => (await Body?.transformToString()) ?? "";
const md5 = (text: string | Uint8Array) => createHash("md5").update(text).digest("hex");

async function refused(call: Promise<unknown>, name: string, status: number): Promise<S3ServiceException> {
  const error = (await call.then(
    () => assert.fail("it was accepted"),
    (thrown: unknown) => thrown,
  )) as S3ServiceException;
  assert.equal(error.name, name, error.message);
  assert.equal(error.$metadata.httpStatusCode, status);
  return error;
}

describe("buckets", () => {
  it("are made, found, listed by their owner, and removed when empty", async () => {
    const Bucket = uniqueName("bucket");
    const made = await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } });
    assert.equal(made.Location, `/${Bucket}`);
    assert.equal((await s3.headBucket({ Bucket })).BucketRegion, "eu-west-1");
    assert.equal((await s3.getBucketLocation({ Bucket })).LocationConstraint, "eu-west-1");
    assert.ok((await s3.listBuckets({})).Buckets?.some(({ Name }) => Name === Bucket));
    assert.deepEqual((await box.s3({ account: "210987654321" }).listBuckets({})).Buckets ?? [], []);
    await s3.putObject({ Bucket, Key: "k", Body: "v" });
    await refused(s3.deleteBucket({ Bucket }), "BucketNotEmpty", 409);
    await s3.deleteObject({ Bucket, Key: "k" });
    await s3.deleteBucket({ Bucket });
    await refused(s3.headBucket({ Bucket }), "NotFound", 404);
  });

  it("belong to one account, under a name that nobody else can have", async () => {
    const Bucket = await newBucket();
    const other = box.s3({ account: "210987654321" });
    await refused(s3.createBucket({ Bucket }), "BucketAlreadyOwnedByYou", 409);
    await refused(other.createBucket({ Bucket }), "BucketAlreadyExists", 409);
    await refused(other.listObjectsV2({ Bucket }), "AccessDenied", 403);
    await refused(other.putObject({ Bucket, Key: "k", Body: "v" }), "AccessDenied", 403);
    const atHome = box.s3({ region: "us-east-1" });
    const legacy = uniqueName("bucket");
    await atHome.createBucket({ Bucket: legacy });
    await atHome.createBucket({ Bucket: legacy });
    assert.equal((await atHome.getBucketLocation({ Bucket: legacy })).LocationConstraint, undefined);
  });

  it("are left alone where the caller takes them to be another account's", async () => {
    const Bucket = await newBucket();
    await s3.putObject({ Bucket, Key: "k", Body: "v" });
    const ExpectedBucketOwner = "210987654321";
    const CopySource = `${Bucket}/k`;
    for (const call of [
      () => s3.putObject({ Bucket, Key: "k", Body: "w", ExpectedBucketOwner }),
      () => s3.getObject({ Bucket, Key: "k", ExpectedBucketOwner }),
      () => s3.deleteObject({ Bucket, Key: "k", ExpectedBucketOwner }),
      () => s3.listObjectsV2({ Bucket, ExpectedBucketOwner }),
      () => s3.createMultipartUpload({ Bucket, Key: "k", ExpectedBucketOwner }),
      () => s3.copyObject({ Bucket, Key: "c", CopySource, ExpectedBucketOwner }),
      () => s3.copyObject({ Bucket, Key: "c", CopySource, ExpectedSourceBucketOwner: ExpectedBucketOwner }),
      () => s3.deleteBucket({ Bucket, ExpectedBucketOwner }),
    ]) {
      await refused(call(), "AccessDenied", 403);
    }
    assert.equal(await textOf(await s3.getObject({ Bucket, Key: "k", ExpectedBucketOwner: ACCOUNT })), "v");
    await s3.copyObject({ Bucket, Key: "c", CopySource, ExpectedSourceBucketOwner: ACCOUNT });
  });

  it("are never opened to others", async () => {
    const Bucket = uniqueName("bucket");
    for (const asked of [
      { ACL: "public-read" },
      { GrantRead: 'uri="http://acs.amazonaws.com/groups/global/AllUsers"' },
    ]) {
      await refused(s3.createBucket({ Bucket, ...asked } as CreateBucketCommandInput), "NotImplemented", 501);
    }
    await refused(s3.headBucket({ Bucket }), "NotFound", 404);
    await s3.createBucket({ Bucket, ACL: "private" });
  });

  for (const Bucket of ["ab", "Upper-Case", "ends-", "two..dots", "192.168.0.1", "xn--x1", "a_b"]) {
    it(`cannot be called ${Bucket}`, async () => {
      await refused(s3.createBucket({ Bucket }), "InvalidBucketName", 400);
    });
  }
});

describe("objects", () => {
  it("come back as they went in, with type, metadata, ETag and checksum", async () => {
    const Bucket = await newBucket();
    const Key = "päth with/ünusual + signs & <more>/%41.txt";
    const put = await s3.putObject({ Bucket, Key, Body: "hello", ContentType: "text/plain", Metadata: { who: "me" } });
    assert.equal(put.ETag, `"${md5("hello")}"`);
    assert.equal(put.ChecksumCRC32, checksum("crc32", Buffer.from("hello")));
    const got = await s3.getObject({ Bucket, Key });
    assert.equal(await textOf(got), "hello");
    const { ContentType, Metadata, ETag, ContentLength, ChecksumCRC32, LastModified } = got;
    assert.deepEqual(
      { ContentType, Metadata, ETag, ContentLength, ChecksumCRC32 },
      {
        ContentType: "text/plain",
        Metadata: { who: "me" },
        ETag: put.ETag,
        ContentLength: 5,
        ChecksumCRC32: put.ChecksumCRC32,
      },
    );
    const head = await s3.headObject({ Bucket, Key });
    assert.deepEqual([head.ContentLength, head.ETag, head.LastModified], [5, put.ETag, LastModified]);
    assert.deepEqual(
      (await s3.listObjectsV2({ Bucket })).Contents?.map((object) => object.Key),
      [Key],
    );
  });

  it("are taken from a stream, whose checksum follows in a trailer", async () => {
    const Bucket = await newBucket();
    const bytes = Buffer.alloc(300_000, "signalbox");
    const Body = Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)]);
    await s3.putObject({ Bucket, Key: "k", Body, ContentLength: bytes.length });
    const got = await s3.getObject({ Bucket, Key: "k" });
    assert.deepEqual(Buffer.from((await got.Body?.transformToByteArray()) ?? []), bytes);
    assert.equal(got.ChecksumCRC32, checksum("crc32", bytes));
  });

  for (const algorithm of ["CRC32", "CRC32C", "SHA1", "SHA256"] as const) {
    it(`are checked by ${algorithm}`, async () => {
      const Bucket = await newBucket();
      await s3.putObject({ Bucket, Key: "k", Body: "v", ChecksumAlgorithm: algorithm });
      const wrong = checksum(algorithm.toLowerCase() as "crc32", Buffer.from("other"));
      const broken = s3.putObject({ Bucket, Key: "k", Body: "changed", [`Checksum${algorithm}`]: wrong });
      await refused(broken, "BadDigest", 400);
      assert.equal(await textOf(await s3.getObject({ Bucket, Key: "k" })), "v");
    });
  }

  it("know the checksum that newer clients send", () => {
    // The check values of the CRC catalogue.
    const digits = Buffer.from("123456789");
    assert.equal(Buffer.from(checksum("crc64nvme", digits), "base64").toString("hex"), "ae8b14860a799888");
    assert.equal(Buffer.from(checksum("crc32c", digits), "base64").toString("hex"), "e3069283");
    assert.equal(Buffer.from(checksum("crc32", digits), "base64").toString("hex"), "cbf43926");
  });

  it("are refused when Content-MD5 is another's, or none", async () => {
    const Bucket = await newBucket();
    const put = (ContentMD5: string) => s3.putObject({ Bucket, Key: "k", Body: "v", ContentMD5 });
    await refused(put(createHash("md5").update("w").digest("base64")), "BadDigest", 400);
    await refused(put("nonsense"), "InvalidDigest", 400);
    await put(createHash("md5").update("v").digest("base64"));
  });

  it("are read in part, and conditionally", async () => {
    const Bucket = await newBucket();
    const { ETag = "" } = await s3.putObject({ Bucket, Key: "k", Body: "0123456789" });
    const read = (Range: string) => s3.getObject({ Bucket, Key: "k", Range });
    for (const [range, text, shown] of [
      ["bytes=2-4", "234", "bytes 2-4/10"],
      ["bytes=7-", "789", "bytes 7-9/10"],
      ["bytes=-3", "789", "bytes 7-9/10"],
      ["bytes=5-100", "56789", "bytes 5-9/10"],
    ] as const) {
      const got = await read(range);
      assert.deepEqual([await textOf(got), got.ContentRange], [text, shown]);
    }
    await refused(read("bytes=10-"), "InvalidRange", 416);
    await s3.getObject({ Bucket, Key: "k", IfMatch: ETag });
    await refused(s3.getObject({ Bucket, Key: "k", IfMatch: '"0"' }), "PreconditionFailed", 412);
    // An answer without a body has no code to read.
    await refused(s3.getObject({ Bucket, Key: "k", IfNoneMatch: ETag }), "Unknown", 304);
    await refused(s3.headObject({ Bucket, Key: "k", IfNoneMatch: ETag }), "Unknown", 304);
    await refused(s3.putObject({ Bucket, Key: "k", Body: "v", IfNoneMatch: "*" }), "PreconditionFailed", 412);
    await s3.putObject({ Bucket, Key: "k", Body: "v", IfMatch: ETag });
  });

  it("are removed only when they are what the caller has seen", async () => {
    const Bucket = await newBucket();
    const { ETag = "" } = await s3.putObject({ Bucket, Key: "k", Body: "v" });
    const remove = (more: object, Key = "k") => s3.deleteObject({ Bucket, Key, ...more });
    await refused(remove({ IfMatch: "wrong" }), "PreconditionFailed", 412);
    await refused(remove({ IfMatch: "*" }, "none"), "NoSuchKey", 404);
    await refused(remove({ IfMatchSize: 1 }), "NotImplemented", 501);
    await refused(remove({ IfMatchLastModifiedTime: new Date(0) }), "NotImplemented", 501);
    assert.equal(await textOf(await s3.getObject({ Bucket, Key: "k" })), "v");
    await remove({ IfMatch: ETag });
    await refused(s3.headObject({ Bucket, Key: "k" }), "NotFound", 404);
    await s3.putObject({ Bucket, Key: "k", Body: "v" });
    await remove({ IfMatch: "*" });
    await refused(s3.headObject({ Bucket, Key: "k" }), "NotFound", 404);
  });

  it("are removed version by version, each only when it is what the caller has seen", async () => {
    const Bucket = await newBucket(true);
    const one = await s3.putObject({ Bucket, Key: "k", Body: "one" });
    const two = await s3.putObject({ Bucket, Key: "k", Body: "two" });
    const { VersionId } = one;
    await refused(s3.deleteObject({ Bucket, Key: "k", VersionId, IfMatch: two.ETag }), "PreconditionFailed", 412);
    await s3.deleteObject({ Bucket, Key: "k", VersionId, IfMatch: one.ETag });
    assert.equal((await s3.listObjectVersions({ Bucket })).Versions?.length, 1);
  });

  it("of many, those that are not what the caller has seen stay", async () => {
    const Bucket = await newBucket();
    const { ETag } = await s3.putObject({ Bucket, Key: "a", Body: "v" });
    await s3.putObject({ Bucket, Key: "b", Body: "v" });
    const removeAll = (...Objects: ObjectIdentifier[]) => s3.deleteObjects({ Bucket, Delete: { Objects } });
    await refused(removeAll({ Key: "a" }, { Key: "b", Size: 1 }), "NotImplemented", 501);
    await refused(removeAll({ Key: "a" }, { Key: "b", LastModifiedTime: new Date(0) }), "NotImplemented", 501);
    const { Deleted, Errors } = await removeAll({ Key: "a", ETag }, { Key: "b", ETag: "wrong" });
    assert.deepEqual(
      [Deleted?.map(({ Key }) => Key), Errors?.map(({ Key, Code }) => [Key, Code])],
      [["a"], [["b", "PreconditionFailed"]]],
    );
    const quiet = await s3.deleteObjects({ Bucket, Delete: { Objects: [{ Key: "b", ETag: "wrong" }], Quiet: true } });
    assert.equal(quiet.Errors?.length, 1);
    assert.equal(await textOf(await s3.getObject({ Bucket, Key: "b" })), "v");
  });

  it("have no key that is too long, or contains NUL, however it is named", async () => {
    const Bucket = await newBucket();
    const long = "k".repeat(1025);
    await refused(s3.putObject({ Bucket, Key: long, Body: "v" }), "KeyTooLongError", 400);
    await refused(s3.copyObject({ Bucket, Key: "k", CopySource: `${Bucket}/${long}` }), "KeyTooLongError", 400);
    await refused(s3.copyObject({ Bucket, Key: "k", CopySource: `${Bucket}/a%00b` }), "InvalidURI", 400);
    await refused(s3.copyObject({ Bucket, Key: "k", CopySource: `${Bucket}/%zz` }), "InvalidArgument", 400);
    await s3.putObject({ Bucket, Key: "a", Body: "v" });
    const Objects = [{ Key: long }, { Key: "a\0b" }, { Key: "a" }];
    const { Deleted, Errors } = await s3.deleteObjects({ Bucket, Delete: { Objects } });
    assert.deepEqual(
      Errors?.map(({ Code }) => Code),
      ["KeyTooLongError", "InvalidURI"],
    );
    assert.deepEqual(
      Deleted?.map(({ Key }) => Key),
      ["a"],
    );
  });

  it("are copied, with their metadata or with other", async () => {
    const Bucket = await newBucket();
    await s3.putObject({ Bucket, Key: "a b", Body: "v", Metadata: { who: "me" } });
    const CopySource = `${Bucket}/a%20b`;
    await s3.copyObject({ Bucket, Key: "b", CopySource });
    await s3.copyObject({ Bucket, Key: "c", CopySource, MetadataDirective: "REPLACE", Metadata: { who: "you" } });
    const [b, c] = [await s3.getObject({ Bucket, Key: "b" }), await s3.getObject({ Bucket, Key: "c" })];
    assert.deepEqual([await textOf(b), b.Metadata, c.Metadata], ["v", { who: "me" }, { who: "you" }]);
    await refused(s3.copyObject({ Bucket, Key: "a b", CopySource }), "InvalidRequest", 400);
    await refused(s3.copyObject({ Bucket, Key: "d", CopySource: `${Bucket}/none` }), "NoSuchKey", 404);
  });

  it("that are not there are missing by name", async () => {
    const Bucket = await newBucket();
    await refused(s3.getObject({ Bucket, Key: "none" }), "NoSuchKey", 404);
    await refused(s3.headObject({ Bucket, Key: "none" }), "NotFound", 404);
    await refused(s3.getObject({ Bucket: "no-bucket", Key: "none" }), "NoSuchBucket", 404);
    await refused(s3.putObject({ Bucket: "no-bucket", Key: "none", Body: "" }), "NoSuchBucket", 404);
    await refused(s3.getObject({ Bucket, Key: "none", VersionId: "v" }), "NoSuchVersion", 404);
    await s3.deleteObject({ Bucket, Key: "none" });
  });

  it("say what is not built", async () => {
    const Bucket = await newBucket();
    const put = (more: object) => s3.putObject({ Bucket, Key: "k", Body: "v", ...more });
    await refused(put({ ServerSideEncryption: "aws:kms" }), "NotImplemented", 501);
    await refused(put({ Tagging: "a=b" }), "NotImplemented", 501);
    await refused(put({ ACL: "public-read" }), "NotImplemented", 501);
    await refused(put({ StorageClass: "GLACIER" }), "NotImplemented", 501);
    await refused(s3.getBucketPolicy({ Bucket }), "NotImplemented", 501);
    await refused(s3.getObjectTagging({ Bucket, Key: "k" }), "NotImplemented", 501);
    assert.equal((await s3.listObjectsV2({ Bucket })).KeyCount, 0);
  });

  it("come in parts when they are large", async () => {
    const Bucket = await newBucket();
    const whole = Buffer.alloc(5 * 2 ** 20 + 5, "abc");
    const { UploadId = "" } = await s3.createMultipartUpload({ Bucket, Key: "k", ContentType: "text/plain" });
    const part = (PartNumber: number, Body: Uint8Array) =>
      s3.uploadPart({ Bucket, Key: "k", UploadId, PartNumber, Body });
    const second = await part(2, whole.subarray(5 * 2 ** 20));
    await part(1, Buffer.from("replaced"));
    const first = await part(1, whole.subarray(0, 5 * 2 ** 20));
    await refused(s3.getObject({ Bucket, Key: "k" }), "NoSuchKey", 404);
    assert.equal((await s3.listParts({ Bucket, Key: "k", UploadId })).Parts?.length, 2);
    const complete = (...ETags: (string | undefined)[]) =>
      s3.completeMultipartUpload({
        ...{ Bucket, Key: "k", UploadId },
        MultipartUpload: { Parts: ETags.map((ETag, index) => ({ PartNumber: index + 1, ETag })) },
      });
    await refused(complete(second.ETag, first.ETag), "InvalidPart", 400);
    const { ETag } = await complete(first.ETag, second.ETag);
    assert.match(ETag ?? "", /^"[0-9a-f]{32}-2"$/);
    const got = await s3.getObject({ Bucket, Key: "k" });
    assert.equal(md5((await got.Body?.transformToByteArray()) ?? ""), md5(whole));
    assert.equal(got.ContentType, "text/plain");
    await refused(complete(first.ETag, second.ETag), "NoSuchUpload", 404);
  });
});

describe("uploads in parts", () => {
  /** An upload with one part. */
  async function begun(more: Partial<CreateMultipartUploadCommandInput> = {}) {
    const target = { Bucket: await newBucket(), Key: "k" };
    const { UploadId = "" } = await s3.createMultipartUpload({ ...target, ChecksumAlgorithm: "CRC32", ...more });
    const { ETag, ChecksumCRC32 } = await s3.uploadPart({ ...target, UploadId, PartNumber: 1, Body: "hello" });
    const complete = (of: object = {}, part: object = {}) =>
      s3.completeMultipartUpload({
        ...{ ...target, UploadId, ...of },
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ...part }] },
      });
    return { target, complete, ChecksumCRC32 };
  }
  const other = checksum("crc32", Buffer.from("other"));

  it("are completed when their size and the checksums of their parts are as the caller says", async () => {
    const { target, complete, ChecksumCRC32 } = await begun();
    assert.equal(ChecksumCRC32, checksum("crc32", Buffer.from("hello")));
    await refused(complete({ MpuObjectSize: 6 }), "InvalidRequest", 400);
    await refused(complete({}, { ChecksumCRC32: other }), "InvalidPart", 400);
    await refused(complete({}, { ChecksumSHA256: "" }), "NotImplemented", 501);
    await refused(s3.headObject(target), "NotFound", 404);
    await complete({ MpuObjectSize: 5 }, { ChecksumCRC32 });
    assert.equal(await textOf(await s3.getObject(target)), "hello");
  });

  it("take no checksum of the whole, which nobody would verify", async () => {
    const { target, complete } = await begun();
    await refused(complete({ ChecksumCRC32: other }), "NotImplemented", 501);
    await refused(complete({ ChecksumCRC64NVME: checksum("crc64nvme", Buffer.from("x")) }), "NotImplemented", 501);
    await refused(s3.headObject(target), "NotFound", 404);
  });

  it("keep the type of checksum that they were begun with", async () => {
    const { complete } = await begun({ ChecksumType: "FULL_OBJECT" });
    await refused(complete({ ChecksumType: "COMPOSITE" }), "BadDigest", 400);
    await complete({ ChecksumType: "FULL_OBJECT" });
    const untold = await begun();
    await refused(untold.complete({ ChecksumType: "FULL_OBJECT" }), "BadDigest", 400);
    await untold.complete({ ChecksumType: "COMPOSITE" });
  });
});

describe("lists of objects", () => {
  it("come page by page, in the order of the bytes, with folders rolled up", async () => {
    const Bucket = await newBucket();
    const keys = ["a", "b/1", "b/2", "b/c/3", "d", "é", "𝄞"];
    for (const Key of keys) await s3.putObject({ Bucket, Key, Body: "v" });
    const walk = async (MaxKeys: number, more: object) => {
      const found: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await s3.listObjectsV2({ Bucket, MaxKeys, ContinuationToken, ...more });
        found.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ""));
        found.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ""));
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      return found;
    };
    for (const size of [1, 2, 3, 1000]) {
      assert.deepEqual(await walk(size, {}), keys, `${size} a page`);
      assert.deepEqual((await walk(size, { Delimiter: "/" })).sort(), ["a", "b/", "d", "é", "𝄞"], `${size} a page`);
    }
    assert.deepEqual(await walk(1000, { Prefix: "b/", Delimiter: "/" }), ["b/1", "b/2", "b/c/"]);
    assert.deepEqual(await walk(1000, { StartAfter: "b/2" }), ["b/c/3", "d", "é", "𝄞"]);
    const first = await s3.listObjects({ Bucket, MaxKeys: 2, Delimiter: "/" });
    assert.deepEqual([first.IsTruncated, first.NextMarker], [true, "b/"]);
  });
});

describe("versions", () => {
  it("are kept, read by their id, hidden by a delete marker, and removed for good", async () => {
    const Bucket = await newBucket(true);
    assert.equal((await s3.getBucketVersioning({ Bucket })).Status, "Enabled");
    const one = await s3.putObject({ Bucket, Key: "k", Body: "one" });
    const two = await s3.putObject({ Bucket, Key: "k", Body: "two" });
    assert.ok(one.VersionId && two.VersionId && one.VersionId !== two.VersionId);
    const read = async (VersionId?: string) => textOf(await s3.getObject({ Bucket, Key: "k", VersionId }));
    assert.deepEqual([await read(), await read(one.VersionId), await read(two.VersionId)], ["two", "one", "two"]);
    const marker = await s3.deleteObject({ Bucket, Key: "k" });
    assert.equal(marker.DeleteMarker, true);
    await refused(read(), "NoSuchKey", 404);
    assert.equal(await read(one.VersionId), "one");
    await refused(read(marker.VersionId), "MethodNotAllowed", 405);
    const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket });
    assert.deepEqual(
      Versions.map(({ VersionId }) => VersionId),
      [two.VersionId, one.VersionId],
    );
    assert.deepEqual([DeleteMarkers[0]?.VersionId, DeleteMarkers[0]?.IsLatest], [marker.VersionId, true]);
    await s3.deleteObject({ Bucket, Key: "k", VersionId: marker.VersionId });
    assert.equal(await read(), "two");
    const Objects = [two, one].map(({ VersionId }) => ({ Key: "k", VersionId }));
    assert.equal((await s3.deleteObjects({ Bucket, Delete: { Objects } })).Deleted?.length, 2);
    await s3.deleteBucket({ Bucket });
  });

  it("are listed page by page", async () => {
    const Bucket = await newBucket(true);
    for (const Key of ["a", "a", "b", "b"]) await s3.putObject({ Bucket, Key, Body: "v" });
    const found: string[] = [];
    let page = await s3.listObjectVersions({ Bucket, MaxKeys: 1 });
    for (;;) {
      found.push(...(page.Versions ?? []).map(({ Key, IsLatest }) => `${Key}${IsLatest ? "!" : ""}`));
      if (!page.IsTruncated) break;
      const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
      page = await s3.listObjectVersions({ Bucket, MaxKeys: 1, KeyMarker, VersionIdMarker });
    }
    assert.deepEqual(found, ["a!", "a", "b!", "b"]);
  });

  it("of the time before versioning stays, under the id null", async () => {
    const Bucket = await newBucket();
    await s3.putObject({ Bucket, Key: "k", Body: "before" });
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
    await s3.putObject({ Bucket, Key: "k", Body: "enabled" });
    assert.equal(await textOf(await s3.getObject({ Bucket, Key: "k", VersionId: "null" })), "before");
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Suspended" } });
    await s3.putObject({ Bucket, Key: "k", Body: "suspended" });
    assert.equal(await textOf(await s3.getObject({ Bucket, Key: "k", VersionId: "null" })), "suspended");
    assert.equal((await s3.listObjectVersions({ Bucket })).Versions?.length, 2);
  });
});

/** A request as it is, with the host in its header. */
function raw(
  url: string,
  path: string,
  headers: Record<string, string>,
  method = "GET",
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${url}${path}`, { method, headers }, async (response) => {
      resolve({ status: response.statusCode ?? 0, text: (await buffer(response)).toString("utf8") });
    });
    sent.on("error", reject).end();
  });
}

describe("requests", () => {
  const signed = { authorization: authorization().replace("/codedeploy/", "/s3/") };

  it("may name the bucket in the host", async () => {
    const Bucket = await newBucket();
    await s3.putObject({ Bucket, Key: "a/b", Body: "v" });
    for (const end of ["localhost:4566", "s3.eu-west-1.amazonaws.com", "s3.localhost", "signalbox.test"]) {
      const { status, text } = await raw(box.url, "/a/b", { ...signed, host: `${Bucket}.${end}` });
      assert.deepEqual([status, text], [200, "v"], end);
    }
    const listed = await raw(box.url, "/?list-type=2", { ...signed, host: `${Bucket}.localhost` });
    assert.match(listed.text, /<Key>a\/b<\/Key>/);
    const own = await raw(box.url, `/${Bucket}/a/b`, { ...signed, host: "signalbox.test" });
    assert.equal(own.text, "v");
  });

  it("are told in XML what is wrong", async () => {
    const { status, text } = await raw(box.url, "/no-bucket/k", signed);
    assert.equal(status, 404);
    assert.match(text, /^<\?xml .*\n<Error><Code>NoSuchBucket<\/Code><Message>The specified bucket does not exist</);
    for (const path of ["/b/%zz", "/b/%00", "/b/%ff"])
      assert.match((await raw(box.url, path, signed)).text, /InvalidURI/);
    assert.match((await raw(box.url, `/b/${"k".repeat(1025)}`, signed)).text, /KeyTooLongError/);
    assert.match((await raw(box.url, "/b/k", signed, "PATCH")).text, /MethodNotAllowed/);
    const Bucket = await newBucket();
    await s3.putObject({ Bucket, Key: "k", Body: "v" });
    const split = await raw(box.url, `/${Bucket}/k?response-content-type=a%0d%0ab`, signed);
    assert.match(split.text, /InvalidArgument/);
  });

  it("may carry their signature in the query, for as long as it lives", async () => {
    const Bucket = await newBucket();
    await s3.putObject({ Bucket, Key: "k", Body: "v" });
    const link = (more: Record<string, string>) =>
      `/${Bucket}/k?${new URLSearchParams({
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": "123456789012/20260101/eu-west-1/s3/aws4_request",
        "X-Amz-Date": new Date().toISOString().replace(/[-:]|\.\d+/g, ""),
        "X-Amz-Expires": "60",
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Signature": "0",
        ...more,
      })}`;
    assert.deepEqual(await raw(box.url, link({}), {}), { status: 200, text: "v" });
    const old = await raw(box.url, link({ "X-Amz-Date": "20200101T000000Z" }), {});
    assert.equal(old.status, 403);
    assert.match(old.text, /<Code>AccessDenied<\/Code><Message>Request has expired</);
    for (const more of [{ "X-Amz-Expires": "604801" }, { "X-Amz-Date": "today" }, { "X-Amz-Signature": "" }]) {
      assert.match((await raw(box.url, link(more), {})).text, /AuthorizationQueryParametersError/);
    }
    const foreign = await raw(
      box.url,
      link({ "X-Amz-Credential": "210987654321/20260101/eu-west-1/s3/aws4_request" }),
      {},
    );
    assert.equal(foreign.status, 403);
  });
});

describe("what is kept", () => {
  it("outlives a restart, and what nobody refers to is swept", async (test) => {
    const first = await startSignalbox(test);
    await first.s3().createBucket({ Bucket: "kept" });
    await first.s3().putObject({ Bucket: "kept", Key: "k", Body: "replaced" });
    await first.s3().putObject({ Bucket: "kept", Key: "k", Body: "v" });
    assert.equal(filesOf(first).length, 1, "the replaced object's file is gone");
    await first.stop();
    const orphan = join(first.dataDirectory, "s3", "left-by-a-crash");
    writeFileSync(orphan, "half");
    const second = await startSignalbox(test, { flags: { "data-dir": first.dataDirectory } });
    assert.ok(!existsSync(orphan));
    assert.equal(await textOf(await second.s3().getObject({ Bucket: "kept", Key: "k" })), "v");
  });

  const filesOf = ({ dataDirectory }: RunningSignalbox) => readdirSync(join(dataDirectory, "s3"));
});

describe("the code of functions", () => {
  it("is taken from an object, or from one version of it", async () => {
    const lambda = box.lambda();
    const Bucket = await newBucket(true);
    const put = async (text: string) => {
      const Body = await zipOf({ "index.js": `exports.handler = async () => "${text}";` });
      return (await s3.putObject({ Bucket, Key: "code.zip", Body })).VersionId;
    };
    const S3ObjectVersion = await put("one");
    await put("two");
    const code = { S3Bucket: Bucket, S3Key: "code.zip" };
    for (const [Code, expected] of [
      [code, "two"],
      [{ ...code, S3ObjectVersion }, "one"],
    ] as const) {
      const FunctionName = await createFunction(lambda, "", { Code });
      const { Payload } = await lambda.send(new InvokeCommand({ FunctionName }));
      assert.equal(JSON.parse(Buffer.from(Payload ?? []).toString()), expected);
    }
    await assert.rejects(createFunction(lambda, "", { Code: { ...code, S3Key: "none" } }), {
      name: "InvalidParameterValueException",
      message:
        "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.",
    });
  });
});
