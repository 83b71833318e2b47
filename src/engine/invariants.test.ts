import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { canary, lambdaPlan, START, Story } from "../../test/support/story.ts";
import type { Deployment, DeploymentState, HookExecution, LifecycleEventStatus, Target } from "./deployment.ts";
import { assertInvariants, InvariantError } from "./invariants.ts";

const holding = () => new Story(lambdaPlan({ traffic: canary(10, 5) })).begin().moved(1);
const succeeded = () => new Story(lambdaPlan()).begin().moved(1);
const failed = () => holding().tick(301).fail(302, "invalid");

function changed(story: Story, state: Partial<DeploymentState>, target: Partial<Target> = {}): Deployment {
  return { state: { ...story.state, ...state }, targets: [{ ...story.target, ...target }] };
}

function withEvents(story: Story, statuses: LifecycleEventStatus[]): Deployment {
  const lifecycleEvents = story.target.lifecycleEvents.map((event, n) => ({
    ...event,
    status: statuses[n] ?? "Pending",
  }));
  return changed(story, {}, { lifecycleEvents });
}

const errorInformation = { code: "INTERNAL_ERROR", message: "" } as const;
const execution: HookExecution = { functionName: "f", deadline: START, report: null, invocation: null };

describe("a step is refused when", () => {
  const faults: [name: string, before: Story, after: Deployment, told: RegExp][] = [
    ["a terminal status changes", succeeded(), failed().deployment, /Succeeded became Failed/],
    [
      "it ends in status and not in stage",
      holding(),
      changed(holding(), { status: "Stopped" }),
      /stage is HoldingTraffic/,
    ],
    ["it ends in stage alone", holding(), changed(holding(), { stage: { phase: "Ended" } }), /stage is Ended/],
    ["an end has no completeTime", holding(), changed(failed(), { completeTime: null }), /completeTime/],
    ["it is complete and goes on", holding(), changed(holding(), { completeTime: START }), /completeTime/],
    ["a failure has no errorInformation", holding(), changed(failed(), { errorInformation: null }), /is missing/],
    ["a success has errorInformation", holding(), changed(succeeded(), { errorInformation }), /is set/],
    ["the weight is above 100", holding(), changed(holding(), {}, { weight: 101 }), /weight is 101/],
    ["the weight is below 0", holding(), changed(holding(), {}, { weight: -1 }), /weight is -1/],
    ["the weight falls under way", holding(), changed(holding(), {}, { weight: 5 }), /weight fell to 5/],
    ["it succeeds below 100", holding(), changed(succeeded(), {}, { weight: 10 }), /succeeded at a weight of 10/],
    [
      "an event begins before the one before it ended",
      holding(),
      withEvents(holding(), ["Pending", "InProgress"]),
      /out of order/,
    ],
    ["two events are under way", holding(), withEvents(holding(), ["InProgress", "InProgress"]), /out of order/],
    ["an event follows a failed one", holding(), withEvents(holding(), ["Failed", "Succeeded"]), /out of order/],
  ];
  for (const [name, before, after, told] of faults) {
    it(name, () => {
      assert.throws(
        () => assertInvariants(before.plan, before.deployment, after),
        (error: unknown) => {
          assert.ok(error instanceof InvariantError);
          assert.match(error.message, /^deployment d-ORIGINAL1: /);
          assert.match(error.message, told);
          return true;
        },
      );
    });
  }

  it("a rollback has invoked a hook", () => {
    const [plan] = holding().stop(2, true).rollbacks;
    assert.ok(plan);
    const rollback = new Story(plan).at(3, { type: "start" });
    const lifecycleEvents = rollback.target.lifecycleEvents.map((event) => ({ ...event, hookExecution: execution }));
    const after = changed(rollback, {}, { lifecycleEvents });
    assert.throws(() => assertInvariants(plan, rollback.deployment, after), /a rollback invoked a validation function/);
  });

  it("nothing of this is the case, it is not refused", () => {
    for (const story of [holding(), succeeded(), failed()]) {
      assertInvariants(story.plan, story.deployment, story.deployment);
    }
  });
});
