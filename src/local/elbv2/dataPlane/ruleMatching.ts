/** Whether a request fits the conditions of a rule, by the rules of Application Load Balancers. */
import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";
import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { networkOf } from "../conditions.ts";

/** What rules look at. */
export interface RuledRequest {
  method: string;
  /** Without the query. */
  path: string;
  /** Without the question mark. */
  query: string;
  headers: IncomingMessage["headers"];
  /** The client's address. */
  source: string;
}

export type Matches = (request: RuledRequest) => boolean;

/** A rule fits when all of its conditions do, a condition when one of its values does. Without conditions it always fits. */
export function matcherOfRule(conditions: RuleCondition[]): Matches {
  const all = conditions.map(matcherOfCondition);
  return (request) => all.every((matches) => matches(request));
}

function matcherOfCondition(condition: RuleCondition): Matches {
  const { Values = [], HttpHeaderConfig, HttpRequestMethodConfig, QueryStringConfig, SourceIpConfig } = condition;
  switch (condition.Field) {
    case "path-pattern":
      return ({ path }) => Values.some((pattern) => fitsPattern(pattern, path));
    case "host-header": {
      const patterns = Values.map((pattern) => pattern.toLowerCase());
      return ({ headers: { host = "" } }) => {
        const name = host.toLowerCase();
        // A pattern that names no port fits every one.
        const bare = withoutPort(name);
        return patterns.some((pattern) => fitsPattern(pattern, bare) || fitsPattern(pattern, name));
      };
    }
    case "http-header": {
      const name = HttpHeaderConfig?.HttpHeaderName?.toLowerCase() ?? "";
      const patterns = (HttpHeaderConfig?.Values ?? []).map((pattern) => pattern.toLowerCase());
      return ({ headers }) => {
        const sent = headers[name];
        const values = sent === undefined ? [] : Array.isArray(sent) ? sent : [sent];
        return values.some((value) => patterns.some((pattern) => fitsPattern(pattern, value.toLowerCase())));
      };
    }
    case "http-request-method":
      return ({ method }) => HttpRequestMethodConfig?.Values?.includes(method) ?? false;
    case "query-string": {
      const pairs = (QueryStringConfig?.Values ?? []).map(({ Key, Value = "" }) => ({
        key: Key?.toLowerCase() ?? "*",
        value: Value.toLowerCase(),
      }));
      return ({ query }) => {
        const sent = [...new URLSearchParams(query.toLowerCase())];
        return pairs.some(({ key, value }) =>
          sent.some(([name, text]) => fitsPattern(key, name) && fitsPattern(value, text)),
        );
      };
    }
    case "source-ip": {
      const networks = (SourceIpConfig?.Values ?? []).map((text) => networkOf(text));
      return ({ source }) =>
        networks.some((network) => network?.check(source, isIPv6(source) ? "ipv6" : "ipv4") ?? false);
    }
    default:
      return () => false;
  }
}

/** The name in a Host header. */
export const withoutPort = (host: string): string => host.replace(/:[0-9]+$/, "");

/**
 * `*` stands for any characters, `?` for exactly one. Takes the length of the text times the number of stars at most:
 * of a star that did not work out, only the last one is tried again.
 */
export function fitsPattern(pattern: string, text: string): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let resume = 0;
  while (place < text.length) {
    if (pattern[at] === "*") {
      star = at;
      at += 1;
      resume = place;
    } else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === text[place])) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      place = resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === "*") at += 1;
  return at === pattern.length;
}
