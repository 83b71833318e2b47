/**
 * `npm run simulate`: seeds of the simulation, one, many, or as many as there is time for; `--help` tells what else it takes.
 * A seed that fails is shrunk.
 */
import { Chance } from "./chance.ts";
import { readWish, type Wish } from "./commandLine.ts";
import { without } from "./faults.ts";
import { KEPT_SEEDS } from "./keptSeeds.ts";
import { type RunOptions, replayOf, SimulationFailure } from "./report.ts";
import { describeScenario } from "./scenario.ts";
import { shrink } from "./shrink.ts";
import { simulate } from "./simulation.ts";
import { storyOf } from "./story.ts";
import { MINUTE, SECOND } from "./times.ts";

const wish = readWish(process.argv.slice(2));

const LONGEST_SHRINK_MS = MINUTE;
const TELL_EVERY_MS = 5 * SECOND;

const begun = performance.now();
const begunCpu = process.cpuUsage();
const totals = { seeds: 0, deployments: 0, steps: 0, crashes: 0 };
const tally: Record<string, number> = {};

/** So far; a machine that others use as well has less than a core for this, so that the rate of a core is told beside it. */
function progress(): string {
  const seconds = (performance.now() - begun) / SECOND;
  const { user, system } = process.cpuUsage(begunCpu);
  const rate = (time: number) => Math.round(totals.deployments / time);
  return `${totals.seeds} seeds, ${totals.deployments} deployments in ${seconds.toFixed(1)} s (${rate(seconds)}/s, ${rate((user + system) / 1e6)} in a second of one core)`;
}

async function run(seed: number, options: RunOptions): Promise<string> {
  const result = await simulate(seed, { ...options, ...(wish.trace ? { trace: (line) => console.log(line) } : {}) });
  totals.seeds += 1;
  totals.deployments += result.deployments;
  totals.steps += result.steps;
  totals.crashes += result.crashes;
  for (const [what, times] of Object.entries(result.tally)) tally[what] = (tally[what] ?? 0) + times;
  return result.outcome;
}

async function runAlone({ first: seed, options }: Wish): Promise<void> {
  const drawn = storyOf(seed, new Chance(seed), options);
  for (const fault of describeScenario(without(drawn, options.without))) console.log(fault);
  console.log(await run(seed, options));
}

async function runMany({ first, seeds, minutes, options }: Wish): Promise<void> {
  // Those that were kept have stories of their own.
  const kept = options.without.length === 0 ? KEPT_SEEDS.filter((one) => isOfSameKind(one, options)) : [];
  for (const { seed, ...how } of kept) await run(seed, how);
  const until = begun + minutes * MINUTE;
  const last = seeds === null ? Number.POSITIVE_INFINITY : first + seeds - 1;
  let told = begun;
  for (let seed = first; seed <= last && performance.now() < until; seed += 1) {
    await run(seed, options);
    if (seeds !== null || performance.now() < told + TELL_EVERY_MS) continue;
    told = performance.now();
    console.log(progress());
  }
}

const isOfSameKind = (one: RunOptions, other: RunOptions): boolean =>
  (one.nodes ?? false) === (other.nodes ?? false) && (one.ecs ?? false) === (other.ecs ?? false);

/** The smallest story that fails in the same way, as it is told of a failure. */
async function smallest(failure: SimulationFailure): Promise<SimulationFailure> {
  const { seed, options } = failure;
  let last = failure;
  const attempt = async (leftOut: readonly string[]) => {
    try {
      await simulate(seed, { ...options, without: leftOut });
      return null;
    } catch (error) {
      if (!(error instanceof SimulationFailure)) throw error;
      last = error;
      return error.promise;
    }
  };
  const scenario = storyOf(seed, new Chance(seed), options);
  const elapsedMs = () => performance.now();
  const leftOut = options.without ?? [];
  const found = await shrink({ scenario, leftOut, attempt, elapsedMs, longestMs: LONGEST_SHRINK_MS });
  await attempt(found);
  return last;
}

function tellTotals(): void {
  const happened = Object.entries(tally).map(([what, times]) => `${times} ${what}`);
  console.log(happened.join(", "));
  console.log(`${progress()}; ${totals.steps} steps, ${totals.crashes} crashes: every promise kept`);
}

try {
  await (wish.isAlone ? runAlone(wish) : runMany(wish));
  tellTotals();
} catch (error) {
  process.exitCode = 1;
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof SimulationFailure && wish.shrink) {
    console.error(`\nThe same in short:\n${(await smallest(error)).message}`);
    console.error(`As the seed has it: ${replayOf(error.seed, error.options)}`);
    console.error(`Once mended, keep it in keptSeeds.ts: ${JSON.stringify({ seed: error.seed, ...error.options })}`);
  }
}
