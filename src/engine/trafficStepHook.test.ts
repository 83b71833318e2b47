import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EcsStory, ecsPlan, everyHook, replacementOf } from "../../test/support/ecsStory.ts";
import { canary, HOUR_S, lambdaPlan, linear, MINUTE_S, Story } from "../../test/support/story.ts";
import { trafficStepEvent } from "../resources/appSpec/trafficStepHook.ts";
import { ENGINE_FORMAT, formatOfPlan, formatOfState } from "./format.ts";
import { assertInvariants } from "./invariants.ts";
import { steeringRefusal } from "./steering.ts";
import { presentWait } from "./waits.ts";

const hooks = { BeforeTrafficStep: "check-step" };
const rollbackOn = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"] as const;
const asked = (of: Story) =>
  of.wanted.flatMap(({ second, effect }) => {
    if (effect.type !== "invokeHook") return [];
    const { from, to } = effect.trafficStep ?? {};
    return [`${second} ${effect.key} ${from} ${to}`];
  });
const listed = ({ target }: Story) => target.lifecycleEvents.map(({ name, status }) => `${name} ${status}`);

const lambda = (traffic = linear(40, 1), more: Parameters<typeof lambdaPlan>[0] = {}) =>
  new Story(lambdaPlan({ appSpec: { hooks }, traffic, rollbackOn: [...rollbackOn], ...more })).begin();
const ecs = (traffic = linear(40, 1), more: Parameters<typeof ecsPlan>[0] = {}) =>
  new EcsStory(ecsPlan({ hooks, traffic, rollbackOn: [...rollbackOn], testListenerArn: null, ...more })).play();

/** What differs between the platforms: how a story goes on to its next step, and what its traffic did. */
const platforms = {
  Lambda: {
    begin: lambda,
    targetId: "shop:live",
    onward: (of: Story) => (of.state.stage.phase === "ShiftingTraffic" ? of.moved(of.second) : of),
    shifts: (of: Story) => of.shifts,
  },
  ECS: {
    begin: ecs as typeof lambda,
    targetId: "shop:web",
    onward: (of: Story) => (of as EcsStory).play(),
    shifts: (of: Story) => (of as EcsStory).productionShifts,
  },
};

for (const [platform, { begin, targetId, onward, shifts }] of Object.entries(platforms)) {
  const report = (of: Story, weight: number, status: "Succeeded" | "Failed" = "Succeeded", second = of.second) =>
    onward(of.at(second, { type: "hookReported", targetId, lifecycleEvent: trafficStepEvent(weight), status }));
  const tick = (of: Story, second: number) => onward(of.tick(second));
  /** The second step waits for its function. */
  const atSecondStep = (...of: Parameters<typeof lambda>) => tick(report(begin(...of), 40, "Succeeded", 2), 62);

  describe(`the hook before every step of the traffic of a deployment to ${platform}`, () => {
    it("is asked before each shift, the last one included, and every step is an event of its own", () => {
      const story = begin();
      assert.deepEqual(shifts(story), []);
      report(story, 40, "Succeeded", 2);
      assert.deepEqual(shifts(story), [[2, 40]]);
      tick(story, 62);
      assert.deepEqual(listed(story).slice(-4), [
        "BeforeTrafficStep40Percent Succeeded",
        "BeforeTrafficStep80Percent InProgress",
        "AllowTraffic InProgress",
        "AfterAllowTraffic Pending",
      ]);
      report(story, 80, "Succeeded", 70);
      tick(story, 130);
      report(story, 100, "Succeeded", 133);
      assert.equal(story.state.status, "Succeeded");
      assert.deepEqual(shifts(story), [
        [2, 40],
        [70, 80],
        [133, 100],
      ]);
      assert.deepEqual(asked(story), [
        "0 hook/BeforeTrafficStep40Percent 0 40",
        "62 hook/BeforeTrafficStep80Percent 40 80",
        "130 hook/BeforeTrafficStep100Percent 80 100",
      ]);
      assert.deepEqual(listed(story).slice(-5), [
        "BeforeTrafficStep40Percent Succeeded",
        "BeforeTrafficStep80Percent Succeeded",
        "BeforeTrafficStep100Percent Succeeded",
        "AllowTraffic Succeeded",
        "AfterAllowTraffic Succeeded",
      ]);
    });

    it("is asked once when all traffic moves at once", () => {
      const story = begin({ type: "AllAtOnce" });
      report(story, 100, "Succeeded", 1);
      assert.deepEqual(asked(story), ["0 hook/BeforeTrafficStep100Percent 0 100"]);
      assert.deepEqual([story.state.status, shifts(story)], ["Succeeded", [[1, 100]]]);
    });

    it("fails its step, and AllowTraffic with it, when it reports Failed; and the deployment is rolled back", () => {
      const story = report(atSecondStep(), 80, "Failed", 70);
      assert.deepEqual([story.state.status, shifts(story).length], ["Failed", 1]);
      assert.equal(story.state.errorInformation?.code, "HOOK_EXECUTION_FAILURE");
      assert.deepEqual(listed(story).slice(-3), [
        "BeforeTrafficStep80Percent Failed",
        "AllowTraffic Failed",
        "AfterAllowTraffic Skipped",
      ]);
      const told = story.target.lifecycleEvents.flatMap(({ diagnostics }) => diagnostics?.message ?? []);
      const message = "The BeforeTrafficStep80Percent function check-step reported Failed.";
      assert.deepEqual(told, [message, message]);
      const [rollback] = story.rollbacks;
      assert.deepEqual(rollback?.work.appSpec && "hooks" in rollback.work.appSpec && rollback.work.appSpec.hooks, {});
    });

    it("tells the last output of the function that has reported Failed when that becomes known", () => {
      const story = report(atSecondStep(), 80, "Failed", 70).ends(71, trafficStepEvent(80), null, "the last line");
      const failed = story.target.lifecycleEvents.flatMap(({ diagnostics }) => diagnostics ?? []);
      assert.deepEqual(
        failed.map(({ logTail }) => logTail),
        ["the last line", "the last line"],
      );
    });

    it("leaves the traffic where it is when no rollback is configured", () => {
      const story = report(atSecondStep(undefined, { rollbackOn: [] }), 80, "Failed", 70);
      assert.deepEqual([story.target.weight, story.rollbacks.length], [40, 0]);
    });

    it("has an hour of its own for each step", () => {
      const story = tick(report(begin(), 40, "Succeeded", HOUR_S - 1), HOUR_S + 59);
      assert.equal(story.wakesAt, 2 * HOUR_S + 59);
      tick(story, 2 * HOUR_S + 59);
      assert.equal(story.state.statusMessages[0], hourMessage("BeforeTrafficStep80Percent"));
      assert.deepEqual([story.state.status, story.rollbacks.length], ["Failed", 1]);
    });

    it("fails the deployment when the function fails without a report, with its last output", () => {
      const story = atSecondStep().ends(70, trafficStepEvent(80), "Error: boom", "the last line");
      assert.equal(story.state.errorInformation?.code, "HOOK_EXECUTION_FAILURE");
      const failed = story.target.lifecycleEvents.filter(({ status }) => status === "Failed");
      assert.deepEqual(
        failed.map(({ diagnostics }) => diagnostics?.logTail),
        ["the last line", "the last line"],
      );
    });

    it("does not take the report of one step for another", () => {
      const story = atSecondStep();
      const before = structuredClone(story.deployment);
      for (const weight of [40, 100])
        for (const status of ["Failed", "Succeeded"] as const) report(story, weight, status);
      assert.deepEqual(story.deployment, before);
    });

    it("is stopped, aborted and ended by alarms while it runs", () => {
      const alarms = platform === "ECS" ? ["red"] : { names: ["red"] };
      const watched = () => {
        const plan = { alarms } as Parameters<typeof lambdaPlan>[0];
        const of =
          platform === "ECS"
            ? ecs(linear(40, 1), plan as object)
            : new Story(lambdaPlan({ ...plan, appSpec: { hooks }, rollbackOn: [...rollbackOn] })).begin();
        return onward(of.alarms(0, { red: "OK" }));
      };
      const red = watched().at(3, { type: "alarmsSeen", states: { red: "ALARM" } });
      assert.deepEqual([red.state.errorInformation?.code, red.rollbacks.length], ["ALARM_ACTIVE", 1]);
      const stopped = atSecondStep().stop(70);
      assert.deepEqual([stopped.state.status, stopped.target.weight, stopped.rollbacks.length], ["Stopped", 0, 1]);
      assert.equal(atSecondStep().stop(70, false).target.weight, 40);
      assert.equal(atSecondStep().steer(70, "abort").rollbacks.length, 1);
    });

    it("is never passed over, and goes on while the deployment is paused", () => {
      const story = atSecondStep();
      assert.match(
        steeringRefusal(story.plan, story.deployment, "skip-wait") ?? "",
        /BeforeTrafficStep80Percent function/,
      );
      report(story.steer(63, "pause"), 80, "Succeeded", 64);
      assert.deepEqual([story.state.stage.phase, shifts(story).length], ["Paused", 1]);
      onward(story.steer(10_000, "resume"));
      assert.deepEqual(shifts(story), [
        [2, 40],
        [10_000, 80],
      ]);
      assert.equal(asked(story).length, 2);
    });

    it("is asked about all of the traffic when the deployment is promoted, also while it is asked about less", () => {
      const story = report(atSecondStep().steer(63, "promote"), 80, "Succeeded", 64);
      assert.deepEqual(shifts(story), [[2, 40]]);
      assert.equal(asked(story).at(-1), "64 hook/BeforeTrafficStep100Percent 40 100");
      report(story, 100, "Succeeded", 65);
      assert.deepEqual([story.state.status, shifts(story).at(-1)], ["Succeeded", [65, 100]]);
    });

    it("is asked when a person ends the wait before the step", () => {
      const story = onward(report(begin(), 40, "Succeeded", 2).steer(5, "skip-wait"));
      assert.equal(asked(story).at(-1), "5 hook/BeforeTrafficStep80Percent 40 80");
    });

    it("tells what it waits for, and that the next step is asked for", () => {
      const story = report(begin(), 40, "Succeeded", 2);
      const wait = () => presentWait(story.plan, story.deployment);
      assert.equal(wait()?.atDeadline, "check-step is asked before the next share of the traffic moves");
      tick(story, 62);
      assert.equal(wait()?.waitsFor, "the BeforeTrafficStep80Percent function to report Succeeded or Failed");
    });

    it("keeps the output of the last step alone", () => {
      const story = begin();
      report(story.ends(1, trafficStepEvent(40), null, "first"), 40, "Succeeded", 2);
      const outputs = () =>
        story.target.lifecycleEvents.flatMap(({ hookExecution }) => hookExecution?.invocation ?? []);
      if (platform === "Lambda")
        assert.deepEqual(
          outputs().map(({ logTail }) => logTail),
          ["first"],
        );
      tick(story, 62);
      story.ends(63, trafficStepEvent(80), null, "second");
      if (platform === "Lambda")
        assert.deepEqual(
          outputs().map(({ logTail }) => logTail),
          ["", "second"],
        );
    });

    it("may make the deployment take an hour longer for each step", () => {
      const story = begin(linear(1, 28));
      const [toReport, toHold] = [HOUR_S - 60, 28 * MINUTE_S];
      for (let weight = 1; weight <= 60; weight += 1) {
        report(story, weight, "Succeeded", story.second + toReport);
        if (weight < 60) tick(story, story.second + toHold);
      }
      assert.deepEqual([story.state.status, story.target.weight], ["InProgress", 60]);
    });

    it("raises the format of the deployment, and nothing else does", () => {
      const without = platform === "ECS" ? ecsPlan({ hooks: everyHook }) : lambdaPlan();
      assert.equal(formatOfPlan(begin().plan), ENGINE_FORMAT);
      assert.ok(formatOfPlan(without) < ENGINE_FORMAT);
    });
  });
}

describe("a hook before every step of the traffic", () => {
  it("is not asked again while the share that it let happen waits for capacity, and is asked when that is promoted", () => {
    const story = lambda(canary(10, 5)).report(1, trafficStepEvent(10), "Succeeded");
    story.answer(2, { type: "aliasNotReady", reason: "IN_PROGRESS" }).tick(12);
    assert.deepEqual([story.state.stage.phase, asked(story).length], ["ShiftingTraffic", 1]);
    story.answer(13, { type: "aliasNotReady", reason: "IN_PROGRESS" }).steer(14, "promote").tick(23);
    assert.equal(asked(story).at(-1), "23 hook/BeforeTrafficStep100Percent 0 100");
    assert.equal(story.report(24, trafficStepEvent(100), "Succeeded").moved(25).state.status, "Succeeded");
    assert.deepEqual(story.shifts.at(-1), [24, 100]);
  });

  it("is asked anew, and the replacement looked at anew, when a person promotes what waits for the replacement", () => {
    const story = ecs();
    replacementOf(story.world).isSteady = false;
    assert.equal(story.at(2, reported(40)).state.stage.phase, "LookingAtTaskSets");
    story.playOne().steer(3, "promote");
    replacementOf(story.world).isSteady = true;
    story.tick(7).playOne();
    assert.equal(asked(story).at(-1), "7 hook/BeforeTrafficStep100Percent 0 100");
    assert.equal(story.at(8, reported(100)).state.stage.phase, "LookingAtTaskSets");
    assert.deepEqual([story.play().state.status, story.productionShifts], ["Succeeded", [[8, 100]]]);
  });

  it("has let a share happen before it is written, or the step is not committed", () => {
    const story = lambda();
    const before = structuredClone(story.deployment);
    const { state, targets, effects } = story.report(2, trafficStepEvent(40), "Succeeded").last;
    assert.doesNotThrow(() => assertInvariants(story.plan, before, { state, targets, effects }));
    const unasked = targets.map((target) => ({
      ...target,
      lifecycleEvents: target.lifecycleEvents.filter(({ name }) => name !== trafficStepEvent(40)),
    }));
    const error = { name: "Error", message: /traffic was to move to 40 % before its function had let it/ };
    assert.throws(() => assertInvariants(story.plan, before, { state, targets: unasked, effects }), error);
  });

  it("raises the format of a deployment whose AppSpec is read from S3 once that is known", () => {
    const read = (content: string) =>
      formatOfState(
        new Story(lambdaPlan({ appSpec: { readFrom: { bucket: "b", key: "k", bundleType: "YAML" } } }))
          .at(0, { type: "start" })
          .answer(0, { type: "revisionRead", content }).state,
      );
    const properties = "{Name: shop, Alias: live, CurrentVersion: 1, TargetVersion: 2}";
    const text = `version: 0.0\nResources: [{shop: {Type: "AWS::Lambda::Function", Properties: ${properties}}}]\n`;
    assert.equal(read(text), 1);
    assert.equal(read(`${text}Hooks: [{BeforeTrafficStep: check-step}]\n`), ENGINE_FORMAT);
  });
});

const reported = (weight: number) =>
  ({
    type: "hookReported",
    targetId: "shop:web",
    lifecycleEvent: trafficStepEvent(weight),
    status: "Succeeded",
  }) as const;

const hourMessage = (event: string) => `The ${event} function check-step did not report a status within 3600 seconds.`;
