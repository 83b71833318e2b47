/** Faults in the asking before every step of the traffic. Where the engine's own invariant would see one, it is blinded as well. */
import { type Mutant, mutant } from "./mutant.ts";

/** The gate, and the invariant that holds it shut. */
const GATE = "return hasHook && stepEventOf(";

/** Each is caught in both worlds. */
const inBoth = (name: string, ...fault: [file: string, find: string, replace: string]): Mutant[] => [
  mutant(`${name} (Lambda)`, ...fault),
  { ...mutant(`${name} (ECS)`, ...fault), caughtBy: "ecs" },
];

export const STEP_HOOK_MUTANTS: readonly Mutant[] = [
  ...inBoth(
    "only the first step of the traffic is asked about",
    "engine/hooks.ts",
    GATE,
    "return targetOf(context.deployment).weight === 0 && hasHook && stepEventOf(",
  ),
  ...inBoth(
    "who promotes moves all traffic without asking",
    "engine/hooks.ts",
    GATE,
    "return !context.deployment.state.promoted && hasHook && stepEventOf(",
  ),
  ...inBoth(
    "a function is told of another step than it is asked about",
    "engine/hooks.ts",
    "from: targetOf(context.deployment).weight, to: weight }",
    "from: 0, to: weight }",
  ),
  mutant(
    "a rollback asks before its step",
    "engine/lambdaRollback.ts",
    "targetVersion: currentVersion, hooks: {} }",
    "targetVersion: currentVersion, hooks: { BeforeTrafficStep: appSpec.hooks.BeforeTrafficStep ?? '' } }",
  ),
  {
    ...mutant(
      "who promotes while the replacement is looked at moves all traffic without asking",
      "engine/ecs.ts",
      "if (paused || awaitsStepHook(context, weight)) return",
      "if (paused) return",
    ),
    caughtBy: "unit",
    test: "engine/trafficStepHook.test.ts",
  },
];
