/** Connections to targets. They are undici's, which is loaded with the first listener: it costs 30 MB and a tenth of a second. */
import type { Pool } from "undici";

export const CONNECT_TIMEOUT_MS = 10_000;
/** How many targets one request or connection tries at most. */
export const MOST_ATTEMPTS = 4;
const LARGEST_HEADERS = 64 * 1024;

/** The connection was never there. */
const REFUSALS = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL"]);

/** Whether nobody has listened: another target may be tried whatever was to be sent. */
export const isRefusal = (error: Error): boolean => REFUSALS.has(codeOf(error));

/** The code of an error, or of the one inside that it was made of. */
export function codeOf(error: Error & { code?: unknown }): string {
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  if (typeof error.code === "string") return error.code;
  return inner instanceof Error ? codeOf(inner) : "";
}

let loaded: typeof Pool | undefined;

/** To be awaited before the first listener listens. */
export async function loadConnections(): Promise<void> {
  loaded ??= (await import("undici")).Pool;
}

/** Connections to one target, made as they are needed. A load balancer trusts certificates whoever signed them. */
export function connectionsTo(protocol: "http" | "https", { host, port }: { host: string; port: number }): Pool {
  if (!loaded) throw new Error("no listener has been opened");
  return new loaded(`${protocol}://${host.includes(":") ? `[${host}]` : host}:${port}`, {
    connect: { timeout: CONNECT_TIMEOUT_MS, rejectUnauthorized: false },
    maxHeaderSize: LARGEST_HEADERS,
    // How long an answer may take is the listener's affair.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
