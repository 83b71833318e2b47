import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type DeploymentPlan, planLambdaDeployment } from "../engine/plan.ts";
import { newDeployment } from "../engine/step.ts";
import type { LambdaAppSpec } from "../resources/lambdaAppSpec.ts";
import type { TrafficRouting } from "../resources/trafficRouting.ts";
import { expectationOf, injectionsFor } from "./injections.ts";
import { judge, verdicts } from "./verdict.ts";

function plan(traffic: TrafficRouting, alarms: string[] = [], hooks: LambdaAppSpec["hooks"] = {}): DeploymentPlan {
  return planLambdaDeployment({
    deploymentId: "d-ORIGINAL1",
    rollbackDeploymentId: "d-ROLLBACK1",
    accountId: "111122223333",
    region: "eu-west-1",
    createTime: 0,
    serviceRoleArn: "",
    appSpec: { functionName: "shop", alias: "scratch", currentVersion: "1", targetVersion: "2", hooks },
    traffic,
    hookTimeoutMs: 3_600_000,
    alarmConfiguration: { enabled: alarms.length > 0, alarms: alarms.map((name) => ({ name })) },
    info: {
      applicationName: "a",
      deploymentGroupName: "g",
      deploymentConfigName: "c",
      previousRevision: undefined,
      revision: undefined,
      description: undefined,
      ignoreApplicationStopFailures: false,
      updateOutdatedInstancesOnly: false,
      autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
      overrideAlarmConfiguration: undefined,
      deploymentStyle: undefined,
      computePlatform: "Lambda",
    },
  });
}

const titles = (of: DeploymentPlan, about: RegExp) =>
  injectionsFor(of)
    .map(({ title }) => title)
    .filter((title) => about.test(title));

describe("the injections of a drill", () => {
  it("have an alarm for every weight that is held", () => {
    const linear = plan({ type: "TimeBasedLinear", percentage: 40, intervalMs: 60_000 }, ["errors"]);
    assert.deepEqual(titles(linear, /alarm/), [
      "An alarm is red at the start",
      "An alarm is red at 40 %",
      "An alarm is red at 80 %",
      "An alarm is red after 100 %",
    ]);
  });

  it("need no weight that is held", () => {
    const allAtOnce = plan({ type: "AllAtOnce" }, ["errors"]);
    assert.deepEqual(titles(allAtOnce, /alarm|abort/), [
      "An alarm is red at the start",
      "An alarm is red after 100 %",
      "An abort during AllowTraffic",
    ]);
  });

  it("are of a function that is asked before every step of the traffic, where there is one", () => {
    const linear = plan({ type: "TimeBasedLinear", percentage: 40, intervalMs: 60_000 }, [], {
      BeforeTrafficStep: "f",
    });
    assert.deepEqual(titles(linear, /Step/), [
      "BeforeTrafficStep100Percent reports Failed",
      "BeforeTrafficStep100Percent never reports",
    ]);
  });

  it("show once what an alarm means that nobody watches", () => {
    assert.deepEqual(titles(plan({ type: "AllAtOnce" }), /alarm/), ["An alarm is red after 100 %"]);
  });

  it("expect what the group asks for", () => {
    const watched = plan({ type: "AllAtOnce" }, ["errors"]);
    const expected = injectionsFor(watched).map((injection) => {
      const { status, rollsBack } = expectationOf(watched, injection);
      return `${injection.failure} ${status} ${rollsBack}`;
    });
    assert.deepEqual(
      [...new Set(expected)],
      [
        "hookFailed Failed true",
        "hookSilent Failed true",
        "redAlarm Stopped false",
        "stop Stopped true",
        "abort Stopped true",
      ],
    );
  });
});

describe("the verdict on a run", () => {
  const before = { version: "1", routed: null };
  const failed = plan({ type: "AllAtOnce" });
  const [injection] = injectionsFor(failed);
  assert.ok(injection);
  const ended = (status: "Failed" | "Succeeded") => {
    const deployment = newDeployment(failed);
    return { ...deployment, state: { ...deployment.state, status } };
  };
  const verdict = (
    end: { rollback: "Failed" | "Succeeded" | null; status?: "Failed" | "Succeeded"; injected?: boolean },
    after: Parameters<typeof judge>[4],
  ) => {
    const { rollback, status = "Failed", injected = true } = end;
    const run = { deployment: ended(status), rollback: rollback && ended(rollback), injected };
    return judge(failed, injection, run, before, after).verdict;
  };

  it("is restored only when rollback and target both say so", () => {
    assert.equal(verdict({ rollback: "Succeeded" }, before), verdicts.restored);
    assert.equal(verdict({ rollback: "Succeeded" }, { version: "2", routed: null }), verdicts.notRestored);
    assert.equal(
      verdict({ rollback: "Succeeded" }, { version: "1", routed: { version: "2", weight: 0.1 } }),
      verdicts.notRestored,
    );
    assert.equal(verdict({ rollback: "Failed" }, before), verdicts.notRestored);
    assert.equal(verdict({ rollback: null }, before), verdicts.notRestored);
    assert.equal(verdict({ rollback: "Succeeded" }, { unreadable: "no answer" }), verdicts.notRestored);
  });

  it("claims nothing of a failure that never struck", () => {
    assert.equal(verdict({ rollback: "Succeeded", injected: false }, before), verdicts.notRehearsed);
    assert.equal(verdict({ rollback: null, status: "Succeeded" }, before), verdicts.notRehearsed);
    assert.equal(verdict({ rollback: null, injected: false }, { version: "2", routed: null }), verdicts.notRestored);
  });
});
