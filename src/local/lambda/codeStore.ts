/**
 * Function code on disk. What is uploaded is kept by its SHA-256: `<digest>.zip` as it came, `<digest>/code` unpacked,
 * both complete before their name appears. Folders of the user's are only read.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { chmod, cp, lstat, open, readdir, readFile, readlink, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import type { Ids } from "../../ids.ts";
import { invalid } from "./functionConfiguration.ts";
import type { CodeLocation } from "./functionStore.ts";
import { LambdaError } from "./lambdaError.ts";
import { UNZIPPED_LIMIT_BYTES, unpackZip } from "./zipArchive.ts";

const ZIPPED_LIMIT_BYTES = 52_428_800;
/** Folders whose contents no one edits by hand; looking through them at every invocation would cost too much. */
const UNWATCHED = new Set(["node_modules", ".git", "__pycache__"]);

export interface StoredCode {
  code: CodeLocation;
  /** Base64. */
  codeSha256: string;
  /** Bytes. */
  codeSize: number;
}

export type CodeStore = ReturnType<typeof codeStore>;

export function codeStore(directory: string, ids: Ids, digestsInUse: () => Set<string>) {
  mkdirSync(join(directory, "scratch"), { recursive: true });
  sweep(directory, digestsInUse());
  const scratch = () => join(directory, "scratch", ids.uuid());

  return {
    /** The folder that a version runs from. */
    folderOf: (code: CodeLocation): string =>
      code.kind === "folder" ? code.path : join(directory, code.digest, "code"),
    /** Private place for one execution environment, made when asked for. */
    scratch,

    /** Keeps and unpacks an uploaded zip; on disk when it resolves. Throws what CreateFunction says of a bad zip. */
    async storeZip(zip: Buffer): Promise<StoredCode> {
      if (zip.length > ZIPPED_LIMIT_BYTES) {
        const text = `Zipped size must be smaller than ${ZIPPED_LIMIT_BYTES} bytes`;
        throw new LambdaError("RequestEntityTooLargeException", text);
      }
      const hash = createHash("sha256").update(zip).digest();
      const digest = hash.toString("hex");
      await keep(directory, scratch(), digest, (code) => unpackZip(zip, code));
      await writeDurably(join(directory, `${digest}.zip`), zip, scratch());
      return { code: { kind: "stored", digest }, codeSha256: hash.toString("base64"), codeSize: zip.length };
    },

    /** What stands in a folder of the user's just now. Throws InvalidParameterValueException when it is none. */
    async describeFolder(path: string): Promise<StoredCode> {
      await requireFolder(path);
      const { hash, bytes } = await hashFolder(path);
      return { code: { kind: "folder", path }, codeSha256: hash.toString("base64"), codeSize: bytes };
    },

    /** A copy of the folder as it stands just now, which later edits do not reach. */
    async snapshotFolder(path: string): Promise<StoredCode> {
      await requireFolder(path);
      const { hash, bytes } = await hashFolder(path);
      const digest = hash.toString("hex");
      await keep(directory, scratch(), digest, (code) => cp(path, code, { recursive: true, verbatimSymlinks: true }));
      return { code: { kind: "stored", digest }, codeSha256: hash.toString("base64"), codeSize: bytes };
    },

    /** Differs after an edit: for stored code the digest, for a folder its newest dates and sizes. */
    async stamp(code: CodeLocation): Promise<string> {
      if (code.kind === "stored") return code.digest;
      const hash = createHash("sha256");
      await walk(code.path, "", UNWATCHED, async (path, name) => {
        const { mtimeMs, size, ino } = await lstat(path);
        hash.update(`${name}\0${mtimeMs}\0${size}\0${ino}\n`);
      }).catch(() => hash.update("unreadable"));
      return hash.digest("hex");
    },

    /** The zip as it was uploaded, or undefined. */
    async readZip(digest: string): Promise<Buffer | undefined> {
      return /^[0-9a-f]{64}$/.test(digest)
        ? readFile(join(directory, `${digest}.zip`)).catch(() => undefined)
        : undefined;
    },
    removeTree,
  };
}

/** Calls `fill` with an empty folder that becomes `<digest>` when it is done; nothing to do when it is there already. */
async function keep(
  directory: string,
  draft: string,
  digest: string,
  fill: (code: string) => Promise<void>,
): Promise<void> {
  const home = join(directory, digest);
  if (existsSync(home)) return;
  mkdirSync(join(draft, "code"), { recursive: true });
  try {
    // Node looks for the nearest package.json above a file as well: a `type` further up must not reach the function.
    await writeFile(join(draft, "package.json"), "{}\n");
    await fill(join(draft, "code"));
    await makeReadOnly(join(draft, "code"));
    // The name must not outlive a loss of power without what stands behind it: what is there is never unpacked again.
    await syncTree(draft);
    await rename(draft, home);
    await sync(directory);
  } catch (error) {
    await removeTree(draft);
    if (!existsSync(home)) throw error;
  }
}

/** Removes code that nothing refers to, and what an earlier process left half done. The renaming is quick, the rest is not awaited. */
function sweep(directory: string, inUse: Set<string>): void {
  const rubbish = join(directory, "rubbish");
  mkdirSync(rubbish, { recursive: true });
  renameSync(join(directory, "scratch"), join(rubbish, `scratch-${readdirSync(rubbish).length}`));
  mkdirSync(join(directory, "scratch"));
  for (const name of readdirSync(directory)) {
    const digest = /^([0-9a-f]{64})(\.zip)?$/.exec(name)?.[1];
    if (digest !== undefined && !inUse.has(digest)) renameSync(join(directory, name), join(rubbish, name));
  }
  removeTree(rubbish).catch(() => {});
}

async function requireFolder(path: string): Promise<void> {
  const found = isAbsolute(path) ? await stat(path).catch(() => undefined) : undefined;
  if (!found?.isDirectory()) {
    throw invalid(`S3Bucket "local-folder" takes the absolute path of a folder as S3Key; ${path} is none.`);
  }
}

/** SHA-256 over names, modes and contents, in order of the names. */
async function hashFolder(folder: string): Promise<{ hash: Buffer; bytes: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  await walk(folder, "", new Set(), async (path, name) => {
    const found = await lstat(path);
    bytes += found.size;
    if (bytes > UNZIPPED_LIMIT_BYTES) throw invalid(`Unzipped size must be smaller than ${UNZIPPED_LIMIT_BYTES} bytes`);
    const content = found.isSymbolicLink() ? await readlink(path) : await readFile(path);
    hash.update(`${name}\0${(found.mode & 0o111) !== 0}\0${content.length}\n`).update(content);
  });
  return { hash: hash.digest(), bytes };
}

async function walk(
  folder: string,
  prefix: string,
  skip: Set<string>,
  visit: (path: string, name: string) => Promise<void>,
): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (skip.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await walk(path, `${prefix}${entry.name}/`, skip, visit);
    else if (entry.isFile() || entry.isSymbolicLink()) await visit(path, prefix + entry.name);
  }
}

async function makeReadOnly(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await makeReadOnly(path);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o111 ? 0o555 : 0o444);
  }
  await chmod(folder, 0o555);
}

/** Removes a folder, read-only parts included. */
async function removeTree(folder: string): Promise<void> {
  const open = async (path: string): Promise<void> => {
    await chmod(path, 0o755);
    const entries = await readdir(path, { withFileTypes: true });
    for (const entry of entries) if (entry.isDirectory()) await open(join(path, entry.name));
  };
  await open(folder).catch(() => {});
  await rm(folder, { recursive: true, force: true });
}

/** The file is on disk under its name when this resolves. */
async function writeDurably(path: string, content: Buffer, draft: string): Promise<void> {
  if (existsSync(path)) return;
  const file = await open(draft, "w", 0o444);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await sync(dirname(path));
}

/** Brings to the disk what was written below the folder, and its names. */
async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else if (entry.isFile()) await sync(path);
  }
  await sync(folder);
}

async function sync(path: string): Promise<void> {
  const opened = await open(path, "r");
  await opened.sync().finally(() => opened.close());
}
