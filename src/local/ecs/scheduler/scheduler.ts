/**
 * Brings services to what they shall be. It looks at a service when somebody has changed it, when a task or a target of it
 * has changed, and when a pause that it decided on is over; never just to see. One look says what is missing
 * (`plan.ts`), writes it down, and then does it.
 */
import { type Clock, type Release, wallClock } from "../../../clock.ts";
import type { Ids } from "../../../ids.ts";
import type { TaskDefinition } from "../../../shapes/ecs.ts";
import type { EcsStore } from "../ecsStore.ts";
import { type ClusterId, readDefinition, type ServiceId, serviceKey, type TaskId } from "../names.ts";
import type { RegisteredTarget, Rollout, ServiceRecord, TaskRecord } from "../records.ts";
import type { TargetGroups } from "../targetGroups.ts";
import type { ContainerDriver } from "../tasks/container.ts";
import { loopbackPorts, type Ports } from "../tasks/ports.ts";
import type { TaskLogs } from "../tasks/taskLogs.ts";
import { freePortsNeeded, newTask, portsOf } from "./newTask.ts";
import { type Plan, planService, type Seen } from "./plan.ts";
import { type News, settled, type TargetNews, withNews } from "./settle.ts";
import { type StopCause, TaskKeeper } from "./taskKeeper.ts";
import { wellbeingOf } from "./wellbeing.ts";

export interface SchedulerOptions {
  store: EcsStore;
  clock: Clock;
  ids: Ids;
  targetGroups: TargetGroups;
  driver: ContainerDriver;
  logs: TaskLogs;
  log: (line: string) => void;
}

/** So many tasks are started in one look, so that requests are answered in between. */
const MOST_AT_ONCE = 20;
/** A look that the disk has made impossible is taken again. */
const RETRY_MS = 1000;
/** How long a service is described after its end. */
const KEPT_MS = 3_600_000;

/** Of what a task has printed, in bytes. */
const MOST_LAST_WORDS = 1000;

const lastLines = (logs: { text: string }[]) => logs.flatMap(({ text }) => text.trimEnd().split("\n")).slice(-5);

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #ports: Ports = loopbackPorts();
  readonly #keeper: TaskKeeper;
  /** Services to look at, by key. */
  readonly #asked = new Map<string, ServiceId>();
  readonly #timers = new Map<string, Release>();
  /** What has happened to services and is not in their records yet, by key. */
  readonly #news = new Map<string, News>();
  /** Whose target it is, by group, address and port. */
  readonly #targets = new Map<string, ServiceId>();
  readonly #stopListening: () => void;
  #isLooking = false;
  #isClosed = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#keeper = new TaskKeeper({
      ...options,
      ports: this.#ports,
      onChange: (service) => this.wake(service),
      onFailure: (service, task, why) => {
        const lastWords = lastLines(options.logs.tail(task.task, MOST_LAST_WORDS) ?? []);
        this.#newsOf(service).failures.push({ task, why: [why, ...lastWords].join("\n") });
        this.wake(service);
      },
      onTargets: (service, task, what) => this.#onTargets(service, task, what),
      onRefusal: (service, targetGroupArn, why) => {
        this.#newsOf(service).messages.push(
          `) failed to register targets in (target-group ${targetGroupArn}) with (error ${why}).`,
        );
        this.wake(service);
      },
    });
    this.#stopListening = options.targetGroups.onHealth((targetGroupArn, target) => {
      const service = this.#targets.get(targetKey({ targetGroupArn, ...target }));
      if (service) this.wake(service);
    });
  }

  /** Takes up the services of an earlier process, whose tasks have ended with it. */
  resume(): void {
    this.#keeper.takeOver();
    for (const { id, value } of this.#options.store.everyService()) {
      if (value.status === "INACTIVE") this.#forgetLater(id, value);
      else this.wake(id);
    }
  }

  /** The service is looked at soon. */
  wake({ accountId, region, cluster, service }: ServiceId): void {
    if (this.#isClosed) return;
    const id = { accountId, region, cluster, service };
    this.#asked.set(serviceKey(id), id);
    if (!this.#isLooking) void this.#lookAtAll();
  }

  /** Asks a task to end, and answers its record. Durable when it returns; throws where there is no such task. */
  stopTask({ accountId, region, cluster, task }: TaskId, cause: StopCause): TaskRecord {
    const id = { accountId, region, cluster, task };
    this.#keeper.stop([{ id, cause }]);
    const found = this.#options.store.findTask(id);
    if (!found) throw new Error(`there is no task ${task}`);
    return found;
  }

  /** Ends every task. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopListening();
    for (const release of this.#timers.values()) release();
    await this.#keeper.close();
  }

  async #lookAtAll(): Promise<void> {
    this.#isLooking = true;
    const done = this.#options.clock.hold();
    for (let [next] = this.#asked; next && !this.#isClosed; [next] = this.#asked) {
      const [key, id] = next;
      // Whoever has woken it is through with what he does.
      await new Promise((resolve) => setImmediate(resolve));
      this.#asked.delete(key);
      try {
        await this.#look(id);
      } catch (error) {
        this.#options.log(`ecs: service ${id.service} cannot be looked after: ${String(error)}`);
        this.#later(
          `retry ${key}`,
          wallClock.after(RETRY_MS, () => this.wake(id)),
        );
      }
    }
    this.#isLooking = false;
    done();
  }

  async #look(id: ServiceId): Promise<void> {
    this.#writeDown(id);
    const before = this.#seen(id);
    if (!before) return;
    const needed = planService(before).start.reduce((sum, { rollout, count }) => {
      const definition = this.#definitionOf(id, rollout);
      return sum + (definition ? freePortsNeeded(definition) * Math.min(count, MOST_AT_ONCE) : 0);
    }, 0);
    const free = needed > 0 ? await this.#ports.find(needed) : [];
    // Looked at again: while ports were found, somebody may have changed his mind.
    const seen = this.#isClosed ? undefined : this.#seen(id);
    try {
      if (seen) this.#carryOut(id, seen.service, planService(seen), free);
    } finally {
      for (const port of free) this.#ports.release(port);
    }
    this.#writeDown(id);
  }

  #seen(id: ServiceId): Seen | undefined {
    const { store, clock, targetGroups } = this.#options;
    const service = store.findService(id);
    if (!service || service.status === "INACTIVE") return undefined;
    const wellbeing = (task: TaskRecord) => {
      return wellbeingOf(task, targetGroups, this.#keeper.isRegistered(taskIdOf(id, task)));
    };
    return { service, tasks: store.tasksOf(id), wellbeing, now: clock.now() };
  }

  #carryOut(id: ServiceId, service: ServiceRecord, plan: Plan, free: number[]): void {
    const { clock } = this.#options;
    if (plan.stop.length > 0) {
      const stopCode = "ServiceSchedulerInitiated";
      this.#keeper.stop(plan.stop.map(({ task, reason }) => ({ id: taskIdOf(id, task), cause: { stopCode, reason } })));
      const news = this.#newsOf(id);
      for (const { task, reason, isIll } of plan.stop) {
        if (!isIll) continue;
        news.failures.push({ task, why: reason });
        news.messages.push(`) (task ${task.task}) ${reason}.`);
      }
      news.messages.push(
        `) has stopped ${plan.stop.length} running tasks: ${plan.stop.map(({ task }) => named(task)).join(" ")}.`,
      );
    }
    for (const { rollout, count } of plan.start) this.#start(id, service, rollout, count, free);
    this.#later(serviceKey(id), plan.again === undefined ? undefined : clock.at(plan.again, () => this.wake(id)));
  }

  #start(id: ServiceId, service: ServiceRecord, rollout: Rollout, count: number, free: number[]): void {
    const { clock, ids } = this.#options;
    const definition = this.#definitionOf(id, rollout);
    const made: TaskRecord[] = [];
    let problem = definition ? undefined : `${rollout.taskDefinition} does not exist`;
    while (definition && made.length < Math.min(count, MOST_AT_ONCE) && problem === undefined) {
      const task =
        free.length < freePortsNeeded(definition)
          ? undefined
          : newTask({ clock, ids, ports: this.#ports, service, rollout, definition, free });
      if (task === undefined) problem = "there are no more free ports";
      else if (typeof task === "number") problem = `port ${task} is already used by another task`;
      else made.push(task);
    }
    if (definition && made.length > 0) this.#startMade(id, made, definition);
    if (problem !== undefined) {
      const news = this.#newsOf(id);
      news.unplaced.push(rollout.id);
      news.messages.push(`) was unable to place a task because ${problem}.`);
    }
    if (made.length < count) this.wake(id);
  }

  #startMade(id: ServiceId, made: TaskRecord[], definition: TaskDefinition): void {
    const { store } = this.#options;
    try {
      store.together(() => {
        for (const task of made) store.putTask(taskIdOf(id, task), task);
      });
    } catch (error) {
      for (const task of made) for (const port of portsOf(task)) this.#ports.release(port);
      throw error;
    }
    this.#newsOf(id).messages.push(`) has started ${made.length} tasks: ${made.map(named).join(" ")}.`);
    for (const task of made) this.#keeper.start(taskIdOf(id, task), task, definition);
  }

  /** Brings the service's record to what is so: what has happened since, and where the service has come by that. */
  #writeDown(id: ServiceId): void {
    const { store, ids, clock } = this.#options;
    const seen = this.#seen(id);
    const news = this.#newsOf(id);
    this.#news.delete(serviceKey(id));
    if (!seen) return;
    const after = settled({ ...seen, service: withNews(seen.service, news, ids, clock.now()) }, ids);
    if (after === seen.service) return;
    try {
      store.putService(id, after);
    } catch (error) {
      this.#news.set(serviceKey(id), news);
      throw error;
    }
    if (after.status === "INACTIVE") this.#forgetLater(id, after);
    // What is steady or gone may be what something else has waited for.
    else this.wake(id);
  }

  #newsOf(id: ServiceId): News {
    const found = this.#news.get(serviceKey(id)) ?? { failures: [], unplaced: [], messages: [], targets: [] };
    this.#news.set(serviceKey(id), found);
    return found;
  }

  #onTargets(id: ServiceId, task: TaskRecord, what: TargetNews["what"]): void {
    for (const target of task.targets) {
      if (what === "registered") this.#targets.set(targetKey(target), id);
      if (what === "deregistered") this.#targets.delete(targetKey(target));
      this.#newsOf(id).targets.push({ what, targetGroupArn: target.targetGroupArn });
    }
    this.wake(id);
  }

  #definitionOf(scope: ClusterId, { taskDefinition }: Rollout): TaskDefinition | undefined {
    const { family = "", revision = 0 } = readDefinition(scope, taskDefinition) ?? {};
    const { accountId, region } = scope;
    return this.#options.store.findDefinition({ accountId, region, family, revision })?.definition;
  }

  #forgetLater(id: ServiceId, { inactiveAt = 0 }: ServiceRecord): void {
    const { store, clock, log } = this.#options;
    const forget = () => {
      if (store.findService(id)?.status !== "INACTIVE") return;
      try {
        store.removeService(id);
      } catch (error) {
        log(`ecs: service ${id.service} cannot be forgotten: ${String(error)}`);
      }
    };
    this.#later(serviceKey(id), clock.at(inactiveAt + KEPT_MS, forget));
  }

  /** One timer of a name, in place of the one before it. */
  #later(name: string, release: Release | undefined): void {
    this.#timers.get(name)?.();
    if (release) this.#timers.set(name, release);
    else this.#timers.delete(name);
  }
}

const targetKey = ({ targetGroupArn, id, port }: RegisteredTarget) => `${targetGroupArn} ${id}:${port}`;

const taskIdOf = ({ accountId, region, cluster }: ServiceId, { task }: TaskRecord): TaskId => ({
  accountId,
  region,
  cluster,
  task,
});

const named = ({ task }: TaskRecord) => `(task ${task})`;
