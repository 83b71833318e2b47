/** WebSocket connections: the request goes to a target, and when it agrees, both ends are joined. */
import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Dispatcher } from "undici";
import { errorAnswer, sendAnswer } from "./balancerAnswers.ts";
import { isRefusal, MOST_ATTEMPTS } from "./connections.ts";
import { decide, ruledRequest, targetOf } from "./decision.ts";
import { answeredHeaders, forwardedHeaders, rawTexts } from "./forwardedHeaders.ts";
import type { ListenerOptions, ListenerState } from "./listenerState.ts";
import type { LiveTarget } from "./liveTarget.ts";
import type { LiveGroup } from "./targetGroups.ts";

export function upgradeConnection(
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  options: ListenerOptions,
): void {
  socket.on("error", () => socket.destroy());
  const state = options.state();
  const outgoing = new ServerResponse(incoming);
  outgoing.shouldKeepAlive = false;
  outgoing.assignSocket(socket as Socket);
  outgoing.once("finish", () => void socket.end());
  if (!state) return void sendAnswer(outgoing, errorAnswer(503), true);
  const request = ruledRequest(incoming);
  const group = decide(state, request, incoming);
  if ("status" in group) {
    options.count({ loadBalancerArn: state.loadBalancer.arn, ownStatus: group.status });
    return void sendAnswer(outgoing, group, state.named);
  }
  const path = targetOf(request);
  const headers = forwardedHeaders(incoming, state.forwarding, false, options.newTraceId);
  join({ group, path, headers, socket, head, outgoing, state, options, tried: new Set(), isCounted: false });
}

interface Joining {
  group: LiveGroup;
  path: string;
  headers: string[];
  socket: Duplex;
  head: Buffer;
  outgoing: ServerResponse;
  state: ListenerState;
  options: ListenerOptions;
  tried: Set<LiveTarget>;
  isCounted: boolean;
}

function join(joining: Joining): void {
  const { group, path, headers, socket, outgoing, tried } = joining;
  const target = group.next(tried);
  if (!target) return void fail(joining, tried.size === 0 ? 503 : 502);
  tried.add(target);
  const release = target.begin(() => socket.destroy());
  socket.once("close", release);
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: (controller) => void socket.once("close", () => controller.abort(new Error("the client has gone"))),
    onRequestUpgrade(controller, statusCode, _headers, upstream) {
      joinBoth(joining, statusCode, rawTexts(controller), upstream as Socket);
    },
    // It does not agree: what it says is an answer as any other.
    onResponseStart(controller, statusCode, { connection }) {
      if (statusCode < 200) return;
      count(joining, { targetStatus: statusCode });
      outgoing.writeHead(statusCode, answeredHeaders(rawTexts(controller), String(connection ?? "")));
    },
    onResponseData(controller, chunk) {
      if (outgoing.write(chunk)) return;
      controller.pause();
      outgoing.once("drain", () => controller.resume());
    },
    onResponseEnd: () => void outgoing.end(),
    onResponseError(_controller, error) {
      release();
      if (socket.destroyed) return void count(joining, { ownStatus: 460 });
      if (outgoing.headersSent) return void socket.destroy();
      const refused = isRefusal(error);
      if (refused) target.refused();
      if (refused && tried.size < MOST_ATTEMPTS) return void join(joining);
      fail(joining, 502);
    },
  };
  target.pool.dispatch({ method: "GET", path, headers, upgrade: "websocket" }, handler);
}

/** It is answered in the place of a target. */
function fail(joining: Joining, status: number): void {
  count(joining, { ownStatus: status });
  sendAnswer(joining.outgoing, errorAnswer(status), joining.state.named);
}

/** Counts the request by how it ended first: what comes of a connection later is no answer to it. */
function count(joining: Joining, end: { targetStatus: number } | { ownStatus: number }): void {
  if (joining.isCounted) return;
  joining.isCounted = true;
  const { options, state, group } = joining;
  options.count({ loadBalancerArn: state.loadBalancer.arn, targetGroupArn: group.arn, ...end });
}

function joinBoth(joining: Joining, status: number, rawHeaders: string[], upstream: Socket): void {
  const { socket, head, outgoing, state } = joining;
  outgoing.detachSocket(socket as Socket);
  const lines = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}\r\n`] : []));
  socket.write(`HTTP/1.1 ${status} Switching Protocols\r\n${lines.join("")}\r\n`, "latin1");
  if (head.length > 0) upstream.write(head);
  const end = () => {
    socket.destroy();
    upstream.destroy();
  };
  for (const side of [socket as Socket, upstream]) {
    side.on("error", end);
    side.on("close", end);
    side.removeAllListeners("timeout");
    side.setTimeout(state.idleMs, end);
  }
  socket.pipe(upstream);
  upstream.pipe(socket);
  count(joining, { targetStatus: status });
}
