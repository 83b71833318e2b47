/** `signalbox export` and `import`: an installation moves between SQLite and PostgreSQL, and back, as it was. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, it, type TestContext } from "node:test";
import { CommandError } from "../../src/cli/exitCodes.ts";
import { exportInstallation, importInstallation } from "../../src/cli/transfer.ts";
import type { SettingTexts } from "../../src/settings.ts";
import { openSqlite } from "../../src/store/sqlite/sqliteDatabase.ts";
import { openSqliteStore } from "../../src/store/sqlite/sqliteStore.ts";
import type { Store } from "../../src/store/store.ts";
import { TABLES } from "../../src/store/transfer/tables.ts";
import { insertDeployment, SCOPE } from "../contract/store.contract.ts";
import { needsPostgres, testSchema } from "../support/postgres.ts";
import { START } from "../support/story.ts";

const open = (directory: string): Store =>
  openSqliteStore({ directory, onCommitFailure: (error) => assert.fail(String(error)) });

function folder(test: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-transfer-"));
  test.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function exportOf(texts: SettingTexts): Promise<string> {
  const output = new PassThrough();
  const all = text(output);
  await exportInstallation(texts, output);
  output.end();
  return all;
}

async function importTo(texts: SettingTexts, file: string): Promise<string> {
  const told = new PassThrough();
  await importInstallation(texts, Readable.from([file]), told);
  told.end();
  return text(told);
}

/** What a command ends with that has told why. */
const failed = (exitCode: number, told: RegExp) => (error: unknown) => {
  assert.ok(error instanceof CommandError, String(error));
  assert.equal(error.exitCode, exitCode);
  assert.match(error.message, told);
  return true;
};

/** An installation with a gap at the end of its numbers, odd characters, and more rows than a page. */
async function fill(store: Store): Promise<void> {
  const application = { applicationName: "a\0é😀", computePlatform: "Lambda", createTime: START } as const;
  await store.transaction(async (tx) => {
    await tx.applications.insert(SCOPE, { ...application, applicationId: "kept" });
    await tx.applications.insert(SCOPE, { ...application, applicationId: "gone", applicationName: "gone" });
    const gone = await tx.applications.find(SCOPE, "gone");
    await tx.applications.delete(gone?.n ?? 0);
    const n = await insertDeployment(tx, "d-AAAAAAAAA", 1);
    await tx.inbox.append(n, { type: "start", at: START }, "start");
    await tx.effects.insert(n, [{ key: "k", type: "readAlias", functionName: "shop", alias: "live" }], START);
    const about = { kind: "webhook", receiver: "r", subject: "s", body: "{}", createdAt: START, stream: "x" } as const;
    await tx.notifications.insert([{ ...SCOPE, ...about, deploymentId: null }]);
    for (let index = 0; index < 1200; index++)
      await tx.audit.append(SCOPE, { operation: `${index}`, at: index } as never);
  });
}

describe("an installation", () => {
  it("has every table of the schema", (test) => {
    const directory = folder(test);
    const store = open(directory);
    const db = openSqlite(join(directory, "signalbox.db"), { readOnly: true });
    const made = "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'";
    const tables = db.all(`${made} and name <> 'schema_version'`);
    db.close();
    assert.deepEqual(tables.map(({ name }) => String(name)).sort(), Object.keys(TABLES).sort());
    return store.close();
  });

  it("is not exported while a server uses it, and not from a folder that has none", async (test) => {
    const directory = folder(test);
    await assert.rejects(exportOf({ "data-dir": directory }), failed(1, /^There is no installation in /));
    const store = open(directory);
    await assert.rejects(exportOf({ "data-dir": directory }), failed(1, /^Another signalbox is using /));
    await store.close();
  });

  it("in a damaged or unusable folder ends the command as it ends the server", async (test) => {
    const directory = folder(test);
    writeFileSync(join(directory, "signalbox.db"), "no database ".repeat(500));
    await assert.rejects(exportOf({ "data-dir": directory }), failed(74, /is damaged/));
    const file = join(directory, "signalbox.db");
    await assert.rejects(importTo({ "data-dir": file }, ""), failed(74, /cannot be used/));
  });

  it("is not imported where there is one, nor from half a file, nor from another version", async (test) => {
    const [from, to] = [folder(test), folder(test)];
    const store = open(from);
    await fill(store);
    await store.close();
    const file = await exportOf({ "data-dir": from });
    await assert.rejects(importTo({ "data-dir": from }, file), /There is an installation in this database already/);
    await assert.rejects(importTo({ "data-dir": to }, file.slice(0, file.length / 2)), failed(1, /is no JSON\.$/));
    const lines = file.trimEnd().split("\n");
    await assert.rejects(importTo({ "data-dir": to }, lines.toSpliced(-1, 1).join("\n")), /cut off/);
    await assert.rejects(importTo({ "data-dir": to }, lines.toSpliced(-40, 1).join("\n")), /cut off/);
    await assert.rejects(importTo({ "data-dir": to }, file.replace(/"schema":[0-9]+/, '"schema":1')), /schema 1/);
    assert.match(await importTo({ "data-dir": to }, file), /^12[0-9]+ rows were imported\.\n$/);
  });

  it("goes to PostgreSQL and back as it was, and gives no number twice", needsPostgres, async (test) => {
    const schema = testSchema();
    test.after(() => schema.discard());
    await schema.query(`create schema "${schema.name}"`);
    const [from, back] = [folder(test), folder(test)];
    const sqlite = open(from);
    await fill(sqlite);
    await sqlite.close();
    const file = await exportOf({ "data-dir": from });
    await importTo({ "database-url": schema.url }, file);
    assert.equal(await exportOf({ "database-url": schema.url }), file);
    await importTo({ "data-dir": back }, file);
    assert.equal(await exportOf({ "data-dir": back }), file);

    const numberIn = async (store: Store) => {
      const application = { applicationName: "next", computePlatform: "Lambda", createTime: START } as const;
      const found = await store.transaction(async (tx) => {
        await tx.applications.insert(SCOPE, { ...application, applicationId: "next" });
        return tx.applications.find(SCOPE, "next");
      });
      await store.close();
      return found?.n;
    };
    assert.deepEqual([await numberIn(await schema.open()), await numberIn(open(back))], [3, 3]);
  });

  it("is not moved while a signalbox works on PostgreSQL", needsPostgres, async (test) => {
    const schema = testSchema();
    test.after(() => schema.discard());
    const store = await schema.open();
    await assert.rejects(exportOf({ "database-url": schema.url }), /A signalbox works on this database/);
    await store.close();
    assert.match(await exportOf({ "database-url": schema.url }), /"rows":0/);
  });
});
