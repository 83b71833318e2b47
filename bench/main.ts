/**
 * `npm run bench`: what signalbox costs, every claim as a ratio to a floor measured before and after it in the same run,
 * because a machine's absolute figures swing many times over. Prints a table and writes JSON.
 */
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { InvalidArgumentError } from "commander";
import { programOptions } from "../test/support/programOptions.ts";
import type { Bench } from "./bench.ts";
import { written } from "./figures.ts";
import { discardSchemas, postmasterOf } from "./installation.ts";
import { machineFacts, measureDiskSync, watchOthers } from "./machine.ts";
import { type NamedPart, parts, partsText } from "./parts.ts";
import { endAll, programUnderTest } from "./processes.ts";
import { noiseOf, type PartResult, tableOf, verdictOf } from "./report.ts";

interface Given {
  only?: string[];
  quick?: boolean;
  databaseUrl?: string;
  json?: string;
  strict?: boolean;
}

const given = programOptions(
  "bench",
  "What signalbox costs, as ratios to floors that are measured before and after it in the same run.",
)
  .option("--only <parts>", "these parts only, such as a,c-pg", partsIn)
  .option("--quick", "short, to see that it works; the figures say little")
  .option("--database-url <url>", "the PostgreSQL of the parts -pg; else TEST_DATABASE_URL, and skipped without one")
  .option("--json <file>", "where the JSON goes; else bench/results/<date>.json")
  .option("--strict", "exit code 1 when a bar is not met")
  .addHelpText("after", `\nParts, with -pg on PostgreSQL:\n\n${partsText}`)
  .parse()
  .opts<Given>();

/** What `statfs` calls a file system in memory. */
const TMPFS = 0x01021994;
const resultsFolder = join(import.meta.dirname, "results");

let isBrokenOff = false;

process.exitCode = await run().catch(unlessBrokenOff);

function partsIn(text: string): string[] {
  const names = text.split(",");
  const unknown = names.filter((wanted) => !parts.some(({ name }) => name === wanted));
  if (unknown.length > 0) throw new InvalidArgumentError(`No part is named ${unknown.join(", ")}.`);
  return names;
}

async function run(): Promise<number> {
  const scratch = mkdtempSync(join(placeOnDisk(), "signalbox-bench-"));
  endInOrder(scratch);
  const bench = { program: programUnderTest(), scratch, quick: given.quick === true };
  const facts = { ...machineFacts(), diskSync: measureDiskSync(scratch, bench.quick ? 200 : 1000) };
  process.stdout.write(`${headerOf(facts, bench)}\n\n`);
  const results: PartResult[] = [];
  for (const part of parts.filter(({ name }) => given.only?.includes(name) ?? true)) {
    const result = await measure(part, bench);
    if (!result) continue;
    results.push(result);
    process.stdout.write(`${tableOf(result)}\n`);
  }
  writeJson({ date: new Date().toISOString(), ...facts, built: bench.program.built, quick: bench.quick }, results);
  const bars = results.flatMap((result) => result.rows.map(({ bar }) => bar && verdictOf(result, bar)));
  return given.strict && bars.includes("NOT MET") ? 1 : 0;
}

/** A part whose processes are ended fails; what it has left is being removed then. */
function unlessBrokenOff(error: unknown): Promise<never> {
  if (isBrokenOff) return new Promise(() => {});
  throw error;
}

/** Whatever ends the bench: what it has started and written goes with it. */
function endInOrder(scratch: string): void {
  process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      isBrokenOff = true;
      endAll();
      void discardSchemas().finally(() => process.exit(130));
    });
  }
}

/** `null` where there is no PostgreSQL to measure it on. */
async function measure(
  { name, onPostgres, load }: NamedPart,
  common: Pick<Bench, "program" | "scratch" | "quick">,
): Promise<PartResult | null> {
  const url = given.databaseUrl ?? process.env["TEST_DATABASE_URL"] ?? null;
  if (onPostgres && url === null) {
    process.stdout.write(`(${name}) skipped: neither --database-url nor TEST_DATABASE_URL names a PostgreSQL\n\n`);
    return null;
  }
  const databaseUrl = onPostgres ? url : null;
  const say = (line: string) => void process.stderr.write(`(${name}) ${line}\n`);
  const part = await load();
  const foreignCores = watchOthers(databaseUrl === null ? null : await postmasterOf(databaseUrl));
  try {
    return { part: name, ...(await part({ ...common, databaseUrl, say })), foreignCores: foreignCores() };
  } finally {
    await discardSchemas();
  }
}

function headerOf(
  facts: ReturnType<typeof machineFacts> & { diskSync: { p50Ms: number; p99Ms: number } },
  bench: Pick<Bench, "program" | "quick">,
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
