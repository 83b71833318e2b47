/**
 * What a service wants done with its tasks just now: the difference between what shall run and what does. Pure; it says
 * the same again until it is done.
 */
import type { Instant } from "../../../clock.ts";
import type { Rollout, ServiceRecord, TaskRecord } from "../records.ts";
import { desiredOf, isLive, isPending, isRunning, ofRollout } from "./counts.ts";

/** How a task is doing for those who check it: load balancers and health check commands. */
export type Wellbeing = { state: "well" } | { state: "waiting" } | { state: "ill"; reason: string };

export interface Plan {
  /** How many tasks of which rollout to start now. */
  start: { rollout: Rollout; count: number }[];
  /** Those that are ill have failed; the others are too many. */
  stop: { task: TaskRecord; reason: string; isIll: boolean }[];
  /** When to look again though nothing has happened: a pause after failures, or a period of grace, is over then. */
  again: Instant | undefined;
}

export interface Seen {
  service: ServiceRecord;
  tasks: TaskRecord[];
  wellbeing: (task: TaskRecord) => Wellbeing;
  now: Instant;
}

export function planService(seen: Seen): Plan {
  const { service, now } = seen;
  const ill = illTasks(seen);
  const illTasksNow = new Set(ill.stop.map(({ task }) => task));
  const healthy = { ...seen, tasks: seen.tasks.filter((task) => !illTasksNow.has(task)) };
  const { start, stop } = service.controller === "ECS" ? replaceStepByStep(healthy) : scaleEach(healthy);
  const paused = start.filter(({ rollout }) => rollout.notBefore > now);
  const moments = [...paused.map(({ rollout }) => rollout.notBefore), ...ill.graceEnds];
  return {
    start: start.filter(({ rollout, count }) => rollout.notBefore <= now && count > 0),
    stop: [...ill.stop, ...stop],
    again: moments.length > 0 ? Math.min(...moments) : undefined,
  };
}

/** Tasks that are to be replaced for their health, once their period of grace is over. */
function illTasks({ service, tasks, wellbeing, now }: Seen): { stop: Plan["stop"]; graceEnds: Instant[] } {
  const graceMs = (service.healthCheckGracePeriodSeconds ?? 0) * 1000;
  const stop: Plan["stop"] = [];
  const graceEnds: Instant[] = [];
  for (const task of tasks) {
    if (!isLive(task) || !isRunning(task)) continue;
    const found = wellbeing(task);
    if (found.state !== "ill") continue;
    const graceEnd = (task.startedAt ?? now) + graceMs;
    if (now >= graceEnd) stop.push({ task, reason: found.reason, isIll: true });
    else graceEnds.push(graceEnd);
  }
  return { stop, graceEnds };
}

/** Task sets are as large as they shall be, each for itself. */
function scaleEach({ service, tasks, wellbeing }: Seen): Pick<Plan, "start" | "stop"> {
  const start: Plan["start"] = [];
  const stop: Plan["stop"] = [];
  for (const rollout of service.rollouts) {
    const live = ofRollout(tasks, rollout).filter(isLive);
    const desired = desiredOf(service, rollout);
    if (live.length < desired) start.push({ rollout, count: desired - live.length });
    stop.push(...surplus(live, live.length - desired, wellbeing, service, rollout));
  }
  return { start, stop };
}

/**
 * A deployment of ECS's own: new tasks come as far as maximumPercent allows, old ones go as far as
 * minimumHealthyPercent does.
 */
function replaceStepByStep({ service, tasks, wellbeing }: Seen): Pick<Plan, "start" | "stop"> {
  const { minimumHealthyPercent = 100, maximumPercent = 200 } = service.deploymentConfiguration;
  const { desiredCount } = service;
  const live = tasks.filter(isLive);
  const primary = service.rollouts.find(({ status }) => status === "PRIMARY");
  const desired = primary ? desiredOf(service, primary) : 0;
  const mine = primary ? ofRollout(live, primary) : [];
  const old = live.filter((task) => task.rollout !== primary?.id);
  const stop: Plan["stop"] = primary ? surplus(mine, mine.length - desired, wellbeing, service, primary) : [];
  const isWell = (task: TaskRecord) => isRunning(task) && wellbeing(task).state === "well";
  // Those that serve nobody go first, and cost nothing.
  const idle = old.filter((task) => !isWell(task));
  const serving = old.filter(isWell);
  const least = desired === 0 ? 0 : Math.ceil((desiredCount * minimumHealthyPercent) / 100);
  const spare = mine.filter(isWell).length + serving.length - least;
  const going = [...idle, ...serving.slice(0, Math.max(0, spare))];
  stop.push(...going.map((task) => ({ task, reason: scalingReason(service, task.rollout), isIll: false })));
  const most = Math.max(1, Math.floor((desiredCount * maximumPercent) / 100));
  const count = Math.min(desired - mine.length, most - (live.length - going.length));
  return { start: primary && count > 0 ? [{ rollout: primary, count }] : [], stop };
}

/** The tasks to stop of those that are too many: what serves nobody first, then the newest. */
function surplus(
  live: TaskRecord[],
  count: number,
  wellbeing: Seen["wellbeing"],
  service: ServiceRecord,
  rollout: Rollout,
): Plan["stop"] {
  if (count <= 0) return [];
  const use = (task: TaskRecord) => (isPending(task) ? 0 : wellbeing(task).state === "well" ? 2 : 1);
  const order = [...live].sort((one, other) => use(one) - use(other) || other.createdAt - one.createdAt);
  return order.slice(0, count).map((task) => ({ task, reason: scalingReason(service, rollout.id), isIll: false }));
}

const scalingReason = ({ controller }: ServiceRecord, rollout: string) =>
  `Scaling activity initiated by (${controller === "ECS" ? "deployment" : "taskSet"} ${rollout})`;

/** Whether the rollout is what it shall be: as many tasks as desired, all of them running and well. */
export function isSteady({ service, tasks, wellbeing }: Seen, rollout: Rollout): boolean {
  const mine = ofRollout(tasks, rollout);
  const running = mine.filter(isRunning);
  return (
    rollout.status !== "DRAINING" &&
    service.status === "ACTIVE" &&
    running.length === desiredOf(service, rollout) &&
    !mine.some(isPending) &&
    running.every((task) => wellbeing(task).state === "well")
  );
}
