/** The data folder as an installation to be moved, locked as a server locks it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { text } from "../database.ts";
import { requireAllKnown } from "../schema.ts";
import { knownSchema, schemaState } from "../sqlite/migrate.ts";
import { openFiles } from "../sqlite/sqliteStore.ts";
import { type Installation, TransferError } from "./transfer.ts";

/** `mustExist` for one that is read: a wrong folder would look like an empty installation. */
export function openSqliteInstallation(directory: string, { mustExist }: { mustExist: boolean }): Installation {
  if (mustExist && !existsSync(join(directory, "signalbox.db"))) {
    throw new TransferError(`There is no installation in ${directory}.`);
  }
  const { lock, writer, reader } = openFiles(directory);
  const close = () => {
    for (const database of [reader, writer, lock]) database.close();
  };
  try {
    requireAllKnown(schemaState(writer), knownSchema());
  } catch (error) {
    close();
    throw error;
  }
  return {
    db: writer,
    schema: knownSchema(),
    columnsOf: async (table) => writer.all(`pragma table_info(${table})`).map((row) => text(row, "name")),
    async lastNumber(table) {
      return Number(writer.one("select seq from sqlite_sequence where name = ?", table)?.["seq"] ?? 0);
    },
    async reserve(table, lastNumber) {
      writer.run("delete from sqlite_sequence where name = ? and seq < ?", table, lastNumber);
      writer.run(
        "insert into sqlite_sequence (name, seq) select ?, ? where not exists (select 1 from sqlite_sequence where name = ?)",
        ...[table, lastNumber, table],
      );
    },
    async atomically(work) {
      writer.exec("begin immediate");
      try {
        await work();
        writer.exec("commit");
      } catch (error) {
        if (writer.inTransaction()) writer.exec("rollback");
        throw error;
      }
    },
    close: async () => close(),
  };
}
