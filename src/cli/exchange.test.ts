import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { ClientSettings } from "../settings.ts";
import { deploymentSource } from "./deploymentSource.ts";
import { exchange, UnreachableError } from "./exchange.ts";
import { request } from "./request.ts";

describe("a request of a command", () => {
  let answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
  let client: ClientSettings;
  const server = createServer((incoming, outgoing) => answer(incoming, outgoing));
  beforeEach(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    client = { endpoint, accountId: "111122223333", region: "eu-west-1" };
  });
  afterEach(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => void server.close(() => resolve()));
  });

  it("is sent as the caller's, and answered with JSON", async () => {
    answer = async ({ method, url, headers: { authorization, colour } }, outgoing) =>
      outgoing.writeHead(201).end(JSON.stringify({ method, url, authorization, colour }));
    const { status, isGood, body } = await exchange(client, "/a?b=1", { method: "PUT", headers: { colour: "red" } });
    assert.deepEqual([status, isGood], [201, true]);
    const { authorization, ...others } = body as Record<string, string>;
    assert.deepEqual(others, { method: "PUT", url: "/a?b=1", colour: "red" });
    assert.match(String(authorization), /Credential=111122223333\/19700101\/eu-west-1\//);
  });

  it("is given up when its answer is late, in its head or in its body, and not where it may take its time", async () => {
    answer = (_, outgoing) => void setTimeout(() => outgoing.end("{}"), 300);
    await assert.rejects(exchange(client, "/", { patienceMs: 20 }), {
      constructor: UnreachableError,
      message: /no answer/,
    });
    assert.deepEqual((await exchange(client, "/", { patienceMs: null })).body, {});
    answer = (_, outgoing) => void outgoing.writeHead(200).write("{");
    await assert.rejects(exchange(client, "/", { patienceMs: 100 }), { message: /no answer/ });
  });

  it("moves the time, and asks for deployments, without fetch, which gives up after five minutes", async (test) => {
    test.mock.method(globalThis, "fetch", () => assert.fail("fetch"));
    let sent = "";
    answer = async (incoming, outgoing) => {
      sent = await text(incoming);
      outgoing.end('{"speed":1}');
    };
    const source = deploymentSource(client);
    await source.advance(60);
    assert.equal(sent, '{"seconds":60}');
    assert.equal(await source.speed(), 1);
  });

  it("is told apart: nobody answers, somebody who is no signalbox, and a refusal", async () => {
    const nobody = { ...client, endpoint: "http://127.0.0.1:1" };
    await assert.rejects(request(nobody, "/"), { exitCode: 69, message: /127\.0\.0\.1:1 \(ECONNREFUSED\)/ });
    answer = (_, outgoing) => void outgoing.end("<html>");
    await assert.rejects(request(client, "/"), { exitCode: 1, message: /is no signalbox\.$/ });
    await assert.rejects(deploymentSource(client).speed(), { exitCode: 69, message: /is no signalbox \(HTTP 200\)/ });
    answer = (_, outgoing) => void outgoing.writeHead(400).end('{"message":"Not now"}');
    await assert.rejects(request(client, "/"), { exitCode: 1, message: "Not now." });
  });
});
