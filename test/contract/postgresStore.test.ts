/** PostgreSQL keeps the store contract. Needs TEST_DATABASE_URL; `.ci/run` starts a server where it can. */
import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { after, afterEach, beforeEach, describe, it } from "node:test";
import fc from "fast-check";
import { connectWriter, DatabaseSetupError } from "../../src/store/postgres/connection.ts";
import { forMany } from "../../src/store/postgres/manyRows.ts";
import { knownSchema, migrationsDirectory } from "../../src/store/postgres/migrate.ts";
import { DATABASE_NOW } from "../../src/store/postgres/node.ts";
import { migrationsIn, missingMigrations, NewerSchemaError } from "../../src/store/schema.ts";
import { openMemoryStore } from "../../src/store/sqlite/memoryStore.ts";
import { needsPostgres, type TestSchema, testSchema } from "../support/postgres.ts";
import { waitFor } from "../support/waitFor.ts";
import { describeStore } from "./store.contract.ts";
import { commands, follow, World } from "./twoStores.ts";

describe("the schema of PostgreSQL", () => {
  it("is made by files of the same numbers as that of SQLite", () => {
    const sqlite = join(import.meta.dirname, "../../src/store/migrations");
    const names = (directory: string) => migrationsIn(directory).map((file) => basename(file));
    assert.deepEqual(names(migrationsDirectory), names(sqlite));
    const oldest = (directory: string) =>
      missingMigrations(directory, { version: 0, oldest: 0 }).map(({ version, oldest }) => ({ version, oldest }));
    assert.deepEqual(oldest(migrationsDirectory), oldest(sqlite), "the same programs may work beside them");
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

    it("finds what waits for some deployments by an index, also where it has seen that nothing waits at all", async () => {
      await (await schema.open()).close();
      await schema.query("vacuum (analyze) inbox");
      const read = forMany("select n from inbox where deployment_n = ? order by n", ["bigint"], true);
      const remove = forMany("delete from inbox where deployment_n = ? and n <= ?", ["bigint", "bigint"], false);
      const writer = await connectWriter(schema.url, 1_000);
      try {
        for (const [sql, ...values] of [
          [read, [1, 2]],
          [remove, [1, 2], [3, 4]],
        ] as const) {
          const { rows } = await writer.query<Record<string, string>>(`explain ${sql}`, values);
          const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
          assert.match(plan, /using inbox_of_deployment .*\n +Index Cond: \(deployment_n = ANY/, plan);
        }
      } finally {
        await writer.end();
      }
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

    it("goes on beside a newer program that leaves this one at work, and ends this one when another does not", async () => {
      await (await schema.open()).close();
      const known = knownSchema();
      await schema.query(`insert into "${schema.name}".schema_version values ($1, $2)`, [known + 1, known]);
      const excluded: unknown[] = [];
      const store = await schema.open({ onExcluded: (error) => void excluded.push(error) });
      await store.transaction((tx) => tx.installation.put("still", "works"));
      await schema.query(`insert into "${schema.name}".schema_version values ($1, $1)`, [known + 2]);
      await waitFor("its beat finds that", () => excluded.length > 0);
      assert.ok(excluded[0] instanceof NewerSchemaError);
      await store.close();
    });

    it("of before programs told of themselves is not changed while one of those is at work", async () => {
      await (await schema.open()).close();
      // As programs up to 0005 left it.
      await schema.query(`set search_path = "${schema.name}"; delete from schema_version where version > 5;
        alter table schema_version drop column oldest; alter table deployment drop column format;
        alter table node drop column program, drop column schema_version, drop column engine_format;
        insert into node values ('old', 0, ${DATABASE_NOW} + 2000, 'real')`);
      const told = "1 signalbox of an older version could not go on";
      const stillThere = schema.open();
      await assert.rejects(stillThere, (error: Error) => error.message.startsWith(told));
      await (await schema.open()).close();
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
