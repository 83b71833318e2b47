import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BLUE_GROUP, EcsStory, EcsWorld, ecsPlan, GREEN_GROUP, replacementOf } from "../../test/support/ecsStory.ts";
import { canary, START } from "../../test/support/story.ts";
import type { Deployment, Effect } from "./deployment.ts";
import { assertInvariants } from "./invariants.ts";

/** One whose canary has some of the traffic. */
const holding = () => new EcsStory(ecsPlan({ traffic: canary(10, 5) })).play();
const wanted = (story: EcsStory, type: Effect["type"], index = 0): Effect =>
  story.wanted.filter(({ effect }) => effect.type === type)[index]?.effect ?? assert.fail(`no ${type}`);

function refused(story: EcsStory, effect: Effect, before: Deployment = story.deployment, plan = story.plan): string {
  try {
    assertInvariants(plan, before, { ...story.deployment, effects: [effect] });
  } catch (error) {
    return String(error);
  }
  return "nothing is wrong";
}

describe("a step of a deployment to ECS is refused when", () => {
  it("a task set is to be made where the original is", () => {
    const story = holding();
    const create = { ...wanted(story, "createTaskSet"), targetGroupArn: BLUE_GROUP.arn } as Effect;
    assert.match(refused(story, create), /a task set was to be made beside the original/);
  });

  it("traffic is to move without a look, outside its event, or by shares that are not a hundred percent", () => {
    const story = new EcsStory(ecsPlan({ traffic: canary(10, 5), hooks: { BeforeAllowTraffic: "check" } })).play();
    story.reportEcs(1, "BeforeAllowTraffic");
    const [moving] = story.wanted.filter(({ effect }) => effect.key === "moveTraffic/10");
    const shift = moving?.effect as Extract<Effect, { type: "moveRoutes" }>;
    const stage = { phase: "ShiftingTraffic", awaiting: shift.key, shift: { weight: 10 }, interruption: null } as const;
    Object.assign(story.state, { stage });
    const looking = {
      ...story.state,
      stage: { phase: "LookingAtTaskSets", awaiting: "look/10/1", look: null as never },
    };
    const before = { ...story.deployment, state: looking } as Deployment;
    assert.equal(refused(story, shift, before), "nothing is wrong");
    assert.match(refused(story, shift), /traffic was to move without a look at the replacement/);
    const to = [
      { targetGroupArn: GREEN_GROUP.arn, weight: 10 },
      { targetGroupArn: BLUE_GROUP.arn, weight: 100 },
    ];
    const odd = { ...shift, routes: shift.routes.map((route) => ({ ...route, to })) };
    assert.match(refused(story, odd, before), /shares of 110 % were to be written/);
    for (const event of story.target.lifecycleEvents) if (event.name === "AllowTraffic") event.status = "Pending";
    assert.match(refused(story, shift, before), /traffic was to move in no lifecycle event/);
  });

  it("a task set is to be promoted, or the original to be deleted, before all traffic has moved", () => {
    const story = holding();
    const { service } = ecsPlan().work;
    const [blue, green] = [story.world.taskSets[0]?.arn ?? "", replacementOf(story.world).arn];
    const promote: Effect = { type: "setPrimaryTaskSet", key: "promoteTaskSet", service, taskSetArn: green };
    assert.match(refused(story, promote), /a replacement without all traffic was to be promoted/);
    const terminate: Effect = { type: "deleteTaskSet", key: "terminateTaskSet", service, taskSetArn: blue };
    assert.match(refused(story, terminate), /the original task set was to be deleted at a weight of 10/);
    const stray = { ...terminate, taskSetArn: "arn:task-set/others" };
    assert.match(refused(story, stray), /arn:task-set\/others was to be deleted, which is not its own/);
  });

  it("a rollback makes a task set, or deletes the original", () => {
    const story = holding();
    const create = wanted(story, "createTaskSet");
    const [plan] = story.stop(2, true).rollbacks;
    assert.ok(plan);
    const rollback = new EcsStory(plan, story.world).at(START, { type: "start" }).playOne();
    assert.match(refused(rollback, create), /a rollback was to make a task set/);
    const taskSetArn = rollback.state.found?.blue.arn ?? "";
    const remove: Effect = {
      type: "deleteTaskSet",
      key: "removeTaskSet",
      service: plan.work.platform === "ECS" ? plan.work.service : assert.fail(),
      taskSetArn,
    };
    assert.match(refused(rollback, remove), /a rollback was to delete the original task set/);
  });

  it("nothing of this is the case, it is not refused", () => {
    for (const story of [holding(), new EcsStory(ecsPlan(), new EcsWorld()).playThrough()]) {
      assertInvariants(story.plan, story.deployment, { ...story.deployment, effects: [] });
    }
  });
});
