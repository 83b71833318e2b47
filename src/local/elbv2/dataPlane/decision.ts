/** What is to be done with a request: the load balancer's own answer, or a target group. */
import type { IncomingMessage } from "node:http";
import { errorAnswer, fixedAnswer, type OwnAnswer, redirectAnswer } from "./balancerAnswers.ts";
import { sourceOf } from "./forwardedHeaders.ts";
import type { ListenerState } from "./listenerState.ts";
import type { RuledRequest } from "./ruleMatching.ts";
import type { LiveGroup } from "./targetGroups.ts";

/** The largest request line and header, as on AWS. */
const LONGEST_TARGET = 16 * 1024;
const LONGEST_HEADER = 16 * 1024;
/** Addresses in X-Forwarded-For. */
const MOST_FORWARDED = 30;

export function decide(state: ListenerState, request: RuledRequest, incoming: IncomingMessage): OwnAnswer | LiveGroup {
  const refusal = refusalOf(request, incoming);
  if (refusal !== undefined) return errorAnswer(refusal);
  const action = state.routes.find(request);
  if (action?.kind === "redirect") return redirectAnswer(action.to, request, state.listener);
  if (action?.kind === "fixedResponse") return fixedAnswer(action.answer);
  return action?.next() ?? errorAnswer(503);
}

/** What rules look at, of a request. */
export function ruledRequest(incoming: IncomingMessage): RuledRequest {
  // A proxy may be sent a whole URL.
  const target = (incoming.url ?? "/").replace(/^https?:\/\/[^/?#]*/i, "");
  const at = target.indexOf("?");
  return {
    method: incoming.method ?? "GET",
    path: at < 0 ? target || "/" : target.slice(0, at) || "/",
    query: at < 0 ? "" : target.slice(at + 1),
    headers: incoming.headers,
    source: sourceOf(incoming.socket),
  };
}

/** What a target is asked for: the path with the query. */
export const targetOf = ({ path, query }: RuledRequest): string => (query === "" ? path : `${path}?${query}`);

/** The status with which a request is refused before any rule is asked. */
function refusalOf(
  { path, query, method, headers }: RuledRequest,
  { rawHeaders, url }: IncomingMessage,
): number | undefined {
  if (path.length + query.length > LONGEST_TARGET) return 414;
  if (method === "TRACE") return 405;
  if (!path.startsWith("/") || /[^\x21-\x7e]/.test(url ?? "")) return 400;
  if (rawHeaders.some((text) => text.length > LONGEST_HEADER) || namesTwoHosts(rawHeaders)) return 400;
  const forwarded = headers["x-forwarded-for"];
  const addresses = Array.isArray(forwarded) ? forwarded.join(",") : forwarded;
  return addresses !== undefined && addresses.split(",").length > MOST_FORWARDED ? 463 : undefined;
}

/** Two parties would each take another one of them for the one that counts. */
function namesTwoHosts(rawHeaders: string[]): boolean {
  let found = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.length === 4 && rawHeaders[index]?.toLowerCase() === "host") found += 1;
  }
  return found > 1;
}
