import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { friendly, HOOKED, RunnerScene } from "../../test/support/runnerScene.ts";
import { canary, START } from "../../test/support/story.ts";
import { decisionsOf } from "../engine/decisions.ts";
import { awaitedEffect } from "../engine/step.ts";
import { patientStore } from "../store/patientStore.ts";
import { type Claims, type Store, type Transaction, WritesRefusedError } from "../store/store.ts";

describe("the runner", () => {
  let scene: RunnerScene;
  beforeEach(() => {
    scene = new RunnerScene();
  });
  afterEach(() => scene.end());

  it("turns a deployment from its start to its end, at the moments that its pace says", async () => {
    await scene.run();
    await scene.deploy("d-001AAAAAA", { traffic: canary(10, 5) });
    await scene.clock.advance(299_999);
    assert.deepEqual(scene.keys(), ["readAlias", "moveAlias/10/1"]);
    await scene.clock.advance(1);
    assert.deepEqual(scene.performed.at(-1), { key: "moveAlias/100/1", second: 300, deploymentId: "d-001AAAAAA" });
    assert.equal((await scene.found("d-001AAAAAA")).state.status, "Succeeded");
  });

  it("leaves the time at which a row is looked at where it comes before what is waited for, and moves it on when it has come", async () => {
    const hooks = { BeforeAllowTraffic: "check", AfterAllowTraffic: "check" };
    await scene.run();
    const n = await scene.deploy("d-001AAAAAA", { appSpec: { hooks } });
    await scene.clock.advance(60_000);
    const targetId = (await scene.found("d-001AAAAAA")).targets[0]?.targetId ?? "";
    const reported = { type: "hookReported", at: scene.clock.now(), targetId, status: "Succeeded" } as const;
    await scene.store.transaction((tx) => tx.inbox.append(n, { ...reported, lifecycleEvent: "BeforeAllowTraffic" }));
    await scene.clock.idle();
    const row = async () => {
      const record = await scene.store.read((reader) => reader.deployments.load(n));
      const decisions = decisionsOf(await scene.store.read((reader) => reader.history.of(n)));
      return { lookS: ((record?.wakeAt ?? Number.NaN) - START) / 1000, decided: decisions.length };
    };
    const before = await row();
    assert.equal(before.lookS, 3600, "that of the first hook, while the second has a minute more");
    await scene.clock.advance(3_540_000);
    assert.deepEqual(await row(), { ...before, lookS: 3660 }, "nothing was decided");
    await scene.clock.advance(60_000);
    assert.equal((await scene.found("d-001AAAAAA")).state.status, "Failed");
  });

  it("performs an effect only when the state that wants it is durable", async () => {
    const awaited: (string | null)[] = [];
    scene.world = async (effect, { deploymentId }) => {
      awaited.push(awaitedEffect((await scene.found(deploymentId)).state));
      return friendly(effect);
    };
    await scene.run();
    await scene.deploy("d-001AAAAAA");
    await scene.clock.idle();
    assert.deepEqual(awaited, ["readAlias", "moveAlias/100/1"]);
  });

  it("takes up at its start what an earlier run has left: events, effects and moments that have passed", async () => {
    await scene.deploy("d-001AAAAAA", { traffic: canary(10, 5) });
    const first = await scene.run();
    await scene.clock.advance(1000);
    await first.stop();
    await scene.clock.advance(3_600_000);
    assert.equal(scene.performed.length, 2, "nothing is done while nothing runs");
    await scene.run();
    await scene.clock.idle();
    assert.deepEqual(scene.performed.at(-1), { key: "moveAlias/100/1", second: 3601, deploymentId: "d-001AAAAAA" });
    assert.equal((await scene.found("d-001AAAAAA")).state.status, "Succeeded");
  });

  it("looks at alarms as soon as it starts: what turned red meanwhile ends a deployment at once", async () => {
    let state: "OK" | "ALARM" = "OK";
    const look = async () => ({ states: { errors: state }, problems: {} });
    scene.world = (effect) =>
      effect.type === "readAlarms" ? { type: "alarmsRead", states: { errors: state } } : friendly(effect);
    const alarms = { source: { look }, intervalMs: 10_000 };
    await scene.deploy("d-001AAAAAA", {
      traffic: canary(10, 5),
      alarms: { names: ["errors"], ignorePollFailure: false },
    });
    const first = await scene.run(scene.store, alarms);
    await scene.clock.advance(15_000);
    assert.equal(scene.keys().at(-1), "moveAlias/10/1");
    await first.stop();
    state = "ALARM";
    await scene.run(scene.store, alarms);
    await scene.clock.idle();
    const { status, errorInformation } = (await scene.found("d-001AAAAAA")).state;
    assert.deepEqual([status, errorInformation?.code], ["Stopped", "ALARM_ACTIVE"]);
  });

  it("claims no more of what is due than a page before those have had their turn", async () => {
    const wide = { ...HOOKED, traffic: canary(10, 5) };
    for (let number = 0; number < 1200; number += 1) {
      await scene.deploy(`d-${String(number).padStart(4, "0")}AAAAA`, wide);
    }
    // Their functions never report: an hour later all are due at once.
    const first = await scene.run();
    await scene.clock.idle();
    await first.stop();
    await scene.clock.advance(3_600_000);
    const claimed = new Set<number>();
    let most = 0;
    // Claims are made within a read.
    let reading: Transaction | null = null;
    const read: Store["read"] = (work) =>
      scene.store.read((reader) => {
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
    await scene.run({ ...scene.store, read, claims });
    await scene.clock.idle();
    assert.deepEqual(await scene.store.read((reader) => reader.deployments.due(scene.clock.now(), 2000)), []);
    assert.deepEqual([claimed.size, most], [1200, 500]);
  });

  it("stops turning a deployment that a fault of ours has broken, says so, and turns all others", async () => {
    const runner = await scene.run();
    const completeTime = START;
    const [, broken] = await Promise.all([
      scene.deploy("d-001AAAAAA"),
      scene.deploy("d-002AAAAAA", {}, { completeTime }),
      scene.deploy("d-003AAAAAA"),
    ]);
    await scene.clock.advance(60_000);
    assert.deepEqual([...runner.faults().keys()], [broken]);
    assert.match(runner.faults().get(broken) ?? "", /completeTime is set exactly when/);
    const statuses = await Promise.all([1, 2, 3].map(async (n) => (await scene.found(`d-00${n}AAAAAA`)).state.status));
    assert.deepEqual(statuses, ["Succeeded", "Created", "Succeeded"]);
  });

  it("turns every deployment once the disk takes writes again, whatever was refused meanwhile", async () => {
    let isFull = true;
    let makeRoom = () => {};
    const refusing: Store = {
      ...scene.store,
      transaction: (work) =>
        scene.store.transaction(async (tx) => {
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
    for (const id of ids) await scene.deploy(id, { traffic: canary(10, 5) });
    const runner = await scene.run(patientStore(refusing, room));
    for (let full = 1; full <= 3; full += 1) {
      isFull = true;
      const advancing = scene.clock.advance(200_000);
      for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      isFull = false;
      makeRoom();
      await advancing;
    }
    for (const id of ids) assert.equal((await scene.found(id)).state.status, "Succeeded");
    assert.equal(runner.faults().size, 0);
    assert.equal(scene.performed.length, 9, "no call was made twice: an answer waits until it can be kept");
  });

  it("ends although the disk never takes writes again", async () => {
    const refused = () => Promise.reject(new WritesRefusedError("the disk is full"));
    const asked = patientStore({ ...scene.store, transaction: refused }, () => new Promise(() => {}));
    await scene.deploy("d-001AAAAAA");
    const runner = await scene.run(asked);
    await new Promise((resolve) => setImmediate(resolve));
    const stopped = runner.stop();
    asked.giveUp();
    await stopped;
    assert.equal((await scene.found("d-001AAAAAA")).state.status, "Created");
  });

  it("turns a rollback that begins with a deployment's end", async () => {
    await scene.run();
    await scene.deploy("d-001AAAAAA", { traffic: canary(10, 5) });
    await scene.clock.advance(1000);
    const { n } = await scene.found("d-001AAAAAA");
    await scene.store.transaction((tx) =>
      tx.inbox.append(n, { type: "stopRequested", at: scene.clock.now(), rollBack: true }),
    );
    await scene.clock.idle();
    assert.equal((await scene.found("d-001AAAAAA")).state.status, "Stopped");
    const rollback = await scene.found("d-001AAAAAR");
    assert.deepEqual([rollback.state.status, rollback.plan.rollsBackDeploymentId], ["Succeeded", "d-001AAAAAA"]);
  });
});
