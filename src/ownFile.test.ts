import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { randomIds } from "./ids.ts";
import { signingKey } from "./local/sns/signingKey.ts";
import { readOwnFile, writeOwnFile } from "./ownFile.ts";
import { openKeyFile, openWebhookSecret } from "./store/sqlite/keyFile.ts";

describe("a file of one's own", { skip: process.platform === "win32" }, () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "signalbox-own-"));
    file = join(directory, "secret");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

  it("is read as it was written, and nobody else can read it", () => {
    assert.equal(readOwnFile(file), null);
    writeFileSync(`${file}.new`, "of a run that was cut off");
    writeOwnFile(file, "é");
    assert.equal(readOwnFile(file)?.toString("utf8"), "é");
    assert.deepEqual([modeOf(file), readdirSync(directory)], ["600", ["secret"]]);
  });

  it("gets its mode back when it is read, but for one that somebody else looks after", () => {
    writeOwnFile(file, Buffer.from("x"));
    chmodSync(file, 0o644);
    readOwnFile(file, { keepsMode: true });
    assert.equal(modeOf(file), "644");
    readOwnFile(file);
    assert.equal(modeOf(file), "600");
  });

  it("is what every secret of the data folder stands in", async () => {
    const openAll = async () => {
      openKeyFile(directory, randomIds.bytes);
      openWebhookSecret(directory, randomIds.bytes);
      return (await signingKey(directory, randomIds)()).name;
    };
    const name = await openAll();
    const files = readdirSync(directory).map((entry) => join(directory, entry));
    assert.equal(files.length, 3);
    for (const path of files) chmodSync(path, 0o644);
    assert.equal(await openAll(), name);
    assert.deepEqual(files.map(modeOf), ["600", "600", "600"]);
  });

  it("is left as it is where a setting names it", () => {
    writeFileSync(file, randomIds.bytes(32), { mode: 0o640 });
    openKeyFile(directory, randomIds.bytes, file);
    assert.equal(modeOf(file), "640");
  });
});
