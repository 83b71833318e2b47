/** Health checks and draining, by a clock that a test moves. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { virtualClock } from "../../../clock.ts";
import type { HealthCheck, TargetGroup } from "../resources.ts";
import { LiveTarget } from "./liveTarget.ts";

let status = 200;
let checks = 0;
const server = createServer((_incoming, outgoing) => {
  checks += 1;
  outgoing.statusCode = status;
  outgoing.end();
});
before(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
after(() => server.close());

const check: HealthCheck = {
  enabled: true,
  protocol: "HTTP",
  port: "traffic-port",
  intervalSeconds: 10,
  timeoutSeconds: 5,
  healthyThreshold: 3,
  unhealthyThreshold: 2,
  path: "/",
  matcher: "200-299",
};

function startTarget() {
  status = 200;
  const clock = virtualClock(0);
  const told: string[] = [];
  const group = { targetType: "ip", protocol: "HTTP", healthCheck: check } as TargetGroup;
  const target = new LiveTarget({
    target: { id: "127.0.0.1", port: (server.address() as AddressInfo).port },
    group,
    host: "127.0.0.1",
    clock,
    changed: ({ health }) => void (told.at(-1) === health || told.push(health)),
  });
  return { clock, target, told, advance: (seconds: number) => clock.advance(seconds * 1000) };
}

describe("health checks", () => {
  it("find a new target healthy at once, and then go by the thresholds", async () => {
    const { target, told, advance } = startTarget();
    assert.equal(target.health, "unused");
    target.use(true, check);
    await advance(0);
    assert.deepEqual(told, ["initial", "healthy"]);
    status = 500;
    await advance(10);
    assert.equal(target.health, "healthy");
    await advance(10);
    assert.deepEqual([target.health, target.reason], ["unhealthy", "Target.ResponseCodeMismatch"]);
    assert.equal(target.says, "Health checks failed with these codes: [500]");
    status = 204;
    await advance(20);
    assert.equal(target.health, "unhealthy");
    await advance(10);
    assert.equal(target.health, "healthy");
    target.use(false, check);
    assert.equal(target.health, "unused");
    const before = checks;
    await advance(100);
    assert.equal(checks, before, "nobody looks at what nobody uses");
    target.close();
  });

  it("give a new target time, and look at it every second meanwhile", async () => {
    const { target, advance } = startTarget();
    status = 503;
    target.use(true, check);
    await advance(19);
    assert.equal(target.health, "initial");
    await advance(1);
    assert.equal(target.health, "unhealthy");
    const late = startTarget();
    status = 503;
    late.target.use(true, check);
    await late.advance(5);
    status = 200;
    await late.advance(1);
    assert.equal(late.target.health, "healthy");
    for (const one of [target, late.target]) one.close();
  });

  it("believe a refused connection, and look again soon", async () => {
    const { target, told, advance } = startTarget();
    target.use(true, check);
    await advance(0);
    target.refused();
    assert.deepEqual([target.health, target.isSuspect], ["healthy", true]);
    await advance(1);
    assert.equal(target.isSuspect, false, "it answers after all");
    target.refused();
    target.refused();
    assert.deepEqual(told, ["initial", "healthy", "unhealthy"]);
    target.close();
  });
});

describe("draining", () => {
  it("waits for the last one under way", async () => {
    const { target, told } = startTarget();
    const ends = [target.begin(() => {}), target.begin(() => {})];
    const drained = target.drain(1000);
    for (const end of ends) end();
    await drained;
    assert.deepEqual(told, ["draining", "unused"]);
  });

  it("cuts off what is under way after the delay", async () => {
    const { target, advance } = startTarget();
    const cut: string[] = [];
    target.begin(() => cut.push("one"));
    const end = target.begin(() => cut.push("other"));
    const drained = target.drain(60_000);
    end();
    await advance(59);
    assert.equal(target.health, "draining");
    await advance(1);
    await drained;
    assert.deepEqual(cut, ["one"]);
  });
});
