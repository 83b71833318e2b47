/**
 * One task while it runs: its containers in the order of their dependencies, until an essential one ends or it is told
 * to stop; then the others are ended in the opposite order.
 */
import { type Clock, type Release, wallClock } from "../../../clock.ts";
import type { ContainerDefinition, TaskDefinition } from "../../../shapes/ecs.ts";
import type { TaskId } from "../names.ts";
import type { ContainerRecord, TaskRecord } from "../records.ts";
import { type ContainerDriver, type RunningContainer, StartError } from "./container.ts";
import { checkHealth } from "./healthChecks.ts";
import type { TaskLogs } from "./taskLogs.ts";

export interface TaskRunOptions {
  id: TaskId;
  task: TaskRecord;
  definition: TaskDefinition;
  driver: ContainerDriver;
  logs: TaskLogs;
  clock: Clock;
  /** Told of every change of a container, and whether all of them have been started. */
  onChange(containers: ContainerRecord[], isStarted: boolean): void;
  /** It ends although nobody has asked it to; `exitCode` where a container that has ended is the cause. */
  onFailure(stopCode: string, reason: string, exitCode?: number): void;
  /** Nothing of it is left. */
  onEnded(containers: ContainerRecord[]): void;
}

interface Part {
  definition: ContainerDefinition;
  record: ContainerRecord;
  running: RunningContainer | undefined;
  /** Being started, or not to be started any more. */
  isDecided: boolean;
  isStopping: boolean;
  startedAt: number;
  release: Release[];
}

const DEFAULT_STOP_SECONDS = 30;
const DEFAULT_START_SECONDS = 180;

export class TaskRun {
  /** Resolves when nothing of it is left. */
  readonly ended: Promise<void>;
  #sayEnded: () => void = () => {};
  readonly #options: TaskRunOptions;
  readonly #parts: Part[];
  #isStopping = false;
  #hasEnded = false;

  constructor(options: TaskRunOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => {
      this.#sayEnded = resolve;
    });
    this.#parts = (options.definition.containerDefinitions ?? []).flatMap((definition) => {
      const record = options.task.containers.find(({ name }) => name === definition.name);
      const part = { definition, running: undefined, isDecided: false, isStopping: false, startedAt: 0, release: [] };
      return record ? [{ ...part, record }] : [];
    });
  }

  /** Resolves when the containers that wait for nothing have been started. */
  async start(): Promise<void> {
    await this.#startNext();
    if (this.#isStopping) return;
    for (const part of this.#parts) {
      const { dependsOn = [] } = part.definition;
      if (part.isDecided || dependsOn.length === 0) continue;
      const patience = Math.max(...dependsOn.map(({ containerName }) => this.#startSeconds(containerName)));
      part.release.push(
        wallClock.after(patience * 1000, () => {
          if (!part.isDecided)
            this.#fail("TaskFailedToStart", `Container ${part.definition.name} waited too long for what it depends on`);
        }),
      );
    }
  }

  /** Asks its containers to end, in the opposite order of their dependencies; each has its time to do so. */
  stop(): void {
    this.#isStopping = true;
    for (const part of this.#parts) {
      if (part.isDecided) continue;
      part.isDecided = true;
      part.record = { ...part.record, lastStatus: "STOPPED" };
    }
    this.#stopNext();
    this.#endIfGone();
  }

  /** Ends it at once. */
  kill(): void {
    this.#isStopping = true;
    for (const { running } of this.#parts) running?.kill();
  }

  #startSeconds(name: string | undefined): number {
    const found = this.#parts.find(({ definition }) => definition.name === name);
    return found?.definition.startTimeout ?? DEFAULT_START_SECONDS;
  }

  async #startNext(): Promise<void> {
    const ready = this.#parts.filter((part) => !part.isDecided && !this.#isStopping && this.#mayStart(part));
    for (const part of ready) part.isDecided = true;
    await Promise.all(ready.map((part) => this.#startPart(part)));
  }

  #mayStart({ definition }: Part): boolean {
    return (definition.dependsOn ?? []).every(({ containerName, condition }) => {
      const other = this.#parts.find((candidate) => candidate.definition.name === containerName);
      if (!other) return false;
      const { lastStatus, exitCode, health } = other.record;
      switch (condition) {
        case "COMPLETE":
          return lastStatus === "STOPPED";
        case "SUCCESS":
          return lastStatus === "STOPPED" && exitCode === 0;
        case "HEALTHY":
          return health === "HEALTHY";
        default:
          return lastStatus !== "PENDING";
      }
    });
  }

  async #startPart(part: Part): Promise<void> {
    const { id, task, driver, logs, clock } = this.#options;
    const { definition } = part;
    const name = definition.name ?? "";
    let running: RunningContainer;
    try {
      running = await driver.start({
        task: id,
        taskDefinition: task.definition,
        definition,
        bindings: part.record.bindings,
        taskBindings: task.containers.flatMap(({ bindings }) => bindings),
        output: (chunk) => logs.append(id.task, name, chunk),
      });
    } catch (error) {
      const reason = error instanceof StartError ? error.message : `CannotStartContainerError: ${String(error)}`;
      part.record = { ...part.record, lastStatus: "STOPPED", reason };
      this.#fail("TaskFailedToStart", reason);
      this.#endIfGone();
      return;
    }
    part.running = running;
    part.startedAt = clock.now();
    void running.ended.then(({ exitCode }) => this.#onEnded(part, exitCode));
    if (this.#isStopping) return this.#stopNext();
    const { healthCheck } = definition;
    part.record = { ...part.record, lastStatus: "RUNNING", runtimeId: running.runtimeId };
    if (healthCheck) {
      part.record.health = "UNKNOWN";
      const onHealth = (health: ContainerRecord["health"]) => {
        part.record = { ...part.record, health };
        this.#changed();
      };
      part.release.push(checkHealth(running, healthCheck, clock, onHealth));
    }
    this.#changed();
  }

  #onEnded(part: Part, exitCode: number): void {
    for (const release of part.release.splice(0)) release();
    part.running = undefined;
    if (!this.#isStopping && mayRestart(part, exitCode, this.#options.clock.now())) {
      void this.#startPart(part);
      return;
    }
    part.record = { ...part.record, lastStatus: "STOPPED", exitCode };
    if (!this.#isStopping && part.record.essential) {
      this.#fail("EssentialContainerExited", "Essential container in task exited", exitCode);
    } else if (!this.#isStopping && this.#isNeededToSucceed(part) && exitCode !== 0) {
      this.#fail(
        "TaskFailedToStart",
        `Container ${part.definition.name} exited with ${exitCode}, and another depends on its success`,
      );
    }
    this.#changed();
    if (this.#isStopping) this.#stopNext();
    this.#endIfGone();
  }

  #isNeededToSucceed({ definition }: Part): boolean {
    return this.#parts.some(
      (other) =>
        !other.isDecided &&
        other.definition.dependsOn?.some(
          ({ containerName, condition }) => containerName === definition.name && condition === "SUCCESS",
        ),
    );
  }

  #fail(stopCode: string, reason: string, exitCode?: number): void {
    if (this.#isStopping) return;
    this.#options.onFailure(stopCode, reason, exitCode);
    this.stop();
  }

  #changed(): void {
    if (this.#hasEnded) return;
    const isStarted = this.#parts.every(({ record }) => record.lastStatus !== "PENDING");
    this.#options.onChange(this.records(), isStarted);
    void this.#startNext();
  }

  records(): ContainerRecord[] {
    return this.#parts.map(({ record }) => ({ ...record }));
  }

  /** Ends every container on which none depends that still runs. */
  #stopNext(): void {
    for (const part of this.#parts) {
      const { running, definition } = part;
      if (!running || part.isStopping || this.#hasRunningDependent(definition.name)) continue;
      part.isStopping = true;
      const stopMs = (definition.stopTimeout ?? DEFAULT_STOP_SECONDS) * 1000;
      const release = wallClock.after(stopMs, () => running.kill());
      void running.ended.then(release);
      running.terminate();
    }
  }

  #hasRunningDependent(name: string | undefined): boolean {
    return this.#parts.some(
      ({ running, definition }) => running && definition.dependsOn?.some(({ containerName }) => containerName === name),
    );
  }

  #endIfGone(): void {
    const isGone = this.#parts.every(({ running, record }) => !running && record.lastStatus === "STOPPED");
    if (!isGone || this.#hasEnded || !this.#isStopping) return;
    this.#hasEnded = true;
    for (const { release } of this.#parts) for (const one of release) one();
    this.#options.onEnded(this.records());
    this.#sayEnded();
  }
}

/** A restart policy starts the container anew within its task; one that ends too soon after its start is not restarted. */
function mayRestart({ definition, startedAt }: Part, exitCode: number, now: number): boolean {
  const { enabled, ignoredExitCodes = [], restartAttemptPeriod = 300 } = definition.restartPolicy ?? {};
  return enabled === true && !ignoredExitCodes.includes(exitCode) && now - startedAt >= restartAttemptPeriod * 1000;
}
