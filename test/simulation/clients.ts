/** How the actors reach the program: what they are answered, and what they learn when it dies meanwhile. */
import { setImmediate as nextImmediate } from "node:timers/promises";
import type { Services } from "../../src/operations/operation.ts";
import type { Chance } from "./chance.ts";
import { CrashError } from "./crashableStore.ts";
import type { Known } from "./known.ts";
import type { LambdaWorld } from "./lambdaWorld.ts";
import type { ProgramStore } from "./program.ts";
import type { Scenario } from "./scenario.ts";
import type { SimulatedClock } from "./simulatedClock.ts";

export const CALLER = { accountId: "111122223333", region: "eu-west-1" };

export interface ActorsOptions {
  clock: SimulatedClock;
  chance: Chance;
  world: LambdaWorld;
  scenario: Scenario;
  /** Those of the process that is up. */
  services: () => Services & { store: ProgramStore };
  known: ReadonlyMap<string, Known>;
  /** All of a group, in the order in which they were accepted. */
  inGroup: (group: number) => readonly Known[];
  guarded: (work: () => Promise<void>) => void;
  /** Called where somebody listens. */
  say: (tell: () => string) => void;
  /** Judges by what is durable when the program has come to rest. */
  judgeLater: (check: () => void) => void;
  /** Wishes are committed in the order in which they are sent: the next number in it. */
  nextInLine: () => number;
}

export type Sent<T> = { output: T } | { refused: string } | { lost: true };

export async function send<T>(request: () => Promise<T>): Promise<Sent<T>> {
  try {
    return { output: await request() };
  } catch (error) {
    if (error instanceof CrashError) return { lost: true };
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether the sender was told that it counts; `null` when the process died before. */
export const isAccepted = (sent: Sent<unknown>): boolean | null => ("lost" in sent ? null : "output" in sent);

export async function unlessDown(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof CrashError)) throw error;
  });
}

/** Whether nothing waits for a commit or a turn, so that what is sent now comes first; and who has traffic under way. */
export async function quietness(store: ProgramStore): Promise<{ quiet: boolean; moving: ReadonlySet<string> }> {
  const alone = store.parked === 0;
  const none = { quiet: false, moving: new Set<string>() };
  return store
    .read(async (reader) => {
      const effects = await reader.effects.all();
      const moves = effects.filter(({ effect }) => effect.type === "moveAlias");
      const waiting = await reader.inbox.waiting();
      return { quiet: alone && waiting.length === 0, moving: new Set(moves.map(({ deploymentId }) => deploymentId)) };
    })
    .catch(() => none);
}

/** Whether it has come to an end by now. */
export async function settled(promise: Promise<void>): Promise<boolean> {
  const pending = Symbol();
  return (await Promise.race([promise, nextImmediate(pending)])) !== pending;
}
