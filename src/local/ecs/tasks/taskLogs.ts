/**
 * What containers print, on disk and bounded: for each container the present file and the one before it. A task's logs
 * are there as long as the task is described.
 */
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";

/** Of each of the two files of a container. */
const MOST_BYTES = 512 * 1024;

export interface TaskLogs {
  /** Adds to the log of a container; the folder of its task is made where it is missing. */
  append(task: string, container: string, chunk: Buffer): void;
  /** The last bytes of each container's log, `most` at most. `undefined` where nothing was printed. */
  tail(task: string, most: number): { container: string; text: string }[] | undefined;
  remove(task: string): void;
  /** Removes the logs of all tasks but these. */
  keepOnly(tasks: ReadonlySet<string>): void;
}

export function taskLogs(directory: string, log: (line: string) => void): TaskLogs {
  const fileOf = (task: string, container: string) => join(directory, task, `${container}.log`);
  let hasComplained = false;
  return {
    append(task, container, chunk) {
      const file = fileOf(task, container);
      try {
        const size = sizeOf(file);
        if (size === undefined) mkdirSync(join(directory, task), { recursive: true });
        else if (size + chunk.length > MOST_BYTES) renameSync(file, `${file}.1`);
        appendFileSync(file, chunk.subarray(-MOST_BYTES));
      } catch (error) {
        // A full disk must not end a task that only talks.
        if (!hasComplained) log(`ecs: what tasks print cannot be kept: ${String(error)}`);
        hasComplained = true;
      }
    },
    tail(task, most) {
      const names = namesIn(join(directory, task)).filter((name) => name.endsWith(".log"));
      if (names.length === 0) return undefined;
      return names.sort().map((name) => {
        const file = join(directory, task, name);
        const present = lastBytes(file, most);
        const before = present.length < most ? lastBytes(`${file}.1`, most - present.length) : Buffer.alloc(0);
        return { container: name.slice(0, -".log".length), text: Buffer.concat([before, present]).toString("utf8") };
      });
    },
    remove: (task) => rmSync(join(directory, task), { recursive: true, force: true }),
    keepOnly(tasks) {
      for (const name of namesIn(directory)) {
        if (!tasks.has(name)) rmSync(join(directory, name), { recursive: true, force: true });
      }
    },
  };
}

function sizeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function lastBytes(file: string, most: number): Buffer {
  const size = sizeOf(file);
  if (size === undefined) return Buffer.alloc(0);
  const handle = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(Math.min(size, most));
    const read = readSync(handle, bytes, 0, bytes.length, size - bytes.length);
    return bytes.subarray(0, read);
  } finally {
    closeSync(handle);
  }
}
