import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  alone,
  bothHooks,
  canary,
  lambdaPlan,
  linear,
  type PlanOptions,
  Story,
  split,
} from "../../test/support/story.ts";
import type { AutoRollbackEvent } from "../shapes/codedeploy.ts";
import type { DeploymentPlan } from "./plan.ts";

const ON_FAILURE: AutoRollbackEvent[] = ["DEPLOYMENT_FAILURE"];
const ON_STOP: AutoRollbackEvent[] = ["DEPLOYMENT_STOP_ON_REQUEST"];

/** Holding at 30 percent, second 1. */
const holding = (options: PlanOptions = {}) =>
  new Story(lambdaPlan({ traffic: linear(30, 5), ...options })).begin().moved(1);

function rollbackOf(story: Story): DeploymentPlan {
  const [plan, ...more] = story.rollbacks;
  assert.ok(plan && more.length === 0, "exactly one rollback was made");
  return plan;
}

describe("StopDeployment", () => {
  const hooks = { hooks: bothHooks };
  const phases: [name: string, story: () => Story, events: string][] = [
    ["before the start", () => new Story(lambdaPlan()), "Skipped Skipped Skipped"],
    ["while the alias is read", () => new Story(lambdaPlan()).at(0, { type: "start" }), "Skipped Skipped Skipped"],
    ["while a hook runs", () => new Story(lambdaPlan({ appSpec: hooks })).begin(), "Failed Skipped Skipped"],
    [
      "while a report is awaited",
      () => new Story(lambdaPlan({ appSpec: hooks })).begin().ends(1, "BeforeAllowTraffic"),
      "Failed Skipped Skipped",
    ],
    ["while traffic is held", () => holding(), "Succeeded Failed Skipped"],
    [
      "while the last hook runs",
      () => new Story(lambdaPlan({ appSpec: { hooks: { AfterAllowTraffic: "after" } } })).begin().moved(1),
      "Succeeded Succeeded Failed",
    ],
  ];
  for (const [name, story, events] of phases) {
    it(`${name} ends the deployment at once as Stopped`, () => {
      const stopped = story().stop(7);
      assert.equal(stopped.state.status, "Stopped");
      assert.deepEqual(stopped.state.errorInformation, {
        code: "MANUAL_STOP",
        message: "Deployment was stopped by a user",
      });
      assert.equal(stopped.target.lifecycleEvents.map(({ status }) => status).join(" "), events);
      assert.deepEqual([stopped.last.effects, stopped.wakesAt], [[], null]);
    });
  }

  it("during an alias write ends it only after the answer, with the weight that was reached", () => {
    const story = new Story(lambdaPlan({ traffic: canary(10, 5) })).begin().stop(1);
    assert.deepEqual([story.state.status, story.wakesAt], ["InProgress", null]);
    story.tick(2).stop(3, true);
    assert.equal(story.state.status, "InProgress");
    story.moved(4);
    assert.deepEqual([story.state.status, story.target.weight, story.rollbacks], ["Stopped", 10, []]);
  });

  it("during an alias write that fails is still Stopped", () => {
    const story = new Story(lambdaPlan()).begin().stop(1).fail(2, "unavailable");
    assert.deepEqual([story.state.status, story.state.errorInformation?.code], ["Stopped", "MANUAL_STOP"]);
  });

  it("during a wait for the answer that capacity is missing ends it with that answer", () => {
    const story = new Story(lambdaPlan()).begin().stop(1).answer(2, { type: "aliasNotReady", reason: "allocating" });
    assert.equal(story.state.status, "Stopped");
  });

  const asked: [rollBack: boolean | null, on: AutoRollbackEvent[] | undefined, rolledBack: boolean][] = [
    [true, undefined, true],
    [true, ON_FAILURE, true],
    [true, ON_STOP, true],
    [false, undefined, false],
    [false, ON_FAILURE, false],
    [false, ON_STOP, false],
    [null, undefined, false],
    [null, ON_FAILURE, false],
    [null, ["DEPLOYMENT_STOP_ON_ALARM"], false],
    [null, ON_STOP, true],
  ];
  for (const [rollBack, on, rolledBack] of asked) {
    const config = on ? `rollback on ${on}` : "no rollback configured";
    it(`with autoRollbackEnabled ${rollBack ?? "absent"} and ${config} ${rolledBack ? "rolls back" : "does not"}`, () => {
      const story = holding(on ? { rollbackOn: on } : {}).stop(9, rollBack);
      assert.equal(story.rollbacks.length, rolledBack ? 1 : 0);
      assert.equal(story.state.rollbackInfo !== null, rolledBack);
      assert.equal(story.target.weight, rolledBack ? 0 : 30, "without a rollback the alias stays split");
    });
  }
});

describe("a failure", () => {
  for (const [on, rolledBack] of [
    [ON_FAILURE, true],
    [ON_STOP, false],
    [undefined, false],
  ] as const) {
    it(`with ${on ? `rollback on ${on}` : "no rollback configured"} ${rolledBack ? "rolls back" : "does not"}`, () => {
      const story = holding(on ? { rollbackOn: [...on] } : {})
        .tick(301)
        .fail(302, "unavailable");
      assert.deepEqual([story.state.status, story.rollbacks.length], ["Failed", rolledBack ? 1 : 0]);
    });
  }
});

describe("an automatic rollback", () => {
  const failed = () =>
    holding({ appSpec: { hooks: { AfterAllowTraffic: "after" } }, rollbackOn: ON_FAILURE })
      .tick(301)
      .fail(302, "invalid");

  it("is linked with what it undoes, word for word, both ways", () => {
    const story = failed();
    assert.deepEqual(story.state.rollbackInfo, {
      rollbackDeploymentId: "d-ROLLBACK1",
      rollbackMessage:
        "Deployment d-ORIGINAL1 terminated. Automatic rollback is triggered with a DeploymentId d-ROLLBACK1.",
    });
    assert.deepEqual(new Story(rollbackOf(story)).state.rollbackInfo, {
      rollbackTriggeringDeploymentId: "d-ORIGINAL1",
      rollbackMessage: "Deployment d-ROLLBACK1 is triggered to roll back deployment d-ORIGINAL1.",
    });
  });

  it("is a deployment of its own, all at once, by codeDeployRollback", () => {
    const { deploymentId, createTime, info, work } = rollbackOf(failed());
    assert.equal(deploymentId, "d-ROLLBACK1");
    assert.equal(createTime, failed().state.completeTime);
    assert.equal(info.creator, "codeDeployRollback");
    assert.equal(info.deploymentConfigName, "CodeDeployDefault.LambdaAllAtOnce");
    assert.deepEqual(info.autoRollbackConfiguration, { enabled: false });
    assert.equal(info.description, undefined);
    assert.deepEqual(work.traffic, { type: "AllAtOnce" });
  });

  it("writes the alias once, from any state that it may have been left in, and invokes no hook", () => {
    const rollback = new Story(rollbackOf(failed())).at(400, { type: "start" });
    const [effect, ...more] = rollback.last.effects;
    assert.deepEqual(more, []);
    assert.deepEqual(effect, {
      key: "moveAlias/100/1",
      type: "moveAlias",
      functionName: "shop",
      alias: "live",
      from: [alone("1"), split(30), split(60), split(90), alone("2")],
      to: alone("1"),
      waitsForCapacity: false,
    });
    rollback.moved(401);
    assert.deepEqual([rollback.state.status, rollback.events, rollback.wanted.length], ["Succeeded", "S S S", 1]);
    assert.ok(rollback.target.lifecycleEvents.every(({ hookExecution }) => hookExecution === null));
  });

  it("never rolls back itself, however it ends", () => {
    const plan = rollbackOf(failed());
    const endings: ((story: Story) => Story)[] = [
      (story) => story.fail(2, "changedByOthers", "found version 9 alone"),
      (story) => story.fail(2, "unavailable"),
      (story) => story.stop(1, true).moved(2),
    ];
    for (const ending of endings) {
      const rollback = ending(new Story(plan).at(0, { type: "start" }));
      assert.match(rollback.state.status, /Failed|Stopped/);
      assert.deepEqual(rollback.rollbacks, []);
      assert.equal(rollback.state.rollbackInfo?.rollbackTriggeringDeploymentId, "d-ORIGINAL1");
    }
  });

  it("deploys the revision of the group's last success", () => {
    const story = holding({ rollbackOn: ON_STOP, previousSha256: "the last good one" }).stop(5);
    assert.equal(rollbackOf(story).info.revision?.appSpecContent?.sha256, "the last good one");
  });

  it("happens without an earlier success too: it carries the deployment's own revision and puts the alias back", () => {
    const rollback = rollbackOf(holding({ rollbackOn: ON_STOP }).stop(5));
    assert.equal(rollback.info.revision?.appSpecContent?.sha256, "this one");
    assert.deepEqual(
      new Story(rollback)
        .at(6, { type: "start" })
        .last.effects.map((effect) => effect.type === "moveAlias" && effect.to),
      [alone("1")],
    );
  });

  it("leaves the alias alone when nothing had looked at it: the AppSpec may be wrong about where it was", () => {
    const created = () => new Story(lambdaPlan({ rollbackOn: [...ON_FAILURE, ...ON_STOP] }));
    const endings: ((story: Story) => Story)[] = [
      (story) => story.stop(1),
      (story) => story.at(0, { type: "start" }).stop(1),
      (story) => story.at(0, { type: "start" }).fail(1, "unavailable"),
    ];
    for (const ending of endings) {
      const rollback = new Story(rollbackOf(ending(created()))).at(2, { type: "start" });
      assert.deepEqual([rollback.state.status, rollback.events, rollback.wanted], ["Succeeded", "S S S", []]);
      assert.equal(rollback.target.weight, 100);
    }
  });

  it("follows a stop that arrives during the last alias write", () => {
    const story = new Story(lambdaPlan({ appSpec: { hooks: { AfterAllowTraffic: "after" } } })).begin().stop(1, true);
    assert.deepEqual([story.state.status, story.rollbacks], ["InProgress", []]);
    story.moved(2);
    assert.deepEqual([story.state.status, story.rollbacks.length, story.target.weight], ["Stopped", 1, 0]);
    assert.deepEqual(
      story.wanted.map(({ effect }) => effect.type),
      ["readAlias", "moveAlias"],
      "the hook after traffic is not invoked any more",
    );
  });
});
