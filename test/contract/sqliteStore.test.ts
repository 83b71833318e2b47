/** SQLite keeps the store contract, and what only a store on one machine's disk can promise. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ENGINE_FORMAT } from "../../src/engine/format.ts";
import { NewerSchemaError } from "../../src/store/schema.ts";
import { knownSchema } from "../../src/store/sqlite/migrate.ts";
import { openSqlite } from "../../src/store/sqlite/sqliteDatabase.ts";
import { openSqliteStore, StoreInUseError } from "../../src/store/sqlite/sqliteStore.ts";
import { NewerFormatError, type Store } from "../../src/store/store.ts";
import { openSqliteInstallation } from "../../src/store/transfer/sqliteInstallation.ts";
import { START } from "../support/story.ts";
import { describeStore, insertDeployment, SCOPE } from "./store.contract.ts";

const readAlias = { key: "readAlias", type: "readAlias", functionName: "shop", alias: "live" } as const;

const onCommitFailure = (error: unknown) => assert.fail(String(error));

function temporaryDirectory() {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-store-"));
  return { directory, discard: async () => rmSync(directory, { recursive: true, force: true }) };
}

describeStore("SQLite", () => {
  const { directory, discard } = temporaryDirectory();
  return { open: async () => openSqliteStore({ directory, onCommitFailure }), discard };
});

describe("the SQLite store", () => {
  let place: ReturnType<typeof temporaryDirectory>;
  beforeEach(() => {
    place = temporaryDirectory();
  });
  afterEach(() => place.discard());
  const open = (): Store => openSqliteStore({ directory: place.directory, onCommitFailure });

  it("belongs to one process: a second is refused, by name, until the first has closed it", async () => {
    const store = open();
    assert.throws(open, (error: unknown) => {
      assert.ok(error instanceof StoreInUseError);
      assert.match(error.message, /Another signalbox is using .*--data-dir/);
      return true;
    });
    await store.transaction((tx) => tx.installation.put("still", "works"));
    await store.close();
    await open().close();
  });

  it("does not touch what a newer program has written, and says so", async () => {
    await open().close();
    const db = openSqlite(join(place.directory, "signalbox.db"), { readOnly: false });
    db.exec("pragma user_version = 9999");
    db.close();
    assert.throws(open, (error: unknown) => {
      assert.ok(error instanceof NewerSchemaError);
      assert.match(error.message, /newer signalbox \(schema 9999/);
      return true;
    });
  });

  it("goes on with what a newer program has only added to, and leaves it what it does not know", async () => {
    const store = open();
    const ns = await store.transaction(async (tx) => {
      const ns = [await insertDeployment(tx, "d-AAAAAAAAA", 1), await insertDeployment(tx, "d-BBBBBBBBB", 2)];
      for (const n of ns) await tx.effects.insert(n, [readAlias], START);
      return ns;
    });
    await store.close();
    const known = knownSchema();
    const db = openSqlite(join(place.directory, "signalbox.db"), { readOnly: false });
    db.exec(`alter table deployment add column colour text; update deployment set wake_at = 1;
      update deployment set format = ${ENGINE_FORMAT + 1} where n = ${ns[1]};
      insert into schema_version values (${known + 1}, ${known}); pragma user_version = ${known + 1}`);
    db.close();

    const again = open();
    await again.read(async ({ deployments, effects }) => {
      assert.deepEqual(await deployments.due(START, 9), [ns[0]]);
      assert.deepEqual(
        (await effects.all()).map(({ deploymentN }) => deploymentN),
        [ns[0]],
      );
      assert.equal((await deployments.find(SCOPE, "d-AAAAAAAAA"))?.n, ns[0]);
      await assert.rejects(deployments.find(SCOPE, "d-BBBBBBBBB"), NewerFormatError);
      await assert.rejects(deployments.load(ns[1] ?? 0), NewerFormatError);
    });
    await again.close();
    assert.throws(
      () => openSqliteInstallation(place.directory, { mustExist: true }),
      (error: unknown) => error instanceof NewerSchemaError && /Use the newer program for this/.test(error.message),
    );
  });

  it("loses no acknowledged write when its process is killed with -9 in the midst of writing", async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "acknowledgingChild.ts"), place.directory], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit");
    let printed = "";
    for await (const chunk of child.stdout) {
      printed += String(chunk);
      if (printed.length > 4000 && !child.killed) child.kill("SIGKILL");
    }
    assert.deepEqual(await ended, [null, "SIGKILL"]);
    // The last line may be cut short by the kill.
    const acknowledged = printed.split("\n").slice(0, -1);
    assert.ok(acknowledged.length > 500, `only ${acknowledged.length} writes were acknowledged`);

    const store = open();
    const lost = await store.read(async ({ installation }) => {
      const found = await Promise.all(acknowledged.map((number) => installation.get(`write/${number}`)));
      return acknowledged.filter((number, index) => found[index] !== number);
    });
    await store.close();
    assert.deepEqual(lost, []);
  });

  it("refuses all later writes after a commit has failed, and tells that it did", async () => {
    const failures: unknown[] = [];
    const store = openSqliteStore({ directory: place.directory, onCommitFailure: (error) => failures.push(error) });
    const intruder = openSqlite(join(place.directory, "signalbox.db"), { readOnly: false });
    // Deferred: only the commit finds that the row it refers to is missing.
    intruder.exec(
      "create table parent (n integer primary key); create table child (n references parent deferrable initially deferred)",
    );
    intruder.exec("create trigger orphan after insert on installation begin insert into child values (1); end");
    intruder.close();
    await assert.rejects(store.transaction((tx) => tx.installation.put("key", "value")));
    await assert.rejects(store.transaction((tx) => tx.tags.put("resource", [])));
    assert.equal(failures.length, 1);
    await store.close();
    const reopened = open();
    assert.equal(await reopened.read((reader) => reader.installation.get("key")), undefined);
    await reopened.close();
  });
});
