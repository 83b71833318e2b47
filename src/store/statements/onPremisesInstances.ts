import type { OnPremisesInstanceRecord } from "../../resources/onPremisesInstance.ts";
import type { TagMatch } from "../../resources/onPremisesInstanceList.ts";
import { type Database, json, lockName, text, type Value } from "../database.ts";
import type { OnPremisesInstances, Page, Scope } from "../store.ts";

export function onPremisesInstances(db: Database): OnPremisesInstances {
  return {
    ...instanceTags(db),
    async find({ accountId, region }, name) {
      await lockName(db, "on_premises_instance", accountId, region, name);
      const row = await db.one(
        "select body from on_premises_instance where account_id = ? and region = ? and name = ?",
        accountId,
        region,
        name,
      );
      return row && json<OnPremisesInstanceRecord>(row, "body");
    },
    async registeredWith({ accountId, region }, iamArn) {
      const row = await db.one(
        "select name from on_premises_instance where account_id = ? and region = ? and iam_arn = ? and registered = 1",
        accountId,
        region,
        iamArn,
      );
      return row && text(row, "name");
    },
    async put({ accountId, region }, instance) {
      await db.write(
        `insert into on_premises_instance (account_id, region, name, registered, iam_arn, body) values (?, ?, ?, ?, ?, ?)
         on conflict (account_id, region, name)
         do update set registered = excluded.registered, iam_arn = excluded.iam_arn, body = excluded.body`,
        accountId,
        region,
        instance.instanceName,
        instance.deregisterTime === undefined ? 1 : 0,
        instance.iamUserArn ?? instance.iamSessionArn ?? "",
        JSON.stringify(instance),
      );
    },
    async list(scope, { registered, tags }, page) {
      const status = registered === null ? "" : `and instance.registered = ${registered ? 1 : 0}`;
      if (tags.length === 0) return namesOfAll(db, scope, status, page);
      // Alternatives: each in its own index, and the first names of all of them are the page.
      const names = new Set<string>();
      for (const tag of tags) for (const name of await namesTagged(db, scope, tag, status, page)) names.add(name);
      return [...names].sort().slice(0, page.limit);
    },
  };
}

function instanceTags(db: Database): Pick<OnPremisesInstances, "tagsOf" | "putTags" | "removeTags" | "removeAllTags"> {
  const ofOne = "account_id = ? and region = ? and name = ?";
  return {
    async tagsOf({ accountId, region }, name) {
      const sql = `select key, value from on_premises_tag where ${ofOne} order by key`;
      const rows = await db.all(sql, accountId, region, name);
      return rows.map((row) => ({ Key: text(row, "key"), Value: text(row, "value") }));
    },
    async putTags({ accountId, region }, name, added) {
      for (const { Key, Value } of added) {
        await db.write(
          `insert into on_premises_tag (account_id, region, name, key, value) values (?, ?, ?, ?, ?)
           on conflict (account_id, region, name, key) do update set value = excluded.value`,
          accountId,
          region,
          name,
          Key,
          Value,
        );
      }
    },
    async removeTags({ accountId, region }, name, removed) {
      const sql = `delete from on_premises_tag where ${ofOne} and key = ? and value = ?`;
      for (const { Key, Value } of removed) await db.write(sql, accountId, region, name, Key, Value);
    },
    async removeAllTags({ accountId, region }, name) {
      await db.write(`delete from on_premises_tag where ${ofOne}`, accountId, region, name);
    },
  };
}

async function namesOfAll(
  db: Database,
  { accountId, region }: Scope,
  status: string,
  { after, limit }: Page<string>,
): Promise<string[]> {
  const rows = await db.all(
    `select name from on_premises_instance as instance
     where account_id = ? and region = ? ${status} and name > ? order by name limit ?`,
    accountId,
    region,
    after ?? "",
    limit,
  );
  return rows.map((row) => text(row, "name"));
}

async function namesTagged(
  db: Database,
  { accountId, region }: Scope,
  { key, value }: TagMatch,
  status: string,
  { after, limit }: Page<string>,
): Promise<string[]> {
  const conditions = [key === undefined ? "" : "and tag.key = ?", value === undefined ? "" : "and tag.value = ?"];
  const values: Value[] = [key, value].filter((given) => given !== undefined);
  // A value alone can match several tags of one instance.
  const rows = await db.all(
    `select distinct tag.name as name from on_premises_tag as tag
     join on_premises_instance as instance
       on instance.account_id = tag.account_id and instance.region = tag.region and instance.name = tag.name ${status}
     where tag.account_id = ? and tag.region = ? ${conditions.join(" ")} and tag.name > ?
     order by tag.name limit ?`,
    accountId,
    region,
    ...values,
    after ?? "",
    limit,
  );
  return rows.map((row) => text(row, "name"));
}
