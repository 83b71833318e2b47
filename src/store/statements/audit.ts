import { type Database, json, number, repeated } from "../database.ts";
import type { Audit, AuditEntry } from "../store.ts";

const APPEND = repeated(null, "insert into audit (account_id, region, body) values (?, ?, ?)");

export function audit(db: Database): Audit {
  return {
    async append({ accountId, region }, entry) {
      await db.write(APPEND, accountId, region, JSON.stringify(entry));
    },
    async list({ accountId, region }, { after, limit }) {
      const rows = await db.all(
        "select n, body from audit where account_id = ? and region = ? and n < ? order by n desc limit ?",
        accountId,
        region,
        after ?? Number.MAX_SAFE_INTEGER,
        limit,
      );
      return rows.map((row) => ({ ...json<AuditEntry>(row, "body"), n: number(row, "n") }));
    },
  };
}
