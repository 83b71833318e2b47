/** The program: read the command line, and for `serve` compose, listen, and close in order. */
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { exitCodes } from "./cli/exitCodes.ts";
import { program } from "./cli/program.ts";
import { wallClock } from "./clock.ts";
import { compose, type Signalbox } from "./compose.ts";
import { readSettings, SettingError, type SettingTexts } from "./settings.ts";
import { DatabaseSetupError } from "./store/postgres/connection.ts";
import { NewerSchemaError } from "./store/schema.ts";
import { KeyFileError } from "./store/sqlite/keyFile.ts";
import { StoreInUseError } from "./store/sqlite/sqliteStore.ts";
import { CommitFailedError, DataFolderError, openingError } from "./store/sqlite/storageFault.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const TOLD = [
  SettingError,
  DatabaseSetupError,
  StoreInUseError,
  NewerSchemaError,
  KeyFileError,
  CommitFailedError,
  DataFolderError,
];
/** Errors of the system that the message alone explains. */
const PLAIN_CODES = ["EADDRINUSE", "EACCES", "EADDRNOTAVAIL"];

/** One wish may arrive twice: from the terminal, and from a program in between that passes it on. */
const SAME_WISH_MS = 300;

await program({ version, serve }).parseAsync();

/**
 * Runs the server until SIGTERM or SIGINT; a second one ends it at once. `whenReady` is called with its address, after the
 * line that tells it.
 */
async function serve(texts: SettingTexts, whenReady: (url: string) => Promise<void>): Promise<void> {
  const signalbox = await start(texts);
  if (!signalbox) return;
  endOnSignals(() => void signalbox.close().then(() => process.exit(0), fail));
  process.stdout.write(`signalbox is ready: ${signalbox.url}\n`);
  await whenReady(signalbox.url);
}

async function start(texts: SettingTexts): Promise<Signalbox | null> {
  let folder = "The data folder";
  try {
    const settings = readSettings(texts);
    folder = settings.dataDirectory;
    return await compose({ settings, version, log: (line) => process.stderr.write(`${line}\n`), onFatal: fail });
  } catch (error) {
    fail(openingError(folder, error));
    return null;
  }
}

/** Ends the program with one sentence where the cause is the user's to mend, else with everything that is known. */
function fail(error: unknown): void {
  const { code = "" } = error as NodeJS.ErrnoException;
  const plain = TOLD.some((kind) => error instanceof kind) || PLAIN_CODES.includes(code);
  const text = error instanceof Error ? (plain ? error.message : error.stack) : String(error);
  process.stderr.write(`signalbox: ${text}\n`);
  const isStorage = [KeyFileError, CommitFailedError, DataFolderError].some((kind) => error instanceof kind);
  process.exit(isStorage ? exitCodes.storage : exitCodes.failed);
}

function endOnSignals(end: () => void): void {
  let askedAt: number | null = null;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (askedAt === null) {
        askedAt = wallClock.elapsedMs();
        end();
      } else if (wallClock.elapsedMs() - askedAt > SAME_WISH_MS) process.exit(128 + constants.signals[signal]);
    });
  }
}
