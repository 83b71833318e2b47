/** `signalbox export` and `signalbox import`: the only commands that open a store, because no server may use it meanwhile. */
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { readSettings, type SettingTexts } from "../settings.ts";
import { openPostgresInstallation } from "../store/transfer/postgresInstallation.ts";
import { openSqliteInstallation } from "../store/transfer/sqliteInstallation.ts";
import { exported, type Installation, imported } from "../store/transfer/transfer.ts";

async function open(texts: SettingTexts, mustExist: boolean): Promise<Installation> {
  const { database, dataDirectory } = readSettings(texts);
  return database ? openPostgresInstallation(database.url) : openSqliteInstallation(dataDirectory, { mustExist });
}

export async function exportInstallation(texts: SettingTexts, output: Writable): Promise<void> {
  const source = await open(texts, true);
  try {
    for await (const line of exported(source)) if (!output.write(line)) await once(output, "drain");
  } finally {
    await source.close();
  }
}

/** An interface drops the lines that come before somebody asks for them: it is made when they are. */
async function* linesOf(input: Readable): AsyncGenerator<string> {
  yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
}

/** `told` gets one sentence. */
export async function importInstallation(texts: SettingTexts, input: Readable, told: Writable): Promise<void> {
  const target = await open(texts, false);
  try {
    const rows = await imported(target, linesOf(input));
    told.write(`${rows} rows were imported.\n`);
  } finally {
    await target.close();
  }
}
