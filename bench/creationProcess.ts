/**
 * Creations without HTTP, in a process of their own: through the service, as a request that has been read, or as bare
 * commits of the rows that they leave.
 */
import { realClock } from "../src/clock.ts";
import { openCreationRows } from "./creationRows.ts";
import { openStore } from "./installation.ts";
import { serviceInProcess, serviceRequest } from "./serviceInProcess.ts";

export interface CreationQuestion {
  directory: string;
  how: "service" | "bare commits";
  names: string[];
  /** How many callers wait at once, and so how many creations share a commit. */
  clients: number;
}
/** How long it took, in milliseconds. */
export type CreationAnswer = number;

type Creator = (names: string[], clients: number) => Promise<CreationAnswer>;
let creator: Promise<Creator> | null = null;

process.on("message", async ({ directory, how, names, clients }: CreationQuestion) => {
  creator ??= how === "service" ? openService(directory) : openBareCommits(directory);
  process.send?.(await (await creator)(names, clients));
});

async function openBareCommits(directory: string): Promise<Creator> {
  const rows = await openCreationRows(directory);
  return async (names, clients) => {
    const start = performance.now();
    for (let from = 0; from < names.length; from += clients) rows.commit(names.slice(from, from + clients));
    return performance.now() - start;
  };
}

async function openService(directory: string): Promise<Creator> {
  const store = await openStore({ directory, databaseUrl: null });
  const { handle } = serviceInProcess(store, realClock(), Buffer.alloc(32));
  return async (names, clients) => {
    const requests = names.map((applicationName) => serviceRequest("CreateApplication", { applicationName })).values();
    const client = async () => {
      for (const request of requests) {
        const { status, body } = await handle(request);
        if (status !== 200) throw new Error(`a creation was refused: ${body}`);
      }
    };
    const start = performance.now();
    await Promise.all(Array.from({ length: clients }, client));
    return performance.now() - start;
  };
}
