/**
 * The processes of functions and tasks never outlive signalbox. Each is written down while it runs, one small file by its
 * pid; what an earlier signalbox left running when it was killed is ended at the next start. A pid alone names nobody for
 * long: a process is ended only when it began at the moment that was written down, whatever it is called. It is ended with
 * its group. A group whose first process is gone cannot be told from somebody else's, and is left alone.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface ProcessRecord {
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
  log: (line: string) => void,
): ProcessRecord {
  mkdirSync(directory, { recursive: true });
  endOrphans(directory, what, log);
  const running = new Set<number>();
  // However this process comes to its end, but for being killed, theirs comes first.
  const endAll = () => {
    for (const pid of running) killGroup(pid);
  };
  process.on("exit", endAll);
  return {
    began(pid) {
      running.add(pid);
      // No sync: what a crash of the machine takes from the file, it takes from the process, too.
      try {
        writeFileSync(join(directory, String(pid)), identityOf(pid) ?? "");
      } catch (error) {
        log(`${what} process ${pid} could not be written down: ${String(error)}`);
      }
    },
    ended(pid) {
      running.delete(pid);
      // What is left behind names a process that is gone: the next start removes it.
      try {
        rmSync(join(directory, String(pid)), { force: true });
      } catch (error) {
        log(`the record of ${what} process ${pid} could not be removed: ${String(error)}`);
      }
    },
    close: () => void process.off("exit", endAll),
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
  for (const name of readdirSync(directory)) {
    const pid = Number(name);
    const file = join(directory, name);
    const recorded = /^[1-9][0-9]*$/.test(name) ? readFileSync(file, "utf8") : "";
    if (recorded !== "" && recorded === identityOf(pid)) {
      killGroup(pid);
      log(`${what} process ${pid} of an earlier run was still there and has been ended`);
    }
    rmSync(file, { force: true });
  }
}
