/** The bytes of objects: a file each, written once under a name of its own and never changed. */
import { closeSync, mkdirSync, openSync, read, readdirSync, rmSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Ids } from "../../ids.ts";

export type ObjectFiles = ReturnType<typeof objectFiles>;

/** A file that stays readable after its object is gone. */
export interface OpenedFile {
  /** Bytes `from` up to and without `until`; ends the reading. */
  read(from: number, until: number): Promise<Buffer>;
}

/** Files that are not `inUse` were left by a process that died, and are removed. */
export function objectFiles(directory: string, ids: Ids, inUse: () => Set<string>) {
  mkdirSync(directory, { recursive: true });
  const used = inUse();
  for (const name of readdirSync(directory)) {
    if (!used.has(name)) rmSync(join(directory, name), { force: true, recursive: true });
  }

  return {
    /** On disk under the name that is answered, once it resolves; no object knows of it yet. */
    async write(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<string> {
      const name = ids.uuid();
      const path = join(directory, name);
      const file = await open(path, "wx", 0o600);
      try {
        for await (const piece of pieces) await file.writeFile(piece);
        await file.sync();
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      } finally {
        await file.close();
      }
      await syncFolder(directory);
      return name;
    },

    /** Opened at once: what becomes of its object meanwhile does not reach the reader. */
    open(name: string): OpenedFile {
      const descriptor = openSync(join(directory, name), "r");
      return { read: (from, until) => readFrom(descriptor, from, until) };
    },

    /** For what no object refers to any more. A file that cannot be removed is swept at the next start. */
    async remove(names: readonly string[]): Promise<void> {
      await Promise.all(names.map((name) => rm(join(directory, name), { force: true }).catch(() => {})));
    },
  };
}

async function readFrom(descriptor: number, from: number, until: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(until - from);
  try {
    let done = 0;
    while (done < bytes.length) {
      const count = await new Promise<number>((resolve, reject) =>
        read(descriptor, bytes, done, bytes.length - done, from + done, (error, found) =>
          error ? reject(error) : resolve(found),
        ),
      );
      if (count === 0) throw new Error("the file of an object is shorter than the object");
      done += count;
    }
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

/** The name itself must survive a crash, too. */
async function syncFolder(directory: string): Promise<void> {
  const folder: FileHandle = await open(directory, "r");
  await folder.sync().finally(() => folder.close());
}
