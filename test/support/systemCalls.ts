/** What a process asks of the system, as strace sees it: which of its writes were on the disk by when. */
import { execFileSync } from "node:child_process";

/** Why there is no strace to be had here; `false` when there is. */
export function whyNoStrace(): string | false {
  try {
    execFileSync("strace", ["-f", "-y", "-o", "/dev/null", "true"], { stdio: "ignore" });
    return false;
  } catch {
    return "strace is not installed, or may not trace here";
  }
}

const CALLS = "fsync,fdatasync,write,writev,pwrite64,pwritev,sendto,sendmsg";

/** For `StartOptions.shell`: all threads are traced, the process keeps its pid, and each call becomes a line of the file. */
export const straced = (file: string): string =>
  `set -- strace -D -f -y -s 4096 --seccomp-bpf -e trace=${CALLS} -o ${file} "$@"`;

const WRITE = /^\d+ +(?:write|writev|pwrite64|pwritev)\(\d+<(?<path>\/[^>]*)>/;
const SYNC = /^(?<thread>\d+) +f(?:data)?sync\(\d+<(?<path>\/[^>]*)>(?:\) += (?<result>.*)| <unfinished \.\.\.>)$/;
const RESUMED = /^(?<thread>\d+) +<\.\.\. f(?:data)?sync resumed>\) += (?<result>.*)$/;
const SENT = /^\d+ +(?:write|writev|sendto|sendmsg)\(\d+<(?!\/)/;

/**
 * Files below the folder with bytes that no sync had brought to the disk when the text was first sent to somebody; `null`
 * when it never was.
 */
export function unsyncedWhenSent(trace: string, folder: string, text: string): string[] | null {
  const unsynced = new Set<string>();
  /** Syncs under way, by thread. */
  const syncing = new Map<string, string>();
  for (const line of trace.split("\n")) {
    if (SENT.test(line) && line.includes(text)) return [...unsynced].filter((path) => path.startsWith(`${folder}/`));
    const written = WRITE.exec(line)?.groups?.["path"];
    if (written !== undefined) {
      unsynced.add(written);
      // What is written while a sync is under way may come too late for it.
      for (const [thread, path] of syncing) if (path === written) syncing.delete(thread);
    }
    const { thread = "", path, result } = (SYNC.exec(line) ?? RESUMED.exec(line))?.groups ?? {};
    if (path !== undefined) syncing.set(thread, path);
    if (result === "0") unsynced.delete(syncing.get(thread) ?? "");
    if (result !== undefined) syncing.delete(thread);
  }
  return null;
}
