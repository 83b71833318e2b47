import { type Database, text } from "../database.ts";
import type { Installation, Tags } from "../store.ts";

export function tags(db: Database): Tags {
  return {
    async of(resourceId) {
      const rows = await db.all("select key, value from tag where resource_id = ? order by key", resourceId);
      return rows.map((row) => ({ Key: text(row, "key"), Value: text(row, "value") }));
    },
    async put(resourceId, added) {
      for (const { Key, Value } of added) {
        await db.write(
          `insert into tag (resource_id, key, value) values (?, ?, ?)
           on conflict (resource_id, key) do update set value = excluded.value`,
          resourceId,
          Key,
          Value,
        );
      }
    },
    async remove(resourceId, keys) {
      for (const key of keys) await db.write("delete from tag where resource_id = ? and key = ?", resourceId, key);
    },
  };
}

export function installation(db: Database): Installation {
  return {
    async get(name) {
      const row = await db.one("select value from installation where name = ?", name);
      return row && text(row, "value");
    },
    async keep(name, value) {
      await db.write("insert into installation (name, value) values (?, ?) on conflict do nothing", name, value);
      const row = await db.one("select value from installation where name = ?", name);
      return row ? text(row, "value") : value;
    },
    async put(name, value) {
      await db.write(
        "insert into installation (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
        name,
        value,
      );
    },
  };
}
