/**
 * How often a call that may succeed later is made before it fails its deployment: throttling, time-outs and errors of the
 * far side pass. One place for what the runner does and what is told of it.
 */
import type { Effect } from "./deployment.ts";

export interface RetryBudget {
  /** Calls in all; `null` for as many as fit before the effect's own deadline. */
  attempts: number | null;
  /** The longest wait after the first call; it doubles with each one. */
  firstWaitMs: number;
  longestWaitMs: number;
}

const usual: RetryBudget = { attempts: 8, firstWaitMs: 500, longestWaitMs: 30_000 };

export const retryBudget: Record<Effect["type"], RetryBudget> = {
  readRevision: usual,
  readAlias: usual,
  moveAlias: usual,
  readService: usual,
  readTaskSets: usual,
  createTaskSet: usual,
  moveRoutes: usual,
  setPrimaryTaskSet: usual,
  deleteTaskSet: usual,
  // A deployment whose alarms cannot be read should not linger at its start.
  readAlarms: { ...usual, attempts: 3 },
  invokeHook: { ...usual, attempts: null },
};

/**
 * How long to wait after attempt number `attempt`, which is 1 at first. `fraction` in [0, 1) spreads the waits over half
 * their length, so that many do not come back at once. `null` when the budget is used up.
 */
export function retryWaitMs(type: Effect["type"], attempt: number, fraction: number): number | null {
  const { attempts } = retryBudget[type];
  if (attempts !== null && attempt >= attempts) return null;
  return Math.ceil(longestWait(type, attempt) * (0.5 + fraction / 2));
}

/**
 * How long to wait before a function that has refused so many invocations in a row is asked again, when none of ours has
 * ended meanwhile. Only one of all that wait for it asks, so that this need not become long.
 */
export function probeWaitMs(refusals: number, fraction: number): number {
  const longest = Math.min(LONGEST_PROBE_WAIT_MS, longestWait("invokeHook", Math.max(1, refusals)));
  return Math.ceil(longest * (0.5 + fraction / 2));
}

export const LONGEST_PROBE_WAIT_MS = 5_000;

/** All waits of the budget together, at their longest; `null` where the effect's deadline ends them. */
export function waitsInAllMs(type: Effect["type"]): number | null {
  const { attempts } = retryBudget[type];
  if (attempts === null) return null;
  return Array.from({ length: attempts - 1 }, (_, index) => longestWait(type, index + 1)).reduce((sum, ms) => sum + ms);
}

function longestWait(type: Effect["type"], attempt: number): number {
  const { firstWaitMs, longestWaitMs } = retryBudget[type];
  return Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1));
}
