/** What a service's record says of where it has come: steady states, completed deployments, and what is over. Pure. */
import type { Ids } from "../../../ids.ts";
import type { Rollout, ServiceRecord, TaskRecord } from "../records.ts";
import { ofRollout } from "./counts.ts";
import { isSteady, type Seen } from "./plan.ts";

/** Of each service; AWS tells as many. */
const MOST_EVENTS = 100;

export interface TargetNews {
  what: "registered" | "draining" | "deregistered";
  targetGroupArn: string;
}

export interface Failure {
  task: TaskRecord;
  /** Its reason, and what it has said last. */
  why: string;
}

/** What has happened to a service since its record was written. */
export interface News {
  /** Tasks that have ended although nobody had asked them to, or were ill. */
  failures: Failure[];
  /** Rollouts whose tasks could not even be made. */
  unplaced: string[];
  messages: string[];
  targets: TargetNews[];
}

/** A task that ran shorter than this has failed to start, in effect. */
const SHORT_MS = 60_000;
const LONGEST_PAUSE_MS = 300_000;

/** The record with the news in it: events, and a pause for what fails again and again. */
export function withNews(service: ServiceRecord, news: News, ids: Ids, now: number): ServiceRecord {
  const messages = [...news.messages, ...endMessages(service, news.failures), ...targetMessages(news.targets)];
  const rollouts = service.rollouts.map((rollout) => {
    const failed = news.failures.map(({ task }) => task).filter((task) => task.rollout === rollout.id);
    if (failed.length === 0 && !news.unplaced.includes(rollout.id)) return rollout;
    const after = paused(rollout, failed, now);
    if (after.failuresInARow === 3) messages.push(") is unable to consistently start tasks successfully.");
    return after;
  });
  const isSame = rollouts.every((rollout, index) => rollout === service.rollouts[index]);
  return withEvents(isSame ? service : { ...service, rollouts }, ids, now, messages);
}

/** A pause that doubles each time, so that a service which cannot live does not keep the machine busy. */
function paused(rollout: Rollout, failed: TaskRecord[], now: number): Rollout {
  const isShort = failed.every(({ startedAt }) => startedAt === undefined || now - startedAt < SHORT_MS);
  const failuresInARow = isShort ? rollout.failuresInARow + 1 : 0;
  const pauseMs = isShort ? Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** (failuresInARow - 1)) : 0;
  return { ...rollout, failuresInARow, failedTasks: rollout.failedTasks + failed.length, notBefore: now + pauseMs };
}

/**
 * Why tasks of task sets have ended: more than AWS tells, for who deploys them and may look at the service alone, as the
 * managed role of CodeDeploy may.
 */
function endMessages({ controller }: ServiceRecord, failures: Failure[]): string[] {
  if (controller === "ECS") return [];
  return failures.map(({ task, why }) => `, taskSet ${task.rollout}) (task ${task.task}) stopped: ${why}`);
}

/** One message for all targets of a group, as AWS tells it. */
function targetMessages(targets: TargetNews[]): string[] {
  const counts = new Map<string, number>();
  for (const { what, targetGroupArn } of targets) {
    const key = what === "draining" ? what : `${what} ${targetGroupArn}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => {
    const [what, targetGroupArn] = key.split(" ");
    if (what === "draining") return `) has begun draining connections on ${count} tasks.`;
    return `) ${what} ${count} targets in (target-group ${targetGroupArn}).`;
  });
}

function withEvents(service: ServiceRecord, ids: Ids, now: number, messages: string[]): ServiceRecord {
  if (messages.length === 0) return service;
  const told = messages.map((text) => ({ id: ids.uuid(), createdAt: now, message: `(service ${service.name}${text}` }));
  return { ...service, events: [...told.reverse(), ...service.events].slice(0, MOST_EVENTS) };
}

/** The record as it should be now; the same object where nothing has changed. */
export function settled(seen: Seen, ids: Ids): ServiceRecord {
  const { service, tasks, now } = seen;
  const left = tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED");
  if (service.status === "DRAINING" && left.length === 0) {
    const gone: ServiceRecord = { ...service, status: "INACTIVE", inactiveAt: now, rollouts: [] };
    return withEvents(gone, ids, now, [") has stopped all of its tasks."]);
  }
  const messages: string[] = [];
  let rollouts = service.rollouts.map((rollout) => {
    const steady = isSteady(seen, rollout);
    if (steady === rollout.isSteady) return rollout;
    if (service.controller !== "ECS") {
      messages.push(`, taskSet ${rollout.id}) updated state to ${steady ? "STEADY_STATE" : "STABILIZING"}.`);
    }
    return { ...rollout, isSteady: steady, steadyAt: now };
  });
  const isOver = (rollout: Rollout) => ofRollout(left, rollout).length === 0 && isReplaced(service, rollout, rollouts);
  if (rollouts.some(isOver)) rollouts = rollouts.filter((rollout) => !isOver(rollout));
  rollouts = rollouts.map((rollout) => {
    const completes = service.controller === "ECS" && rollout.isSteady && !rollout.isCompleted && rollouts.length === 1;
    if (completes) messages.push(`) (deployment ${rollout.id}) deployment completed.`);
    return completes ? { ...rollout, isCompleted: true, updatedAt: now } : rollout;
  });
  const wasSteady = isAllSteady(service.rollouts);
  if (!wasSteady && isAllSteady(rollouts)) messages.push(") has reached a steady state.");
  const isSame =
    rollouts.length === service.rollouts.length && rollouts.every((one, index) => one === service.rollouts[index]);
  return isSame ? service : withEvents({ ...service, rollouts }, ids, now, messages);
}

const isAllSteady = (rollouts: Rollout[]) => rollouts.length > 0 && rollouts.every((rollout) => rollout.isSteady);

/** A task set that was deleted, or a deployment before one that has what it shall have. */
function isReplaced({ controller }: ServiceRecord, { status }: Rollout, rollouts: Rollout[]): boolean {
  if (controller !== "ECS") return status === "DRAINING";
  return status === "ACTIVE" && rollouts.some((other) => other.status === "PRIMARY" && other.isSteady);
}
