/** How a server of a listener ends. */
import type { Server } from "node:net";
import { wallClock } from "../../../clock.ts";

/** Takes no new connections, and cuts off what is there after `graceMs`. Resolves when all have ended. */
export function closeServer(server: Server, graceMs: number, cut: () => void): Promise<void> {
  return new Promise((resolve) => {
    const release = wallClock.after(graceMs, cut);
    const over = () => {
      release();
      resolve();
    };
    // It may be on its way to its end already; then this asks for less patience.
    if (!server.listening && server.address() === null) server.getConnections((_, count) => count === 0 && over());
    server.once("close", over);
    if (server.listening) server.close();
  });
}
