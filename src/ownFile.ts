/** Files with secrets: they are this user's alone. */
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const OWNER_ONLY = 0o600;

/**
 * What stands in the file, `null` where it is not there. Whatever its mode has become, nobody else can read it
 * afterwards; `keepsMode` is for a file that somebody else looks after.
 */
export function readOwnFile(file: string, { keepsMode = false } = {}): Buffer | null {
  try {
    const content = readFileSync(file);
    if (!keepsMode) chmodSync(file, OWNER_ONLY);
    return content;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Under its name only when it is whole and on the disk: what depends on it must outlive any crash. The folder is there. */
export function writeOwnFile(file: string, content: Buffer | string): void {
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  synced(openSync(unfinished, "wx", OWNER_ONLY), (handle) => writeFileSync(handle, content));
  renameSync(unfinished, file);
  synced(openSync(dirname(file), "r"), () => {});
}

function synced(handle: number, write: (handle: number) => void): void {
  try {
    write(handle);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
