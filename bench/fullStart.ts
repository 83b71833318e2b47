/**
 * (k) Start with 50,000 active deployments in the store: until the program answers, and memory of each. (o) The same where
 * all of them fell due while it was down: until every timer has turned its deployment.
 */
import { type Bench, codeDeployRequest, type Part } from "./bench.ts";
import { median, spread, written } from "./figures.ts";
import { HttpConnection, requestBytes } from "./httpConnection.ts";
import { countOf, flagsOf, type Installation, newInstallation, openLook } from "./installation.ts";
import { residentMB } from "./machine.ts";
import { processMs, startHelper, startProgram } from "./processes.ts";
import type { Row } from "./report.ts";
import { DAY_MS, seed } from "./seed.ts";

const FEW = 1000;
const READY_MOST_MS = 1000;
const TIMERS_MOST_MS = 10_000;
const MOST_KB = 20;

interface Start {
  /** From the start of the process until it has answered a request. */
  answeredMs: number;
  residentMB: number;
}

export const fullStart: Part = async (bench) => {
  const active = activeOf(bench);
  const lambda = startHelper("lambdaStandIn.ts");
  try {
    const { url } = await lambda.ask<{ url: string }>({ split: true });
    const flags = { endpoint: `lambda=${url}`, "hook-invocation": "event" };
    const [few, full] = [await seeded(bench, FEW, Date.now()), await seeded(bench, active, Date.now())];
    const floors: number[] = [];
    const starts: { few: Start; full: Start }[] = [];
    for (let time = 0; time < (bench.quick ? 2 : 4); time += 1) {
      floors.push(await processMs(process.execPath, "-e", "0"));
      starts.push({ few: await start(bench, few, flags), full: await start(bench, full, flags) });
    }
    floors.push(await processMs(process.execPath, "-e", "0"));
    // The first of each fills the caches of the machine.
    starts.shift();
    return {
      title: `start with ${active} active deployments in the store`,
      rows: startRows(active, starts, floors),
      floorSpread: spread([median(floors.slice(0, floors.length / 2)), median(floors.slice(floors.length / 2))]),
    };
  } finally {
    await lambda.end();
  }
};

export const overdueStart: Part = async (bench) => {
  const active = activeOf(bench);
  const lambda = startHelper("lambdaStandIn.ts");
  try {
    const { url } = await lambda.ask<{ url: string }>({ split: true });
    const overdue = await seeded(bench, active, Date.now() - 2 * DAY_MS);
    const timersMs = await untilTurned(bench, overdue, { endpoint: `lambda=${url}`, "hook-invocation": "event" });
    const title = `start with ${active} active deployments whose time has come meanwhile`;
    return { title, rows: [timersRow(active, timersMs)], floorSpread: 1 };
  } finally {
    await lambda.end();
  }
};

const activeOf = ({ quick }: Bench): number => (quick ? 10_000 : 50_000);

/** Canaries that wait a day for the rest of their traffic, since this moment. */
async function seeded(bench: Bench, active: number, since: number): Promise<Installation> {
  const installation = await newInstallation(bench, "start");
  bench.say(`writing ${active} active deployments${since < Date.now() - DAY_MS ? " whose time has come" : ""}`);
  await seed(installation, active, "HoldingTraffic", { createTime: since });
  return installation;
}

async function start(bench: Bench, installation: Installation, flags: Record<string, string>): Promise<Start> {
  const program = await startProgram(bench.program, { ...flagsOf(installation), ...flags });
  const answering = performance.now();
  const connection = await HttpConnection.open(program.url);
  const { status } = await connection.send(requestBytes(codeDeployRequest("ListDeployments"), "{}"));
  const answeredMs = program.readyMs + performance.now() - answering;
  connection.close();
  if (status !== 200) throw new Error(`ListDeployments answered ${status}`);
  // Long enough for what a start leaves behind to be over.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const resident = residentMB(program.pid);
  await program.end();
  return { answeredMs, residentMB: resident };
}

/** From the start of the process until no deployment is due any more, in milliseconds. */
async function untilTurned(bench: Bench, installation: Installation, flags: Record<string, string>): Promise<number> {
  const look = await openLook(installation);
  const program = await startProgram(bench.program, { ...flagsOf(installation), ...flags });
  const ready = performance.now();
  // A turn takes the due time away: its deployment waits for an answer of Lambda then.
  while ((await countOf(look, `select count(*) as total from deployment where wake_at <= ${Date.now()}`)) > 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const tookMs = program.readyMs + performance.now() - ready;
  bench.say(`memory with all of them under way: ${written(residentMB(program.pid))} MB`);
  await look.close();
  await program.end();
  return tookMs;
}

function startRows(active: number, starts: { few: Start; full: Start }[], floors: number[]): Row[] {
  const [full, few] = [starts.map((each) => each.full), starts.map((each) => each.few)];
  const answered = median(full.map(({ answeredMs }) => answeredMs));
  const [fullMB, fewMB] = [full, few].map((each) => median(each.map((start) => start.residentMB))) as [number, number];
  const eachKB = ((fullMB - fewMB) * 1024) / (active - FEW);
  return [
    {
      name: "answering",
      value: answered,
      unit: "ms",
      floor: { value: median(floors), is: "bare node, start to end" },
      ratio: answered / median(floors),
      bar: { demand: `<= ${READY_MOST_MS}`, met: answered <= READY_MOST_MS, whateverTheNoise: true },
      note: `runs ${full.map(({ answeredMs }) => written(answeredMs)).join(" ")}`,
    },
    {
      name: "  over that with 1,000",
      value: answered,
      unit: "ms",
      floor: { value: median(few.map(({ answeredMs }) => answeredMs)), is: `with ${FEW}` },
      ratio: answered / median(few.map(({ answeredMs }) => answeredMs)),
    },
    {
      name: "memory",
      value: fullMB,
      unit: "MB",
      floor: { value: fewMB, is: `with ${FEW}` },
      bar: { demand: `<= ${MOST_KB} kB each`, met: eachKB <= MOST_KB, whateverTheNoise: true },
      note: `${written(eachKB)} kB each`,
    },
  ];
}

function timersRow(active: number, timersMs: number): Row {
  return {
    name: `all timers live: ${active} that fell due meanwhile have turned`,
    value: timersMs,
    unit: "ms",
    bar: { demand: `<= ${written(TIMERS_MOST_MS)}`, met: timersMs <= TIMERS_MOST_MS, whateverTheNoise: true },
    note: `${written((active * 1000) / timersMs)} a second, the driver's calls to Lambda beside them`,
  };
}
