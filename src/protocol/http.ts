/** What every service behind the one port sees of a request, and what it answers. Knows nothing of any service. */

/** Who calls, as the SigV4 credential scope says it. Part of every key in the store. */
export interface Caller {
  /** Twelve digits. */
  accountId: string;
  /** For example `eu-west-1`. */
  region: string;
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
  /** Names in lower case; content-length and x-amzn-requestid are added by the server. */
  headers: Record<string, string>;
  body: string | Uint8Array;
}
