/** `signalbox export` and `signalbox import`: the only commands that open a store, because no server may use it meanwhile. */
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { readSettings, type SettingTexts } from "../settings.ts";
import { DatabaseSetupError } from "../store/postgres/connection.ts";
import { NewerSchemaError } from "../store/schema.ts";
import { StoreInUseError } from "../store/sqlite/sqliteStore.ts";
import { DataFolderError, openingError } from "../store/sqlite/storageFault.ts";
import { openPostgresInstallation } from "../store/transfer/postgresInstallation.ts";
import { openSqliteInstallation } from "../store/transfer/sqliteInstallation.ts";
import { exported, type Installation, imported, TransferError } from "../store/transfer/transfer.ts";
import { CommandError, exitCodes } from "./exitCodes.ts";

/** What is wrong is the caller's to mend, and the message says how. */
const TOLD = [TransferError, StoreInUseError, NewerSchemaError, DatabaseSetupError];

export function exportInstallation(texts: SettingTexts, output: Writable): Promise<void> {
  return withInstallation(texts, true, async (source) => {
    for await (const line of exported(source)) if (!output.write(line)) await once(output, "drain");
  });
}

/** `told` gets one sentence. */
export function importInstallation(texts: SettingTexts, input: Readable, told: Writable): Promise<void> {
  return withInstallation(texts, false, async (target) => {
    const rows = await imported(target, linesOf(input));
    told.write(`${rows} rows were imported.\n`);
  });
}

/** Opens the installation for the work; what stores and disks throw becomes a CommandError, or stays as it is. */
async function withInstallation(
  texts: SettingTexts,
  mustExist: boolean,
  work: (installation: Installation) => Promise<void>,
): Promise<void> {
  const { database, dataDirectory } = readSettings(texts);
  try {
    const installation = await (database
      ? openPostgresInstallation(database.url)
      : openSqliteInstallation(dataDirectory, { mustExist }));
    try {
      await work(installation);
    } finally {
      await installation.close();
    }
  } catch (error) {
    const known = database ? error : openingError(dataDirectory, error);
    if (known instanceof DataFolderError) throw new CommandError(exitCodes.storage, known.message);
    throw TOLD.some((kind) => known instanceof kind)
      ? new CommandError(exitCodes.failed, (known as Error).message)
      : known;
  }
}

/** An interface drops the lines that come before somebody asks for them: it is made when they are. */
async function* linesOf(input: Readable): AsyncGenerator<string> {
  yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
}
