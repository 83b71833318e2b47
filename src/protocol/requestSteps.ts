/**
 * THE LIST every request passes, whatever service it is for:
 *
 *   origin → read → caller → signature → service (target → audit → decode → validate → handle → encode)
 *
 * The part in brackets belongs to the service's own protocol; for CodeDeploy it is `awsJson.ts`.
 */
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { awsJsonError, errorCode, errorResponse } from "./awsJson.ts";
import type { Caller, HttpRequest, HttpResponse, Scope } from "./http.ts";
import { ProtocolError } from "./protocolError.ts";

export interface Service {
  handles(request: HttpRequest): boolean;
  handle(request: HttpRequest): Promise<HttpResponse>;
}

export interface RequestSettings {
  /** The largest body that is read for a path, in bytes. */
  maxBodyBytes(path: string): number;
  /** Whose resources a request without credentials means. */
  defaultScope: Scope;
  /** The name or address that is listened on. */
  host: string;
  /** Asked in this order; the first that handles a request answers it. */
  services: Service[];
  newRequestId(): string;
  /** Told of every error that is our own fault, with the request id that the caller was given. */
  reportFault(requestId: string, error: unknown): void;
}

/** Takes a request through the list. Never throws: what goes wrong becomes the response. */
export async function answerRequest(incoming: IncomingMessage, settings: RequestSettings): Promise<HttpResponse> {
  const requestId = settings.newRequestId();
  const response = await takeSteps(incoming, requestId, settings).catch((error: unknown) => {
    const known = awsJsonError(error);
    if (known) return known;
    settings.reportFault(requestId, error);
    return errorResponse(500, errorCode(error), "The request failed because of a fault on our side.");
  });
  response.headers["x-amzn-requestid"] = requestId;
  return response;
}

const NO_QUERY = new URLSearchParams();

async function takeSteps(
  incoming: IncomingMessage,
  requestId: string,
  settings: RequestSettings,
): Promise<HttpResponse> {
  refuseForeignPages(incoming, settings.host);
  const [path, query] = splitOnce(incoming.url ?? "/", "?");
  const body = await readBody(incoming, settings.maxBodyBytes(path));
  const caller = callerOf(incoming, settings.defaultScope);
  verifySignature();
  const request: HttpRequest = {
    method: incoming.method ?? "GET",
    path,
    query: query === "" ? NO_QUERY : new URLSearchParams(query),
    headers: incoming.headers,
    body,
    caller,
    requestId,
  };
  const service = settings.services.find((candidate) => candidate.handles(request));
  if (!service) {
    throw new ProtocolError(404, "UnknownOperationException", `Nothing here answers ${request.method} ${path}`);
  }
  return service.handle(request);
}

/**
 * A page in the reader's browser can send requests here without knowing any secret, and some of them run code. Browsers
 * name the page's origin in every such request; programs send none. That the origin is the host which was asked says
 * nothing where the host is a name: its owner may have led it here after the page was loaded.
 */
function refuseForeignPages({ headers: { origin, host = "" } }: IncomingMessage, ownHost: string): void {
  if (origin === undefined || (origin === `http://${host}` && isOwnName(host, ownHost))) return;
  throw new ProtocolError(
    403,
    "AccessDeniedException",
    `Requests of web pages are not answered; this one is of ${origin}`,
  );
}

/** Whether nobody else can have led this Host here: it is an address, a name of the machine itself, or the configured one. */
function isOwnName(host: string, ownHost: string): boolean {
  const name = host.replace(/:[0-9]+$/, "").replace(/^\[(.*)\]$/, "$1");
  return isIP(name) !== 0 || name === "localhost" || name.endsWith(".localhost") || name === ownHost;
}

/** The whole body, or a refusal as soon as it is known to be too large. */
function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const tooLarge = () =>
      reject(new ProtocolError(413, "RequestEntityTooLargeException", `The body is larger than ${maxBytes} bytes`));
    if (Number(incoming.headers["content-length"] ?? 0) > maxBytes) return tooLarge();
    incoming.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        incoming.removeAllListeners("data");
        return tooLarge();
      }
      chunks.push(chunk);
    });
    incoming.on("end", () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    incoming.on("error", () => reject(new ProtocolError(400, "RequestAbortedException", "The request was cut off")));
  });
}

const CREDENTIAL_SCOPE = /Credential=([^/\s,]+)\/(?:[^/\s,]+)\/([a-z0-9-]+)\/([^/\s,]+)\/aws4_request/;

/**
 * Account and region from the SigV4 credential scope: the region as it stands there, the account where the access key
 * is twelve digits. Everything else falls back on the settings.
 */
function callerOf(incoming: IncomingMessage, fallback: Scope): Caller {
  const sourceAddress = incoming.socket.remoteAddress ?? "";
  const authorization = incoming.headers.authorization;
  if (!authorization) return { ...fallback, accessKeyId: null, signedFor: null, sourceAddress };
  const scope = CREDENTIAL_SCOPE.exec(authorization);
  if (!scope) {
    throw new ProtocolError(
      400,
      "IncompleteSignatureException",
      "The Authorization header has no Credential=<key>/<date>/<region>/<service>/aws4_request",
    );
  }
  const [, accessKeyId = "", region = fallback.region, signedFor = null] = scope;
  const accountId = /^[0-9]{12}$/.test(accessKeyId) ? accessKeyId : fallback.accountId;
  return { accountId, region, accessKeyId, signedFor, sourceAddress };
}

/** The place of signature verification in the list. With `--auth off`, the only mode there is, nothing is verified. */
function verifySignature(): void {}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
