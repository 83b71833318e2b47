/** What a load balancer answers by itself, in the form of an Application Load Balancer. */
import { type ServerResponse, STATUS_CODES } from "node:http";
import type { FixedResponseActionConfig, RedirectActionConfig } from "@aws-sdk/client-elastic-load-balancing-v2";
import { type RuledRequest, withoutPort } from "./ruleMatching.ts";

export const SERVER = "awselb/2.0";
const HTML = "text/html";

/** ALB's own statuses, of which HTTP knows nothing. */
const REASONS: Record<number, string> = { 460: "Client Closed Request", 463: "Bad Request" };
export const reasonOf = (status: number): string => REASONS[status] ?? STATUS_CODES[status] ?? "Error";

export function pageOf(status: number): string {
  const title = `${status} ${reasonOf(status)}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
}

export interface OwnAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export const errorAnswer = (status: number): OwnAnswer => ({
  status,
  headers: { "content-type": HTML },
  body: pageOf(status),
});

export function fixedAnswer({ StatusCode, ContentType, MessageBody = "" }: FixedResponseActionConfig): OwnAnswer {
  const type = ContentType ?? "text/plain";
  return { status: Number(StatusCode), headers: { "content-type": `${type}; charset=utf-8` }, body: MessageBody };
}

/** `where` is the listener that the request came to. */
export function redirectAnswer(
  config: RedirectActionConfig,
  { path, query, headers }: RuledRequest,
  where: { protocol: string; port: number },
): OwnAnswer {
  const known: Record<string, string> = {
    protocol: where.protocol.toLowerCase(),
    host: withoutPort(headers.host ?? ""),
    port: String(where.port),
    path: path.replace(/^\//, ""),
    query,
  };
  const filled = (text = "") => text.replace(/#\{(protocol|host|port|path|query)\}/g, (_, name) => known[name] ?? "");
  const protocol = filled(config.Protocol).toLowerCase();
  const search = filled(config.Query);
  const location = `${protocol}://${filled(config.Host)}:${filled(config.Port)}${filled(config.Path)}`;
  const status = config.StatusCode === "HTTP_301" ? 301 : 302;
  const target = search === "" ? location : `${location}?${search}`;
  return { status, headers: { location: target, "content-type": HTML }, body: pageOf(status) };
}

/** Sends it as the whole answer. `named` says whether the load balancer tells what it is. */
export function sendAnswer(outgoing: ServerResponse, { status, headers, body }: OwnAnswer, named: boolean): void {
  outgoing.writeHead(status, reasonOf(status), {
    ...(named ? { server: SERVER } : {}),
    ...headers,
    "content-length": String(Buffer.byteLength(body)),
  });
  outgoing.end(body);
}
