/**
 * Something that answers like Lambda and does nothing, in a process of its own: every alias is on version 1, with a tenth
 * on version 2 where it was asked to, until it is moved; every invocation is accepted. While it is held
 * it takes requests and answers none. So that what is measured is signalbox, not the functions of a bench.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface StandInQuestion {
  split?: boolean;
  isHeld?: boolean;
}

const moved = new Map<string, string>();
let untouched: object = {};
let isHeld = false;

const server = createServer((incoming, outgoing) => {
  const chunks: Buffer[] = [];
  incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
  incoming.on("end", () => {
    if (isHeld) return;
    const path = (incoming.url ?? "").split("?", 1)[0] ?? "";
    const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => {
      outgoing.writeHead(status, { "content-type": "application/json", ...headers });
      outgoing.end(JSON.stringify(body));
    };
    if (path.endsWith("/invocations")) return answer(202, {});
    if (path.endsWith("/provisioned-concurrency")) {
      const code = "ProvisionedConcurrencyConfigNotFoundException";
      return answer(404, { Message: "none" }, { "x-amzn-errortype": code });
    }
    if (incoming.method === "PUT") {
      const { FunctionVersion } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { FunctionVersion: string };
      moved.set(path, FunctionVersion);
    }
    const version = moved.get(path);
    answer(200, {
      Name: "live",
      FunctionVersion: version ?? "1",
      RevisionId: version ?? "0",
      ...(!version && untouched),
    });
  });
});

const listening = new Promise<string>((resolve) => {
  server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
});

process.on("message", async (question: StandInQuestion) => {
  isHeld = question.isHeld ?? false;
  if (question.split) untouched = { RoutingConfig: { AdditionalVersionWeights: { "2": 0.1 } } };
  process.send?.({ url: await listening });
});
