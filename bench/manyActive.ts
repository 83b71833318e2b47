/**
 * (j) Whether a deployment costs more where many are under way: CPU of its whole life beside 1,000, 10,000 and 50,000,
 * which wait for their functions, and memory.
 */
import type { Bench, Part } from "./bench.ts";
import { median, spread, sum, written } from "./figures.ts";
import { type Installation, newInstallation, postmasterOf } from "./installation.ts";
import type { LivesQuestion, LivesRun } from "./livesProcess.ts";
import { cpuMsBelow, cpuMsOf, residentMB } from "./machine.ts";
import { type Helper, startHelper } from "./processes.ts";
import type { Row } from "./report.ts";
import { seed } from "./seed.ts";

const OUTSTANDING = 256;
const WARM_UP_RUNS = 2;
const IDLE_S = 5;
const MOST_KB = 20;
const MOST_GROWTH = 1.2;

interface Run extends LivesRun {
  /** Of the database server, where it is on this machine. */
  databaseCpuMs: number;
}

interface Contender {
  active: number;
  installation: Installation;
  helper: Helper;
  lives: number;
  runs: Run[];
}

export const manyActive: Part = async (bench) => {
  const contenders: Contender[] = [];
  const server = bench.databaseUrl === null ? null : await postmasterOf(bench.databaseUrl);
  const [lives, rounds] = bench.quick ? [150, 2] : [bench.databaseUrl === null ? 1000 : 300, 5];
  try {
    for (const active of bench.quick ? [1000, 10_000] : [1000, 10_000, 50_000]) {
      const installation = await newInstallation(bench, "many");
      bench.say(`writing ${active} active deployments`);
      await seed(installation, active, "BeforeAllowTraffic");
      contenders.push({ active, installation, helper: startHelper("livesProcess.ts"), lives, runs: [] });
    }
    for (let round = -WARM_UP_RUNS; round < rounds; round += 1) {
      for (const contender of contenders) await takeThrough(contender, server);
      // Code gets its speed by being used: the first runs are not counted.
      if (round < 0) for (const { runs } of contenders) runs.length = 0;
      bench.say(`round ${round + 1}: ${contenders.map(({ runs }) => written(cpuUsOf(runs.slice(-1)))).join(", ")} µs`);
    }
    return await found(bench, contenders);
  } finally {
    await Promise.all(contenders.map(({ helper }) => helper.end()));
  }
};

async function takeThrough({ helper, installation, lives, runs }: Contender, server: number | null): Promise<void> {
  const databaseCpu = () => (server === null ? 0 : cpuMsBelow([server]));
  const before = databaseCpu();
  const question: LivesQuestion = { installation, lives, outstanding: OUTSTANDING };
  const run = await helper.ask<LivesRun>(question);
  runs.push({ ...run, databaseCpuMs: databaseCpu() - before });
}

async function found(bench: Bench, contenders: Contender[]): ReturnType<Part> {
  const few = contenders[0];
  if (!few) throw new Error("nothing was measured");
  const busyMB = contenders.map(({ helper }) => residentMB(helper.pid));
  const idleFrom = contenders.map(({ helper }) => cpuMsOf(helper.pid));
  await new Promise((resolve) => setTimeout(resolve, IDLE_S * 1000));
  const idleMs = contenders.map(({ helper }, index) => (cpuMsOf(helper.pid) - (idleFrom[index] ?? 0)) / IDLE_S);
  const alone: LivesQuestion = { installation: few.installation, lives: 30, outstanding: 1 };
  const single = await few.helper.ask<LivesRun>(alone);
  const rows = contenders.flatMap((contender, index) => [
    ...costRows(contender, few, bench.databaseUrl !== null),
    { name: "  CPU with nothing to do", value: idleMs[index] ?? Number.NaN, unit: "ms/s" },
    memoryRow(contender, few, busyMB[index] ?? Number.NaN, busyMB[0] ?? Number.NaN),
  ]);
  return {
    title: `a deployment's whole life, ${OUTSTANDING} at once, beside many that are active`,
    rows: [...rows, ...syncRows(few.runs, single)],
    floorSpread: spread(few.runs.map((run) => cpuUsOf([run], few.lives))),
  };
}

/** Of one deployment, or of one turn where nothing else is said. */
const cpuUsOf = (runs: Run[], lives?: number): number =>
  median(runs.map(({ cpuMs, turns }) => (cpuMs * 1000) / (lives ?? turns)));

function costRows({ active, lives, runs }: Contender, few: Contender, hasDatabase: boolean): Row[] {
  const row = (name: string, of: (run: Run) => number): Row => {
    const [value, floor] = [runs, few.runs].map((each) => median(each.map((run) => (of(run) * 1000) / lives)));
    const ratios = runs.map((run, index) => of(run) / of(few.runs[index] ?? run));
    const ratio = median(ratios);
    return {
      name,
      value: value ?? Number.NaN,
      unit: "µs/deployment",
      ...(few.active !== active && {
        floor: { value: floor ?? Number.NaN, is: `beside ${few.active}` },
        ratio,
        bar: {
          demand: `< ${MOST_GROWTH}`,
          met: ratio < MOST_GROWTH,
          // CPU and not time, side by side: noise does not turn a dearer life into a cheaper one round after round.
          whateverTheNoise: ratios.every((each) => each < MOST_GROWTH),
        },
        note: `rounds ${ratios.map((each) => each.toFixed(2)).join(" ")}`,
      }),
    };
  };
  const cpu = row(`beside ${active} active: CPU of API, engine and store`, ({ cpuMs }) => cpuMs);
  const turn: Row = { name: "  a turn's share", value: cpuUsOf(runs), unit: "µs/turn" };
  return hasDatabase ? [cpu, turn, row("  CPU of the database", ({ databaseCpuMs }) => databaseCpuMs)] : [cpu, turn];
}

function memoryRow({ active }: Contender, few: Contender, megabytes: number, fewMB: number): Row {
  const row: Row = { name: "  memory", value: megabytes, unit: "MB" };
  if (active === few.active) return row;
  const eachKB = ((megabytes - fewMB) * 1024) / (active - few.active);
  const bar = { demand: `<= ${MOST_KB} kB each`, met: eachKB <= MOST_KB, whateverTheNoise: true };
  return { ...row, floor: { value: fewMB, is: `beside ${few.active}` }, bar, note: `${written(eachKB)} kB each` };
}

function syncRows(saturated: Run[], single: LivesRun): Row[] {
  const row = (name: string, runs: LivesRun[], most: number): Row => {
    const value = sum(runs.map(({ syncs }) => syncs)) / sum(runs.map(({ turns }) => turns));
    return { name, value, unit: "/turn", bar: { demand: `<= ${most}`, met: value <= most, whateverTheNoise: true } };
  };
  return [row(`disk syncs, ${OUTSTANDING} at once`, saturated, 0.02), row("  one at a time", [single], 1)];
}
