/**
 * How the requests of the AWS SDK leave: by undici, which costs the CPU a third of what the SDK's own way through `node:http`
 * does, and whoever answers half. Answers are read whole, so it is for services that answer no streams.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Agent, Dispatcher } from "undici";

/** Sockets to one service: a validation function holds one for as long as it runs. */
const MOST_SOCKETS = 512;
export const CONNECT_TIMEOUT_MS = 5000;

/** As the SDK hands it over, signed. */
interface SdkRequest {
  protocol: string;
  hostname: string;
  port?: number;
  method: string;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

interface SdkResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

const givenUpBy = new AsyncLocalStorage<AbortSignal>();

/**
 * Makes calls of a client that keeps its middleware (`cacheMiddleware`), which an `abortSignal` given to `send` would have it
 * put together again for every call.
 */
export const untilAborted = <Output>(signal: AbortSignal, calls: () => Promise<Output>): Promise<Output> =>
  givenUpBy.run(signal, calls);

/** The signal of the calls that are being made, for whoever stands in for such a client. */
export const presentSignal = (): AbortSignal | undefined => givenUpBy.getStore();

/** A `requestHandler` for clients of the SDK. */
export function sdkRequests() {
  let agent: Promise<Agent> | undefined;
  return {
    metadata: { handlerProtocol: "http/1.1" },
    async handle(request: SdkRequest, { abortSignal }: { abortSignal?: AbortSignal } = {}) {
      agent ??= newAgent();
      return { response: await answerTo(await agent, request, abortSignal ?? presentSignal()) };
    },
    destroy: () => void agent?.then((each) => each.destroy()),
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}

async function newAgent(): Promise<Agent> {
  const { Agent } = await import("undici");
  return new Agent({
    connections: MOST_SOCKETS,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    // How long an answer may take is the caller's affair: a function may run for its quarter of an hour.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

function answerTo(agent: Agent, request: SdkRequest, signal: AbortSignal | undefined): Promise<SdkResponse> {
  const { protocol, hostname, port, method, headers, body = null } = request;
  const origin = `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(aborted());
    let controller: Dispatcher.DispatchController | undefined;
    let isOver = false;
    const end = (settle: () => void) => {
      isOver = true;
      signal?.removeEventListener("abort", abort);
      settle();
    };
    const abort = () => {
      controller?.abort(aborted());
      end(() => reject(aborted()));
    };
    signal?.addEventListener("abort", abort);
    const answer: SdkResponse = { statusCode: 0, headers: {}, body: new Uint8Array() };
    const chunks: Buffer[] = [];
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        controller = started;
        if (isOver) started.abort(aborted());
      },
      onResponseStart(_, status, received) {
        answer.statusCode = status;
        answer.headers = Object.fromEntries(Object.entries(received).map(([name, value]) => [name, String(value)]));
      },
      onResponseData: (_, chunk) => void chunks.push(chunk),
      onResponseEnd() {
        answer.body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
        end(() => resolve(answer));
      },
      onResponseError: (_, error) => end(() => reject(error)),
    };
    agent.dispatch({ origin, path: pathOf(request), method: method as Dispatcher.HttpMethod, headers, body }, handler);
  });
}

/** As the SDK's own handler says that a call was given up. */
const aborted = (): Error => Object.assign(new Error("Request aborted"), { name: "AbortError" });

function pathOf({ path, query = {} }: SdkRequest): string {
  const values = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) =>
      each === null ? escaped(name) : `${escaped(name)}=${escaped(each)}`,
    ),
  );
  return values.length === 0 ? path : `${path}?${values.join("&")}`;
}

/** What `encodeURIComponent` leaves as it is and the signature does not. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
