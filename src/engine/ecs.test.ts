import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  alone,
  BLUE_GROUP,
  type EcsPlanOptions,
  EcsStory,
  EcsWorld,
  ecsPlan,
  everyHook,
  GREEN_GROUP,
  PRODUCTION,
  replacementOf,
  TEST,
  taskSet,
} from "../../test/support/ecsStory.ts";
import { canary, HOUR_S, linear, MINUTE_S, START } from "../../test/support/story.ts";
import type { Effect } from "./deployment.ts";
import { formatOfPlan } from "./format.ts";

const rollbackOn = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"] as const;
const split = (green: number) => [
  { targetGroupArn: GREEN_GROUP.arn, weight: green },
  { targetGroupArn: BLUE_GROUP.arn, weight: 100 - green },
];

describe("an ECS deployment that succeeds", () => {
  it("goes through eight lifecycle events, and five functions run", () => {
    const story = new EcsStory(ecsPlan({ hooks: everyHook })).playThrough();
    assert.equal(story.state.status, "Succeeded");
    assert.deepEqual(
      story.target.lifecycleEvents.map(({ name, status }) => `${name} ${status}`),
      [
        "BeforeInstall Succeeded",
        "Install Succeeded",
        "AfterInstall Succeeded",
        "AllowTestTraffic Succeeded",
        "AfterAllowTestTraffic Succeeded",
        "BeforeAllowTraffic Succeeded",
        "AllowTraffic Succeeded",
        "AfterAllowTraffic Succeeded",
      ],
    );
    assert.deepEqual(story.hooksInvoked, Object.values(everyHook));
    assert.deepEqual(story.calls, [
      "readService",
      "invokeHook",
      "createTaskSet",
      "invokeHook",
      "moveRoutes",
      "invokeHook",
      "invokeHook",
      "moveRoutes",
      "setPrimaryTaskSet",
      "invokeHook",
      "deleteTaskSet",
    ]);
  });

  it("has six events without a test listener, and passes over the function of one that is not there", () => {
    const story = new EcsStory(ecsPlan({ hooks: everyHook, testListenerArn: null })).playThrough();
    assert.equal(story.events, "S S S S S S");
    assert.deepEqual(story.hooksInvoked, ["before-install", "after-install", "before-traffic", "after-traffic"]);
  });

  it("leaves the replacement alone on the service, with all traffic of both listeners", () => {
    const story = new EcsStory(ecsPlan()).playThrough();
    const [only, ...others] = story.world.taskSets;
    assert.deepEqual(
      [only?.id, only?.status, only?.externalId, others.length],
      ["ecs-svc/2", "PRIMARY", "d-ORIGINAL1", 0],
    );
    assert.deepEqual(story.world.production[0]?.shares, split(100));
    assert.deepEqual(story.world.test[0]?.shares, split(100));
  });

  it("moves a canary when the interval has passed since the listener had the first share", () => {
    const story = new EcsStory(ecsPlan({ traffic: canary(10, 5) })).playThrough();
    assert.deepEqual(story.productionShifts, [
      [0, 10],
      [5 * MINUTE_S, 100],
    ]);
  });

  it("moves linearly", () => {
    const story = new EcsStory(ecsPlan({ traffic: linear(40, 1) })).playThrough();
    assert.deepEqual(story.productionShifts, [
      [0, 40],
      [60, 80],
      [120, 100],
    ]);
  });

  it("shows both task sets with their shares, as they change", () => {
    const story = new EcsStory(ecsPlan({ traffic: canary(10, 5), terminationWaitMs: 60_000 })).play();
    const shown = () =>
      story.target.taskSets?.map(({ label, status, trafficWeight, targetGroup }) => {
        return `${label} ${status} ${trafficWeight} ${targetGroup}`;
      });
    assert.deepEqual(shown(), ["Blue PRIMARY 90 blue-group", "Green ACTIVE 10 green-group"]);
    story.tick(5 * MINUTE_S).play();
    assert.deepEqual(shown(), ["Blue ACTIVE 0 blue-group", "Green PRIMARY 100 green-group"]);
    assert.deepEqual([story.state.status, story.target.status], ["InProgress", "Succeeded"]);
    story.tick(6 * MINUTE_S).play();
    assert.deepEqual(shown(), ["Green PRIMARY 100 green-group"]);
    assert.equal(story.state.status, "Succeeded");
  });

  it("leaves routes of others alone, and moves every one that forwards to the original task set", () => {
    const world = new EcsWorld();
    const others = { listenerArn: PRODUCTION, ruleArn: "arn:rule/others", shares: alone("arn:targetgroup/others") };
    const ours = { listenerArn: PRODUCTION, ruleArn: "arn:rule/ours", shares: alone(BLUE_GROUP.arn) };
    world.production.push(others, ours);
    new EcsStory(ecsPlan(), world).playThrough();
    assert.deepEqual(
      world.production.map(({ shares }) => shares),
      [split(100), alone("arn:targetgroup/others"), split(100)],
    );
  });

  it("takes the other target group the next time", () => {
    const world = new EcsWorld();
    new EcsStory(ecsPlan(), world).playThrough();
    const second = new EcsStory({ ...ecsPlan(), deploymentId: "d-SECOND111" }, world).playThrough();
    assert.equal(second.state.status, "Succeeded");
    assert.deepEqual(world.taskSets[0]?.targetGroupArns, [BLUE_GROUP.arn]);
    assert.deepEqual(world.production[0]?.shares, [
      { targetGroupArn: BLUE_GROUP.arn, weight: 100 },
      { targetGroupArn: GREEN_GROUP.arn, weight: 0 },
    ]);
  });
});

function refusal(found: Partial<EcsWorld>, plan = ecsPlan({ rollbackOn: [...rollbackOn] })): string {
  const world = Object.assign(new EcsWorld(), found);
  const { state, calls, rollbacks } = new EcsStory(plan, world).playThrough();
  assert.deepEqual([state.status, calls, rollbacks.length], ["Failed", ["readService"], 0]);
  assert.match(state.rollbackInfo?.rollbackMessage ?? "", /nothing had been changed/);
  return `${state.errorInformation?.code}: ${state.errorInformation?.message}`;
}

describe("what an ECS deployment checks before it touches anything", () => {
  it("is whether the service can be deployed to", () => {
    assert.match(refusal({ status: "DRAINING" }), /INVALID_ECS_SERVICE: .* is DRAINING/);
    assert.match(refusal({ deploymentController: "ECS" }), /INVALID_ECS_SERVICE: .*must be CODE_DEPLOY/);
    assert.match(refusal({ taskSets: [] }), /INVALID_ECS_SERVICE: .*no primary task set/);
    const elsewhere = taskSet("ecs-svc/1", { status: "PRIMARY", targetGroupArns: ["arn:targetgroup/others"] });
    assert.match(refusal({ taskSets: [elsewhere] }), /INVALID_ECS_SERVICE: .*in neither/);
  });

  it("is whether the listeners lead to it", () => {
    assert.match(refusal({ targetGroups: [BLUE_GROUP] }), /ELASTIC_LOAD_BALANCING_INVALID: .*not exist: green-group/);
    assert.match(refusal({ production: [] }), /Primary taskset target group must be behind listener/);
    assert.match(refusal({ test: [] }), /forwards to neither/);
  });

  it("is that a network load balancer moves all at once", () => {
    const paced = ecsPlan({ traffic: canary(10, 5), rollbackOn: [...rollbackOn] });
    assert.match(refusal({ hasWeights: false }, paced), /ECSAllAtOnce/);
    const world = Object.assign(new EcsWorld(), { hasWeights: false });
    assert.equal(new EcsStory(ecsPlan(), world).playThrough().state.status, "Succeeded");
  });
});

describe("an ECS deployment whose test traffic is told by a header", () => {
  const rule = (ruleArn: string, name: string, values: string[]) => ({
    ...{ listenerArn: PRODUCTION, ruleArn, shares: alone(BLUE_GROUP.arn) },
    headers: [{ name, values }],
  });
  /** A rule on the header, and one on another; beside them the default action. */
  const rules = () => {
    const world = new EcsWorld();
    world.production.push(rule("arn:rule/test", "x-test", ["yes", "please"]), rule("arn:rule/beta", "X-Beta", ["yes"]));
    return world;
  };
  const byHeader = (value: string | null, options: EcsPlanOptions = {}) =>
    ecsPlan({
      ...{ testListenerArn: null, testHeader: { name: "X-Test", value }, rollbackOn: [...rollbackOn] },
      ...options,
    });
  const sharesOf = ({ production }: EcsWorld) => production.map(({ shares }) => shares);

  it("moves the rule on it before its functions run, and the others with the production traffic", () => {
    const options = { hooks: { AfterAllowTestTraffic: "check" }, traffic: canary(10, 5) };
    const story = new EcsStory(byHeader(null, options), rules()).play();
    assert.deepEqual([story.events, story.hooksInvoked], ["S S S S I P P P", ["check"]]);
    assert.deepEqual(sharesOf(story.world), [alone(BLUE_GROUP.arn), split(100), alone(BLUE_GROUP.arn)]);
    story.reportEcs(1, "AfterAllowTestTraffic");
    assert.deepEqual(sharesOf(story.world), [split(10), split(100), split(10)]);
    story.playThrough();
    assert.equal(story.state.status, "Succeeded");
    assert.deepEqual(sharesOf(story.world), [split(100), split(100), split(100)]);
  });

  it("puts the rule back as it was found when it is undone", () => {
    const story = new EcsStory(byHeader("Please", { hooks: { BeforeAllowTraffic: "check" } }), rules()).play();
    story.reportEcs(1, "BeforeAllowTraffic", "Failed");
    const [plan] = story.rollbacks;
    const rollback = new EcsStory(plan ?? assert.fail(), story.world).play();
    assert.deepEqual([rollback.state.status, rollback.events], ["Succeeded", "S S S S S S S S"]);
    assert.deepEqual(sharesOf(story.world), sharesOf(rules()));
  });

  it("moves a test listener as well, on which the rule may be", () => {
    const world = new EcsWorld();
    world.test.push({ ...rule("arn:rule/test", "X-Test", ["yes"]), listenerArn: TEST });
    const story = new EcsStory(byHeader("yes", { testListenerArn: TEST, rerouteWaitMs: 600_000 }), world).play();
    assert.deepEqual(
      world.test.map(({ shares }) => shares),
      [split(100), split(100)],
    );
    assert.deepEqual([story.state.status, sharesOf(world)], ["Ready", [alone(BLUE_GROUP.arn)]]);
  });

  it("is refused without such a rule, with the command that makes one", () => {
    const { production } = rules();
    assert.match(
      refusal({ production }, byHeader("no")),
      /^ELASTIC_LOAD_BALANCING_INVALID: No rule of listener \S+ has a condition on the header X-Test with the value no and /,
    );
    const elsewhere = { ...rule("arn:rule/test", "X-Test", ["yes"]), shares: alone("arn:targetgroup/others") };
    const text = refusal({ production: [...new EcsWorld().production, elsewhere] }, byHeader(null));
    const conditions = [{ Field: "http-header", HttpHeaderConfig: { HttpHeaderName: "X-Test", Values: ["*"] } }];
    assert.ok(
      text.endsWith(
        `--conditions '${JSON.stringify(conditions)}' --actions Type=forward,TargetGroupArn=${BLUE_GROUP.arn}`,
      ),
    );
    assert.match(refusal({ hasWeights: false }, byHeader(null)), /A Network Load Balancer knows no headers/);
  });

  it("is refused where nothing but that rule leads to the service", () => {
    const production = [rule("arn:rule/test", "X-Test", ["yes"])];
    assert.match(refusal({ production }, byHeader(null)), /Primary taskset target group must be behind listener/);
  });

  it("has a format of its own, and no other has", () => {
    assert.deepEqual([formatOfPlan(byHeader(null)), formatOfPlan(ecsPlan())], [3, 2]);
  });
});

describe("an ECS deployment whose replacement does not become steady", () => {
  it("fails after an hour", () => {
    const world = Object.assign(new EcsWorld(), { becomesSteady: false });
    const story = new EcsStory(ecsPlan(), world).play();
    assert.deepEqual([story.second, story.state.errorInformation?.code], [HOUR_S, "ECS_UPDATE_ERROR"]);
    assert.equal(story.events, "S F - - - - - -");
    assert.equal(story.productionShifts.length, 0);
  });

  const stopping = (at: number[]) => {
    const world = Object.assign(new EcsWorld(), { becomesSteady: false });
    const story = new EcsStory(ecsPlan(), world).at(0, { type: "start" });
    story.answer(0, world.perform(story.last.effects[0] as Effect));
    story.answer(0, world.perform(story.last.effects[0] as Effect));
    const stoppedTasks = at.map((second, index) => ({ at: START + 1000 * second, reason: `reason ${index + 1}` }));
    Object.assign(replacementOf(world), { stoppedTasks });
    return story.play();
  };

  it("fails at once when its tasks stop again and again, with what they said", () => {
    const story = stopping([1, 2, 3]);
    assert.match(story.state.statusMessages[0] ?? "", /^3 tasks of the replacement .* the last one: reason 3/);
    assert.equal(story.target.lifecycleEvents[1]?.diagnostics?.logTail, "reason 1\nreason 2\nreason 3");
    assert.ok(story.second < MINUTE_S);
  });

  it("is one decision, however often it was looked at, until something follows", () => {
    const world = Object.assign(new EcsWorld(), { becomesSteady: false });
    const story = new EcsStory(ecsPlan(), world).play();
    assert.ok(story.wanted.filter(({ effect }) => effect.type === "readTaskSets").length > 700);
    assert.deepEqual(
      story.decisions.map(({ phase }) => phase),
      ["ReadingService", "CreatingTaskSet", "LookingAtTaskSets", "Ended"],
    );
  });

  it("tells who paused it while it was looked at", () => {
    const world = Object.assign(new EcsWorld(), { becomesSteady: false });
    const story = new EcsStory(ecsPlan(), world).at(0, { type: "start" }).playOne().playOne().playOne();
    story.steer(1, "pause");
    assert.equal(story.state.stage.phase, "AwaitingSteadyState");
    const { because, paused } = story.decisions.at(-1) ?? assert.fail();
    assert.deepEqual([because, paused], [{ type: "steered", verb: "pause", by: "operator" }, true]);
  });

  it("does not count tasks that stopped long ago", () => {
    assert.equal(stopping([-700, 1, 2]).second, HOUR_S);
  });

  it("does not move traffic to a service that scales, and fails after five minutes", () => {
    const story = new EcsStory(ecsPlan({ traffic: canary(10, 5) })).play();
    replacementOf(story.world).isSteady = false;
    story.tick(5 * MINUTE_S).play();
    assert.deepEqual(story.productionShifts, [[0, 10]]);
    assert.deepEqual([story.second, story.state.errorInformation?.code], [10 * MINUTE_S, "ECS_UPDATE_ERROR"]);
  });
});

describe("the waits of an ECS deployment", () => {
  it("for the traffic to be rerouted makes it Ready, and ends when somebody continues", () => {
    const story = new EcsStory(ecsPlan({ rerouteWaitMs: 600_000 })).playThrough();
    assert.deepEqual([story.state.status, story.wakesAt, story.events], ["Ready", 600, "S S S S S P P P"]);
    story.at(60, { type: "continued", wait: "TERMINATION_WAIT" });
    assert.equal(story.state.status, "Ready");
    story.at(60, { type: "continued", wait: "READY_WAIT" }).playThrough();
    assert.equal(story.state.status, "Succeeded");
  });

  it("for that expires: the deployment stops, without a rollback", () => {
    const story = new EcsStory(ecsPlan({ rerouteWaitMs: 600_000, rollbackOn: [...rollbackOn] })).playThrough();
    story.tick(600);
    assert.deepEqual([story.state.status, story.rollbacks.length, story.productionShifts], ["Stopped", 0, []]);
  });

  it("keeps the original task set until it is over, or somebody ends it", () => {
    const story = new EcsStory(ecsPlan({ terminationWaitMs: 3_600_000 })).play();
    assert.deepEqual([story.state.status, story.target.status, story.wakesAt], ["InProgress", "Succeeded", HOUR_S]);
    assert.equal(story.world.taskSets.length, 2);
    story.at(60, { type: "continued", wait: "TERMINATION_WAIT" }).play();
    assert.deepEqual([story.state.status, story.world.taskSets.length], ["Succeeded", 1]);
  });

  it("for the termination is ended by a stop that brings no rollback, and the deployment succeeds", () => {
    const story = new EcsStory(ecsPlan({ terminationWaitMs: 3_600_000 })).play().stop(60).play();
    assert.deepEqual([story.state.status, story.world.taskSets.length], ["Succeeded", 1]);
  });

  it("watches all traffic for the time that its group asks for, before AfterAllowTraffic", () => {
    const story = new EcsStory(ecsPlan({ bakeMs: 600_000, hooks: { AfterAllowTraffic: "check" } })).play();
    assert.deepEqual([story.wakesAt, story.events, story.target.weight], [600, "S S S S S S I P", 100]);
    story.tick(600).play();
    assert.equal(story.state.stage.phase, "InvokingHook");
    const skipped = new EcsStory(ecsPlan({ bakeMs: 600_000 })).play().steer(1, "skip-wait").play();
    assert.deepEqual([skipped.state.status, skipped.second], ["Succeeded", 1]);
  });

  it("are ended by a person who skips them", () => {
    const story = new EcsStory(ecsPlan({ rerouteWaitMs: 600_000, terminationWaitMs: 600_000 })).playThrough();
    story.steer(1, "skip-wait").play();
    assert.equal(story.state.stage.phase, "AwaitingTermination");
    story.steer(2, "skip-wait").play();
    assert.deepEqual([story.state.status, story.second], ["Succeeded", 2]);
  });
});

describe("an ECS deployment that is paused", () => {
  it("moves no traffic until it is resumed, and looks again before it does", () => {
    const story = new EcsStory(ecsPlan({ hooks: { BeforeAllowTraffic: "check" } })).play();
    story.steer(1, "pause").reportEcs(2, "BeforeAllowTraffic");
    assert.deepEqual([story.state.stage.phase, story.productionShifts], ["Paused", []]);
    story.steer(600, "resume").playThrough();
    assert.deepEqual([story.state.status, story.productionShifts], ["Succeeded", [[600, 100]]]);
  });

  it("terminates nothing", () => {
    const story = new EcsStory(ecsPlan({ terminationWaitMs: 60_000 })).play().steer(1, "pause").tick(60).play();
    assert.deepEqual([story.state.stage.phase, story.world.taskSets.length], ["Paused", 2]);
    story.steer(600, "resume").play();
    assert.equal(story.state.status, "Succeeded");
  });
});
