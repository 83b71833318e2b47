/** The real command line as a process of its own: `signalbox <arguments>`. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export interface CommandRun {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningCommand {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  ended: Promise<CommandRun>;
}

/** No command of a test runs longer; one that hangs is ended, and fails its test by its exit code. */
const LIMIT_MS = 90_000;

const main = join(import.meta.dirname, "..", "..", "src", "main.ts");

/** Starts it; `variables` are all it knows of the environment but PATH and HOME. */
export function startCommand(words: string[], variables: Record<string, string> = {}): RunningCommand {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, ...variables };
  const child = spawn(process.execPath, [main, ...words], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LIMIT_MS,
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  const ended = once(child, "close").then(() => ({ exitCode: child.exitCode, stdout, stderr }));
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

/** Runs it to its end. */
export function runCommand(words: string[], variables: Record<string, string> = {}): Promise<CommandRun> {
  return startCommand(words, variables).ended;
}
