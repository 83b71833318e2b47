import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type EcsPlanOptions,
  EcsStory,
  EcsWorld,
  ecsPlan,
  everyHook,
  GREEN_GROUP,
  taskSet,
} from "../../test/support/ecsStory.ts";
import { canary, MINUTE_S } from "../../test/support/story.ts";
import type { EcsHook } from "../resources/appSpec/ecsAppSpec.ts";
import type { DeploymentPlan } from "./plan.ts";

const rollbackOn = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"] as const;
const HOOKS = Object.keys(everyHook) as EcsHook[];
/** Where the events are when the function of each event fails. */
const EVENTS_AT: Record<EcsHook, string> = {
  BeforeInstall: "F - - - - - - -",
  AfterInstall: "S S F - - - - -",
  AfterAllowTestTraffic: "S S S S F - - -",
  BeforeAllowTraffic: "S S S S S F - -",
  AfterAllowTraffic: "S S S S S S S F",
};

/** Up to the function of `hook`, which reports Failed. */
function failingAt(hook: EcsHook, options: EcsPlanOptions = {}): EcsStory {
  const story = new EcsStory(ecsPlan({ hooks: everyHook, ...options })).play();
  for (const each of HOOKS.slice(0, HOOKS.indexOf(hook))) story.reportEcs(story.second, each);
  return story.reportEcs(story.second, hook, "Failed");
}

/** What the rollback that has begun makes of the world; `untouched` is what was there before. */
function rollBack(story: EcsStory, untouched = new EcsWorld()): EcsStory {
  const [plan] = story.rollbacks;
  assert.ok(plan, "a rollback begins");
  assert.deepEqual(
    [plan.info.creator, plan.info.deploymentConfigName],
    ["codeDeployRollback", "CodeDeployDefault.ECSAllAtOnce"],
  );
  const rollback = new EcsStory(plan, story.world).play();
  assert.deepEqual([rollback.state.status, rollback.hooksInvoked], ["Succeeded", []]);
  assert.ok(!rollback.calls.includes("createTaskSet"));
  const { production, test, taskSets } = story.world;
  assert.deepEqual(
    { production, test, taskSets },
    {
      production: untouched.production,
      test: untouched.test,
      taskSets: untouched.taskSets,
    },
  );
  return rollback;
}

describe("an ECS deployment of which a function fails", () => {
  for (const hook of HOOKS) {
    it(`in ${hook} is left as it is without rollback`, () => {
      const story = failingAt(hook);
      assert.deepEqual([story.state.status, story.events], ["Failed", EVENTS_AT[hook]]);
      assert.equal(story.state.errorInformation?.code, "HOOK_EXECUTION_FAILURE");
      assert.deepEqual([story.rollbacks, story.world.taskSets.length], [[], hook === "BeforeInstall" ? 1 : 2]);
    });
  }

  for (const hook of HOOKS.filter((one) => one !== "BeforeInstall")) {
    it(`in ${hook} is undone with rollback: listeners as before, and no replacement`, () => {
      rollBack(failingAt(hook, { rollbackOn: [...rollbackOn] }));
    });
  }

  it("in BeforeInstall has changed nothing that could be rolled back", () => {
    const story = failingAt("BeforeInstall", { rollbackOn: [...rollbackOn] });
    assert.deepEqual(story.rollbacks, []);
    assert.match(story.state.rollbackInfo?.rollbackMessage ?? "", /not rolled back: nothing had been changed/);
  });
});

describe("an ECS deployment that is stopped or whose alarm is red", () => {
  const begun = (options: EcsPlanOptions = {}) =>
    new EcsStory(ecsPlan({ traffic: canary(10, 5), rollbackOn: [...rollbackOn], ...options })).play();

  it("during the shift goes back, and shows that nothing is on the replacement", () => {
    const story = begun({ alarms: ["errors"] })
      .alarms(0, { errors: "OK" })
      .play();
    story.at(60, { type: "alarmsSeen", states: { errors: "ALARM" } });
    assert.deepEqual([story.state.status, story.events], ["Stopped", "S S S S S S F -"]);
    assert.deepEqual(
      story.target.taskSets?.map(({ trafficWeight }) => trafficWeight),
      [100, 0],
    );
    assert.deepEqual(rollBack(story).events, "S S S S S S S S");
  });

  it("during a write ends when the write has been answered, and undoes it too", () => {
    const story = new EcsStory(ecsPlan({ rollbackOn: [...rollbackOn] })).at(0, { type: "start" }).playOne();
    story.stop(1);
    assert.equal(story.state.status, "InProgress");
    story.play();
    assert.deepEqual([story.state.status, story.world.taskSets.length], ["Stopped", 2]);
    rollBack(story);
  });

  it("in the termination wait goes back, the primary task set too", () => {
    const story = begun({ terminationWaitMs: 3_600_000 })
      .tick(5 * MINUTE_S)
      .play()
      .stop(6 * MINUTE_S);
    assert.deepEqual([story.state.status, story.state.stage.phase], ["Stopped", "Ended"]);
    assert.ok(rollBack(story).calls.includes("setPrimaryTaskSet"));
  });

  it("while its original is being terminated succeeds all the same", () => {
    const story = begun().tick(5 * MINUTE_S);
    while (story.state.stage.phase !== "TerminatingTaskSet") story.playOne();
    story.stop(5 * MINUTE_S, true).play();
    assert.deepEqual([story.state.status, story.rollbacks], ["Succeeded", []]);
  });

  it("leaves a listener alone that somebody else has changed meanwhile", () => {
    const story = begun();
    story.world.failing.moveRoutes = { kind: "changedByOthers", message: "the listener forwards elsewhere" };
    story.tick(5 * MINUTE_S).play();
    assert.deepEqual([story.state.status, story.rollbacks], ["Failed", []]);
    assert.match(story.state.rollbackInfo?.rollbackMessage ?? "", /somebody else has changed the listener/);
  });

  it("fails its rollback when the original task set is gone", () => {
    const story = begun().stop(60);
    story.world.taskSets = story.world.taskSets.filter(({ status }) => status !== "PRIMARY");
    const rollback = new EcsStory(story.rollbacks[0] as DeploymentPlan, story.world).play();
    assert.deepEqual([rollback.state.status, rollback.rollbacks], ["Failed", []]);
    assert.match(rollback.state.statusMessages[0] ?? "", /The original task set .* is gone/);
  });
});

describe("what an ECS deployment without rollback has left behind", () => {
  it("goes before the next one makes its replacement: its traffic first, then its task sets", () => {
    const story = new EcsStory(ecsPlan({ traffic: canary(10, 5) })).play().stop(60);
    assert.equal(story.world.production[0]?.shares[0]?.targetGroupArn, GREEN_GROUP.arn);
    const next = new EcsStory(
      { ...ecsPlan({ traffic: canary(10, 5) }), deploymentId: "d-NEXT11111" },
      story.world,
    ).playThrough();
    assert.deepEqual(next.calls.slice(0, 4), ["readService", "moveRoutes", "deleteTaskSet", "createTaskSet"]);
    assert.deepEqual(
      next.productionShifts.map(([, percent]) => percent),
      [0, 10, 100],
    );
    assert.deepEqual(
      [next.state.status, story.world.taskSets.map(({ externalId }) => externalId)],
      ["Succeeded", ["d-NEXT11111"]],
    );
  });

  it("is the primary task set where all traffic has moved: the next one goes on from there", () => {
    const shifting = (options: EcsPlanOptions) => {
      const story = new EcsStory(ecsPlan(options)).at(0, { type: "start" });
      while (story.state.stage.phase !== "ShiftingTraffic") story.playOne();
      return story.stop(1).play();
    };
    const { state, calls, world } = shifting({});
    assert.deepEqual([state.status, calls.slice(-2)], ["Stopped", ["moveRoutes", "setPrimaryTaskSet"]]);
    const next = new EcsStory({ ...ecsPlan(), deploymentId: "d-NEXT11111" }, world).playThrough();
    assert.equal(next.state.status, "Succeeded");
    const undone = shifting({ rollbackOn: [...rollbackOn] });
    assert.equal(undone.calls.at(-1), "moveRoutes");
    rollBack(undone);
  });

  it("does not include task sets that no deployment has made", () => {
    const world = new EcsWorld();
    world.taskSets.push(taskSet("ecs-svc/9", { externalId: "by-hand" }));
    new EcsStory(ecsPlan(), world).playThrough();
    assert.deepEqual(world.taskSets.map(({ id }) => id).sort(), ["ecs-svc/2", "ecs-svc/9"]);
  });
});
