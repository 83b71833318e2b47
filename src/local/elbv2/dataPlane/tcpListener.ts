/** One TCP or TLS listener of a network load balancer: connections are passed on as they are. */
import { connect, createServer, type Socket } from "node:net";
import { createServer as createSecureServer, type Server as SecureServer } from "node:tls";
import { closeServer } from "./closeServer.ts";
import { CONNECT_TIMEOUT_MS, isRefusal, MOST_ATTEMPTS } from "./connections.ts";
import type { Unbound } from "./httpListener.ts";
import type { ListenerOptions } from "./listenerState.ts";
import type { LiveTarget } from "./liveTarget.ts";
import { secureOptions, useCertificate } from "./secureOptions.ts";
import type { LiveGroup } from "./targetGroups.ts";

export function tcpListener(isSecure: boolean, options: ListenerOptions): Unbound {
  const sockets = new Set<Socket>();
  const accept = (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    pass(socket, options);
  };
  const server = isSecure
    ? createSecureServer({ ...secureOptions(options), allowHalfOpen: true }, accept)
    : createServer({ allowHalfOpen: true, noDelay: true }, accept);
  return {
    server,
    refresh() {
      if (isSecure) useCertificate(server as SecureServer, options);
    },
    close: (graceMs) =>
      closeServer(server, graceMs, () => {
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function pass(socket: Socket, { state, count }: ListenerOptions): void {
  socket.on("error", () => socket.destroy());
  const present = state();
  const action = present?.routes.fallback;
  const group = action?.kind === "forward" ? action.next() : undefined;
  if (!present || !group) return void socket.resetAndDestroy();
  count({ loadBalancerArn: present.loadBalancer.arn, targetGroupArn: group.arn });
  socket.setTimeout(present.idleMs, () => socket.destroy());
  connectNext(socket, group, present.idleMs, new Set());
}

/** The target whose turn it is, and the next one where nobody listens. */
function connectNext(socket: Socket, group: LiveGroup, idleMs: number, tried: Set<LiveTarget>): void {
  const target = tried.size < MOST_ATTEMPTS ? group.next(tried) : undefined;
  if (!target || tried.has(target)) return void socket.resetAndDestroy();
  tried.add(target);
  const release = target.begin(() => socket.destroy());
  const upstream = connect({ ...target.address, allowHalfOpen: true, noDelay: true });
  upstream.setTimeout(CONNECT_TIMEOUT_MS, () => upstream.destroy());
  let joined = false;
  upstream.once("connect", () => {
    joined = true;
    upstream.setTimeout(idleMs, () => upstream.destroy());
    socket.pipe(upstream);
    upstream.pipe(socket);
  });
  upstream.on("error", (error) => {
    if (isRefusal(error)) target.refused();
  });
  upstream.once("close", () => {
    release();
    if (joined || socket.destroyed) socket.destroy();
    else connectNext(socket, group, idleMs, tried);
  });
  socket.once("close", () => upstream.destroy());
}
