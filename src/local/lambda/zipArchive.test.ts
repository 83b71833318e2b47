import assert from "node:assert/strict";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ZipFile } from "yazl";
import { unpackZip } from "./zipArchive.ts";

const LINK = 0o120777;

/** `[name, content, mode]`; `disguise` is written over `name` in the bytes, for names that the writer itself refuses. */
async function zipOf(entries: [name: string, content: string, mode?: number][], disguise: Record<string, string> = {}) {
  const archive = new ZipFile();
  for (const [name, content, mode = 0o100644] of entries) archive.addBuffer(Buffer.from(content), name, { mode });
  archive.end();
  let bytes = (await buffer(archive.outputStream as NodeJS.ReadableStream)).toString("latin1");
  for (const [from, to] of Object.entries(disguise)) bytes = bytes.replaceAll(from, to);
  return Buffer.from(bytes, "latin1");
}

describe("unpackZip", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "signalbox-zip-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("writes files with their execute bits and without their write bits, and links", async () => {
    await unpackZip(
      await zipOf([
        ["bin/run", "go", 0o100755],
        ["lib/a.js", "1"],
        ["a.js", "lib/a.js", LINK],
      ]),
      folder,
    );
    assert.equal(statSync(join(folder, "bin/run")).mode & 0o777, 0o555);
    assert.equal(lstatSync(join(folder, "lib/a.js")).mode & 0o777, 0o444);
    assert.equal(readlinkSync(join(folder, "a.js")), "lib/a.js");
    assert.equal(readFileSync(join(folder, "a.js"), "utf8"), "1");
  });

  const hostile: [title: string, zip: () => Promise<Buffer>, text: RegExp][] = [
    [
      "a path upwards",
      () => zipOf([["aa/bb/evil", "x"]], { "aa/bb/evil": "../../evil" }),
      /Could not unzip|leads outside/,
    ],
    [
      "an absolute path",
      () => zipOf([["aetc/evil", "x"]], { "aetc/evil": "/etc/evil" }),
      /Could not unzip|leads outside/,
    ],
    ["a link upwards", () => zipOf([["link", "../outside", LINK]]), /points outside/],
    ["an absolute link", () => zipOf([["link", "/etc/passwd", LINK]]), /points outside/],
    [
      "a file through a link",
      () =>
        zipOf([
          ["d", "sub", LINK],
          ["d/x", "1"],
        ]),
      /Could not unzip/,
    ],
    [
      "a link through a link",
      () =>
        zipOf([
          ["a/b/d", "../..", LINK],
          ["a/b/d/x", "../../..", LINK],
        ]),
      /Could not unzip/,
    ],
    [
      "the same name twice",
      () =>
        zipOf([
          ["a", "1"],
          ["a", "2"],
        ]),
      /Could not unzip/,
    ],
    ["no zip at all", async () => Buffer.from("hello"), /Could not unzip/],
    ["a truncated zip", async () => (await zipOf([["a", "1"]])).subarray(0, 30), /Could not unzip/],
  ];
  for (const [title, zip, message] of hostile) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(unpackZip(await zip(), folder), { name: "InvalidParameterValueException", message });
      assert.deepEqual(
        readdirSync(join(folder, "..")).filter((name) => name === "evil" || name === "outside"),
        [],
      );
    });
  }
});
