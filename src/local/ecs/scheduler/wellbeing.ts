/** How a running task is doing for those who check it. */
import type { TaskRecord } from "../records.ts";
import type { TargetGroups } from "../targetGroups.ts";
import type { Wellbeing } from "./plan.ts";

export function wellbeingOf(
  { containers, targets }: TaskRecord,
  targetGroups: TargetGroups,
  isRegistered: boolean,
): Wellbeing {
  const checked = containers.filter(({ essential, health }) => essential && health !== undefined);
  if (checked.some(({ health }) => health === "UNHEALTHY")) {
    return { state: "ill", reason: "Task failed container health checks" };
  }
  const found = targets.map(({ targetGroupArn, ...target }) => ({
    targetGroupArn,
    health:
      isRegistered && targetGroups.describe(targetGroupArn) ? targetGroups.health(targetGroupArn, target) : "initial",
  }));
  const ill = found.find(({ health }) => health === "unhealthy");
  if (ill) return { state: "ill", reason: `Task failed ELB health checks in (target-group ${ill.targetGroupArn})` };
  // A group that no listener leads to checks nobody; one that is gone, or does not have it yet, makes nobody well.
  const isWell = found.every(({ health }) => health === "healthy" || health === "unused");
  return { state: isWell && checked.every(({ health }) => health === "HEALTHY") ? "well" : "waiting" };
}
