/** The headers of a request as its target gets them. */
import type { IncomingMessage } from "node:http";

/** Of one connection only, by RFC 9110; `expect` was answered, and the length is told anew. */
const OF_THE_CONNECTION = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
  "http2-settings",
]);
/** What the load balancer says itself. */
const OWN = new Set(["x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "x-amzn-trace-id"]);

export interface ForwardingSettings {
  protocol: string;
  /** The listener's, as it was asked for. */
  port: number;
  forwardedFor: "append" | "preserve" | "remove";
  withClientPort: boolean;
  dropsInvalidNames: boolean;
}

/** Names and values in turn, as they were sent but for what is the connection's and the load balancer's. */
export function forwardedHeaders(
  { rawHeaders, headers, socket }: IncomingMessage,
  settings: ForwardingSettings,
  hasBody: boolean,
  newTraceId: () => string,
): string[] {
  const named = connectionNames(headers.connection);
  const kept: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    const lower = name.toLowerCase();
    if (OF_THE_CONNECTION.has(lower) || OWN.has(lower) || named?.has(lower)) continue;
    if (lower === "content-length" && !hasBody) continue;
    if (settings.dropsInvalidNames && !/^[a-z0-9-]+$/.test(lower)) continue;
    kept.push(name, rawHeaders[index + 1] as string);
  }
  const forwardedFor = forwardedForOf(headers["x-forwarded-for"], socket, settings);
  if (forwardedFor !== undefined) kept.push("X-Forwarded-For", forwardedFor);
  kept.push("X-Forwarded-Proto", settings.protocol.toLowerCase(), "X-Forwarded-Port", String(settings.port));
  kept.push("X-Amzn-Trace-Id", traceIdOf(headers["x-amzn-trace-id"], newTraceId));
  return kept;
}

/** The address that a connection comes from, an IPv4 one as such. */
export const sourceOf = ({ remoteAddress = "" }: IncomingMessage["socket"]): string =>
  remoteAddress.replace(/^::ffff:(?=[0-9.]+$)/, "");

type Raw = Buffer | string | (Buffer | string)[];

/** Names and values in turn, as undici has read them. */
export const rawTexts = ({ rawHeaders }: { rawHeaders?: unknown }): string[] => (rawHeaders as Raw[]).map(latin1);

function latin1(value: Raw): string {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.map(latin1).join(", ") : value.toString("latin1");
}

/** Names and values of an answer in turn, but for what is the connection's. `connection` is the answer's own header. */
export function answeredHeaders(raw: readonly string[], connection: string | undefined): string[] {
  const named = connectionNames(connection);
  const kept: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] as string;
    const lower = name.toLowerCase();
    if (!OF_THE_CONNECTION.has(lower) && !named?.has(lower)) kept.push(name, raw[index + 1] as string);
  }
  return kept;
}

const NEVER_NAMED = new Set(["content-length", "host", "content-type", "authorization", "cookie"]);

/** A Connection header may name further headers of its own, but none that a request means something by. */
function connectionNames(connection: string | undefined): Set<string> | undefined {
  if (connection === undefined || connection === "keep-alive" || connection === "close") return undefined;
  const names = connection.split(",").map((name) => name.trim().toLowerCase());
  return new Set(names.filter((name) => !NEVER_NAMED.has(name)));
}

function forwardedForOf(
  sent: string | string[] | undefined,
  socket: IncomingMessage["socket"],
  { forwardedFor, withClientPort }: ForwardingSettings,
): string | undefined {
  const before = Array.isArray(sent) ? sent.join(", ") : sent;
  if (forwardedFor === "remove") return undefined;
  if (forwardedFor === "preserve") return before;
  const source = withClientPort ? `${sourceOf(socket)}:${socket.remotePort}` : sourceOf(socket);
  return before === undefined || before === "" ? source : `${before}, ${source}`;
}

/** A trace that has begun goes on: its root is kept. */
function traceIdOf(sent: string | string[] | undefined, newTraceId: () => string): string {
  const before = Array.isArray(sent) ? sent[0] : sent;
  if (before === undefined) return `Root=${newTraceId()}`;
  if (/(^|;)\s*Root=/.test(before)) return `Self=${newTraceId()};${before.replace(/(^|;)\s*Self=[^;]*;?/, "$1")}`;
  return `Root=${newTraceId()};${before}`;
}
