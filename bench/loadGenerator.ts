/**
 * The one load generator, a process of its own: 64 connections, either saturated (each sends its next request when the
 * last is answered) or at a fixed rate whatever the server does. Told what to do by `process.send`, answers likewise.
 */
import { HttpConnection, type RequestTemplate, requestBytes } from "./httpConnection.ts";
import { type Installation, openLook } from "./installation.ts";

export interface Load {
  url: string;
  /** Further nodes: the connections are dealt out among all. */
  others?: string[];
  template: RequestTemplate;
  bodies: string[];
  connections: number;
  /** Requests a second; without it, as many as can be. */
  perSecond?: number;
  /** Where to see whether a report has brought its deployment on: rows by number, and the version they had. */
  watch?: { installation: Installation; rows: number[]; seededVersion: number };
}

export interface LoadResult {
  requests: number;
  /** Those not answered with 200, and one of their answers. */
  refused: number;
  refusal: string;
  elapsedMs: number;
  /** From the moment a request was due until it was answered. */
  answeredMs: number[];
  /** From the moment a request was due until its deployment's next step was seen to be committed. */
  steppedMs: number[];
  /** How many had stepped by the time the answer was there. */
  steppedAtAnswer: number;
}

process.on("message", (load: Load) => {
  run(load).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});

async function run(load: Load): Promise<LoadResult> {
  const requests = load.bodies.map((body) => Buffer.from(requestBytes(load.template, body)));
  const urls = [load.url, ...(load.others ?? [])];
  const connections = await Promise.all(
    Array.from({ length: load.connections }, (_, index) => HttpConnection.open(urls[index % urls.length] ?? load.url)),
  );
  const result: LoadResult = {
    requests: requests.length,
    refused: 0,
    refusal: "",
    elapsedMs: 0,
    answeredMs: [],
    steppedMs: [],
    steppedAtAnswer: 0,
  };
  const watcher = load.watch && (await stepWatcher(load.watch));
  const queue = load.perSecond === undefined ? saturated(requests) : paced(requests, load.perSecond);
  const release = load.perSecond === undefined ? neverSleep() : () => {};
  const start = performance.now();
  const pending: Promise<void>[] = [];
  const work = async (connection: HttpConnection) => {
    for (let next = await queue(); next; next = await queue()) {
      const { request, index, dueAt } = next;
      const response = await connection.send(request);
      result.answeredMs.push(performance.now() - dueAt);
      if (response.status !== 200) {
        result.refused += 1;
        result.refusal = response.body.toString("utf8");
      } else if (watcher) {
        pending.push(
          watcher.step(index).then((atOnce) => {
            result.steppedMs.push(performance.now() - dueAt);
            if (atOnce) result.steppedAtAnswer += 1;
          }),
        );
      }
    }
  };
  await Promise.all(connections.map(work));
  result.elapsedMs = performance.now() - start;
  release();
  await Promise.all(pending);
  await watcher?.close();
  for (const connection of connections) connection.close();
  return result;
}

/**
 * Keeps the event loop turning. A process that sleeps must be woken by whoever writes to it, which on a virtual machine
 * costs the writer more than the write: the faster server would leave its client no time to sleep and look faster still.
 */
function neverSleep(): () => void {
  let awake = true;
  const turn = () => void (awake && setImmediate(turn));
  turn();
  return () => {
    awake = false;
  };
}

interface Due {
  request: Buffer;
  index: number;
  dueAt: number;
}
type Queue = () => Promise<Due | null> | Due | null;

function saturated(requests: Buffer[]): Queue {
  let index = 0;
  return () => {
    const request = requests[index];
    return request ? { request, index: index++, dueAt: performance.now() } : null;
  };
}

/** Requests come due at fixed times, so that a server that stalls is charged for all who wait meanwhile. */
function paced(requests: Buffer[], perSecond: number): Queue {
  const ready: Due[] = [];
  const idle: ((due: Due | null) => void)[] = [];
  let index = 0;
  const start = performance.now();
  const timer = setInterval(() => {
    while (index < requests.length && performance.now() >= start + (index * 1000) / perSecond) {
      const request = requests[index];
      if (!request) break;
      const due = { request, index, dueAt: performance.now() };
      index += 1;
      const taker = idle.shift();
      if (taker) taker(due);
      else ready.push(due);
    }
    if (index < requests.length) return;
    clearInterval(timer);
    for (const taker of idle.splice(0)) taker(null);
  }, 1);
  return () => {
    const due = ready.shift();
    if (due) return due;
    return index === requests.length ? null : new Promise((resolve) => idle.push(resolve));
  };
}

/** Looks into the program's database as a reader beside it. */
async function stepWatcher({ installation, rows, seededVersion }: NonNullable<Load["watch"]>) {
  const look = await openLook(installation);
  const waiting = new Map<number, () => void>();
  let isLooking = false;
  const stepped = async (asked: number[]) => {
    const sql = `select n from deployment where n in (${asked.join()}) and version > ${seededVersion}`;
    return (await look.rows(sql)).map(({ n }) => Number(n));
  };
  const lookWhileWaiting = async () => {
    isLooking = true;
    while (waiting.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      for (const n of await stepped([...waiting.keys()])) {
        waiting.get(n)?.();
        waiting.delete(n);
      }
    }
    isLooking = false;
  };
  return {
    /** Resolves when it has stepped: to whether the first look has found it so. */
    async step(index: number): Promise<boolean> {
      const n = rows[index] ?? 0;
      if ((await stepped([n])).length > 0) return true;
      const seen = new Promise<void>((resolve) => waiting.set(n, resolve));
      if (!isLooking) void lookWhileWaiting();
      await seen;
      return false;
    },
    close: () => look.close(),
  };
}
