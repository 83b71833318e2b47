/** What the machine has to give: without it nobody can tell a slow signalbox from a machine that others use. */
import { execFile } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

const INTERVAL_MS = 5000;

/** Starts a Node that does nothing, again and again until the signal comes; answers the longest that it took, in milliseconds. */
export async function slowestStart(signal: AbortSignal): Promise<number> {
  let slowest = 0;
  while (!signal.aborted) {
    const begun = performance.now();
    await promisify(execFile)(process.execPath, ["-e", "0"]);
    slowest = Math.max(slowest, performance.now() - begun);
    await pause(INTERVAL_MS, undefined, { signal }).catch(() => {});
  }
  return slowest;
}
