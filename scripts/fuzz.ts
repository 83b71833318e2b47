/** `npm run fuzz`: the property tests of the APIs with many more requests, from a fixed seed and from a new one. */
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { join } from "node:path";

/** For each of 47 operations of CodeDeploy, 28 of ECS and each of two seeds: more than 80,000 requests together. */
const RUNS = 550;
const FIXED_SEED = 20_141_006;

const tests = ["wire/anyInput.test.ts", "endToEnd/ecsAnyInput.test.ts"].map((name) =>
  join(import.meta.dirname, "..", "test", name),
);
for (const seed of [FIXED_SEED, randomInt(2 ** 31)]) {
  process.stdout.write(`${RUNS} inputs for each operation, seed ${seed}\n`);
  const env = { ...process.env, SIGNALBOX_SEED: String(seed), SIGNALBOX_RUNS: String(RUNS) };
  const { status } = spawnSync(process.execPath, ["--test", ...tests], { stdio: "inherit", env });
  if (status !== 0) process.exitCode = 1;
}
