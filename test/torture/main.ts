/** `npm run torture -- --minutes M`: real processes that are killed at random moments, and an account of every request. */
import { randomInt } from "node:crypto";
import { amountIn, countIn, programOptions } from "../support/programOptions.ts";
import { reportOf } from "./report.ts";
import { torture } from "./torture.ts";

interface Given {
  minutes: number;
  deployments: number;
  seed?: number;
  pause: number;
  databaseUrl?: string;
  restartDatabase?: string;
  quiet?: boolean;
}

const options = programOptions(
  "torture",
  "Real processes with deployments under way, which are killed, stopped and started again at random moments. In the end every request that was answered is accounted for: exit code 1 tells of a contradiction.",
)
  .option("--minutes <number>", "for how long", amountIn, 3)
  .option("--deployments <number>", "how many at once", countIn, 200)
  .option("--seed <number>", "what decides on the moments; another one each time unless told", countIn)
  .option("--pause <seconds>", "how long a process stands still, at most", amountIn, 10)
  .option("--database-url <url>", "two processes on this PostgreSQL instead of one on SQLite")
  .option("--restart-database <command>", "what restarts PostgreSQL, which is run now and then")
  .option("--quiet", "tells the account alone")
  .parse()
  .opts<Given>();
const { minutes, deployments, pause, seed = randomInt(1, 1_000_000) } = options;
const begun = performance.now();
const say = (line: string) => {
  if (!options.quiet) console.log(`${((performance.now() - begun) / 1000).toFixed(1).padStart(7)} s  ${line}`);
};
console.log(`seed ${seed}: ${deployments} deployments at once, ${minutes} minutes`);
const result = await torture({
  seed,
  deployments,
  milliseconds: minutes * 60_000,
  longestPauseMs: pause * 1000,
  databaseUrl: options.databaseUrl ?? null,
  restartDatabase: options.restartDatabase ?? null,
  say,
});
console.log(`\n${reportOf(result).join("\n")}`);

/** How many contradictions are told in full. */
const MOST_TOLD = 20;
const { contradictions } = result.ledger;
for (const sentence of contradictions.slice(0, MOST_TOLD)) console.error(sentence);
if (contradictions.length > 0) process.exitCode = 1;
// Lanes that have come to no end would go on asking.
process.exit();
