/** Hostile clients and targets: each gets what it deserves, nothing is smuggled past the rules, and others are served. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { after, afterEach, describe, it } from "node:test";
import { createBalancer, createGroup, createListener, forward, startTarget } from "../support/balancer.ts";
import { startSignalbox } from "../support/signalbox.ts";
import { waitFor } from "../support/waitFor.ts";

const box = await startSignalbox({ after }, { flags: { clock: "real" } });
const elb = box.elbv2();

/** Every request that a target has seen but for health checks. */
const seen: string[] = [];
const target = await startTarget({ after }, (incoming, outgoing) => {
  if (!incoming.headers["user-agent"]?.startsWith("ELB-")) seen.push(`${incoming.method} ${incoming.url}`);
  incoming.resume();
  incoming.on("end", () => outgoing.end("served"));
});
const balancer = await createBalancer(elb, "hostile");
const group = await createGroup(elb, "hostile", [target.port]);
const { arn: ListenerArn, url } = await createListener(elb, balancer, forward([group, 1]));
const { hostname, port } = new URL(url);
await elb.createRule({
  ListenerArn,
  Priority: 1,
  Conditions: [{ Field: "path-pattern", Values: ["/admin*"] }],
  Actions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "403" } }],
});
const Attributes = [{ Key: "idle_timeout.timeout_seconds", Value: "2" }];
await elb.modifyLoadBalancerAttributes({ LoadBalancerArn: balancer, Attributes });

function open(): Socket {
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  return socket;
}

/** Sends the bytes, and answers everything that comes back until the connection is closed, for idleness at the latest. */
async function exchange(bytes: string): Promise<string> {
  const socket = open();
  socket.write(Buffer.from(bytes, "latin1"));
  return (await buffer(socket).catch(() => Buffer.alloc(0))).toString("latin1");
}

const statuses = (answer: string) => [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

afterEach(async () => {
  const answer = await fetch(url);
  assert.deepEqual([answer.status, await answer.text()], [200, "served"], "others are served");
  assert.ok(!seen.some((request) => request.includes("/admin")), `nothing passes the rules: ${seen}`);
});

const smuggled = "GET /admin HTTP/1.1\r\nHost: x\r\n\r\n";

describe("a client that smuggles", () => {
  for (const [name, head, body] of [
    ["both lengths", "Content-Length: 6\r\nTransfer-Encoding: chunked", `0\r\n\r\n${smuggled}`],
    [
      "both lengths the other way round",
      "Transfer-Encoding: chunked\r\nContent-Length: 3",
      `1\r\nx\r\n0\r\n\r\n${smuggled}`,
    ],
    ["two lengths", "Content-Length: 0\r\nContent-Length: 30", smuggled],
    ["an encoding that is none", "Transfer-Encoding: xchunked", smuggled],
    ["an encoding after which another comes", "Transfer-Encoding: chunked, identity", `0\r\n\r\n${smuggled}`],
    ["a length below 0", "Content-Length: -1", smuggled],
    ["a length with a sign", "Content-Length: +5", "12345"],
    ["a space before the colon", "Content-Length : 5", "12345"],
    ["two hosts", "Host: y\r\nContent-Length: 0", ""],
    ["a folded header", "X-A: b\r\n Content-Length: 5", "12345"],
    ["a lone line feed", "X-A: b\nContent-Length: 5", "12345"],
    ["a chunk without a size", "Transfer-Encoding: chunked", `zz\r\n${smuggled}`],
    ["a chunk of any size", "Transfer-Encoding: chunked", `fffffffffffffffff\r\n${smuggled}`],
    ["a chunk that ends too late", "Transfer-Encoding: chunked", `1\r\nxyz\r\n0\r\n\r\n${smuggled}`],
  ] as const) {
    it(`by ${name} is refused with 400`, async () => {
      const answer = await exchange(`POST / HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n${body}`);
      assert.deepEqual(statuses(answer).at(-1), 400, answer);
      assert.ok(
        statuses(answer).every((status) => status !== 200),
        answer,
      );
    });
  }

  it("by an upgrade that the target does not make is not heard", async () => {
    const upgrade = "GET /plain HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    const answer = await exchange(`${upgrade}${smuggled}`);
    assert.deepEqual(statuses(answer), [200]);
  });

  it("by an upgrade with a body is taken for what it is", async () => {
    const upgrade =
      "POST /plain HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n\r\n";
    const answer = await exchange(`${upgrade}12345${smuggled}`);
    // What comes behind it is not heard either: node's parser has stopped reading.
    assert.deepEqual(statuses(answer), [200]);
  });

  it("in a pipeline meets the rules like everybody", async () => {
    const answer = await exchange(`GET / HTTP/1.1\r\nHost: x\r\n\r\n${smuggled}GET /last HTTP/1.1\r\nHost: x\r\n\r\n`);
    assert.deepEqual(statuses(answer), [200, 403, 200]);
  });
});

describe("a client that asks for too much", () => {
  it("is refused by AWS's limits", async () => {
    const ask = (path: string, headers = "") =>
      exchange(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`);
    assert.deepEqual(statuses(await ask(`/${"x".repeat(17_000)}`)), [414]);
    assert.deepEqual(statuses(await ask("/", `X-Large: ${"x".repeat(17_000)}\r\n`)), [400]);
    assert.deepEqual(statuses(await ask("/", `${"X-Many: xxxxxxxxxxxxxxxx\r\n".repeat(4000)}`)), [400]);
    assert.deepEqual(statuses(await ask("/", `X-Forwarded-For: ${"1.1.1.1,".repeat(40)}1.1.1.1\r\n`)), [463]);
    assert.deepEqual(statuses(await ask("*")), [400]);
    assert.deepEqual(statuses(await ask("http://other/x")), [200]);
    assert.equal(seen.at(-1), "GET /x");
    assert.deepEqual(statuses(await exchange("TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")), [405]);
    assert.deepEqual(statuses(await exchange("CONNECT 10.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n")), [405]);
    assert.deepEqual(statuses(await exchange("\0\x01\x02 rubbish\r\n\r\n")), [400]);
    assert.deepEqual(statuses(await ask("/", "X-Null: a\0b\r\n")), [400]);
  });
});

it("a client that closes its side has gone, and its request with it", async () => {
  const cut: string[] = [];
  const waiting = await startTarget({ after }, (incoming, outgoing) => {
    outgoing.on("close", () => cut.push(incoming.url ?? ""));
  });
  const arn = await createGroup(elb, "waiting", [waiting.port]);
  const at = await createListener(elb, balancer, forward([arn, 1]), "HTTP", 81);
  const socket = connect(Number(new URL(at.url).port), hostname);
  socket.write("GET /gone HTTP/1.1\r\nHost: x\r\n\r\n");
  await waitFor("the target has it", async () => {
    return (await new Promise<number>((resolve) => waiting.server.getConnections((_, count) => resolve(count)))) > 0;
  });
  socket.end();
  await waitFor("the target is told", () => cut.includes("/gone"));
});

describe("a client that is slow", () => {
  it("by never ending its headers holds nobody up, and is told so", async () => {
    const sockets = Array.from({ length: 200 }, open);
    for (const socket of sockets) socket.write("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    const answers = sockets.map((socket) => buffer(socket).catch(() => Buffer.alloc(0)));
    let drops = 0;
    while (drops < 5) {
      drops += 1;
      for (const socket of sockets) socket.write("x");
      assert.equal(await (await fetch(url)).text(), "served");
    }
    for (const answer of await Promise.all(answers)) assert.match(answer.toString(), /^(HTTP\/1\.1 408 |$)/);
  });

  it("with its body is answered for with 408", async () => {
    const socket = open();
    socket.write("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx");
    assert.deepEqual(statuses((await buffer(socket)).toString()), [408]);
  });

  it("at reading does not fill the memory", async () => {
    let written = 0;
    const endless = await startTarget({ after }, (_incoming, outgoing) => {
      const more = () => {
        let goesOn = true;
        while (goesOn) {
          written += 65_536;
          goesOn = outgoing.write(Buffer.alloc(65_536));
        }
      };
      outgoing.on("drain", more);
      more();
    });
    const other = await createGroup(elb, "endless", [endless.port]);
    await elb.createRule({
      ListenerArn,
      Priority: 2,
      Conditions: [{ Field: "path-pattern", Values: ["/endless"] }],
      Actions: [forward([other, 1])],
    });
    const socket = open();
    socket.pause();
    socket.write("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
    let before = -1;
    await waitFor("the target is held back", async () => {
      const isStill = written > 0 && written === before;
      before = written;
      await (await fetch(url)).text();
      return isStill;
    });
    assert.ok(written < 64 * 2 ** 20, `${written} bytes are on their way to nobody`);
    socket.destroy();
  });
});

describe("a target that misbehaves", () => {
  /** Answers each request with these bytes. */
  async function through(bytes: string, path = "/"): Promise<string> {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", () => void socket.write(bytes));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port: targetPort } = server.address() as { port: number };
    const arn = await createGroup(elb, `bad-${targetPort}`, [targetPort]);
    const at = await createListener(elb, balancer, forward([arn, 1]), "HTTP", targetPort);
    const answers: string[] = [];
    for (let index = 0; index < 2; index += 1) {
      const answer = await fetch(`${at.url}${path}`).catch(() => undefined);
      answers.push(`${answer?.status} ${await answer?.text().catch(() => "cut")}`);
    }
    await elb.deleteListener({ ListenerArn: at.arn });
    server.close();
    return answers.join(", ");
  }

  it("with what is no HTTP is answered for with 502", async () => {
    assert.match(await through("rubbish\r\n\r\n"), /^502 .*, 502 /s);
    assert.match(await through(`HTTP/1.1 200 OK\r\nX-Large: ${"x".repeat(70_000)}\r\n\r\n`), /^502 .*, 502 /s);
    assert.match(await through("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), /^502 .*, 502 /s);
    assert.match(await through("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), /^502 .*, 502 /s);
  });

  it("with an answer too many poisons nobody", async () => {
    const one = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none";
    const answers = await through(`${one}HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned`);
    assert.ok(!answers.includes("poisoned"), answers);
  });
});
