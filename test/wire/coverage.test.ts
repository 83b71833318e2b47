import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { coverage, coverageFile } from "../../scripts/coverage.ts";

test("COVERAGE.md is what `npm run coverage` writes", () => {
  assert.equal(readFileSync(coverageFile, "utf8"), coverage());
});
