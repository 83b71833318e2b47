import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { it } from "node:test";

it("types, formatting and lint are clean", () => {
  const script = join(import.meta.dirname, "..", "scripts", "check.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
  assert.equal(status, 0, `${stdout}\n${stderr}`);
});
