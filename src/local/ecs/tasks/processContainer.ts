/** Containers that are processes of this machine, each in a group of its own, so that whatever it starts ends with it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, rmSync, statSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { type Release, wallClock } from "../../../clock.ts";
import { killGroup, type ProcessRecord, signalGroup } from "../../processRecord.ts";
import { type ContainerDriver, type ContainerEnd, type RunningContainer, StartError } from "./container.ts";
import { type Launch, type LaunchOptions, launchOf } from "./launch.ts";

export interface ProcessDriverOptions extends LaunchOptions {
  /** Private folders of containers are made here, and removed with them. */
  scratchDirectory: string;
  processes: ProcessRecord;
}

/** How long the output of a process that has ended may still be on its way (a grandchild may hold the pipe). */
const LAST_OUTPUT_MS = 250;

export function processDriver(options: ProcessDriverOptions): ContainerDriver {
  // Of processes that an earlier run has left, which have ended by now.
  rmSync(options.scratchDirectory, { recursive: true, force: true });
  return {
    async start(spec) {
      const scratch = join(options.scratchDirectory, `${spec.task.task}-${spec.definition.name}`);
      const launch = launchOf(spec, scratch, options);
      mkdirSync(scratch, { recursive: true });
      const child = await begun(launch, ["ignore", "pipe", "pipe"], options.processes);
      const pid = child.pid ?? 0;
      for (const stream of [child.stdout, child.stderr]) stream?.on("data", spec.output);
      return running(child, pid, launch, { ...options, scratch });
    },
  };
}

/** The process, once it runs. Rejects with StartError. */
function begun(
  launch: Launch,
  stdio: "ignore" | ("ignore" | "pipe")[],
  processes: ProcessRecord,
): Promise<ChildProcess> {
  const { program, folder, environment } = launch;
  if (!isFolder(folder)) {
    throw new StartError(`CannotStartContainerError: ${folder} is no folder`);
  }
  return new Promise((resolve, reject) => {
    const env = { ...environment, ...processes.mark };
    const child = spawn(program, launch.arguments, { cwd: folder, env, detached: true, stdio });
    // Before anything else: a signalbox that is killed now must find it again.
    if (child.pid !== undefined) processes.began(child.pid);
    child.once("spawn", () => resolve(child));
    child.once("error", (error: NodeJS.ErrnoException) => {
      const problem =
        error.code === "EACCES"
          ? "permission denied"
          : error.code === "ENOENT"
            ? "executable file not found"
            : error.message;
      reject(new StartError(`CannotStartContainerError: exec: "${program}": ${problem}`));
    });
  });
}

function running(
  child: ChildProcess,
  pid: number,
  launch: Launch,
  { processes, scratch }: ProcessDriverOptions & { scratch: string },
): RunningContainer {
  const ended = new Promise<ContainerEnd>((resolve) => {
    child.once("exit", (code, signal) => {
      // What it has left behind in its group goes with it.
      killGroup(pid);
      processes.ended(pid);
      void lastOutput(child).then(() => {
        rmSync(scratch, { recursive: true, force: true });
        resolve({ exitCode: code ?? 128 + (constants.signals[signal ?? "SIGKILL"] ?? 9) });
      });
    });
  });
  return {
    runtimeId: String(pid),
    ended,
    terminate: () => signalGroup(pid, "SIGTERM"),
    kill: () => killGroup(pid),
    check: (command, timeoutMs) => checked(command, timeoutMs, launch, processes),
  };
}

/** `CMD` and words are run as they stand; only `CMD-SHELL` asks for a shell, as on AWS. */
async function checked(
  [form, ...words]: string[],
  timeoutMs: number,
  launch: Launch,
  processes: ProcessRecord,
): Promise<boolean> {
  const [program = "", ...rest] = form === "CMD-SHELL" ? ["/bin/sh", "-c", words.join(" ")] : words;
  let child: ChildProcess;
  try {
    child = await begun({ ...launch, program, arguments: rest }, "ignore", processes);
  } catch {
    return false;
  }
  const pid = child.pid ?? 0;
  return new Promise((resolve) => {
    const release: Release = wallClock.after(timeoutMs, () => killGroup(pid));
    child.once("exit", (code) => {
      release();
      killGroup(pid);
      processes.ended(pid);
      resolve(code === 0);
    });
  });
}

/** Resolves when the pipes of a process that has ended have been read to their ends. */
function lastOutput(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const release = wallClock.after(LAST_OUTPUT_MS, () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve();
    });
    child.once("close", () => {
      release();
      resolve();
    });
  });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
