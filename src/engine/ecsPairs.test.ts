/** Several pairs of target groups for one service: whatever is done to the traffic is done to all of them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  alone,
  BLUE_GROUP,
  type EcsPlanOptions,
  EcsStory,
  EcsWorld,
  ecsPlan,
  GREEN_GROUP,
  replacementOf,
} from "../../test/support/ecsStory.ts";
import { canary, linear } from "../../test/support/story.ts";
import { formatOfPlan } from "./format.ts";

const listener = (name: string) => `arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/web/1/${name}`;
const ADMIN = {
  targetGroups: ["admin-blue", "admin-green"],
  productionListenerArn: listener("admin"),
  testListenerArn: listener("admin-test"),
};
const [ADMIN_BLUE, ADMIN_GREEN] = ["arn:targetgroup/admin-blue", "arn:targetgroup/admin-green"] as const;

/** Two pairs lead to the service, each through listeners of its own. */
function twoPairs(): EcsWorld {
  const world = new EcsWorld();
  world.taskSets[0]?.targetGroupArns.push(ADMIN_BLUE);
  world.morePairs = [
    {
      targetGroups: ADMIN.targetGroups.map((name) => ({ name, arn: `arn:targetgroup/${name}` })),
      hasWeights: true,
      production: [{ listenerArn: ADMIN.productionListenerArn, ruleArn: null, shares: alone(ADMIN_BLUE) }],
      test: [{ listenerArn: ADMIN.testListenerArn, ruleArn: null, shares: alone(ADMIN_BLUE) }],
    },
  ];
  return world;
}

const plan = (options: EcsPlanOptions = {}) =>
  ecsPlan({ morePairs: [ADMIN], rollbackOn: ["DEPLOYMENT_FAILURE"], ...options });

const split = (green: string, blue: string, percent: number) => [
  { targetGroupArn: green, weight: percent },
  { targetGroupArn: blue, weight: 100 - percent },
];
const both = (percent: number) => [
  [split(GREEN_GROUP.arn, BLUE_GROUP.arn, percent)],
  [split(ADMIN_GREEN, ADMIN_BLUE, percent)],
];
const production = ({ production: first, morePairs }: EcsWorld) =>
  [first, ...morePairs.map((pair) => pair.production)].map((routes) => routes.map(({ shares }) => shares));
const test = ({ test: first, morePairs }: EcsWorld) =>
  [first, ...morePairs.map((pair) => pair.test)].map((routes) => routes.map(({ shares }) => shares));

describe("an ECS deployment with two pairs of target groups", () => {
  it("puts its replacement behind the other target group of each", () => {
    const story = new EcsStory(plan({ rerouteWaitMs: 600_000 }), twoPairs()).play();
    assert.deepEqual(replacementOf(story.world).targetGroupArns, [GREEN_GROUP.arn, ADMIN_GREEN]);
  });

  it("moves the test traffic of both, and production's only then, both in each step", () => {
    const story = new EcsStory(plan({ traffic: linear(40, 1), rerouteWaitMs: 600_000 }), twoPairs()).play();
    const untouched = twoPairs();
    assert.deepEqual([test(story.world), production(story.world)], [both(100), production(untouched)]);
    story.at(1, { type: "continued", wait: "READY_WAIT" }).play();
    assert.deepEqual(production(story.world), both(40));
    story.tick(story.wakesAt ?? 0).play();
    assert.deepEqual(production(story.world), both(80));
    story.playThrough();
    assert.deepEqual(
      [story.state.status, production(story.world), test(story.world)],
      ["Succeeded", both(100), both(100)],
    );
  });

  it("shows the first of them, as AWS's shape has room for one", () => {
    const story = new EcsStory(plan({ traffic: canary(10, 5) }), twoPairs()).play();
    assert.deepEqual(
      story.target.taskSets?.map(({ label, targetGroup, trafficWeight }) => `${label} ${targetGroup} ${trafficWeight}`),
      ["Blue blue-group 90", "Green green-group 10"],
    );
  });

  it("has test traffic where one of them has", () => {
    const without = { ...ADMIN, testListenerArn: null };
    const options = { testListenerArn: null, morePairs: [without] };
    const world = twoPairs();
    for (const pair of [world, ...world.morePairs]) pair.test = [];
    assert.equal(new EcsStory(plan(options), world).playThrough().events, "S S S S S S");
    const one = new EcsStory(plan({ testListenerArn: null }), Object.assign(twoPairs(), { test: [] })).playThrough();
    assert.deepEqual([one.events, test(one.world)], ["S S S S S S S S", [[], both(100)[1]]]);
  });

  it("finds blue for each by itself, and goes on from there the next time", () => {
    const world = twoPairs();
    world.morePairs[0]?.targetGroups.reverse();
    new EcsStory(plan(), world).playThrough();
    const second = new EcsStory({ ...plan(), deploymentId: "d-SECOND111" }, world).playThrough();
    assert.equal(second.state.status, "Succeeded");
    assert.deepEqual(production(world), [
      [split(BLUE_GROUP.arn, GREEN_GROUP.arn, 100)],
      [split(ADMIN_BLUE, ADMIN_GREEN, 100)],
    ]);
  });

  for (const hook of ["AfterInstall", "BeforeAllowTraffic", "AfterAllowTraffic"] as const) {
    it(`puts all listeners back when the function of ${hook} fails`, () => {
      const story = new EcsStory(plan({ hooks: { [hook]: "check" } }), twoPairs()).play();
      story.reportEcs(story.second, hook, "Failed");
      const [undoing] = story.rollbacks;
      const rollback = new EcsStory(undoing ?? assert.fail(), story.world).play();
      const untouched = twoPairs();
      assert.equal(rollback.state.status, "Succeeded");
      assert.deepEqual([production(story.world), test(story.world)], [production(untouched), test(untouched)]);
    });
  }

  it("takes back what an earlier one has left on either", () => {
    const world = twoPairs();
    const [admin] = world.morePairs;
    const [route] = admin?.production ?? [];
    if (route) route.shares = split(ADMIN_GREEN, ADMIN_BLUE, 10);
    const story = new EcsStory(plan({ hooks: { AfterInstall: "check" } }), world).play();
    assert.deepEqual(production(world), [[alone(BLUE_GROUP.arn)], [split(ADMIN_GREEN, ADMIN_BLUE, 0)]]);
    assert.deepEqual(story.calls, ["readService", "moveRoutes", "createTaskSet", "invokeHook"]);
  });

  it("is refused where any of them does not lead to the service", () => {
    const refusal = (change: (world: EcsWorld) => void, options: EcsPlanOptions = {}) => {
      const world = twoPairs();
      change(world);
      const { state, calls } = new EcsStory(plan(options), world).playThrough();
      assert.deepEqual([state.status, calls], ["Failed", ["readService"]]);
      return state.errorInformation?.message ?? "";
    };
    assert.match(
      refusal(({ taskSets }) => taskSets[0]?.targetGroupArns.pop()),
      /in neither .*, admin-blue and admin-green/,
    );
    assert.match(
      refusal(({ morePairs }) => morePairs[0]?.targetGroups.pop()),
      /does not exist: admin-green/,
    );
    assert.match(
      refusal(({ morePairs }) => morePairs[0]?.production.pop()),
      /behind listener \S+admin:/,
    );
    assert.match(
      refusal(({ morePairs }) => morePairs[0]?.test.pop()),
      /admin-test forwards to neither/,
    );
    const slow = { traffic: canary(10, 5) };
    assert.match(
      refusal(({ morePairs }) => Object.assign(morePairs[0] ?? {}, { hasWeights: false }), slow),
      /ECSAllAtOnce/,
    );
    const byHeader = { testHeader: { name: "X-Test", value: null } };
    assert.match(
      refusal(({ production: [route] }) => Object.assign(route ?? {}, { headers: [] }), byHeader),
      /the header X-Test/,
    );
  });

  it("has a format of its own", () => {
    assert.equal(formatOfPlan(plan()), 3);
  });
});
