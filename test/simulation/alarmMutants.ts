/** Faults in what alarms do to a deployment. */
import { type Mutant, mutant, unitMutant } from "./mutant.ts";

export const ALARM_MUTANTS: readonly Mutant[] = [
  mutant(
    "a red alarm is ignored once all traffic has moved",
    "engine/interruptions.ts",
    "return startTime === null ? null : alarmInterruption(plan, event.states);",
    "return deployment.targets[0]?.weight === 100 ? null : alarmInterruption(plan, event.states);",
  ),
  mutant("alarms are watched for a rollback", "engine/rollback.ts", "alarms: null,", "alarms: plan.alarms,"),
  mutant(
    "ignorePollAlarmFailure means its opposite",
    "engine/alarms.ts",
    "if (missing.length === 0 || alarms.ignorePollFailure) return null;",
    "if (missing.length === 0 || !alarms.ignorePollFailure) return null;",
  ),
  mutant(
    "a missing alarm counts as green",
    "engine/alarms.ts",
    "return alarms.names.filter((name) => states[name] === undefined);",
    "return alarms.names.filter((name) => states[name] === null);",
  ),
  mutant(
    "the watch is not taken up after a restart",
    "runner/runner.ts",
    "void this.#alarmWatch?.start(left.watching);",
    "",
  ),
  mutant(
    "the first look at the alarms is left out",
    "engine/alarms.ts",
    "if (!alarms) return forward(",
    "if (!alarms || alarms.names.length > 0) return forward(",
  ),
  mutant(
    "a disabled alarm configuration is watched",
    "engine/plan.ts",
    "if (!configuration?.enabled) return null;",
    "if (!configuration) return null;",
  ),
  mutant(
    "the alarms of the group count for more than those of the deployment",
    "operations/deploymentPlan.ts",
    "overrideAlarmConfiguration ?? group.alarmConfiguration",
    "group.alarmConfiguration ?? overrideAlarmConfiguration",
  ),
  mutant(
    "one look that fails for a passing reason ends a deployment",
    "runner/alarmWatch.ts",
    "const MOST_FAILURES = 3;",
    "const MOST_FAILURES = 1;",
  ),
  unitMutant(
    "runner/alarmWatch.test.ts",
    "failed looks of an earlier deployment count against a later one",
    "runner/alarmWatch.ts",
    "const failures = found.length > 0 ? (this.#failures.get(deploymentN) ?? 0) + 1 : 0;",
    "const failures = found.length > 0 ? (this.#failures.get(0) ?? 0) + 1 : 0; this.#failures.set(0, failures);",
  ),
  mutant(
    "alarms that cannot be read at the start count as missing",
    "drivers/alarms/alarmDriver.ts",
    "if (problem && !isRed)",
    "if (problem && isRed)",
  ),
  mutant(
    "a look that fails ends the watch",
    "runner/alarmWatch.ts",
    "if (!this.#stopped && this.#watching.size > 0) this.#timer",
    "if (!this.#stopped && this.#watching.size > 0 && this.#failures.size === 0) this.#timer",
  ),
  mutant(
    "a stop by an alarm counts as a failure",
    "engine/alarms.ts",
    `rollbackEvent: "DEPLOYMENT_STOP_ON_ALARM" };`,
    `rollbackEvent: "DEPLOYMENT_FAILURE" };`,
  ),
];
