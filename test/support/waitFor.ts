/** The one way a test waits for something that it cannot be told of. */
import { setTimeout as pause } from "node:timers/promises";

const INTERVAL_MS = 20;

/** Resolves as soon as `condition` holds; fails with the description when it does not within `limitMs` of real time. */
export async function waitFor(
  description: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 15_000,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${limitMs} ms in vain: ${description}`);
    await pause(INTERVAL_MS);
  }
}
