/** (b) Durable turns of the engine a second, over a bare loop of the same SQL statements, equally batched and durable. */
import { cpSync } from "node:fs";
import { ACTIVE, type Bench, type Part } from "./bench.ts";
import type { EngineRun } from "./engineUnderLoad.ts";
import { median, spread, sum } from "./figures.ts";
import type { FloorQuestion, FloorRun } from "./floorProcess.ts";
import { type Installation, newInstallation } from "./installation.ts";
import { postgresTransitions } from "./postgresTransitions.ts";
import { type Helper, startHelper } from "./processes.ts";
import type { Row } from "./report.ts";
import { seed, type WaitingDeployment } from "./seed.ts";

interface Round {
  engine: EngineRun;
  /** Before and after. */
  everything: [FloorRun, FloorRun];
  writes: FloorRun;
}

const WARM_UP_RUNS = 2;

export const transitions: Part = (bench) =>
  bench.databaseUrl === null ? overBareLoop(bench) : postgresTransitions(bench);

const overBareLoop: Part = async (bench) => {
  const rounds = bench.quick ? 2 : 5;
  const perRound = bench.quick ? 1000 : 2000;
  const seeded = await newInstallation(bench, "transitions");
  bench.say(`writing ${ACTIVE} active deployments and those that are taken through`);
  // Each slice is used up by one run. The floor runs once more than the engine: before the first and after the last.
  const runs = WARM_UP_RUNS + rounds + 1;
  const waiting = await seed(seeded, ACTIVE + runs * perRound, "BeforeAllowTraffic");
  const slices = Array.from({ length: runs }, (_, index) =>
    waiting.slice(ACTIVE + index * perRound, ACTIVE + (index + 1) * perRound),
  );
  const copy = async (name: string) => {
    const target = await newInstallation(bench, name);
    cpSync(seeded.directory, target.directory, { recursive: true });
    return target;
  };
  const engine = startHelper("engineProcess.ts");
  const floor = startHelper("floorProcess.ts");
  try {
    bench.say("recording the statements");
    await ask(floor, { type: "record", installation: await copy("recorded"), slices });
    await ask(floor, { type: "open", installation: await copy("everything"), what: "everything" });
    await ask(floor, { type: "open", installation: await copy("writes"), what: "writes" });
    const found = await alternate(bench, engine, floor, await copy("engine"), slices);
    return {
      title: `durable turns of the engine a second, ${ACTIVE} active, 256 reports outstanding, over the same SQL in a bare loop`,
      rows: rowsOf(found),
      floorSpread: spread(found.flatMap(({ everything }) => everything.map(({ elapsedMs }) => elapsedMs))),
    };
  } finally {
    await Promise.all([engine.end(), floor.end()]);
  }
};

const ask = (floor: Helper, question: FloorQuestion): Promise<FloorRun> => floor.ask<FloorRun>(question);

/** Slices are of equal work, so the floor around an engine's run is that of its own slice and of the next. */
async function alternate(
  bench: Bench,
  engine: Helper,
  floor: Helper,
  installation: Installation,
  slices: WaitingDeployment[][],
): Promise<Round[]> {
  const replay = (slice: number, what: "everything" | "writes" = "everything") =>
    ask(floor, { type: "replay", what, slice });
  const rounds: Round[] = [];
  // Code gets its speed by being used: the first runs of all three are not counted.
  for (const [index, deployments] of slices.slice(0, WARM_UP_RUNS).entries()) {
    await engine.ask<EngineRun>({ installation, deployments });
    await replay(index, "writes");
    await replay(index);
  }
  let before = await replay(WARM_UP_RUNS);
  for (const [index, deployments] of slices.entries()) {
    if (index < WARM_UP_RUNS || index === slices.length - 1) continue;
    const run = await engine.ask<EngineRun>({ installation, deployments });
    const writes = await replay(index, "writes");
    const after = await replay(index + 1);
    rounds.push({ engine: run, everything: [before, after], writes });
    bench.say(
      `${rounds.length}: ${run.transitions} turns in ${Math.round(run.elapsedMs)} ms, bare ${Math.round(before.elapsedMs)} and ${Math.round(after.elapsedMs)} ms, writes alone ${Math.round(writes.elapsedMs)} ms`,
    );
    before = after;
  }
  return rounds;
}

function rowsOf(rounds: Round[]): Row[] {
  const perSecond = (elapsedMs: number, { engine }: Round) => (engine.transitions * 1000) / elapsedMs;
  const bareMs = ({ everything: [before, after] }: Round) => (before.elapsedMs + after.elapsedMs) / 2;
  const bareCpuMs = ({ everything: [before, after] }: Round) => (before.cpuMs + after.cpuMs) / 2;
  const ratios = rounds.map((round) => bareMs(round) / round.engine.elapsedMs);
  const rate = median(rounds.map((round) => perSecond(round.engine.elapsedMs, round)));
  const cpuUs = median(rounds.map(({ engine }) => (engine.cpuMs * 1000) / engine.transitions));
  const bareUs = median(rounds.map((round) => (bareCpuMs(round) * 1000) / round.engine.transitions));
  const syncs = sum(rounds.map(({ engine }) => engine.commits)) / sum(rounds.map(({ engine }) => engine.transitions));
  return [
    {
      name: "durable turns",
      value: rate,
      unit: "/s",
      floor: { value: median(rounds.map((round) => perSecond(bareMs(round), round))), is: "the same statements" },
      ratio: median(ratios),
      bar: { demand: ">= 0.7", met: median(ratios) >= 0.7 },
      note: `rounds ${ratios.map((each) => each.toFixed(2)).join(" ")}`,
    },
    {
      name: "  over the writes alone",
      value: rate,
      unit: "/s",
      floor: { value: median(rounds.map((round) => perSecond(round.writes.elapsedMs, round))), is: "its writes alone" },
      ratio: median(rounds.map(({ writes, engine }) => writes.elapsedMs / engine.elapsedMs)),
    },
    {
      name: "  CPU",
      value: cpuUs,
      unit: "µs/turn",
      floor: { value: bareUs, is: "the same statements" },
      ratio: bareUs / cpuUs,
    },
    {
      name: "  commits, each a disk sync",
      value: syncs,
      unit: "/turn",
      bar: { demand: "<= 0.02", met: syncs <= 0.02, whateverTheNoise: true },
    },
  ];
}
