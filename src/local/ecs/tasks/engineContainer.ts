/**
 * Containers of a container engine, through its command line: `docker`, `podman`, or whatever takes the same words. Each
 * carries a label that names this installation, so that what a killed run has left is found and removed at the next start.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { killGroup, type ProcessRecord } from "../../processRecord.ts";
import {
  type ContainerDriver,
  type ContainerEnd,
  type ContainerSpec,
  type RunningContainer,
  requireSupported,
  StartError,
} from "./container.ts";

/** A program, by its name on the PATH or by its path, and the variables by which it finds its daemon. */
export interface Engine {
  program: string;
  environment: Record<string, string>;
}

export interface EngineOptions {
  engine: Engine;
  /** Names this installation: the folder of its tasks. */
  installation: string;
  processes: ProcessRecord;
  log: (line: string) => void;
}

const LABEL = "signalbox.installation";
const MOST_OUTPUT = 16 * 2 ** 20;
/** The exit code of a container whose end the engine does not tell: never 0, which would be a success. */
const UNKNOWN_END = 137;

export function engineDriver(options: EngineOptions): ContainerDriver {
  const ask = engineOf(options);
  // Before the first container is started: what an earlier run has left may hold its ports.
  const swept = sweep(ask, options);
  return {
    async start(spec) {
      requireSupported(spec.definition);
      await swept;
      const id = await ask(runWords(spec, options.installation)).catch((error: unknown) => {
        throw new StartError(startProblem(spec, error));
      });
      return running(id.trim(), spec, ask, options);
    },
  };
}

type Ask = (words: string[], timeoutMs?: number) => Promise<string>;

/** Runs the engine's command line to its end; answers what it printed. */
function engineOf({ engine: { program, environment: env } }: EngineOptions): Ask {
  return async (words, timeout = 0) => {
    const { stdout } = await promisify(execFile)(program, words, { env, timeout, maxBuffer: MOST_OUTPUT });
    return stdout;
  };
}

async function sweep(ask: Ask, { installation, log }: EngineOptions): Promise<void> {
  try {
    const left = (await ask(["ps", "--all", "--quiet", "--filter", `label=${LABEL}=${installation}`])).split("\n");
    const ids = left.filter((id) => id !== "");
    if (ids.length === 0) return;
    await ask(["rm", "--force", ...ids]);
    log(`${ids.length} containers of an earlier run were still there and have been removed`);
  } catch (error) {
    log(`ecs: the container engine does not answer: ${String(error)}`);
  }
}

/** The command line for one container. Its ports are the engine's to forward, from 127.0.0.1 alone. */
function runWords({ task, definition, bindings }: ContainerSpec, installation: string): string[] {
  const [entryPoint, ...entryWords] = definition.entryPoint ?? [];
  const option = (name: string, values: (string | undefined)[]) =>
    values.flatMap((value) => (value === undefined ? [] : [`--${name}`, value]));
  return [
    ...["run", "--detach"],
    ...option("name", [`signalbox-${task.task}-${definition.name}`]),
    ...option("label", [`${LABEL}=${installation}`]),
    ...option(
      "publish",
      bindings.map(({ hostPort, containerPort, protocol }) => `127.0.0.1:${hostPort}:${containerPort}/${protocol}`),
    ),
    ...option(
      "env",
      (definition.environment ?? []).map(({ name, value = "" }) => `${name}=${value}`),
    ),
    ...option("workdir", [definition.workingDirectory]),
    ...option("user", [definition.user]),
    ...option("memory", [definition.memory === undefined ? undefined : `${definition.memory}m`]),
    ...option("entrypoint", [entryPoint]),
    definition.image ?? "",
    ...entryWords,
    ...(definition.command ?? []),
  ];
}

function startProblem({ definition }: ContainerSpec, error: unknown): string {
  const { stderr = "", code, message } = error as { stderr?: string; code?: unknown; message?: string };
  if (code === "ENOENT") return "CannotPullContainerError: the container engine of --ecs-engine is not installed";
  const said = stderr.trim().split("\n").at(-1) || message || "";
  const kind = /pull|manifest|not found|no such image/i.test(said)
    ? "CannotPullContainerError"
    : "CannotStartContainerError";
  return `${kind}: ${definition.image}: ${said}`.slice(0, 1000);
}

function running(id: string, spec: ContainerSpec, ask: Ask, options: EngineOptions): RunningContainer {
  const logs = follow(["logs", "--follow", id], options);
  for (const stream of [logs.stdout, logs.stderr]) stream?.on("data", spec.output);
  const logsEnded = new Promise<void>((resolve) => logs.once("close", () => resolve()));
  const ended = ask(["wait", id])
    .then((text) => Number.parseInt(text, 10))
    .catch(() => Number.NaN)
    .then((exitCode): ContainerEnd => ({ exitCode: Number.isNaN(exitCode) ? UNKNOWN_END : exitCode }))
    .then(async (end) => {
      await logsEnded;
      await ask(["rm", "--force", id]).catch(() => "");
      return end;
    });
  const tell = (signal: string) => void ask(["kill", "--signal", signal, id]).catch(() => "");
  return {
    runtimeId: id,
    ended,
    terminate: () => tell("TERM"),
    kill: () => tell("KILL"),
    check: ([form, ...words], timeoutMs) => {
      const command = form === "CMD-SHELL" ? ["/bin/sh", "-c", words.join(" ")] : words;
      return ask(["exec", id, ...command], timeoutMs).then(
        () => true,
        () => false,
      );
    },
  };
}

/** A command of the engine that goes on for as long as the container does. */
function follow(words: string[], { engine: { program, environment }, processes }: EngineOptions): ChildProcess {
  const env = { ...environment, ...processes.mark };
  const child = spawn(program, words, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const { pid } = child;
  if (pid !== undefined) {
    processes.began(pid);
    child.once("exit", () => {
      killGroup(pid);
      processes.ended(pid);
    });
  }
  child.once("error", () => {});
  return child;
}
