import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openSqlite } from "./sqliteDatabase.ts";
import { isFailedSync, writeRefusal } from "./storageFault.ts";

const failure = (errcode: number) => Object.assign(new Error("disk I/O error"), { errcode });

describe("what a failed write means", () => {
  const cases: [title: string, errcode: number, before: boolean, atCommit: boolean][] = [
    ["a full disk", 13, true, true],
    ["a read-only database", 8, true, true],
    ["a database that was moved away", 1032, false, false],
    ["a write that failed", 778, true, true],
    ["a read that failed", 266, true, false],
    ["a sync that failed", 1034, false, false],
    ["a folder's sync that failed", 1290, false, false],
    ["a damaged page", 11, false, false],
    ["no error of SQLite", 0, false, false],
  ];
  for (const [title, errcode, before, atCommit] of cases) {
    it(`${title}: ${before ? "may pass" : "is no refusal"}, and at a commit ${atCommit ? "may pass" : "is none"}`, () => {
      const error = failure(errcode);
      assert.deepEqual([writeRefusal(error, false) !== null, writeRefusal(error, true) !== null], [before, atCommit]);
      assert.equal(isFailedSync(error), errcode === 1034 || errcode === 1290);
    });
  }

  it("SQLite tells of a read-only database with such a code", () => {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-read-only-"));
    openSqlite(join(folder, "a.db"), { readOnly: false }).exec("create table t (n)");
    const db = openSqlite(join(folder, "a.db"), { readOnly: true });
    assert.throws(
      () => db.run("insert into t values (1)"),
      (error: unknown) => writeRefusal(error, false) === "the database is read-only",
    );
    db.close();
    rmSync(folder, { recursive: true });
  });
});
