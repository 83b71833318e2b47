import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";
import { CrashableStore } from "../../test/simulation/crashableStore.ts";
import { alone, canary, lambdaPlan, type PlanOptions, START } from "../../test/support/story.ts";
import { type VirtualClock, virtualClock } from "../clock.ts";
import { type Driver, type EffectContext, EffectError } from "../drivers/driver.ts";
import { decisionsOf } from "../engine/decisions.ts";
import type { Deployment, Effect, EffectAnswer } from "../engine/deployment.ts";
import { awaitedEffect, newDeployment } from "../engine/step.ts";
import { seededIds } from "../ids.ts";
import { patientStore } from "../store/patientStore.ts";
import { openMemoryStore } from "../store/sqlite/memoryStore.ts";
import {
  type Claims,
  type Store,
  type StoredDeployment,
  type Transaction,
  WritesRefusedError,
} from "../store/store.ts";
import { Runner, type RunnerOptions } from "./runner.ts";

const SCOPE = { accountId: "111122223333", region: "eu-west-1" };
const HOOKED = { appSpec: { hooks: { BeforeAllowTraffic: "check" } } };
const busy = new EffectError("unavailable", "too many requests", true);

describe("the runner", () => {
  let store: Store;
  let clock: VirtualClock;
  let runners: Runner[];
  let performed: { key: string; second: number; deploymentId: string }[];
  /** What the outside world answers; replaced by the tests. */
  let world: (effect: Effect, context: EffectContext) => EffectAnswer | Promise<EffectAnswer>;

  const friendly = (effect: Effect): EffectAnswer => {
    if (effect.type === "readAlias") return { type: "aliasRead", alias: alone("1") };
    if (effect.type === "moveAlias") return { type: "aliasMoved" };
    if (effect.type === "readRevision") return { type: "revisionRead", content: "{}" };
    if (effect.type === "readAlarms") return { type: "alarmsRead", states: {} };
    assert.ok(effect.type === "invokeHook");
    const { targetId, lifecycleEvent } = effect;
    return { type: "hookInvocationEnded", targetId, lifecycleEvent, error: null, logTail: "" };
  };
  const never = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(busy), { once: true }));

  beforeEach(() => {
    store = openMemoryStore();
    clock = virtualClock(START);
    runners = [];
    performed = [];
    world = friendly;
  });
  afterEach(async () => {
    mock.timers.reset();
    for (const runner of runners) await runner.stop();
    await store.close();
  });

  async function run(on: Store = store, alarms?: RunnerOptions["alarms"]): Promise<Runner> {
    const driver: Driver = {
      performs: ["readAlias", "readAlarms", "moveAlias", "invokeHook"],
      async perform(effect, context) {
        performed.push({ key: effect.key, second: (clock.now() - START) / 1000, deploymentId: context.deploymentId });
        return world(effect, context);
      },
    };
    const runner = new Runner({
      store: on,
      clock,
      ids: seededIds(1),
      drivers: [driver],
      log: () => {},
      ...(alarms && { alarms }),
    });
    runners.push(runner);
    await runner.start();
    return runner;
  }

  async function deploy(deploymentId: string, options: PlanOptions = {}, damage: Partial<Deployment["state"]> = {}) {
    const plan = { ...lambdaPlan(options), deploymentId, rollbackDeploymentId: `${deploymentId.slice(0, -1)}R` };
    const { state, targets } = newDeployment(plan);
    return store.transaction(async (tx) => {
      const groupN = Number.parseInt(deploymentId.slice(2), 10);
      const n = await tx.deployments.insert(plan, { state: { ...state, ...damage }, targets }, 1, groupN);
      await tx.inbox.append(n, { type: "start", at: clock.now() });
      return n;
    });
  }

  async function found(deploymentId: string): Promise<StoredDeployment> {
    const deployment = await store.read((reader) => reader.deployments.find(SCOPE, deploymentId));
    return deployment ?? assert.fail(`${deploymentId} is there`);
  }

  const keys = () => performed.map(({ key }) => key);

  it("turns a deployment from its start to its end, at the moments that its pace says", async () => {
    await run();
    await deploy("d-001AAAAAA", { traffic: canary(10, 5) });
    await clock.advance(299_999);
    assert.deepEqual(keys(), ["readAlias", "moveAlias/10/1"]);
    await clock.advance(1);
    assert.deepEqual(performed.at(-1), { key: "moveAlias/100/1", second: 300, deploymentId: "d-001AAAAAA" });
    assert.equal((await found("d-001AAAAAA")).state.status, "Succeeded");
  });

  it("leaves the time at which a row is looked at where it comes before what is waited for, and moves it on when it has come", async () => {
    const hooks = { BeforeAllowTraffic: "check", AfterAllowTraffic: "check" };
    await run();
    const n = await deploy("d-001AAAAAA", { appSpec: { hooks } });
    await clock.advance(60_000);
    const targetId = (await found("d-001AAAAAA")).targets[0]?.targetId ?? "";
    const reported = { type: "hookReported", at: clock.now(), targetId, status: "Succeeded" } as const;
    await store.transaction((tx) => tx.inbox.append(n, { ...reported, lifecycleEvent: "BeforeAllowTraffic" }));
    await clock.idle();
    const row = async () => {
      const record = await store.read((reader) => reader.deployments.load(n));
      const decisions = decisionsOf(await store.read((reader) => reader.history.of(n)));
      return { lookS: ((record?.wakeAt ?? Number.NaN) - START) / 1000, decided: decisions.length };
    };
    const before = await row();
    assert.equal(before.lookS, 3600, "that of the first hook, while the second has a minute more");
    await clock.advance(3_540_000);
    assert.deepEqual(await row(), { ...before, lookS: 3660 }, "nothing was decided");
    await clock.advance(60_000);
    assert.equal((await found("d-001AAAAAA")).state.status, "Failed");
  });

  it("performs an effect only when the state that wants it is durable", async () => {
    const awaited: (string | null)[] = [];
    world = async (effect, { deploymentId }) => {
      awaited.push(awaitedEffect((await found(deploymentId)).state));
      return friendly(effect);
    };
    await run();
    await deploy("d-001AAAAAA");
    await clock.idle();
    assert.deepEqual(awaited, ["readAlias", "moveAlias/100/1"]);
  });

  it("takes up at its start what an earlier run has left: events, effects and moments that have passed", async () => {
    await deploy("d-001AAAAAA", { traffic: canary(10, 5) });
    const first = await run();
    await clock.advance(1000);
    await first.stop();
    await clock.advance(3_600_000);
    assert.equal(performed.length, 2, "nothing is done while nothing runs");
    await run();
    await clock.idle();
    assert.deepEqual(performed.at(-1), { key: "moveAlias/100/1", second: 3601, deploymentId: "d-001AAAAAA" });
    assert.equal((await found("d-001AAAAAA")).state.status, "Succeeded");
  });

  it("looks at alarms as soon as it starts: what turned red meanwhile ends a deployment at once", async () => {
    let state: "OK" | "ALARM" = "OK";
    const look = async () => ({ states: { errors: state }, problems: {} });
    world = (effect) =>
      effect.type === "readAlarms" ? { type: "alarmsRead", states: { errors: state } } : friendly(effect);
    const alarms = { source: { look }, intervalMs: 10_000 };
    await deploy("d-001AAAAAA", { traffic: canary(10, 5), alarms: { names: ["errors"], ignorePollFailure: false } });
    const first = await run(store, alarms);
    await clock.advance(15_000);
    assert.equal(keys().at(-1), "moveAlias/10/1");
    await first.stop();
    state = "ALARM";
    await run(store, alarms);
    await clock.idle();
    const { status, errorInformation } = (await found("d-001AAAAAA")).state;
    assert.deepEqual([status, errorInformation?.code], ["Stopped", "ALARM_ACTIVE"]);
  });

  it("claims no more of what is due than a page before those have had their turn", async () => {
    const wide = { ...HOOKED, traffic: canary(10, 5) };
    for (let number = 0; number < 1200; number += 1) {
      await deploy(`d-${String(number).padStart(4, "0")}AAAAA`, wide);
    }
    // Their functions never report: an hour later all are due at once.
    const first = await run();
    await clock.idle();
    await first.stop();
    await clock.advance(3_600_000);
    const claimed = new Set<number>();
    let most = 0;
    // Claims are made within a read.
    let reading: Transaction | null = null;
    const read: Store["read"] = (work) =>
      store.read((reader) => {
        reading = reader;
        return work(reader);
      });
    const claims: Claims = {
      async due(now, limit) {
        const due = (await reading?.deployments.due(now, 2000)) ?? [];
        const chosen = due.filter((n) => !claimed.has(n)).slice(0, limit);
        for (const n of chosen) claimed.add(n);
        most = Math.max(most, due.filter((n) => claimed.has(n)).length);
        return chosen;
      },
      effects: async () => [],
      notifications: async () => [],
    };
    await run({ ...store, read, claims });
    await clock.idle();
    assert.deepEqual(await store.read((reader) => reader.deployments.due(clock.now(), 2000)), []);
    assert.deepEqual([claimed.size, most], [1200, 500]);
  });

  it("gives up the calls under way when it stops, and makes them again at the next start", async () => {
    world = (_, { signal }) => never(signal);
    const first = await run();
    await deploy("d-001AAAAAA");
    // Virtual time stands still while the call is under way, so this cannot wait for the clock.
    while (performed.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await first.stop();
    await clock.idle();
    assert.equal((await found("d-001AAAAAA")).state.status, "InProgress");
    world = friendly;
    await run();
    await clock.idle();
    assert.deepEqual(keys(), ["readAlias", "readAlias", "moveAlias/100/1"]);
  });

  it("tries a call again where that may help, less and less often, and goes on when it is answered", async () => {
    world = (effect) => {
      if (performed.length < 8) throw busy;
      return friendly(effect);
    };
    await run();
    await deploy("d-001AAAAAA");
    await clock.advance(600_000);
    assert.equal((await found("d-001AAAAAA")).state.status, "Succeeded");
    const seconds = performed.slice(0, 8).map(({ second }) => second);
    const waits = seconds.slice(1).map((second, index) => second - (seconds[index] ?? 0));
    for (const [index, wait] of waits.entries()) {
      const longest = Math.min(30, 0.5 * 2 ** index);
      assert.ok(wait >= longest / 2 && wait <= longest + 0.001, `wait ${index} was ${wait} s`);
    }
  });

  it("fails a deployment whose call is refused eight times", async () => {
    world = () => {
      throw busy;
    };
    await run();
    await deploy("d-001AAAAAA");
    await clock.advance(600_000);
    const { state } = await found("d-001AAAAAA");
    assert.deepEqual([state.status, state.errorInformation?.code, performed.length], ["Failed", "INTERNAL_ERROR", 8]);
  });

  it("fails a deployment at once when trying again cannot help, and when a driver has a fault", async () => {
    const faults = [new EffectError("notFound", "no such function", false), new Error("a fault of ours")];
    for (const [index, fault] of faults.entries()) {
      world = () => {
        throw fault;
      };
      await run();
      await deploy(`d-00${index}AAAAAA`);
      await clock.idle();
    }
    assert.equal((await found("d-000AAAAAA")).state.errorInformation?.code, "INVALID_LAMBDA_FUNCTION");
    assert.equal((await found("d-001AAAAAA")).state.errorInformation?.code, "INTERNAL_ERROR");
    assert.equal(performed.length, 2);
  });

  it("tries to invoke a hook until its deadline, and not once more", async () => {
    world = (effect) => {
      if (effect.type === "invokeHook") throw busy;
      return friendly(effect);
    };
    await run();
    await deploy("d-001AAAAAA", HOOKED);
    await clock.advance(4_000_000);
    const { state } = await found("d-001AAAAAA");
    assert.equal(state.status, "Failed");
    const lastTry = performed.at(-1)?.second ?? 0;
    assert.ok(lastTry < 3600 && lastTry > 3570, `the last try was at ${lastTry} s`);
  });

  it("invokes a function that had no room for whoever has waited longest, as soon as it has", async () => {
    const invoked: string[] = [];
    const ends: (() => void)[] = [];
    world = (effect, { deploymentId }) => {
      if (effect.type !== "invokeHook") return friendly(effect);
      if (ends.length > 0) throw new EffectError("unavailable", "rate exceeded", true, true);
      invoked.push(deploymentId);
      return new Promise((resolve) => ends.push(() => resolve(friendly(effect))));
    };
    // The clock is never moved: nobody waits for an attempt of their own.
    const settled = async () => {
      for (let turns = 0; turns < 200; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    };
    await run();
    const ids = ["d-001AAAAAA", "d-002AAAAAA", "d-003AAAAAA"];
    for (const id of ids) {
      await deploy(id, HOOKED);
      await settled();
    }
    for (const id of ids) {
      assert.equal(invoked.at(-1), id);
      ends.pop()?.();
      await settled();
    }
    assert.deepEqual(invoked, ids);
  });

  it("makes a call again that is not answered within half a minute of real time", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    world = (effect, { signal }) => (performed.length === 1 ? never(signal) : friendly(effect));
    await run();
    await deploy("d-001AAAAAA");
    while (performed.length === 0) await new Promise((resolve) => setImmediate(resolve));
    for (let second = 1; second <= 30; second += 1) mock.timers.tick(1000);
    await clock.advance(1000);
    assert.deepEqual(keys(), ["readAlias", "readAlias", "moveAlias/100/1"]);
  });

  it("waits for an answer after it was stopped for an hour: it may lie there, and could not be read", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    let answer = () => {};
    world = (effect, { signal }) => {
      if (effect.type === "moveAlias") return friendly(effect);
      const answered = new Promise<EffectAnswer>((resolve) => {
        answer = () => resolve(friendly(effect));
      });
      return Promise.race([answered, never(signal)]);
    };
    await run();
    await deploy("d-001AAAAAA");
    while (performed.length === 0) await new Promise((resolve) => setImmediate(resolve));
    // All timers that fell due meanwhile fire before anything is read.
    mock.timers.tick(3_600_000);
    answer();
    await clock.idle();
    assert.deepEqual(keys(), ["readAlias", "moveAlias/100/1"]);
  });

  it("does not invoke a hook for a deployment that is stopped in the very commit that wanted it", async () => {
    const gate = new CrashableStore(store);
    const parked = async () => {
      while (gate.parked === 0) await new Promise((resolve) => setImmediate(resolve));
    };
    const n = await deploy("d-001AAAAAA", HOOKED);
    const running = run(gate);
    // The first turn and the answer to its look at the alias; the turn of that answer then waits for its commit.
    for (const _ of ["first turn", "answer"]) {
      await parked();
      await gate.commit(1, { joined: false, told: true });
    }
    await parked();
    const stopping = gate.transaction((tx) => tx.inbox.append(n, { type: "stopRequested", at: START, rollBack: null }));
    await gate.commit(2, { joined: true, told: true });
    await running;
    await stopping;
    assert.equal((await found("d-001AAAAAA")).state.status, "Stopped");
    for (let turns = 0; turns < 20; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      await gate.commit(gate.parked, { joined: true, told: true });
    }
    assert.deepEqual(keys(), ["readAlias"]);
  });

  it("stops turning a deployment that a fault of ours has broken, says so, and turns all others", async () => {
    const runner = await run();
    const completeTime = START;
    const [, broken] = await Promise.all([
      deploy("d-001AAAAAA"),
      deploy("d-002AAAAAA", {}, { completeTime }),
      deploy("d-003AAAAAA"),
    ]);
    await clock.advance(60_000);
    assert.deepEqual([...runner.faults().keys()], [broken]);
    assert.match(runner.faults().get(broken) ?? "", /completeTime is set exactly when/);
    const statuses = await Promise.all([1, 2, 3].map(async (n) => (await found(`d-00${n}AAAAAA`)).state.status));
    assert.deepEqual(statuses, ["Succeeded", "Created", "Succeeded"]);
  });

  it("turns every deployment once the disk takes writes again, whatever was refused meanwhile", async () => {
    let isFull = true;
    let makeRoom = () => {};
    const refusing: Store = {
      ...store,
      transaction: (work) =>
        store.transaction(async (tx) => {
          const value = await work(tx);
          // All is undone, as when the disk is found to be full at the commit.
          if (isFull) throw new WritesRefusedError("the disk is full");
          return value;
        }),
    };
    const room = () =>
      new Promise<void>((resolve) => {
        const others = makeRoom;
        makeRoom = () => {
          others();
          resolve();
        };
      });
    const ids = ["d-001AAAAAA", "d-002AAAAAA", "d-003AAAAAA"];
    for (const id of ids) await deploy(id, { traffic: canary(10, 5) });
    const runner = await run(patientStore(refusing, room));
    for (let full = 1; full <= 3; full += 1) {
      isFull = true;
      const advancing = clock.advance(200_000);
      for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      isFull = false;
      makeRoom();
      await advancing;
    }
    for (const id of ids) assert.equal((await found(id)).state.status, "Succeeded");
    assert.equal(runner.faults().size, 0);
    assert.equal(performed.length, 9, "no call was made twice: an answer waits until it can be kept");
  });

  it("ends although the disk never takes writes again", async () => {
    const refused = () => Promise.reject(new WritesRefusedError("the disk is full"));
    const asked = patientStore({ ...store, transaction: refused }, () => new Promise(() => {}));
    await deploy("d-001AAAAAA");
    const runner = await run(asked);
    await new Promise((resolve) => setImmediate(resolve));
    const stopped = runner.stop();
    asked.giveUp();
    await stopped;
    assert.equal((await found("d-001AAAAAA")).state.status, "Created");
  });

  it("turns a rollback that begins with a deployment's end", async () => {
    await run();
    await deploy("d-001AAAAAA", { traffic: canary(10, 5) });
    await clock.advance(1000);
    const { n } = await found("d-001AAAAAA");
    await store.transaction((tx) => tx.inbox.append(n, { type: "stopRequested", at: clock.now(), rollBack: true }));
    await clock.idle();
    assert.equal((await found("d-001AAAAAA")).state.status, "Stopped");
    const rollback = await found("d-001AAAAAR");
    assert.deepEqual([rollback.state.status, rollback.plan.rollsBackDeploymentId], ["Succeeded", "d-001AAAAAA"]);
  });

  it("has at most 64 alias calls of a kind under way, and serves the rest as those end", async () => {
    const underWay: Partial<Record<Effect["type"], number>> = {};
    const most = { ...underWay };
    world = async (effect) => {
      const { type } = effect;
      underWay[type] = (underWay[type] ?? 0) + 1;
      most[type] = Math.max(most[type] ?? 0, underWay[type]);
      await new Promise((resolve) => setImmediate(resolve));
      underWay[type] -= 1;
      return friendly(effect);
    };
    await run();
    const ids = Array.from({ length: 150 }, (_, index) => `d-${String(index).padStart(3, "0")}AAAAAA`);
    await Promise.all(ids.map((id) => deploy(id)));
    await clock.idle();
    assert.deepEqual([most, performed.length], [{ readAlias: 64, moveAlias: 64 }, 300]);
  });
});
