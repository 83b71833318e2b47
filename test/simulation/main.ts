/** `npm run simulate`: seeds of the simulation, one (`--seed 7`, `--trace` for every step) or many (`--seeds 500`). */
import { parseArgs } from "node:util";
import { Chance } from "./chance.ts";
import { KEPT_SEEDS } from "./keptSeeds.ts";
import { describeScenario, drawScenario } from "./scenario.ts";
import { simulate } from "./simulation.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string", default: "500" },
    from: { type: "string", default: "1" },
    trace: { type: "boolean", default: false },
  },
});
const from = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.seeds) : 1;
const single = count === 1;

const seeds = [...(single ? [] : KEPT_SEEDS), ...Array.from({ length: count }, (_, index) => from + index)];
const begun = performance.now();
const totals = { deployments: 0, steps: 0, crashes: 0 };
try {
  for (const seed of seeds) {
    if (single) for (const fault of describeScenario(drawScenario(seed, new Chance(seed)))) console.log(fault);
    const result = await simulate(seed, values.trace ? { trace: (line) => console.log(line) } : {});
    if (single) console.log(result.outcome);
    totals.deployments += result.deployments;
    totals.steps += result.steps;
    totals.crashes += result.crashes;
  }
  const seconds = (performance.now() - begun) / 1000;
  console.log(
    `${seeds.length} seeds, ${totals.deployments} deployments, ${totals.steps} steps, ${totals.crashes} crashes: every promise kept in ${seconds.toFixed(1)} s (${Math.round(totals.deployments / seconds)} deployments/s)`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
