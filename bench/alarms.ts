/** (i) 10,000 deployments that watch 100 alarms: what looking at them costs, and how soon a red one has the traffic back. */
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { ACTIVE, type Bench, type Part } from "./bench.ts";
import { percentile, spread, written } from "./figures.ts";
import { flagsOf, type Installation, newInstallation, openLook } from "./installation.ts";
import { cpuMsOf } from "./machine.ts";
import { startHelper, startProgram } from "./processes.ts";
import type { Row } from "./report.ts";
import { ACCOUNT, REGION, seed } from "./seed.ts";

const ALARMS = 100;
/** The program's default. */
const USUAL_POLL_S = 10;
/** In the bench alarms are looked at more often, so that what looking costs stands out from nothing. */
const POLL_S = 1;
/** Each stops the deployments that watch it: 100 of the 10,000. */
const RED_ALARMS = 5;

const alarmName = (number: number) => `alarm-${number % ALARMS}`;

export const alarms: Part = async (bench) => {
  const idle = await idleCpuMs(bench);
  const installation = await newInstallation(bench, "alarms");
  bench.say(`writing ${ACTIVE} deployments that watch ${ALARMS} alarms`);
  await seed(installation, ACTIVE, "HoldingTraffic", { alarmsOf: (number) => [alarmName(number)] });
  const lambda = startHelper("lambdaStandIn.ts");
  const { url } = await lambda.ask<{ url: string }>({ split: true });
  const flags = { ...flagsOf(installation), endpoint: `lambda=${url}`, "alarm-poll": `${POLL_S}s` };
  await makeAlarms(bench, installation);
  const program = await startProgram(bench.program, flags);
  try {
    const watchingMs = await cpuMsASecond(bench, program.pid);
    const again = await idleCpuMs(bench);
    const backMs = await redToBack(bench, program.url, installation);
    return {
      title: `${ACTIVE} deployments on ${ALARMS} alarms`,
      rows: rowsOf(watchingMs - Math.min(idle, again), backMs),
      floorSpread: spread([Math.max(1, idle), Math.max(1, again)]),
    };
  } finally {
    await Promise.all([program.end(), lambda.end()]);
  }
};

/** The same deployments without alarms. */
async function idleCpuMs(bench: Bench): Promise<number> {
  const installation = await newInstallation(bench, "alarms");
  await seed(installation, ACTIVE, "HoldingTraffic");
  const program = await startProgram(bench.program, flagsOf(installation));
  try {
    return await cpuMsASecond(bench, program.pid);
  } finally {
    await program.end();
  }
}

async function cpuMsASecond(bench: Bench, pid: number): Promise<number> {
  // What a start leaves behind is over, and the AWS SDK is loaded.
  await pause(5000);
  const seconds = bench.quick ? 5 : 20;
  const from = cpuMsOf(pid);
  await pause(seconds * 1000);
  return (cpuMsOf(pid) - from) / seconds;
}

/** Alarms are made before anybody looks: one that is missing stops a deployment. */
async function makeAlarms(bench: Bench, installation: Installation): Promise<void> {
  const program = await startProgram(bench.program, { ...flagsOf(installation), "alarm-poll": "1h" });
  const cloudWatch = client(program.url);
  for (let number = 0; number < ALARMS; number += 1) {
    await cloudWatch.putMetricAlarm({
      AlarmName: alarmName(number),
      Namespace: "bench",
      MetricName: "Errors",
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: "GreaterThanThreshold",
    });
  }
  cloudWatch.destroy();
  await program.end();
}

/** For every deployment whose alarm turned red: from that moment until its rollback had put the alias back. */
async function redToBack(bench: Bench, url: string, installation: Installation): Promise<number[]> {
  const cloudWatch = client(url);
  const redAt = new Map<string, number>();
  for (let number = 0; number < RED_ALARMS; number += 1) {
    const AlarmName = alarmName(number);
    await cloudWatch.setAlarmState({ AlarmName, StateValue: "ALARM", StateReason: "bench" });
    redAt.set(AlarmName, Date.now());
    // Not in step with the looks.
    await pause(POLL_S * 1000 + 137 * (number + 1));
  }
  cloudWatch.destroy();
  const expected = (RED_ALARMS * ACTIVE) / ALARMS;
  const look = await openLook(installation);
  const succeeded = () =>
    look.rows(
      "select state, body as plan from deployment join deployment_plan on deployment_n = n where status = 'Succeeded'",
    );
  let backs = await succeeded();
  for (let waited = 0; backs.length < expected; waited += 1) {
    if (waited > 300) throw new Error(`only ${backs.length} of ${expected} rollbacks have succeeded`);
    await pause(100);
    backs = await succeeded();
  }
  bench.say(`${expected} deployments were stopped and rolled back`);
  const done = backs.map(({ state, plan }) => {
    const { completeTime } = JSON.parse(String(state)) as { completeTime: number };
    const { rollsBackDeploymentId } = JSON.parse(String(plan)) as { rollsBackDeploymentId: string };
    const number = Number.parseInt(rollsBackDeploymentId.slice(2), 36);
    return completeTime - (redAt.get(alarmName(number)) ?? Number.NaN);
  });
  await look.close();
  return done;
}

function rowsOf(pollCpuMs: number, backMs: number[]): Row[] {
  const share = (pollCpuMs * POLL_S) / USUAL_POLL_S / 1000;
  const [p50, p99] = [percentile(backMs, 0.5), percentile(backMs, 0.99)];
  const most = (POLL_S + 1) * 1000;
  return [
    {
      name: `looking at the alarms every ${USUAL_POLL_S} s, of a core`,
      value: share * 100,
      unit: "%",
      bar: { demand: "<= 5", met: share <= 0.05, whateverTheNoise: true },
      note: `${written(pollCpuMs * POLL_S)} ms of CPU a look, CloudWatch in the same process`,
    },
    { name: `alarm red to alias back, looked at every ${POLL_S} s, p50`, value: p50, unit: "ms" },
    {
      name: "  p99",
      value: p99,
      unit: "ms",
      floor: { value: POLL_S * 1000, is: "the poll interval" },
      ratio: p99 / (POLL_S * 1000),
      bar: { demand: `<= ${written(most)}`, met: p99 <= most, whateverTheNoise: p99 <= most },
      note: `${backMs.length} deployments, 100 at a time`,
    },
  ];
}

function client(endpoint: string): CloudWatch {
  return new CloudWatch({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: "bench" },
  });
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
