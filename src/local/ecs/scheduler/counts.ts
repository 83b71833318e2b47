/** How many tasks a service should have, and how many it has. Pure. */
import type { Rollout, ServiceRecord, TaskRecord } from "../records.ts";

/** How many tasks of the rollout shall run, where nothing has to be replaced step by step. */
export function desiredOf(service: ServiceRecord, rollout: Rollout): number {
  if (service.status !== "ACTIVE" || rollout.status === "DRAINING") return 0;
  if (service.controller === "ECS") return rollout.status === "PRIMARY" ? service.desiredCount : 0;
  return Math.ceil((service.desiredCount * rollout.scale.value) / 100);
}

export const isPending = ({ lastStatus, desiredStatus }: TaskRecord): boolean =>
  desiredStatus === "RUNNING" && (lastStatus === "PROVISIONING" || lastStatus === "PENDING");

export const isRunning = ({ lastStatus }: TaskRecord): boolean => lastStatus === "RUNNING";

/** It runs, or will, and nothing has asked it to stop. */
export const isLive = ({ desiredStatus, lastStatus }: TaskRecord): boolean =>
  desiredStatus === "RUNNING" && lastStatus !== "STOPPED";

export const ofRollout = (tasks: TaskRecord[], rollout: Rollout): TaskRecord[] =>
  tasks.filter((task) => task.rollout === rollout.id);

export function countsOf(tasks: TaskRecord[]): { runningCount: number; pendingCount: number } {
  return { runningCount: tasks.filter(isRunning).length, pendingCount: tasks.filter(isPending).length };
}
