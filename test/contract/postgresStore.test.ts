/** PostgreSQL keeps the store contract. Needs TEST_DATABASE_URL; `.ci/run` starts a server where it can. */
import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { after, afterEach, beforeEach, describe, it } from "node:test";
import fc from "fast-check";
import { DatabaseSetupError } from "../../src/store/postgres/connection.ts";
import { migrationsDirectory } from "../../src/store/postgres/migrate.ts";
import { migrationsIn, NewerSchemaError } from "../../src/store/schema.ts";
import { openMemoryStore } from "../../src/store/sqlite/memoryStore.ts";
import { needsPostgres, type TestSchema, testSchema } from "../support/postgres.ts";
import { describeStore } from "./store.contract.ts";
import { commands, follow, World } from "./twoStores.ts";

describe("the schema of PostgreSQL", () => {
  it("is made by files of the same numbers as that of SQLite", () => {
    const sqlite = join(import.meta.dirname, "../../src/store/migrations");
    const names = (directory: string) => migrationsIn(directory).map((file) => basename(file));
    assert.deepEqual(names(migrationsDirectory), names(sqlite));
  });
});

describe("the PostgreSQL store", needsPostgres, () => {
  describeStore("PostgreSQL", testSchema);

  describe("the database", () => {
    let schema: TestSchema;
    beforeEach(() => {
      schema = testSchema();
    });
    afterEach(() => schema.discard());

    it("gets its schema once, from processes that start together", async () => {
      const stores = await Promise.all([1, 2, 3, 4].map(() => schema.open()));
      await Promise.all(stores.map((store, index) => store.transaction((tx) => tx.installation.put("by", `${index}`))));
      const [{ count } = {}] = await schema.query(`select count(*)::int as count from "${schema.name}".schema_version`);
      await Promise.all(stores.map((store) => store.close()));
      assert.equal(count, migrationsIn(migrationsDirectory).length);
    });

    it("is not touched when a newer program has written it, and the program says so", async () => {
      await (await schema.open()).close();
      await schema.query(`insert into "${schema.name}".schema_version values (9999)`);
      await assert.rejects(schema.open(), (error: unknown) => {
        assert.ok(error instanceof NewerSchemaError);
        assert.match(error.message, /newer signalbox \(schema 9999/);
        return true;
      });
    });

    it("is refused when it acknowledges commits before they are on the disk", async () => {
      const url = new URL(schema.url);
      url.searchParams.set("options", `${url.searchParams.get("options")} -c synchronous_commit=off`);
      await assert.rejects(schema.open({ url: url.href }), DatabaseSetupError);
    });
  });

  describe("beside SQLite", () => {
    const schema = testSchema();
    after(() => schema.discard());

    it("answers the same to the same random commands", async () => {
      const postgres = await schema.open();
      const tables = await schema.query(
        "select string_agg(format('delete from %I.%I', schemaname, tablename), ';') as emptied from pg_tables where schemaname = $1 and tablename not in ('node', 'schema_version')",
        [schema.name],
      );
      let run = 0;
      const runs = async (given: Parameters<typeof follow>[2][]) => {
        await schema.query(String(tables[0]?.["emptied"]));
        const sqlite = openMemoryStore();
        run += 1;
        const [one, other] = [new World(run * 10_000), new World(run * 10_000)];
        for (const transaction of given) {
          assert.deepEqual(await follow(postgres, other, transaction), await follow(sqlite, one, transaction));
        }
        await sqlite.close();
      };
      const seed = Number(process.env["SEED"] ?? 20_261_127);
      try {
        await fc.assert(fc.asyncProperty(commands(), runs), { seed, numRuns: 60, endOnFailure: true });
      } finally {
        await postgres.close();
      }
    });
  });
});
