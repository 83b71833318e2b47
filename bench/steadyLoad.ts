/**
 * A process that sends requests at a fixed rate, whatever becomes of them, until it is told to end, and counts who has
 * answered. Versions name themselves in `x-version`; an answer without it is the load balancer's own.
 */
import { HttpConnection, requestBytes } from "./httpConnection.ts";

export interface SteadyLoad {
  url: string;
  perSecond: number;
}

export interface SteadyCounts {
  sent: number;
  /** From the first request until the last answer. */
  elapsedMs: number;
  /** Of answers by a version: as `v2 200`. */
  answered: Record<string, number>;
  /** When the last request was sent that was answered so, in milliseconds since the epoch. */
  lastSentAt: Record<string, number>;
  /** Of requests that no version has answered: as `503`, `ECONNRESET`. */
  failed: Record<string, number>;
  /** From the moment a request was due until it was answered by a version. */
  answeredMs: number[];
}

const PATIENCE_MS = 60_000;
/** Of connections at once; where all are busy, a request that is due waits for one, and its waiting counts. */
const MOST_CONNECTIONS = 256;
const BODY = JSON.stringify({ pieces: 3 });

/** Every other one may not be sent to a second target where the first does not answer it. */
const REQUESTS = ["GET", "POST"].map((method) => {
  const template = { method, path: "/order", headers: { "content-type": "application/json" } };
  return requestBytes(template, method === "POST" ? BODY : "");
});

let counts: Promise<SteadyCounts> | undefined;
let isEnding = false;

process.on("message", (load: SteadyLoad | "end") => {
  if (load === "end") {
    isEnding = true;
    void counts?.then((found) => process.send?.(found));
  } else {
    counts = run(load);
    process.send?.("begun");
  }
});

async function run({ url, perSecond }: SteadyLoad): Promise<SteadyCounts> {
  const counted: SteadyCounts = { sent: 0, elapsedMs: 0, answered: {}, lastSentAt: {}, failed: {}, answeredMs: [] };
  const connections = new Connections(url);
  const underWay = new Set<Promise<void>>();
  const start = performance.now();
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const dueAt = () => start + (counted.sent * 1000) / perSecond;
      for (; dueAt() <= performance.now(); counted.sent += 1) {
        const request = REQUESTS[counted.sent % REQUESTS.length] ?? "";
        const done = count(counted, send(connections, request), dueAt());
        underWay.add(done);
        void done.then(() => underWay.delete(done));
      }
      if (!isEnding) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });
  await Promise.all(underWay);
  counted.elapsedMs = performance.now() - start;
  connections.close();
  return counted;
}

interface Answer {
  /** The version; `null` where none has answered. */
  by: string | null;
  /** Of HTTP, or what went wrong instead. */
  status: string;
  sentAt: number;
}

async function count(counted: SteadyCounts, answer: Promise<Answer>, dueAt: number): Promise<void> {
  const { by, status, sentAt } = await answer;
  if (by === null) {
    counted.failed[status] = (counted.failed[status] ?? 0) + 1;
    return;
  }
  const key = `${by} ${status}`;
  counted.answered[key] = (counted.answered[key] ?? 0) + 1;
  counted.lastSentAt[key] = Math.max(counted.lastSentAt[key] ?? 0, sentAt);
  counted.answeredMs.push(performance.now() - dueAt);
}

async function send(connections: Connections, request: string): Promise<Answer> {
  let connection: HttpConnection | undefined;
  let patience: NodeJS.Timeout | undefined;
  let sentAt = 0;
  try {
    connection = await connections.take();
    const tooLate = new Promise<never>((_, reject) => {
      patience = setTimeout(() => reject(new Error(`no answer in ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
    });
    sentAt = Date.now();
    const { status, head } = await Promise.race([connection.send(request), tooLate]);
    connections.give(connection, !/\r\nconnection: close/i.test(head));
    const [, by = null] = /\r\nx-version: (\S+)/i.exec(head) ?? [];
    return { by, status: String(status), sentAt };
  } catch (error) {
    if (connection) connections.give(connection, false);
    const { code, message } = error as NodeJS.ErrnoException;
    return { by: null, status: code ?? message, sentAt };
  } finally {
    clearTimeout(patience);
  }
}

/** Opened as they are needed; the one that has been idle longest is next, so that none is idle for long. */
class Connections {
  readonly #url: string;
  readonly #idle: HttpConnection[] = [];
  readonly #waiting: (() => void)[] = [];
  #open = 0;

  constructor(url: string) {
    this.#url = url;
  }

  async take(): Promise<HttpConnection> {
    for (;;) {
      const found = this.#idle.shift();
      if (found?.isOpen) return found;
      if (found) this.#open -= 1;
      else if (this.#open < MOST_CONNECTIONS) break;
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#open += 1;
    try {
      return await HttpConnection.open(this.#url);
    } catch (error) {
      this.#left();
      throw error;
    }
  }

  give(connection: HttpConnection, isKept: boolean): void {
    if (isKept) {
      this.#idle.push(connection);
      this.#waiting.shift()?.();
      return;
    }
    connection.close();
    this.#left();
  }

  #left(): void {
    this.#open -= 1;
    this.#waiting.shift()?.();
  }

  close(): void {
    for (const connection of this.#idle) connection.close();
  }
}
