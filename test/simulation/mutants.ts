/**
 * The simulation, proved: faults put into a copy of the source on purpose, one at a time, each of which must be caught.
 * `npm run mutate` runs them all and says by which promise.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programOptions } from "../support/programOptions.ts";
import { ALARM_MUTANTS } from "./alarmMutants.ts";
import { DEPLOYMENT_MUTANTS } from "./deploymentMutants.ts";
import { ECS_MUTANTS } from "./ecs/ecsMutants.ts";
import { GROUP_MUTANTS } from "./groupMutants.ts";
import type { Mutant } from "./mutant.ts";
import { NODE_MUTANTS } from "./nodes/nodeMutants.ts";
import { NOTIFICATION_MUTANTS } from "./notificationMutants.ts";
import { STEERING_MUTANTS } from "./steeringMutants.ts";
import { STEP_HOOK_MUTANTS } from "./stepHookMutants.ts";

const root = join(import.meta.dirname, "..", "..");

export const MUTANTS: readonly Mutant[] = [
  ...ALARM_MUTANTS,
  ...STEERING_MUTANTS,
  ...GROUP_MUTANTS,
  ...NOTIFICATION_MUTANTS,
  ...DEPLOYMENT_MUTANTS,
  ...NODE_MUTANTS,
  ...ECS_MUTANTS,
  ...STEP_HOOK_MUTANTS,
];

export interface Verdict {
  mutant: Mutant;
  caught: boolean;
  /** The broken promise, or what went wrong instead. */
  how: string;
}

/** Seeds that a mutant may survive before it counts as not caught. */
const SEEDS = 400;
const SEEDS_OF_NODES = 60;
const LONGEST_RUN_MS = 120_000;

type Run = (args: string[]) => Promise<{ exitCode: number | null; output: string }>;

/** Puts the fault into a copy of the program and runs it there. Throws when the source no longer has the text. */
export async function runMutant(subject: Mutant): Promise<Verdict> {
  const seeds = ["--seeds", String(SEEDS), "--no-shrink", ...(isOfStore(subject) ? ["--sqlite"] : [])];
  const args = {
    simulation: ["test/simulation/main.ts", ...seeds],
    ecs: ["test/simulation/main.ts", "--ecs", ...seeds],
    nodes: [
      "test/simulation/main.ts",
      "--nodes",
      "--seeds",
      String(SEEDS_OF_NODES),
      "--no-shrink",
      ...(subject.flags ?? []),
    ],
    "store contract": ["--test", "test/contract/sqliteStore.test.ts"],
    unit: ["--test", `src/${subject.test}`],
  }[subject.caughtBy];
  const { exitCode, output } = await inMutatedCopy(subject, (run) => run(args));
  const promise = /breaks a promise: (.*)/.exec(output)?.[1] ?? /✖ .*/.exec(output)?.[0];
  return { mutant: subject, caught: exitCode === 1 && promise !== undefined, how: promise ?? output.slice(-500) };
}

/** What `work` comes to in a copy of the program that has the fault, where it may run Node. */
export async function inMutatedCopy<T>(subject: Mutant, work: (run: Run) => Promise<T>): Promise<T> {
  const source = readFileSync(join(root, "src", subject.file), "utf8");
  if (source.split(subject.find).length !== 2) {
    throw new Error(`"${subject.name}": src/${subject.file} must have this text once: ${subject.find}`);
  }
  const copy = mkdtempSync(join(tmpdir(), "signalbox-mutant-"));
  try {
    for (const folder of ["src", "test/simulation", "test/contract", "test/support"]) {
      cpSync(join(root, folder), join(copy, folder), { recursive: true });
    }
    cpSync(join(root, "package.json"), join(copy, "package.json"));
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "junction");
    writeFileSync(
      join(copy, "src", subject.file),
      source.replace(subject.find, () => subject.replace),
    );
    return await work((args) => runNode(copy, args));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The simulation's own store knows nothing of such a fault. */
const isOfStore = ({ file }: Mutant): boolean => file.startsWith("store/");

function runNode(cwd: string, args: string[]): Promise<{ exitCode: number | null; output: string }> {
  // A test that starts the program that runs tests would otherwise be taken for a part of its parent.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, args, { cwd, env, timeout: LONGEST_RUN_MS });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, output }));
  });
}

/** Two at a time. */
export async function runMutants(mutants: readonly Mutant[], tell: (verdict: Verdict) => void): Promise<void> {
  const left = [...mutants];
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift()) tell(await runMutant(next));
  };
  await Promise.all([work(), work()]);
}

if (process.argv[1] === import.meta.filename) {
  const command = programOptions(
    "mutate",
    "Puts faults into copies of the source, one at a time. Each must be caught by the simulation or a test: exit code 1 tells that one was not.",
  )
    .argument("[word]", "those alone that have it in their names")
    .parse();
  const [word = ""] = command.args;
  const wanted = MUTANTS.filter(({ name }) => name.includes(word));
  if (wanted.length === 0) command.error(`error: no mutant has "${word}" in its name`);
  await runMutants(wanted, ({ mutant: { name }, caught, how }) => {
    console.log(`${caught ? "caught" : "SURVIVED"}: ${name}\n    ${how}`);
    if (!caught) process.exitCode = 1;
  });
}
