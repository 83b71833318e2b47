/** A zip, as a bundle. */
import { buffer } from "node:stream/consumers";
import { type Entry, fromBufferPromise, type ZipFile } from "yauzl";
import { type Bundle, BundleError, MOST_APPSPEC_BYTES, MOST_ENTRIES } from "./bundle.ts";

const FILE_TYPE = 0o170000;
const REGULAR_FILE = 0o100000;

/** Lists what is in it; nothing is unpacked before it is read. Throws BundleError. */
export async function openZip(body: Buffer): Promise<Bundle> {
  const archive = await orUnreadable(
    fromBufferPromise(body, { lazyEntries: true, autoClose: false, validateEntrySizes: true }),
  );
  const found = await orUnreadable(allEntries(archive));
  return {
    entries: found.map((entry) => ({ path: entry.fileName, isFile: isFile(entry), size: entry.uncompressedSize })),
    async read(index) {
      const entry = found[index];
      if (!entry || entry.uncompressedSize > MOST_APPSPEC_BYTES) throw new BundleError("has no such entry");
      return orUnreadable(archive.openReadStreamPromise(entry).then(buffer));
    },
  };
}

async function allEntries(archive: ZipFile): Promise<Entry[]> {
  const found: Entry[] = [];
  for await (const entry of archive.eachEntry()) {
    found.push(entry);
    if (found.length > MOST_ENTRIES) throw new BundleError(`holds more than ${MOST_ENTRIES} entries`);
  }
  return found;
}

/** Zips that were not made on Unix have no file types. */
function isFile({ fileName, externalFileAttributes }: Entry): boolean {
  const type = (externalFileAttributes >>> 16) & FILE_TYPE;
  return !fileName.endsWith("/") && (type === 0 || type === REGULAR_FILE);
}

function orUnreadable<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (error instanceof BundleError) throw error;
    throw new BundleError(`is not a readable zip: ${error instanceof Error ? error.message : String(error)}`);
  });
}
