/** A PostgreSQL database as an installation to be moved. A signalbox that starts meanwhile waits until that is done. */
import { text } from "../database.ts";
import { connectOnce, reachable } from "../postgres/connection.ts";
import { knownSchema, lockSchema, migrate, schemaState } from "../postgres/migrate.ts";
import { liveNodes } from "../postgres/node.ts";
import { postgresDatabase } from "../postgres/postgresDatabase.ts";
import { requireAllKnown } from "../schema.ts";
import { type Installation, TransferError } from "./transfer.ts";

/** Columns about processes, of which an installation that is moved has none. */
const OF_PROCESSES = ["owner", "claimed_until", "claimed_version"];

export async function openPostgresInstallation(url: string): Promise<Installation> {
  const client = await reachable(connectOnce(url));
  const db = postgresDatabase((statement) => client.query(statement));
  try {
    await migrate(client);
    await client.query("begin isolation level repeatable read");
    await lockSchema(client);
    requireAllKnown(await schemaState(client), knownSchema());
    if ((await liveNodes(client)).length > 0) {
      throw new TransferError("A signalbox works on this database; stop all of them, and wait ten seconds.");
    }
  } catch (error) {
    await client.end();
    throw error;
  }
  return {
    db,
    schema: knownSchema(),
    async columnsOf(table) {
      const rows = await db.all(
        `select column_name::text as name from information_schema.columns
         where table_schema = current_schema() and table_name = ? order by ordinal_position`,
        table,
      );
      return rows.map((row) => text(row, "name")).filter((name) => !OF_PROCESSES.includes(name));
    },
    async lastNumber(table) {
      const row = await db.one(
        "select coalesce(pg_sequence_last_value(pg_get_serial_sequence(?, 'n')::regclass), 0) as last",
        table,
      );
      return Number(row?.["last"] ?? 0);
    },
    async reserve(table, lastNumber) {
      if (lastNumber > 0) await db.one("select setval(pg_get_serial_sequence(?, 'n'), ?) as last", table, lastNumber);
    },
    async atomically(work) {
      await work();
      await client.query("commit");
    },
    close: () => client.end(),
  };
}
