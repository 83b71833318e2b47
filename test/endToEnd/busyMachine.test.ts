/** A machine that is busy: everything takes longer, and nothing else changes. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CodeDeploy } from "@aws-sdk/client-codedeploy";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { appSpec, createFunction, inlineRevision, lambdaGroup, publishTwoVersions } from "../support/lambdaFixtures.ts";
import { type RealProgram, startProgram } from "../support/realProgram.ts";
import { waitFor } from "../support/waitFor.ts";

const DEPLOYMENTS = 8;

/** Writes down for whom it was invoked, and reports that all is well. */
const reporting = `
const { appendFileSync } = require("node:fs");
const { CodeDeploy } = require("@aws-sdk/client-codedeploy");
const codedeploy = new CodeDeploy({});
exports.handler = async ({ DeploymentId: deploymentId, LifecycleEventHookExecutionId: lifecycleEventHookExecutionId }) => {
  appendFileSync(process.env.SEEN, deploymentId + " " + lifecycleEventHookExecutionId + "\\n");
  await codedeploy.putLifecycleEventHookExecutionStatus({ deploymentId, lifecycleEventHookExecutionId, status: "Succeeded" });
};`;

async function start(test: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-busy-"));
  const program = await startProgram({ "data-dir": join(directory, "data") });
  test.after(async () => {
    await program.kill9();
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  });
  const credentials = { accessKeyId: "123456789012", secretAccessKey: "secret" };
  const settings = { endpoint: program.url, region: "eu-west-1", credentials };
  return {
    program,
    seen: join(directory, "seen"),
    codedeploy: new CodeDeploy(settings),
    lambda: new LambdaClient(settings),
    cloudWatch: new CloudWatch(settings),
  };
}

/** Lets the process run for a tenth of the time only, as on a machine that has other things to do. */
function starve(program: RealProgram): () => Promise<void> {
  let isOver = false;
  const starving = (async () => {
    while (!isOver) {
      program.signal("SIGSTOP");
      await pause(45);
      program.signal("SIGCONT");
      await pause(5);
    }
  })();
  return async () => {
    isOver = true;
    await starving;
  };
}

describe("on a machine that is busy", () => {
  it("a program that gets a tenth of its time deploys as always, and invokes each function for one id", async (test) => {
    const { program, seen, codedeploy, lambda, cloudWatch } = await start(test);
    await cloudWatch.putMetricAlarm({
      AlarmName: "errors",
      Namespace: "shop",
      MetricName: "Errors",
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: "GreaterThanThreshold",
      TreatMissingData: "notBreaching",
    });
    const check = await createFunction(lambda, reporting, { Environment: { Variables: { SEEN: seen } } });
    const lanes = await Promise.all(
      Array.from({ length: DEPLOYMENTS }, async () => {
        const content = appSpec(await publishTwoVersions(lambda), { BeforeAllowTraffic: check });
        const alarmConfiguration = { enabled: true, alarms: [{ name: "errors" }] };
        return { content, group: await lambdaGroup(codedeploy, { alarmConfiguration }) };
      }),
    );
    const endStarving = starve(program);
    try {
      const ids = await Promise.all(
        lanes.map(async ({ content, group }) => {
          const { deploymentId = "" } = await codedeploy.createDeployment({
            ...group,
            revision: inlineRevision(content),
          });
          return deploymentId;
        }),
      );
      const statusOf = async (deploymentId: string) =>
        (await codedeploy.getDeployment({ deploymentId })).deploymentInfo?.status;
      const ended = async () => {
        const statuses = await Promise.all(ids.map(statusOf));
        return statuses.every((status) => status !== undefined && !["Created", "InProgress"].includes(status));
      };
      await waitFor("every deployment has ended", ended, 120_000);
      assert.deepEqual(
        await Promise.all(ids.map(statusOf)),
        ids.map(() => "Succeeded"),
      );
      const invoked = new Set(readFileSync(seen, "utf8").trim().split("\n"));
      assert.equal(invoked.size, DEPLOYMENTS, "no deployment has two hook execution ids");
    } finally {
      await endStarving();
    }
  });

  it("a validation function that spins is ended at its time-out, and its deployment fails; others go on meanwhile", async (test) => {
    const { codedeploy, lambda } = await start(test);
    const spinning = await createFunction(lambda, "exports.handler = () => { for (;;); };", { Timeout: 3 });
    const deploy = async (hooks: { BeforeAllowTraffic?: string }) => {
      const content = appSpec(await publishTwoVersions(lambda), hooks);
      const group = await lambdaGroup(codedeploy);
      const { deploymentId = "" } = await codedeploy.createDeployment({ ...group, revision: inlineRevision(content) });
      return async () => (await codedeploy.getDeployment({ deploymentId })).deploymentInfo;
    };
    const spins = await deploy({ BeforeAllowTraffic: spinning });
    const other = await deploy({});
    await waitFor("the other has succeeded", async () => (await other())?.status === "Succeeded");
    assert.equal((await spins())?.status, "InProgress", "it still spins");
    await waitFor("the function was ended", async () => (await spins())?.status === "Failed");
    assert.equal((await spins())?.errorInformation?.code, "HOOK_EXECUTION_FAILURE");
  });
});
