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
/** Why an address cannot be listened at, and what would help; `null` for any other error. */
function listenProblem({ syscall, code, address, port }: ListenError): string | null {
  if (syscall !== "listen") return null;
  const where = `${address}:${port}`;
  const otherPort = "choose another with --port (SIGNALBOX_PORT); 0 takes any that is free";
  switch (code) {
    case "EADDRINUSE":
      return `${where} is taken: another signalbox may run already, or another program has the port (lsof -i :${port} tells which). Stop it, or ${otherPort}.`;
    case "EACCES":
      return `This user may not listen on ${where}: ${otherPort}.`;
    case "EADDRNOTAVAIL":
      return `${address} is no address of this machine; see --host (SIGNALBOX_HOST).`;
    default:
      return null;
  }
}

interface ListenError extends NodeJS.ErrnoException {
  address?: string;
  port?: number;
}

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
  process.stderr.write(`signalbox: ${sentenceOf(error)}\n`);
  const isStorage = [KeyFileError, CommitFailedError, DataFolderError].some((kind) => error instanceof kind);
  process.exit(isStorage ? exitCodes.storage : exitCodes.failed);
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A file that this user may not read: the system's message names it.
  const { code, syscall }: NodeJS.ErrnoException = error;
  const isForbidden = code === "EACCES" && syscall !== "listen";
  if (isForbidden || TOLD.some((kind) => error instanceof kind)) return error.message;
  return listenProblem(error) ?? error.stack ?? error.message;
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
