/** What happens to the nodes and to the receiver, at moments that the seed draws. */
import { exec } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import type { Chance } from "../simulation/chance.ts";
import type { Receiver } from "../support/receivers.ts";
import type { TortureNode } from "./nodes.ts";

export interface FaultCounts {
  kills: number;
  stills: number;
  receiverOutages: number;
  databaseRestarts: number;
}

export interface FaultOptions {
  nodes: TortureNode[];
  receiver: Receiver;
  chance: Chance;
  /** The longest quiet time between two faults of a node, in real milliseconds. */
  longestPauseMs: number;
  /** A shell command; `null` without one. */
  restartDatabase: string | null;
  say: (line: string) => void;
}

/** Goes on until the signal comes; by the end everything is up again. */
export async function disturb(options: FaultOptions, signal: AbortSignal): Promise<FaultCounts> {
  const counts: FaultCounts = { kills: 0, stills: 0, receiverOutages: 0, databaseRestarts: 0 };
  const ofNodes = options.nodes.map((node) => disturbNode(node, options, counts, signal));
  await Promise.all([...ofNodes, disturbReceiver(options, counts, signal), disturbDatabase(options, counts, signal)]);
  return counts;
}

async function disturbNode(node: TortureNode, options: FaultOptions, counts: FaultCounts, signal: AbortSignal) {
  const { chance, longestPauseMs, say } = options;
  for (;;) {
    await quiet(chance.between(Math.ceil(longestPauseMs / 4), longestPauseMs), signal);
    if (signal.aborted) return;
    if (chance.happens(0.35)) {
      const stillMs = chance.between(1000, 3000);
      say(`SIGSTOP of ${node.url} for ${stillMs} ms`);
      counts.stills += 1;
      node.standStill();
      await pause(stillMs);
      // Some never wake up.
      if (chance.happens(0.7)) {
        node.goOn();
        continue;
      }
    }
    say(`kill -9 of ${node.url}`);
    counts.kills += 1;
    await node.kill9();
    await node.comeUp();
  }
}

async function disturbReceiver(
  { receiver, chance, longestPauseMs, say }: FaultOptions,
  counts: FaultCounts,
  signal: AbortSignal,
) {
  for (;;) {
    await quiet(chance.between(longestPauseMs, 2 * longestPauseMs), signal);
    if (signal.aborted) return;
    say("the receiver of notifications goes down");
    counts.receiverOutages += 1;
    await receiver.goDown();
    await pause(chance.between(500, 3000));
    await receiver.comeUp();
  }
}

async function disturbDatabase(options: FaultOptions, counts: FaultCounts, signal: AbortSignal): Promise<void> {
  const { chance, longestPauseMs, restartDatabase, say } = options;
  if (restartDatabase === null) return;
  for (;;) {
    await quiet(chance.between(2 * longestPauseMs, 4 * longestPauseMs), signal);
    if (signal.aborted) return;
    say("PostgreSQL is restarted");
    counts.databaseRestarts += 1;
    await promisify(exec)(restartDatabase);
  }
}

/** Ends early when the signal comes. */
async function quiet(milliseconds: number, signal: AbortSignal): Promise<void> {
  await pause(milliseconds, undefined, { signal }).catch(() => {});
}
