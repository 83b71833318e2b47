/**
 * Free ports of 127.0.0.1 for tasks. A port is found by listening on it for a moment; between that and the task's own
 * listening another program may take it, and the task fails then. What was handed out is not handed out again while its
 * task runs.
 */
import { createServer, type Server } from "node:net";

export interface Ports {
  /** Finds and takes as many different free ports; fewer where the system has no more. */
  find(count: number): Promise<number[]>;
  /** Takes a certain port; `false` where another task has it. */
  take(port: number): boolean;
  release(port: number): void;
}

export function loopbackPorts(): Ports {
  const taken = new Set<number>();
  return {
    async find(count) {
      const found: number[] = [];
      const open: Server[] = [];
      try {
        while (found.length < count) {
          const server = await listening();
          open.push(server);
          const address = server.address();
          const port = typeof address === "object" && address ? address.port : 0;
          if (!taken.has(port)) {
            taken.add(port);
            found.push(port);
          }
          // All of them stay open until the end, so that each is another one.
          if (open.length > 2 * count + taken.size) break;
        }
      } catch {
        // The system has no more.
      }
      await Promise.all(open.map((server) => new Promise((resolve) => server.close(resolve))));
      return found;
    },
    take(port) {
      if (taken.has(port)) return false;
      taken.add(port);
      return true;
    },
    release: (port) => void taken.delete(port),
  };
}

function listening(): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}
