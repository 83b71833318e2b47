import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { sdkRequests, untilAborted } from "./sdkRequests.ts";

/** A client's handler, and the request that it would hand over to a server which answers like this. */
async function asked(test: TestContext, answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const requests = sdkRequests();
  test.after(() => {
    requests.destroy();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const request = { protocol: "http:", hostname: "127.0.0.1", port, method: "GET", path: "/a", headers: {} };
  return { requests, request, server };
}

describe("the requests of the AWS SDK", () => {
  it("arrive whole, with what the signature knows of their query, and are answered whole", async (test) => {
    const seen: unknown[] = [];
    const { requests, request } = await asked(test, async (incoming, outgoing) => {
      const [body] = await incoming.toArray();
      seen.push(incoming.method, incoming.url, incoming.headers["x-amz-date"], String(body));
      outgoing.writeHead(404, { "x-amzn-errortype": "None" });
      outgoing.write("one, ");
      setImmediate(() => outgoing.end("two"));
    });
    const query = { Qualifier: "it's (1)*", tag: ["a/b", "c"], acl: null };
    const headers = { "x-amz-date": "20261127T000000Z", "content-length": "3" };
    const { response } = await requests.handle({ ...request, method: "PUT", query, headers, body: "all" });
    assert.deepEqual(seen, ["PUT", "/a?Qualifier=it%27s%20%281%29%2A&tag=a%2Fb&tag=c&acl", "20261127T000000Z", "all"]);
    assert.equal(response.statusCode, 404);
    assert.equal(response.headers["x-amzn-errortype"], "None");
    assert.equal(Buffer.from(response.body).toString(), "one, two");
  });

  it("are given up when the signal says so, whether it came with them or from whoever calls", async (test) => {
    const { requests, request, server } = await asked(test, () => {});
    const calls = [
      (abortSignal: AbortSignal) => requests.handle(request, { abortSignal }),
      (signal: AbortSignal) => untilAborted(signal, async () => requests.handle(request)),
    ];
    for (const call of calls) {
      const controller = new AbortController();
      const arrived = once(server, "request");
      const answered = assert.rejects(call(controller.signal), { name: "AbortError" });
      const [incoming] = (await arrived) as [IncomingMessage];
      const gone = once(incoming.socket, "close");
      controller.abort();
      await Promise.all([answered, gone]);
      await assert.rejects(call(controller.signal), { name: "AbortError" }, "a signal from before");
    }
  });

  it("fail with what went wrong where nobody listens, and where an answer is cut", async (test) => {
    const { requests, request, server } = await asked(test, (_, outgoing) => {
      outgoing.writeHead(200, { "content-length": "10" });
      outgoing.write("half", () => outgoing.destroy());
    });
    await assert.rejects(requests.handle(request), { code: "UND_ERR_SOCKET" });
    server.close();
    await once(server, "close");
    await assert.rejects(requests.handle(request), { code: "ECONNREFUSED" });
  });
});
