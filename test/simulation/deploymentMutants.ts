/** Faults in the course of a deployment, in its effects, and in the store. */
import { type Mutant, mutant, storeMutant } from "./mutant.ts";

/** What goes wrong with one deployment that nobody steers and no alarm watches. */
export const DEPLOYMENT_MUTANTS: readonly Mutant[] = [
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
    "engine/lambdaInterruptions.ts",
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
    "engine/lambdaInterruptions.ts",
    "return notBegun(deployment, stopRequest(event.rollBack, event.reason));",
    `return stage.phase === "HoldingTraffic" ? null : notBegun(deployment, stopRequest(event.rollBack, event.reason));`,
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
    "a hook is invoked after its hour when the machine slept before the call",
    "runner/perform.ts",
    "clock.now() >= owed.effect.deadline",
    "clock.now() < 0",
  ),
  mutant(
    "time jumps when somebody sets the clock",
    "clock.ts",
    "if (Math.abs(jump) > JUMP_MS) {",
    "if (Math.abs(jump) > 1000 * JUMP_MS * 1000) {",
  ),
  mutant(
    "time stands still while the machine sleeps",
    "clock.ts",
    "ahead -= jump - (sleptNow - slept > JUMP_MS ? sleptNow - slept : 0);",
    "ahead -= jump;",
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
    "for (const target of targets) {\n        await db.write(\n          `insert",
    "for (const target of version > 0 ? [] : targets) {\n        await db.write(\n          `insert",
  ),
  mutant(
    "an effect is given up when its answer is lost",
    "runner/perform.ts",
    'return effect.type !== "invokeHook" || retryAt < effect.deadline ? retryAt : null;',
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
