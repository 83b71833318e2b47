import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { canary, lambdaPlan, type PlanOptions, START, Story, type Told, timed } from "../../test/support/story.ts";
import { foldEvents, newDeployment } from "./step.ts";
import { rollbackTransition, type Transition, transitionsOf } from "./transitions.ts";

const START_EVENT: Told = { type: "start" };
const stop = (rollBack: boolean): Told => ({ type: "stopRequested", rollBack });

/** Folds the events, one a second from the start, into one turn of a new deployment. */
function transitionsIn(options: PlanOptions, ...told: Told[]): Transition[] {
  const plan = lambdaPlan(options);
  const events = told.map((event, second) => timed(event, second));
  return foldEvents(plan, newDeployment(plan), events).transitions;
}

const names = (transitions: Transition[]) => transitions.map(({ event, status }) => `${event} ${status}`);

describe("what a turn tells of", () => {
  it("is a start, with the time of it and without an end", () => {
    const [start, ...more] = transitionsIn({}, START_EVENT);
    assert.deepEqual(more, []);
    assert.deepEqual(start, {
      event: "DeploymentStart",
      at: START,
      status: "InProgress",
      startTime: START,
      completeTime: null,
      overview: { Pending: 1, InProgress: 0, Succeeded: 0, Failed: 0, Skipped: 0, Ready: 0 },
      errorInformation: null,
      rollbackInfo: null,
    });
  });

  it("is a start and a failure where one step leads to both, the start without what went wrong", () => {
    const [start, failure, ...more] = transitionsIn({ appSpec: { problem: "no Resources" } }, START_EVENT);
    assert.deepEqual(more, []);
    assert.deepEqual(names([start, failure] as Transition[]), [
      "DeploymentStart InProgress",
      "DeploymentFailure Failed",
    ]);
    assert.deepEqual([start?.errorInformation, start?.completeTime], [null, null]);
    assert.equal(failure?.errorInformation?.code, "INVALID_LAMBDA_CONFIGURATION");
    assert.equal(failure?.completeTime, START);
  });

  it("is everything that several events led to, in their order and once", () => {
    const transitions = transitionsIn({ traffic: canary(10, 5) }, START_EVENT, stop(false), stop(false));
    assert.deepEqual(names(transitions), ["DeploymentStart InProgress", "DeploymentStop Stopped"]);
    assert.deepEqual(
      transitions.map(({ at }) => at - START),
      [0, 1000],
    );
    assert.equal(transitions[1]?.overview.Failed, 0);
    assert.equal(transitions[1]?.errorInformation?.code, "MANUAL_STOP");
  });

  it("has no start where a deployment is stopped before it", () => {
    assert.deepEqual(names(transitionsIn({}, stop(false), START_EVENT)), ["DeploymentStop Stopped"]);
  });

  it("is a success, and after it nothing more", () => {
    const story = new Story(lambdaPlan()).begin();
    const before = story.deployment;
    story.moved(3);
    assert.deepEqual(names(transitionsOf(before, story.deployment, START + 3000)), ["DeploymentSuccess Succeeded"]);
    assert.equal(transitionsOf(before, story.deployment, START + 3000)[0]?.overview.Succeeded, 1);
    assert.deepEqual(transitionsOf(story.deployment, story.deployment, START + 9000), []);
  });

  it("is that a deployment is Ready, at the moment when it has become so", () => {
    const { deployment } = new Story(lambdaPlan()).begin();
    const ready = { ...deployment, state: { ...deployment.state, status: "Ready" as const } };
    const transitions = transitionsOf(deployment, ready, START + 5000);
    assert.deepEqual([names(transitions), transitions[0]?.at], [["DeploymentReady Ready"], START + 5000]);
    assert.deepEqual(transitionsOf(ready, deployment, START + 9000), [], "going on is no second start");
  });

  it("is of a rollback that it was created, and which deployment it undoes", () => {
    const story = new Story(lambdaPlan({ traffic: canary(10, 5) })).begin().moved(0).stop(1, true);
    const [plan] = story.rollbacks;
    assert.ok(plan);
    const { event, status, at, rollbackInfo } = rollbackTransition(plan, newDeployment(plan));
    assert.deepEqual([event, status, at], ["DeploymentRollback", "Created", START + 1000]);
    assert.equal(rollbackInfo?.rollbackTriggeringDeploymentId, "d-ORIGINAL1");
  });
});
