import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bothHooks, canary, HOUR_S, lambdaPlan, linear, Story } from "../../test/support/story.ts";
import { steeringRefusal } from "./steering.ts";

const holding = () => new Story(lambdaPlan({ traffic: canary(10, 5) })).begin().moved(2);
const hooked = () => new Story(lambdaPlan({ appSpec: { hooks: bothHooks }, traffic: canary(10, 5) })).begin();

describe("pausing", () => {
  it("holds the traffic without limit, and the interval goes on where it stood", () => {
    const story = holding().steer(102, "pause");
    assert.deepEqual([story.state.stage.phase, story.wakesAt], ["Paused", null]);
    story.tick(60 * HOUR_S);
    assert.deepEqual([story.state.status, story.target.weight, story.shifts.length], ["InProgress", 10, 1]);
    const later = 60 * HOUR_S;
    story.steer(later, "resume");
    assert.deepEqual([story.state.stage.phase, story.wakesAt], ["HoldingTraffic", later + 200]);
    assert.equal(story.tick(later + 200).moved(later + 201).state.status, "Succeeded");
  });

  it("lets an alias write under way end, and takes no further step", () => {
    const story = holding().tick(302).steer(303, "pause").moved(304);
    assert.deepEqual([story.target.weight, story.events, story.state.stage.phase], [100, "S S P", "Paused"]);
    assert.equal(story.steer(400, "resume").state.status, "Succeeded");
  });

  it("keeps what a validation function reports, and moves no traffic on it", () => {
    const story = hooked().steer(1, "pause").report(2, "BeforeAllowTraffic", "Succeeded");
    assert.deepEqual([story.events, story.state.stage.phase, story.shifts], ["S P P", "Paused", []]);
    story.steer(3, "resume");
    assert.deepEqual([story.events, story.shifts.length], ["S I P", 1]);
  });

  it("does not stop a validation function's hour: the function goes on, too", () => {
    const story = hooked().steer(1, "pause");
    assert.equal(story.wakesAt, HOUR_S);
    assert.equal(story.tick(HOUR_S).state.errorInformation?.code, "HOOK_EXECUTION_FAILURE");
  });

  it("does not keep alarms, stops or an abort from ending the deployment", () => {
    const plan = lambdaPlan({
      traffic: canary(10, 5),
      rollbackOn: ["DEPLOYMENT_STOP_ON_ALARM"],
      alarms: { names: ["a"] },
    });
    const paused = () => new Story(plan).begin().alarms(0, { a: "OK" }).moved(2).steer(3, "pause");
    const red = paused().at(4, { type: "alarmsSeen", states: { a: "ALARM" } });
    assert.deepEqual([red.state.status, red.rollbacks.length], ["Stopped", 1]);
    assert.equal(paused().stop(4).state.errorInformation?.code, "MANUAL_STOP");
    assert.equal(paused().steer(4, "abort").rollbacks.length, 1);
  });

  it("does not count against what the whole deployment may take", () => {
    const story = new Story(lambdaPlan({ traffic: linear(1, 30) })).begin().moved(0).steer(60, "pause");
    story
      .steer(60 + 10 * HOUR_S, "resume")
      .tick(10 * HOUR_S + 1800)
      .moved(10 * HOUR_S + 1800);
    assert.equal(story.state.status, "InProgress");
    story.tick(55 * HOUR_S);
    assert.equal(story.state.status, "InProgress");
    assert.equal(story.moved(60 * HOUR_S).tick(60 * HOUR_S).state.errorInformation?.code, "TIMEOUT");
  });

  it("holds a wait for capacity, too", () => {
    const story = new Story(lambdaPlan()).begin().answer(1, { type: "aliasNotReady", reason: "allocating" });
    story.steer(2, "pause").tick(20);
    assert.deepEqual([story.state.stage.phase, story.shifts.length], ["Paused", 1]);
    story.steer(30, "resume");
    assert.deepEqual([story.state.stage.phase, story.shifts.length], ["ShiftingTraffic", 2]);
  });
});

describe("steering", () => {
  it("ends the present wait: the next share of the traffic moves", () => {
    const story = new Story(lambdaPlan({ traffic: linear(30, 10) })).begin().moved(0).steer(5, "skip-wait").moved(6);
    assert.deepEqual([story.target.weight, story.wakesAt], [60, 606]);
  });

  it("promotes: all traffic moves in the next step, at once from a wait", () => {
    assert.equal(holding().steer(9, "promote").moved(10).state.status, "Succeeded");
    const shifting = new Story(lambdaPlan({ traffic: linear(10, 10) })).begin().steer(0, "promote").moved(1);
    assert.deepEqual([shifting.target.weight, shifting.state.stage.phase], [10, "ShiftingTraffic"]);
    assert.deepEqual([shifting.moved(2).state.status, shifting.target.weight], ["Succeeded", 100]);
  });

  it("promotes only what its validation function has let through", () => {
    const story = hooked().steer(1, "promote");
    assert.deepEqual([story.events, story.shifts], ["I P P", []]);
    story.report(2, "BeforeAllowTraffic", "Succeeded").moved(3);
    assert.deepEqual([story.target.weight, story.events], [100, "S S I"]);
  });

  it("aborts with a rollback, whatever the configuration says", () => {
    const story = holding().steer(9, "abort");
    assert.deepEqual([story.state.status, story.state.errorInformation?.code], ["Stopped", "MANUAL_STOP"]);
    assert.deepEqual(story.state.statusMessages, ["The deployment was aborted by operator."]);
    assert.equal(story.rollbacks.length, 1);
  });

  const refusals: [name: string, story: () => Story, verb: Parameters<Story["steer"]>[1], told: RegExp][] = [
    ["a deployment that has ended", () => holding().stop(3), "pause", /has already completed/],
    ["a second pause", () => holding().steer(3, "pause"), "pause", /is paused already/],
    ["resuming what is not paused", holding, "resume", /is not paused/],
    ["skipping while paused", () => holding().steer(3, "pause"), "skip-wait", /resume it first/],
    ["promoting while paused", () => holding().steer(3, "pause"), "promote", /resume it first/],
    [
      "passing over a validation function",
      hooked,
      "skip-wait",
      /BeforeAllowTraffic function, which is never passed over/,
    ],
    ["skipping where nothing waits", () => new Story(lambdaPlan()).begin(), "skip-wait", /is in ShiftingTraffic/],
    ["promoting twice", () => hooked().steer(1, "promote"), "promote", /has been promoted already/],
    [
      "promoting what has all traffic",
      () => hooked().report(1, "BeforeAllowTraffic", "Succeeded").moved(2).tick(302).moved(303),
      "promote",
      /has all traffic/,
    ],
    [
      "holding up a rollback",
      () => new Story(holding().steer(9, "abort").rollbacks[0] ?? assert.fail()),
      "pause",
      /is a rollback/,
    ],
  ];
  for (const [name, make, verb, told] of refusals) {
    it(`refuses ${name}, and changes nothing`, () => {
      const story = make();
      assert.match(steeringRefusal(story.plan, story.deployment, verb) ?? "", told);
      const before = structuredClone(story.deployment);
      story.steer(5000, verb);
      assert.deepEqual([story.deployment, story.last.effects, story.last.rollback], [before, [], null]);
    });
  }
});

describe("a deployment in its group's queue", () => {
  const queued = () => {
    const story = new Story(lambdaPlan({ rollbackOn: ["DEPLOYMENT_STOP_ON_REQUEST", "DEPLOYMENT_FAILURE"] }));
    story.deployment = { ...story.deployment, state: { ...story.state, status: "Queued" } };
    return story;
  };

  it("starts when it is told to, and knows what its group deployed last", () => {
    const lastSuccess = { revisionType: "AppSpecContent", appSpecContent: { sha256: "newer" } } as const;
    const story = queued().at(9, { type: "start", lastSuccess });
    assert.deepEqual([story.state.status, story.state.startTime !== null], ["InProgress", true]);
    story.answer(9, { type: "aliasRead", alias: { version: "1", routed: null } }).fail(10, "invalid");
    assert.deepEqual(story.rollbacks[0]?.info.revision, lastSuccess);
  });

  it("is stopped without a rollback: nothing had begun", () => {
    const story = queued().stop(3, true);
    assert.deepEqual([story.state.status, story.events, story.rollbacks], ["Stopped", "- - -", []]);
    assert.match(story.state.rollbackInfo?.rollbackMessage ?? "", /not rolled back: it had not begun/);
  });

  it("fails when its group is deleted; one that has begun goes on", () => {
    const orphaned = { type: "orphaned", code: "DEPLOYMENT_GROUP_MISSING", message: "gone" } as const;
    assert.equal(queued().at(1, orphaned).state.errorInformation?.code, "DEPLOYMENT_GROUP_MISSING");
    assert.equal(holding().at(3, orphaned).state.status, "InProgress");
  });
});
