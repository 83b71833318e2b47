/** Kill -9 while objects are being written: what was acknowledged is there and whole, nothing else is left. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { S3 } from "@aws-sdk/client-s3";
import { startProgram } from "../support/realProgram.ts";
import { ACCOUNT, REGION } from "../support/signalbox.ts";

const credentials = { accessKeyId: ACCOUNT, secretAccessKey: "test" };
const clientOf = (endpoint: string) => new S3({ endpoint, region: REGION, credentials, maxAttempts: 1 });

it("loses no object that was acknowledged, and keeps no half of one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-s3-kill-"));
  const program = await startProgram({ "data-dir": folder });
  try {
    const s3 = clientOf(program.url);
    await s3.createBucket({ Bucket: "kill" });
    const acknowledged = new Map<string, string>();
    let killed: Promise<void> | undefined;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let round = 0; !killed; round += 1) {
        const Body = Buffer.alloc(200_000, `${writer}/${round}`);
        // Two keys in turn: most objects take the place of an older one.
        const Key = `${writer}/${round % 2}`;
        const answered = await s3.putObject({ Bucket: "kill", Key, Body }).catch(() => null);
        const digest = createHash("md5").update(Body).digest("hex");
        // What was not answered may be either the old object or the new one.
        acknowledged.set(Key, answered ? digest : "");
        if (acknowledged.size === 16 && round === 6) killed ??= program.kill9();
      }
    });
    await Promise.all(writers);
    await killed;
    s3.destroy();
    const again = await startProgram({ "data-dir": folder });
    const reader = clientOf(again.url);
    const { Contents = [] } = await reader.listObjectsV2({ Bucket: "kill" });
    for (const [Key, digest] of acknowledged) {
      const { Body, ETag } = await reader.getObject({ Bucket: "kill", Key });
      const found = createHash("md5")
        .update((await Body?.transformToByteArray()) ?? "")
        .digest("hex");
      assert.equal(ETag, `"${found}"`, "the object is whole");
      if (digest !== "") assert.equal(found, digest, `${Key} is the last that was acknowledged`);
    }
    assert.equal(readdirSync(join(folder, "s3")).length, Contents.length, "no file is left over");
    reader.destroy();
    await again.kill9();
  } finally {
    await program.kill9();
    rmSync(folder, { recursive: true, force: true });
  }
});
