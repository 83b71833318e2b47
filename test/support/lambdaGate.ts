/**
 * A stand-in for a Lambda endpoint that passes every call on to the embedded service, but for those that a test refuses or
 * holds back. `--endpoint lambda=URL` leads the drivers here.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface AliasCall {
  /** `CreateAlias`, `UpdateAlias`, `DeleteAlias`; anything else is its method and path. */
  name: string;
  /** The alias that is written; empty for other calls. */
  alias: string;
  body: { FunctionVersion?: string; RoutingConfig?: { AdditionalVersionWeights?: Record<string, number> } };
}

export interface LambdaGate {
  url: string;
  /** Where calls are passed on to; set before the first comes. */
  target: string;
  /** Every call so far, in order. */
  calls: AliasCall[];
  /** Asked for each call before it takes effect, and waited for; true refuses it with 403. */
  refuses: (call: AliasCall) => boolean | Promise<boolean>;
  close(): Promise<void>;
}

export async function startLambdaGate(): Promise<LambdaGate> {
  const server = createServer((request, response) => {
    pass(request, response).catch((error: unknown) => {
      answer(response, 500, { "x-amzn-errortype": "ServiceException" }, JSON.stringify({ Message: String(error) }));
    });
  });
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const call = callOf(request, body);
    gate.calls.push(call);
    if (await gate.refuses(call)) {
      const headers = { "x-amzn-errortype": "AccessDeniedException" };
      return answer(response, 403, headers, JSON.stringify({ Message: `the test refuses ${call.name}` }));
    }
    const { authorization = "" } = request.headers;
    const { method = "GET", url = "" } = request;
    const sent = body.length > 0 ? { body: new Uint8Array(body) } : {};
    const passed = await fetch(gate.target + url, { method, headers: { authorization }, ...sent });
    const type = passed.headers.get("x-amzn-errortype");
    answer(response, passed.status, type ? { "x-amzn-errortype": type } : {}, await passed.text());
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const gate: LambdaGate = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target: "",
    calls: [],
    refuses: () => false,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return gate;
}

const WRITES: Record<string, string> = { POST: "CreateAlias", PUT: "UpdateAlias", DELETE: "DeleteAlias" };

function callOf({ method = "", url = "" }: IncomingMessage, sent: Buffer): AliasCall {
  const body = sent.length > 0 ? (JSON.parse(sent.toString("utf8")) as AliasCall["body"] & { Name?: string }) : {};
  const [, inPath = ""] = /\/aliases\/?([^/?]*)/.exec(url) ?? [];
  const name = url.includes("/aliases") ? WRITES[method] : undefined;
  return name ? { name, alias: inPath || (body.Name ?? ""), body } : { name: `${method} ${url}`, alias: "", body };
}

function answer(response: ServerResponse, status: number, headers: Record<string, string>, body: string): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
}
