/** A whole torture: a scene, lanes that deploy, faults at random moments, quiet, and the account. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Chance } from "../simulation/chance.ts";
import { startReceiver } from "../support/receivers.ts";
import { waitFor } from "../support/waitFor.ts";
import { contradictionsOf } from "./accounting.ts";
import { disturb, type FaultCounts } from "./faults.ts";
import { type HookLine, readHookLines } from "./hooks.ts";
import { Ledger } from "./ledger.ts";
import { TortureNode } from "./nodes.ts";
import { LONGEST_STANDSTILL_MS, Progress } from "./progress.ts";
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
}

/** How long everything may take to come to its end after the last fault. */
const QUIET_LIMIT_MS = 120_000;

/** Runs it. What is wrong stands in the ledger; an error that is thrown is one of the torture itself, or a node that does not start. */
export async function torture(options: TortureOptions): Promise<TortureResult> {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-torture-"));
  const ends: (() => Promise<void>)[] = [];
  const owner = { after: (end: () => Promise<void>) => void ends.push(end) };
  try {
    const receiver = await startReceiver(owner);
    const node = await TortureNode.start(flagsOf(folder, receiver));
    owner.after(() => node.kill9());
    return await run(options, { folder, receiver, nodes: [node], services: node.url });
  } finally {
    for (const end of ends.reverse()) await end();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** At this speed a minute of a canary is a second. */
const SPEED = "60";

const flagsOf = (folder: string, { url, host }: { url: string; host: string }): Record<string, string> => ({
  "data-dir": join(folder, "data"),
  speed: SPEED,
  webhook: url,
  "allow-outgoing": host,
});

interface Place {
  folder: string;
  receiver: Awaited<ReturnType<typeof startReceiver>>;
  nodes: TortureNode[];
  /** Where Lambda and CloudWatch are. */
  services: string;
}

async function run(options: TortureOptions, { folder, receiver, nodes, services }: Place): Promise<TortureResult> {
  const { seed, say } = options;
  const ledger = new Ledger();
  const upMs = () => nodes.reduce((sum, node) => sum + node.upMs, 0) / nodes.length;
  const progress = new Progress(upMs);
  const [node] = nodes;
  if (!node) throw new Error("there is no node");
  const scene = await prepareScene({ nodes, services, folder, lanes: options.deployments }, ledger, new Chance(seed));
  say(`${options.deployments} deployment groups are prepared`);

  const over = AbortSignal.timeout(options.milliseconds);
  const work = { nodes, scene, ledger, progress, over };
  const faultOptions = { nodes, receiver, say, longestPauseMs: options.longestPauseMs };
  const disturbing = disturb({ ...faultOptions, chance: new Chance(seed + 1) }, over);
  const lanes = scene.lanes.map((lane, n) => new LaneWork(work, lane, new Chance(seed + 2 + n)).run());
  const faults = await disturbing;
  say("the last fault is over; everything comes to its end");
  await within(QUIET_LIMIT_MS, Promise.all(lanes));
  await waitFor(
    "every notification is delivered",
    async () => (await notifications(node, "owed")).length === 0,
    QUIET_LIMIT_MS,
  );

  const truth = await readTruth(node, scene.lanes);
  const hookLines = await readHookLines(folder);
  const received = receiver.received.map(({ body }) => body);
  const found = contradictionsOf({ requests: ledger.requests, hookLines, received }, truth);
  for (const sentence of found) ledger.contradiction(sentence);
  const { deploymentId, phase, milliseconds } = progress.longest;
  if (milliseconds > LONGEST_STANDSTILL_MS) {
    ledger.contradiction(`${deploymentId} stood still for ${Math.round(milliseconds)} ms in ${phase}`);
  }
  return { ledger, hookLines, received: received.length, truth, faults, progress, upMs: upMs() };
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
