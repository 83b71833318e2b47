/** The story of a seed, as it is to be run. */
import type { Chance } from "./chance.ts";
import { withEcs } from "./ecs/ecsScenario.ts";
import { withNodes } from "./nodes/nodeFaults.ts";
import type { RunOptions } from "./report.ts";
import { drawScenario, type Scenario } from "./scenario.ts";
import { withStepHooks } from "./stepHooks.ts";

/**
 * A listener has no compare-and-set: who stands still between the look and the write overwrites what others have made of it
 * since. With several processes nobody does so before a deployment to ECS.
 */
const withoutPauses = (scenario: Scenario): Scenario =>
  scenario.nodes ? { ...scenario, nodes: { ...scenario.nodes, pauses: 0 } } : scenario;

/** With the luck that the story then goes on with; before anything is left out. */
export function storyOf(seed: number, luck: Chance, { plain, groups, nodes, ecs }: RunOptions): Scenario {
  const drawn = drawScenario(seed, luck, plain, groups);
  const asked = ecs ? withEcs(drawn) : drawn;
  const scenario = plain ? asked : withStepHooks(asked);
  const told = nodes ? withNodes(scenario) : scenario;
  return ecs ? withoutPauses(told) : told;
}
