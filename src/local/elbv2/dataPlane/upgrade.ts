/** WebSocket connections: the request goes to a target, and when it agrees, both ends are joined. */
import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Dispatcher } from "undici";
import { errorAnswer, sendAnswer } from "./balancerAnswers.ts";
import { decide, ruledRequest, targetOf } from "./decision.ts";
import { answeredHeaders, forwardedHeaders, rawTexts } from "./forwardedHeaders.ts";
import type { ListenerOptions, ListenerState } from "./listenerState.ts";
import type { LiveTarget } from "./liveTarget.ts";
import type { LiveGroup } from "./targetGroups.ts";

const MOST_ATTEMPTS = 4;

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
  if ("status" in group) return void sendAnswer(outgoing, group, state.named);
  const path = targetOf(request);
  const headers = forwardedHeaders(incoming, state.forwarding, false, options.newTraceId);
  join({ group, path, headers, socket, head, outgoing, state, options, tried: new Set() });
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
}

function join(joining: Joining): void {
  const { group, path, headers, socket, outgoing, state, tried } = joining;
  const target = group.next(tried);
  if (!target) return void sendAnswer(outgoing, errorAnswer(tried.size === 0 ? 503 : 502), state.named);
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
      if (socket.destroyed || outgoing.headersSent) return void socket.destroy();
      const refused = (error as NodeJS.ErrnoException).code === "ECONNREFUSED";
      if (refused) target.refused();
      if (refused && tried.size < MOST_ATTEMPTS) return void join(joining);
      sendAnswer(outgoing, errorAnswer(502), state.named);
    },
  };
  target.pool.dispatch({ method: "GET", path, headers, upgrade: "websocket" }, handler);
}

function joinBoth(
  { socket, head, outgoing, state, group, options }: Joining,
  status: number,
  rawHeaders: string[],
  upstream: Socket,
): void {
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
  const { arn: targetGroupArn } = group;
  options.count({
    loadBalancerArn: state.loadBalancer.arn,
    targetGroupArn,
    targetStatus: status,
    ownStatus: undefined,
    targetSeconds: undefined,
  });
}
