/** (c) With 10,000 deployments under way: from a report to the next step, memory, and the CPU of doing nothing. */
import { ACTIVE, type Bench, codeDeployRequest, type Part } from "./bench.ts";
import { percentile, spread, written } from "./figures.ts";
import { countOf, flagsOf, type Installation, newInstallation, openLook } from "./installation.ts";
import type { Load, LoadResult } from "./loadGenerator.ts";
import { cpuMsOf, type DiskSync, measureDiskSync, residentMB } from "./machine.ts";
import { type Helper, type Running, startHelper, startProgram } from "./processes.ts";
import type { Row } from "./report.ts";
import { reportOf } from "./requests.ts";
import { SEEDED_VERSION, seed, type WaitingDeployment } from "./seed.ts";

const PER_SECOND = 500;
const CONNECTIONS = 64;

type Server = Pick<Running, "url" | "pid" | "end">;

interface Measured {
  result: LoadResult;
  idleCpuMs: number;
  /** With all deployments under way, before any report and after the last. */
  residentMB: [number, number];
  /** Until everything was done that the reports led to. */
  cpuUs: number;
  /** How much longer that took than the reports. */
  doneMs: number;
}

export const reports: Part = async (bench) => {
  const disk = () => measureDiskSync(bench.scratch, bench.quick ? 300 : 2000);
  const before = disk();
  const real = await measure(bench, "the program", (installation) => startWithStandIn(bench, installation));
  const between = disk();
  const stubbed = await measure(bench, "without the AWS SDK", startStubbed);
  const after = disk();
  // A commit of another process is two ways to it and back.
  const times = bench.databaseUrl === null ? 1 : 2;
  return {
    title: `${ACTIVE} active deployments, ${PER_SECOND} reports a second over HTTP`,
    rows: [
      ...rowsOf("the program, Lambda's stand-in beside it", real, [before, between], 200, times),
      ...rowsOf("without the AWS SDK: drivers that answer at once", stubbed, [between, after], null, times),
    ],
    floorSpread: spread([before.p50Ms, between.p50Ms, after.p50Ms]),
  };
};

/** The real program. Each report brings four calls of the AWS SDK: three move the alias, one invokes the next function. */
async function startWithStandIn({ program }: Bench, installation: Installation): Promise<Server> {
  const lambda = startHelper("lambdaStandIn.ts");
  const { url } = await lambda.ask<{ url: string }>({});
  const flags = { ...flagsOf(installation), endpoint: `lambda=${url}`, "hook-invocation": "event" };
  const running = await startProgram(program, flags);
  return {
    ...running,
    async end() {
      await running.end();
      await lambda.end();
    },
  };
}

async function startStubbed(installation: Installation): Promise<Server> {
  const helper = startHelper("stubbedProgram.ts");
  const { url } = await helper.ask<{ url: string }>(installation);
  return { url, pid: helper.pid, end: () => helper.end() };
}

async function measure(
  bench: Bench,
  name: string,
  start: (installation: Installation) => Promise<Server>,
): Promise<Measured> {
  const installation = await newInstallation(bench, "reports");
  bench.say(`${name}: writing ${ACTIVE} active deployments`);
  const waiting = await seed(installation, ACTIVE, "BeforeAllowTraffic");
  const server = await start(installation);
  const generator = startHelper("loadGenerator.ts");
  try {
    const idleSeconds = bench.quick ? 2 : 5;
    await pause(1000);
    const idleFrom = cpuMsOf(server.pid);
    await pause(idleSeconds * 1000);
    const idleCpuMs = (cpuMsOf(server.pid) - idleFrom) / idleSeconds;
    const resident = residentMB(server.pid);
    // Warm-up: the AWS SDK is loaded at the first call, and code gets its speed by being used.
    const warmUp = 2 * PER_SECOND;
    await generate(generator, server, installation, waiting.slice(0, warmUp));
    await untilDone(installation);
    const measured = waiting.slice(warmUp, warmUp + PER_SECOND * (bench.quick ? 3 : 12));
    const cpuFrom = cpuMsOf(server.pid);
    const result = await generate(generator, server, installation, measured);
    const doneMs = await untilDone(installation);
    const cpuUs = ((cpuMsOf(server.pid) - cpuFrom) * 1000) / result.requests;
    if (result.refused > 0) throw new Error(`${result.refused} reports were refused, such as ${result.refusal}`);
    bench.say(`${name}: ${result.steppedAtAnswer} of ${result.requests} had taken the step when they were answered`);
    return { result, idleCpuMs, residentMB: [resident, residentMB(server.pid)], cpuUs, doneMs };
  } finally {
    await Promise.all([server.end(), generator.end()]);
  }
}

/** Waits until nothing is owed, and answers how many milliseconds that took. */
async function untilDone(installation: Installation): Promise<number> {
  const start = performance.now();
  const look = await openLook(installation);
  const owed = "select (select count(*) from inbox) + (select count(*) from effect) as total";
  while ((await countOf(look, owed)) > 0) await pause(50);
  await look.close();
  return performance.now() - start;
}

function generate(generator: Helper, { url }: Server, installation: Installation, deployments: WaitingDeployment[]) {
  const load: Load = {
    url,
    template: codeDeployRequest("PutLifecycleEventHookExecutionStatus"),
    bodies: deployments.map(reportOf),
    connections: CONNECTIONS,
    perSecond: PER_SECOND,
    watch: {
      installation,
      rows: deployments.map(({ n }) => n),
      seededVersion: SEEDED_VERSION,
    },
  };
  return generator.ask<LoadResult>(load);
}

function rowsOf(name: string, measured: Measured, disk: DiskSync[], mostMB: number | null, times: number): Row[] {
  const [idle, busy] = measured.residentMB;
  return [
    ...latencyRows(name, measured, disk, times),
    {
      name: "  memory after the reports",
      value: busy,
      unit: "MB",
      ...(mostMB !== null && { bar: { demand: `<= ${mostMB}`, met: busy <= mostMB, whateverTheNoise: true } }),
      note: `before them ${written(idle)} MB`,
    },
    { name: "  CPU with nothing to do", value: measured.idleCpuMs, unit: "ms/s" },
  ];
}

/** From the moment a report is due until its deployment's next step is seen to be committed, the HTTP way included. */
function latencyRows(name: string, { result, cpuUs, doneMs }: Measured, disk: DiskSync[], times: number): Row[] {
  const p50 = percentile(result.steppedMs, 0.5);
  const p99 = percentile(result.steppedMs, 0.99);
  const syncP50 = Math.max(...disk.map(({ p50Ms }) => p50Ms));
  const syncP99 = Math.max(...disk.map(({ p99Ms }) => p99Ms));
  const most = times * Math.max(20, 8 * syncP99);
  const bare = "write + fdatasync";
  return [
    { name: `${name}:`, value: result.requests, unit: "reports", note: `all ${result.requests} accepted` },
    {
      name: "  report to next step, p50",
      value: p50,
      unit: "ms",
      floor: { value: syncP50, is: bare },
      ratio: p50 / syncP50,
      note: `answered after ${written(percentile(result.answeredMs, 0.5))} ms`,
    },
    {
      name: "  report to next step, p99",
      value: p99,
      unit: "ms",
      floor: { value: syncP99, is: bare },
      ratio: p99 / syncP99,
      // Noise raises the floor as well, and with it what is allowed above 20 ms.
      bar: { demand: `<= ${written(most)}`, met: p99 <= most, whateverTheNoise: p99 <= times * 20 },
      note: `answered after ${written(percentile(result.answeredMs, 0.99))} ms`,
    },
    {
      name: "  CPU of the server",
      value: cpuUs,
      unit: "µs/report",
      note: `until all that they led to was done, ${written(doneMs)} ms after the last`,
    },
  ];
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
