/**
 * (n) Requests a second with one, two and three nodes on one database. The nodes, the database and the load generator
 * share this machine's cores: with as few as two, what is seen is not how much more several machines can do, but whether
 * a request costs more where there are several nodes.
 */
import { availableParallelism } from "node:os";
import { ACTIVE, codeDeployRequest, type Part } from "./bench.ts";
import { median, spread, written } from "./figures.ts";
import { flagsOf, newInstallation, postmasterOf } from "./installation.ts";
import type { Load, LoadResult } from "./loadGenerator.ts";
import { cpuMsBelow, cpuMsOf } from "./machine.ts";
import { type Helper, type Running, startHelper, startProgram } from "./processes.ts";
import type { Row } from "./report.ts";
import { reportOf } from "./requests.ts";
import { seed } from "./seed.ts";

const CONNECTIONS = 64;
const MOST_NODES = 3;
const WARM_UP_ROUNDS = 2;

interface Measured {
  perSecond: number;
  /** Of all nodes, and of the database where it is on this machine, for one request. */
  nodesUs: number;
  databaseUs: number;
}

export const nodes: Part = async (bench) => {
  const installation = await newInstallation(bench, "nodes");
  const active = bench.quick ? ACTIVE / 5 : ACTIVE;
  bench.say(`writing ${active} active deployments`);
  const waiting = await seed(installation, active, "AfterAllowTraffic");
  const server = await postmasterOf(bench.databaseUrl ?? "");
  const running: Running[] = [];
  const generator = startHelper("loadGenerator.ts");
  try {
    while (running.length < MOST_NODES) running.push(await startProgram(bench.program, flagsOf(installation)));
    const measure = measuring(generator, running, server);
    const rounds = bench.quick ? 2 : 5;
    const gets = waiting.map(({ deploymentId }) => JSON.stringify({ deploymentId }));
    const reads = await compare(rounds, (count) => measure("GetDeployment", count, gets.slice(0, active / 2)));
    bench.say("reads are done");
    // A report is accepted once, so each is sent once only.
    const reports = waiting.map(reportOf);
    const perRun = Math.floor(reports.length / (MOST_NODES * (rounds + WARM_UP_ROUNDS)));
    const writes = await compare(rounds, (count) =>
      measure("PutLifecycleEventHookExecutionStatus", count, reports.splice(0, Math.min(perRun, 500))),
    );
    const perSecondAlone = reads[0]?.map(({ perSecond }) => perSecond) ?? [];
    return {
      title: `requests a second, 1 to ${MOST_NODES} nodes, ${CONNECTIONS} connections, all on ${availableParallelism()} cores`,
      rows: [...rowsOf("GetDeployment", reads), ...rowsOf("PutLifecycleEventHookExecutionStatus", writes)],
      floorSpread: spread(perSecondAlone),
    };
  } finally {
    await Promise.all([...running.map((node) => node.end()), generator.end()]);
  }
};

function measuring(generator: Helper, running: readonly Running[], server: number | null) {
  const nodesMs = () => running.reduce((total, { pid }) => total + cpuMsOf(pid), 0);
  const databaseMs = () => (server === null ? 0 : cpuMsBelow([server]));
  return async (operation: string, count: number, bodies: string[]): Promise<Measured> => {
    const [url = "", ...others] = running.slice(0, count).map((node) => node.url);
    const load: Load = { url, others, template: codeDeployRequest(operation), bodies, connections: CONNECTIONS };
    const before = { nodes: nodesMs(), database: databaseMs() };
    const { requests, refused, refusal, elapsedMs } = await generator.ask<LoadResult>(load);
    if (refused > 0) throw new Error(`${operation}: ${refused} refused, such as ${refusal}`);
    return {
      perSecond: (requests * 1000) / elapsedMs,
      nodesUs: ((nodesMs() - before.nodes) * 1000) / requests,
      databaseUs: ((databaseMs() - before.database) * 1000) / requests,
    };
  };
}

/** For each number of nodes, what was measured in each round; they take turns, so that a noisy moment meets all. */
async function compare(rounds: number, measure: (count: number) => Promise<Measured>): Promise<Measured[][]> {
  const found: Measured[][] = Array.from({ length: MOST_NODES }, () => []);
  // What is asked for is the rate of programs that have been running: the last gets a third of what all are sent.
  for (let round = 1 - WARM_UP_ROUNDS; round <= rounds; round += 1) {
    for (const [index, measured] of found.entries()) {
      const run = await measure(index + 1);
      if (round > 0) measured.push(run);
    }
  }
  return found;
}

function rowsOf(operation: string, found: Measured[][]): Row[] {
  const [alone = []] = found;
  return found.flatMap((runs, index): Row[] => {
    const row = (name: string, unit: string, of: (measured: Measured) => number): Row => {
      const [value, floor] = [median(runs.map(of)), median(alone.map(of))];
      if (index === 0) return { name, value, unit };
      const ratio = median(runs.map((run, round) => of(run) / of(alone[round] ?? run)));
      return { name, value, unit, floor: { value: floor, is: "with one" }, ratio };
    };
    const named = index === 0 ? `${operation}, 1 node` : `  ${index + 1} nodes`;
    return [
      row(named, "/s", ({ perSecond }) => perSecond),
      {
        ...row("  CPU of nodes and database", "µs/request", ({ nodesUs, databaseUs }) => nodesUs + databaseUs),
        note: `of it the nodes ${written(median(runs.map(({ nodesUs }) => nodesUs)))}`,
      },
    ];
  });
}
