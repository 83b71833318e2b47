/** An error as S3 tells it: XML, with the code that clients match on. */
import type { HttpResponse } from "../../protocol/http.ts";
import { type XmlMember, xmlDocument } from "./xml.ts";

/** What every error is, with its status and AWS's own text where an operation has nothing better to say. */
const ERRORS = {
  AccessDenied: [403, "Access Denied"],
  AuthorizationQueryParametersError: [400, "The query parameters of the signature are not complete"],
  BadDigest: [400, "The Content-MD5 you specified did not match what we received."],
  BucketAlreadyExists: [
    409,
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
  ],
  BucketAlreadyOwnedByYou: [409, "Your previous request to create the named bucket succeeded and you already own it."],
  BucketNotEmpty: [409, "The bucket you tried to delete is not empty"],
  EntityTooSmall: [400, "Your proposed upload is smaller than the minimum allowed size"],
  IllegalVersioningConfigurationException: [400, "The Versioning element must be specified"],
  IncompleteBody: [400, "You did not provide the number of bytes specified by the Content-Length HTTP header"],
  InternalError: [500, "We encountered an internal error. Please try again."],
  InvalidArgument: [400, "Invalid Argument"],
  InvalidBucketName: [400, "The specified bucket is not valid."],
  InvalidDigest: [400, "The Content-MD5 you specified was invalid."],
  InvalidPart: [
    400,
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
  ],
  InvalidPartOrder: [400, "The list of parts was not in ascending order. Parts must be ordered by part number."],
  InvalidRange: [416, "The requested range is not satisfiable"],
  InvalidRequest: [400, "Invalid Request"],
  InvalidURI: [400, "Couldn't parse the specified URI."],
  KeyTooLongError: [400, "Your key is too long"],
  MalformedXML: [400, "The XML you provided was not well-formed or did not validate against our published schema"],
  MethodNotAllowed: [405, "The specified method is not allowed against this resource."],
  NoSuchBucket: [404, "The specified bucket does not exist"],
  NoSuchKey: [404, "The specified key does not exist."],
  NoSuchUpload: [
    404,
    "The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
  ],
  NoSuchVersion: [404, "The specified version does not exist."],
  NotImplemented: [501, "A header you provided implies functionality that is not implemented"],
  NotModified: [304, "Not Modified"],
  PreconditionFailed: [412, "At least one of the pre-conditions you specified did not hold"],
  XAmzContentSHA256Mismatch: [400, "The provided 'x-amz-content-sha256' header does not match what was computed."],
} as const satisfies Record<string, readonly [number, string]>;

export type S3ErrorCode = keyof typeof ERRORS;

export class S3Error extends Error {
  readonly code: S3ErrorCode;
  readonly status: number;
  /** Members of the answer beside Code and Message. */
  readonly members: Record<string, string>;
  /** Headers of the answer. */
  readonly headers: Record<string, string>;

  constructor(
    code: S3ErrorCode,
    message: string = ERRORS[code][1],
    { members = {}, headers = {} }: { members?: Record<string, string>; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.code = code;
    [this.status] = ERRORS[code];
    this.members = members;
    this.headers = headers;
  }
}

/** What is not built says so; `what` is a sentence. */
export const notBuilt = (what: string): S3Error => new S3Error("NotImplemented", what);

/** The answer for a thrown thing. What is not an S3Error is our own fault and says nothing of our insides. */
export function errorResponse(error: unknown, requestId: string): HttpResponse {
  const { code, message, status, members, headers } = error instanceof S3Error ? error : new S3Error("InternalError");
  if (status === 304) return { status, headers: { ...headers }, body: "" };
  const more = Object.entries(members).map(([name, value]): XmlMember => [name, value]);
  const body = xmlDocument("Error", [["Code", code], ["Message", message], ...more, ["RequestId", requestId]], null);
  return { status, headers: { ...headers, "content-type": "application/xml" }, body };
}
