/** Which operation a request means: by its method, what it names, and the word in its query. */
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  getBucketVersioning,
  headBucket,
  listBuckets,
  putBucketVersioning,
} from "./bucketOperations.ts";
import { listObjects, listObjectsV2, listObjectVersions } from "./listing.ts";
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listParts,
  uploadPart,
} from "./multipart.ts";
import { getObject, headObject } from "./objectReading.ts";
import { copyObject, deleteObject, deleteObjects, putObject } from "./objectWriting.ts";
import type { Operation, S3Request } from "./operation.ts";
import { notBuilt, S3Error } from "./s3Error.ts";

const ON_THE_SERVICE: Record<string, Operation> = { GET: listBuckets };

const ON_A_BUCKET: Record<string, Operation> = {
  PUT: createBucket,
  HEAD: headBucket,
  DELETE: deleteBucket,
  GET: listObjects,
  "GET list-type": listObjectsV2,
  "GET location": getBucketLocation,
  "GET versioning": getBucketVersioning,
  "PUT versioning": putBucketVersioning,
  "GET versions": listObjectVersions,
  "POST delete": deleteObjects,
};

const ON_AN_OBJECT: Record<string, Operation> = {
  PUT: putObject,
  GET: getObject,
  HEAD: headObject,
  DELETE: deleteObject,
  "POST uploads": createMultipartUpload,
  "PUT uploadId": uploadPart,
  "POST uploadId": completeMultipartUpload,
  "DELETE uploadId": abortMultipartUpload,
  "GET uploadId": listParts,
};

/** Words that name an operation of their own; all but those above are not built. */
const WORDS = new Set([
  ...["accelerate", "acl", "analytics", "attributes", "cors", "delete", "encryption", "intelligent-tiering"],
  ...["inventory", "legal-hold", "lifecycle", "list-type", "location", "logging", "metadataTable", "metrics"],
  ...["notification", "object-lock", "ownershipControls", "policy", "policyStatus", "publicAccessBlock"],
  ...["replication", "requestPayment", "restore", "retention", "select", "session", "tagging", "torrent"],
  ...["uploadId", "uploads", "versioning", "versions", "website"],
]);

/** Throws NotImplemented for an operation that S3 has and this service has not. */
export function operationOf(request: S3Request): Operation {
  const { method, bucket, key, query, headers } = request;
  const word = [...query.keys()].find((name) => WORDS.has(name));
  const name = word === undefined ? method : `${method} ${word}`;
  const table = bucket === "" ? ON_THE_SERVICE : key === "" ? ON_A_BUCKET : ON_AN_OBJECT;
  if (table === ON_AN_OBJECT && name === "PUT" && headers["x-amz-copy-source"] !== undefined) return copyObject;
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found) return found;
  if (word !== undefined) throw notBuilt(`${method} with ${word} is an operation that is not built`);
  if (method === "POST" && key === "") throw notBuilt("Uploads by HTML form are not built");
  throw new S3Error("MethodNotAllowed", undefined, { members: { Method: method } });
}
