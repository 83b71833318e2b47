/** Links that carry their signature in the query. It is checked for its form and its time; nobody verifies it yet. */
import type { Instant } from "../../clock.ts";
import type { Caller, HttpRequest, Scope } from "../../protocol/http.ts";
import { S3Error } from "./s3Error.ts";

const CREDENTIAL = /^([^/\s]+)\/[0-9]{8}\/([a-z0-9-]+)\/s3\/aws4_request$/;
const LONGEST_LIFE_S = 604_800;

export const isPresigned = ({ query }: HttpRequest): boolean => CREDENTIAL.test(query.get("X-Amz-Credential") ?? "");

/** Whose link it is. Throws AccessDenied for one that has expired, by the wall's time, which its signer knew. */
export function presignedCaller(query: URLSearchParams, fallback: Caller, now: Instant): Scope {
  const [, accessKeyId = "", region = fallback.region] = CREDENTIAL.exec(query.get("X-Amz-Credential") ?? "") ?? [];
  const lifeText = query.get("X-Amz-Expires") ?? "";
  const life = /^[0-9]{1,6}$/.test(lifeText) ? Number(lifeText) : Number.NaN;
  if (!(life >= 1 && life <= LONGEST_LIFE_S)) {
    throw incomplete("X-Amz-Expires must be a number of seconds from 1 to 604800");
  }
  const [, ...digits] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get("X-Amz-Date") ?? "") ?? [];
  const [year, month, day, hour, minute, second] = digits;
  const signedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(signedAt))
    throw incomplete("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  if (query.get("X-Amz-Algorithm") !== "AWS4-HMAC-SHA256" || !query.get("X-Amz-Signature")) {
    throw incomplete("Query-string authentication version 4 requires X-Amz-Algorithm and X-Amz-Signature");
  }
  if (now > signedAt + life * 1000) {
    const members = {
      Expires: new Date(signedAt + life * 1000).toISOString(),
      ServerTime: new Date(now).toISOString(),
    };
    throw new S3Error("AccessDenied", "Request has expired", { members });
  }
  return { accountId: /^[0-9]{12}$/.test(accessKeyId) ? accessKeyId : fallback.accountId, region };
}

const incomplete = (message: string) => new S3Error("AuthorizationQueryParametersError", message);
