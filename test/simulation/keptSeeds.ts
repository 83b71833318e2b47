import { type LeftOut, leftOutBy } from "./faults.ts";
import type { RunOptions } from "./report.ts";

export type KeptSeed = { seed: number } & RunOptions;

/** From before services had several pairs of target groups, and test headers: the seeds keep their stories. */
const ONE_PAIR: LeftOut[] = ["pairs", "testHeaders"];
/** From before functions could be asked before steps of the traffic: the seeds keep their stories. */
const UNASKED: LeftOut[] = ["stepHooks"];
/** From before processes ended in good order, the database went down, and machines slept or had their clocks set. */
const ALWAYS_THERE: LeftOut[] = ["shutdowns", "databaseOutages", "sleeps", "clockSets"];

/** Seeds that once broke a promise, with the fault that they found. They run first, on the store they were found on. */
export const KEPT_SEEDS: readonly KeptSeed[] = [
  ...[
    // A row number was used again: the late answer of a hook removed the effect that had been given its number.
    5, 15,
    // After a crash a hook was invoked again although its hour had passed.
    28, 29,
    // A hook's hour was counted from an answer that had waited while the program was down.
    154,
    // A rollback trusted an AppSpec that was never checked, and moved production to a version it had not been on.
    351, 382,
  ].map((seed) => ({ seed, plain: true, sqlite: true })),
  // A hook was invoked after its hour: the machine had slept between the commit that wanted it and the call.
  { seed: 622, without: UNASKED },
  { seed: 1078, without: ["receivers", ...UNASKED] },
  // A deployment was stopped by its own first failed look: two had failed for another before it began.
  { seed: 874, plain: false, sqlite: true, without: UNASKED },
  // An alarm that may not be read was asked for again and again, as long as another was throttled.
  { seed: 7440, without: UNASKED },
  // A pause was not in the decision log: it came between two looks at a replacement that was not steady yet.
  { seed: 21, ecs: true, without: [...ONE_PAIR, ...UNASKED] },
  // Stopped while the last share of the traffic moved, it left that on a task set that was not the primary one.
  { seed: 22302, ecs: true, without: [...ONE_PAIR, ...UNASKED] },
  // The same again: the first no longer comes to that moment.
  { seed: 1163, ecs: true },
  // Of several processes, one did not hear that its commit was written, and nobody performed the effects in it.
  { seed: 1, nodes: true, without: leftOutBy("nodes,lostCommits", undefined) },
  // A process that had stood still invoked a hook whose wait was over: another had taken it over.
  { seed: 253, nodes: true, without: leftOutBy("nodes,pauses,slowCommits,throttling,lostAnswers,stops", undefined) },
  // A process that had stood still moved traffic after the rollback: its write was refused, and it had looked at the alias again.
  { seed: 380, nodes: true, without: [...ALWAYS_THERE, ...UNASKED] },
  // The same again: the first no longer comes to that moment.
  { seed: 652, nodes: true, without: leftOutBy("nodes,pauses,stops,slowStatements,slowCalls,functions", undefined) },
  // A process that had stood still was told that a hook is wanted, and invoked it: another had stopped the deployment meanwhile.
  { seed: 1173, nodes: true, without: leftOutBy("nodes,pauses,stops", undefined) },
  // The database went down in the midst of a commit, for longer than what may come of it was looked for: a hook was never invoked.
  { seed: 168, nodes: true, without: leftOutBy("nodes,pauses,databaseOutages,slowCommits", undefined) },
  // The same where the database came up in between, too short for anything to be looked for.
  { seed: 1700, nodes: true, without: leftOutBy("crashes,nodes,databaseOutages,functions", undefined) },
  // Twice in a row others had taken what a request found free, and it was refused as a fault of ours.
  { seed: 5833, nodes: true, without: leftOutBy("nodes,pauses,slowStatements,queue,receivers", undefined) },
  // No fault but a false accusation: of several processes, another may end a deployment between a stop's sending and its commit.
  { seed: 168, nodes: true, ecs: true },
  // The same of a wait that was skipped: its commit took long, and traffic had moved since it was sent.
  { seed: 514, nodes: true, ecs: true },
  // The same of a receiver: nothing that is heard while the database is away is written, and the process died before it was.
  { seed: 858, nodes: true, ecs: true },
];
