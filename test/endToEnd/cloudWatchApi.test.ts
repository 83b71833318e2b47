/** The CloudWatch API by the official client: metrics in and out, alarms, tags, actions, and what is refused. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import type { CloudWatchServiceException, PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import { virtualClock } from "../../src/clock.ts";
import { createCloudWatchService } from "../../src/local/cloudwatch/cloudWatchService.ts";
import { ACCOUNT, REGION, startSignalbox } from "../support/signalbox.ts";
import { memoryDocuments } from "./lambdaTestServer.ts";

const box = await startSignalbox({ after });
const cloudWatch = box.cloudWatch();
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alarms`;

let named = 0;
const unique = (kind: string) => `${kind}-${++named}`;

const alarm = (changes: Partial<PutMetricAlarmCommandInput> = {}): PutMetricAlarmCommandInput => ({
  AlarmName: unique("alarm"),
  Namespace: "shop",
  MetricName: "Errors",
  Statistic: "Sum",
  Period: 60,
  EvaluationPeriods: 2,
  Threshold: 1,
  ComparisonOperator: "GreaterThanThreshold",
  ...changes,
});

async function putAlarm(changes: Partial<PutMetricAlarmCommandInput> = {}): Promise<string> {
  const input = alarm(changes);
  await cloudWatch.putMetricAlarm(input);
  return String(input.AlarmName);
}

const namesOf = (alarms: { AlarmName?: string | undefined }[] | undefined) => alarms?.map(({ AlarmName }) => AlarmName);

describe("alarms", () => {
  it("are described with every member that they were made with", async () => {
    const input = alarm({
      AlarmDescription: "<too many> & more",
      ActionsEnabled: false,
      OKActions: [TOPIC],
      AlarmActions: [TOPIC, "arn:aws:automate:eu-west-1:ec2:stop"],
      InsufficientDataActions: [TOPIC],
      Dimensions: [
        { Name: "b", Value: "2" },
        { Name: "a", Value: "1" },
      ],
      Unit: "Count",
      DatapointsToAlarm: 1,
      TreatMissingData: "notBreaching",
    });
    await cloudWatch.putMetricAlarm(input);
    const { MetricAlarms, CompositeAlarms } = await cloudWatch.describeAlarms({
      AlarmNames: [String(input.AlarmName)],
    });
    assert.deepEqual(CompositeAlarms, []);
    const now = new Date((await box.now()) * 1000);
    assert.deepEqual(MetricAlarms, [
      {
        ...input,
        AlarmArn: `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${input.AlarmName}`,
        AlarmConfigurationUpdatedTimestamp: now,
        StateValue: "INSUFFICIENT_DATA",
        StateReason: "Unchecked: Initial alarm creation",
        StateUpdatedTimestamp: now,
        StateTransitionedTimestamp: now,
      },
    ]);
  });

  it("have AWS's defaults and leave out what was not given", async () => {
    const name = await putAlarm();
    const { MetricAlarms } = await cloudWatch.describeAlarms({ AlarmNames: [name] });
    const [made] = MetricAlarms ?? [];
    assert.deepEqual(
      [made?.ActionsEnabled, made?.AlarmActions, made?.OKActions, made?.InsufficientDataActions, made?.Dimensions],
      [true, [], [], [], []],
    );
    assert.ok(made && !("TreatMissingData" in made) && !("Unit" in made) && !("DatapointsToAlarm" in made));
  });

  it("are found by names, prefix, state, action and type, in pages", async () => {
    const prefix = unique("found");
    for (const letter of ["c", "a", "b"]) await putAlarm({ AlarmName: `${prefix}-${letter}` });
    await putAlarm({ AlarmName: `${prefix}-d`, OKActions: [`${TOPIC}-${prefix}`] });
    const ask = async (input: Parameters<typeof cloudWatch.describeAlarms>[0]) =>
      namesOf((await cloudWatch.describeAlarms(input)).MetricAlarms)?.map((name) => name?.slice(prefix.length + 1));
    assert.deepEqual(await ask({ AlarmNamePrefix: prefix }), ["a", "b", "c", "d"]);
    assert.deepEqual(await ask({ AlarmNames: [`${prefix}-b`, `${prefix}-none`] }), ["b"]);
    assert.deepEqual(await ask({ AlarmNamePrefix: prefix, AlarmTypes: ["CompositeAlarm"] }), []);
    assert.deepEqual(await ask({ ActionPrefix: `${TOPIC}-${prefix}` }), ["d"]);
    await cloudWatch.setAlarmState({ AlarmName: `${prefix}-a`, StateValue: "ALARM", StateReason: "test" });
    assert.deepEqual(await ask({ AlarmNamePrefix: prefix, StateValue: "ALARM" }), ["a"]);
    const first = await cloudWatch.describeAlarms({ AlarmNamePrefix: prefix, MaxRecords: 3 });
    assert.equal(first.MetricAlarms?.length, 3);
    assert.deepEqual(await ask({ AlarmNamePrefix: prefix, MaxRecords: 3, NextToken: first.NextToken }), ["d"]);
  });

  it("belong to an account and a region", async () => {
    const name = await putAlarm();
    for (const other of [{ account: "999999999999" }, { region: "us-east-1" }]) {
      const { MetricAlarms } = await box.cloudWatch(other).describeAlarms({ AlarmNames: [name] });
      assert.deepEqual(MetricAlarms, []);
    }
  });

  it("are found by their metric, dimensions and statistic included", async () => {
    const MetricName = unique("metric");
    const Dimensions = [{ Name: "a", Value: "1" }];
    const [plain, narrow] = [await putAlarm({ MetricName }), await putAlarm({ MetricName, Dimensions })];
    const ask = async (input: object) =>
      namesOf((await cloudWatch.describeAlarmsForMetric({ Namespace: "shop", MetricName, ...input })).MetricAlarms);
    assert.deepEqual(await ask({}), [plain]);
    assert.deepEqual(await ask({ Dimensions }), [narrow]);
    assert.deepEqual(await ask({ Dimensions, Statistic: "Sum", Period: 60 }), [narrow]);
    assert.deepEqual(await ask({ Dimensions, Statistic: "Average" }), []);
  });

  it("are deleted together, or not at all when one does not exist", async () => {
    const [one, two] = [await putAlarm(), await putAlarm()];
    await assert.rejects(cloudWatch.deleteAlarms({ AlarmNames: [one, "no-such-alarm"] }), { name: "ResourceNotFound" });
    assert.equal((await cloudWatch.describeAlarms({ AlarmNames: [one, two] })).MetricAlarms?.length, 2);
    await cloudWatch.deleteAlarms({ AlarmNames: [one, two] });
    assert.deepEqual((await cloudWatch.describeAlarms({ AlarmNames: [one, two] })).MetricAlarms, []);
    assert.deepEqual((await cloudWatch.describeAlarmHistory({ AlarmName: one })).AlarmHistoryItems, []);
  });

  it("have tags", async () => {
    const name = await putAlarm({ Tags: [{ Key: "a", Value: "1" }] });
    const ResourceARN = `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${name}`;
    await cloudWatch.tagResource({
      ResourceARN,
      Tags: [
        { Key: "a", Value: "2" },
        { Key: "b", Value: "" },
      ],
    });
    await cloudWatch.untagResource({ ResourceARN, TagKeys: ["b", "none"] });
    assert.deepEqual((await cloudWatch.listTagsForResource({ ResourceARN })).Tags, [{ Key: "a", Value: "2" }]);
    await assert.rejects(cloudWatch.listTagsForResource({ ResourceARN: `${ResourceARN}-none` }), {
      name: "ResourceNotFoundException",
    });
  });

  it("keep the last hundred things of their history", async () => {
    const name = await putAlarm();
    for (let count = 0; count < 120; count += 1) {
      const StateValue = count % 2 === 0 ? "ALARM" : "OK";
      await cloudWatch.setAlarmState({ AlarmName: name, StateValue, StateReason: `${count}` });
    }
    const { AlarmHistoryItems = [] } = await cloudWatch.describeAlarmHistory({
      AlarmName: name,
      ScanBy: "TimestampAscending",
    });
    assert.equal(AlarmHistoryItems.length, 100);
    const reasons = AlarmHistoryItems.map(({ HistoryData }) => JSON.parse(HistoryData ?? "{}").newState.stateReason);
    assert.deepEqual([reasons[0], reasons.at(-1)], ["20", "119"]);
  });
});

describe("metrics", () => {
  const period = async () => {
    const now = Math.floor((await box.now()) / 60) * 60 - 600;
    return { StartTime: new Date(now * 1000), EndTime: new Date((now + 600) * 1000), Timestamp: new Date(now * 1000) };
  };

  it("come as values, lists with counts and statistics, and are answered with all statistics", async () => {
    const { Timestamp, StartTime, EndTime } = await period();
    const MetricName = unique("metric");
    await cloudWatch.putMetricData({
      Namespace: "shop",
      MetricData: [
        { MetricName, Timestamp, Value: 4, Unit: "Count" },
        { MetricName, Timestamp, Values: [1, 10], Counts: [2, 1], Unit: "Count" },
        {
          MetricName,
          Timestamp,
          StatisticValues: { SampleCount: 2, Sum: 14, Minimum: 7, Maximum: 7 },
          Unit: "Count",
          StorageResolution: 1,
        },
        { MetricName, Timestamp, Value: 1, Unit: "Bytes" },
      ],
    });
    const asked = { Namespace: "shop", MetricName, StartTime, EndTime, Period: 300 };
    const all = await cloudWatch.getMetricStatistics({
      ...asked,
      Statistics: ["SampleCount", "Sum", "Average", "Minimum", "Maximum"],
      Unit: "Count",
    });
    assert.equal(all.Label, MetricName);
    const at = new Date(Math.floor(Timestamp.getTime() / 300_000) * 300_000);
    assert.deepEqual(all.Datapoints, [
      { Timestamp: at, Unit: "Count", SampleCount: 6, Sum: 30, Average: 5, Minimum: 1, Maximum: 10 },
    ]);
    const percentiles = await cloudWatch.getMetricStatistics({ ...asked, ExtendedStatistics: ["p50", "p100"] });
    assert.deepEqual(
      percentiles.Datapoints?.map(({ Unit, ExtendedStatistics }) => [Unit, ExtendedStatistics]),
      [
        ["Bytes", { p50: 1, p100: 1 }],
        ["Count", { p50: 5.5, p100: 10 }],
      ],
    );
  });

  it("are asked for by several queries at once, in either order and in pages", async () => {
    const { Timestamp, StartTime, EndTime } = await period();
    const MetricName = unique("metric");
    const later = (minutes: number) => new Date(Timestamp.getTime() + minutes * 60_000);
    await cloudWatch.putMetricData({
      Namespace: "shop",
      MetricData: [0, 1, 2].map((minutes) => ({ MetricName, Timestamp: later(minutes), Value: minutes })),
    });
    const MetricStat = { Metric: { Namespace: "shop", MetricName }, Period: 60 };
    const input = {
      StartTime,
      EndTime,
      MetricDataQueries: [
        { Id: "sum", MetricStat: { ...MetricStat, Stat: "Sum" }, AccountId: ACCOUNT },
        { Id: "hidden", MetricStat: { ...MetricStat, Stat: "Sum" }, ReturnData: false },
        { Id: "most", MetricStat: { ...MetricStat, Stat: "Maximum" }, Label: "the most" },
      ],
    };
    const { MetricDataResults } = await cloudWatch.getMetricData(input);
    assert.deepEqual(
      MetricDataResults?.map(({ Id, Label, Values, StatusCode }) => [Id, Label, Values, StatusCode]),
      [
        ["sum", MetricName, [2, 1, 0], "Complete"],
        ["most", "the most", [2, 1, 0], "Complete"],
      ],
    );
    const ascending = { ...input, ScanBy: "TimestampAscending", MaxDatapoints: 4 } as const;
    const first = await cloudWatch.getMetricData(ascending);
    const second = await cloudWatch.getMetricData({ ...ascending, NextToken: first.NextToken });
    assert.deepEqual(
      [first, second].map((page) =>
        page.MetricDataResults?.map(({ Id, Values, StatusCode }) => [Id, Values, StatusCode]),
      ),
      [
        [
          ["sum", [0, 1, 2], "Complete"],
          ["most", [0], "PartialData"],
        ],
        [["most", [1, 2], "Complete"]],
      ],
    );
    assert.equal(second.NextToken, undefined);
  });

  it("are listed by namespace, name and dimensions", async () => {
    const Namespace = unique("namespace");
    const named = (...pairs: string[][]) => pairs.map(([Name, Value]) => ({ Name, Value }));
    await cloudWatch.putMetricData({
      Namespace,
      MetricData: [
        { MetricName: "m", Value: 1 },
        { MetricName: "m", Value: 1, Dimensions: named(["a", "1"]) },
        { MetricName: "n", Value: 1, Dimensions: named(["a", "2"], ["b", "1"]) },
      ],
    });
    const count = async (input: object) => (await cloudWatch.listMetrics({ Namespace, ...input })).Metrics?.length;
    assert.equal(await count({}), 3);
    assert.equal(await count({ MetricName: "m" }), 2);
    assert.equal(await count({ Dimensions: [{ Name: "a" }] }), 2);
    assert.equal(await count({ Dimensions: [{ Name: "a", Value: "2" }] }), 1);
    assert.equal(await count({ RecentlyActive: "PT3H", IncludeLinkedAccounts: false }), 3);
    assert.equal((await box.cloudWatch({ region: "us-east-1" }).listMetrics({ Namespace })).Metrics?.length, 0);
  });

  it("come compressed, too, as the client sends what is large", async () => {
    const Namespace = unique("namespace");
    const MetricData = Array.from({ length: 1000 }, (_, index) => ({ MetricName: `many-${index}`, Value: index }));
    await cloudWatch.putMetricData({ Namespace, MetricData });
    assert.equal((await cloudWatch.listMetrics({ Namespace })).Metrics?.length, 500);
    const headers = {
      "x-amz-target": "GraniteServiceVersion20100801.DescribeAlarms",
      "content-type": "application/x-amz-json-1.0",
      "content-encoding": "gzip",
    };
    const good = await fetch(box.url, { method: "POST", headers, body: gzipSync("{}") });
    assert.equal(good.status, 200);
    const bad = await fetch(box.url, { method: "POST", headers, body: "{}" });
    assert.deepEqual([bad.status, bad.headers.get("x-amzn-errortype")], [400, "SerializationException"]);
  });
});

describe("actions", () => {
  const documents = memoryDocuments();
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  const told: unknown[][] = [];
  const scope = { accountId: ACCOUNT, region: REGION };
  const service = createCloudWatchService({
    documents,
    clock,
    log: () => {},
    publish: async (_scope, topic, subject, message) => {
      told.push([topic, subject, JSON.parse(message)]);
      if (topic.endsWith("broken")) throw new Error("no such topic");
    },
  });
  const call = async (operation: string, input: object) => {
    const response = await service.handle({
      method: "POST",
      path: "/",
      query: new URLSearchParams(),
      headers: {
        "x-amz-target": `GraniteServiceVersion20100801.${operation}`,
        "content-type": "application/x-amz-json-1.0",
      },
      body: Buffer.from(JSON.stringify(input)),
      caller: { ...scope, accessKeyId: null, signedFor: "monitoring", sourceAddress: "" },
      requestId: "1",
    });
    assert.equal(response.status, 200, String(response.body));
    return JSON.parse(String(response.body));
  };
  const put = (changes: object) => call("PutMetricAlarm", alarm({ AlarmName: "told", ...changes }));

  it("tell SNS topics what CloudWatch tells them, and the history of it", async () => {
    await put({
      AlarmActions: [TOPIC, "arn:aws:automate:eu-west-1:ec2:stop"],
      OKActions: [`${TOPIC}-broken`],
      Dimensions: [{ Name: "a", Value: "1" }],
      EvaluationPeriods: 1,
    });
    const metric = { namespace: "shop", metricName: "Errors", dimensions: [{ Name: "a", Value: "1" }], unit: "Count" };
    service.putMetric(scope, { ...metric, value: 2, at: clock.now() });
    await clock.advance(1000);
    const reason = "Threshold Crossed: 1 datapoint [2.0 (01/01/26 00:00:00)] was greater than the threshold (1.0).";
    assert.deepEqual(told.splice(0), [
      [
        TOPIC,
        'ALARM: "told" in EU (Ireland)',
        {
          AlarmName: "told",
          AlarmDescription: null,
          AWSAccountId: ACCOUNT,
          AlarmConfigurationUpdatedTimestamp: "2026-01-01T00:00:00.000+0000",
          NewStateValue: "ALARM",
          NewStateReason: reason,
          StateChangeTime: "2026-01-01T00:00:01.000+0000",
          Region: "EU (Ireland)",
          AlarmArn: `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:told`,
          OldStateValue: "INSUFFICIENT_DATA",
          OKActions: [`${TOPIC}-broken`],
          AlarmActions: [TOPIC, "arn:aws:automate:eu-west-1:ec2:stop"],
          InsufficientDataActions: [],
          Trigger: {
            MetricName: "Errors",
            Namespace: "shop",
            StatisticType: "Statistic",
            Statistic: "SUM",
            Unit: null,
            Dimensions: [{ value: "1", name: "a" }],
            Period: 60,
            EvaluationPeriods: 1,
            ComparisonOperator: "GreaterThanThreshold",
            Threshold: 1,
            TreatMissingData: "missing",
            EvaluateLowSampleCountPercentile: "",
          },
        },
      ],
    ]);
    await call("SetAlarmState", { AlarmName: "told", StateValue: "OK", StateReason: "enough" });
    await clock.idle();
    assert.deepEqual(
      told.splice(0).map(([topic, subject]) => [topic, subject]),
      [[`${TOPIC}-broken`, 'OK: "told" in EU (Ireland)']],
    );
    const { AlarmHistoryItems } = await call("DescribeAlarmHistory", { AlarmName: "told", HistoryItemType: "Action" });
    assert.deepEqual(
      AlarmHistoryItems.map(({ HistorySummary }: { HistorySummary: string }) => HistorySummary),
      [
        `Failed to execute action ${TOPIC}-broken`,
        "Failed to execute action arn:aws:automate:eu-west-1:ec2:stop",
        `Successfully executed action ${TOPIC}`,
      ],
    );
  });

  it("that are no topics are not executed, and the history says so", async () => {
    const action = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:page`;
    const AlarmName = await putAlarm({ AlarmActions: [action] });
    await cloudWatch.setAlarmState({ AlarmName, StateValue: "ALARM", StateReason: "test" });
    await box.advance(0);
    const { AlarmHistoryItems = [] } = await cloudWatch.describeAlarmHistory({ AlarmName, HistoryItemType: "Action" });
    assert.deepEqual(
      AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary),
      [`Failed to execute action ${action}`],
    );
    const { actionState, error } = JSON.parse(AlarmHistoryItems[0]?.HistoryData ?? "{}");
    assert.deepEqual([actionState, error], ["Failed", "actions other than SNS topics are not built"]);
  });

  it("can be switched off and on", async () => {
    await put({ AlarmActions: [TOPIC] });
    await call("DisableAlarmActions", { AlarmNames: ["told", "none"] });
    await call("SetAlarmState", { AlarmName: "told", StateValue: "ALARM", StateReason: "quiet" });
    await clock.idle();
    assert.deepEqual(told, []);
    await call("EnableAlarmActions", { AlarmNames: ["told"] });
    await call("SetAlarmState", { AlarmName: "told", StateValue: "OK", StateReason: "back" });
    await call("SetAlarmState", { AlarmName: "told", StateValue: "ALARM", StateReason: "loud" });
    await call("SetAlarmState", { AlarmName: "told", StateValue: "ALARM", StateReason: "the same again" });
    await clock.idle();
    assert.equal(told.length, 1);
  });
});

describe("refused", () => {
  type Call = () => Promise<unknown>;
  const bad =
    (changes: object): Call =>
    () =>
      cloudWatch.putMetricAlarm(alarm(changes));
  const badData =
    (...MetricData: object[]): Call =>
    () =>
      cloudWatch.putMetricData({ Namespace: "shop", MetricData: MetricData as never });
  const query =
    (changes: object): Call =>
    () =>
      cloudWatch.getMetricData({ StartTime: new Date(0), EndTime: new Date(1), MetricDataQueries: [changes as never] });
  const stat = { Metric: { Namespace: "shop", MetricName: "m" }, Period: 60, Stat: "Sum" };
  const statistics =
    (changes: object): Call =>
    () =>
      cloudWatch.getMetricStatistics({
        Namespace: "shop",
        MetricName: "m",
        StartTime: new Date(0),
        EndTime: new Date(60_000),
        Period: 60,
        Statistics: ["Sum"],
        ...changes,
      } as never);

  const table: [title: string, call: Call, code: string, message: RegExp, status?: number][] = [
    [
      "a name that is too long",
      bad({ AlarmName: "x".repeat(256) }),
      "ValidationError",
      /1 validation error detected: Value 'x+' at 'alarmName' failed to satisfy constraint: Member must have length less than or equal to 255/,
    ],
    [
      "two mistakes at once",
      bad({ Statistic: "Mean", Period: 0 }),
      "ValidationError",
      /^2 validation errors detected: .*\[SampleCount, Average, Sum, Minimum, Maximum\]; Value '0' at 'period'/,
    ],
    [
      "a period of 45 seconds",
      bad({ Period: 45 }),
      "ValidationError",
      /^Period must be 10, 20, 30 or a multiple of 60$/,
    ],
    [
      "M greater than N",
      bad({ DatapointsToAlarm: 3 }),
      "ValidationError",
      /^DatapointsToAlarm must be less than or equal to EvaluationPeriods$/,
    ],
    [
      "more than a day",
      bad({ EvaluationPeriods: 1441 }),
      "ValidationError",
      /^Metrics cannot be checked across more than a day \(EvaluationPeriods \* Period must be <= 86400\)\.$/,
    ],
    ["an unknown treatment", bad({ TreatMissingData: "bad" }), "ValidationError", /^Option bad is not supported/],
    [
      "an action that is no ARN",
      bad({ AlarmActions: ["page-me"] }),
      "ValidationError",
      /^Invalid arn syntax: page-me$/,
    ],
    ["six actions", bad({ OKActions: Array(6).fill(TOPIC) }), "ValidationError", /at 'oKActions'/],
    ["both statistics", bad({ ExtendedStatistic: "p9" }), "InvalidParameterCombination", /mutually exclusive/],
    ["no statistic", bad({ Statistic: undefined }), "MissingParameter", /Statistic/],
    [
      "a strange percentile",
      bad({ Statistic: undefined, ExtendedStatistic: "p101" }),
      "InvalidParameterValue",
      /^The value p101 for parameter ExtendedStatistic is not supported\.$/,
    ],
    ["no metric", bad({ MetricName: undefined }), "MissingParameter", /MetricName/],
    [
      "a dimension twice",
      bad({
        Dimensions: [
          { Name: "a", Value: "1" },
          { Name: "a", Value: "2" },
        ],
      }),
      "InvalidParameterValue",
      /a is given more than once/,
    ],
    ["metric math", bad({ Metrics: [{ Id: "e", Expression: "1" }] }), "NotImplementedException", /metric math/, 501],
    [
      "an anomaly band",
      bad({ ComparisonOperator: "GreaterThanUpperThreshold" }),
      "NotImplementedException",
      /anomaly/,
      501,
    ],
    ["an evaluation interval", bad({ EvaluationInterval: 60 }), "NotImplementedException", /EvaluationInterval/, 501],
    [
      "metrics of another account",
      query({ Id: "m", MetricStat: stat, AccountId: "999999999999" }),
      "NotImplementedException",
      /another account/,
      501,
    ],
    [
      "a list with the metrics of linked accounts",
      () => cloudWatch.listMetrics({ IncludeLinkedAccounts: true }),
      "NotImplementedException",
      /linked accounts/,
      501,
    ],
    [
      "a trimmed mean",
      bad({ Statistic: undefined, ExtendedStatistic: "tm99" }),
      "NotImplementedException",
      /tm99/,
      501,
    ],
    [
      "an unknown state",
      () => cloudWatch.setAlarmState({ AlarmName: "a", StateValue: "RED" as never, StateReason: "" }),
      "ValidationError",
      /^1 validation error detected: Value 'RED' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: \[INSUFFICIENT_DATA, ALARM, OK\]$/,
    ],
    [
      "an alarm that does not exist",
      () => cloudWatch.setAlarmState({ AlarmName: "none", StateValue: "OK", StateReason: "" }),
      "ResourceNotFound",
      /none/,
      404,
    ],
    [
      "reason data that is no JSON",
      () => cloudWatch.setAlarmState({ AlarmName: "a", StateValue: "OK", StateReason: "", StateReasonData: "{" }),
      "InvalidFormat",
      /JSON/,
    ],
    [
      "101 names",
      () => cloudWatch.describeAlarms({ AlarmNames: Array(101).fill("a") }),
      "ValidationError",
      /at 'alarmNames'/,
    ],
    [
      "names and a prefix",
      () => cloudWatch.describeAlarms({ AlarmNames: ["a"], AlarmNamePrefix: "a" }),
      "ValidationError",
      /Only one/,
    ],
    ["a token that is none", () => cloudWatch.describeAlarms({ NextToken: "x" }), "InvalidNextToken", /NextToken/],
    ["0 records", () => cloudWatch.describeAlarms({ MaxRecords: 0 }), "ValidationError", /at 'maxRecords'/],
    [
      "an ARN that is none",
      () => cloudWatch.listTagsForResource({ ResourceARN: "alarm" }),
      "InvalidParameterValue",
      /alarm/,
    ],
    [
      "51 tags",
      bad({ Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `${index}`, Value: "" })) }),
      "InvalidParameterValue",
      /50/,
    ],
    [
      "data of AWS",
      () => cloudWatch.putMetricData({ Namespace: "AWS/EC2", MetricData: [{ MetricName: "m", Value: 1 }] }),
      "InvalidParameterValue",
      /^The value AWS\/EC2 for parameter Namespace is invalid\.$/,
    ],
    [
      "data from long ago",
      badData({ MetricName: "m", Value: 1, Timestamp: new Date(0) }),
      "InvalidParameterValue",
      /^The parameter MetricData.member.1.Timestamp must specify a time within the past two weeks\.$/,
    ],
    [
      "data from the far future",
      badData({ MetricName: "m", Value: 1, Timestamp: new Date(4e12) }),
      "InvalidParameterValue",
      /no more than two hours in the future/,
    ],
    [
      "no value",
      badData({ MetricName: "m", Value: 1 }, { MetricName: "m" }),
      "MissingParameter",
      /MetricData\.member\.2\.Value/,
    ],
    [
      "two kinds of values",
      badData({ MetricName: "m", Value: 1, Values: [1] }),
      "InvalidParameterCombination",
      /mutually exclusive/,
    ],
    [
      "counts that do not match",
      badData({ MetricName: "m", Values: [1, 2], Counts: [1] }),
      "InvalidParameterValue",
      /same size/,
    ],
    [
      "151 values",
      badData({ MetricName: "m", Values: Array(151).fill(1) }),
      "InvalidParameterValue",
      /greater than 150/,
    ],
    [
      "1,001 data",
      badData(...Array(1001).fill({ MetricName: "m", Value: 1 })),
      "InvalidParameterValue",
      /greater than 1000/,
    ],
    ["an unknown unit", badData({ MetricName: "m", Value: 1, Unit: "Apples" }), "ValidationError", /Apples/],
    [
      "statistics that are not whole",
      badData({ MetricName: "m", StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 1 } }),
      "MissingParameter",
      /StatisticValues\.Maximum/,
    ],
    ["a query by expression", query({ Id: "e", Expression: "1 + 1" }), "NotImplementedException", /Expression/, 501],
    ["a query with a bad id", query({ Id: "E", MetricStat: stat }), "ValidationError", /Id/],
    [
      "a query without a statistic",
      query({ Id: "e", MetricStat: { ...stat, Stat: undefined } }),
      "MissingParameter",
      /Stat/,
    ],
    [
      "a period of five seconds",
      query({ Id: "e", MetricStat: { ...stat, Period: 5 } }),
      "NotImplementedException",
      /10 seconds/,
      501,
    ],
    [
      "a range that ends before it begins",
      statistics({ EndTime: new Date(-1) }),
      "InvalidParameterCombination",
      /^The parameter StartTime must be less than the parameter EndTime\.$/,
    ],
    [
      "too many datapoints",
      statistics({ EndTime: new Date(86_400_000 * 2) }),
      "InvalidParameterCombination",
      /^You have requested up to 2,880 datapoints, which exceeds the limit of 1,440\./,
    ],
    ["no statistic to get", statistics({ Statistics: undefined }), "MissingParameter", /ExtendedStatistics/],
    [
      "a composite alarm",
      () => cloudWatch.putCompositeAlarm({ AlarmName: "c", AlarmRule: "TRUE" }),
      "NotImplementedException",
      /^PutCompositeAlarm is not supported by signalbox$/,
      501,
    ],
    ["a dashboard", () => cloudWatch.listDashboards({}), "NotImplementedException", /ListDashboards/, 501],
  ];
  for (const [title, call, code, message, status = 400] of table) {
    it(title, async () => {
      await assert.rejects(call, (error: CloudWatchServiceException & { Code?: string }) => {
        assert.equal(error.Code ?? error.name, code);
        assert.match(error.message, message);
        assert.equal(error.$metadata.httpStatusCode, status);
        return true;
      });
    });
  }

  it("keeps nothing of a request that is refused", async () => {
    const MetricName = unique("metric");
    await assert.rejects(badData({ MetricName, Value: 1 }, { MetricName }));
    assert.deepEqual((await cloudWatch.listMetrics({ MetricName })).Metrics, []);
  });

  const raw: [title: string, headers: Record<string, string>, body: string, status: number, type: string][] = [
    [
      "an operation that AWS has not",
      { "x-amz-target": "GraniteServiceVersion20100801.Fly" },
      "{}",
      400,
      "UnknownOperationException",
    ],
    [
      "a body that is no JSON",
      { "x-amz-target": "GraniteServiceVersion20100801.DescribeAlarms" },
      "{",
      400,
      "SerializationException",
    ],
    [
      "a member of the wrong type",
      { "x-amz-target": "GraniteServiceVersion20100801.DescribeAlarms" },
      '{"MaxRecords":"3"}',
      400,
      "SerializationException",
    ],
    [
      "another content type",
      { "x-amz-target": "GraniteServiceVersion20100801.DescribeAlarms", "content-type": "text/plain" },
      "{}",
      415,
      "UnsupportedMediaTypeException",
    ],
    [
      "another protocol",
      { authorization: `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20260101/${REGION}/monitoring/aws4_request` },
      "{}",
      501,
      "NotImplementedException",
    ],
  ];
  for (const [title, headers, body, status, type] of raw) {
    it(title, async () => {
      const all = { "content-type": "application/x-amz-json-1.0", ...headers };
      const response = await fetch(box.url, { method: "POST", headers: all, body });
      assert.deepEqual([response.status, response.headers.get("x-amzn-errortype")], [status, type]);
    });
  }
});

describe("the Query protocol", () => {
  const ask = async (form: Record<string, string>) => {
    const body = new URLSearchParams({ Version: "2010-08-01", ...form });
    const response = await fetch(box.url, { method: "POST", body });
    return { status: response.status, text: await response.text() };
  };
  const put = {
    "MetricData.member.1.MetricName": "Latency",
    "MetricData.member.1.Dimensions.member.1.Name": "Stage",
    "MetricData.member.1.Dimensions.member.1.Value": "<test>",
    "MetricData.member.1.Values.member.1": "1",
    "MetricData.member.1.Values.member.2": "2.5e1",
    "MetricData.member.1.Unit": "Milliseconds",
  };

  it("takes lists, numbers and times, and answers lists, maps and times in XML", async () => {
    const at = (seconds: number) => new Date(seconds * 1000).toISOString();
    const now = await box.now();
    const done = await ask({ Action: "PutMetricData", Namespace: "query", ...put });
    assert.equal(done.status, 200, done.text);
    assert.match(
      done.text,
      /^<PutMetricDataResponse xmlns="http:\/\/monitoring\.amazonaws\.com\/doc\/2010-08-01\/"><ResponseMetadata>/,
    );
    const { text } = await ask({
      Action: "GetMetricStatistics",
      Namespace: "query",
      MetricName: "Latency",
      "Dimensions.member.1.Name": "Stage",
      "Dimensions.member.1.Value": "<test>",
      StartTime: at(now - 60),
      EndTime: at(now + 60),
      Period: "60",
      "ExtendedStatistics.member.1": "p100",
    });
    const start = at(Math.floor(now / 60) * 60);
    const point = `<Timestamp>${start}</Timestamp><Unit>Milliseconds</Unit><ExtendedStatistics><entry><key>p100</key><value>25</value></entry></ExtendedStatistics>`;
    assert.ok(text.includes(`<Datapoints><member>${point}</member></Datapoints>`), text);
    const listed = await ask({ Action: "ListMetrics", Namespace: "query" });
    assert.match(listed.text, /<Name>Stage<\/Name><Value>&lt;test&gt;<\/Value>/);
  });

  for (const [title, form, status, code] of [
    ["a number that is none", { Action: "DescribeAlarms", MaxRecords: "many" }, 400, "MalformedInput"],
    ["a time that is none", { Action: "DescribeAlarmHistory", StartDate: "soon" }, 400, "MalformedInput"],
    ["a list that is none", { Action: "DescribeAlarms", AlarmNames: "a" }, 400, "MalformedInput"],
    ["a value that is not allowed", { Action: "DescribeAlarms", StateValue: "RED" }, 400, "ValidationError"],
    ["an alarm that does not exist", { Action: "DeleteAlarms", "AlarmNames.member.1": "no" }, 404, "ResourceNotFound"],
    ["what is not built", { Action: "PutCompositeAlarm" }, 501, "NotImplementedException"],
    ["an action that AWS has not", { Action: "Fly" }, 400, "InvalidAction"],
  ] as const) {
    it(`refuses ${title}`, async () => {
      const answer = await ask(form);
      assert.equal(answer.status, status);
      assert.match(answer.text, new RegExp(`<Code>${code}</Code>`));
    });
  }
});
