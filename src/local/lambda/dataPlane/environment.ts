/**
 * One execution environment: a process in a group of its own, its Runtime API, its log.
 * starting → idle → busy → returning (answered, has not asked for more yet) → idle … → dead.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { type Release, wallClock } from "../../../clock.ts";
import { killGroup, type ProcessRecord } from "../../processRecord.ts";
import type { RunTarget } from "../operation.ts";
import { type FunctionLog, functionLog } from "./functionLog.ts";
import {
  exitReason,
  type Invocation,
  type InvocationOutcome,
  type PlatformError,
  responseTooLarge,
} from "./invocation.ts";
import { type LaunchOptions, launchOf } from "./launch.ts";
import { openRuntimeApi, type RuntimeApi } from "./runtimeApi.ts";

/** How long a runtime may take to start before AWS would count it against the function's own time. */
const INIT_LIMIT_MS = 10_000;
/** How long the output of a process that has ended may still be on its way (a grandchild may hold the pipe). */
const LAST_OUTPUT_MS = 250;

export type EnvironmentState = "starting" | "idle" | "busy" | "returning" | "dead";

export interface EnvironmentOptions extends LaunchOptions {
  codeFolder: string;
  scratch: string;
  logStream: string;
  removeTree: (folder: string) => Promise<void>;
  processes: ProcessRecord;
}

interface Running {
  invocation: Invocation;
  resolve: (outcome: InvocationOutcome | undefined) => void;
  /** Undefined until the runtime has fetched it. */
  startedAt: number | undefined;
  result: { payload: Buffer; functionError: InvocationOutcome["functionError"] } | undefined;
}

export class ExecutionEnvironment {
  /** Resolves when it can take an invocation or has died; `reason` says why it died. */
  readonly started: Promise<{ reason: string | undefined }>;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
  state: EnvironmentState = "starting";

  readonly #target: RunTarget;
  readonly #options: EnvironmentOptions;
  readonly #spawnedAt = wallClock.elapsedMs();
  #process: ChildProcess | undefined;
  #api: RuntimeApi | undefined;
  #log: FunctionLog = functionLog([], false);
  #running: Running | undefined;
  #asking = false;
  #timer: Release = () => {};
  #initFailure: Buffer | undefined;
  #initMs: number | undefined;
  #sayStarted: (result: { reason: string | undefined }) => void = () => {};
  #sayEnded: () => void = () => {};

  constructor(target: RunTarget, options: EnvironmentOptions) {
    this.#target = target;
    this.#options = options;
    this.started = new Promise((resolve) => {
      this.#sayStarted = resolve;
    });
    this.ended = new Promise((resolve) => {
      this.#sayEnded = resolve;
    });
    this.#start().catch(() =>
      this.#die({ errorType: "Runtime.Unknown", errorMessage: "The execution environment could not be started" }),
    );
  }

  /** Runs one invocation. Undefined when the process died before it had fetched it, through no fault of this invocation. */
  invoke(invocation: Invocation): Promise<InvocationOutcome | undefined> {
    return new Promise((resolve) => {
      if (this.state === "dead" || this.#running) return resolve(undefined);
      this.#running = { invocation, resolve, startedAt: undefined, result: undefined };
      if (this.state === "idle") this.#deliver();
      return undefined;
    });
  }

  /** True when another invocation can be handed to it. */
  get free(): boolean {
    return !this.#running && (this.state === "idle" || this.state === "returning");
  }

  /** Kills the process group. */
  stop(): void {
    this.#kill();
    if (!this.#process) this.#die(undefined);
  }

  async #start(): Promise<void> {
    const options = this.#options;
    mkdirSync(options.scratch, { recursive: true });
    this.#timer = wallClock.after(INIT_LIMIT_MS + this.#timeoutMs, () =>
      this.#timeOut(INIT_LIMIT_MS + this.#timeoutMs),
    );
    const api = await openRuntimeApi({
      onNext: () => void this.#onNext(),
      onResponse: (id, payload) => this.#onResult(id, payload, undefined),
      onResponseTooLarge: (id) => this.#onResult(id, Buffer.from(JSON.stringify(responseTooLarge)), "Unhandled"),
      onError: (id, payload, type) => this.#onResult(id, payload, type === "Handled" ? "Handled" : "Unhandled"),
      onInitError: (payload) => {
        this.#initFailure = payload;
      },
    });
    this.#api = api;
    const launch = await launchOf(this.#target, { ...options, runtimeApi: api.address }, options);
    if (this.state === "dead") return api.close();
    if ("errorType" in launch) return this.#die(launch);
    const child = spawn(launch.program, launch.arguments, {
      cwd: options.codeFolder,
      env: { ...launch.environment, ...options.processes.mark },
      // A group of its own, so that whatever it starts ends with it.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    if (child.pid !== undefined) options.processes.began(child.pid);
    this.#log = functionLog([child.stdout, child.stderr], launch.framed);
    child.once("error", (error: NodeJS.ErrnoException) => {
      const problem = error.code === "EACCES" ? "permission denied" : "no such file or directory";
      this.#die({ errorType: "Runtime.InvalidEntrypoint", errorMessage: `fork/exec ${launch.program}: ${problem}` });
    });
    child.once("exit", (code, signal) => void this.#onExit(child, code, signal));
  }

  async #onNext(): Promise<void> {
    this.#asking = true;
    if (this.state === "starting") {
      await this.#log.settled("init");
      if (this.state !== "starting") return;
      this.#timer();
      this.#initMs = wallClock.elapsedMs() - this.#spawnedAt;
      this.state = "idle";
      this.#sayStarted({ reason: undefined });
    } else if (this.state === "returning") {
      this.state = "idle";
    }
    if (this.state === "idle" && this.#running) this.#deliver();
  }

  #deliver(): void {
    const running = this.#running;
    if (!running) return;
    this.#asking = false;
    this.state = "busy";
    running.startedAt = wallClock.elapsedMs();
    this.#log.write(`START RequestId: ${running.invocation.requestId} Version: ${this.#target.version.version}`);
    this.#timer = wallClock.after(this.#timeoutMs, () => this.#timeOut(this.#timeoutMs));
    if (this.#api?.deliver(running.invocation, wallClock.now() + this.#timeoutMs)) return;
    // The runtime's connection broke while it was parked: it is ending, and has not seen this invocation.
    this.#timer();
    this.#log.takeTail();
    running.startedAt = undefined;
    this.#kill();
  }

  #onResult(requestId: string, payload: Buffer, functionError: InvocationOutcome["functionError"]): void {
    const running = this.#running;
    if (!running || running.result || running.invocation.requestId !== requestId) return;
    this.#timer();
    running.result = { payload, functionError };
    const durationMs = wallClock.elapsedMs() - (running.startedAt ?? this.#spawnedAt);
    this.#log.settled(requestId).then(
      () => this.#finish(running, durationMs, ""),
      () => {},
    );
  }

  /** Tells the caller, once, how the invocation ended. */
  #finish(running: Running, durationMs: number, status: string): void {
    if (this.#running !== running || !running.result) return;
    this.#running = undefined;
    if (this.state === "busy") this.state = this.#asking ? "idle" : "returning";
    const { requestId } = running.invocation;
    this.#log.write(`END RequestId: ${requestId}`);
    this.#log.write(this.#report(requestId, durationMs, status));
    running.resolve({ ...running.result, logTail: this.#log.takeTail(), durationMs });
  }

  #report(requestId: string, durationMs: number, status: string): string {
    const parts = [
      `REPORT RequestId: ${requestId}`,
      `Duration: ${durationMs.toFixed(2)} ms`,
      `Billed Duration: ${Math.ceil(durationMs)} ms`,
      `Memory Size: ${this.#target.version.memorySize} MB`,
    ];
    const used = memoryUsed(this.#process?.pid);
    if (used !== undefined) parts.push(`Max Memory Used: ${used} MB`);
    if (this.#initMs !== undefined) parts.push(`Init Duration: ${this.#initMs.toFixed(2)} ms`);
    this.#initMs = undefined;
    if (status !== "") parts.push(`Status: ${status}`);
    return `${parts.join("\t")}\t`;
  }

  #timeOut(limitMs: number): void {
    const running = this.#running;
    const seconds = (limitMs / 1000).toFixed(2);
    if (!running) {
      this.#kill();
      return;
    }
    const text = `Task timed out after ${seconds} seconds`;
    const { requestId } = running.invocation;
    const at = new Date(wallClock.now()).toISOString();
    running.result = platformResult("Sandbox.Timedout", `${at} ${requestId} ${text}`);
    this.#kill();
    const child = this.#process;
    const end = async () => {
      if (child) await lastOutput(child);
      this.#log.write(`${at} ${requestId} ${text}\n`);
      this.#finish(running, limitMs, "timeout");
    };
    void end();
  }

  async #onExit(child: ChildProcess, code: number | null, signal: string | null): Promise<void> {
    const wasStarting = this.state === "starting";
    this.state = "dead";
    this.#timer();
    // Whatever the runtime has left behind in its group goes with it.
    this.#kill();
    if (child.pid !== undefined) this.#options.processes.ended(child.pid);
    await lastOutput(child);
    const reason = exitReason(code, signal);
    const running = this.#running;
    if (running && !running.result) {
      if (running.startedAt === undefined && !wasStarting) {
        this.#running = undefined;
        running.resolve(undefined);
      } else {
        this.#fail(running, { errorType: "Runtime.ExitError", errorMessage: reason });
      }
    }
    this.#close(this.#initFailure ? "FUNCTION_ERROR_INIT_FAILURE" : reason);
  }

  /** The end of an environment that never had a process, or never one that ran. */
  #die(error: PlatformError | undefined): void {
    if (this.state === "dead") return;
    this.state = "dead";
    this.#timer();
    const running = this.#running;
    if (running && error) this.#fail(running, error);
    else running?.resolve(undefined);
    this.#close(error?.errorMessage ?? "stopped");
  }

  #fail(running: Running, { errorType, errorMessage }: PlatformError): void {
    const { requestId } = running.invocation;
    const text = `RequestId: ${requestId} Error: ${errorMessage}`;
    if (running.startedAt === undefined) {
      this.#log.write(`START RequestId: ${requestId} Version: ${this.#target.version.version}`);
    }
    // A runtime that could say what is wrong with the code has said it better.
    if (this.#initFailure) running.result = { payload: this.#initFailure, functionError: "Unhandled" };
    else {
      running.result = platformResult(errorType, text);
      this.#log.write(`${text}\n${errorType}`);
    }
    this.#finish(running, wallClock.elapsedMs() - (running.startedAt ?? this.#spawnedAt), "error");
  }

  #close(reason: string): void {
    this.#api?.close();
    this.#sayStarted({ reason });
    this.#sayEnded();
    this.#options.removeTree(this.#options.scratch).catch(() => {});
  }

  #kill(): void {
    if (this.#process?.pid !== undefined) killGroup(this.#process.pid);
  }

  get #timeoutMs(): number {
    return this.#target.version.timeout * 1000;
  }
}

function platformResult(errorType: string, errorMessage: string): NonNullable<Running["result"]> {
  return { payload: Buffer.from(JSON.stringify({ errorType, errorMessage })), functionError: "Unhandled" };
}

/** Resolves when the pipes of an ending process have been read to their ends. */
function lastOutput(child: ChildProcess): Promise<void> {
  if (child.stdout?.destroyed && child.stderr?.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const release = wallClock.after(LAST_OUTPUT_MS, resolve);
    child.once("close", () => {
      release();
      resolve();
    });
  });
}

/** Peak resident memory in MB, where the system tells it. */
function memoryUsed(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  try {
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return peak === undefined ? undefined : Math.ceil(Number(peak) / 1024);
  } catch {
    return undefined;
  }
}
