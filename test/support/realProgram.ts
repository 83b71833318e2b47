/** The real program as a process of its own, which a test may kill. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface RealProgram {
  url: string;
  /** Ends it without any chance to clean up. */
  kill9(): Promise<void>;
  /** Asks it to end, and answers its exit code. */
  terminate(): Promise<number | null>;
  /** What it has said on stderr so far. */
  errors(): string;
}

const main = join(import.meta.dirname, "..", "..", "src", "main.ts");

/** Starts `signalbox serve` with the flags and resolves when it says that it is ready. */
export async function startProgram(flags: Record<string, string>): Promise<RealProgram> {
  const texts = Object.entries({ port: "0", ...flags }).flatMap(([flag, text]) => [`--${flag}`, text]);
  const child = spawn(process.execPath, [main, "serve", ...texts], { stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    errors += chunk.toString("utf8");
  });
  const url = await readyUrl(child, () => errors);
  const ended = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
    return child.exitCode;
  };
  return {
    url,
    kill9: async () => void (await ended("SIGKILL")),
    terminate: () => ended("SIGTERM"),
    errors: () => errors,
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
