/** CloudWatch by the AWS CLI, boto3 and Terraform, as someone uses them who has signalbox in place of AWS. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { startSignalbox } from "../support/signalbox.ts";
import { clientEnvironment, execute, whyNoAwsCli, whyNoBoto3 } from "./awsCli.ts";
import { assertNoDrift, terraformProject } from "./terraformProject.ts";

const box = await startSignalbox({ after });
const variables = clientEnvironment(box.url);

describe("the AWS CLI", { skip: await whyNoAwsCli() }, () => {
  const run = (...words: string[]) => execute("aws", ["cloudwatch", ...words], variables);
  const text = async (...words: string[]) => {
    const { exitCode, stdout, stderr } = await run(...words);
    assert.equal(exitCode, 0, stderr);
    return stdout.trim();
  };

  it("makes an alarm, waits for it, sets its state by hand and reads why", async () => {
    await text(
      ...["put-metric-alarm", "--alarm-name", "cli errors", "--namespace", "AWS/Lambda", "--metric-name", "Errors"],
      ...["--statistic", "Sum", "--period", "60", "--evaluation-periods", "1", "--threshold", "0"],
      ...["--comparison-operator", "GreaterThanThreshold", "--treat-missing-data", "notBreaching"],
      ...["--dimensions", "Name=FunctionName,Value=shop", "--tags", "Key=team,Value=shop"],
    );
    await text("wait", "alarm-exists", "--alarm-names", "cli errors");
    const state = ["describe-alarms", "--alarm-names", "cli errors", "--output", "text", "--query"];
    assert.equal(await text(...state, "MetricAlarms[0].StateValue"), "INSUFFICIENT_DATA");
    await text(
      ...["set-alarm-state", "--alarm-name", "cli errors", "--state-value", "ALARM", "--state-reason", "a rehearsal"],
    );
    await box.advance(3600);
    assert.equal(await text(...state, "MetricAlarms[0].[StateValue,StateReason]"), "ALARM\ta rehearsal");
    const history = await text(
      ...["describe-alarm-history", "--alarm-name", "cli errors", "--history-item-type", "StateUpdate"],
      ...["--query", "AlarmHistoryItems[].HistorySummary", "--output", "text"],
    );
    assert.equal(history, "Alarm updated from INSUFFICIENT_DATA to ALARM");
  });

  it("publishes a metric and reads it back", async () => {
    await text(
      ...["put-metric-data", "--namespace", "cli", "--metric-name", "Latency", "--unit", "Milliseconds"],
      ...["--dimensions", "Stage=test", "--statistic-values", "Sum=30,Minimum=5,Maximum=25,SampleCount=2"],
    );
    const now = await box.now();
    const at = (seconds: number) => new Date((now + seconds) * 1000).toISOString();
    const average = await text(
      ...["get-metric-statistics", "--namespace", "cli", "--metric-name", "Latency", "--statistics", "Average"],
      ...["--dimensions", "Name=Stage,Value=test", "--start-time", at(-60), "--end-time", at(60), "--period", "3600"],
      ...["--query", "Datapoints[].[Average,Unit]", "--output", "text"],
    );
    assert.match(average, /^15(\.0)?\tMilliseconds$/);
  });

  it("shows an error by its code", async () => {
    const { exitCode, stderr } = await run(
      ...["set-alarm-state", "--alarm-name", "none", "--state-value", "OK", "--state-reason", "x"],
    );
    assert.ok(exitCode >= 254, `exit code ${exitCode}`);
    assert.match(stderr, /\(ResourceNotFound\) when calling the SetAlarmState operation/);
  });
});

const BOTO3 = `
import boto3, datetime, gzip
from botocore.exceptions import ClientError

cloudwatch = boto3.client("cloudwatch")
for number in range(60):
    cloudwatch.put_metric_alarm(
        AlarmName=f"boto-{number:02}", Namespace="boto", MetricName="Errors", Statistic="Sum", Period=60,
        EvaluationPeriods=1, Threshold=0, ComparisonOperator="GreaterThanThreshold",
    )
pages = list(cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix="boto-"))
assert [len(page["MetricAlarms"]) for page in pages] == [50, 10], pages
alarm = pages[0]["MetricAlarms"][0]
assert isinstance(alarm["StateUpdatedTimestamp"], datetime.datetime) and alarm["Threshold"] == 0.0
cloudwatch.get_waiter("alarm_exists").wait(AlarmNames=["boto-00"])
cloudwatch.put_metric_data(Namespace="boto", MetricData=[
    {"MetricName": f"metric-{number}", "Value": number, "Dimensions": [{"Name": "Stage", "Value": "test"}]}
    for number in range(900)  # More than 10 KB: sent compressed.
])
metrics = [m for page in cloudwatch.get_paginator("list_metrics").paginate(Namespace="boto") for m in page["Metrics"]]
assert len(metrics) == 900, len(metrics)
for call, code, error in [
    (lambda: cloudwatch.delete_alarms(AlarmNames=["none"]), "ResourceNotFound", cloudwatch.exceptions.ResourceNotFound),
    (lambda: cloudwatch.list_tags_for_resource(ResourceARN="x"), "InvalidParameterValue", ClientError),
    (lambda: cloudwatch.describe_alarms(NextToken="x"), "InvalidNextToken", cloudwatch.exceptions.InvalidNextToken),
]:
    try:
        call()
        raise AssertionError(f"{code} was not raised")
    except error as raised:
        assert raised.response["Error"]["Code"] == code, raised.response
cloudwatch.delete_alarms(AlarmNames=[f"boto-{number:02}" for number in range(60)])
print("done")
`;

describe("boto3", { skip: await whyNoBoto3() }, () => {
  it("pages through alarms and metrics, waits, sends compressed data and knows the errors", async () => {
    const { stdout, stderr } = await execute("python3", ["-c", BOTO3], variables);
    assert.equal(stdout, "done\n", stderr);
  });
});

const found = await terraformProject(box.url, "alarms");

describe("Terraform", { skip: typeof found === "string" ? found : false }, () => {
  if (typeof found === "string") return;
  const project = found;
  after(() => project.remove());

  it("applies, changes and destroys alarms, with nothing to change after each", async () => {
    const created = await project.apply();
    assert.match(created.output, /Resources: 3 added, 0 changed, 0 destroyed/);
    assertNoDrift(await project.plan());
    const { MetricAlarms = [] } = await box.cloudWatch().describeAlarms({ AlarmNamePrefix: "every thing" });
    assert.equal(MetricAlarms[0]?.AlarmDescription, 'More than "five" errors & <rising>');
    await project.configure("alarmsChanged");
    const changed = await project.apply();
    assert.match(changed.output, /Resources: 0 added, 3 changed, 0 destroyed/);
    assertNoDrift(await project.plan());
    const destroyed = await project.run("destroy", "-auto-approve", "-input=false", "-no-color");
    assert.match(destroyed.output, /Resources: 3 destroyed/);
    const left = await box.cloudWatch().describeAlarms({ AlarmNames: ["least", "percentile"] });
    assert.deepEqual(left.MetricAlarms, []);
  });
});
