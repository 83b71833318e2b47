/** `npm run simulate`: seeds of the simulation, one (`--seed 7`, `--trace` for every step, `--plain`
 * without alarms, steering and busy groups, `--sqlite` on the real statements) or many (`--seeds 500`). */
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
    plain: { type: "boolean", default: false },
    sqlite: { type: "boolean", default: false },
    trace: { type: "boolean", default: false },
  },
});
const from = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.seeds) : 1;
const single = count === 1;

const seeds = [
  ...(single ? [] : KEPT_SEEDS),
  ...Array.from({ length: count }, (_, index) => ({
    seed: from + index,
    plain: values.plain,
    sqlite: values.sqlite,
  })),
];
const begun = performance.now();
const totals = { deployments: 0, steps: 0, crashes: 0 };
const tally: Record<string, number> = {};
try {
  for (const { seed, plain, sqlite } of seeds) {
    if (single) for (const fault of describeScenario(drawScenario(seed, new Chance(seed), plain))) console.log(fault);
    const result = await simulate(seed, {
      plain,
      sqlite,
      ...(values.trace ? { trace: (line) => console.log(line) } : {}),
    });
    if (single) console.log(result.outcome);
    totals.deployments += result.deployments;
    totals.steps += result.steps;
    totals.crashes += result.crashes;
    for (const [what, times] of Object.entries(result.tally)) tally[what] = (tally[what] ?? 0) + times;
  }
  const seconds = (performance.now() - begun) / 1000;
  console.log(
    Object.entries(tally)
      .map(([what, times]) => `${times} ${what}`)
      .join(", "),
  );
  console.log(
    `${seeds.length} seeds, ${totals.deployments} deployments, ${totals.steps} steps, ${totals.crashes} crashes: every promise kept in ${seconds.toFixed(1)} s (${Math.round(totals.deployments / seconds)} deployments/s)`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
