import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alone, bothHooks, canary, lambdaPlan, Story } from "../../test/support/story.ts";

const RED =
  "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: ";
const ALL_EVENTS = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"] as const;

const watched = (ignorePollFailure = false) =>
  new Story(
    lambdaPlan({
      appSpec: { hooks: bothHooks },
      traffic: canary(10, 5),
      rollbackOn: [...ALL_EVENTS],
      alarms: { names: ["errors", "latency"], ignorePollFailure },
    }),
  ).begin();
const green = { errors: "OK", latency: "INSUFFICIENT_DATA" } as const;
const holding = (ignorePollFailure?: boolean) =>
  watched(ignorePollFailure).alarms(0, green).report(1, "BeforeAllowTraffic", "Succeeded").moved(2);

describe("a deployment with alarms", () => {
  it("looks at them after its other checks, before anything happens", () => {
    const story = watched();
    assert.deepEqual(story.last.effects, [{ type: "readAlarms", key: "readAlarms", names: ["errors", "latency"] }]);
    assert.equal(story.events, "P P P");
    assert.equal(story.alarms(0, green).state.stage.phase, "InvokingHook");
  });

  it("is stopped at its start when one is red already, and rolled back without touching the alias", () => {
    const story = watched().alarms(1, { errors: "ALARM", latency: "OK" });
    assert.deepEqual([story.state.status, story.events, story.shifts], ["Stopped", "- - -", []]);
    assert.deepEqual(story.state.errorInformation, { code: "ALARM_ACTIVE", message: `${RED}<errors>` });
    const rollback = new Story(story.rollbacks[0] ?? assert.fail()).at(2, { type: "start" }).moved(2);
    assert.deepEqual([rollback.state.status, rollback.hooksInvoked], ["Succeeded", []]);
  });

  it("is stopped in mid-shift, every red alarm named, and its rollback puts the alias back and watches nothing", () => {
    const story = holding().at(60, { type: "alarmsSeen", states: { errors: "ALARM", latency: "ALARM" } });
    assert.deepEqual([story.state.status, story.events], ["Stopped", "S F -"]);
    assert.deepEqual(story.state.errorInformation, { code: "ALARM_ACTIVE", message: `${RED}<errors> <latency>` });
    const [plan] = story.rollbacks;
    assert.ok(plan);
    assert.equal(plan.alarms, null);
    const rollback = new Story(plan).at(60, { type: "start" });
    assert.deepEqual(
      rollback.last.effects.map((effect) => effect.type === "moveAlias" && effect.to),
      [alone("1")],
    );
    rollback.at(61, { type: "alarmsSeen", states: { errors: "ALARM" } });
    assert.equal(rollback.state.status, "InProgress");
  });

  it("is stopped by an alarm in its last step, with all traffic moved", () => {
    const story = holding()
      .tick(302)
      .moved(302)
      .at(303, { type: "alarmsSeen", states: { errors: "ALARM" } });
    assert.deepEqual([story.state.status, story.events, story.rollbacks.length], ["Stopped", "S S F", 1]);
  });

  it("waits for an alias write under way before it ends", () => {
    const story = holding()
      .tick(302)
      .at(303, { type: "alarmsSeen", states: { errors: "ALARM" } });
    assert.deepEqual([story.state.status, story.rollbacks], ["InProgress", []]);
    assert.equal(story.moved(304).state.status, "Stopped");
  });

  it("goes on while nothing is red, and after its end hears nothing", () => {
    const story = holding().at(60, { type: "alarmsSeen", states: green });
    assert.equal(story.state.status, "InProgress");
    story.stop(70).at(80, { type: "alarmsSeen", states: { errors: "ALARM" } });
    assert.equal(story.state.errorInformation?.code, "MANUAL_STOP");
  });

  it("is stopped when an alarm does not exist, unless it was told to ignore that", () => {
    const missing = { errors: "OK" } as const;
    const story = watched().alarms(0, missing);
    assert.deepEqual(
      [story.state.status, story.state.errorInformation?.code],
      ["Stopped", "CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND"],
    );
    assert.match(story.state.statusMessages[0] ?? "", /^The alarm does not exist: latency\. Create it/);
    assert.equal(watched(true).alarms(0, missing).state.stage.phase, "InvokingHook");
    assert.equal(holding(true).at(9, { type: "alarmsSeen", states: missing }).state.status, "InProgress");
  });

  it("is stopped when its alarms cannot be read, unless it was told to ignore that", () => {
    const unreadable = (story: Story) =>
      story.at(9, { type: "alarmsUnreadable", problem: { kind: "unavailable", message: "throttled" } });
    assert.equal(unreadable(holding()).state.errorInformation?.code, "INTERNAL_ERROR");
    assert.match(unreadable(holding()).state.statusMessages[0] ?? "", /errors, latency could not be read: throttled/);
    assert.equal(unreadable(holding(true)).state.status, "InProgress");
    const denied = watched().fail(0, "accessDenied");
    assert.deepEqual([denied.state.status, denied.state.errorInformation?.code], ["Stopped", "IAM_ROLE_PERMISSIONS"]);
    assert.match(denied.state.errorInformation?.message ?? "", /AWS service: AmazonCloudWatch\./);
    assert.equal(watched(true).fail(0, "unavailable").state.stage.phase, "InvokingHook");
  });

  it("without alarms reads none", () => {
    const story = new Story(lambdaPlan()).begin();
    assert.deepEqual(
      story.wanted.map(({ effect }) => effect.type),
      ["readAlias", "moveAlias"],
    );
  });
});
