import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { create, Header } from "tar";
import { ZipFile } from "yazl";
import { appSpecInBundle, BundleError } from "./bundle.ts";

type Files = Record<string, string>;

async function zipOf(files: Files, disguise: Files = {}): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [name, text] of Object.entries(files)) archive.addBuffer(Buffer.from(text), name);
  archive.end();
  let bytes = (await buffer(archive.outputStream as NodeJS.ReadableStream)).toString("latin1");
  for (const [from, to] of Object.entries(disguise)) bytes = bytes.replaceAll(from, to);
  return Buffer.from(bytes, "latin1");
}

/** A value `-> target` makes a link. */
async function tarOf(files: Files): Promise<Buffer> {
  const cwd = mkdtempSync(join(tmpdir(), "signalbox-tar-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      if (text.startsWith("-> ")) symlinkSync(text.slice(3), join(cwd, name));
      else writeFileSync(join(cwd, name), text);
    }
    return await buffer(create({ cwd, sync: false }, Object.keys(files)) as unknown as NodeJS.ReadableStream);
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

const bundles: [type: string, make: (files: Files) => Promise<Buffer>][] = [
  ["zip", (files) => zipOf(files)],
  ["tar", tarOf],
  ["tgz", async (files) => gzipSync(await tarOf(files))],
];

for (const [type, make] of bundles) {
  const read = async (files: Files) => (await appSpecInBundle(await make(files), type)).toString();
  const refuses = (files: Files, message: RegExp) =>
    assert.rejects(read(files), (error) => error instanceof BundleError && message.test(error.message));

  describe(`a ${type}`, () => {
    it("gives the AppSpec at its root, whatever else it holds", async () => {
      for (const name of ["appspec.yaml", "appspec.yml", "appspec.json"]) {
        assert.equal(await read({ "start.sh": "#!", [name]: "text", "a/appspec.yml": "no" }), "text", name);
      }
      const large = "x".repeat(200_000);
      assert.equal(await read({ before: large, "appspec.yml": large, "z.sh": large }), large);
    });

    it("gives the AppSpec of the one folder that everything is in", async () => {
      assert.equal(await read({ "build/appspec.yml": "text", "build/start.sh": "#!" }), "text");
      await refuses({ "build/appspec.yml": "text", "other/start.sh": "#!" }, /no appspec.yaml/);
      await refuses({ "build/more/appspec.yml": "text" }, /no appspec.yaml/);
    });

    it("is refused with no AppSpec, and with two", async () => {
      await refuses({ "start.sh": "#!" }, /holds no appspec.yaml, appspec.yml or appspec.json at its root/);
      await refuses({ "AppSpec.yml": "text" }, /holds no/);
      await refuses({ "appspec.yml": "1", "appspec.yaml": "2" }, /holds 2 AppSpecs, appspec.yml and appspec.yaml/);
    });

    it("is refused with an AppSpec that is too large", () =>
      refuses({ "appspec.yml": "x".repeat(262_145) }, /262145 bytes; it may have 262144/));

    it("is refused when it is broken, or something else", async () => {
      const whole = await make({ "appspec.yml": "text", "start.sh": "x".repeat(5000) });
      for (const broken of [whole.subarray(0, whole.length / 2), Buffer.from("version: 0.0"), Buffer.alloc(0)]) {
        await assert.rejects(appSpecInBundle(broken, type), BundleError);
      }
      for (const [other, makeOther] of bundles) {
        if (other !== type) {
          await assert.rejects(
            makeOther({ "appspec.yml": "text" }).then((bytes) => appSpecInBundle(bytes, type)),
            {
              message: new RegExp(`is not a readable ${type}`),
            },
          );
        }
      }
    });
  });
}

describe("a hostile bundle", () => {
  it("cannot lead out of itself", async () => {
    const upwards = await zipOf({ "aa/appspec.yml": "text" }, { "aa/appspec.yml": "../appspec.yml" });
    await assert.rejects(appSpecInBundle(upwards, "zip"), BundleError);
    await assert.rejects(
      appSpecInBundle(await tarOf({ "appspec.yml": "-> /etc/passwd" }), "tar"),
      /holds no appspec.yaml/,
    );
  });

  it("cannot unpack to more than there is room for", async () => {
    const size = 260 * 2 ** 20;
    const header = Buffer.alloc(512);
    new Header({ path: "zeros", type: "File", size, mode: 0o644 }).encode(header);
    const bomb = gzipSync(Buffer.concat([header, Buffer.alloc(size)]), { level: 1 });
    await assert.rejects(appSpecInBundle(bomb, "tgz"), /unpacks to more than/);
    await assert.rejects(appSpecInBundle(gzipSync(Buffer.alloc(size), { level: 1 }), "tgz"), /not a readable tgz/);
    const nested = gzipSync(gzipSync(await tarOf({ "appspec.yml": "text" })));
    await assert.rejects(appSpecInBundle(nested, "tgz"), /not a readable tgz/);
  });
});
