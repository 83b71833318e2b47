/** A tar, compressed or not, as a bundle. */
import { createGunzip } from "node:zlib";
import { Parser, type ReadEntry } from "tar";
import {
  type Bundle,
  type BundleEntry,
  BundleError,
  MOST_APPSPEC_BYTES,
  MOST_ENTRIES,
  MOST_UNPACKED_BYTES,
} from "./bundle.ts";

const PIECE_BYTES = 64 * 1024;
const GZIP = Buffer.from([0x1f, 0x8b]);
/** What stands for an ordinary file, in old tars too. */
const FILE_TYPES = new Set(["File", "OldFile", "ContiguousFile"]);

type TarType = "tar" | "tgz";

/** Lists what is in it. A tar has no table: reading an entry goes through it once more. Throws BundleError. */
export async function openTar(body: Buffer, type: TarType): Promise<Bundle> {
  const entries: BundleEntry[] = [];
  await walk(body, type, (entry) => {
    entries.push({ path: entry.path, isFile: FILE_TYPES.has(entry.type), size: entry.size });
    if (entries.length > MOST_ENTRIES) throw new BundleError(`holds more than ${MOST_ENTRIES} entries`);
    entry.resume();
  });
  return {
    entries,
    async read(index) {
      const pieces: Buffer[] = [];
      let position = 0;
      await walk(body, type, (entry) => {
        const wanted = position === index && entry.size <= MOST_APPSPEC_BYTES;
        position += 1;
        if (wanted) entry.on("data", (piece: Buffer) => pieces.push(Buffer.from(piece)));
        else entry.resume();
      });
      return Buffer.concat(pieces);
    },
  };
}

/** Shows every entry to `visit`, which takes its content or lets it pass. */
async function walk(body: Buffer, type: TarType, visit: (entry: ReadEntry) => void): Promise<void> {
  let failure: unknown = null;
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      try {
        visit(entry);
      } catch (error) {
        failure ??= error;
        entry.resume();
      }
    },
  });
  let over = false;
  // What follows the end of the archive would be kept in memory, at a cost that grows with its square.
  parser.on("eof", () => {
    over = true;
  });
  // A parser that stumbles tells no end.
  const ended = new Promise<void>((resolve) => {
    parser.on("end", resolve);
    parser.on("error", (error: unknown) => {
      failure ??= error;
      resolve();
    });
  });
  try {
    let bytes = 0;
    for await (const piece of unpacked(body, type)) {
      // The parser would unpack a second layer of compression, which no limit here would know of.
      if (bytes === 0 && piece.subarray(0, 2).equals(GZIP)) throw new Error("it is compressed");
      bytes += piece.length;
      if (bytes > MOST_UNPACKED_BYTES) throw new BundleError(`unpacks to more than ${MOST_UNPACKED_BYTES} bytes`);
      parser.write(piece);
      if (failure || over) break;
    }
    if (!failure) {
      parser.end();
      await ended;
    }
  } catch (error) {
    failure ??= error;
  }
  if (failure instanceof BundleError) throw failure;
  if (failure)
    throw new BundleError(`is not a readable ${type}: ${failure instanceof Error ? failure.message : String(failure)}`);
}

async function* unpacked(body: Buffer, type: TarType): AsyncGenerator<Buffer> {
  if (type === "tar") {
    for (let from = 0; from < body.length; from += PIECE_BYTES) yield body.subarray(from, from + PIECE_BYTES);
    return;
  }
  const gunzip = createGunzip();
  gunzip.end(body);
  yield* gunzip;
}
