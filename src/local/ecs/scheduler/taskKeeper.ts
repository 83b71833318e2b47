/**
 * Tasks from their record to their end. Whatever follows from a record follows after it is durable: a task is written
 * down before it is started, and that it shall stop before anything of it is stopped.
 */
import { type Clock, type Release, wallClock } from "../../../clock.ts";
import type { TaskDefinition } from "../../../shapes/ecs.ts";
import type { EcsStore } from "../ecsStore.ts";
import { type ServiceId, type TaskId, taskKey } from "../names.ts";
import type { ContainerRecord, TaskRecord } from "../records.ts";
import type { TargetGroups } from "../targetGroups.ts";
import type { ContainerDriver } from "../tasks/container.ts";
import type { Ports } from "../tasks/ports.ts";
import type { TaskLogs } from "../tasks/taskLogs.ts";
import { TaskRun } from "../tasks/taskRun.ts";
import { portsOf } from "./newTask.ts";
import { Registrations } from "./registrations.ts";

export interface TaskKeeperOptions {
  store: EcsStore;
  clock: Clock;
  targetGroups: TargetGroups;
  driver: ContainerDriver;
  logs: TaskLogs;
  ports: Ports;
  log: (line: string) => void;
  /** Something about a task of the service has changed. */
  onChange(service: ServiceId): void;
  /** A task has come to its end without having been told to; `why` is its reason, with the exit code where there is one. */
  onFailure(service: ServiceId, task: TaskRecord, why: string): void;
  onTargets(service: ServiceId, task: TaskRecord, what: "registered" | "draining" | "deregistered"): void;
  /** A target group does not take the task; told once of each. */
  onRefusal(service: ServiceId, targetGroupArn: string, why: string): void;
}

export interface StopCause {
  stopCode: string;
  reason: string;
}

/** How long a task is described after its end, and how many of a service at most. */
const KEPT_MS = 3_600_000;
const MOST_KEPT = 100;
/** What tasks are given to end by themselves when signalbox does. */
const CLOSE_MS = 250;
/** A record that was refused is tried again. */
const RETRY_MS = 1000;

export class TaskKeeper {
  readonly #options: TaskKeeperOptions;
  readonly #runs = new Map<string, TaskRun>();
  readonly #registrations: Registrations;
  readonly #timers = new Map<string, Release>();
  #isClosed = false;

  constructor(options: TaskKeeperOptions) {
    this.#options = options;
    const { store, targetGroups, log, onTargets, onRefusal } = options;
    this.#registrations = new Registrations({
      ...{ targetGroups, log },
      isRunning: (id) => store.findTask(id)?.lastStatus === "RUNNING",
      onTargets: (id, task, what) => onTargets(serviceOf(id, task), task, what),
      onRefusal: (id, task, targetGroupArn, why) => onRefusal(serviceOf(id, task), targetGroupArn, why),
    });
  }

  /**
   * What an earlier process had is gone: its tasks have stopped, and are no targets any more. They are told of as
   * stopped; their services will want others.
   */
  takeOver(): void {
    const { store, ports, clock, logs, log } = this.#options;
    const all = store.everyTask();
    const now = clock.now();
    const gone = all.filter(({ value }) => value.lastStatus !== "STOPPED");
    const ended = gone.map(({ id, value }) => ({ id, value: endedWithUs(value, now) }));
    try {
      store.together(() => {
        for (const { id, value } of ended) store.putTask(id, value);
      });
    } catch (error) {
      log(`ecs: the end of ${gone.length} tasks cannot be written down: ${String(error)}`);
      // It is so whatever the disk says, and the next start finds the same.
      for (const { id, value } of ended) store.noteTask(id, value);
    }
    for (const { value } of gone) {
      for (const port of portsOf(value)) ports.take(port);
      void this.#registrations.withdraw(value).then(() => this.#releasePorts(value));
    }
    logs.keepOnly(new Set(all.map(({ id }) => id.task)));
    for (const { id, value } of store.everyTask()) this.#forgetLater(id, value.stoppedAt ?? now);
  }

  /** Starts a task whose record is durable. */
  start(id: TaskId, task: TaskRecord, definition: TaskDefinition): void {
    const { driver, logs, clock } = this.#options;
    const run = new TaskRun({
      ...{ id, task, definition, driver, logs, clock },
      onChange: (containers, isStarted) => this.#onContainers(id, containers, isStarted),
      onFailure: (stopCode, reason, exitCode) => this.#onFailure(id, { stopCode, reason }, exitCode),
      onEnded: (containers) => this.#onEnded(id, containers),
    });
    this.#runs.set(taskKey(id), run);
    const done = clock.hold();
    run.start().then(done, (error: unknown) => {
      done();
      this.#options.log(`ecs: task ${id.task} could not be started: ${String(error)}`);
    });
  }

  /** Whether the task is registered as everything that it shall be. */
  isRegistered(id: TaskId): boolean {
    return this.#registrations.isComplete(id);
  }

  /** Asks tasks to end. Durable when it returns; what they are registered as drains first. */
  stop(wanted: { id: TaskId; cause: StopCause }[]): void {
    const { store } = this.#options;
    const stopping = wanted.flatMap(({ id, cause }) => {
      const task = store.findTask(id);
      return task && task.desiredStatus !== "STOPPED" ? [{ id, task: this.#stopping(id, task, cause) }] : [];
    });
    store.together(() => {
      for (const { id, task } of stopping) store.putTask(id, task);
    });
    for (const { id, task } of stopping) {
      void this.#drainAndStop(id, task);
      this.#options.onChange(serviceOf(id, task));
    }
  }

  #stopping(id: TaskId, task: TaskRecord, { stopCode, reason }: StopCause): TaskRecord {
    const isRegistered = this.#registrations.has(id);
    return {
      ...task,
      desiredStatus: "STOPPED",
      lastStatus: isRegistered ? "DEACTIVATING" : "STOPPING",
      stoppingAt: this.#options.clock.now(),
      stopCode,
      stoppedReason: reason,
    };
  }

  /** Ends all tasks, some of them against their will. Their records stay as they are: the next start sees to them. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#registrations.close();
    for (const release of this.#timers.values()) release();
    const ending = [...this.#runs.values()];
    const allEnded = Promise.all(ending.map((run) => run.ended));
    for (const run of ending) run.stop();
    await Promise.race([allEnded, wallClock.pause(CLOSE_MS)]);
    for (const run of ending) run.kill();
    await Promise.race([allEnded, wallClock.pause(CLOSE_MS)]);
  }

  async #drainAndStop(id: TaskId, task: TaskRecord): Promise<void> {
    await this.#registrations.deregister(id, task);
    if (this.#isClosed) return;
    const present = this.#options.store.findTask(id);
    const run = this.#runs.get(taskKey(id));
    if (!present || !run) return;
    this.#note(id, { ...present, lastStatus: "STOPPING" });
    const done = this.#options.clock.hold();
    void run.ended.then(done);
    run.stop();
  }

  #onContainers(id: TaskId, containers: ContainerRecord[], isStarted: boolean): void {
    const task = this.#options.store.findTask(id);
    if (!task || this.#isClosed) return;
    const isRunning = isStarted && task.lastStatus === "PENDING";
    const started = isRunning ? { lastStatus: "RUNNING" as const, startedAt: this.#options.clock.now() } : {};
    this.#note(id, { ...task, containers, ...started });
    if (isRunning && task.targets.length > 0) this.#registrations.register(id, task);
    this.#options.onChange(serviceOf(id, task));
  }

  /**
   * Nobody else's as long as it is a target anywhere: whoever had the port would be sent what is not his, and would be
   * deregistered in its place.
   */
  #releasePorts(task: TaskRecord): void {
    for (const port of portsOf(task)) this.#options.ports.release(port);
  }

  /** It ends by itself: nothing can be drained any more. */
  #onFailure(id: TaskId, { stopCode, reason }: StopCause, exitCode?: number): void {
    const { store, clock } = this.#options;
    const task = store.findTask(id);
    if (!task || this.#isClosed) return;
    if (task.desiredStatus === "STOPPED") return;
    const wanted = { desiredStatus: "STOPPED", lastStatus: "STOPPING", stoppingAt: clock.now() } as const;
    this.#note(id, { ...task, ...wanted, stopCode, stoppedReason: reason });
    void this.#registrations.deregister(id, task);
    const why = exitCode === undefined ? reason : `${reason} (exit code ${exitCode})`;
    this.#options.onFailure(serviceOf(id, task), task, why);
  }

  #onEnded(id: TaskId, containers: ContainerRecord[]): void {
    this.#runs.delete(taskKey(id));
    if (this.#isClosed) return;
    const { store, clock, log } = this.#options;
    const task = store.findTask(id);
    if (!task) return;
    const now = clock.now();
    const times = { stoppingAt: task.stoppingAt ?? now, stoppedAt: now };
    const stopped: TaskRecord = { ...task, ...times, containers, desiredStatus: "STOPPED", lastStatus: "STOPPED" };
    // It has ended whatever the disk says; a record that is behind is put right at the next start.
    this.#note(id, stopped);
    const write = () => {
      try {
        store.putTask(id, stopped);
      } catch (error) {
        log(`ecs: the end of task ${id.task} cannot be written down: ${String(error)}`);
        this.#timers.set(taskKey(id), wallClock.after(RETRY_MS, write));
        return;
      }
      this.#forgetLater(id, now);
    };
    const leave = () => {
      this.#releasePorts(task);
      if (this.#isClosed || !store.findTask(id)) return;
      write();
      this.#options.onChange(serviceOf(id, task));
    };
    const left = this.#registrations.left(id);
    // Its end is durable only once it is no target any more: what the next start finds running it deregisters.
    if (left) void left.then(leave);
    else leave();
    this.#forgetSurplus(serviceOf(id, task));
    this.#options.onChange(serviceOf(id, task));
  }

  #note(id: TaskId, task: TaskRecord): void {
    this.#options.store.noteTask(id, task);
  }

  #forgetLater(id: TaskId, stoppedAt: number): void {
    this.#timers.get(taskKey(id))?.();
    this.#timers.set(
      taskKey(id),
      this.#options.clock.at(stoppedAt + KEPT_MS, () => this.#forget(id)),
    );
  }

  #forgetSurplus(service: ServiceId): void {
    const stopped = this.#options.store.tasksOf(service).filter(({ lastStatus }) => lastStatus === "STOPPED");
    const order = stopped.sort((one, other) => (other.stoppedAt ?? 0) - (one.stoppedAt ?? 0));
    for (const { task, cluster } of order.slice(MOST_KEPT)) {
      this.#forget({ accountId: service.accountId, region: service.region, cluster, task });
    }
  }

  #forget(id: TaskId): void {
    this.#timers.get(taskKey(id))?.();
    this.#timers.delete(taskKey(id));
    try {
      this.#options.store.removeTask(id);
      this.#options.logs.remove(id.task);
    } catch (error) {
      this.#options.log(`ecs: task ${id.task} cannot be forgotten: ${String(error)}`);
    }
  }
}

function endedWithUs(task: TaskRecord, now: number): TaskRecord {
  const cause = { stopCode: "TerminationNotice", stoppedReason: "Signalbox was restarted" };
  return {
    ...task,
    ...(task.desiredStatus === "STOPPED" ? {} : cause),
    desiredStatus: "STOPPED",
    lastStatus: "STOPPED",
    stoppingAt: task.stoppingAt ?? now,
    stoppedAt: now,
    containers: task.containers.map((container) => ({ ...container, lastStatus: "STOPPED" })),
  };
}

const serviceOf = ({ accountId, region }: TaskId, { cluster, service }: TaskRecord): ServiceId => ({
  accountId,
  region,
  cluster,
  service,
});
