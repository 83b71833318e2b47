/** Documents of the embedded services in a SQLite file of their own, every write synced to disk. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Documents } from "../../local/documents.ts";
import { openSqlite } from "./sqliteDatabase.ts";

export interface SqliteDocuments extends Documents {
  close(): void;
}

export function openSqliteDocuments(directory: string): SqliteDocuments {
  mkdirSync(directory, { recursive: true });
  const db = openSqlite(join(directory, "local.db"), { readOnly: false });
  db.exec("pragma journal_mode = wal; pragma synchronous = full");
  db.exec(
    "create table if not exists document (kind text not null, key text not null, body text not null, primary key (kind, key))",
  );
  let depth = 0;
  return {
    get<T>(kind: string, key: string) {
      const row = db.one("select body from document where kind = ? and key = ?", kind, key);
      return row && (JSON.parse(String(row["body"])) as T);
    },
    put(kind, key, value) {
      db.run(
        "insert into document (kind, key, body) values (?, ?, ?) on conflict (kind, key) do update set body = excluded.body",
        kind,
        key,
        JSON.stringify(value),
      );
    },
    delete(kind, key) {
      db.run("delete from document where kind = ? and key = ?", kind, key);
    },
    list<T>(kind: string, prefix: string) {
      const rows = db.all(
        "select key, body from document where kind = ? and substr(key, 1, ?) = ? order by key",
        kind,
        prefix.length,
        prefix,
      );
      return rows.map((row) => ({ key: String(row["key"]), value: JSON.parse(String(row["body"])) as T }));
    },
    together(work) {
      if (depth > 0) return work();
      db.exec("begin immediate");
      depth += 1;
      try {
        const result = work();
        db.exec("commit");
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
