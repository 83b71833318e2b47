/** Documents of the embedded services in a SQLite file of their own, every write synced to disk. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Documents } from "../../local/documents.ts";
import type { Row } from "../database.ts";
import { openSqlite, type SqliteDatabase } from "./sqliteDatabase.ts";
import { commitFailed, damaged, isFailedSync, openingError, requireSound } from "./storageFault.ts";

export interface SqliteDocuments extends Documents {
  close(): void;
}

/**
 * A write that the disk refuses throws, and nothing of it is kept. `onCommitFailure` is told of a sync that failed, as in
 * `openSqliteStore`.
 */
export function openSqliteDocuments(
  directory: string,
  onCommitFailure: (error: unknown) => void = () => {},
): SqliteDocuments {
  const file = join(directory, "local.db");
  const db = openFile(directory, file);
  const written = <T>(write: () => T): T => {
    try {
      return write();
    } catch (error) {
      if (isFailedSync(error)) onCommitFailure(commitFailed(file, error));
      throw error;
    }
  };
  const parsed = <T>(row: Row, kind: string, key: string): T => {
    try {
      return JSON.parse(String(row["body"])) as T;
    } catch {
      throw damaged(file, ` (document ${kind} ${key})`);
    }
  };
  let depth = 0;
  return {
    get<T>(kind: string, key: string) {
      const row = db.one("select body from document where kind = ? and key = ?", kind, key);
      return row && parsed<T>(row, kind, key);
    },
    put(kind, key, value) {
      const sql =
        "insert into document (kind, key, body) values (?, ?, ?) on conflict (kind, key) do update set body = excluded.body";
      const body = JSON.stringify(value);
      written(() => db.run(sql, kind, key, body));
    },
    delete(kind, key) {
      written(() => db.run("delete from document where kind = ? and key = ?", kind, key));
    },
    list<T>(kind: string, prefix: string) {
      const rows = db.all(
        "select key, body from document where kind = ? and substr(key, 1, ?) = ? order by key",
        kind,
        prefix.length,
        prefix,
      );
      return rows.map((row) => ({ key: String(row["key"]), value: parsed<T>(row, kind, String(row["key"])) }));
    },
    together(work) {
      if (depth > 0) return work();
      db.exec("begin immediate");
      depth += 1;
      try {
        const result = work();
        written(() => db.exec("commit"));
        return result;
      } catch (error) {
        if (db.inTransaction()) db.exec("rollback");
        throw error;
      } finally {
        depth -= 1;
      }
    },
    close: () => db.close(),
  };
}

function openFile(directory: string, file: string): SqliteDatabase {
  let db: SqliteDatabase | null = null;
  try {
    mkdirSync(directory, { recursive: true });
    db = openSqlite(file, { readOnly: false });
    db.exec("pragma journal_mode = wal; pragma synchronous = full");
    requireSound(file, db);
    db.exec(
      "create table if not exists document (kind text not null, key text not null, body text not null, primary key (kind, key))",
    );
    return db;
  } catch (error) {
    db?.close();
    throw openingError(file, error);
  }
}
