/** The story of a seed, as it is to be run. */
import type { Chance } from "./chance.ts";
import { withNodes } from "./nodes/nodeFaults.ts";
import type { RunOptions } from "./report.ts";
import { drawScenario, type Scenario } from "./scenario.ts";

/** With the luck that the story then goes on with; before anything is left out. */
export function storyOf(seed: number, luck: Chance, { plain, groups, nodes }: RunOptions): Scenario {
  const scenario = drawScenario(seed, luck, plain, groups);
  return nodes ? withNodes(scenario) : scenario;
}
