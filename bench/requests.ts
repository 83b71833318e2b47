/** (a) Requests a second through the real program, over those of a bare `node:http` server answering the same bytes. */
import type { BareAnswer } from "./bareServer.ts";
import { ACTIVE, type Bench, codeDeployRequest, type Part } from "./bench.ts";
import { median, spread } from "./figures.ts";
import { HttpConnection, requestBytes } from "./httpConnection.ts";
import { flagsOf, newInstallation } from "./installation.ts";
import type { Load, LoadResult } from "./loadGenerator.ts";
import { cpuMsOf } from "./machine.ts";
import { type Helper, type Running, startHelper, startProgram } from "./processes.ts";
import type { Row } from "./report.ts";
import { seed, type WaitingDeployment } from "./seed.ts";

const CONNECTIONS = 64;
/** How many deployments clients ask for again and again while they wait for their end. */
const WATCHED = 256;

export const requests: Part = async (bench) => {
  const installation = await newInstallation(bench, "requests");
  bench.say(`writing ${ACTIVE} active deployments`);
  // The report on the last hook ends its deployment: an accepted report, its turn and nothing of a driver's.
  const waiting = await seed(installation, ACTIVE, "AfterAllowTraffic");
  const program = await startProgram(bench.program, flagsOf(installation));
  const generator = startHelper("loadGenerator.ts");
  const setup = { bench, program, generator };
  const gets = waiting.map(({ deploymentId }) => JSON.stringify({ deploymentId }));
  const reports = waiting.map(reportOf);
  try {
    const get = await compare(setup, {
      operation: "GetDeployment",
      title: `GetDeployment, ${ACTIVE} in turn`,
      sample: gets[0] ?? "",
      warmUp: [...gets, ...gets, ...gets],
      rounds: Array.from({ length: roundsOf(bench) }, (_, round) => rotated(gets, round * 997)),
    });
    const few = gets.slice(0, WATCHED);
    const watched = await compare(setup, {
      operation: "GetDeployment",
      title: `GetDeployment, ${WATCHED} of them watched`,
      sample: gets[0] ?? "",
      warmUp: gets.map((_, index) => few[index % WATCHED] ?? ""),
      rounds: Array.from({ length: roundsOf(bench) }, () => gets.map((_, index) => few[index % WATCHED] ?? "")),
    });
    // A report is accepted once: each is sent at one place only.
    const warmUp = reports.splice(0, reports.length * 0.3);
    const perRound = Math.floor((reports.length - 1) / roundsOf(bench));
    const report = await compare(setup, {
      operation: "PutLifecycleEventHookExecutionStatus",
      title: "PutLifecycleEventHookExecutionStatus",
      sample: reports.pop() ?? "",
      warmUp,
      rounds: Array.from({ length: roundsOf(bench) }, (_, round) =>
        reports.slice(round * perRound, (round + 1) * perRound),
      ),
    });
    // Who reads in another process's memory is not set against who reads in none.
    const least = bench.databaseUrl === null ? 0.6 : null;
    return {
      title: `requests a second, ${CONNECTIONS} connections, over a bare node:http server answering the same bytes`,
      rows: [...rowsOf(get, least), ...rowsOf(watched, least), ...rowsOf(report, null)],
      floorSpread: Math.max(spread(get.floors), spread(watched.floors), spread(report.floors)),
    };
  } finally {
    await Promise.all([program.end(), generator.end()]);
  }
};

/** The body of an accepted report. */
export function reportOf({ deploymentId, hookExecutionId }: WaitingDeployment): string {
  return JSON.stringify({
    deploymentId,
    lifecycleEventHookExecutionId: hookExecutionId,
    status: "Succeeded",
  });
}

interface Setup {
  bench: Bench;
  program: Running;
  generator: Helper;
}

interface Comparison {
  title: string;
  rates: number[];
  floors: number[];
  ratios: number[];
  cpuUs: number[];
  floorCpuUs: number[];
}

const roundsOf = ({ quick }: Bench): number => (quick ? 2 : 7);

/** What is sent to both servers. */
interface Plan {
  operation: string;
  /** What the row is called. */
  title: string;
  /** Whose answer the bare server gives. */
  sample: string;
  warmUp: string[];
  rounds: string[][];
}

/** Floor, program, floor, program, ..., floor: each rate of the program is set against the floors around it. */
async function compare({ bench, program, generator }: Setup, plan: Plan): Promise<Comparison> {
  const { operation, title, sample, warmUp, rounds } = plan;
  const template = codeDeployRequest(operation);
  const helper = startHelper("bareServer.ts");
  const { url } = await helper.ask<{ url: string }>(await sampleAnswer(program.url, operation, sample));
  const bare = { url, pid: helper.pid };
  const measure = async (target: { url: string; pid: number }, bodies: string[]) => {
    const cpuBefore = cpuMsOf(target.pid);
    const load: Load = { url: target.url, template, bodies, connections: CONNECTIONS };
    const result = await generator.ask<LoadResult>(load);
    if (result.refused > 0) throw new Error(`${operation}: ${result.refused} refused, such as ${result.refusal}`);
    const cpuUs = ((cpuMsOf(target.pid) - cpuBefore) * 1000) / result.requests;
    return { rate: (result.requests * 1000) / result.elapsedMs, cpuUs };
  };
  const found: Comparison = { title, rates: [], floors: [], ratios: [], cpuUs: [], floorCpuUs: [] };
  // The floor takes ten thousand of any round: it does not mind hearing the same twice, and a longer run is steadier.
  const floorBodies = Array.from({ length: ACTIVE }, (_, index) => warmUp[index % warmUp.length] ?? "");
  const measureFloor = async () => {
    const { rate, cpuUs } = await measure(bare, floorBodies);
    found.floors.push(rate);
    found.floorCpuUs.push(cpuUs);
    return rate;
  };
  // What is asked for is the rate of a program that has been running.
  await measure(program, warmUp);
  for (let time = 1; time <= 3; time += 1) await measure(bare, floorBodies);
  let before = await measureFloor();
  for (const [index, bodies] of rounds.entries()) {
    const { rate, cpuUs } = await measure(program, bodies);
    const after = await measureFloor();
    found.rates.push(rate);
    found.cpuUs.push(cpuUs);
    found.ratios.push((rate * 2) / (before + after));
    const floors = `${Math.round(before)} and ${Math.round(after)}/s`;
    bench.say(`${title} ${index + 1}: ${Math.round(rate)}/s, floor ${floors}`);
    before = after;
  }
  await helper.end();
  return found;
}

/** What the program answers, for the bare server to answer likewise. */
async function sampleAnswer(url: string, operation: string, body: string): Promise<BareAnswer> {
  const connection = await HttpConnection.open(url);
  const response = await connection.send(requestBytes(codeDeployRequest(operation), body));
  connection.close();
  const lines = response.head.split("\r\n").slice(1);
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  // These node:http adds by itself.
  const own = ["date", "connection", "keep-alive"];
  return {
    headers: Object.fromEntries(headers.filter(([name]) => !own.includes(name))),
    body: response.body.toString("utf8"),
  };
}

function rowsOf({ title, rates, floors, ratios, cpuUs, floorCpuUs }: Comparison, least: number | null): Row[] {
  const ratio = median(ratios);
  const row: Row = {
    name: title,
    value: median(rates),
    unit: "/s",
    floor: { value: median(floors), is: "bare node:http" },
    ratio,
    ...(least !== null && { bar: { demand: `>= ${least}`, met: ratio >= least } }),
    note: `rounds ${ratios.map((each) => each.toFixed(2)).join(" ")}`,
  };
  const [own, bare] = [median(cpuUs), median(floorCpuUs)];
  const floor = { value: bare, is: "bare node:http" };
  return [row, { name: "  CPU of the server", value: own, unit: "µs/request", floor, ratio: bare / own }];
}

function rotated(values: string[], by: number): string[] {
  const at = by % values.length;
  return [...values.slice(at), ...values.slice(0, at)];
}
