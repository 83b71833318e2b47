/** The command line of `npm run simulate`. */
import { Option } from "commander";
import { amountIn, countIn, programOptions } from "../support/programOptions.ts";
import { FAULT_KINDS, leftOutBy } from "./faults.ts";
import type { RunOptions } from "./report.ts";

/** Seeds that are run where nobody says how many. */
const SEEDS = 500;

interface Given {
  seed?: number;
  seeds?: number;
  minutes?: number;
  from?: number;
  faults?: string;
  without?: string;
  nodes?: boolean;
  ecs?: boolean;
  groups?: number;
  plain?: boolean;
  sqlite?: boolean;
  databaseUrl?: string;
  trace?: boolean;
  shrink: boolean;
}

/** What is to be run, and how. */
export interface Wish {
  /** `null` where as many are run as there is time for. */
  seeds: number | null;
  first: number;
  /** One seed alone, whose story is told before it is run. */
  isAlone: boolean;
  /** Endless where no time is given. */
  minutes: number;
  trace: boolean;
  shrink: boolean;
  options: RunOptions & { without: string[] };
}

/** Ends the program where the arguments are wrong, or ask for help. */
export function readWish(args: readonly string[]): Wish {
  const command = programOptions(
    "simulate",
    "Runs the real engine, runner, operations and drivers in a simulated world, seed by seed, and checks the promises after every step. A seed that breaks one is shrunk, with the command that replays it.",
  )
    .option("--seed <number>", "this seed alone; with --minutes or --seeds, the first of many", countIn)
    .option("--seeds <number>", `how many; ${SEEDS} unless told`, countIn)
    .option("--minutes <number>", "as many seeds as there is time for", amountIn)
    .addOption(new Option("--from <number>", "the first seed").argParser(countIn).conflicts("seed"))
    .option("--faults <kinds>", "these kinds of faults alone, or none")
    .option("--without <list>", "leaves out kinds of faults, and single things such as request:2")
    .option("--nodes", "several processes on one database")
    .option("--ecs", "deployments to ECS instead of Lambda")
    .option("--groups <number>", "so many groups deploy at once", countIn)
    .option("--plain", "no alarms, no steering and no busy groups, as seeds were before there were any")
    .option("--sqlite", "the real statements on SQLite, in memory")
    .option("--database-url <url>", "the real store of one process on this PostgreSQL")
    .option("--trace", "tells every step")
    .option("--no-shrink", "a seed that fails is told as it is")
    .addHelpText("after", `\nKinds of faults: ${FAULT_KINDS.join(", ")}`)
    .parse(args, { from: "user" });
  const given = command.opts<Given>();
  const { seed, seeds, minutes, from, plain, sqlite, nodes, ecs, groups, databaseUrl, trace, shrink } = given;
  const isAlone = seed !== undefined && minutes === undefined && seeds === undefined;
  return {
    seeds: isAlone ? 1 : (seeds ?? (minutes === undefined ? SEEDS : null)),
    first: seed ?? from ?? 1,
    isAlone,
    minutes: minutes ?? Number.POSITIVE_INFINITY,
    trace: trace === true,
    shrink,
    options: {
      plain: plain === true,
      sqlite: sqlite === true,
      nodes: nodes === true,
      ecs: ecs === true,
      ...(groups === undefined ? {} : { groups }),
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
      without: leftOut(given),
    },
  };

  function leftOut({ faults, without }: Given): string[] {
    try {
      return leftOutBy(faults, without);
    } catch (error) {
      return command.error(`error: ${error instanceof Error ? error.message : error}`);
    }
  }
}
