/** The two rows that a creation leaves, the application and its audit entry, written by bare statements in batches. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "../src/store/sqlite/sqliteStore.ts";
import { ACCOUNT, REGION } from "./seed.ts";

export interface CreationRows {
  /** Writes the rows of the applications with these names in one commit, synced to disk; gives their ids. */
  commit(names: readonly string[]): string[];
  close(): void;
}

/** A database of the program's own schema and with its pragmas, in an empty folder. */
export async function openCreationRows(directory: string): Promise<CreationRows> {
  const store = openSqliteStore({ directory, onCommitFailure: (error) => Promise.reject(error) });
  await store.close();
  const db = new DatabaseSync(join(directory, "signalbox.db"));
  db.exec("pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000");
  const application = db.prepare("insert into application (account_id, region, name, body) values (?, ?, ?, ?)");
  const audit = db.prepare("insert into audit (account_id, region, body) values (?, ?, ?)");
  const insert = (applicationName: string): string => {
    const id = randomUUID();
    const now = Date.now();
    const created = { applicationId: id, applicationName, computePlatform: "Server", createTime: now };
    const entry = {
      at: now,
      operation: "CreateApplication",
      outcome: "Succeeded",
      requestId: id,
      accessKeyId: ACCOUNT,
      sourceAddress: "127.0.0.1",
      input: { applicationName },
    };
    application.run(ACCOUNT, REGION, applicationName, JSON.stringify(created));
    audit.run(ACCOUNT, REGION, JSON.stringify(entry));
    return id;
  };
  return {
    commit(names) {
      db.exec("begin immediate");
      const ids = names.map(insert);
      db.exec("commit");
      return ids;
    },
    close: () => db.close(),
  };
}
