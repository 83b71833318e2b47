/**
 * HTTP requests to addresses that users name: subscriptions, webhooks. Such an address could be this machine's own, or
 * the one where a cloud hands out credentials; those are refused unless `--allow-outgoing` names the host.
 */
import { lookup as systemLookup } from "node:dns";
import { type ClientRequest, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { BlockList, isIP, isIPv6, type LookupFunction } from "node:net";

/** A host that may be connected to whatever its address is; on every port where none is named. */
export interface AllowedHost {
  /** In lower case; an IPv6 address without brackets. */
  host: string;
  port: number | undefined;
}

export interface OutgoingRequest {
  method: "GET" | "POST";
  /** http or https. */
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** For everything from the look-up of the name to the head of the answer, in real milliseconds. */
  timeoutMs: number;
  /** Ends it early. */
  signal?: AbortSignal;
}

export interface OutgoingAnswer {
  status: number;
  headers: IncomingHttpHeaders;
}

export interface OutgoingHttp {
  /**
   * Resolves with the head of any answer, a redirect as well: none is followed. What the receiver says beyond that is of no
   * use here, and neither delays nor changes what it has answered. Rejects when there is no answer.
   */
  send(request: OutgoingRequest): Promise<OutgoingAnswer>;
  /**
   * Rejects with OutgoingRefusedError when `send` would refuse the URL at present. A name that is not found now is not
   * refused: it may be found when something is sent.
   */
  check(url: string): Promise<void>;
}

/** The address is one that signalbox does not connect to. The message names host, address and setting. */
export class OutgoingRefusedError extends Error {}

export interface OutgoingOptions {
  allowed: readonly AllowedHost[];
  /** How names become addresses; the system's way when left out. */
  lookup?: typeof systemLookup;
}

/** How much of an answer's body is taken before its sender is cut off. */
const MOST_BODY_BYTES = 64 * 1024;

type Rule = readonly [network: string, prefix: number, kind: string];

const IPV4_RULES: readonly Rule[] = [
  ["0.0.0.0", 8, "an unspecified address"],
  ["127.0.0.0", 8, "a loopback address"],
  ["169.254.0.0", 16, "a link-local address, where clouds hand out credentials"],
  ["192.0.0.0", 24, "an address reserved for protocols"],
  ["100.100.100.200", 32, "an address where a cloud hands out credentials"],
  ["168.63.129.16", 32, "an address where a cloud serves its machines"],
  ["224.0.0.0", 4, "a multicast address"],
  ["240.0.0.0", 4, "a reserved address"],
];
const IPV6_RULES: readonly Rule[] = [
  // Before the wider network that they are part of: the first that fits says what kind of address it is.
  ["::1", 128, "a loopback address"],
  ["::", 128, "an unspecified address"],
  ["::", 96, "a reserved address"],
  ["fe80::", 10, "a link-local address"],
  ["fec0::", 10, "a site-local address"],
  ["ff00::", 8, "a multicast address"],
  ["fd00:ec2::", 32, "an address where a cloud hands out credentials"],
  ["fd20:ce::254", 128, "an address where a cloud hands out credentials"],
  ["64:ff9b:1::", 48, "a translated address"],
  ["100::", 64, "a discarded address"],
  ["2001::", 32, "a tunnelled address"],
  ["2002::", 16, "a tunnelled address"],
];
/** IPv6 addresses that stand for IPv4 ones: mapped, and translated by NAT64. */
const IPV4_IN_IPV6 = ["::ffff:", "64:ff9b::"];

const blocked = [
  ...IPV4_RULES.map((rule) => blockedNetwork(rule, "ipv4")),
  ...IPV4_IN_IPV6.flatMap((before) =>
    IPV4_RULES.map(([network, prefix, kind]) => blockedNetwork([`${before}${network}`, 96 + prefix, kind], "ipv6")),
  ),
  ...IPV6_RULES.map((rule) => blockedNetwork(rule, "ipv6")),
];

function blockedNetwork([network, prefix, kind]: Rule, family: "ipv4" | "ipv6") {
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return { family, list, kind };
}

/**
 * What kind of address it is that signalbox does not connect to by itself; undefined for one that it does. Private
 * networks (RFC 1918, RFC 6598, fc00::/7 but for a cloud's own addresses in them) are not refused: people deploy there.
 */
export function whyRefused(address: string): string | undefined {
  const plain = address.replace(/%.*$/, "");
  const family = isIPv6(plain) ? "ipv6" : "ipv4";
  return blocked.find((entry) => entry.family === family && entry.list.check(plain, family))?.kind;
}

/** The one way out to addresses that users name. */
export function outgoingHttp({ allowed, lookup = systemLookup }: OutgoingOptions): OutgoingHttp {
  const destination = (text: string) => {
    const url = new URL(text);
    if (url.protocol !== "http:" && url.protocol !== "https:") {
      throw new Error(`${url.protocol} is no protocol that signalbox sends requests with`);
    }
    const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
    const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
    const free = allowed.some((entry) => entry.host === host && (entry.port ?? port) === port);
    const literal = free || isIP(host) === 0 ? undefined : refusal(host, host, port);
    if (literal) throw literal;
    return { url, host, guarded: free ? (lookup as LookupFunction) : guardedLookup(lookup, host, port) };
  };

  return {
    async send({ url: text, method, headers, body, timeoutMs, signal }) {
      const { url, guarded } = destination(text);
      const timeout = AbortSignal.timeout(timeoutMs);
      const start = url.protocol === "https:" ? httpsRequest : httpRequest;
      const request = start(url, {
        method,
        headers: { ...headers, "content-length": String(Buffer.byteLength(body ?? "")) },
        // A connection of its own: what is checked is what is used.
        agent: false,
        lookup: guarded,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      return exchange(request, body).catch((error: unknown) => {
        throw timeout.aborted ? new Error(`${url.host} did not answer within ${timeoutMs} ms`) : error;
      });
    },
    async check(text) {
      const { host, guarded } = destination(text);
      if (isIP(host) !== 0) return;
      const failure = await new Promise<unknown>((resolve) => guarded(host, { all: true }, resolve));
      if (failure instanceof OutgoingRefusedError) throw failure;
    },
  };
}

function refusal(address: string, host: string, port: number): OutgoingRefusedError | undefined {
  const kind = whyRefused(address);
  if (kind === undefined) return undefined;
  const named = isIPv6(host) ? `[${host}]` : host;
  const where = host === address ? host : `${host} (${address})`;
  return new OutgoingRefusedError(
    `Signalbox does not connect to ${where}, ${kind}; --allow-outgoing ${named}:${port} allows it`,
  );
}

/** Gives only addresses that may be connected to. The connection is made to what it gives, not to a second look-up. */
function guardedLookup(lookup: typeof systemLookup, host: string, port: number): LookupFunction {
  return (name, options, callback) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, "", 0);
      const open = found.filter(({ address }) => whyRefused(address) === undefined);
      const [first] = open;
      if (first) return options.all ? callback(null, open) : callback(null, first.address, first.family);
      const refused = found[0] && refusal(found[0].address, host, port);
      callback(refused ?? new Error(`${host} has no address`), "", 0);
    });
  };
}

function exchange(request: ClientRequest, body: string | Uint8Array | undefined): Promise<OutgoingAnswer> {
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response) => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
      drained(response).finally(() => request.destroy());
    });
    request.end(body);
  });
}

/** A receiver may finish what it says, within the time and a measure: some take a cut connection for an error. */
async function drained(response: IncomingMessage): Promise<void> {
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size >= MOST_BODY_BYTES) return;
    }
  } catch {
    // It was cut off, or took too long.
  }
}
