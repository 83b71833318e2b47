/** Faults in what people may ask of a deployment, and in what is kept of it. */
import { type Mutant, mutant, unitMutant } from "./mutant.ts";

export const STEERING_MUTANTS: readonly Mutant[] = [
  mutant(
    "a pause is ignored while traffic is held",
    "engine/course.ts",
    "return pauseWait(withState({ paused: { since: at, by } }));",
    `return state.stage.phase === "HoldingTraffic" ? stay(deployment) : pauseWait(withState({ paused: { since: at, by } }));`,
  ),
  mutant(
    "a pause does not hold up traffic that a report lets through",
    "engine/stage.ts",
    "if (context.deployment.state.paused) return move(",
    `if (context.deployment.state.paused && next.do !== "shiftTraffic") return move(`,
  ),
  mutant(
    "a pause does not hold up the end",
    "engine/stage.ts",
    "if (context.deployment.state.paused) return move(",
    `if (context.deployment.state.paused && next.do !== "succeed") return move(`,
  ),
  mutant(
    "a pause forgets what is left of the interval",
    "engine/lambda.ts",
    "remainingMs: Math.max(0, stage.until - at)",
    "remainingMs: 0",
  ),
  mutant(
    "a skipped wait skips a weight as well",
    "engine/course.ts",
    `case "skip-wait":
      return platformOf(context).endWait(context);`,
    `case "skip-wait":
      return platformOf(context).endWait({
        ...context,
        deployment: { ...deployment, targets: deployment.targets.map((target) => ({ ...target, weight: target.weight + 10 })) },
      });`,
  ),
  mutant(
    "a skipped wait is accepted and not skipped",
    "engine/course.ts",
    `case "skip-wait":
      return platformOf(context).endWait(context);`,
    `case "skip-wait":
      return stay(deployment);`,
  ),
  mutant(
    "a promotion passes over a validation function",
    "engine/hooks.ts",
    "if (functionName !== undefined) return",
    "if (functionName !== undefined && !context.deployment.state.promoted) return",
  ),
  mutant(
    "a promotion waits for the interval",
    "engine/course.ts",
    `return state.stage.phase === "HoldingTraffic" ? platformOf(context).endWait(promoted) : stay(promoted.deployment);`,
    "return stay(promoted.deployment);",
  ),
  mutant(
    "an abort rolls back only where the configuration says so",
    "engine/interruption.ts",
    "...stopRequest(true), detail",
    "...stopRequest(null), detail",
  ),
  mutant(
    "a rollback can be aborted",
    "engine/steering.ts",
    "if (plan.rollsBackDeploymentId !== null) return",
    `if (plan.rollsBackDeploymentId !== null && verb !== "abort") return`,
  ),
  mutant(
    "decisions are not written",
    "runner/turn.ts",
    "await tx.history.append(n, record.version + 1, turn.told);",
    "",
  ),
  mutant(
    "what a person asked is not in the decision log",
    "engine/decisions.ts",
    "if (was.status !== is.status || was.paused !== is.paused || was.promoted !== is.promoted) return false;",
    "if (was.status !== is.status) return false;",
  ),
  unitMutant(
    "engine/steering.test.ts",
    "a paused deployment runs out of time",
    "engine/interruptions.ts",
    "if (startTime === null || paused) return",
    "if (startTime === null) return",
  ),
];
