import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bothHooks, canary, lambdaPlan, START, Story } from "../../test/support/story.ts";
import { presentWait } from "./waits.ts";

const plan = lambdaPlan({
  appSpec: { hooks: bothHooks },
  traffic: canary(10, 5),
  rollbackOn: ["DEPLOYMENT_STOP_ON_ALARM"],
  alarms: { names: ["errors"] },
});
const holding = () =>
  new Story(plan)
    .begin()
    .alarms(1, { errors: "OK" })
    .ends(2, "BeforeAllowTraffic", null, "a long log")
    .report(3, "BeforeAllowTraffic", "Succeeded")
    .moved(4);

describe("the decision log", () => {
  it("has a line for every step, with what led to it and what it waits for", () => {
    const story = holding();
    assert.deepEqual(
      story.decisions.map(({ because, phase, weight, wants }) => [because.type, phase, weight, wants.join()]),
      [
        ["start", "ReadingAlias", 0, "readAlias"],
        ["effectAnswered", "ReadingAlarms", 0, "readAlarms"],
        ["effectAnswered", "InvokingHook", 0, "hook/BeforeAllowTraffic"],
        ["effectAnswered", "AwaitingReport", 0, ""],
        ["hookReported", "ShiftingTraffic", 0, "moveAlias/10/1"],
        ["effectAnswered", "HoldingTraffic", 10, ""],
      ],
    );
    assert.deepEqual(story.decisions[2]?.because["answer"], { type: "alarmsRead", states: { errors: "OK" } });
    assert.deepEqual([story.decisions[5]?.at, story.decisions[5]?.until], [START + 4000, START + 304_000]);
  });

  it("leaves out the output of functions, and events that changed nothing", () => {
    const story = holding();
    assert.doesNotMatch(JSON.stringify(story.decisions), /a long log/);
    const lines = story.decisions.length;
    story
      .report(5, "BeforeAllowTraffic", "Failed")
      .tick(6)
      .at(7, { type: "alarmsSeen", states: { errors: "OK" } });
    assert.equal(story.decisions.length, lines);
  });

  it("ends with why the deployment ended and what follows, the alarm states included", () => {
    const { decisions } = holding().at(60, { type: "alarmsSeen", states: { errors: "ALARM" } });
    assert.deepEqual(decisions.at(-1), {
      at: START + 60_000,
      because: { type: "alarmsSeen", states: { errors: "ALARM" } },
      phase: "Ended",
      until: null,
      weight: 0,
      wants: [],
      paused: false,
      ended: { status: "Stopped", code: "ALARM_ACTIVE", detail: "In ALARM: errors." },
      rollback: {
        deploymentId: "d-ROLLBACK1",
        message: "Deployment d-ORIGINAL1 terminated. Automatic rollback is triggered with a DeploymentId d-ROLLBACK1.",
      },
    });
  });

  it("says who steered, and how", () => {
    const { decisions } = holding().steer(9, "pause");
    const { because, phase, paused, until } = decisions.at(-1) ?? assert.fail();
    assert.deepEqual(
      { because, phase, paused, until },
      {
        because: { type: "steered", verb: "pause", by: "operator" },
        phase: "Paused",
        paused: true,
        until: null,
      },
    );
  });
});

describe("the present wait", () => {
  it("has a deadline and says what ends it, at every stage", () => {
    const story = new Story(plan);
    const seen: [string, number | null][] = [];
    const look = () => {
      const wait = presentWait(story.plan, story.deployment);
      if (wait) seen.push([wait.waitsFor, wait.deadline === null ? null : (wait.deadline - START) / 1000]);
    };
    for (const act of [
      () => story.at(0, { type: "start" }),
      () => story.answer(0, { type: "aliasRead", alias: { version: "1", routed: null } }),
      () => story.alarms(0, { errors: "OK" }),
      () => story.report(3, "BeforeAllowTraffic", "Succeeded"),
      () => story.moved(4),
      () => story.steer(5, "pause"),
      () => story.stop(6),
    ]) {
      act();
      look();
    }
    const whole = 50 * 3600;
    assert.deepEqual(seen, [
      ["AWS Lambda to tell where the alias points", whole],
      ["the states of its alarms", whole],
      ["the BeforeAllowTraffic function to report Succeeded or Failed", 3600],
      ["AWS Lambda to give the new version 10 % of the traffic", whole],
      ["the interval between two shifts to pass", 304],
      ["somebody to resume it: it was paused by operator", null],
    ]);
  });
});
