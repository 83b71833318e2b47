/** Deployments of a running signalbox, exported by the command line and played through the engine without any server. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { CreateDeploymentGroupCommandInput, RevisionLocation } from "@aws-sdk/client-codedeploy";
import type { Recording } from "../../src/engine/recording.ts";
import { runCommand } from "../support/commandLine.ts";
import { appSpec, inlineRevision, lambdaGroup, publishTwoVersions, reportingHook } from "../support/lambdaFixtures.ts";
import { ACCOUNT, authorization, REGION, startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const [codedeploy, lambda, cloudWatch, s3] = [box.codeDeploy(), box.lambda(), box.cloudWatch(), box.s3()];
const caller = { SIGNALBOX_URL: box.url, AWS_ACCESS_KEY_ID: ACCOUNT, AWS_REGION: REGION };
const folder = join(box.dataDirectory, "recordings");
const fileOf = (name: string) => join(folder, `${name}.json`);
const signalbox = (...words: string[]) => runCommand(words, caller);

const CANARY = "CodeDeployDefault.LambdaCanary10Percent5Minutes";

async function deploy(revision: RevisionLocation, group: Partial<CreateDeploymentGroupCommandInput> = {}) {
  const names = await lambdaGroup(codedeploy, { deploymentConfigName: CANARY, ...group });
  const { deploymentId = "" } = await codedeploy.createDeployment({ ...names, revision });
  await box.advance(30);
  return { deploymentId, names, revision };
}

async function exportAs(name: string, deploymentId: string): Promise<void> {
  const { exitCode, stderr } = await signalbox("export-deployment", deploymentId, "--output", fileOf(name));
  assert.equal(exitCode, 0, stderr);
}

/** Each makes one deployment and brings it to its end. */
const journeys: [name: string, run: () => Promise<string>, decided: RegExp][] = [
  [
    "canary-with-hooks",
    async () => {
      const hooks = {
        BeforeAllowTraffic: await reportingHook(lambda, "Succeeded"),
        AfterAllowTraffic: await reportingHook(lambda, "Succeeded"),
      };
      const { deploymentId } = await deploy(inlineRevision(appSpec(await publishTwoVersions(lambda), hooks)));
      await box.advance(400);
      return deploymentId;
    },
    /hookReported targetId=\S+ lifecycleEvent=BeforeAllowTraffic status=Succeeded -> ShiftingTraffic/,
  ],
  [
    "alarm-with-rollback",
    async () => {
      const AlarmName = "errors";
      await cloudWatch.putMetricAlarm({
        ...{ AlarmName, Namespace: "shop", MetricName: "Errors", Statistic: "Sum", Period: 60, EvaluationPeriods: 1 },
        ...{ Threshold: 0, ComparisonOperator: "GreaterThanThreshold" },
      });
      await cloudWatch.setAlarmState({ AlarmName, StateValue: "OK", StateReason: "by hand" });
      const { deploymentId } = await deploy(inlineRevision(appSpec(await publishTwoVersions(lambda))), {
        alarmConfiguration: { enabled: true, alarms: [{ name: AlarmName }] },
        autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_STOP_ON_ALARM"] },
      });
      await cloudWatch.setAlarmState({ AlarmName, StateValue: "ALARM", StateReason: "by hand" });
      await box.advance(30);
      return deploymentId;
    },
    /alarmsSeen states=\{"errors":"ALARM"\} -> Stopped/,
  ],
  [
    "pause-and-resume",
    async () => {
      const { deploymentId } = await deploy(inlineRevision(appSpec(await publishTwoVersions(lambda))));
      await signalbox("pause", deploymentId);
      await box.advance(10_000);
      await signalbox("resume", deploymentId);
      await box.advance(400);
      return deploymentId;
    },
    /steered verb=resume by=123456789012 -> HoldingTraffic/,
  ],
  [
    "revision-in-s3",
    async () => {
      await s3.createBucket({ Bucket: "revisions" });
      await s3.putObject({ Bucket: "revisions", Key: "app", Body: appSpec(await publishTwoVersions(lambda)) });
      const s3Location = { bucket: "revisions", key: "app", bundleType: "JSON" } as const;
      const { deploymentId } = await deploy({ revisionType: "S3", s3Location });
      await box.advance(400);
      return deploymentId;
    },
    /effectAnswered key=readRevision/,
  ],
  [
    "stopped-in-the-queue",
    async () => {
      const revision = inlineRevision(appSpec(await publishTwoVersions(lambda)));
      const tags = [{ Key: "signalbox:on-busy", Value: "queue" }];
      const { names } = await deploy(revision, { tags });
      const { deploymentId = "" } = await codedeploy.createDeployment({ ...names, revision });
      await codedeploy.stopDeployment({ deploymentId, autoRollbackEnabled: true });
      await box.advance(0);
      return deploymentId;
    },
    /stopRequested rollBack=true -> Stopped/,
  ],
];

describe("a deployment is exported and played again", () => {
  before(() => mkdirSync(folder));

  for (const [name, run, decided] of journeys) {
    it(`${name}: the engine decides the same`, async () => {
      await exportAs(name, await run());
      // No address of a server, and none is asked.
      const { exitCode, stdout, stderr } = await runCommand(["replay", fileOf(name)]);
      assert.deepEqual([exitCode, stderr], [0, ""], stdout);
      assert.match(stdout, decided);
      assert.match(stdout, /\nThe engine decides as it was recorded\.\n$/);
    });
  }

  it("one under way, too, as far as it has come", async () => {
    const { deploymentId } = await deploy(inlineRevision(appSpec(await publishTwoVersions(lambda))));
    const { exitCode, stdout } = await signalbox("export-deployment", deploymentId);
    assert.equal(exitCode, 0);
    writeFileSync(fileOf("under-way"), stdout);
    assert.equal((await signalbox("replay", fileOf("under-way"))).exitCode, 0);
  });

  const changes: [what: string, change: (recording: Recording) => void, told: RegExp][] = [
    [
      "a decision",
      ({ told }) => {
        for (const { decision } of told) if (decision?.weight === 10) decision.weight = 20;
      },
      /^At event \d+ \(effectAnswered\) the engine differs: decision\.weight was 20, and is 10\.$/m,
    ],
    [
      "the plan",
      (recording) => {
        recording.plan.work.hookTimeoutMs = 1000;
      },
      /^At event \d+ \(\w+\) the engine differs: decision\.until was \d+, and is \d+\.$/m,
    ],
    [
      "the outcome",
      ({ outcome }) => {
        outcome.state.status = "Failed";
      },
      /^In the outcome the engine differs: outcome\.state\.status was "Failed", and is "Succeeded"\.$/m,
    ],
    [
      "the pace of the traffic",
      ({ plan }) => void Object.assign(plan.work.traffic, { percentage: 20 }),
      /^At event \d+ \(hookReported\) the engine differs: decision\.wants\.0 was "moveAlias\/10\/1", and is "moveAlias\/20\/1"\.$/m,
    ],
    [
      "an event that the engine takes for a fault",
      ({ told }) => {
        for (const { event } of told) if (event.type === "effectAnswered") Object.assign(event.answer, { alias: null });
      },
      /^At event 2 \(effectAnswered\) the engine differs: it was \{.*\}, and is a fault: /m,
    ],
  ];
  for (const [what, change, told] of changes) {
    it(`and the first difference is named: ${what}`, async () => {
      const recording = JSON.parse(readFileSync(fileOf("canary-with-hooks"), "utf8")) as Recording;
      change(recording);
      writeFileSync(fileOf("changed"), JSON.stringify(recording));
      const { exitCode, stdout } = await signalbox("replay", fileOf("changed"));
      assert.equal(exitCode, 1, stdout);
      assert.match(stdout, told);
    });
  }

  const refusals: [what: string, text: () => string, told: RegExp][] = [
    ["no JSON", () => "{", /cannot be played: It is not JSON\.$/m],
    ["something else", () => "[1]", /cannot be played: It is no recording of signalbox\.$/m],
    ["a newer format", () => altered({ signalboxRecording: 3 }), /format 3, and this signalbox plays formats up to 2/],
    [
      "an unknown event",
      () => altered({ told: [{ event: { type: "x", at: 1 }, decision: null }] }),
      /Event 1 is of the type x/,
    ],
    ["half a recording", () => altered({ plan: undefined }), /It is incomplete/],
  ];
  const altered = (change: object) =>
    JSON.stringify({ ...JSON.parse(readFileSync(fileOf("canary-with-hooks"), "utf8")), ...change });
  for (const [what, text, told] of refusals) {
    it(`what cannot be played is refused: ${what}`, async () => {
      writeFileSync(fileOf("refused"), text());
      const { exitCode, stdout, stderr } = await signalbox("replay", fileOf("refused"));
      assert.deepEqual([exitCode, stdout], [65, ""]);
      assert.match(stderr, told);
    });
  }

  it("what is not there is told: a deployment, a file", async () => {
    const unknown = await signalbox("export-deployment", "d-000000000");
    assert.deepEqual([unknown.exitCode, unknown.stdout], [66, ""]);
    rmSync(fileOf("refused"), { force: true });
    const missing = await signalbox("replay", fileOf("refused"));
    assert.deepEqual([missing.exitCode, missing.stderr], [66, `signalbox: There is no file ${fileOf("refused")}.\n`]);
    const nowhere = join(fileOf("no-folder"), "x.json");
    const { deploymentId: id } = JSON.parse(readFileSync(fileOf("canary-with-hooks"), "utf8")) as Recording;
    const unwritten = await signalbox("export-deployment", id, "--output", nowhere);
    assert.deepEqual([unwritten.exitCode, unwritten.stderr], [66, `signalbox: There is no folder for ${nowhere}.\n`]);
    const other = { headers: { authorization: authorization({ account: "210987654321" }) } };
    const { deploymentId } = JSON.parse(readFileSync(fileOf("canary-with-hooks"), "utf8")) as Recording;
    const answer = await fetch(`${box.url}/_signalbox/deployments/${deploymentId}/recording`, other);
    assert.equal(answer.status, 400, "another account's deployment is not there");
  });

  it("the help says what a recording contains", async () => {
    for (const command of ["export-deployment", "replay"]) {
      const { stdout } = await signalbox(command, "--help");
      assert.match(stdout, /AppSpecs, .* and the last lines that validation functions have logged/s);
    }
  });
});
