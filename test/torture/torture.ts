/** A whole torture: a scene, lanes that deploy, faults at random moments, quiet, and the account. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Chance } from "../simulation/chance.ts";
import { type Receiver, startReceiver } from "../support/receivers.ts";
import { waitFor } from "../support/waitFor.ts";
import { contradictionsOf } from "./accounting.ts";
import { disturb, type FaultCounts } from "./faults.ts";
import { type HookLine, readHookLines } from "./hooks.ts";
import { Ledger } from "./ledger.ts";
import { slowestStart } from "./machine.ts";
import { alone, type Started, startNodes, together } from "./mode.ts";
import { Progress } from "./progress.ts";
import { prepareScene } from "./scene.ts";
import { notifications, readTruth, type Truth } from "./truth.ts";
import { LaneWork } from "./workload.ts";

export interface TortureOptions {
  seed: number;
  /** Real time in which there are faults. */
  milliseconds: number;
  /** Deployments under way at once. */
  deployments: number;
  /** The longest quiet time between two faults. */
  longestPauseMs: number;
  /** The PostgreSQL that two nodes share; `null` for one node on SQLite. */
  databaseUrl: string | null;
  /** A shell command that restarts this PostgreSQL; `null` to leave it alone. */
  restartDatabase: string | null;
  say: (line: string) => void;
}

export interface TortureResult {
  ledger: Ledger;
  hookLines: HookLine[];
  received: number;
  truth: Truth;
  faults: FaultCounts;
  progress: Progress;
  upMs: number;
  /** How long a Node that does nothing took to start and end, at the slowest moment: what the machine had to give. */
  slowestStartMs: number;
  /** Where everything still is when something was wrong; `null` when it has been removed. */
  kept: string | null;
}

/** How long everything may take to come to its end after the last fault. */
const QUIET_LIMIT_MS = 120_000;

/** Runs it. What is wrong stands in the ledger; an error that is thrown is one of the torture itself, or a node that does not start. */
export async function torture(options: TortureOptions): Promise<TortureResult> {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-torture-"));
  let kept: string | null = folder;
  const ends: (() => Promise<void>)[] = [];
  const owner = { after: (end: () => Promise<void>) => void ends.push(end) };
  try {
    const receiver = await startReceiver(owner);
    const started = await startNodes({ folder, receiver, owner, databaseUrl: options.databaseUrl });
    const result = await run(options, { folder, receiver, ...started });
    if (result.ledger.contradictions.length === 0) kept = null;
    return { ...result, kept };
  } finally {
    for (const end of ends.reverse()) await end();
    if (kept === null) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    else options.say(`everything is kept in ${folder}`);
  }
}

interface Place extends Started {
  folder: string;
  receiver: Receiver;
}

async function run(
  options: TortureOptions,
  { folder, receiver, nodes, services }: Place,
): Promise<Omit<TortureResult, "kept">> {
  const { seed, say } = options;
  const mode = options.databaseUrl === null ? alone : together;
  const ledger = new Ledger(mode.shared);
  const upMs = () => Math.max(...nodes.map((node) => node.upMs));
  const progress = new Progress(upMs);
  const [node] = nodes;
  if (!node) throw new Error("there is no node");
  const scene = await prepareScene(
    { nodes, services, folder, lanes: options.deployments, mode },
    ledger,
    new Chance(seed),
  );
  say(`${options.deployments} deployment groups are prepared`);

  const over = AbortSignal.timeout(options.milliseconds);
  const machine = slowestStart(over);
  const work = { nodes, scene, ledger, progress, over };
  const { longestPauseMs, restartDatabase } = options;
  const faultOptions = { nodes, receiver, say, longestPauseMs, restartDatabase };
  const disturbing = disturb({ ...faultOptions, chance: new Chance(seed + 1) }, over);
  const noted = (error: Error) => ledger.contradiction(error.message);
  // A lane that breaks off is noted, and the others go on: the account is made of what there is.
  const lanes = scene.lanes.map((lane, n) => new LaneWork(work, lane, new Chance(seed + 2 + n)).run().catch(noted));
  const faults = await disturbing;
  say("the last fault is over; everything comes to its end");
  await within(QUIET_LIMIT_MS, Promise.all(lanes)).catch(noted);
  const isQuiet = async () => (await notifications(node, "owed", ledger)).length === 0;
  await waitFor("every notification is delivered", isQuiet, QUIET_LIMIT_MS).catch(noted);

  say("all is quiet; the truth is read");
  const truth = await readTruth(node, scene.lanes, ledger);
  say(`${truth.deployments.length} deployments are read; the account is made`);
  const hookLines = await readHookLines(folder);
  const received = receiver.received.map(({ body }) => body);
  const { requests, watchedRed } = ledger;
  const found = contradictionsOf({ requests, watchedRed, hookLines, received, shared: mode.shared }, truth);
  for (const sentence of found) ledger.contradiction(sentence);
  for (const { deploymentId, phase, milliseconds } of progress.tooLong()) {
    ledger.contradiction(`${deploymentId} stood still for ${Math.round(milliseconds)} ms in ${phase}`);
  }
  return {
    ledger,
    hookLines,
    received: received.length,
    truth,
    faults,
    progress,
    upMs: upMs(),
    slowestStartMs: await machine,
  };
}

/** Fails when the work is not done in time. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let done = false;
  const ended = work.then(() => {
    done = true;
  });
  const limit = waitFor("every lane comes to its end", () => done, milliseconds);
  await Promise.race([Promise.all([ended, limit]), limit]);
}
