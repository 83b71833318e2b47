/** Operations on buckets as a whole. */
import { requireBucketName } from "./address.ts";
import { refuseUnbuilt } from "./objectWriting.ts";
import { isoTime, type Operation, ownBucket, xmlReply } from "./operation.ts";
import { notBuilt, S3Error } from "./s3Error.ts";
import { childText, parseXml } from "./xml.ts";

const FIRST_REGION = "us-east-1";

export const listBuckets: Operation = ({ store }, { caller }) => {
  const buckets = store.buckets(caller.accountId).map(
    ({ name, createTime, region }) =>
      [
        "Bucket",
        [
          ["Name", name],
          ["CreationDate", isoTime(createTime)],
          ["BucketRegion", region],
        ],
      ] as const,
  );
  return xmlReply("ListAllMyBucketsResult", [
    ["Owner", [["ID", caller.accountId]]],
    ["Buckets", buckets],
  ]);
};

/** Again in the first region of all: no error there, as on AWS. */
export const createBucket: Operation = ({ store, clock }, { bucket: name, caller, body, headers }) => {
  requireBucketName(name);
  refuseUnbuilt(headers);
  if (headers["x-amz-bucket-object-lock-enabled"] === "true") throw notBuilt("Object lock is not built");
  const region = askedRegion(body) ?? caller.region;
  const found = store.findBucket(name);
  if (found && found.accountId !== caller.accountId) throw new S3Error("BucketAlreadyExists");
  if (found && (region !== FIRST_REGION || found.region !== FIRST_REGION)) {
    throw new S3Error("BucketAlreadyOwnedByYou", undefined, { members: { BucketName: name } });
  }
  const { accountId } = caller;
  if (!found) store.putBucket({ name, accountId, region, createTime: clock.now(), versioning: null });
  return { status: 200, headers: { location: `/${name}` } };
};

function askedRegion(body: Buffer): string | undefined {
  if (body.length === 0) return undefined;
  const text = childText(parseXml(body.toString("utf8")), "LocationConstraint");
  return text === "EU" ? "eu-west-1" : text;
}

export const headBucket: Operation = (control, request) => {
  const { region } = ownBucket(control, request);
  return { status: 200, headers: { "x-amz-bucket-region": region } };
};

/** A bucket with an object, an old version or a delete marker stays. */
export const deleteBucket: Operation = async (control, request) => {
  const { name } = ownBucket(control, request);
  const { store, uploads, files } = control;
  if (store.keys(name).length > 0) throw new S3Error("BucketNotEmpty", undefined, { members: { BucketName: name } });
  const unused = store.together(() => {
    store.removeBucket(name);
    return uploads.of(name).flatMap(({ uploadId }) => uploads.remove(name, uploadId));
  });
  await files.remove(unused);
  return { status: 204 };
};

/** Empty for the first region of all, as on AWS. */
export const getBucketLocation: Operation = (control, request) => {
  const { region } = ownBucket(control, request);
  const reply = xmlReply("LocationConstraint", []);
  if (region === FIRST_REGION) return reply;
  return { ...reply, body: String(reply.body).replace("></LocationConstraint>", `>${region}</LocationConstraint>`) };
};

export const getBucketVersioning: Operation = (control, request) => {
  const { versioning } = ownBucket(control, request);
  return xmlReply("VersioningConfiguration", [["Status", versioning ?? undefined]]);
};

export const putBucketVersioning: Operation = (control, request) => {
  const bucket = ownBucket(control, request);
  const wanted = parseXml(request.body.toString("utf8"));
  const status = childText(wanted, "Status");
  if (childText(wanted, "MfaDelete") === "Enabled") throw notBuilt("MFA Delete is not built");
  if (wanted.name !== "VersioningConfiguration" || (status !== "Enabled" && status !== "Suspended")) {
    throw new S3Error("IllegalVersioningConfigurationException");
  }
  control.store.putBucket({ ...bucket, versioning: status });
  return { status: 200 };
};
