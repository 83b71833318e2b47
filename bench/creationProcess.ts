/**
 * Creations without HTTP, in a process of their own: through the service, as a request that has been read, or as bare
 * commits of the rows that they leave.
 */

import { realClock } from "../src/clock.ts";
import { randomIds } from "../src/ids.ts";
import { codeDeployService } from "../src/operations/codeDeployService.ts";
import type { HttpRequest } from "../src/protocol/http.ts";
import { sealedHookExecutionIds } from "../src/resources/hookExecutionId.ts";
import { readSettings } from "../src/settings.ts";
import { openSqliteStore } from "../src/store/sqlite/sqliteStore.ts";
import { openCreationRows } from "./creationRows.ts";
import { ACCOUNT, REGION } from "./seed.ts";

export interface CreationQuestion {
  directory: string;
  how: "service" | "bare commits";
  names: string[];
  /** How many callers wait at once, and so how many creations share a commit. */
  clients: number;
}
/** How long it took, in milliseconds. */
export type CreationAnswer = number;

const NO_QUERY = new URLSearchParams();

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
  const { quotas, hookTimeoutMs } = readSettings({ "quota-applications": "10000000" }, {});
  const { handle } = codeDeployService({
    store: openSqliteStore({ directory, onCommitFailure: (error) => Promise.reject(error) }),
    clock: realClock(),
    ids: randomIds,
    quotas,
    failFast: null,
    webhook: null,
    hookTimeoutMs,
    keys: { nextToken: Buffer.alloc(32) },
    hookExecutionIds: sealedHookExecutionIds(Buffer.alloc(32)),
  });
  const requestOf = (applicationName: string): HttpRequest => ({
    method: "POST",
    path: "/",
    query: NO_QUERY,
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "CodeDeploy_20141006.CreateApplication",
    },
    body: Buffer.from(JSON.stringify({ applicationName })),
    caller: {
      accountId: ACCOUNT,
      region: REGION,
      accessKeyId: ACCOUNT,
      signedFor: "codedeploy",
      sourceAddress: "127.0.0.1",
    },
    requestId: randomIds.uuid(),
  });
  return async (names, clients) => {
    const requests = names.map(requestOf).values();
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
