/** How the process of a runtime is started: which program, with which variables. Nothing of our own environment. */
import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { RunTarget } from "../operation.ts";
import type { PlatformError } from "./invocation.ts";

export interface LaunchOptions {
  /** The Python interpreter to use whatever the runtime says. */
  python: string | undefined;
  /** PATH of the functions; interpreters are looked for here. */
  path: string;
  /** AWS_ENDPOINT_URL of the functions. */
  endpoint: () => string;
}

/** What an environment needs to know of its place. */
export interface Place {
  /** The unpacked code. */
  codeFolder: string;
  /** A private folder: HOME and TMPDIR. */
  scratch: string;
  /** `host:port` of the Runtime API. */
  runtimeApi: string;
  logStream: string;
}

export interface Launch {
  program: string;
  arguments: string[];
  environment: Record<string, string>;
  /** The process closes the output of each invocation with a marker. */
  framed: boolean;
}

const BOOTSTRAPS = join(import.meta.dirname, "..", "bootstraps");

/** The command line for the target, or what Lambda says when there is nothing to run. */
export async function launchOf(
  target: RunTarget,
  place: Place,
  options: LaunchOptions,
): Promise<Launch | PlatformError> {
  const { runtime } = target.version;
  const environment = childEnvironment(target, place, options);
  if (runtime.startsWith("nodejs")) {
    return { program: process.execPath, arguments: nodeArguments(runtime), environment, framed: true };
  }
  if (runtime.startsWith("python")) {
    const names = [runtime, "python3"];
    const candidates = options.python === undefined ? findPrograms(names, options.path) : [options.python];
    const python = await firstPython(candidates, options.path);
    if (!python) return noEntrypoint(`Couldn't find a Python interpreter: ${names.join(", ")} on PATH`);
    const userBase = { PYTHONUSERBASE: python.userBase };
    const script = join(BOOTSTRAPS, "python.py");
    return {
      program: python.executable,
      arguments: [script],
      environment: { ...userBase, ...environment },
      framed: true,
    };
  }
  const program = join(place.codeFolder, "bootstrap");
  if (!existsSync(program)) return noEntrypoint(`Couldn't find valid bootstrap(s): [${program}]`);
  if (!isExecutable(program)) return noEntrypoint(`fork/exec ${program}: permission denied`);
  return { program, arguments: [], environment, framed: false };
}

/** AWS starts its older Node runtimes without the two module features that came later. */
function nodeArguments(runtime: string): string[] {
  const flags = /^nodejs(18|20|22)\./.test(runtime)
    ? ["--no-experimental-require-module", "--no-experimental-detect-module"]
    : [];
  return [...flags, join(BOOTSTRAPS, "node.mjs")];
}

/** The usual variables of Lambda with those of the function on top. */
function childEnvironment(target: RunTarget, place: Place, options: LaunchOptions): Record<string, string> {
  const { id, version } = target;
  return {
    AWS_ENDPOINT_URL: options.endpoint(),
    LANG: "en_US.UTF-8",
    PATH: options.path,
    HOME: place.scratch,
    TMPDIR: place.scratch,
    TZ: ":UTC",
    ...(version.runtime.startsWith("python") ? { PYTHONDONTWRITEBYTECODE: "1" } : {}),
    ...version.environment,
    AWS_REGION: id.region,
    AWS_DEFAULT_REGION: id.region,
    AWS_LAMBDA_FUNCTION_NAME: id.name,
    AWS_LAMBDA_FUNCTION_VERSION: version.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: `${version.memorySize}`,
    AWS_LAMBDA_LOG_GROUP_NAME: version.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: place.logStream,
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_RUNTIME_API: place.runtimeApi,
    ...(version.runtime.startsWith("provided") ? {} : { AWS_EXECUTION_ENV: `AWS_Lambda_${version.runtime}` }),
    // The twelve digits name the account to signalbox; the other two are never looked at.
    AWS_ACCESS_KEY_ID: id.accountId,
    AWS_SECRET_ACCESS_KEY: "signalbox",
    AWS_SESSION_TOKEN: "signalbox",
    LAMBDA_TASK_ROOT: place.codeFolder,
    LAMBDA_RUNTIME_DIR: BOOTSTRAPS,
    _HANDLER: version.handler,
  };
}

interface Python {
  executable: string;
  /** Where the packages are that a user has installed for themselves; HOME alone would no longer lead there. */
  userBase: string;
}

const knownPythons = new Map<string, Promise<Python | undefined>>();

/** What is behind a name on the PATH: often a shim that takes longer to start than the interpreter itself. */
function askPython(program: string, path: string): Promise<Python | undefined> {
  const question = "import site, sys; print(sys.executable); print(site.getuserbase())";
  const ask = async () => {
    const environment = { PATH: path, HOME: homedir() };
    const { stdout } = await promisify(execFile)(program, ["-c", question], { env: environment });
    const [executable, userBase] = stdout.split("\n");
    return executable && userBase ? { executable, userBase } : undefined;
  };
  const key = `${program}\0${path}`;
  const known = knownPythons.get(key) ?? ask().catch(() => undefined);
  knownPythons.set(key, known);
  return known;
}

/** A name on the PATH may be a shim for an interpreter that is not installed: the first that answers is taken. */
async function firstPython(programs: string[], path: string): Promise<Python | undefined> {
  for (const program of programs) {
    const found = await askPython(program, path);
    if (found) return found;
  }
  return undefined;
}

function findPrograms(names: string[], path: string): string[] {
  return names.flatMap((name) => path.split(delimiter).map((folder) => join(folder, name))).filter(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const noEntrypoint = (errorMessage: string): PlatformError => ({
  errorType: "Runtime.InvalidEntrypoint",
  errorMessage,
});
