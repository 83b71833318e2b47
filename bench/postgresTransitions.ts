/**
 * (b-pg) Durable turns of the engine a second on PostgreSQL, over what the server alone writes of them, and what they
 * cost of the program's CPU and the server's.
 */
import { ACTIVE, type Bench, type Part } from "./bench.ts";
import type { EngineRun } from "./engineUnderLoad.ts";
import { median, spread, sum } from "./figures.ts";
import { type Installation, newInstallation, postmasterOf } from "./installation.ts";
import { cpuMsBelow } from "./machine.ts";
import { type FloorRates, postgresFloor, preparePostgresFloor } from "./postgresFloor.ts";
import { type Helper, startHelper } from "./processes.ts";
import type { Row } from "./report.ts";
import { seed, type WaitingDeployment } from "./seed.ts";

interface Round extends EngineRun {
  /** Of the server; `null` where it runs on another machine. */
  serverCpuMs: number | null;
  /** Before and after. */
  floor: [FloorRates, FloorRates];
}

const WARM_UP_RUNS = 1;

export const postgresTransitions: Part = async (bench) => {
  const rounds = bench.quick ? 2 : 5;
  const perRound = bench.quick ? 1000 : 2000;
  const installation = await newInstallation(bench, "transitions");
  bench.say(`writing ${ACTIVE} active deployments and those that are taken through`);
  const runs = WARM_UP_RUNS + rounds;
  const waiting = await seed(installation, ACTIVE + runs * perRound, "BeforeAllowTraffic");
  const slices = Array.from({ length: runs }, (_, index) =>
    waiting.slice(ACTIVE + index * perRound, ACTIVE + (index + 1) * perRound),
  );
  await preparePostgresFloor(installation);
  const engine = startHelper("engineProcess.ts");
  try {
    const found = await alternate(bench, engine, installation, { slices, firstN: waiting[0]?.n ?? 1 });
    return {
      title: `durable turns of the engine a second, ${ACTIVE} active, 256 reports outstanding, over rows that the server writes alone`,
      rows: rowsOf(found),
      floorSpread: spread(found.flatMap(({ floor }) => floor.map(({ threeRows }) => threeRows))),
    };
  } finally {
    await engine.end();
  }
};

async function alternate(
  bench: Bench,
  engine: Helper,
  installation: Installation,
  { slices, firstN }: { slices: WaitingDeployment[][]; firstN: number },
): Promise<Round[]> {
  const postmaster = await postmasterOf(installation.databaseUrl ?? "");
  const serverCpuMs = () => (postmaster === null ? null : cpuMsBelow([postmaster]));
  const floor = () => postgresFloor(installation, firstN, bench.quick ? 500 : 1500);
  const rounds: Round[] = [];
  for (const deployments of slices.slice(0, WARM_UP_RUNS)) await engine.ask<EngineRun>({ installation, deployments });
  await floor();
  let before = await floor();
  for (const deployments of slices.slice(WARM_UP_RUNS)) {
    const from = serverCpuMs();
    const run = await engine.ask<EngineRun>({ installation, deployments });
    const to = serverCpuMs();
    const after = await floor();
    rounds.push({ ...run, serverCpuMs: from === null || to === null ? null : to - from, floor: [before, after] });
    bench.say(
      `${rounds.length}: ${run.transitions} turns in ${Math.round(run.elapsedMs)} ms; the server alone ${Math.round(before.threeRows)} and ${Math.round(after.threeRows)} a second`,
    );
    before = after;
  }
  return rounds;
}

function rowsOf(rounds: Round[]): Row[] {
  const rateOf = ({ transitions, elapsedMs }: Round) => (transitions * 1000) / elapsedMs;
  const over = (which: keyof FloorRates) => {
    const floorOf = ({ floor: [before, after] }: Round) => (before[which] + after[which]) / 2;
    const ratios = rounds.map((round) => rateOf(round) / floorOf(round));
    return { floor: median(rounds.map(floorOf)), ratio: median(ratios), ratios };
  };
  const [three, all] = [over("threeRows"), over("allRows")];
  const rate = median(rounds.map(rateOf));
  const turns = sum(rounds.map(({ transitions }) => transitions));
  const commits = sum(rounds.map((round) => round.commits)) / turns;
  return [
    {
      name: "durable turns",
      value: rate,
      unit: "/s",
      floor: { value: three.floor, is: "state, history and effect, by the server alone" },
      ratio: three.ratio,
      bar: { demand: ">= 0.25", met: three.ratio >= 0.25 },
      note: `rounds ${three.ratios.map((each) => each.toFixed(2)).join(" ")}`,
    },
    {
      name: "  over all rows of a turn",
      value: rate,
      unit: "/s",
      floor: { value: all.floor, is: "with event and target" },
      ratio: all.ratio,
      bar: { demand: ">= 8,000", met: rate >= 8000 },
    },
    ...cpuRows(rounds, turns),
    {
      name: "  commits, each a disk sync",
      value: commits,
      unit: "/turn",
      bar: { demand: "<= 0.02", met: commits <= 0.02, whateverTheNoise: true },
    },
  ];
}

/** Where the server is on another machine, its share is not known, and nothing is judged. */
function cpuRows(rounds: Round[], turns: number): Row[] {
  const perTurn = (cpuMs: number) => (cpuMs * 1000) / turns;
  const own = perTurn(sum(rounds.map(({ cpuMs }) => cpuMs)));
  const row = { name: "  CPU of the program", value: own, unit: "µs/turn" };
  const server = rounds.map(({ serverCpuMs }) => serverCpuMs).filter((cpuMs) => cpuMs !== null);
  if (server.length < rounds.length) return [row];
  const both = own + perTurn(sum(server));
  const met = both <= 200;
  return [
    row,
    { name: "  and the server", value: both, unit: "µs/turn", bar: { demand: "<= 200", met, whateverTheNoise: true } },
  ];
}
