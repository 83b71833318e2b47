/**
 * The processes of functions and tasks never outlive signalbox: what an earlier one left running when it was killed is
 * ended at the next start, whatever it is called. Two things tell whose they are.
 *
 * Each is written down while it runs, one small file by its pid. A pid alone names nobody for long: a process is ended only
 * when it began at the moment that was written down, and with its group. Between its start and its file signalbox may be
 * killed, though, and a group whose first process is gone cannot be told from somebody else's. So each also carries a mark of
 * this run in its environment, which all that it starts inherit; the mark is written down before any of them is started.
 * Where the system does not show environments (there is no /proc), the files alone must do.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Ids } from "../ids.ts";

/** The variable that says which run of signalbox a process belongs to. */
const MARK = "SIGNALBOX_RUN";
/** The file that holds the mark. No pid is called so. */
const MARK_FILE = "run";

export interface ProcessRecord {
  /** The variables that every process must be started with, on top of its own. */
  mark: Readonly<Record<string, string>>;
  /** A process that leads a group of its own has been started. */
  began(pid: number): void;
  /** It is gone, and its group with it. */
  ended(pid: number): void;
  /** Forgets them all: each has ended. */
  close(): void;
}

/** Ends what an earlier run has left. The folder is made where it is missing; `what` the processes are of, for the log. */
export function openProcessRecord(
  directory: string,
  what: "function" | "task",
  { ids, log }: { ids: Pick<Ids, "uuid">; log: (line: string) => void },
): ProcessRecord {
  mkdirSync(directory, { recursive: true });
  endOrphans(directory, what, log);
  const running = new Set<number>();
  const run = ids.uuid();
  /** A disk that is full takes nothing from whoever is served: the next start may just find less than there is. */
  const trying = (change: string, act: () => void) => {
    try {
      act();
    } catch (error) {
      log(`${change}: ${String(error)}`);
    }
  };
  // However this process comes to its end, but for being killed, theirs comes first.
  const endAll = () => {
    for (const pid of running) killGroup(pid);
  };
  process.on("exit", endAll);
  trying(`this run of ${what} processes could not be written down`, () =>
    // No sync: a crash of the machine leaves nobody whom it could name.
    writeFileSync(join(directory, MARK_FILE), run),
  );
  return {
    mark: { [MARK]: run },
    began(pid) {
      running.add(pid);
      // No sync: what a crash of the machine takes from the file, it takes from the process, too.
      trying(`${what} process ${pid} could not be written down`, () =>
        writeFileSync(join(directory, String(pid)), identityOf(pid) ?? ""),
      );
    },
    ended(pid) {
      running.delete(pid);
      // What is left behind names a process that is gone: the next start removes it.
      trying(`the record of ${what} process ${pid} could not be removed`, () =>
        rmSync(join(directory, String(pid)), { force: true }),
      );
    },
    close() {
      process.off("exit", endAll);
      trying(`the record of ${what} processes could not be removed`, () =>
        rmSync(join(directory, MARK_FILE), { force: true }),
      );
    },
  };
}

/** Kills the process and everything in its group; harmless when it is gone. */
export const killGroup = (pid: number): void => signalGroup(pid, "SIGKILL");

/** Sends a signal to the process and everything in its group; harmless when it is gone. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It is gone already.
  }
}

/**
 * What this pid means just now: the moment at which its process began, and on Linux the machine's run, since moments are
 * counted from there. `null` when there is no such process.
 */
export function identityOf(pid: number): string | null {
  if (process.platform !== "linux") return identityByPs(pid);
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in brackets, and may hold anything; the start is the 22nd.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, startTime] = [fields[0], fields[19]];
    // One that has ended, and that nobody has asked about yet, is gone.
    if (state === "Z") return null;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${startTime}`;
  } catch {
    return null;
  }
}

function identityByPs(pid: number): string | null {
  try {
    const output = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
    return output.trim() || null;
  } catch {
    return null;
  }
}

function endOrphans(directory: string, what: string, log: (line: string) => void): void {
  const names = readdirSync(directory);
  const ended = new Set<number>();
  const end = (pid: number, kill: (pid: number) => void) => {
    kill(pid);
    ended.add(pid);
    log(`${what} process ${pid} of an earlier run was still there and has been ended`);
  };
  for (const pid of names.filter((name) => /^[1-9][0-9]*$/.test(name)).map(Number)) {
    const recorded = readFileSync(join(directory, String(pid)), "utf8");
    if (recorded !== "" && recorded === identityOf(pid)) end(pid, killGroup);
  }
  const run = names.includes(MARK_FILE) ? readFileSync(join(directory, MARK_FILE), "utf8") : "";
  // They may start others while they are looked for; one that is being killed may be seen for a while.
  const left = () => (run === "" ? [] : processesWith(`${MARK}=${run}`).filter((pid) => !ended.has(pid)));
  for (let found = left(); found.length > 0; found = left()) {
    for (const pid of found) end(pid, killProcess);
  }
  // Only now: a start that is killed in the midst of this leaves the next one all that it needs.
  for (const name of names) rmSync(join(directory, name), { force: true });
}

/** The processes in whose environment this stands; none where the system does not show environments. */
function processesWith(variable: string): number[] {
  if (process.platform !== "linux") return [];
  const pids = readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name));
  return pids.filter((pid) => environmentOf(pid).includes(variable)).map(Number);
}

/** Empty for a process that has ended, and for one of somebody else. */
function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return [];
  }
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}
