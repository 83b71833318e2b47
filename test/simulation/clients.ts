/** How the actors reach the program: what they are answered, and what they learn when it dies meanwhile. */
import { setImmediate as nextImmediate } from "node:timers/promises";
import type { Effect } from "../../src/engine/deployment.ts";
import type { Services } from "../../src/operations/operation.ts";
import { type OwedEffect, WritesRefusedError } from "../../src/store/store.ts";
import type { Chance } from "./chance.ts";
import { CrashError } from "./crashableStore.ts";
import type { EcsWorld } from "./ecs/ecsWorld.ts";
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
  /** `null` where the deployments go to Lambda. */
  ecs: EcsWorld | null;
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
    if (isLost(error)) return { lost: true };
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether nobody knows what has come of it. */
const isLost = (error: unknown): boolean => error instanceof CrashError || error instanceof WritesRefusedError;

/** Whether the sender was told that it counts; `null` when the process died before. */
export const isAccepted = (sent: Sent<unknown>): boolean | null => ("lost" in sent ? null : "output" in sent);

export async function unlessDown(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!isLost(error)) throw error;
  });
}

/**
 * Whether nothing waits for a commit or a turn, so that what is sent now comes first. Answers what tells, once it has been
 * accepted, whether it did: of several processes, another may have come before it.
 */
export async function quietness(store: ProgramStore): Promise<() => boolean> {
  const alone = store.parked === 0;
  const before = store.writes();
  const quiet = await store.read(async ({ inbox }) => alone && (await inbox.waiting()).length === 0).catch(() => false);
  return () => quiet && store.writes() <= before + 1;
}

/** What the engine waits for, whoever asks for what meanwhile. */
const WRITES: ReadonlySet<Effect["type"]> = new Set([
  "moveAlias",
  "createTaskSet",
  "moveRoutes",
  "setPrimaryTaskSet",
  "deleteTaskSet",
]);

/** Whether a write of the deployment is under way; so is everything while nobody can tell. */
export async function isMoving(store: ProgramStore, deploymentId: string): Promise<boolean> {
  const moves = ({ effect: { type }, ...owed }: OwedEffect) => WRITES.has(type) && owed.deploymentId === deploymentId;
  return store.read(async ({ effects }) => (await effects.all()).some(moves)).catch(() => true);
}

/** Whether it has come to an end by now. */
export async function settled(promise: Promise<void>): Promise<boolean> {
  const pending = Symbol();
  return (await Promise.race([promise, nextImmediate(pending)])) !== pending;
}
