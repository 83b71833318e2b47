/** What the machine is, what its disk can do at this moment, and how much of it others use. */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { percentile } from "./figures.ts";

export interface DiskSync {
  p50Ms: number;
  p99Ms: number;
}

/** A bare 4 kB append and fdatasync, again and again: the floor under everything durable. */
export function measureDiskSync(parent: string, times: number): DiskSync {
  const folder = mkdtempSync(join(parent, "sync-"));
  const file = openSync(join(folder, "file"), "w");
  const page = Buffer.alloc(4096, "x");
  const tookMs: number[] = [];
  for (let count = 0; count < times; count += 1) {
    const start = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    tookMs.push(performance.now() - start);
  }
  closeSync(file);
  rmSync(folder, { recursive: true });
  return { p50Ms: percentile(tookMs, 0.5), p99Ms: percentile(tookMs, 0.99) };
}

export function machineFacts() {
  return {
    node: process.version,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? "unknown",
    memoryGB: Math.round(totalmem() / 2 ** 30),
  };
}

/** CPU time of one process in milliseconds, its ended children excluded. */
export function cpuMsOf(pid: number): number {
  const [, user, system] = statOf(pid) ?? [0, 0, 0];
  return user + system;
}

/** Resident memory of one process in MB. */
export function residentMB(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+([0-9]+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}

/** Clock ticks are 10 ms on every Linux that Node runs on. */
const TICK_MS = 10;

/** Parent, then user and system time in milliseconds: of the process, and of its ended children. */
function statOf(pid: number): [number, number, number, number] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the program's name, may itself contain spaces and brackets.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const field = (number: number) => Number(fields[number - 3]);
    return [field(4), field(14) * TICK_MS, field(15) * TICK_MS, (field(16) + field(17)) * TICK_MS];
  } catch {
    return null;
  }
}

/** CPU time of these processes and everything they have started, ended or not. */
export function cpuMsBelow(roots: readonly number[]): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    const stat = /^[0-9]+$/.test(name) ? statOf(Number(name)) : null;
    if (stat) parents.set(Number(name), stat[0]);
  }
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && (roots.includes(pid) || isOurs(parents.get(pid)));
  let total = 0;
  for (const pid of parents.keys()) {
    const stat = isOurs(pid) ? statOf(pid) : null;
    if (stat) total += stat[1] + stat[2] + stat[3];
  }
  return total;
}

/** The process that has started this one; `null` where there is none of that number, or of that name. */
export function parentOf(pid: number, name: string): number | null {
  const found = statOf(pid);
  if (!found || !readFileSync(`/proc/${pid}/comm`, "utf8").startsWith(name)) return null;
  return found[0];
}

function machineBusyMs(): number {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(/\s+/).map(Number);
  return (user + nice + system + irq + softirq + steal) * TICK_MS;
}

/**
 * Begins to watch; the function answers how many cores others have kept busy since. What the database server does, where
 * it runs on this machine, is done for the bench.
 */
export function watchOthers(databaseServer: number | null): () => number {
  if (process.platform !== "linux") return () => 0;
  const roots = databaseServer === null ? [process.pid] : [process.pid, databaseServer];
  const start = { at: performance.now(), busy: machineBusyMs(), own: cpuMsBelow(roots) };
  return () => {
    const others = machineBusyMs() - start.busy - (cpuMsBelow(roots) - start.own);
    return Math.max(0, others / (performance.now() - start.at));
  };
}
