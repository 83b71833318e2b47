/** A driver whose work is done in a thread of its own, started when it is first needed. */
import { Worker } from "node:worker_threads";
import type { Effect, EffectAnswer, EffectProblem } from "../engine/deployment.ts";
import { type Driver, type EffectContext, EffectError } from "./driver.ts";
import type { DriverThreadData } from "./driverThread.ts";

type Context = Omit<EffectContext, "signal">;
export type ToPerform = { id: number; effect: Effect; context: Context } | { abort: number };
export type Performed = { id: number } & (
  | { answer: EffectAnswer }
  | { problem: EffectProblem & { retryable: boolean } }
);

interface Waiting {
  resolve(answer: EffectAnswer): void;
  reject(error: Error): void;
}

/** The thread's own file, as it is in the sources and as it is when it has been built. */
const file = new URL(`./driverThread${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

export class ThreadedDriver implements Driver {
  readonly performs: Driver["performs"] = ["readAlias", "moveAlias", "invokeHook"];
  readonly #data: () => DriverThreadData;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #calls = 0;

  /** `data` is asked for when the thread starts. */
  constructor(data: () => DriverThreadData) {
    this.#data = data;
  }

  perform(effect: Effect, { signal, deploymentId, accountId, region }: EffectContext): Promise<EffectAnswer> {
    const worker = this.#start();
    this.#calls += 1;
    const id = this.#calls;
    const abort = () => worker.postMessage({ abort: id } satisfies ToPerform);
    signal.addEventListener("abort", abort, { once: true });
    return new Promise<EffectAnswer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, effect, context: { deploymentId, accountId, region } } satisfies ToPerform);
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
    const worker = new Worker(file, { workerData: this.#data() });
    this.#worker = worker;
    worker.unref();
    worker.on("message", (performed: Performed) => this.#settle(performed));
    const gone = (reason: string) => {
      if (this.#worker === worker) this.#worker = null;
      const error = new EffectError("unavailable", `the thread of the drivers ended: ${reason}`, true);
      for (const { reject } of this.#waiting.values()) reject(error);
    };
    worker.on("error", (error) => gone(String(error)));
    worker.on("exit", (code) => gone(`exit code ${code}`));
    return worker;
  }

  #settle(performed: Performed): void {
    const waiting = this.#waiting.get(performed.id);
    if ("answer" in performed) waiting?.resolve(performed.answer);
    else
      waiting?.reject(new EffectError(performed.problem.kind, performed.problem.message, performed.problem.retryable));
  }
}
