/** What a simulation tells of itself: how it went, or which promise was broken and how to see it again. */
import { flagsOf, type LeftOut } from "./faults.ts";
import { BrokenPromise, type Known } from "./known.ts";
import { isStepEvent } from "./stepHooks.ts";

export interface SimulationResult {
  seed: number;
  faults: string[];
  deployments: number;
  steps: number;
  crashes: number;
  /** The end of every deployment, to compare two runs of one seed. */
  outcome: string;
  /** How often what happened, to see that a simulation is not idle: ends, queued deployments, wishes that were followed. */
  tally: Record<string, number>;
}

/** How a seed was run, beside its number. */
export interface RunOptions {
  /** Without alarms, steering and busy groups: the story that the seed had before there were any. */
  plain?: boolean;
  /** In memory: the real statements on SQLite instead of maps. */
  sqlite?: boolean;
  /** So many groups in its story, instead of one or two. */
  groups?: number;
  /** The real store on this PostgreSQL, in a schema of its own, opened anew after every crash. */
  databaseUrl?: string;
  /** As several processes on one database. */
  nodes?: boolean;
  /** Deployments to ECS instead of Lambda. */
  ecs?: boolean;
  /** What is left out of its story. */
  without?: readonly LeftOut[];
}

/** The one command that runs the seed like this again. */
export function replayOf(
  seed: number,
  { plain, sqlite, databaseUrl, groups, nodes, ecs, without = [] }: RunOptions,
): string {
  const flags = `${plain ? " --plain" : ""}${sqlite ? " --sqlite" : ""}${databaseUrl ? ` --database-url ${databaseUrl}` : ""}${groups ? ` --groups ${groups}` : ""}${nodes ? " --nodes" : ""}${ecs ? " --ecs" : ""}${flagsOf(without)}`;
  return `npm run simulate -- --seed ${seed}${flags}`;
}

/** A promise was broken; the message has all that is needed to look into it. */
export class SimulationFailure extends Error {
  readonly seed: number;
  /** Which promise, or what else went wrong. */
  readonly promise: string;
  readonly options: RunOptions;

  constructor(seed: number, faults: string[], trace: string[], cause: unknown, options: RunOptions) {
    const promise =
      cause instanceof BrokenPromise ? cause.message : String(cause instanceof Error ? cause.stack : cause);
    const lines = [
      `seed ${seed} breaks a promise: ${promise}`,
      ...inShort(faults).map((fault) => `  ${fault}`),
      "  the last steps:",
      ...trace.slice(-40).map((line) => `    ${line}`),
      `Replay it: ${replayOf(seed, options)}`,
    ];
    super(lines.join("\n"));
    this.seed = seed;
    this.promise = promise;
    const { plain = false, sqlite = false, databaseUrl, groups, nodes, ecs, without = [] } = options;
    this.options = {
      plain,
      sqlite,
      ...(groups ? { groups } : {}),
      ...(nodes ? { nodes } : {}),
      ...(ecs ? { ecs } : {}),
      ...(databaseUrl ? { databaseUrl } : {}),
      without,
    };
  }
}

/** A story of a thousand groups is not read line by line. */
const MOST_FAULTS = 200;

function inShort(faults: string[]): string[] {
  const more = faults.length - MOST_FAULTS;
  return more > 0 ? [...faults.slice(0, MOST_FAULTS), `and ${more} lines more, which --seed shows`] : faults;
}

/** How a deployment ended, and when. */
export function describeEnd({ deploymentId, record: { state } }: Known): string {
  return `${deploymentId} ${state.status} ${state.errorInformation?.code ?? ""} at ${state.completeTime}`;
}

export function tallyOf(all: readonly Known[]): Record<string, number> {
  const happened = all.flatMap(({ record: { state }, steers, stops, hasQueued, invocations }) => [
    state.status,
    ...(state.errorInformation ? [state.errorInformation.code] : []),
    ...(hasQueued ? ["queued"] : []),
    ...[...new Set(invocations.map(({ lifecycleEvent }) => lifecycleEvent).filter(isStepEvent))].map(
      () => "step asked",
    ),
    ...steers.filter(({ accepted }) => accepted).map(({ verb }) => verb),
    ...stops.filter(({ accepted }) => accepted).map(({ kind }) => kind),
  ]);
  const tally: Record<string, number> = {};
  for (const what of happened) tally[what] = (tally[what] ?? 0) + 1;
  return tally;
}
