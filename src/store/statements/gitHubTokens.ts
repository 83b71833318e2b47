import { type Database, number, text } from "../database.ts";
import type { GitHubTokens } from "../store.ts";

export function gitHubTokens(db: Database): GitHubTokens {
  const ofOne = "account_id = ? and region = ? and name = ?";
  return {
    async find({ accountId, region }, name) {
      const row = await db.one(`select sealed from github_token where ${ofOne}`, accountId, region, name);
      return row && text(row, "sealed");
    },
    async list({ accountId, region }, { after, limit }) {
      const rows = await db.all(
        "select name from github_token where account_id = ? and region = ? and name > ? order by name limit ?",
        accountId,
        region,
        after ?? "",
        limit,
      );
      return rows.map((row) => text(row, "name"));
    },
    async count(accountId) {
      const row = await db.one("select count(*) as total from github_token where account_id = ?", accountId);
      return row ? number(row, "total") : 0;
    },
    async put({ accountId, region }, name, sealed) {
      await db.write(
        `insert into github_token (account_id, region, name, sealed) values (?, ?, ?, ?)
         on conflict (account_id, region, name) do update set sealed = excluded.sealed`,
        accountId,
        region,
        name,
        sealed,
      );
    },
    async delete({ accountId, region }, name) {
      return (await db.run(`delete from github_token where ${ofOne}`, accountId, region, name)) > 0;
    },
  };
}
