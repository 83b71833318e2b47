/** Alarms decide over deployments: set by hand or tripped by a version that really fails, with the texts of the real service. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { CreateDeploymentCommandInput, CreateDeploymentGroupCommandInput } from "@aws-sdk/client-codedeploy";
import { GetAliasCommand, InvokeCommand } from "@aws-sdk/client-lambda";
import {
  answering,
  appSpec,
  deploy,
  type Hooks,
  lambdaGroup,
  publishTwoVersions,
  silentHook,
  uniqueName,
} from "../support/lambdaFixtures.ts";
import { startSignalbox } from "../support/signalbox.ts";
import { startReceiver } from "../support/snsReceiver.ts";

const CANARY = "CodeDeployDefault.LambdaCanary10Percent5Minutes";
const ALL_EVENTS = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"] as const;
const RED =
  "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: ";

const receiver = await startReceiver({ after });
const box = await startSignalbox({ after }, { flags: { "allow-outgoing": receiver.host } });
const [codedeploy, lambda, cloudWatch] = [box.codeDeploy(), box.lambda(), box.cloudWatch()];

/** An alarm without data, green by hand. */
async function alarmByHand(StateValue: "OK" | "ALARM" = "OK"): Promise<string> {
  const AlarmName = uniqueName("alarm");
  await cloudWatch.putMetricAlarm({
    AlarmName,
    Namespace: "shop",
    MetricName: "Errors",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: "GreaterThanThreshold",
  });
  await cloudWatch.setAlarmState({ AlarmName, StateValue, StateReason: "by hand" });
  return AlarmName;
}
const setRed = (AlarmName: string) =>
  cloudWatch.setAlarmState({ AlarmName, StateValue: "ALARM", StateReason: "by hand" });

interface Journey {
  alarms: string[];
  ignorePollAlarmFailure?: boolean;
  hooks?: Hooks;
  sources?: [string, string];
  group?: Partial<CreateDeploymentGroupCommandInput>;
  input?: Partial<CreateDeploymentCommandInput>;
}

async function start({ alarms, ignorePollAlarmFailure = false, hooks = {}, sources, group, input }: Journey) {
  const versions = await publishTwoVersions(lambda, sources);
  const names = await lambdaGroup(codedeploy, {
    deploymentConfigName: CANARY,
    autoRollbackConfiguration: { enabled: true, events: [...ALL_EVENTS] },
    alarmConfiguration: { enabled: true, ignorePollAlarmFailure, alarms: alarms.map((name) => ({ name })) },
    ...group,
  });
  const deploymentId = await deploy(codedeploy, names, appSpec(versions, hooks), input);
  await box.advance(0);
  return { deploymentId, group: names, versions };
}

async function look(deploymentId: string) {
  const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
  const [targetId = ""] = (await codedeploy.listDeploymentTargets({ deploymentId })).targetIds ?? [];
  const { deploymentTarget } = await codedeploy.getDeploymentTarget({ deploymentId, targetId });
  const events = deploymentTarget?.lambdaTarget?.lifecycleEvents ?? [];
  assert.ok(deploymentInfo);
  return {
    status: deploymentInfo.status,
    error: deploymentInfo.errorInformation,
    events: events.map(({ status }) => status),
    rollback: deploymentInfo.rollbackInfo,
    creator: deploymentInfo.creator,
  };
}

async function aliasOf({ functionName, alias }: { functionName: string; alias: string }) {
  const { FunctionVersion, RoutingConfig } = await lambda.send(
    new GetAliasCommand({ FunctionName: functionName, Name: alias }),
  );
  return { version: FunctionVersion, weights: RoutingConfig?.AdditionalVersionWeights ?? {} };
}

test("an alarm set by hand in mid-canary stops it within a poll, and the traffic is back", async () => {
  const alarm = await alarmByHand();
  const { deploymentId, versions } = await start({ alarms: [alarm] });
  assert.deepEqual(await aliasOf(versions), { version: "1", weights: { "2": 0.1 } });
  await box.advance(60);
  await setRed(alarm);
  await box.advance(10);
  const stopped = await look(deploymentId);
  assert.deepEqual([stopped.status, stopped.events], ["Stopped", ["Succeeded", "Failed", "Skipped"]]);
  assert.deepEqual(stopped.error, { code: "ALARM_ACTIVE", message: `${RED}<${alarm}>` });
  const rollbackId = stopped.rollback?.rollbackDeploymentId ?? "";
  assert.equal(
    stopped.rollback?.rollbackMessage,
    `Deployment ${deploymentId} terminated. Automatic rollback is triggered with a DeploymentId ${rollbackId}.`,
  );
  const rollback = await look(rollbackId);
  assert.deepEqual([rollback.status, rollback.creator], ["Succeeded", "codeDeployRollback"]);
  assert.deepEqual(rollback.events, ["Succeeded", "Succeeded", "Succeeded"]);
  assert.deepEqual(rollback.rollback, {
    rollbackTriggeringDeploymentId: deploymentId,
    rollbackMessage: `Deployment ${rollbackId} is triggered to roll back deployment ${deploymentId}.`,
  });
  assert.deepEqual(await aliasOf(versions), { version: "1", weights: {} });
});

test("an alarm that is red at the start stops the deployment before anything shifts, and no hook runs", async () => {
  const hook = await silentHook(box, lambda);
  const alarm = await alarmByHand("ALARM");
  const { deploymentId, versions } = await start({ alarms: [alarm], hooks: { BeforeAllowTraffic: hook.functionName } });
  const stopped = await look(deploymentId);
  assert.deepEqual([stopped.status, stopped.error?.code], ["Stopped", "ALARM_ACTIVE"]);
  assert.deepEqual(stopped.events, ["Skipped", "Skipped", "Skipped"]);
  assert.deepEqual(await hook.invocations(), []);
  assert.equal((await look(stopped.rollback?.rollbackDeploymentId ?? "")).status, "Succeeded");
  assert.deepEqual(await aliasOf(versions), { version: "1", weights: {} });
});

test("a deployment may ignore its group's red alarm, and the override is shown", async () => {
  const alarm = await alarmByHand("ALARM");
  const input = { overrideAlarmConfiguration: { enabled: false } };
  const { deploymentId } = await start({ alarms: [alarm], input });
  await box.advance(300);
  const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
  assert.deepEqual([deploymentInfo?.status, deploymentInfo?.overrideAlarmConfiguration?.enabled], ["Succeeded", false]);
});

test("a deployment may watch alarms of its own instead", async () => {
  const [ofGroup, own] = [await alarmByHand(), await alarmByHand()];
  const input = { overrideAlarmConfiguration: { enabled: true, alarms: [{ name: own }] } };
  const { deploymentId } = await start({ alarms: [ofGroup], input });
  await setRed(ofGroup);
  await box.advance(30);
  assert.equal((await look(deploymentId)).status, "InProgress");
  await setRed(own);
  await box.advance(10);
  assert.equal((await look(deploymentId)).error?.message, `${RED}<${own}>`);
});

test("an alarm that does not exist stops the deployment, unless poll failures are ignored", async () => {
  const { deploymentId } = await start({ alarms: ["nobody-made-it"] });
  const { status, error } = await look(deploymentId);
  assert.deepEqual([status, error?.code], ["Stopped", "CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND"]);
  assert.match(error?.message ?? "", /^The alarm does not exist: nobody-made-it\./);
  const lenient = await start({ alarms: ["nobody-made-it"], ignorePollAlarmFailure: true });
  await box.advance(300);
  assert.equal((await look(lenient.deploymentId)).status, "Succeeded");
});

test("an alarm that is deleted in mid-canary stops it, too", async () => {
  const alarm = await alarmByHand();
  const { deploymentId } = await start({ alarms: [alarm] });
  await cloudWatch.deleteAlarms({ AlarmNames: [alarm] });
  await box.advance(10);
  assert.equal((await look(deploymentId)).error?.code, "CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND");
});

test("an alarm in the last step takes back all traffic", async () => {
  const [alarm, hook] = [await alarmByHand(), await silentHook(box, lambda)];
  const { deploymentId, versions } = await start({ alarms: [alarm], hooks: { AfterAllowTraffic: hook.functionName } });
  await box.advance(300);
  assert.deepEqual(await aliasOf(versions), { version: "2", weights: {} });
  await setRed(alarm);
  await box.advance(10);
  const stopped = await look(deploymentId);
  assert.deepEqual(stopped.events, ["Succeeded", "Succeeded", "Failed"]);
  assert.deepEqual(await aliasOf(versions), { version: "1", weights: {} });
});

test("without a rollback the alias stays as the alarm found it", async () => {
  const alarm = await alarmByHand();
  const { deploymentId, versions } = await start({
    alarms: [alarm],
    group: { autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] } },
  });
  await setRed(alarm);
  await box.advance(10);
  const stopped = await look(deploymentId);
  assert.deepEqual([stopped.status, stopped.rollback], ["Stopped", undefined]);
  assert.deepEqual(await aliasOf(versions), { version: "1", weights: { "2": 0.1 } });
});

test("a red alarm is told why in the decision log", async () => {
  const alarm = await alarmByHand();
  const { deploymentId } = await start({ alarms: [alarm] });
  await setRed(alarm);
  await box.advance(10);
  const { decisions, alarms } = await box.detail(deploymentId);
  assert.deepEqual(alarms, [alarm]);
  const answer = decisions.find(({ because }) => because["key"] === "readAlarms")?.because["answer"];
  assert.deepEqual(answer, { type: "alarmsRead", states: { [alarm]: "OK" } });
  const last = decisions.at(-1);
  assert.deepEqual(last?.because, { type: "alarmsSeen", states: { [alarm]: "ALARM" } });
  assert.deepEqual(last?.ended, { status: "Stopped", code: "ALARM_ACTIVE", detail: `In ALARM: ${alarm}.` });
});

test("a new version that really fails trips a metric alarm, which stops its canary and tells a topic", async () => {
  const sns = box.sns();
  const { TopicArn = "" } = await sns.createTopic({ Name: uniqueName("pager") });
  await sns.subscribe({ TopicArn, Protocol: "http", Endpoint: `${receiver.url}/pager` });
  await receiver.waitFor("/pager", 1);
  const { Token = "" } = JSON.parse(receiver.received.find(({ path }) => path === "/pager")?.body ?? "{}");
  await sns.confirmSubscription({ TopicArn, Token });
  const sources: [string, string] = [answering("one"), `exports.handler = async () => { throw new Error("broken"); };`];
  const versions = await publishTwoVersions(lambda, sources);
  const AlarmName = uniqueName("new-version-errors");
  await cloudWatch.putMetricAlarm({
    AlarmName,
    Namespace: "AWS/Lambda",
    MetricName: "Errors",
    Dimensions: [
      { Name: "FunctionName", Value: versions.functionName },
      { Name: "Resource", Value: `${versions.functionName}:${versions.alias}` },
      { Name: "ExecutedVersion", Value: "2" },
    ],
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanOrEqualToThreshold",
    TreatMissingData: "notBreaching",
    AlarmActions: [TopicArn],
  });
  const group = await lambdaGroup(codedeploy, {
    deploymentConfigName: CANARY,
    autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_STOP_ON_ALARM"] },
    alarmConfiguration: { enabled: true, alarms: [{ name: AlarmName }] },
  });
  const deploymentId = await deploy(codedeploy, group, appSpec(versions));
  await box.advance(0);
  const invoke = () =>
    lambda.send(new InvokeCommand({ FunctionName: versions.functionName, Qualifier: versions.alias }));
  const answers = [];
  for (let call = 0; call < 20; call += 1) answers.push(await invoke());
  assert.equal(answers.filter(({ FunctionError }) => FunctionError).length, 2, "10 % of 20 calls");
  await box.advance(12);
  const stopped = await look(deploymentId);
  assert.deepEqual([stopped.status, stopped.error?.message], ["Stopped", `${RED}<${AlarmName}>`]);
  assert.deepEqual(await aliasOf(versions), { version: "1", weights: {} });
  assert.equal((await invoke()).FunctionError, undefined);
  await receiver.waitFor("/pager", 2);
  const told = JSON.parse(receiver.received.filter(({ path }) => path === "/pager").at(-1)?.body ?? "{}");
  assert.match(told.Subject, new RegExp(`^ALARM: "${AlarmName}" in `));
});

test("deployments go on watching after a restart", async (t) => {
  const alarm = await alarmByHand();
  const { deploymentId } = await start({ alarms: [alarm] });
  await box.stop();
  const again = await startSignalbox(t, { flags: { "data-dir": box.dataDirectory } });
  await again.cloudWatch().setAlarmState({ AlarmName: alarm, StateValue: "ALARM", StateReason: "by hand" });
  await again.advance(11);
  const { deploymentInfo } = await again.codeDeploy().getDeployment({ deploymentId });
  assert.equal(deploymentInfo?.errorInformation?.code, "ALARM_ACTIVE");
});

test("alarms that cannot be read stop a deployment after three tries, unless poll failures are ignored", async (t) => {
  const blind = await startSignalbox(t, { flags: { endpoint: "cloudwatch=http://127.0.0.1:9" } });
  const outcomes = [];
  for (const ignorePollAlarmFailure of [false, true]) {
    const versions = await publishTwoVersions(blind.lambda());
    const group = await lambdaGroup(blind.codeDeploy(), {
      deploymentConfigName: CANARY,
      alarmConfiguration: { enabled: true, ignorePollAlarmFailure, alarms: [{ name: "errors" }] },
    });
    const deploymentId = await deploy(blind.codeDeploy(), group, appSpec(versions));
    await blind.advance(400);
    const { deploymentInfo } = await blind.codeDeploy().getDeployment({ deploymentId });
    outcomes.push([deploymentInfo?.status, deploymentInfo?.errorInformation?.code]);
    if (ignorePollAlarmFailure) continue;
    assert.match(deploymentInfo?.errorInformation?.message ?? "", /^The alarms errors could not be read: CloudWatch/);
  }
  assert.deepEqual(outcomes, [
    ["Stopped", "INTERNAL_ERROR"],
    ["Succeeded", undefined],
  ]);
});
