/** The near end of the thread of the drivers, which is started when it is first needed. */
import { Worker } from "node:worker_threads";
import type { AlarmJudge } from "./alarms/alarmSource.ts";
import { type Driver, EffectError } from "./driver.ts";
import type { ScratchAliases } from "./lambda/scratchAliases.ts";
import type { NotificationDriver } from "./notificationDriver.ts";
import type { CallName, DriverThreadData, FromThread, ThreadCalls, ToThread } from "./threadCalls.ts";

interface Waiting {
  resolve(output: ThreadCalls[CallName]["output"]): void;
  reject(error: Error): void;
}

/** The thread's own file, as it is in the sources and as it is when it has been built. */
const file = new URL(`./driverThread${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

/**
 * Calls leave much behind and keep little. In more room than this, garbage only lies there for longer; in less, what is still
 * needed a moment later moves to where it is looked for seldom.
 */
const YOUNG_MB = 48;

export class DriverHost {
  readonly #data: () => DriverThreadData;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #calls = 0;

  /** `data` is asked for when the thread starts. */
  constructor(data: () => DriverThreadData) {
    this.#data = data;
  }

  /** Asks the thread. Rejects with an `EffectError`, also when the thread ends before it has answered. */
  call<Name extends CallName>(
    name: Name,
    input: ThreadCalls[Name]["input"],
    signal: AbortSignal,
  ): Promise<ThreadCalls[Name]["output"]> {
    const worker = this.#start();
    this.#calls += 1;
    const id = this.#calls;
    const abort = () => worker.postMessage({ abort: id } satisfies ToThread);
    signal.addEventListener("abort", abort, { once: true });
    return new Promise<ThreadCalls[Name]["output"]>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, name, input });
    }).finally(() => {
      this.#waiting.delete(id);
      signal.removeEventListener("abort", abort);
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(file, {
      workerData: this.#data(),
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#worker = worker;
    worker.unref();
    worker.on("message", (answered: FromThread) => this.#settle(answered));
    const gone = (reason: string) => {
      if (this.#worker === worker) this.#worker = null;
      const error = new EffectError("unavailable", `the thread of the drivers ended: ${reason}`, true);
      for (const { reject } of this.#waiting.values()) reject(error);
    };
    worker.on("error", (error) => gone(String(error)));
    worker.on("exit", (code) => gone(`exit code ${code}`));
    return worker;
  }

  #settle(answered: FromThread): void {
    const waiting = this.#waiting.get(answered.id);
    if ("output" in answered) {
      waiting?.resolve(answered.output);
    } else {
      const { kind, message, retryable, throttled } = answered.problem;
      waiting?.reject(new EffectError(kind, message, retryable, throttled));
    }
  }
}

/** A driver whose work is done in the thread. */
export function hostedDriver(host: DriverHost): Driver {
  return {
    performs: [
      "readRevision",
      "readAlias",
      "moveAlias",
      "invokeHook",
      "readService",
      "readTaskSets",
      "createTaskSet",
      "moveRoutes",
      "setPrimaryTaskSet",
      "deleteTaskSet",
    ],
    perform: (effect, { signal, ...context }) => host.call("perform", { effect, ...context }, signal),
  };
}

/** Alarms that are read in the thread. */
export function hostedAlarms(host: DriverHost): AlarmJudge {
  return { look: (scope, names, signal) => host.call("lookAtAlarms", { ...scope, names }, signal) };
}

/** Deliveries are made in the thread, too. */
export function hostedNotifications(host: DriverHost): NotificationDriver {
  return async ({ accountId, region, kind, receiver, subject, body }, signal) => {
    await host.call("deliver", { accountId, region, kind, receiver, subject, body }, signal);
  };
}

/** A rollback drill's own aliases, made and removed in the thread. */
export function hostedScratchAliases(host: DriverHost): ScratchAliases {
  return {
    requireVersions: async (where, versions, signal) =>
      void (await host.call("requireVersions", { where, versions }, signal)),
    create: async (where, name, version, signal) =>
      void (await host.call("createScratchAlias", { where, name, version }, signal)),
    delete: async (where, name, signal) => void (await host.call("deleteScratchAlias", { where, name }, signal)),
    list: (where, signal) => host.call("listScratchAliases", { where }, signal),
  };
}
