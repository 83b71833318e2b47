/** Alarms under virtual time: when they change, why, what hand-set states do, and what a restart keeps. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { CloudWatch, type PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import {
  CreateAliasCommand,
  InvokeCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
} from "@aws-sdk/client-lambda";
import { createFunction, zipOf } from "../support/lambdaFixtures.ts";
import { type RealProgram, startProgram } from "../support/realProgram.ts";
import { ACCOUNT, REGION, type RunningSignalbox, startSignalbox } from "../support/signalbox.ts";
import { waitFor } from "../support/waitFor.ts";

const MINUTE = 60;

const onErrors = (changes: Partial<PutMetricAlarmCommandInput> = {}): PutMetricAlarmCommandInput => ({
  AlarmName: "errors",
  Namespace: "shop",
  MetricName: "Errors",
  Statistic: "Sum",
  Period: MINUTE,
  EvaluationPeriods: 1,
  Threshold: 0,
  ComparisonOperator: "GreaterThanThreshold",
  ...changes,
});

async function described(cloudWatch: CloudWatch, name = "errors") {
  const { MetricAlarms } = await cloudWatch.describeAlarms({ AlarmNames: [name] });
  const [alarm] = MetricAlarms ?? [];
  assert.ok(alarm, `${name} is there`);
  return alarm;
}

async function stateOf(cloudWatch: CloudWatch, name?: string) {
  return (await described(cloudWatch, name)).StateValue;
}

/** A signalbox whose time stands at the beginning of a minute, and its client. */
async function atFullMinute(test: TestContext, flags = {}): Promise<{ box: RunningSignalbox; cloudWatch: CloudWatch }> {
  const box = await startSignalbox(test, { flags });
  await box.advance(secondsToFullMinute(await box.now()));
  return { box, cloudWatch: box.cloudWatch() };
}

const secondsToFullMinute = (now: number) => Math.ceil(now / MINUTE) * MINUTE - now;

const publish = (cloudWatch: CloudWatch, Value: number, changes = {}) =>
  cloudWatch.putMetricData({ Namespace: "shop", MetricData: [{ MetricName: "Errors", Value, ...changes }] });

describe("evaluation", () => {
  it("is red a second after a count that cannot be undone, and green at the end of a healthy minute", async (test) => {
    const { box, cloudWatch } = await atFullMinute(test);
    const start = await box.now();
    await cloudWatch.putMetricAlarm(onErrors());
    assert.equal((await described(cloudWatch)).StateReason, "Unchecked: Initial alarm creation");
    await box.advance(10);
    await publish(cloudWatch, 1);
    await box.advance(0.999);
    assert.equal(await stateOf(cloudWatch), "INSUFFICIENT_DATA");
    await box.advance(0.001);
    const red = await described(cloudWatch);
    assert.equal(red.StateValue, "ALARM");
    assert.match(
      red.StateReason ?? "",
      /^Threshold Crossed: 1 datapoint \[1\.0 \(.+\)\] was greater than the threshold \(0\.0\)\.$/,
    );
    assert.equal(Number(red.StateTransitionedTimestamp) / 1000, start + 11);

    await box.advance(49 + 5);
    await publish(cloudWatch, 0);
    await box.advance(54.999);
    assert.equal(await stateOf(cloudWatch), "ALARM");
    await box.advance(0.001);
    const green = await described(cloudWatch);
    assert.equal(green.StateValue, "OK");
    assert.equal(Number(green.StateTransitionedTimestamp) / 1000, start + 2 * MINUTE);
  });

  it("goes through M out of N, and to INSUFFICIENT_DATA when the range is empty", async (test) => {
    const { box, cloudWatch } = await atFullMinute(test);
    await cloudWatch.putMetricAlarm(
      onErrors({ Statistic: "Average", EvaluationPeriods: 3, DatapointsToAlarm: 2, Threshold: 10 }),
    );
    const states: (string | undefined)[] = [];
    for (const value of [5, 20, 20, 5, 5, undefined, undefined, undefined, undefined, undefined]) {
      if (value !== undefined) await publish(cloudWatch, value);
      await box.advance(MINUTE);
      states.push(await stateOf(cloudWatch));
    }
    const none = "INSUFFICIENT_DATA";
    assert.deepEqual(states, ["OK", "OK", "ALARM", "ALARM", "OK", "OK", "OK", "OK", "OK", none]);
    const { AlarmHistoryItems } = await cloudWatch.describeAlarmHistory({
      AlarmName: "errors",
      HistoryItemType: "StateUpdate",
    });
    assert.deepEqual(
      AlarmHistoryItems?.map(({ HistorySummary }) => HistorySummary),
      [
        `Alarm updated from OK to ${none}`,
        "Alarm updated from ALARM to OK",
        "Alarm updated from OK to ALARM",
        `Alarm updated from ${none} to OK`,
      ],
    );
    const red = JSON.parse(AlarmHistoryItems?.[2]?.HistoryData ?? "{}");
    assert.match(
      red.newState.stateReason,
      /^Threshold Crossed: 2 out of the last 3 datapoints \[20\.0 \(.+\), 20\.0 \(.+\)\] were greater than the threshold \(10\.0\) \(minimum 2 datapoints for OK -> ALARM transition\)\.$/,
    );
    assert.deepEqual(red.newState.stateReasonData.recentDatapoints, [5, 20, 20]);
    assert.equal((await described(cloudWatch)).StateReason, "Insufficient Data: 3 datapoints were unknown.");
  });

  for (const [TreatMissingData, expected] of [
    ["missing", "INSUFFICIENT_DATA"],
    ["ignore", "INSUFFICIENT_DATA"],
    ["breaching", "ALARM"],
    ["notBreaching", "OK"],
  ] as const) {
    it(`without any data, ${TreatMissingData}: ${expected} at the end of the minute`, async (test) => {
      const { box, cloudWatch } = await atFullMinute(test);
      await cloudWatch.putMetricAlarm(onErrors({ TreatMissingData, Period: 3600 }));
      await box.advance(59.999);
      assert.equal(await stateOf(cloudWatch), "INSUFFICIENT_DATA");
      await box.advance(0.001);
      assert.equal(await stateOf(cloudWatch), expected);
    });
  }

  it("judges high-resolution periods, percentiles, units and data of the past", async (test) => {
    const { box, cloudWatch } = await atFullMinute(test);
    const changes = { Statistic: undefined, ExtendedStatistic: "p90", Period: 10, Threshold: 100 };
    await cloudWatch.putMetricAlarm(onErrors({ ...changes, AlarmName: "p90" }));
    await cloudWatch.putMetricAlarm(onErrors({ ...changes, AlarmName: "other-unit", Unit: "Bytes" }));
    const Values = [10, 20, 30, 40, 50, 60, 70, 80, 200, 300];
    await publish(cloudWatch, undefined as never, { Values, Unit: "Milliseconds" });
    await box.advance(9.999);
    assert.equal(await stateOf(cloudWatch, "p90"), "INSUFFICIENT_DATA");
    await box.advance(0.001);
    assert.equal(await stateOf(cloudWatch, "p90"), "ALARM");
    assert.equal(await stateOf(cloudWatch, "other-unit"), "INSUFFICIENT_DATA");

    await cloudWatch.putMetricAlarm(onErrors({ AlarmName: "late", EvaluationPeriods: 2 }));
    await box.advance(5 * MINUTE);
    const Timestamp = new Date(((await box.now()) - 2 * MINUTE) * 1000);
    await publish(cloudWatch, 1, { Timestamp, Unit: "Count" });
    await box.advance(1);
    // Alone, and as old as two periods: nothing speaks against it any more.
    assert.equal(await stateOf(cloudWatch, "late"), "ALARM");
  });

  it("waits for data that is dated ahead", async (test) => {
    const { box, cloudWatch } = await atFullMinute(test);
    await cloudWatch.putMetricAlarm(onErrors());
    await publish(cloudWatch, 1, { Timestamp: new Date(((await box.now()) + 10 * MINUTE) * 1000) });
    await box.advance(10 * MINUTE);
    assert.equal(await stateOf(cloudWatch), "INSUFFICIENT_DATA");
    await box.advance(MINUTE);
    assert.equal(await stateOf(cloudWatch), "ALARM");
  });

  it("keeps the state of an alarm that is changed, and judges it by the new threshold", async (test) => {
    const { box, cloudWatch } = await atFullMinute(test);
    await cloudWatch.putMetricAlarm(onErrors());
    await publish(cloudWatch, 3);
    await box.advance(1);
    await cloudWatch.putMetricAlarm(onErrors({ Threshold: 5, Tags: [{ Key: "ignored", Value: "on change" }] }));
    assert.equal(await stateOf(cloudWatch), "ALARM");
    await box.advance(59);
    assert.equal(await stateOf(cloudWatch), "OK");
  });
});

describe("SetAlarmState", () => {
  it("lasts while there is no data, whatever missing data means, and ends with data", async (test) => {
    const { box, cloudWatch } = await atFullMinute(test);
    await cloudWatch.putMetricAlarm(onErrors({ TreatMissingData: "notBreaching" }));
    await box.advance(MINUTE);
    assert.equal(await stateOf(cloudWatch), "OK");
    await cloudWatch.setAlarmState({ AlarmName: "errors", StateValue: "ALARM", StateReason: "rehearsal" });
    await box.advance(24 * 3600);
    const red = await described(cloudWatch);
    assert.deepEqual([red.StateValue, red.StateReason], ["ALARM", "rehearsal"]);

    await publish(cloudWatch, 0);
    await box.advance(59.999);
    assert.equal(await stateOf(cloudWatch), "ALARM");
    await box.advance(0.001);
    assert.equal(await stateOf(cloudWatch), "OK");
  });

  it("lasts at least to the end of the period where data says otherwise", async (test) => {
    const { box, cloudWatch } = await atFullMinute(test);
    await cloudWatch.putMetricAlarm(onErrors());
    await publish(cloudWatch, 1);
    await box.advance(10);
    await cloudWatch.setAlarmState({ AlarmName: "errors", StateValue: "OK", StateReason: "I know" });
    await publish(cloudWatch, 1);
    await box.advance(49.999);
    assert.equal(await stateOf(cloudWatch), "OK");
    await box.advance(0.001);
    assert.equal(await stateOf(cloudWatch), "ALARM");
  });
});

describe("a restart", () => {
  it("keeps alarms, states, tags and history; what was lost is not taken for missing", async (test) => {
    const folder = await mkdtemp(join(tmpdir(), "signalbox-test-"));
    test.after(() => rm(folder, { recursive: true, force: true }));
    const first = await atFullMinute(test, { "data-dir": folder });
    await first.cloudWatch.putMetricAlarm(onErrors({ Tags: [{ Key: "team", Value: "shop" }] }));
    await publish(first.cloudWatch, 1);
    await first.box.advance(1);
    const before = await described(first.cloudWatch);
    assert.equal(before.StateValue, "ALARM");
    await first.box.stop();

    const box = await startSignalbox(test, { flags: { "data-dir": folder } });
    const cloudWatch = box.cloudWatch();
    assert.deepEqual(await described(cloudWatch), before);
    const { Tags } = await cloudWatch.listTagsForResource({ ResourceARN: before.AlarmArn });
    assert.deepEqual(Tags, [{ Key: "team", Value: "shop" }]);
    const { AlarmHistoryItems } = await cloudWatch.describeAlarmHistory({ AlarmName: "errors" });
    assert.equal(AlarmHistoryItems?.length, 2);
    await box.advance(2 * MINUTE);
    assert.equal(await stateOf(cloudWatch), "ALARM");
    await box.advance(2 * MINUTE);
    assert.equal(await stateOf(cloudWatch), "INSUFFICIENT_DATA");
  });

  it("is not taken for missing data where there is new data, either", async (test) => {
    const folder = await mkdtemp(join(tmpdir(), "signalbox-test-"));
    test.after(() => rm(folder, { recursive: true, force: true }));
    const first = await atFullMinute(test, { "data-dir": folder });
    await first.cloudWatch.putMetricAlarm(onErrors({ EvaluationPeriods: 2, TreatMissingData: "notBreaching" }));
    for (let minute = 0; minute < 2; minute += 1) {
      await publish(first.cloudWatch, 1);
      await first.box.advance(MINUTE);
    }
    assert.equal(await stateOf(first.cloudWatch), "ALARM");
    await first.box.stop();

    const box = await startSignalbox(test, { flags: { "data-dir": folder } });
    const cloudWatch = box.cloudWatch();
    await publish(cloudWatch, 1);
    await box.advance(MINUTE);
    // One breaching period is known, and the one before it is not: it was not healthy only because it was lost.
    assert.equal(await stateOf(cloudWatch), "ALARM");
  });

  it("after kill -9 finds what was acknowledged; time that runs 60 times faster makes no difference", async (test) => {
    const folder = await mkdtemp(join(tmpdir(), "signalbox-test-"));
    const flags = { "data-dir": folder, speed: "60" };
    const programs: RealProgram[] = [];
    test.after(async () => {
      for (const program of programs) await program.kill9();
      await rm(folder, { recursive: true, force: true });
    });
    const start = async () => {
      const program = await startProgram(flags);
      programs.push(program);
      const credentials = { accessKeyId: ACCOUNT, secretAccessKey: "test" };
      return { program, cloudWatch: new CloudWatch({ endpoint: program.url, region: REGION, credentials }) };
    };
    const first = await start();
    // What the restart loses is not held against the alarm for twelve periods.
    await first.cloudWatch.putMetricAlarm(onErrors({ EvaluationPeriods: 10, DatapointsToAlarm: 1 }));
    await publish(first.cloudWatch, 1);
    await waitFor("the alarm to be red", async () => (await stateOf(first.cloudWatch)) === "ALARM");
    const red = await described(first.cloudWatch);
    await first.program.kill9();
    const second = await start();
    assert.deepEqual(await described(second.cloudWatch), red);
    for (const { cloudWatch } of [first, second]) cloudWatch.destroy();
  });
});

describe("the metrics of functions", () => {
  it("turn an alarm on Errors red when the function fails, and green when it works", async (test) => {
    const { box, cloudWatch } = await atFullMinute(test);
    const lambda = box.lambda();
    const FunctionName = await createFunction(
      lambda,
      "exports.handler = async ({ fail }) => { if (fail) throw new Error('broken'); return 'well'; };",
    );
    const invoke = (fail: boolean) =>
      lambda.send(new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify({ fail })) }));
    await cloudWatch.putMetricAlarm(
      onErrors({ Namespace: "AWS/Lambda", Dimensions: [{ Name: "FunctionName", Value: FunctionName }] }),
    );
    await invoke(false);
    await box.advance(MINUTE);
    assert.equal(await stateOf(cloudWatch), "OK");
    assert.equal((await invoke(true)).FunctionError, "Unhandled");
    await box.advance(1);
    assert.equal(await stateOf(cloudWatch), "ALARM");
    await box.advance(MINUTE);
    await invoke(false);
    await box.advance(MINUTE);
    assert.equal(await stateOf(cloudWatch), "OK");
  });

  it("have the dimensions of AWS: function, resource and, through an alias, the executed version", async (test) => {
    const { box, cloudWatch } = await atFullMinute(test);
    const lambda = box.lambda();
    const start = new Date((await box.now()) * 1000);
    const FunctionName = await createFunction(lambda, "exports.handler = async () => 1;");
    await lambda.send(new PublishVersionCommand({ FunctionName }));
    const ZipFile = await zipOf({ "index.js": "exports.handler = async () => { throw new Error('two'); };" });
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
    await lambda.send(new PublishVersionCommand({ FunctionName }));
    await lambda.send(
      new CreateAliasCommand({
        FunctionName,
        Name: "live",
        FunctionVersion: "1",
        RoutingConfig: { AdditionalVersionWeights: { 2: 0.25 } },
      }),
    );
    for (let count = 0; count < 8; count += 1)
      await lambda.send(new InvokeCommand({ FunctionName, Qualifier: "live" }));
    await lambda.send(new InvokeCommand({ FunctionName, Qualifier: "1" }));
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
    await assert.rejects(lambda.send(new InvokeCommand({ FunctionName })), { name: "TooManyRequestsException" });

    const sum = async (MetricName: string, Resource?: string, ExecutedVersion?: string) => {
      const named = Object.entries({ FunctionName, Resource, ExecutedVersion }).filter(([, value]) => value);
      const { Datapoints } = await cloudWatch.getMetricStatistics({
        Namespace: "AWS/Lambda",
        MetricName,
        Dimensions: named.map(([Name, Value]) => ({ Name, Value })),
        StartTime: start,
        EndTime: new Date(start.getTime() + 60_000),
        Period: 60,
        Statistics: ["Sum", "Minimum"],
      });
      return Datapoints?.[0]?.Sum;
    };
    assert.equal(await sum("Invocations"), 9);
    assert.equal(await sum("Errors"), 2);
    assert.equal(await sum("Throttles"), 1);
    assert.ok(Number(await sum("Duration")) > 0);
    assert.equal(await sum("Invocations", `${FunctionName}:live`), 8);
    assert.equal(await sum("Invocations", `${FunctionName}:live`, "1"), 6);
    assert.equal(await sum("Errors", `${FunctionName}:live`, "1"), 0);
    assert.equal(await sum("Errors", `${FunctionName}:live`, "2"), 2);
    assert.equal(await sum("Invocations", `${FunctionName}:1`), 1);
    assert.equal(await sum("Invocations", `${FunctionName}:1`, "1"), undefined);
    assert.equal(await sum("Throttles", FunctionName), 1);
  });

  it("tell of every attempt of an Event invocation", async (test) => {
    const { box, cloudWatch } = await atFullMinute(test);
    const lambda = box.lambda();
    const start = new Date((await box.now()) * 1000);
    const FunctionName = await createFunction(lambda, "exports.handler = async () => { throw new Error('no'); };");
    await lambda.send(new InvokeCommand({ FunctionName, InvocationType: "Event" }));
    await box.advance(5 * MINUTE);
    const { MetricDataResults } = await cloudWatch.getMetricData({
      StartTime: start,
      EndTime: new Date(start.getTime() + 300_000),
      ScanBy: "TimestampAscending",
      MetricDataQueries: [
        {
          Id: "errors",
          MetricStat: {
            Metric: {
              Namespace: "AWS/Lambda",
              MetricName: "Errors",
              Dimensions: [{ Name: "FunctionName", Value: FunctionName }],
            },
            Period: 60,
            Stat: "Sum",
          },
        },
      ],
    });
    const [result] = MetricDataResults ?? [];
    assert.deepEqual(
      result?.Timestamps?.map((at) => (at.getTime() - start.getTime()) / 60_000),
      [0, 1, 3],
    );
  });
});
