/** Requests through listeners to targets: shares, rules, streams, faults of targets, draining, health and metrics. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, get, type IncomingMessage, request } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { promisify } from "node:util";
import {
  addressOf,
  createBalancer,
  createGroup,
  createListener,
  forward,
  local,
  naming,
  startTarget,
  tally,
  targetsAre,
} from "../support/balancer.ts";
import { freePort } from "../support/freePort.ts";
import { ACCOUNT, REGION, startSignalbox } from "../support/signalbox.ts";
import { waitFor } from "../support/waitFor.ts";

const certificates = await mkdtemp(join(tmpdir(), "signalbox-certificates-"));
const box = await startSignalbox({ after }, { flags: { clock: "real", "listener-certificates": certificates } });
const elb = box.elbv2();
after(() => rm(certificates, { recursive: true, force: true }));

const [blue, green] = [await startTarget({ after }, naming("blue")), await startTarget({ after }, naming("green"))];
let names = 0;
/** A load balancer with one listener that does this. */
async function listening(action: Parameters<typeof createListener>[2]) {
  names += 1;
  const balancer = await createBalancer(elb, `lb-${names}`);
  return { balancer, ...(await createListener(elb, balancer, action)) };
}
const group = (...ports: number[]) => {
  names += 1;
  return createGroup(elb, `tg-${names}`, ports);
};

describe("weights", () => {
  it("are kept to exactly, and change for the next request", async () => {
    const [one, other] = [await group(blue.port), await group(green.port)];
    const { arn, url } = await listening(forward([one, 90], [other, 10]));
    assert.deepEqual(await tally(url, 1000), { blue: 900, green: 100 });
    for (const weight of [1, 50, 99, 0, 100]) {
      await elb.modifyListener({ ListenerArn: arn, DefaultActions: [forward([one, 100 - weight], [other, weight])] });
      const { green: count = 0 } = await tally(url, 100);
      assert.equal(count, weight);
    }
    // A change elsewhere does not begin the turns anew.
    await elb.modifyListener({ ListenerArn: arn, DefaultActions: [forward([one, 3], [other, 1])] });
    let greens = 0;
    for (let index = 0; index < 40; index += 1) {
      if ((await (await fetch(url)).text()) === "green") greens += 1;
      await elb.addTags({ ResourceArns: [arn], Tags: [{ Key: "turn", Value: String(index) }] });
    }
    assert.equal(greens, 10);
  });

  it("all of 0, and groups without targets, are answered with 503", async () => {
    const empty = await group();
    const { arn, url } = await listening(forward([empty, 1]));
    const answer = await fetch(url);
    assert.deepEqual([answer.status, answer.headers.get("server")], [503, "awselb/2.0"]);
    assert.match(await answer.text(), /<h1>503 Service Unavailable<\/h1>/);
    const full = await group(blue.port);
    await elb.modifyListener({ ListenerArn: arn, DefaultActions: [forward([full, 0])] });
    assert.equal((await fetch(url)).status, 503);
  });
});

describe("rules", () => {
  it("are asked by priority, and forward, redirect or answer", async () => {
    const [one, other] = [await group(blue.port), await group(green.port)];
    const { arn: ListenerArn, url } = await listening(forward([one, 1]));
    const rule = (Priority: number, Field: string, value: string, action: Parameters<typeof createListener>[2]) =>
      elb.createRule({ ListenerArn, Priority, Conditions: [{ Field, Values: [value] }], Actions: [action] });
    await rule(30, "path-pattern", "/green/*", forward([other, 1]));
    await rule(20, "path-pattern", "/green/fixed*", {
      Type: "fixed-response",
      FixedResponseConfig: { StatusCode: "418", ContentType: "application/json", MessageBody: '{"tea":true}' },
    });
    await rule(10, "host-header", "old.example.com", {
      Type: "redirect",
      RedirectConfig: {
        Protocol: "HTTPS",
        Port: "443",
        Host: "new.#{host}",
        Path: "/moved/#{path}",
        StatusCode: "HTTP_302",
      },
    });
    assert.equal(await (await fetch(`${url}/`)).text(), "blue");
    assert.equal(await (await fetch(`${url}/green/x?y`)).text(), "green");
    const fixed = await fetch(`${url}/green/fixed`);
    assert.deepEqual([fixed.status, await fixed.json()], [418, { tea: true }]);
    const [response] = (await once(get(`${url}/a/b?c=d`, { headers: { host: "old.example.com:1" } }), "response")) as [
      IncomingMessage,
    ];
    response.resume();
    assert.equal(response.statusCode, 302);
    assert.equal(response.headers.location, "https://new.old.example.com:443/moved/a/b?c=d");
  });
});

describe("a request", () => {
  it("is passed on with what ALB tells of it, and its answer as it is", async () => {
    const seen: IncomingMessage[] = [];
    const target = await startTarget({ after }, (incoming, outgoing) => {
      seen.push(incoming);
      outgoing.writeHead(207, "Many Things", [
        ...["X-Twice", "1", "X-Twice", "2", "Set-Cookie", "a=1", "Set-Cookie", "b=2", "Connection", "x-own"],
        ...["X-Own", "of the connection", "Server", "mine"],
      ]);
      outgoing.end("fine");
    });
    const { url } = await listening(forward([await group(target.port), 1]));
    const sent = get(`${url}/p%20q?x=1&x=2`, {
      headers: {
        "X-Forwarded-For": "10.1.1.1",
        "X-Amzn-Trace-Id": "Root=1-a;Self=1-b",
        "X-Hop": "no",
        Connection: "x-hop",
        "X-Odd_Name": "y",
      },
    });
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    assert.equal((await buffer(response)).toString(), "fine");
    const passed = seen.find(({ url: path }) => path !== "/");
    assert.equal(passed?.url, "/p%20q?x=1&x=2");
    const { headers = {} } = passed ?? {};
    assert.equal(headers["x-forwarded-for"], "10.1.1.1, 127.0.0.1");
    assert.deepEqual([headers["x-forwarded-proto"], headers["x-forwarded-port"]], ["http", "80"]);
    assert.match(String(headers["x-amzn-trace-id"]), /^Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-a/);
    assert.equal(headers.host, new URL(url).host);
    assert.deepEqual([headers["x-hop"], headers["x-odd_name"]], [undefined, "y"]);
    assert.deepEqual([response.statusCode, response.statusMessage], [207, "Many Things"]);
    assert.deepEqual(response.headers["set-cookie"], ["a=1", "b=2"]);
    assert.deepEqual(
      [response.headers["x-twice"], response.headers["server"], response.headers["x-own"]],
      ["1, 2", "mine", undefined],
    );
  });

  it("is a stream both ways, however large", async () => {
    const target = await startTarget({ after }, (incoming, outgoing) => void incoming.pipe(outgoing));
    const { url } = await listening(forward([await group(target.port), 1]));
    const sent = request(`${url}/echo`, { method: "POST", headers: { "transfer-encoding": "chunked" } });
    sent.write("first");
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    const [first] = (await once(response, "data")) as [Buffer];
    assert.equal(first.toString(), "first", "the beginning is back before the end is sent");
    const chunk = Buffer.alloc(2 ** 20, "x");
    let received = first.length;
    response.on("data", (data: Buffer) => {
      received += data.length;
    });
    for (let index = 0; index < 64; index += 1) if (!sent.write(chunk)) await once(sent, "drain");
    sent.end();
    await once(response, "end");
    assert.equal(received, 5 + 64 * 2 ** 20);
  });

  it("keeps its connection for the next one", async () => {
    const { url } = await listening(forward([await group(blue.port), 1]));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    for (let index = 0; index < 5; index += 1) {
      const sent = get(url, { agent });
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      ports.add(response.socket.localPort);
      await buffer(response);
    }
    agent.destroy();
    assert.equal(ports.size, 1);
  });
});

describe("WebSocket", () => {
  it("is joined with the target, and other upgrades are not", async () => {
    const target = await startTarget({ after }, (incoming, outgoing) => outgoing.end(String(incoming.headers.upgrade)));
    target.server.on("upgrade", (incoming: IncomingMessage, socket: Socket) => {
      if (incoming.url === "/no")
        return void socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nX-Why: no\r\n\r\nno");
      socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Key: 1\r\n\r\n");
      socket.pipe(socket);
    });
    const arn = await group(target.port);
    const { url } = await listening(forward([arn, 1]));
    const { port, hostname } = new URL(url);
    const speak = async (path: string, upgrade: string) => {
      const socket = connect(Number(port), hostname);
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\n\r\n`);
      const [head] = (await once(socket, "data")) as [Buffer];
      return { socket, head: head.toString() };
    };
    const { socket, head } = await speak("/ws", "websocket");
    assert.match(head, /^HTTP\/1\.1 101 .*X-Key: 1/s);
    socket.write("hello");
    assert.equal(String((await once(socket, "data"))[0]), "hello");
    const refused = await speak("/no", "websocket");
    assert.match(refused.head, /^HTTP\/1\.1 403 .*X-Why: no.*no$/s);
    const other = await speak("/h2", "h2c");
    assert.match(other.head, /^HTTP\/1\.1 200 .*undefined$/s);
    for (const open of [refused.socket, other.socket]) open.destroy();
    // It is under way until it ends: a target drains no sooner.
    await elb.deregisterTargets({ TargetGroupArn: arn, Targets: [local(target.port)] });
    await targetsAre(elb, arn, "draining");
    socket.write("still");
    assert.equal(String((await once(socket, "data"))[0]), "still");
    socket.destroy();
    await waitFor("the target has drained", async () => {
      return (await elb.describeTargetHealth({ TargetGroupArn: arn })).TargetHealthDescriptions?.length === 0;
    });
  });
});

describe("a target that fails", () => {
  it("costs nobody anything when it refuses connections, whatever the request", async () => {
    const gone = await startTarget({ after }, naming("gone"));
    const arn = await group(gone.port, blue.port);
    const { url } = await listening(forward([arn, 1]));
    await targetsAre(elb, arn, "healthy");
    gone.server.closeAllConnections();
    gone.server.close();
    await once(gone.server, "close");
    for (let index = 0; index < 4; index += 1) {
      const answer = await fetch(url, { method: "POST", body: "x".repeat(200_000) });
      assert.equal(await answer.text(), "blue");
    }
  });

  it("its checks gets nothing while there is a healthy one, and its share when there is none", async () => {
    const failing = await startTarget({ after }, (incoming, outgoing) => {
      if (incoming.headers["user-agent"]?.startsWith("ELB-HealthChecker")) outgoing.statusCode = 500;
      outgoing.end("failing");
    });
    const arn = await group(failing.port, blue.port);
    const { url } = await listening(forward([arn, 1]));
    await waitFor("one is healthy", async () => {
      const { TargetHealthDescriptions = [] } = await elb.describeTargetHealth({ TargetGroupArn: arn });
      return TargetHealthDescriptions.some(({ TargetHealth }) => TargetHealth?.State === "healthy");
    });
    assert.deepEqual(await tally(url, 20), { blue: 20 });
    await elb.deregisterTargets({ TargetGroupArn: arn, Targets: [local(blue.port)] });
    assert.deepEqual(await tally(url, 20), { failing: 20 });
  });

  it("costs no GET when it cuts the connection, and a POST that it may have seen is answered with 502", async () => {
    const cutting = await startTarget({ after }, (incoming, outgoing) => {
      if (incoming.headers["user-agent"]?.startsWith("ELB-HealthChecker")) outgoing.end();
      else incoming.socket.destroy();
    });
    const arn = await group(cutting.port, blue.port);
    const { url } = await listening(forward([arn, 1]));
    await targetsAre(elb, arn, "healthy");
    for (let index = 0; index < 6; index += 1) assert.equal(await (await fetch(url)).text(), "blue");
    const posts: number[] = [];
    for (const method of ["POST", "POST", "PUT", "PUT"]) posts.push((await fetch(url, { method, body: "x" })).status);
    assert.deepEqual(posts.sort(), [200, 200, 502, 502], "each target has been asked twice");
    const { url: alone } = await listening(forward([await group(await freePort()), 1]));
    assert.equal((await fetch(alone)).status, 502);
  });

  it("never passes off half an answer as a whole one", async () => {
    const target = await startTarget({ after }, (_incoming, outgoing) => {
      outgoing.write("half", () => outgoing.destroy());
    });
    const { url } = await listening(forward([await group(target.port), 1]));
    await assert.rejects(fetch(url).then((answer) => answer.text()));
  });

  it("that is silent for the idle time-out is answered for with 504", async () => {
    const target = await startTarget({ after }, () => {});
    const { balancer, url } = await listening(forward([await group(target.port), 1]));
    const Attributes = [{ Key: "idle_timeout.timeout_seconds", Value: "1" }];
    await elb.modifyLoadBalancerAttributes({ LoadBalancerArn: balancer, Attributes });
    assert.equal((await fetch(url, { headers: { connection: "close" } })).status, 504);
  });

  it("is healthy again when it passes a check", async () => {
    const port = await freePort();
    const arn = await group(port);
    const { url } = await listening(forward([arn, 1]));
    assert.equal((await fetch(url)).status, 502);
    const server = (await import("node:http")).createServer(naming("risen"));
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    await targetsAre(elb, arn, "healthy");
    assert.equal(await (await fetch(url)).text(), "risen");
    server.closeAllConnections();
    server.close();
    await once(server, "close");
    // Requests notice before checks do.
    assert.equal((await fetch(url)).status, 502);
    assert.equal((await fetch(url)).status, 502);
    await targetsAre(elb, arn, "unhealthy");
  });
});

describe("draining", () => {
  it("lets what is under way come to its end, and gives a target nothing new", async () => {
    const answers: (() => void)[] = [];
    const target = await startTarget({ after }, (incoming, outgoing) => {
      if (incoming.url === "/slow") answers.push(() => outgoing.end("slow"));
      else outgoing.end("quick");
    });
    const arn = await group(target.port, blue.port);
    const { url } = await listening(forward([arn, 1]));
    await targetsAre(elb, arn, "healthy");
    const slow = [fetch(`${url}/slow`), fetch(`${url}/slow`)];
    await waitFor("one is under way", () => answers.length === 1);
    await elb.deregisterTargets({ TargetGroupArn: arn, Targets: [local(target.port)] });
    const { TargetHealthDescriptions = [] } = await elb.describeTargetHealth({
      TargetGroupArn: arn,
      Targets: [local(target.port)],
    });
    assert.equal(TargetHealthDescriptions[0]?.TargetHealth?.State, "draining");
    assert.deepEqual(await tally(url, 20), { blue: 20 });
    for (const answer of answers) answer();
    const texts = await Promise.all(slow.map(async (answer) => (await answer).text()));
    assert.deepEqual(texts.sort(), ["blue", "slow"]);
    await waitFor("the target is gone", async () => {
      const now = await elb.describeTargetHealth({ TargetGroupArn: arn });
      return now.TargetHealthDescriptions?.length === 1;
    });
  });

  it("ends with the deregistration delay", async () => {
    let asked = 0;
    const target = await startTarget({ after }, (incoming) => {
      if (incoming.url === "/hang") asked += 1;
    });
    const arn = await group(target.port);
    const { url } = await listening(forward([arn, 1]));
    const Attributes = [{ Key: "deregistration_delay.timeout_seconds", Value: "0" }];
    await elb.modifyTargetGroupAttributes({ TargetGroupArn: arn, Attributes });
    const hanging = fetch(`${url}/hang`);
    await waitFor("it is under way", () => asked === 1);
    await elb.deregisterTargets({ TargetGroupArn: arn, Targets: [local(target.port)] });
    assert.equal((await hanging).status, 502);
  });

  it("costs nothing while weights change and targets are replaced, under requests without end", async () => {
    const one = await group(blue.port);
    const other = await group(green.port);
    const { arn, url } = await listening(forward([one, 1], [other, 0]));
    let isOver = false;
    const counts = { sent: 0, failed: 0 };
    const client = async () => {
      while (!isOver) {
        const answer = await fetch(url).catch(() => undefined);
        counts.sent += 1;
        if (!answer?.ok) counts.failed += 1;
        await answer?.text().catch(() => (counts.failed += 1));
      }
    };
    const clients = Array.from({ length: 8 }, client);
    let previous = blue;
    for (let turn = 1; turn <= 50; turn += 1) {
      await elb.modifyListener({ ListenerArn: arn, DefaultActions: [forward([one, 50 - turn], [other, turn])] });
      if (turn % 5 !== 0) continue;
      const next = await startTarget({ after }, naming(`blue ${turn}`));
      await elb.registerTargets({ TargetGroupArn: one, Targets: [local(next.port)] });
      await elb.deregisterTargets({ TargetGroupArn: one, Targets: [local(previous.port)] });
      const { port } = previous;
      await waitFor("it has drained", async () => {
        const asked = await elb.describeTargetHealth({ TargetGroupArn: one, Targets: [local(port)] });
        return asked.TargetHealthDescriptions?.[0]?.TargetHealth?.State === "unused";
      });
      // The first one is everybody's.
      if (previous !== blue) previous.server.closeAllConnections();
      if (previous !== blue) previous.server.close();
      previous = next;
    }
    isOver = true;
    await Promise.all(clients);
    assert.ok(counts.sent > 150, `${counts.sent} requests`);
    assert.equal(counts.failed, 0, `of ${counts.sent}`);
  });
});

describe("HTTPS", () => {
  const openssl = promisify(execFile);
  it("is spoken with a certificate from files", async () => {
    const files = { key: join(certificates, "shop.key"), cert: join(certificates, "shop.crt") };
    await openssl("openssl", [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
      ...["-subj", "/CN=shop.example.com", "-addext", "subjectAltName=DNS:shop.example.com,IP:127.0.0.1"],
      ...["-keyout", files.key, "-out", files.cert],
    ]);
    names += 1;
    const LoadBalancerArn = await createBalancer(elb, `lb-${names}`);
    const CertificateArn = `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/shop`;
    const { Listeners: [listener] = [] } = await elb.createListener({
      LoadBalancerArn,
      Protocol: "HTTPS",
      Port: 443,
      Certificates: [{ CertificateArn }],
      DefaultActions: [forward([await group(blue.port), 1])],
    });
    assert.deepEqual(listener?.Certificates, [{ CertificateArn }]);
    const url = await addressOf(elb, listener?.ListenerArn ?? "");
    assert.match(url, /^https:/);
    const { get: getSecure } = await import("node:https");
    const { readFile } = await import("node:fs/promises");
    const ca = await readFile(files.cert);
    for (const servername of ["shop.example.com", ""]) {
      const [response] = (await once(getSecure(url, { ca, servername, agent: false }), "response")) as [
        IncomingMessage,
      ];
      assert.equal((await buffer(response)).toString(), "blue");
    }
    await elb.addListenerCertificates({ ListenerArn: listener?.ListenerArn, Certificates: [{ CertificateArn }] });
    const { Certificates } = await elb.describeListenerCertificates({ ListenerArn: listener?.ListenerArn });
    assert.deepEqual(Certificates, [{ CertificateArn, IsDefault: true }]);
  });
});

describe("a network load balancer", () => {
  it("passes connections on as they are, half closed too", async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      const chunks: Buffer[] = [];
      socket.on("data", (chunk) => chunks.push(chunk));
      socket.on("end", () => socket.end(`got ${Buffer.concat(chunks)}`));
      socket.on("error", () => {});
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    after(() => void server.close());
    const { port } = server.address() as { port: number };
    names += 1;
    const balancer = await createBalancer(elb, `lb-${names}`, "network");
    const arn = await createGroup(elb, `tg-${names}`, [await freePort(), port], { Protocol: "TCP" });
    const { url } = await createListener(elb, balancer, forward([arn, 1]), "TCP", 5432);
    const { hostname, port: listens } = new URL(url);
    for (let index = 0; index < 3; index += 1) {
      const socket = connect({ host: hostname, port: Number(listens), allowHalfOpen: true });
      socket.end("question");
      assert.equal((await buffer(socket)).toString(), "got question");
    }
  });
});

describe("metrics", () => {
  const loadBalancerOf = (arn: string) => ({ Name: "LoadBalancer", Value: arn.split(":loadbalancer/")[1] });
  const targetGroupOf = (arn: string) => ({ Name: "TargetGroup", Value: arn.split(":").at(-1) });
  /** What has been published of a metric within the hour. */
  const query = async (MetricName: string, Dimensions: { Name: string; Value: string | undefined }[]) => {
    const now = await box.now();
    return {
      ...{ Namespace: "AWS/ApplicationELB", MetricName, Dimensions, Period: 3600 },
      ...{ StartTime: new Date((now - 3600) * 1000), EndTime: new Date((now + 3600) * 1000) },
    };
  };
  const read = async (
    metric: string,
    dimensions: { Name: string; Value: string | undefined }[],
    statistic: "Sum" | "Maximum" = "Sum",
  ) => {
    const asked = { ...(await query(metric, dimensions)), Statistics: [statistic] };
    const { Datapoints = [] } = await box.cloudWatch().getMetricStatistics(asked);
    return Datapoints.reduce((sum, point) => sum + (point[statistic] ?? 0), 0);
  };

  it("reach CloudWatch by load balancer and target group", async () => {
    const target = await startTarget({ after }, (incoming, outgoing) => {
      outgoing.statusCode = incoming.url === "/bad" ? 500 : 200;
      outgoing.end();
    });
    const arn = await group(target.port);
    const { balancer, url } = await listening(forward([arn, 1]));
    await targetsAre(elb, arn, "healthy");
    for (const path of ["/", "/", "/", "/bad"]) await (await fetch(`${url}${path}`)).text();
    const [loadBalancer, targetGroup] = [loadBalancerOf(balancer), targetGroupOf(arn)];
    await waitFor("the requests are counted", async () => (await read("RequestCount", [loadBalancer])) === 4);
    assert.equal(await read("HTTPCode_Target_2XX_Count", [loadBalancer, targetGroup]), 3);
    assert.equal(await read("HTTPCode_Target_5XX_Count", [loadBalancer]), 1);
    assert.equal(await read("HealthyHostCount", [targetGroup, loadBalancer], "Maximum"), 1);
    assert.ok((await read("TargetResponseTime", [loadBalancer], "Maximum")) > 0);
    const times = await query("TargetResponseTime", [loadBalancer, targetGroup]);
    const { Datapoints = [] } = await box.cloudWatch().getMetricStatistics({ ...times, ExtendedStatistics: ["p99"] });
    assert.ok((Datapoints[0]?.ExtendedStatistics?.["p99"] ?? 0) > 0);
  });

  it("count what became of WebSocket requests, whoever answered", async () => {
    const target = await startTarget({ after }, naming("plain"));
    target.server.on("upgrade", (incoming: IncomingMessage, socket: Socket) => {
      if (incoming.url === "/cut") return void socket.destroy();
      socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    });
    const arn = await group(target.port);
    const { arn: ListenerArn, balancer, url } = await listening(forward([arn, 1]));
    const answered = async (path: string) => {
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      socket.end(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
      return (await buffer(socket)).toString().slice(9, 12);
    };
    assert.deepEqual([await answered("/no"), await answered("/cut")], ["403", "502"]);
    const empty = await group();
    await elb.modifyListener({ ListenerArn, DefaultActions: [forward([empty, 1])] });
    assert.equal(await answered("/nobody"), "503");
    const fixed = { Type: "fixed-response", FixedResponseConfig: { StatusCode: "404" } } as const;
    await elb.modifyListener({ ListenerArn, DefaultActions: [fixed] });
    assert.equal(await answered("/fixed"), "404");
    const loadBalancer = loadBalancerOf(balancer);
    await waitFor("the requests are counted", async () => (await read("RequestCount", [loadBalancer])) === 4);
    assert.equal(await read("HTTPCode_Target_4XX_Count", [targetGroupOf(arn), loadBalancer]), 1);
    assert.equal(await read("HTTPCode_ELB_5XX_Count", [loadBalancer]), 2);
    assert.equal(await read("HTTPCode_ELB_4XX_Count", [loadBalancer]), 1);
    assert.equal(await read("RequestCount", [targetGroupOf(empty), loadBalancer]), 1);
  });
});
