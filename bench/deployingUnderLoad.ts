/**
 * (u) A steady load on the production listener of a service of the embedded ECS, while good and bad versions are deployed
 * to it one after the other. Whatever no version has answered has failed; what a bad one answers counts until it is taken
 * back. The clock is sped up, so that ten deployments take a minute or two; requests and processes are as fast as ever, and
 * a target drains until its last request has ended.
 */
import { setTimeout as pause } from "node:timers/promises";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CodeDeploy } from "@aws-sdk/client-codedeploy";
import { type ContainerDefinition, ECS } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { type BlueGreen, blueGreenService, type EcsHooks, ecsAppSpec, versionOf } from "../test/support/blueGreen.ts";
import { server } from "../test/support/ecsFixtures.ts";
import { inlineRevision, reportingHook } from "../test/support/lambdaFixtures.ts";
import { waitFor } from "../test/support/waitFor.ts";
import type { Part } from "./bench.ts";
import { percentile, sum } from "./figures.ts";
import { flagsOf, newInstallation } from "./installation.ts";
import { startHelper, startProgram } from "./processes.ts";
import type { Row } from "./report.ts";
import { ACCOUNT, REGION } from "./seed.ts";
import type { SteadyCounts, SteadyLoad } from "./steadyLoad.ts";

const SPEED = 60;
const TASKS = 3;
/**
 * What is given in seconds of the clock, as long as it can be: sped up, the usual draining would be 5 s, and the usual
 * health checks would give a target up after 1 s, both of which a busy machine may need for a request.
 */
const DRAINING = { Key: "deregistration_delay.timeout_seconds", Value: "3600" };
const HEALTH = { HealthCheckIntervalSeconds: 300, UnhealthyThresholdCount: 10 };
const ALARM = "answers-5xx";

export interface Rehearsal {
  pace: "ECSCanary10Percent5Minutes" | "ECSLinear10PercentEvery1Minutes" | "ECSAllAtOnce";
  /** What takes it back: the alarm on its answers, or its function in that event. */
  badBy?: "alarm" | keyof EcsHooks;
  /** The service becomes larger during it, and as large as before after it. */
  scalesTo?: number;
}

const REHEARSALS: Rehearsal[] = [
  { pace: "ECSCanary10Percent5Minutes" },
  { pace: "ECSCanary10Percent5Minutes", badBy: "alarm" },
  { pace: "ECSLinear10PercentEvery1Minutes" },
  { pace: "ECSLinear10PercentEvery1Minutes", badBy: "alarm" },
  { pace: "ECSAllAtOnce" },
  { pace: "ECSAllAtOnce", badBy: "AfterAllowTraffic" },
  { pace: "ECSCanary10Percent5Minutes", scalesTo: TASKS + 2 },
  { pace: "ECSCanary10Percent5Minutes", badBy: "AfterAllowTestTraffic" },
  { pace: "ECSLinear10PercentEvery1Minutes", badBy: "alarm" },
  { pace: "ECSAllAtOnce" },
];

export const deployingUnderLoad: Part = async (bench) => {
  const perSecond = bench.quick ? 200 : 1000;
  const rehearsals = bench.quick ? REHEARSALS.slice(0, 2) : REHEARSALS;
  const installation = await newInstallation(bench, "deploying");
  const program = await startProgram(bench.program, { ...flagsOf(installation), speed: String(SPEED) });
  try {
    return {
      title: `${perSecond} requests a second during ${rehearsals.length} blue/green deployments, good and bad`,
      rows: rowsOf(await deployUnderLoad(program.url, perSecond, rehearsals, bench.say)),
      floorSpread: 1,
    };
  } finally {
    await program.end();
  }
};

export interface Outcome extends SteadyCounts {
  /** Whether a bad version has answered. */
  isByBad(answer: string): boolean;
  /** Requests that no version has answered, or a good one with an error. */
  failures: number;
  /** Bad versions that have answered requests which were sent after they had been taken back. */
  late: string[];
}

/** Deploys to a service of the signalbox at `url`, whose clock is sped up, while requests are sent to it. */
export async function deployUnderLoad(
  url: string,
  perSecond: number,
  rehearsals: readonly Rehearsal[],
  say: (line: string) => void = () => {},
): Promise<Outcome> {
  const clients = clientsOf(url);
  const load = startHelper("steadyLoad.ts");
  const takenBackAt = new Map<string, number>();
  try {
    const scene = await serviceUnderAlarm(clients);
    const asked: SteadyLoad = { url: scene.web.productionUrl, perSecond };
    await load.ask(asked);
    for (const [index, rehearsal] of rehearsals.entries()) {
      const version = `v${index + 2}`;
      const said = await rehearse(scene, version, rehearsal);
      if (rehearsal.badBy) takenBackAt.set(version, Date.now());
      say(`${version}: ${rehearsal.pace}, ${said}`);
      await pause(500);
    }
    return outcomeOf(await load.ask<SteadyCounts>("end"), takenBackAt);
  } finally {
    for (const client of Object.values(clients)) client.destroy();
    await load.end();
  }
}

function outcomeOf(counts: SteadyCounts, takenBackAt: ReadonlyMap<string, number>): Outcome {
  const { answered, lastSentAt, failed } = counts;
  const backAt = (answer: string) => takenBackAt.get(answer.split(" ")[0] ?? "");
  const isByBad = (answer: string) => backAt(answer) !== undefined;
  const errors = Object.keys(answered).filter((answer) => !isByBad(answer) && !answer.endsWith(" 200"));
  return {
    ...{ ...counts, isByBad },
    failures: sum(Object.values(failed)) + sum(errors.map((answer) => answered[answer] ?? 0)),
    late: Object.keys(answered).filter((answer) => (lastSentAt[answer] ?? 0) > (backAt(answer) ?? Infinity)),
  };
}

const clientsOf = (endpoint: string) => {
  const common = { endpoint, region: REGION, credentials: { accessKeyId: ACCOUNT, secretAccessKey: "bench" } };
  return {
    codeDeploy: new CodeDeploy(common),
    ecs: new ECS(common),
    elbv2: new ElasticLoadBalancingV2(common),
    lambda: new LambdaClient(common),
    cloudWatch: new CloudWatch(common),
  };
};

type Clients = ReturnType<typeof clientsOf>;
type Scene = Awaited<ReturnType<typeof serviceUnderAlarm>>;

/** A service whose deployments are taken back when an alarm counts answers of its targets that are errors. */
async function serviceUnderAlarm(clients: Clients) {
  const { codeDeploy, ecs, elbv2, lambda, cloudWatch } = clients;
  const box = { codeDeploy: () => codeDeploy, ecs: () => ecs, elbv2: () => elbv2 };
  const web = await blueGreenService(box, {
    desiredCount: TASKS,
    first: [versionServer("v1", 200)],
    group: {
      alarmConfiguration: { enabled: true, alarms: [{ name: ALARM }] },
      autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"] },
      blueGreenDeploymentConfiguration: {
        deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT" },
        terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 0 },
      },
    },
  });
  for (const TargetGroupArn of web.targetGroups) {
    await elbv2.modifyTargetGroupAttributes({ TargetGroupArn, Attributes: [DRAINING] });
    await elbv2.modifyTargetGroup({ TargetGroupArn, ...HEALTH });
  }
  await cloudWatch.putMetricAlarm({
    AlarmName: ALARM,
    Namespace: "AWS/ApplicationELB",
    MetricName: "HTTPCode_Target_5XX_Count",
    Dimensions: [{ Name: "LoadBalancer", Value: web.production.split("/").slice(1, 4).join("/") }],
    ...{ Statistic: "Sum", Period: 60, EvaluationPeriods: 1, Threshold: 0 },
    ...{ ComparisonOperator: "GreaterThanThreshold", TreatMissingData: "notBreaching" },
  });
  await allRun(clients, web, TASKS);
  return { clients, box, web, failingHook: await reportingHook(lambda, "Failed") };
}

/**
 * Takes a moment for each order, and half a second for some, so that whoever ends has some under way. Another path tells
 * that it is well.
 */
const SERVER = `
const { VERSION, STATUS, PORT, HOST } = process.env;
let orders = 0;
require("node:http").createServer((request, response) => {
  const isOrder = request.url === "/order";
  const headers = { "x-version": VERSION, "content-length": VERSION.length };
  const answer = () => response.writeHead(isOrder ? Number(STATUS) : 200, headers).end(VERSION);
  request.resume().on("end", () => setTimeout(answer, isOrder && ++orders % 20 === 0 ? 500 : 5));
}).listen(PORT, HOST);
process.on("SIGTERM", () => process.exit(0));`;

const versionServer = (version: string, status: number): ContainerDefinition =>
  server(version, {
    command: [process.execPath, "-e", SERVER],
    environment: [
      { name: "VERSION", value: version },
      { name: "STATUS", value: String(status) },
    ],
  });

/** Deploys the version and waits for its end, which must be the right one. Says how it was. */
async function rehearse(scene: Scene, version: string, { pace, badBy, scalesTo }: Rehearsal): Promise<string> {
  const { clients, box, web, failingHook } = scene;
  await waitFor("the alarm is not red", async () => {
    const { MetricAlarms } = await clients.cloudWatch.describeAlarms({ AlarmNames: [ALARM] });
    return MetricAlarms?.[0]?.StateValue !== "ALARM";
  });
  const startAt = performance.now();
  const definition = await versionOf(box, web.service, version, versionServer(version, badBy ? 500 : 200));
  const hooks = badBy && badBy !== "alarm" ? { [badBy]: failingHook } : {};
  const { deploymentId = "" } = await clients.codeDeploy.createDeployment({
    ...{ ...web.group, deploymentConfigName: `CodeDeployDefault.${pace}` },
    revision: inlineRevision(ecsAppSpec(definition, hooks)),
  });
  if (scalesTo !== undefined) {
    await allRun(clients, web, 2 * TASKS);
    await scale(clients, web, scalesTo);
  }
  const ended = await endOf(clients, deploymentId);
  const { rollbackDeploymentId } = ended.rollbackInfo ?? {};
  const back = rollbackDeploymentId === undefined ? null : await endOf(clients, rollbackDeploymentId);
  const isRight = badBy === undefined ? ended.status === "Succeeded" : back?.status === "Succeeded";
  if (!isRight) throw new Error(`${version} has not ended as it should: ${JSON.stringify([ended, back])}`);
  if (scalesTo !== undefined) {
    await scale(clients, web, TASKS);
    await allRun(clients, web, TASKS);
  }
  const seconds = ((performance.now() - startAt) / 1000).toFixed(1);
  return `${ended.status}${badBy ? " and taken back" : ""} after ${seconds} s`;
}

async function endOf({ codeDeploy }: Clients, deploymentId: string) {
  for (;;) {
    const { deploymentInfo = {} } = await codeDeploy.getDeployment({ deploymentId });
    if (["Succeeded", "Failed", "Stopped"].includes(deploymentInfo.status ?? "")) return deploymentInfo;
    await pause(100);
  }
}

const scale = ({ ecs }: Clients, { cluster, service }: BlueGreen, desiredCount: number) =>
  ecs.updateService({ cluster, service, desiredCount });

/** Resolves when the service has so many tasks, and each set of them is steady. */
function allRun({ ecs }: Clients, { cluster, service }: BlueGreen, count: number): Promise<void> {
  return waitFor(`${count} tasks run`, async () => {
    const { services } = await ecs.describeServices({ cluster, services: [service] });
    const { runningCount, taskSets = [] } = services?.[0] ?? {};
    return runningCount === count && taskSets.every(({ stabilityStatus }) => stabilityStatus === "STEADY_STATE");
  });
}

function rowsOf({ sent, elapsedMs, answered, answeredMs, failed, failures, late, isByBad }: Outcome): Row[] {
  const answeredBy = (isThem: (answer: string) => boolean) =>
    sum(Object.entries(answered).map(([answer, count]) => (isThem(answer) ? count : 0)));
  const reasons = Object.entries(failed).map(([reason, count]) => `${count} x ${reason}`);
  return [
    { name: "sent and done with", value: (sent * 1000) / elapsedMs, unit: "/s", note: `${sent} in all` },
    { name: "answered by good versions", value: answeredBy((answer) => !isByBad(answer)), unit: "requests" },
    { name: "answered by bad versions", value: answeredBy(isByBad), unit: "requests" },
    {
      ...{ name: "failed: answered by no version, or with an error by a good one", value: failures, unit: "requests" },
      ...{ bar: { demand: "0", met: failures === 0, isFact: true }, note: reasons.join(", ") },
    },
    {
      ...{ name: "bad versions that answered once they were taken back", value: late.length, unit: "versions" },
      ...{ bar: { demand: "0", met: late.length === 0, isFact: true }, note: late.join(", ") },
    },
    { name: "until answered, p50", value: percentile(answeredMs, 0.5), unit: "ms" },
    { name: "until answered, p99 (one in 20 takes 500 ms)", value: percentile(answeredMs, 0.99), unit: "ms" },
  ];
}
