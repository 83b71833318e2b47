/** One HTTP or HTTPS listener: a server that finds the rule of each request and does what it says. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import { createServer as createSecureServer, type Server as SecureServer } from "node:https";
import type { Server as NetServer, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { errorAnswer, type OwnAnswer, pageOf, reasonOf, SERVER, sendAnswer } from "./balancerAnswers.ts";
import { closeServer } from "./closeServer.ts";
import { decide, ruledRequest, targetOf } from "./decision.ts";
import { Exchange, type ExchangeEnd } from "./exchange.ts";
import { forwardedHeaders } from "./forwardedHeaders.ts";
import type { ListenerOptions, ListenerState, OpenListener } from "./listenerState.ts";
import { secureOptions, useCertificate } from "./secureOptions.ts";
import { upgradeConnection } from "./upgrade.ts";

/** All headers together, as on AWS. */
const LARGEST_HEADERS = 64 * 1024;
/** How long the headers of a request may take to arrive. */
const HEADERS_TIMEOUT_MS = 10_000;

/** Not listening yet; `bind` makes it. */
export interface Unbound extends Omit<OpenListener, "port"> {
  server: NetServer;
}

export function httpListener(isSecure: boolean, options: ListenerOptions): Unbound {
  const exchanges = new WeakMap<object, Exchange>();
  const detached = new Set<Duplex>();
  const server = createHttpServer(isSecure, options, (incoming, outgoing) =>
    answer(incoming, outgoing, options, exchanges),
  );
  server.on("clientError", refuseBrokenRequest);
  server.on("connect", (_incoming: IncomingMessage, socket: Duplex) => void socket.end(rawAnswer(405)));
  server.on("timeout", (socket: Socket) => {
    const exchange = exchanges.get(socket);
    if (exchange) exchange.breakOff(exchange.awaitsClient ? 408 : 504);
    else socket.destroy();
  });
  server.on("upgrade", (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    detached.add(socket);
    socket.once("close", () => detached.delete(socket));
    upgradeConnection(incoming, socket, head, options);
  });
  return {
    server,
    refresh() {
      server.timeout = server.keepAliveTimeout = options.state()?.idleMs ?? server.timeout;
      if (isSecure) useCertificate(server as SecureServer, options);
    },
    close(graceMs) {
      server.closeIdleConnections();
      return closeServer(server, graceMs, () => {
        server.closeAllConnections();
        for (const socket of detached) socket.destroy();
      });
    },
  };
}

function createHttpServer(isSecure: boolean, options: ListenerOptions, listener: RequestListener): Server {
  const settings: ServerOptions = {
    maxHeaderSize: LARGEST_HEADERS,
    headersTimeout: HEADERS_TIMEOUT_MS,
    // An upload takes as long as it does: silence is what ends it.
    requestTimeout: 0,
    connectionsCheckingInterval: 1000,
    // Only WebSocket is passed on: with h2c a client could talk to a target past all rules.
    shouldUpgradeCallback: ({ method, headers }) => method === "GET" && headers.upgrade?.toLowerCase() === "websocket",
  };
  const server = isSecure
    ? createSecureServer({ ...settings, ...secureOptions(options) }, listener)
    : createServer(settings, listener);
  server.on("connection", (socket: Socket) => socket.setNoDelay(true));
  return server;
}

function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: ListenerOptions,
  exchanges: WeakMap<object, Exchange>,
): void {
  const state = options.state();
  if (!state) return void sendAnswer(outgoing, errorAnswer(503), true);
  const request = ruledRequest(incoming);
  const group = decide(state, request, incoming);
  if ("status" in group) return void ownAnswer(state, options, incoming, outgoing, group);
  const hasBody = bodyIsSent(incoming);
  const exchange = new Exchange({
    group,
    incoming,
    outgoing,
    path: targetOf(request),
    headers: forwardedHeaders(incoming, state.forwarding, hasBody, options.newTraceId),
    hasBody,
    ended(end) {
      if (exchanges.get(incoming.socket) === exchange) exchanges.delete(incoming.socket);
      finish(end, state, options, incoming, outgoing);
    },
  });
  exchanges.set(incoming.socket, exchange);
  exchange.start();
}

function finish(
  { group, targetStatus, ownStatus, targetSeconds }: ExchangeEnd,
  state: ListenerState,
  options: ListenerOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  options.count({
    loadBalancerArn: state.loadBalancer.arn,
    targetGroupArn: group.arn,
    targetStatus,
    ownStatus,
    targetSeconds,
  });
  if (ownStatus === undefined || outgoing.headersSent || outgoing.destroyed) return;
  send(state, incoming, outgoing, errorAnswer(ownStatus));
}

function ownAnswer(
  state: ListenerState,
  { count }: ListenerOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: OwnAnswer,
): void {
  count({ loadBalancerArn: state.loadBalancer.arn, ownStatus: answer.status });
  send(state, incoming, outgoing, answer);
}

function send({ named }: ListenerState, incoming: IncomingMessage, outgoing: ServerResponse, answer: OwnAnswer): void {
  // What is still to come of a request that is answered already is not waited for.
  if (!incoming.complete && bodyIsSent(incoming)) {
    outgoing.shouldKeepAlive = false;
    outgoing.once("finish", () => incoming.resume());
  }
  sendAnswer(outgoing, answer, named);
}

function bodyIsSent({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** What is no HTTP, or too slow or too large, gets an answer too, and the connection ends. */
function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
  socket.end(rawAnswer(error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400));
}

/** An own answer where there is no response to write it to. */
export function rawAnswer(status: number): string {
  const page = pageOf(status);
  const headers = `Server: ${SERVER}\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\nConnection: close`;
  return `HTTP/1.1 ${status} ${reasonOf(status)}\r\n${headers}\r\n\r\n${page}`;
}
