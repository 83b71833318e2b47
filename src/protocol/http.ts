/** What every service behind the one port sees of a request, and what it answers. Knows nothing of any service. */

/** Whose resources are meant. Part of every key in the store. */
export interface Scope {
  /** Twelve digits. */
  accountId: string;
  /** For example `eu-west-1`. */
  region: string;
}

/** Who calls, as the SigV4 credential scope and the connection say it. */
export interface Caller extends Scope {
  /** `null` for a request that is not signed. */
  accessKeyId: string | null;
  /** The service that the request is signed for, such as `codedeploy`, `monitoring` or `s3`; `null` when not signed. */
  signedFor: string | null;
  /** The IP address that the request came from. */
  sourceAddress: string;
}

export interface HttpRequest {
  method: string;
  /** The path as sent, percent-encoded, without the query. */
  path: string;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  caller: Caller;
  /** A UUID, sent back as `x-amzn-requestid`. */
  requestId: string;
}

export interface HttpResponse {
  status: number;
  /** Names in lower case; the server adds x-amzn-requestid, and content-length where it is not given. */
  headers: Record<string, string>;
  body: string | Uint8Array;
}
