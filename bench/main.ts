/**
 * `npm run bench`: what signalbox costs, every claim as a ratio to a floor measured before and after it in the same run,
 * because a machine's absolute figures swing many times over. Prints a table and writes JSON.
 */
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import type { Bench, Part } from "./bench.ts";
import { written } from "./figures.ts";
import { machineFacts, measureDiskSync, watchOthers } from "./machine.ts";
import { programUnderTest } from "./processes.ts";
import { noiseOf, type PartResult, tableOf, verdictOf } from "./report.ts";

const USAGE = `npm run bench -- [--only a,b] [--quick] [--json FILE] [--strict]

  --only a,b   these parts only:
                 a  requests a second
                 b  durable turns of the engine a second
                 c  from a report to the next step with 10,000 active deployments, memory, idle CPU
                 d  start-up time and idle memory
                 e  invocations of functions, cold and warm
                 f  pages of a long list, and what a finished deployment weighs
                 g  durable creations a second
                 h  10,000 notifications while their receiver is down
                 i  alarms of 10,000 deployments: what looking costs, and from red to traffic back
  --quick      short, to see that it works; the figures say little
  --json FILE  where the JSON goes; else bench/results/<date>.json
  --strict     exit code 1 when a bar is not met
`;

const { values: given } = parseArgs({
  options: {
    only: { type: "string" },
    quick: { type: "boolean", default: false },
    json: { type: "string" },
    strict: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

/** Loaded when its turn comes: a part that is left out costs nothing. */
const parts: Record<string, () => Promise<Part>> = {
  a: async () => (await import("./requests.ts")).requests,
  b: async () => (await import("./transitions.ts")).transitions,
  c: async () => (await import("./reports.ts")).reports,
  d: async () => (await import("./startUp.ts")).startUp,
  e: async () => (await import("./invocations.ts")).invocations,
  f: async () => (await import("./lists.ts")).lists,
  g: async () => (await import("./creations.ts")).creations,
  h: async () => (await import("./notifications.ts")).notifications,
  i: async () => (await import("./alarms.ts")).alarms,
};

/** What `statfs` calls a file system in memory. */
const TMPFS = 0x01021994;
const resultsFolder = join(import.meta.dirname, "results");

if (given.help) process.stdout.write(USAGE);
else process.exitCode = await run();

async function run(): Promise<number> {
  const names = (given.only ?? Object.keys(parts).join(",")).split(",");
  const unknown = names.filter((name) => !parts[name]);
  if (unknown.length > 0) {
    process.stderr.write(`bench: no part is named ${unknown.join(", ")}\n\n${USAGE}`);
    return 2;
  }
  const scratch = mkdtempSync(join(placeOnDisk(), "signalbox-bench-"));
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  // Also when it is broken off; the processes that were started end likewise.
  process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));
  const bench: Bench = { program: programUnderTest(), scratch, quick: given.quick, say };
  const facts = { ...machineFacts(), diskSync: measureDiskSync(scratch, given.quick ? 200 : 1000) };
  process.stdout.write(`${headerOf(facts, bench)}\n\n`);
  const results: PartResult[] = [];
  for (const name of names) {
    const result = await measure(bench, name);
    results.push(result);
    process.stdout.write(`${tableOf(result)}\n`);
  }
  writeJson({ date: new Date().toISOString(), ...facts, built: bench.program.built, quick: bench.quick }, results);
  const bars = results.flatMap((result) => result.rows.map(({ bar }) => bar && verdictOf(result, bar)));
  return given.strict && bars.includes("NOT MET") ? 1 : 0;
}

async function measure(bench: Bench, name: string): Promise<PartResult> {
  const part = await parts[name]?.();
  if (!part) throw new Error(`no part is named ${name}`);
  const foreignCores = watchOthers();
  const result = await part(bench);
  return { ...result, foreignCores: foreignCores() };
}

function headerOf(
  facts: ReturnType<typeof machineFacts> & { diskSync: { p50Ms: number; p99Ms: number } },
  bench: Bench,
) {
  const { node, cores, cpu, memoryGB, diskSync } = facts;
  const program = bench.program.built
    ? "dist/"
    : "src/ (dist/ is missing or older: npm run build first for what users run)";
  return [
    `node ${node}, ${cores} cores (${cpu}), ${memoryGB} GB`,
    `disk: 4 kB write + fdatasync p50 ${written(diskSync.p50Ms)} ms, p99 ${written(diskSync.p99Ms)} ms`,
    `program: ${program}${bench.quick ? "; quick, so the figures say little" : ""}`,
  ].join("\n");
}

/** The temporary folder, unless it is in memory, where a sync costs nothing and proves nothing. */
function placeOnDisk(): string {
  if (statfsSync(tmpdir()).type !== TMPFS) return tmpdir();
  mkdirSync(resultsFolder, { recursive: true });
  return resultsFolder;
}

function writeJson(facts: { date: string; [fact: string]: unknown }, results: PartResult[]): void {
  const file = given.json ?? join(resultsFolder, `${facts.date.replaceAll(":", "-")}.json`);
  mkdirSync(dirname(file), { recursive: true });
  const judged = results.map((result) => ({
    ...result,
    noise: noiseOf(result),
    rows: result.rows.map((row) => ({ ...row, verdict: row.bar && verdictOf(result, row.bar) })),
  }));
  writeFileSync(file, `${JSON.stringify({ ...facts, parts: judged }, null, 2)}\n`);
  process.stdout.write(`written to ${file}\n`);
}
