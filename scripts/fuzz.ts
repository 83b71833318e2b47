/** `npm run fuzz`: the property tests of the APIs with many more requests. */
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { countIn, programOptions } from "../test/support/programOptions.ts";

/**
 * How many for each operation and each of two seeds: more than 80,000 requests to the 47 operations of CodeDeploy and 28 of
 * ECS, 100,000 to the 37 of the load balancers.
 */
const suites = [
  { file: "wire/anyInput.test.ts", runs: 550 },
  { file: "endToEnd/ecsAnyInput.test.ts", runs: 550 },
  { file: "wire/elbv2AnyInput.test.ts", runs: 1400 },
];
const FIXED_SEED = 20_141_006;

const { seed: wanted } = programOptions(
  "fuzz",
  "Many inputs for each operation of the three APIs, bad ones among them.",
)
  .option("--seed <number>", `this seed alone, instead of ${FIXED_SEED} and a new one`, countIn)
  .parse()
  .opts<{ seed?: number }>();

for (const seed of wanted === undefined ? [FIXED_SEED, randomInt(2 ** 31)] : [wanted]) {
  for (const { file, runs } of suites) {
    process.stdout.write(`${file}: ${runs} inputs for each operation, seed ${seed}\n`);
    const env = { ...process.env, SIGNALBOX_SEED: String(seed), SIGNALBOX_RUNS: String(runs) };
    const test = join(import.meta.dirname, "..", "test", file);
    const { status } = spawnSync(process.execPath, ["--test", test], { stdio: "inherit", env });
    if (status !== 0) process.exitCode = 1;
  }
}
