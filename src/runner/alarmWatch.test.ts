import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { lambdaPlan, START } from "../../test/support/story.ts";
import { type VirtualClock, virtualClock } from "../clock.ts";
import type { AlarmSight } from "../drivers/alarms/alarmSource.ts";
import type { DeploymentEvent } from "../engine/deployment.ts";
import { newDeployment } from "../engine/step.ts";
import { openMemoryStore } from "../store/sqlite/memoryStore.ts";
import type { Store } from "../store/store.ts";
import { AlarmWatch } from "./alarmWatch.ts";

const throttled = { kind: "unavailable", message: "throttled", passes: true } as const;
const SCOPE = { accountId: "111122223333", region: "eu-west-1" };

describe("the alarm watch", () => {
  let store: Store;
  let clock: VirtualClock;
  let watch: AlarmWatch;
  /** What each look asked for, and when. */
  let looks: { names: string[]; region: string; second: number }[];
  let world: () => Partial<AlarmSight>;
  let made = 0;

  beforeEach(() => {
    store = openMemoryStore();
    clock = virtualClock(START);
    looks = [];
    world = () => ({ states: { errors: "OK", latency: "OK" } });
    const source = {
      look: async ({ region }: { region: string }, names: readonly string[]) => {
        looks.push({ names: [...names], region, second: (clock.now() - START) / 1000 });
        return { states: {}, problems: {}, ...world() };
      },
    };
    watch = new AlarmWatch({ store, clock, source, intervalMs: 10_000, log: assert.fail });
  });
  afterEach(async () => {
    watch.stop();
    await store.close();
  });

  async function deployment(names: string[], { ignorePollFailure = false, region = SCOPE.region } = {}) {
    made += 1;
    const groupN = made;
    const deploymentId = `d-${String(groupN).padStart(9, "0")}`;
    const alarms = { names, ignorePollFailure };
    const plan = { ...lambdaPlan(), deploymentId, region, alarms };
    const deploymentN = await store.transaction((tx) => tx.deployments.insert(plan, newDeployment(plan), 1, groupN));
    watch.watch({ deploymentN, accountId: SCOPE.accountId, region, alarms });
    return deploymentN;
  }
  const told = async (n: number): Promise<DeploymentEvent[]> =>
    (await store.read((reader) => reader.inbox.of(n))).map(({ event }) => event);

  it("looks once for all deployments of an account and region, at every interval", async () => {
    await Promise.all([deployment(["errors"]), deployment(["errors", "latency"])]);
    await deployment(["errors"], { region: "us-east-1" });
    await clock.advance(25_000);
    const both = (second: number) => [
      { names: ["errors", "latency"], region: "eu-west-1", second },
      { names: ["errors"], region: "us-east-1", second },
    ];
    assert.deepEqual(looks, [...both(10), ...both(20)]);
  });

  it("tells those whose alarm is red, once while they wait, and nobody else", async () => {
    const [red, green] = [await deployment(["errors", "latency"]), await deployment(["latency"])];
    world = () => ({ states: { errors: "ALARM", latency: "OK" } });
    await clock.advance(30_000);
    const event = { type: "alarmsSeen", at: START + 10_000, states: { errors: "ALARM", latency: "OK" } };
    assert.deepEqual([await told(red), await told(green)], [[event], []]);
  });

  it("tells of an alarm that is gone, unless that is to be ignored", async () => {
    const [strict, lenient] = [await deployment(["gone"]), await deployment(["gone"], { ignorePollFailure: true })];
    await clock.advance(10_000);
    assert.deepEqual([(await told(strict)).map(({ type }) => type), await told(lenient)], [["alarmsSeen"], []]);
  });

  it("bears two looks that fail for a passing reason, and tells of the third", async () => {
    const [strict, lenient] = [await deployment(["errors"]), await deployment(["errors"], { ignorePollFailure: true })];
    world = () => ({ problems: { errors: throttled } });
    await clock.advance(20_000);
    assert.deepEqual(await told(strict), []);
    await clock.advance(10_000);
    const problem = { kind: "unavailable", message: "throttled" };
    assert.deepEqual(await told(strict), [{ type: "alarmsUnreadable", at: START + 30_000, problem }]);
    assert.deepEqual(await told(lenient), []);
  });

  it("counts failures in a row only", async () => {
    const n = await deployment(["errors"]);
    const fails = [true, true, false, true, true];
    world = () => {
      return fails.shift() ? { problems: { errors: throttled } } : { states: { errors: "OK" } };
    };
    await clock.advance(50_000);
    assert.deepEqual([await told(n), fails], [[], []]);
  });

  it("counts the looks for a deployment from its own beginning", async () => {
    world = () => ({ problems: { errors: throttled } });
    const earlier = await deployment(["errors"]);
    await clock.advance(20_000);
    watch.forget(earlier);
    const later = await deployment(["errors"]);
    await clock.advance(20_000);
    assert.deepEqual(await told(later), []);
    await clock.advance(10_000);
    assert.equal((await told(later)).length, 1);
  });

  it("tells at once that it may not look", async () => {
    const n = await deployment(["errors"]);
    world = () => ({ problems: { errors: { kind: "accessDenied", message: "no", passes: false } } });
    await clock.advance(10_000);
    assert.deepEqual(
      (await told(n)).map(({ type }) => type),
      ["alarmsUnreadable"],
    );
  });

  it("tells those alone whose own alarm cannot be read", async () => {
    const [broken, other] = [await deployment(["broken"]), await deployment(["errors"])];
    const invalid = { kind: "invalid", message: "parse error", passes: false } as const;
    world = () => ({ states: { errors: "OK" }, problems: { broken: invalid } });
    await clock.advance(10_000);
    assert.deepEqual([(await told(broken)).map(({ type }) => type), await told(other)], [["alarmsUnreadable"], []]);
  });

  it("lets a red alarm decide, whatever the others are", async () => {
    const n = await deployment(["errors", "broken", "gone"]);
    world = () => ({ states: { errors: "ALARM" }, problems: { broken: throttled } });
    await clock.advance(10_000);
    assert.deepEqual(
      (await told(n)).map((event) => event.type === "alarmsSeen" && event.states),
      [{ errors: "ALARM" }],
    );
  });

  it("outlives a source that breaks", async () => {
    const n = await deployment(["errors"]);
    world = () => {
      throw new Error("the thread ended");
    };
    await clock.advance(30_000);
    assert.deepEqual(
      (await told(n)).map(({ type }) => type),
      ["alarmsUnreadable"],
    );
  });

  it("looks no more when nobody watches", async () => {
    const n = await deployment(["errors"]);
    await clock.advance(10_000);
    watch.forget(n);
    await clock.advance(60_000);
    assert.equal(looks.length, 1);
  });
});
