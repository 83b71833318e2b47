/** Faults in deployments to ECS: in their course, in their rollbacks, and in what they do to services and listeners. */
import { type Mutant, mutant, unitMutant } from "../mutant.ts";

const ecsMutant = (...args: Parameters<typeof mutant>): Mutant => ({ ...mutant(...args), caughtBy: "ecs" });

export const ECS_MUTANTS: readonly Mutant[] = [
  ecsMutant(
    "a replacement that is not steady is taken for one that is",
    "engine/ecsLooks.ts",
    `if (seen.isSteady) return "steady";`,
    `if (seen.isSteady || seen.desiredCount > 0) return "steady";`,
  ),
  ecsMutant(
    "nobody looks at the task sets between two steps of the traffic",
    "engine/ecs.ts",
    "runStepHook(context, weight) : firstLook(context, weight);",
    "runStepHook(context, weight) : shiftTo(context, weight);",
  ),
  ecsMutant(
    "a promotion is accepted and the share that is held stays as it is",
    "engine/course.ts",
    'return state.stage.phase === "HoldingTraffic" ? platformOf(context).endWait(promoted)',
    'return plan.work.platform === "Lambda" && state.stage.phase === "HoldingTraffic" ? platformOf(context).endWait(promoted)',
  ),
  ecsMutant(
    "test traffic stays where it was",
    "engine/ecs.ts",
    "AfterInstall: { do: hasTestTraffic(context.plan.work) ?",
    "AfterInstall: { do: !ecs ?",
  ),
  ecsMutant(
    "the shares of a listener are not a hundred percent",
    "engine/ecsTraffic.ts",
    "weight: 100 - weight },",
    "weight: 100 },",
  ),
  ecsMutant(
    "the original task set goes before its time",
    "engine/ecs.ts",
    "if (terminationWaitMs === 0) return",
    "if (terminationWaitMs >= 0) return",
  ),
  ecsMutant(
    "traffic moves although nobody has let it",
    "engine/ecs.ts",
    "return end(context, rerouteExpired());",
    "return reroute(context);",
  ),
  ecsMutant(
    "all traffic is not watched",
    "engine/ecs.ts",
    "remainingMs: context.plan.work.bakeMs ?? 0",
    "remainingMs: 0",
  ),
  ecsMutant(
    "a stop while the original is kept is a stop like any other",
    "engine/interruptions.ts",
    `if (phase !== "AwaitingTermination" ||`,
    `if (phase === "AwaitingTermination" ||`,
  ),
  ecsMutant(
    "a listener is restored to something else than it had",
    "engine/ecsTraffic.ts",
    "    to: foundShares(pair, route),\n  }));\n  const test",
    "    to: sharesAt(pair, 0),\n  }));\n  const test",
  ),
  ecsMutant(
    "the test listener is not restored",
    "engine/ecsTraffic.ts",
    'const test = movesOf(found, "test",',
    'const test = movesOf({ ...found, test: [] }, "test",',
  ),
  ecsMutant(
    "a rollback does not make the original the primary task set again",
    "engine/ecsRollback.ts",
    `primary?.label !== "Blue") {`,
    `primary === undefined) {`,
  ),
  ecsMutant(
    "a rollback leaves the replacement where it is",
    "engine/ecsRollback.ts",
    "green: green ? { id: green.id, arn: green.arn } : null };",
    "green: null };",
  ),
  ecsMutant(
    "the production traffic of the second pair is forgotten",
    "engine/ecsTraffic.ts",
    'return movesOf(found, "production", (pair, route) => ({\n    from: present',
    'return movesOf({ ...found, morePairs: [] }, "production", (pair, route) => ({\n    from: present',
  ),
  ecsMutant(
    "the test traffic of the second pair is forgotten",
    "engine/ecsTraffic.ts",
    'return movesOf(found, "test", (pair, route) => ({ from: [route.shares]',
    'return movesOf({ ...found, morePairs: [] }, "test", (pair, route) => ({ from: [route.shares]',
  ),
  unitMutant(
    "engine/ecsPairs.test.ts",
    "the second pair is not looked through for what an earlier deployment has left",
    "engine/ecsTraffic.ts",
    "pairsOf(found).some((pair) => pair.production",
    "pairsOf(found).slice(0, 1).some((pair) => pair.production",
  ),
  ecsMutant(
    "a replacement is put behind the first pair alone",
    "drivers/ecs/taskSets.ts",
    "if (!inPlaceOf) return",
    "if (inPlaceOf !== null) return",
  ),
  ecsMutant(
    "the containers of two pairs are taken for each other",
    "drivers/ecs/taskSets.ts",
    "= index === meant ? asked : (kept ?? asked);",
    "= asked;",
  ),
  ecsMutant(
    "rules of the test header move with the production traffic",
    "engine/ecsPairChecks.ts",
    "production: production.filter((route) => !isByHeader(route))",
    "production: production",
  ),
  ecsMutant(
    "rules of the test header stay where they were",
    "engine/ecsPairChecks.ts",
    "test: [...production.filter(isByHeader), ...test]",
    "test: [...test]",
  ),
  ecsMutant(
    "what an earlier deployment has left stays",
    "engine/ecsChecks.ts",
    `return status === "ACTIVE" &&`,
    `return status === "INACTIVE" &&`,
  ),
  ecsMutant(
    "what an earlier deployment has left goes before its traffic",
    "engine/ecsInstall.ts",
    `stage.phase !== "RemovingLeftovers" && hasStrayTraffic(found)) {`,
    `stage.phase !== "RemovingLeftovers" && hasStrayTraffic(found) && found.green) {`,
  ),
  ecsMutant(
    "rules of others are rewritten",
    "engine/ecsPairChecks.ts",
    "ours.has(targetGroupArn)));",
    "targetGroupArn !== ours.keys().next().value || ours.size > 0));",
  ),
  ecsMutant(
    "a task set is made again when the answer was lost",
    "drivers/ecs/taskSets.ts",
    "if (known) return identityOf(known);",
    "",
  ),
  ecsMutant(
    "a listener in a foreign state is overwritten",
    "drivers/ecs/listeners.ts",
    "if (!isExpected) throw",
    "if (!found) throw",
  ),
  ecsMutant(
    "a listener loses the order of its actions",
    "drivers/ecs/listeners.ts",
    "...(Order !== undefined && { Order }),",
    "",
  ),
  ecsMutant(
    "a listener loses its stickiness",
    "drivers/ecs/listeners.ts",
    "...(stickiness && { TargetGroupStickinessConfig: stickiness })",
    "",
  ),
  ecsMutant(
    "all traffic is left on a task set that is not the primary one",
    "engine/ecs.ts",
    "return staysThere ? promote(context, interruption) :",
    "return staysThere && hasAll === null ? promote(context, interruption) :",
  ),
  ecsMutant(
    "tasks that stop again and again are waited for to the end",
    "engine/ecsLooks.ts",
    "if (!last || recent.length < failFast.stoppedTasks) return null;",
    "if (!last || recent.length > 0) return null;",
  ),
  ecsMutant(
    "a look at the replacement hides who paused it",
    "engine/decisions.ts",
    "if (was.status !== is.status || was.paused",
    "if (isNextLook(was.stage, is.stage)) return true;\n  if (was.status !== is.status || was.paused",
  ),
];
