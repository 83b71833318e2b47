/**
 * Deployments of earlier versions, as `signalbox export-deployment` wrote them: the engine of today decides as it did. Where
 * it is meant to decide otherwise, the file is exported anew and the change stands in CHANGELOG.md.
 */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseRecording } from "../../src/engine/recording.ts";
import { replay } from "../../src/engine/replay.ts";

const files = globSync("*.json", { cwd: import.meta.dirname });

describe("the engine decides as it was recorded", () => {
  it("there are recordings", () => assert.ok(files.length >= 4));
  for (const file of files) {
    it(file, () => {
      const { decisions, difference } = replay(parseRecording(readFileSync(join(import.meta.dirname, file), "utf8")));
      assert.equal(difference, null);
      assert.ok(decisions.at(-1)?.ended, "it was recorded to its end");
    });
  }
});
