import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  alone,
  bothHooks,
  canary,
  HOUR_S,
  lambdaPlan,
  START,
  Story,
  type Told,
  timed,
} from "../../test/support/story.ts";
import { awaitedEffect, foldEvents, newDeployment } from "./step.ts";
import { wakeAt } from "./waits.ts";

const answered = (key: string, answer: Extract<Told, { type: "effectAnswered" }>["answer"]): Told => {
  return { type: "effectAnswered", key, answer };
};
const read = answered("readAlias", { type: "aliasRead", alias: alone("1") });

function folded(story: Story, ...told: Told[]) {
  return foldEvents(
    story.plan,
    story.deployment,
    told.map((event, second) => timed(event, second)),
  );
}

describe("a new deployment", () => {
  it("is Created, with three Pending events without times, and waits for nothing", () => {
    const plan = lambdaPlan();
    const { state, targets } = newDeployment(plan);
    assert.deepEqual([state.status, state.startTime, state.rollbackInfo], ["Created", null, null]);
    assert.deepEqual(
      targets.map(({ targetId, status, weight }) => [targetId, status, weight]),
      [["shop:live", "Pending", 0]],
    );
    assert.deepEqual(
      targets[0]?.lifecycleEvents.map(({ name, status, startTime, endTime }) => [name, status, startTime, endTime]),
      ["BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"].map((name) => [name, "Pending", null, null]),
    );
    assert.deepEqual([awaitedEffect(state), wakeAt(plan, state)], [null, null]);
  });
});

describe("events that arrive together", () => {
  it("are folded in their order, and only the effect that is still waited for is wanted", () => {
    const step = folded(new Story(lambdaPlan({ traffic: canary(10, 5) })), { type: "start" }, read);
    assert.deepEqual(
      step.effects.map(({ key }) => key),
      ["moveAlias/10/1"],
    );
    assert.equal(step.state.startTime, START);
  });

  it("want nothing when the last of them ends the deployment", () => {
    const story = new Story(lambdaPlan({ appSpec: { hooks: bothHooks } }));
    const step = folded(story, { type: "start" }, read, { type: "stopRequested", rollBack: null });
    assert.deepEqual([step.state.status, step.effects], ["Stopped", []]);
  });

  it("keep the rollback of the event that brought it, whatever follows", () => {
    const story = new Story(lambdaPlan({ traffic: canary(10, 5) })).begin().moved(0);
    const stop = { type: "stopRequested", rollBack: true } as const;
    const step = folded(story, stop, stop, { type: "timeElapsed" });
    assert.equal(step.rollback?.deploymentId, "d-ROLLBACK1");
  });

  it("let the first of two reports win", () => {
    const report = (status: "Succeeded" | "Failed"): Told => {
      return { type: "hookReported", targetId: "shop:live", lifecycleEvent: "BeforeAllowTraffic", status };
    };
    const waiting = () => new Story(lambdaPlan({ appSpec: { hooks: bothHooks } })).begin();
    assert.equal(folded(waiting(), report("Succeeded"), report("Failed")).state.status, "InProgress");
    assert.equal(folded(waiting(), report("Failed"), report("Succeeded")).state.status, "Failed");
  });

  it("are the same deployment again when there are none", () => {
    const story = new Story(lambdaPlan()).begin();
    assert.deepEqual(folded(story), {
      ...story.deployment,
      effects: [],
      rollback: null,
      told: [],
      transitions: [],
    });
  });
});

describe("a deployment wakes", () => {
  const hooks = { appSpec: { hooks: bothHooks } };
  const moments: [name: string, story: () => Story, second: number | null][] = [
    ["never before its start", () => new Story(lambdaPlan()), null],
    ["at the end of its 50 hours while an answer is awaited", () => new Story(lambdaPlan()).begin(), 50 * HOUR_S],
    ["at its hook's deadline", () => new Story(lambdaPlan(hooks)).begin(), HOUR_S],
    [
      "at the same deadline when the function has returned",
      () => new Story(lambdaPlan(hooks)).begin().ends(9, "BeforeAllowTraffic"),
      HOUR_S,
    ],
    ["at the end of the interval", () => new Story(lambdaPlan({ traffic: canary(10, 5) })).begin().moved(3), 303],
    ["never while it must only wait for an alias write", () => new Story(lambdaPlan()).begin().stop(1), null],
    ["never after its end", () => new Story(lambdaPlan()).begin().moved(1), null],
  ];
  for (const [name, story, second] of moments) {
    it(name, () => assert.equal(story().wakesAt, second));
  }
});
