/** On which port a listener really listens. */
import type { AddressInfo, Server } from "node:net";
import { isHttp, isSecure, type Listener } from "../resources.ts";
import { httpListener } from "./httpListener.ts";
import type { ListenerOptions, OpenListener } from "./listenerState.ts";
import { tcpListener } from "./tcpListener.ts";

/** Ports below this are for the system; a listener's is moved up by as much as makes 8080 of 80 and 8443 of 443. */
const FIRST_FREE = 1024;
const OFFSET = 8000;
const STEP = 10_000;
const LAST_PORT = 65_535;

/** Listens where it did before, else on the port it asks for, else on one that is easily found from it, else on any. */
export async function bind(
  listener: Pick<Listener, "protocol" | "port"> & { boundPort?: number },
  host: string,
  options: ListenerOptions,
): Promise<OpenListener> {
  const open = isHttp(listener) ? httpListener : tcpListener;
  const { server, ...opened } = open(isSecure(listener), options);
  for (const candidate of candidates(listener.port, listener.boundPort)) {
    const bound = await listen(server, candidate, host);
    if (bound === undefined) continue;
    server.on("error", (error) => options.log(`elbv2: the listener on port ${bound} failed: ${String(error)}`));
    return { port: bound, ...opened };
  }
  throw new Error(`no port is free for a listener on ${host}`);
}

function candidates(port: number, boundPort: number | undefined): number[] {
  const first = port < FIRST_FREE ? port + OFFSET : port;
  const moved: number[] = [];
  for (let next = first; next <= LAST_PORT; next += STEP) moved.push(next);
  return [...(boundPort === undefined ? [] : [boundPort]), ...moved, 0];
}

/** The port, or `undefined` where it cannot be had. */
function listen(server: Server, port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const refused = () => resolve(undefined);
    server.once("error", refused);
    server.listen(port, host, () => {
      server.removeListener("error", refused);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
