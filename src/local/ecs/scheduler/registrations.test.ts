/** Registrations that a target group refuses, in a real time that the test moves. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";
import { targetGroupsInMemory } from "../../../../test/support/ecsFixtures.ts";
import type { TaskRecord } from "../records.ts";
import { Registrations } from "./registrations.ts";

const BLUE = "arn:targetgroup/blue/1";
const GROUP = { targetType: "ip" as const, protocol: "HTTP", port: 80, loadBalancerArns: [] };
const id = { accountId: "123456789012", region: "eu-west-1", cluster: "shop", task: "1" };
const task = { task: "1", targets: [{ targetGroupArn: BLUE, id: "127.0.0.1", port: 8080 }] } as unknown as TaskRecord;
const TARGET = `${BLUE} 127.0.0.1:8080`;

function scene() {
  const groups = targetGroupsInMemory();
  groups.groups.set(BLUE, GROUP);
  const told: string[] = [];
  const registrations = new Registrations({
    ...{ targetGroups: groups, log: () => {} },
    isRunning: () => true,
    onTargets: (_, __, what) => void told.push(what),
    onRefusal: (_, __, targetGroupArn, why) => void told.push(`${targetGroupArn}: ${why}`),
  });
  /** Seconds of real time, and all that follows from each. */
  const wait = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      mock.timers.tick(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { groups, told, registrations, wait };
}

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

describe("a task", () => {
  it("is registered once a full group takes it, and the refusal is told once", async () => {
    const { groups, told, registrations, wait } = scene();
    groups.isFull = true;
    registrations.register(id, task);
    await wait(10);
    assert.deepEqual(told, [`${BLUE}: database or disk is full`]);
    assert.equal(registrations.isComplete(id), false);
    groups.isFull = false;
    await wait(1);
    assert.deepEqual([groups.registered(), told.at(-1)], [[TARGET], "registered"]);
  });

  it("whose group is gone is told of once, and does not ask again", async () => {
    const { groups, told, registrations, wait } = scene();
    groups.groups.delete(BLUE);
    registrations.register(id, task);
    await wait(1);
    groups.groups.set(BLUE, GROUP);
    await wait(60);
    assert.deepEqual([groups.registered(), told], [[], [`${BLUE}: Target group '${BLUE}' not found`]]);
  });

  it("leaves its groups once they let it go, and has not left before", async () => {
    const { groups, told, registrations, wait } = scene();
    registrations.register(id, task);
    groups.isFull = true;
    void registrations.deregister(id, task);
    await wait(10);
    assert.deepEqual([groups.registered(), told.at(-1)], [[TARGET], "draining"]);
    assert.ok(registrations.left(id));
    groups.isFull = false;
    await wait(1);
    assert.deepEqual([groups.registered(), told.at(-1)], [[], "deregistered"]);
    assert.equal(registrations.left(id), undefined);
  });
});
