/** `npm run torture -- --minutes M`: real processes that are killed at random moments, and an account of every request. */
import { parseArgs } from "node:util";
import { reportOf } from "./report.ts";
import { torture } from "./torture.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "3" },
    deployments: { type: "string", default: "200" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    pause: { type: "string", default: "10" },
    "database-url": { type: "string" },
    "restart-database": { type: "string" },
    quiet: { type: "boolean", default: false },
  },
});

const [minutes, deployments, seed, pause] = [values.minutes, values.deployments, values.seed, values.pause].map(Number);
if (!minutes || !deployments || !pause || seed === undefined || !Number.isInteger(seed)) {
  throw new Error("--minutes, --deployments, --pause (seconds) and --seed must be numbers");
}
const begun = performance.now();
const say = (line: string) => {
  if (!values.quiet) console.log(`${((performance.now() - begun) / 1000).toFixed(1).padStart(7)} s  ${line}`);
};
console.log(`seed ${seed}: ${deployments} deployments at once, ${minutes} minutes`);
const result = await torture({
  seed,
  deployments,
  milliseconds: minutes * 60_000,
  longestPauseMs: pause * 1000,
  databaseUrl: values["database-url"] ?? null,
  restartDatabase: values["restart-database"] ?? null,
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
