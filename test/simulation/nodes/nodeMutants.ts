/** Faults in what several processes and their database do with each other. Those in the database are faults of its model. */
import { type Mutant, mutant, unitMutant } from "../mutant.ts";

const nodeMutant = (...args: Parameters<typeof mutant>): Mutant => ({ ...mutant(...args), caughtBy: "nodes" });

export const NODE_MUTANTS: readonly Mutant[] = [
  nodeMutant(
    "nothing is locked as it is read",
    "../test/simulation/nodes/session.ts",
    "for (const lock of of?.[method]?.(draft.tables, ...args) ?? []) {",
    "for (const lock of [] as string[]) {",
  ),
  nodeMutant(
    "the writes of a process that lost its locks are accepted",
    "../test/simulation/nodes/session.ts",
    "  drop(): void {\n    this.#isGone = true;",
    "  drop(): void {\n    if (!this.#isCommitting) return this.#server.locks.forget(this);",
  ),
  nodeMutant(
    "what is due is not claimed",
    "runner/runner.ts",
    "const found = await (this.#store.claims ?? deployments).due(now, LARGEST_DUE);",
    "const found = await deployments.due(now, LARGEST_DUE);",
  ),
  nodeMutant(
    "the work of a process that lives is taken from it",
    "store/postgres/node.ts",
    "const BEAT_MS = 1_000;",
    "const BEAT_MS = 20_000;",
  ),
  nodeMutant(
    "effects of a process that died are taken over and not performed",
    "runner/takeOver.ts",
    "for (const owed of effects) perform(owed);",
    "",
  ),
  {
    ...nodeMutant(
      "nobody looks for timers that another process had set",
      "runner/takeOver.ts",
      "    await collectDue();\n",
      "    void collectDue;\n",
    ),
    flags: ["--from", "100", "--faults", "nodes,crashes,pauses"],
  },
  {
    ...nodeMutant(
      "a process that ends does not say so, and the others wait for its lease",
      "store/postgres/node.ts",
      'text: "delete from node where id = $1"',
      'text: "select 1 where $1 is null"',
    ),
    flags: ["--faults", "nodes,shutdowns,slowCalls,throttling,lostAnswers"],
  },
  nodeMutant(
    "a transaction is acknowledged before it is committed",
    "store/postgres/commitGroup.ts",
    "      isCommitting = true;\n",
    "      isCommitting = true;\n      for (const done of settle) done();\n",
  ),
  nodeMutant(
    "effects of a commit whose answer was lost are forgotten",
    "store/postgres/commitGroup.ts",
    "if (unknown) this.#options.onUnknown();",
    "",
  ),
  nodeMutant(
    "a process that stood still performs what others have taken over",
    "runner/perform.ts",
    "const isStale = store.claims !== undefined && time.elapsedMs() > knownMs + sureMs;",
    "const isStale = false;",
  ),
  nodeMutant(
    "a hook is invoked by a look in which the process stood still",
    "runner/perform.ts",
    'owed.effect.type === "invokeHook" ? FRESH_MS : SURE_MS',
    "SURE_MS",
  ),
  {
    ...nodeMutant(
      "a process whose machine slept takes what it knew for news",
      "clock.ts",
      "    return awake + slept;",
      "    return awake;",
    ),
    flags: ["--from", "200", "--faults", "nodes,pauses,sleeps,stops"],
  },
  {
    ...nodeMutant(
      "after an outage of the database, a process takes what others have not had the time to keep",
      "store/postgres/node.ts",
      "if (this.#lastBeat !== null && beat - this.#lastBeat > LEASE_MS / 2)",
      "if (this.#lastBeat === 0)",
    ),
    flags: ["--from", "100", "--faults", "nodes,shutdowns,databaseOutages,slowCalls,functions,stops"],
  },
  {
    ...nodeMutant(
      "what a commit has brought that a long outage broke off is nobody's",
      "store/postgres/node.ts",
      "if (this.#ownsUnknownAt(this.#lastBeat)) this.mayOwnUnknown();",
      "",
    ),
    flags: ["--from", "120", "--faults", "nodes,pauses,databaseOutages,slowCommits"],
  },
  nodeMutant(
    "a commit whose connection was lost is made once more, whether it was written or not",
    "store/postgres/commitGroup.ts",
    "const again = isCommitting ? [] : jobs",
    "const again = jobs",
  ),
  nodeMutant(
    "a connection that was lost is used on",
    "store/postgres/commitGroup.ts",
    "    this.#client = null;\n    void client?.end().catch(() => {});",
    "    void client?.end().catch(() => {});",
  ),
  unitMutant(
    "store/postgres/commitGroup.test.ts",
    "whoever waited for a lock in vain is not told that it may pass",
    "store/postgres/commitGroup.ts",
    "const told = mayPass(cause)",
    "const told = cause === undefined",
  ),
  nodeMutant(
    "whoever wakes late looks at the alias again, and moves it",
    "drivers/lambda/lambdaDriver.ts",
    `  throw new EffectError("unavailable", \`\${subjectOf(effect)} changed while it was to be updated\`, true);`,
    "  return moveAlias(client, effect, context);",
  ),
];
