import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alone, bothHooks, canary, HOUR_S, lambdaPlan, linear, START, Story, split } from "../../test/support/story.ts";

const HOOK_TEXT = "The deployment failed because one or more of the lifecycle event validation functions failed.";
const hooked = (traffic = canary(10, 5)) => new Story(lambdaPlan({ appSpec: { hooks: bothHooks }, traffic })).begin();

describe("a Lambda deployment with hooks", () => {
  it("runs one before all traffic and one after all traffic, and ends with every event Succeeded", () => {
    const story = hooked();
    assert.deepEqual([story.state.status, story.target.status, story.events], ["InProgress", "InProgress", "I P P"]);
    story.ends(3, "BeforeAllowTraffic");
    assert.equal(story.state.stage.phase, "AwaitingReport");
    story.report(4, "BeforeAllowTraffic", "Succeeded");
    assert.equal(story.events, "S I P");
    story.moved(4).tick(304).moved(304);
    assert.deepEqual([story.events, story.target.weight], ["S S I", 100]);
    story.report(305, "AfterAllowTraffic", "Succeeded");
    assert.deepEqual([story.state.status, story.target.status, story.events], ["Succeeded", "Succeeded", "S S S"]);
    assert.deepEqual(
      story.wanted.map(({ second, effect }) => [second, effect.key]),
      [
        [0, "readAlias"],
        [0, "hook/BeforeAllowTraffic"],
        [4, "moveAlias/10/1"],
        [304, "moveAlias/100/1"],
        [304, "hook/AfterAllowTraffic"],
      ],
    );
    assert.equal(story.state.completeTime, START + 305_000);
    assert.equal(story.wakesAt, null);
  });

  it("asks for the function of its AppSpec, with the hour as deadline", () => {
    const { effects } = hooked().last;
    assert.deepEqual(effects, [
      {
        key: "hook/BeforeAllowTraffic",
        type: "invokeHook",
        functionName: "check-before",
        lifecycleEvent: "BeforeAllowTraffic",
        targetId: "shop:live",
        deadline: START + HOUR_S * 1000,
      },
    ]);
  });

  it("goes on with the report alone, and keeps the end of the invocation when it comes", () => {
    const story = hooked().report(2, "BeforeAllowTraffic", "Succeeded");
    assert.equal(story.state.stage.phase, "ShiftingTraffic");
    story.ends(3, "BeforeAllowTraffic", null, "checked 7 things");
    assert.equal(story.state.stage.phase, "ShiftingTraffic");
    const execution = story.target.lifecycleEvents[0]?.hookExecution;
    assert.deepEqual(execution?.report, { status: "Succeeded", at: START + 2000 });
    assert.deepEqual(execution?.invocation, { at: START + 3000, error: null, logTail: "checked 7 things" });
  });

  it("keeps its first report: what is reported later changes nothing", () => {
    const story = hooked().report(2, "BeforeAllowTraffic", "Succeeded");
    const before = structuredClone(story.deployment);
    story.report(3, "BeforeAllowTraffic", "Failed");
    assert.deepEqual([story.deployment, story.last.effects], [before, []]);
  });

  it("does not take a report for another lifecycle event than the one under way", () => {
    const story = hooked();
    const before = structuredClone(story.deployment);
    for (const status of ["Succeeded", "Failed"] as const) story.report(1, "AfterAllowTraffic", status);
    assert.deepEqual(story.deployment, before);
  });

  it("fails with a report of Failed, with the rest Skipped and the alias untouched", () => {
    const story = hooked().report(9, "BeforeAllowTraffic", "Failed");
    assert.equal(story.state.status, "Failed");
    assert.deepEqual(story.state.errorInformation, { code: "HOOK_EXECUTION_FAILURE", message: HOOK_TEXT });
    assert.deepEqual(
      story.target.lifecycleEvents.map(({ status }) => status),
      ["Failed", "Skipped", "Skipped"],
    );
    assert.deepEqual([story.target.status, story.shifts], ["Failed", []]);
    story.ends(10, "BeforeAllowTraffic", null, "stock is negative");
    assert.deepEqual(story.target.lifecycleEvents[0]?.diagnostics, {
      message: "The BeforeAllowTraffic function check-before reported Failed.",
      logTail: "stock is negative",
    });
  });

  it("fails at once, with the last output, when the function fails without a report", () => {
    const story = hooked().ends(2, "BeforeAllowTraffic", "Error: no route to database", "connecting ...");
    assert.deepEqual([story.state.status, story.state.completeTime], ["Failed", START + 2000]);
    assert.deepEqual(story.state.errorInformation, { code: "HOOK_EXECUTION_FAILURE", message: HOOK_TEXT });
    assert.deepEqual(story.target.lifecycleEvents[0]?.diagnostics, {
      message:
        "The BeforeAllowTraffic function check-before failed without reporting a status: Error: no route to database",
      logTail: "connecting ...",
    });
  });

  it("is not harmed by a function that fails after its report", () => {
    const story = hooked()
      .report(1, "BeforeAllowTraffic", "Succeeded")
      .ends(2, "BeforeAllowTraffic", "Error: too late");
    assert.deepEqual([story.state.status, story.events], ["InProgress", "S I P"]);
  });

  it("waits to the hour for a function that returned without a report, and then fails", () => {
    const story = hooked().ends(2, "BeforeAllowTraffic", null, "asked a person");
    assert.equal(story.wakesAt, HOUR_S);
    story.tick(HOUR_S - 0.001);
    assert.equal(story.state.status, "InProgress");
    story.tick(HOUR_S);
    assert.deepEqual(story.state.errorInformation, { code: "HOOK_EXECUTION_FAILURE", message: HOOK_TEXT });
    assert.deepEqual(story.target.lifecycleEvents[0]?.diagnostics, {
      message: "The BeforeAllowTraffic function check-before did not report a status within 3600 seconds.",
      logTail: "asked a person",
    });
  });

  it("takes a report in the last moment of the hour, and none after it", () => {
    const story = hooked().ends(2, "BeforeAllowTraffic").report(HOUR_S, "BeforeAllowTraffic", "Succeeded");
    assert.equal(story.events, "S I P");
    const late = hooked().tick(HOUR_S);
    const before = structuredClone(late.deployment);
    late.report(HOUR_S, "BeforeAllowTraffic", "Succeeded");
    assert.deepEqual(late.deployment, before);
  });

  it("that fails after all traffic leaves the alias on the target version when no rollback is configured", () => {
    const story = hooked({ type: "AllAtOnce" }).report(1, "BeforeAllowTraffic", "Succeeded").moved(2);
    story.report(3, "AfterAllowTraffic", "Failed");
    assert.deepEqual([story.state.status, story.target.weight, story.shifts.length], ["Failed", 100, 1]);
    assert.deepEqual([story.rollbacks, story.state.rollbackInfo], [[], null]);
  });
});

describe("answers that are late or come twice", () => {
  it("change nothing but what is known of the hook's invocation", () => {
    const story = new Story(lambdaPlan({ appSpec: { hooks: bothHooks }, traffic: canary(10, 5) })).begin();
    story.report(1, "BeforeAllowTraffic", "Succeeded").moved(2);
    const before = structuredClone(story.deployment);
    const again = (key: string) => ({ type: "effectAnswered", key, answer: { type: "aliasMoved" } }) as const;
    story.at(3, again("moveAlias/10/1")).at(3, again("moveAlias/100/1"));
    story.at(3, { type: "effectAnswered", key: "readAlias", answer: { type: "aliasRead", alias: split(55) } });
    story.at(3, { type: "effectFailed", key: "moveAlias/10/1", problem: { kind: "invalid", message: "late" } });
    assert.deepEqual([story.deployment, story.last.effects], [before, []]);
  });

  it("change nothing after the end", () => {
    const story = new Story(lambdaPlan()).begin().moved(1);
    const before = structuredClone(story.deployment);
    story.at(2, { type: "effectFailed", key: "moveAlias/100/1", problem: { kind: "invalid", message: "late" } });
    story.stop(3, true).tick(4).at(5, { type: "start" });
    assert.deepEqual([story.deployment, story.last.effects, story.last.rollback], [before, [], null]);
  });
});

describe("an alias that others have changed", () => {
  it("is not overwritten: the deployment fails and says so, and nothing is rolled back", () => {
    const story = new Story(lambdaPlan({ traffic: linear(30, 1), rollbackOn: ["DEPLOYMENT_FAILURE"] }))
      .begin()
      .moved(0);
    const move = story.tick(60).last.effects[0];
    assert.deepEqual(
      move?.type === "moveAlias" && move.from,
      [split(30)],
      "compare: only the last weight may be found",
    );
    story.fail(61, "changedByOthers", "found version 9 alone");
    assert.equal(story.state.status, "Failed");
    assert.equal(story.state.errorInformation?.code, "INVALID_LAMBDA_CONFIGURATION");
    assert.deepEqual(story.rollbacks, []);
    assert.equal(
      story.state.rollbackInfo?.rollbackMessage,
      "Deployment d-ORIGINAL1 terminated. It was not rolled back: somebody else has changed the alias, and their change is left alone.",
    );
  });
});

describe("provisioned concurrency", () => {
  const notReady = { type: "aliasNotReady", reason: "still allocating" } as const;

  it("is waited for, with a new look every ten seconds, and then traffic moves", () => {
    const story = new Story(lambdaPlan()).begin().answer(1, notReady);
    assert.deepEqual([story.state.stage.phase, story.wakesAt], ["AwaitingCapacity", 11]);
    story.tick(10);
    assert.equal(story.state.stage.phase, "AwaitingCapacity");
    story.tick(11);
    assert.equal(story.awaited(), "moveAlias/100/2");
    assert.equal(story.moved(12).state.status, "Succeeded");
  });

  it("is waited for an hour at most", () => {
    const story = new Story(lambdaPlan()).begin();
    for (let second = 1; story.state.status === "InProgress" && second < 2 * HOUR_S; second = story.wakesAt ?? second) {
      if (story.state.stage.phase === "AwaitingCapacity") story.tick(second);
      story.answer(second, notReady);
    }
    assert.deepEqual([story.state.status, story.second], ["Failed", HOUR_S]);
    assert.equal(story.state.errorInformation?.code, "INVALID_LAMBDA_CONFIGURATION");
    assert.deepEqual(story.state.statusMessages, ["still allocating"]);
  });

  it("does not keep a deployment from being stopped", () => {
    const story = new Story(lambdaPlan()).begin().answer(1, notReady).stop(5);
    assert.equal(story.state.status, "Stopped");
  });
});

describe("a deployment may take 50 hours", () => {
  const wide = () => new Story(lambdaPlan({ traffic: canary(10, 51 * 60) })).begin().moved(0);

  it("and not more: it fails with TIMEOUT while it holds", () => {
    const story = wide();
    assert.equal(story.wakesAt, 50 * HOUR_S);
    assert.equal(story.tick(50 * HOUR_S - 1).state.status, "InProgress");
    story.tick(50 * HOUR_S);
    assert.deepEqual([story.state.status, story.state.errorInformation?.code], ["Failed", "TIMEOUT"]);
  });

  it("but ends only after the answer to an alias write under way", () => {
    const story = new Story(lambdaPlan({ traffic: canary(10, 5) })).begin().tick(50 * HOUR_S);
    assert.deepEqual([story.state.status, story.wakesAt], ["InProgress", null]);
    story.moved(50 * HOUR_S + 5);
    assert.deepEqual([story.state.errorInformation?.code, story.target.weight], ["TIMEOUT", 10]);
  });

  it("counted from its start, not from its creation", () => {
    const story = new Story(lambdaPlan({ traffic: canary(10, 51 * 60) })).at(900, { type: "start" });
    story.answer(900, { type: "aliasRead", alias: alone("1") }).moved(900);
    assert.equal(story.wakesAt, 50 * HOUR_S + 900);
  });
});
