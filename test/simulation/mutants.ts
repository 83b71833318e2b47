/**
 * The simulation, proved: faults put into a copy of the source on purpose, one at a time, each of which must be caught.
 * `npm run mutate` runs them all and says by which promise.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");

export interface Mutant {
  name: string;
  /** Relative to src/. */
  file: string;
  /** Must be there exactly once. */
  find: string;
  replace: string;
  caughtBy: "simulation" | "store contract";
}

const mutant = (name: string, file: string, find: string, replace: string): Mutant => {
  return { name, file, find, replace, caughtBy: "simulation" };
};

const storeMutant = (...args: Parameters<typeof mutant>): Mutant => {
  return { ...mutant(...args), caughtBy: "store contract" };
};

export const MUTANTS: readonly Mutant[] = [
  mutant(
    "of several transitions in a turn only the last is told",
    "engine/step.ts",
    "transitions: [...folded.transitions, ...transitionsOf(folded, next, event.at)],",
    "transitions: transitionsOf(folded, next, event.at),",
  ),
  mutant(
    "a transition that brings no effect is not told of",
    "runner/turn.ts",
    "  await tx.notifications.insert(owed);",
    "  if (step.effects.length > 0) await tx.notifications.insert(owed);",
  ),
  mutant(
    "a rollback is told of in a stream of its own",
    "engine/notifications/notificationsOf.ts",
    "plan.rollsBackDeploymentId ?? deploymentId",
    "deploymentId",
  ),
  storeMutant(
    "a notification is due while an earlier one of its stream is owed",
    "store/statements/notifications.ts",
    "then null else ? end)",
    "then ? else null end)",
  ),
  mutant(
    "the interval between two shifts is ignored",
    "engine/trafficShift.ts",
    `return routing.type === "AllAtOnce" ? 0 : routing.intervalMs;`,
    "return 0;",
  ),
  mutant(
    "traffic goes over 100 percent",
    "engine/trafficShift.ts",
    "return Math.min(100, weight + routing.percentage);",
    "return weight + routing.percentage;",
  ),
  mutant(
    "the AfterAllowTraffic hook is skipped",
    "engine/lambda.ts",
    "if (functionName === undefined) {",
    `if (functionName === undefined || lifecycleEvent === "AfterAllowTraffic") {`,
  ),
  mutant("stray answers are accepted", "engine/lambda.ts", "event.key !== awaited)", `event.key === "")`),
  mutant(
    "a report of Failed counts as success",
    "engine/lambda.ts",
    `if (event.status !== "Failed" ||`,
    `if (event.at > 0 ||`,
  ),
  mutant(
    "a report after the deadline is accepted",
    "engine/lambda.ts",
    "const deadline = at + plan.work.hookTimeoutMs;",
    "const deadline = at + 2 * plan.work.hookTimeoutMs;",
  ),
  mutant(
    "the rollback is forgotten",
    "engine/lambda.ts",
    "rollback: decision?.rollback ?? null };",
    "rollback: null };",
  ),
  mutant(
    "a stop does not wait for the alias write under way",
    "engine/lambda.ts",
    `if (stage.phase !== "ShiftingTraffic") return end(context, interruption);`,
    "if (stage.phase) return end(context, interruption);",
  ),
  mutant(
    "an accepted stop is lost",
    "engine/lambda.ts",
    "return stopRequest(event.rollBack);",
    `return stage.phase === "HoldingTraffic" ? null : stopRequest(event.rollBack);`,
  ),
  mutant(
    "autoRollbackEnabled false does not suppress a rollback",
    "engine/rollback.ts",
    "cause.rollBack ?? plan.rollsBackOn.includes",
    "cause.rollBack || plan.rollsBackOn.includes",
  ),
  mutant(
    "a rollback keeps the hooks",
    "engine/rollback.ts",
    "targetVersion: appSpec.currentVersion, hooks: {} }",
    "targetVersion: appSpec.currentVersion }",
  ),
  mutant(
    "the rollback does not know the intermediate weights",
    "engine/rollback.ts",
    "[0, ...allWeights(plan.work.traffic)]",
    "[0, 100].concat(allWeights(plan.work.traffic).slice(0, 0))",
  ),
  mutant(
    "an alias in a foreign state is overwritten",
    "drivers/lambda/lambdaDriver.ts",
    "if (!effect.from.some((expected) => sameState(state, expected)))",
    "if (effect.from.length === 0)",
  ),
  mutant("the alias is written without its revision", "drivers/lambda/lambdaDriver.ts", "RevisionId: revisionId,", ""),
  mutant(
    "owed effects are not performed again after a crash",
    "runner/runner.ts",
    "for (const owed of left.effects) this.#performer.perform(owed);",
    "",
  ),
  mutant(
    "waiting events are not taken up after a crash",
    "runner/runner.ts",
    "for (const n of left.waiting) this.#schedule(n);",
    "",
  ),
  mutant(
    "a hook is invoked without a look whether it is still wanted",
    "runner/perform.ts",
    `owed.attempt > 1 || owed.effect.type === "invokeHook"`,
    "owed.attempt > 1",
  ),
  mutant(
    "the late answer to one effect removes another",
    "store/statements/effects.ts",
    "delete from effect where deployment_n = ? and key = ?",
    "delete from effect where deployment_n = ? and ? <> ''",
  ),
  mutant(
    "a rollback trusts an AppSpec that was never checked",
    "engine/lambda.ts",
    "const aliasWasChecked = !BEFORE_THE_CHECK.has(stage.phase);",
    "const aliasWasChecked = true;",
  ),
  mutant(
    "a missing revision is taken for a missing function",
    "engine/lambdaInterruptions.ts",
    `phase === "ReadingRevision"`,
    `phase === "Created"`,
  ),
  mutant(
    "a deployment from S3 stays without targets",
    "engine/revision.ts",
    `const targets = "problem" in appSpec ? [] : targetsOf(appSpec, at);`,
    "const targets: Target[] = [];",
  ),
  mutant(
    "targets that come to be later are not kept",
    "store/statements/deployments.ts",
    "for (const target of targets) {\n        await db.run(\n          `insert",
    "for (const target of version > 0 ? [] : targets) {\n        await db.run(\n          `insert",
  ),
  mutant(
    "an effect is given up when its answer is lost",
    "runner/perform.ts",
    "return attempt < MOST_ATTEMPTS ? retryAt : null;",
    "return null;",
  ),
  mutant("a hook's hour passes while the program is down", "runner/turn.ts", "({ ...event, at: now })", "event"),
  mutant(
    "the timer of a turn is not set",
    "runner/runner.ts",
    "if (wakeAt !== null && !this.#stopped) this.#wake.noLaterThan(wakeAt);",
    "",
  ),
  mutant(
    "a second report is accepted while the first one waits",
    "operations/putLifecycleEventHookExecutionStatus.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    "`hookReported/${targetId}/${name}`",
    "undefined",
  ),
  storeMutant(
    "the version fence is missing",
    "store/statements/deployments.ts",
    "where n = ? and version = ?`",
    "where n = ? and version <= ? + 1000`",
  ),
  storeMutant(
    "a transaction that throws keeps its writes",
    "store/sqlite/sqliteStore.ts",
    `db.exec("rollback to job; release job");`,
    `db.exec("release job");`,
  ),
  storeMutant(
    "a number is given again",
    "store/migrations/0001.sql",
    "create table deployment_group (\n  n integer primary key autoincrement,",
    "create table deployment_group (\n  n integer primary key,",
  ),
];

export interface Verdict {
  mutant: Mutant;
  caught: boolean;
  /** The broken promise, or what went wrong instead. */
  how: string;
}

/** Seeds that a mutant may survive before it counts as not caught. */
const SEEDS = 250;
const LONGEST_RUN_MS = 120_000;

/** Puts the fault into a copy of the program and runs it there. Throws when the source no longer has the text. */
export async function runMutant(subject: Mutant): Promise<Verdict> {
  const source = readFileSync(join(root, "src", subject.file), "utf8");
  if (source.split(subject.find).length !== 2) {
    throw new Error(`"${subject.name}": src/${subject.file} must have this text once: ${subject.find}`);
  }
  const copy = mkdtempSync(join(tmpdir(), "signalbox-mutant-"));
  try {
    for (const folder of ["src", "test/simulation", "test/contract", "test/support"]) {
      cpSync(join(root, folder), join(copy, folder), { recursive: true });
    }
    mkdirSync(copy, { recursive: true });
    cpSync(join(root, "package.json"), join(copy, "package.json"));
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "junction");
    writeFileSync(
      join(copy, "src", subject.file),
      source.replace(subject.find, () => subject.replace),
    );
    const { exitCode, output } =
      subject.caughtBy === "simulation"
        ? await run(copy, ["test/simulation/main.ts", "--seeds", String(SEEDS)])
        : await run(copy, ["--test", "test/contract/sqliteStore.test.ts"]);
    const promise = /breaks a promise: (.*)/.exec(output)?.[1] ?? /✖ .*/.exec(output)?.[0];
    return { mutant: subject, caught: exitCode === 1 && promise !== undefined, how: promise ?? output.slice(-500) };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function run(cwd: string, args: string[]): Promise<{ exitCode: number | null; output: string }> {
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

/** All of them, two at a time. */
export async function runMutants(tell: (verdict: Verdict) => void): Promise<void> {
  const left = [...MUTANTS];
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift()) tell(await runMutant(next));
  };
  await Promise.all([work(), work()]);
}

if (process.argv[1] === import.meta.filename) {
  await runMutants(({ mutant: { name }, caught, how }) => {
    console.log(`${caught ? "caught" : "SURVIVED"}: ${name}\n    ${how}`);
    if (!caught) process.exitCode = 1;
  });
}
