import type { ApplicationRecord } from "../../resources/application.ts";
import { type Database, forShare, json, number, type Row, text } from "../database.ts";
import type { Applications, Page, Scope, Stored } from "../store.ts";

export function applications(db: Database): Applications {
  const read = (row: Row): Stored<ApplicationRecord> => ({
    ...json<ApplicationRecord>(row, "body"),
    n: number(row, "n"),
    applicationName: text(row, "name"),
  });
  return {
    async find({ accountId, region }, name) {
      const row = await db.one(
        `select n, name, body from application where account_id = ? and region = ? and name = ?${forShare(db)}`,
        accountId,
        region,
        name,
      );
      return row && read(row);
    },
    async list(scope, page) {
      return namesIn(db, "application", scope, page);
    },
    async reach(scope, quota) {
      if (await fewerThan(db, "application", quota)) return false;
      return (await countIn(db, "application", scope)) >= quota;
    },
    async insert({ accountId, region }, application) {
      const written = await db.run(
        `insert into application (account_id, region, name, body) values (?, ?, ?, ?)
         on conflict (account_id, region, name) do nothing`,
        accountId,
        region,
        application.applicationName,
        JSON.stringify(application),
      );
      return written > 0;
    },
    async rename(n, name) {
      await db.write("update application set name = ? where n = ?", name, n);
    },
    async delete(n) {
      const application = await db.one("select body from application where n = ?", n);
      if (!application) return;
      const groups = await db.all("select body from deployment_group where application_n = ?", n);
      const resourceIds = [
        json<ApplicationRecord>(application, "body").applicationId,
        ...groups.map((group) => json<{ deploymentGroupId: string }>(group, "body").deploymentGroupId),
      ];
      for (const resourceId of resourceIds) await db.write("delete from tag where resource_id = ?", resourceId);
      await db.write("delete from revision where application_n = ?", n);
      await db.write("delete from deployment_group where application_n = ?", n);
      await db.write("delete from application where n = ?", n);
    },
  };
}

/** Tables whose rows are told apart by account, region and name. */
type NamedTable = "application" | "deployment_config";

/** A page of names in alphabetical order. */
export async function namesIn(
  db: Database,
  table: NamedTable,
  { accountId, region }: Scope,
  { after, limit }: Page<string>,
): Promise<string[]> {
  const sql = `select name from ${table} where account_id = ? and region = ? and name > ? order by name limit ?`;
  const rows = await db.all(sql, accountId, region, after ?? "", limit);
  return rows.map((row) => text(row, "name"));
}

const HIGHEST = {
  application: "select max(n) as highest from application",
  deployment: "select max(n) as highest from deployment",
};

/** Numbers are never given twice, so the highest bounds how many rows there are, and counting them is mostly spared. */
export async function fewerThan(db: Database, table: keyof typeof HIGHEST, quota: number): Promise<boolean> {
  const row = await db.one(HIGHEST[table]);
  return Number(row?.["highest"] ?? 0) < quota;
}

/** How many rows belong to the scope. */
export async function countIn(db: Database, table: NamedTable, scope: Scope): Promise<number> {
  const sql = `select count(*) as total from ${table} where account_id = ? and region = ?`;
  const row = await db.one(sql, scope.accountId, scope.region);
  return row ? number(row, "total") : 0;
}
