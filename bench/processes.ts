/** The processes that a bench needs besides itself, every one ended with it. */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, statSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";

const root = join(import.meta.dirname, "..");
const started = new Set<ChildProcess>();

process.on("exit", endAll);

/** At once, whatever they are doing. */
export function endAll(): void {
  for (const child of started) child.kill("SIGKILL");
}

export interface Program {
  /** What is run: `dist/` when it is as new as the sources, which is what users run; else the sources themselves. */
  main: string;
  built: boolean;
}

export function programUnderTest(): Program {
  const built = join(root, "dist", "main.js");
  const newest = (pattern: string) => Math.max(...globSync(join(root, pattern)).map((file) => statSync(file).mtimeMs));
  if (existsSync(built) && newest("dist/**/*.js") >= newest("src/**/*.{ts,sql,mjs,cjs,py}")) {
    return { main: join(root, "dist", "signalbox.cjs"), built: true };
  }
  return { main: join(root, "src", "main.ts"), built: false };
}

export interface Running {
  url: string;
  pid: number;
  /** From the start of the process until it said that it was ready. */
  readyMs: number;
  end(): Promise<void>;
  /** As if its machine had gone. */
  kill(): Promise<void>;
}

/** Starts `signalbox serve` and waits until it says that it is ready. */
export async function startProgram({ main }: Program, flags: Record<string, string>): Promise<Running> {
  const texts = Object.entries({ port: "0", ...flags }).flatMap(([flag, text]) => [`--${flag}`, text]);
  const startAt = performance.now();
  const child = spawn(process.execPath, [main, "serve", ...texts], { stdio: ["ignore", "pipe", "inherit"] });
  if (!child.stdout) throw new Error("the program has no standard output");
  started.add(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /^signalbox is ready: (http:\S+)$/.exec(line) ?? [];
    if (!url) continue;
    const readyMs = performance.now() - startAt;
    return { url, pid: child.pid ?? 0, readyMs, end: () => end(child, "SIGTERM"), kill: () => end(child, "SIGKILL") };
  }
  throw new Error("the program ended before it was ready");
}

/** How long a bare node takes from its start to its end: the floor under every process that is one. */
export async function processMs(program: string, ...texts: string[]): Promise<number> {
  const startAt = performance.now();
  const child = spawn(program, texts, { stdio: "ignore" });
  await once(child, "exit");
  return performance.now() - startAt;
}

export interface Helper {
  pid: number;
  ask<Answer>(message: unknown): Promise<Answer>;
  end(): Promise<void>;
}

/** Starts one of the files beside this one, which speaks by messages: one answer to each question. */
export function startHelper(file: string): Helper {
  const child = fork(join(import.meta.dirname, file), { serialization: "advanced", execArgv: [] });
  started.add(child);
  return {
    pid: child.pid ?? 0,
    ask<Answer>(message: unknown): Promise<Answer> {
      const answer = new Promise<Answer>((resolve, reject) => {
        const ended = () => reject(new Error(`${file} ended before it answered`));
        child.once("exit", ended);
        child.once("message", (received) => {
          child.removeListener("exit", ended);
          resolve(received as Answer);
        });
      });
      child.send(message as object);
      return answer;
    },
    end: () => end(child, "SIGKILL"),
  };
}

/** Starts a server that is no part of signalbox, and resolves when it listens. */
export async function startServer(program: string, words: string[], port: number): Promise<Omit<Helper, "ask">> {
  const child = spawn(program, words, { stdio: ["ignore", "ignore", "inherit"] });
  started.add(child);
  while (!(await answersAt(port))) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { pid: child.pid ?? 0, end: () => end(child, "SIGKILL") };
}

function answersAt(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const tell = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.once("connect", () => tell(true));
    socket.once("error", () => tell(false));
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  started.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill(signal);
  await exit;
}
