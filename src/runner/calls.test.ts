/** What becomes of calls of the outside world: when they are made, made again, given up, and not made at all. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";
import { CrashableStore } from "../../test/simulation/crashableStore.ts";
import { busy, friendly, HOOKED, never, RunnerScene } from "../../test/support/runnerScene.ts";
import { START } from "../../test/support/story.ts";
import { EffectError } from "../drivers/driver.ts";
import type { Effect, EffectAnswer } from "../engine/deployment.ts";

describe("the runner", () => {
  let scene: RunnerScene;
  beforeEach(() => {
    scene = new RunnerScene();
  });
  afterEach(async () => {
    mock.timers.reset();
    await scene.end();
  });

  it("gives up the calls under way when it stops, and makes them again at the next start", async () => {
    scene.world = (_, { signal }) => never(signal);
    const first = await scene.run();
    await scene.deploy("d-001AAAAAA");
    // Virtual time stands still while the call is under way, so this cannot wait for the clock.
    while (scene.performed.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await first.stop();
    await scene.clock.idle();
    assert.equal((await scene.found("d-001AAAAAA")).state.status, "InProgress");
    scene.world = friendly;
    await scene.run();
    await scene.clock.idle();
    assert.deepEqual(scene.keys(), ["readAlias", "readAlias", "moveAlias/100/1"]);
  });

  it("tries a call again where that may help, less and less often, and goes on when it is answered", async () => {
    scene.world = (effect) => {
      if (scene.performed.length < 8) throw busy;
      return friendly(effect);
    };
    await scene.run();
    await scene.deploy("d-001AAAAAA");
    await scene.clock.advance(600_000);
    assert.equal((await scene.found("d-001AAAAAA")).state.status, "Succeeded");
    const seconds = scene.performed.slice(0, 8).map(({ second }) => second);
    const waits = seconds.slice(1).map((second, index) => second - (seconds[index] ?? 0));
    for (const [index, wait] of waits.entries()) {
      const longest = Math.min(30, 0.5 * 2 ** index);
      assert.ok(wait >= longest / 2 && wait <= longest + 0.001, `wait ${index} was ${wait} s`);
    }
  });

  it("fails a deployment whose call is refused eight times", async () => {
    scene.world = () => {
      throw busy;
    };
    await scene.run();
    await scene.deploy("d-001AAAAAA");
    await scene.clock.advance(600_000);
    const { state } = await scene.found("d-001AAAAAA");
    assert.deepEqual(
      [state.status, state.errorInformation?.code, scene.performed.length],
      ["Failed", "INTERNAL_ERROR", 8],
    );
  });

  it("fails a deployment at once when trying again cannot help, and when a driver has a fault", async () => {
    const faults = [new EffectError("notFound", "no such function", false), new Error("a fault of ours")];
    for (const [index, fault] of faults.entries()) {
      scene.world = () => {
        throw fault;
      };
      await scene.run();
      await scene.deploy(`d-00${index}AAAAAA`);
      await scene.clock.idle();
    }
    assert.equal((await scene.found("d-000AAAAAA")).state.errorInformation?.code, "INVALID_LAMBDA_FUNCTION");
    assert.equal((await scene.found("d-001AAAAAA")).state.errorInformation?.code, "INTERNAL_ERROR");
    assert.equal(scene.performed.length, 2);
  });

  it("tries to invoke a hook until its deadline, and not once more", async () => {
    scene.world = (effect) => {
      if (effect.type === "invokeHook") throw busy;
      return friendly(effect);
    };
    await scene.run();
    await scene.deploy("d-001AAAAAA", HOOKED);
    await scene.clock.advance(4_000_000);
    const { state } = await scene.found("d-001AAAAAA");
    assert.equal(state.status, "Failed");
    const lastTry = scene.performed.at(-1)?.second ?? 0;
    assert.ok(lastTry < 3600 && lastTry > 3570, `the last try was at ${lastTry} s`);
  });

  it("invokes a function that had no room for whoever has waited longest, as soon as it has", async () => {
    const invoked: string[] = [];
    const ends: (() => void)[] = [];
    scene.world = (effect, { deploymentId }) => {
      if (effect.type !== "invokeHook") return friendly(effect);
      if (ends.length > 0) throw new EffectError("unavailable", "rate exceeded", true, true);
      invoked.push(deploymentId);
      return new Promise((resolve) => ends.push(() => resolve(friendly(effect))));
    };
    // The clock is never moved: nobody waits for an attempt of their own.
    const settled = async () => {
      for (let turns = 0; turns < 200; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    };
    await scene.run();
    const ids = ["d-001AAAAAA", "d-002AAAAAA", "d-003AAAAAA"];
    for (const id of ids) {
      await scene.deploy(id, HOOKED);
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
    scene.world = (effect, { signal }) => (scene.performed.length === 1 ? never(signal) : friendly(effect));
    await scene.run();
    await scene.deploy("d-001AAAAAA");
    while (scene.performed.length === 0) await new Promise((resolve) => setImmediate(resolve));
    for (let second = 1; second <= 30; second += 1) mock.timers.tick(1000);
    await scene.clock.advance(1000);
    assert.deepEqual(scene.keys(), ["readAlias", "readAlias", "moveAlias/100/1"]);
  });

  it("waits for an answer after it was stopped for an hour: it may lie there, and could not be read", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    let answer = () => {};
    scene.world = (effect, { signal }) => {
      if (effect.type === "moveAlias") return friendly(effect);
      const answered = new Promise<EffectAnswer>((resolve) => {
        answer = () => resolve(friendly(effect));
      });
      return Promise.race([answered, never(signal)]);
    };
    await scene.run();
    await scene.deploy("d-001AAAAAA");
    while (scene.performed.length === 0) await new Promise((resolve) => setImmediate(resolve));
    // All timers that fell due meanwhile fire before anything is read.
    mock.timers.tick(3_600_000);
    answer();
    await scene.clock.idle();
    assert.deepEqual(scene.keys(), ["readAlias", "moveAlias/100/1"]);
  });

  it("does not invoke a hook for a deployment that is stopped in the very commit that wanted it", async () => {
    const gate = new CrashableStore(scene.store);
    const parked = async () => {
      while (gate.parked === 0) await new Promise((resolve) => setImmediate(resolve));
    };
    const n = await scene.deploy("d-001AAAAAA", HOOKED);
    const running = scene.run(gate);
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
    assert.equal((await scene.found("d-001AAAAAA")).state.status, "Stopped");
    for (let turns = 0; turns < 20; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      await gate.commit(gate.parked, { joined: true, told: true });
    }
    assert.deepEqual(scene.keys(), ["readAlias"]);
  });

  it("has at most 64 alias calls of a kind under way, and serves the rest as those end", async () => {
    const underWay: Partial<Record<Effect["type"], number>> = {};
    const most = { ...underWay };
    scene.world = async (effect) => {
      const { type } = effect;
      underWay[type] = (underWay[type] ?? 0) + 1;
      most[type] = Math.max(most[type] ?? 0, underWay[type]);
      await new Promise((resolve) => setImmediate(resolve));
      underWay[type] -= 1;
      return friendly(effect);
    };
    await scene.run();
    const ids = Array.from({ length: 150 }, (_, index) => `d-${String(index).padStart(3, "0")}AAAAAA`);
    await Promise.all(ids.map((id) => scene.deploy(id)));
    await scene.clock.idle();
    assert.deepEqual([most, scene.performed.length], [{ readAlias: 64, moveAlias: 64 }, 300]);
  });
});
