/** The real program as a process of its own, which a test, or the torture, may kill. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { waitFor } from "./waitFor.ts";

export interface RealProgram {
  url: string;
  pid: number;
  /** Ends it without any chance to clean up. */
  kill9(): Promise<void>;
  /** Asks it to end, and answers its exit code. */
  terminate(): Promise<number | null>;
  /** Sends a signal and waits for nothing. */
  signal(name: NodeJS.Signals): void;
  /** Resolves when it has ended, with its exit code; `null` when a signal ended it. */
  ended: Promise<number | null>;
  /** What it has said on stderr so far. */
  errors(): string;
  /** Resolves when it has said this on stderr. */
  said(words: RegExp): Promise<void>;
}

export interface StartOptions {
  /** What the shell does before it becomes the program: `ulimit -Sf 2000`. */
  shell?: string;
  /** Another program's `main.ts`. */
  program?: string;
  /** Told of what it says on stderr, also before it is ready. */
  heard?: (text: string) => void;
}

/** Those that nobody has ended yet. */
export const running = new Set<ChildProcess>();

const main = join(import.meta.dirname, "..", "..", "src", "main.ts");

/** Starts `signalbox serve` with the flags and resolves when it says that it is ready. */
export async function startProgram(flags: Record<string, string>, options: StartOptions = {}): Promise<RealProgram> {
  const { shell, program: file = main, heard = () => {} } = options;
  const texts = Object.entries({ port: "0", ...flags }).flatMap(([flag, text]) => [`--${flag}`, text]);
  const words = [process.execPath, file, "serve", ...texts];
  const [program = "", ...rest] = shell === undefined ? words : ["sh", "-c", `${shell}; exec "$@"`, "sh", ...words];
  const child = spawn(program, rest, { stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    errors += chunk.toString("utf8");
    heard(chunk.toString("utf8"));
  });
  // Its last words have arrived by then, too.
  const exit = once(child, "close").then(() => {
    running.delete(child);
    return child.exitCode;
  });
  const url = await readyUrl(child, () => errors);
  const endWith = (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return exit;
  };
  return {
    url,
    pid: child.pid ?? 0,
    kill9: async () => void (await endWith("SIGKILL")),
    terminate: () => endWith("SIGTERM"),
    signal: (name) => void child.kill(name),
    ended: exit,
    errors: () => errors,
    said: (words) => waitFor(`the program says ${words}`, () => words.test(errors)),
  };
}

async function readyUrl(child: ChildProcess, errors: () => string): Promise<string> {
  if (!child.stdout) throw new Error("the program has no standard output");
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const [, url] = /^signalbox is ready: (http:\S+)$/.exec(line) ?? [];
    if (url) return url;
  }
  throw new Error(`the program ended before it was ready: ${errors()}`);
}
