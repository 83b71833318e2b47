/** The program: read the command line, and for `serve` compose, listen, and close in order. */
import { readFileSync } from "node:fs";
import { program } from "./cli/program.ts";
import { compose, type Signalbox } from "./compose.ts";
import { readSettings, SettingError, type SettingTexts } from "./settings.ts";
import { KeyFileError } from "./store/sqlite/keyFile.ts";
import { NewerSchemaError } from "./store/sqlite/migrate.ts";
import { StoreInUseError } from "./store/sqlite/sqliteStore.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

await program({ version, serve }).parseAsync();

/** Runs the server until SIGTERM or SIGINT. `whenReady` is called with its address, after the line that tells it. */
async function serve(texts: SettingTexts, whenReady: (url: string) => Promise<void>): Promise<void> {
  const signalbox = await start(texts);
  if (!signalbox) return;
  const end = once(() => void signalbox.close().then(() => process.exit(0), fail));
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, end);
  process.stdout.write(`signalbox is ready: ${signalbox.url}\n`);
  await whenReady(signalbox.url);
}

async function start(texts: SettingTexts): Promise<Signalbox | null> {
  try {
    const settings = readSettings(texts);
    return await compose({ settings, version, log: (line) => process.stderr.write(`${line}\n`), onFatal: fail });
  } catch (error) {
    fail(error);
    return null;
  }
}

/** Ends the program with one sentence where the cause is the user's to mend, else with everything that is known. */
function fail(error: unknown): void {
  const told = [SettingError, StoreInUseError, NewerSchemaError, KeyFileError].some((kind) => error instanceof kind);
  const code = (error as NodeJS.ErrnoException).code;
  const plain = told || code === "EADDRINUSE" || code === "EACCES" || code === "EADDRNOTAVAIL";
  const text = error instanceof Error ? (plain ? error.message : error.stack) : String(error);
  process.stderr.write(`signalbox: ${text}\n`);
  process.exit(1);
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
