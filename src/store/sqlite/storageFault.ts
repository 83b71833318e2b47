/** What SQLite's result codes and the system's errors mean for what is kept, and for the person who runs the program. */

import type { SqliteDatabase } from "./sqliteDatabase.ts";

/** The data folder, or a file in it, cannot be used; the message is for the person who runs the program. */
export class DataFolderError extends Error {}

/** A commit went wrong in such a way that nobody can tell what is on the disk. */
export class CommitFailedError extends Error {}

/** Result codes, the extended ones above 255: https://sqlite.org/rescode.html */
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;
/** The file was moved or removed while it was open: what is written reaches nobody. */
const READONLY_DBMOVED = 1032;
const IOERR_WRITE = 778;
/** Syncing a file, syncing its folder. The system may have dropped what it could not write, and a second try would not tell. */
const FAILED_SYNCS: ReadonlySet<number> = new Set([1034, 1290]);

const codeOf = (error: unknown): number => Number((error as { errcode?: number } | null)?.errcode ?? 0);
const primary = (code: number): number => code & 0xff;

/**
 * Why a write was refused, where that may pass and nothing of it is on the disk; `null` for every other error. A commit
 * writes to the log and then syncs it. Where writing itself fails, a full disk being the usual reason, the mark that ends
 * a transaction is not there, and what was written is overwritten by the next one.
 */
export function writeRefusal(error: unknown, isCommitting: boolean): string | null {
  const code = codeOf(error);
  if (code === READONLY_DBMOVED || FAILED_SYNCS.has(code)) return null;
  if (primary(code) === FULL) return "the disk is full";
  if (primary(code) === READONLY) return "the database is read-only";
  if (code === IOERR_WRITE || (primary(code) === IOERR && !isCommitting)) {
    return `the disk takes no more (SQLite result ${code})`;
  }
  return null;
}

/** After which nobody can tell what a commit has left on the disk. */
export function isFailedSync(error: unknown): boolean {
  return FAILED_SYNCS.has(codeOf(error));
}

export function commitFailed(file: string, error: unknown): CommitFailedError {
  const what = error instanceof Error ? error.message : String(error);
  return new CommitFailedError(
    `A commit to ${file} failed and left open what is on the disk (${what}, SQLite result ${codeOf(error)}); look at the disk and start signalbox again: everything that was acknowledged is there.`,
  );
}

/** The same error in a sentence that names the file and what to do; an error that says nothing of files as it is. */
export function openingError(file: string, error: unknown): unknown {
  const code = primary(codeOf(error));
  if (code === NOTADB || code === CORRUPT) return damaged(file);
  if (code === READONLY || code === CANTOPEN) return unusable(file, "it cannot be opened for writing");
  if (code === FULL) return unusable(file, "the disk is full");
  if (code === IOERR) return unusable(file, `reading or writing it failed (SQLite result ${codeOf(error)})`);
  const { path, message } = error as NodeJS.ErrnoException;
  return path === undefined ? error : unusable(file, message);
}

/** Looking through a page takes microseconds: a database of this size is looked through in a tenth of a second. */
const LARGEST_CHECKED_BYTES = 128 * 2 ** 20;

/** Refuses a database whose pages contradict each other. A larger one shows that only when they are needed. */
export function requireSound(file: string, db: SqliteDatabase): void {
  const pages = Number(db.one("pragma page_count")?.["page_count"]);
  const pageBytes = Number(db.one("pragma page_size")?.["page_size"]);
  if (pages * pageBytes > LARGEST_CHECKED_BYTES) return;
  if (db.one("pragma quick_check(1)")?.["quick_check"] !== "ok") throw damaged(file);
}

/** `place` is where in the file, where that is known. */
export function damaged(file: string, place = ""): DataFolderError {
  return new DataFolderError(
    `${file} is damaged${place}; put a backup of the data folder back, or start with a --data-dir of its own.`,
  );
}

function unusable(file: string, why: string): DataFolderError {
  return new DataFolderError(
    `${file} cannot be used: ${why}; the data folder must be on a disk with space and writable for this user.`,
  );
}
