import type { RevisionRecord } from "../../resources/revision.ts";
import { type Database, forUpdate, json } from "../database.ts";
import type { Revisions } from "../store.ts";

export function revisions(db: Database): Revisions {
  return {
    async find(applicationN, identity) {
      const row = await db.one(
        `select body from revision where application_n = ? and identity = ?${forUpdate(db)}`,
        applicationN,
        identity,
      );
      return row && json(row, "body");
    },
    async all(applicationN) {
      const rows = await db.all("select body from revision where application_n = ?", applicationN);
      return rows.map((row) => json<RevisionRecord>(row, "body"));
    },
    async put(applicationN, revision) {
      await db.write(
        `insert into revision (application_n, identity, body) values (?, ?, ?)
         on conflict (application_n, identity) do update set body = excluded.body`,
        applicationN,
        revision.identity,
        JSON.stringify(revision),
      );
    },
  };
}
