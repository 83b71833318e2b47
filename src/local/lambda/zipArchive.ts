/** Unpacks what people upload. A zip is hostile until proven otherwise: no path leaves the folder, no link points out of it. */
import { createWriteStream } from "node:fs";
import { chmod, mkdir, realpath, symlink } from "node:fs/promises";
import { dirname, join, normalize, relative, resolve, sep } from "node:path";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { type Entry, fromBufferPromise, type ZipFile } from "yauzl";
import { invalid } from "./functionConfiguration.ts";
import type { LambdaError } from "./lambdaError.ts";

/** AWS's limit for the unpacked code. */
export const UNZIPPED_LIMIT_BYTES = 262_144_000;
const ENTRY_LIMIT = 50_000;
const LINK_LIMIT_BYTES = 4096;
const FILE_TYPE = 0o170000;
const SYMBOLIC_LINK = 0o120000;

/**
 * Writes the files of the zip below `folder`, which exists and is empty. Files keep their execute bits and lose their
 * write bits. Throws InvalidParameterValueException for what is not a zip, is too large, or reaches outside.
 */
export async function unpackZip(zip: Buffer, folder: string): Promise<void> {
  const archive = await openZip(zip);
  const links: { path: string; target: string }[] = [];
  let bytes = 0;
  let entries = 0;
  try {
    for await (const entry of archive.eachEntry()) {
      entries += 1;
      bytes += entry.uncompressedSize;
      if (bytes > UNZIPPED_LIMIT_BYTES || entries > ENTRY_LIMIT) throw tooLarge();
      const link = await unpackEntry(archive, entry, folder);
      if (link) links.push(link);
    }
    // Links come last, so that no file is ever written through one.
    for (const link of links) await makeLink(link, folder);
  } catch (error) {
    throw isFromZip(error) ? notZip() : error;
  } finally {
    archive.close();
  }
}

async function makeLink({ path, target }: { path: string; target: string }, folder: string): Promise<void> {
  const parent = dirname(path);
  await mkdir(parent, { recursive: true });
  // A link made through another link would be judged by one place and stand in another.
  if ((await realpath(parent)) !== join(await realpath(folder), relative(folder, parent))) throw notZip();
  await symlink(target, path);
}

async function openZip(zip: Buffer): Promise<ZipFile> {
  try {
    return await fromBufferPromise(zip, { lazyEntries: true, strictFileNames: false, validateEntrySizes: true });
  } catch {
    throw notZip();
  }
}

async function unpackEntry(archive: ZipFile, entry: Entry, folder: string) {
  const path = inside(folder, entry.fileName);
  if (entry.fileName.endsWith("/")) {
    await mkdir(path, { recursive: true });
    return undefined;
  }
  const mode = entry.externalFileAttributes >>> 16;
  const content = await archive.openReadStreamPromise(entry);
  if ((mode & FILE_TYPE) === SYMBOLIC_LINK) return { path, target: await linkTarget(entry, content, path, folder) };
  await mkdir(dirname(path), { recursive: true });
  await pipeline(content, createWriteStream(path, { flags: "wx" }));
  await chmod(path, mode & 0o111 ? 0o555 : 0o444);
  return undefined;
}

async function linkTarget(entry: Entry, content: Readable, path: string, folder: string): Promise<string> {
  if (entry.uncompressedSize > LINK_LIMIT_BYTES) throw notZip();
  const target = (await buffer(content)).toString("utf8");
  const lands = resolve(dirname(path), target);
  if (target.startsWith("/") || !(lands === folder || lands.startsWith(folder + sep))) {
    throw invalid(`The zip contains a link that points outside of it: ${entry.fileName}`);
  }
  return target;
}

function inside(folder: string, fileName: string): string {
  const path = join(folder, normalize(fileName));
  if (fileName.startsWith("/") || fileName.includes("\0") || !(path + sep).startsWith(folder + sep)) {
    throw invalid(`The zip contains a path that leads outside of it: ${fileName}`);
  }
  return path;
}

const notZip = (): LambdaError =>
  invalid("Could not unzip uploaded file. Please check your file, then try to upload again.");
const tooLarge = (): LambdaError => invalid(`Unzipped size must be smaller than ${UNZIPPED_LIMIT_BYTES} bytes`);

/** Everything yauzl, zlib and colliding names throw is about the zip; a full disk is not. */
function isFromZip(error: unknown): boolean {
  if (!(error instanceof Error) || error.name === "InvalidParameterValueException") return false;
  const code = "code" in error ? String(error.code) : "";
  return code === "" || code.startsWith("Z_") || ["EEXIST", "EISDIR", "ENOTDIR"].includes(code);
}
