/** Which tasks are targets of load balancers. What is refused, as on a full disk, is tried again. */
import { type Release, wallClock } from "../../../clock.ts";
import { type TaskId, taskKey } from "../names.ts";
import type { RegisteredTarget, TaskRecord } from "../records.ts";
import type { TargetGroups } from "../targetGroups.ts";

export interface RegistrationsOptions {
  targetGroups: TargetGroups;
  log: (line: string) => void;
  /** Whether the task is still to be a target. */
  isRunning(id: TaskId): boolean;
  onTargets(id: TaskId, task: TaskRecord, what: "registered" | "draining" | "deregistered"): void;
  /** A target group does not take the task; told once of each task. */
  onRefusal(id: TaskId, task: TaskRecord, targetGroupArn: string, why: string): void;
}

const RETRY_MS = 1000;

export class Registrations {
  readonly #options: RegistrationsOptions;
  /** Tasks that are to be deregistered at their end, and whether they have been registered at all of their targets. */
  readonly #registered = new Map<string, boolean>();
  /** Tasks that are being deregistered, with what resolves when nothing is sent to them any more. */
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #retries = new Map<object, Release>();
  #isClosed = false;

  constructor(options: RegistrationsOptions) {
    this.#options = options;
  }

  /** Whether the task may be a target of something. */
  has(id: TaskId): boolean {
    return this.#registered.has(taskKey(id));
  }

  /** Whether the task is registered as everything that it shall be. */
  isComplete(id: TaskId): boolean {
    return this.#registered.get(taskKey(id)) === true;
  }

  /** A group that is full is asked again; one that is gone does not come back, since its ARN is never given twice. */
  register(id: TaskId, task: TaskRecord): void {
    const { targetGroups, log, onTargets, onRefusal } = this.#options;
    const isFirst = !this.has(id);
    const refused = this.#refusals(task);
    this.#registered.set(taskKey(id), refused.length === 0);
    if (refused.length === 0) onTargets(id, task, "registered");
    for (const { targetGroupArn, error } of isFirst ? refused : []) {
      log(`ecs: task ${id.task} could not be registered: ${String(error)}`);
      onRefusal(id, task, targetGroupArn, error instanceof Error ? error.message : String(error));
    }
    if (!refused.some(({ targetGroupArn }) => targetGroups.describe(targetGroupArn) !== undefined)) return;
    this.#later(() => {
      if (this.#options.isRunning(id)) this.register(id, task);
    });
  }

  #refusals({ targets }: TaskRecord): { targetGroupArn: string; error: unknown }[] {
    return targets.flatMap(({ targetGroupArn, ...target }) => {
      try {
        this.#options.targetGroups.register(targetGroupArn, target);
        return [];
      } catch (error) {
        return [{ targetGroupArn, error }];
      }
    });
  }

  /** Resolves when nothing is sent to it any more. */
  async deregister(id: TaskId, task: TaskRecord): Promise<void> {
    const key = taskKey(id);
    if (!this.#registered.delete(key)) return this.left(id);
    this.#options.onTargets(id, task, "draining");
    const left = this.withdraw(task).then(() => {
      this.#leaving.delete(key);
      if (!this.#isClosed) this.#options.onTargets(id, task, "deregistered");
    });
    this.#leaving.set(key, left);
    await left;
  }

  /** While the task is being deregistered, what resolves when that is done. */
  left(id: TaskId): Promise<void> | undefined {
    return this.#leaving.get(taskKey(id));
  }

  /** Takes what the task was registered as out of the groups, whoever has registered it. Resolves as `deregister` does. */
  async withdraw({ task, targets }: TaskRecord): Promise<void> {
    await Promise.all(targets.map((target) => this.#withdraw(task, target)));
  }

  async #withdraw(task: string, { targetGroupArn, ...target }: RegisteredTarget): Promise<void> {
    for (let isFirst = true; !this.#isClosed; isFirst = false) {
      try {
        await this.#options.targetGroups.deregister(targetGroupArn, target);
        return;
      } catch (error) {
        if (isFirst) this.#options.log(`ecs: task ${task} could not be deregistered: ${String(error)}`);
      }
      await new Promise<void>((resolve) => this.#later(resolve));
    }
  }

  /** Nothing is tried again. */
  close(): void {
    this.#isClosed = true;
    for (const release of this.#retries.values()) release();
  }

  #later(again: () => void): void {
    const retry = {};
    const release = wallClock.after(RETRY_MS, () => {
      this.#retries.delete(retry);
      again();
    });
    this.#retries.set(retry, release);
  }
}
