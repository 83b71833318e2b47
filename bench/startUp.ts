/** (d) From the start of the process to "ready", and what it holds in memory when it has nothing to do. */
import { ACTIVE, type Part } from "./bench.ts";
import { median, spread, written } from "./figures.ts";
import { flagsOf, type Installation, newInstallation } from "./installation.ts";
import { residentMB } from "./machine.ts";
import { processMs, startProgram } from "./processes.ts";
import type { Row } from "./report.ts";
import { seed } from "./seed.ts";

interface Runs {
  readyMs: number[];
  residentMB: number;
}

export const startUp: Part = async (bench) => {
  const times = bench.quick ? 3 : 9;
  const full = await newInstallation(bench, "startUp");
  bench.say(`writing ${ACTIVE} active deployments`);
  await seed(full, ACTIVE, "BeforeAllowTraffic");
  const empty: Runs = { readyMs: [], residentMB: 0 };
  const active: Runs = { readyMs: [], residentMB: 0 };
  const bareMs: number[] = [];
  const start = async (runs: Runs, installation: Installation, last: boolean) => {
    const program = await startProgram(bench.program, flagsOf(installation));
    runs.readyMs.push(program.readyMs);
    if (last) {
      // Long enough for what a start leaves behind to be over.
      await new Promise((resolve) => setTimeout(resolve, 3000));
      runs.residentMB = residentMB(program.pid);
    }
    await program.end();
  };
  // One of each for nothing: the files come into the page cache, and the compile cache, where there is one, fills.
  await start({ readyMs: [], residentMB: 0 }, await newInstallation(bench, "startUp"), false);
  await start({ readyMs: [], residentMB: 0 }, full, false);
  for (let time = 1; time <= times; time += 1) {
    bareMs.push(await processMs(process.execPath, "-e", "0"));
    await start(empty, await newInstallation(bench, "startUp"), time === times);
    await start(active, full, time === times);
  }
  bareMs.push(await processMs(process.execPath, "-e", "0"));
  const mostMs = bench.databaseUrl === null ? 500 : 600;
  return {
    title: "start to ready, and idle memory",
    rows: [
      ...rowsOf("nothing in the store", empty, bareMs, mostMs),
      ...rowsOf(`${ACTIVE} active deployments`, active, bareMs, mostMs),
    ],
    floorSpread: spread([median(bareMs.slice(0, bareMs.length / 2)), median(bareMs.slice(bareMs.length / 2))]),
  };
};

function rowsOf(name: string, { readyMs, residentMB }: Runs, bareMs: number[], mostMs: number): Row[] {
  const ready = median(readyMs);
  const bare = median(bareMs);
  return [
    {
      name: `${name}: ready`,
      value: ready,
      unit: "ms",
      floor: { value: bare, is: "bare node, start to end" },
      ratio: ready / bare,
      bar: { demand: `< ${mostMs}`, met: ready < mostMs, whateverTheNoise: true },
      note: `runs ${readyMs.map(written).join(" ")}`,
    },
    {
      name: "  idle memory",
      value: residentMB,
      unit: "MB",
      bar: { demand: "< 120", met: residentMB < 120, whateverTheNoise: true },
    },
  ];
}
