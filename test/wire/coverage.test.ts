import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { coverage, coverageFile } from "../../scripts/coverage.ts";

test("COVERAGE.md is what `npm run coverage` writes", () => {
  assert.equal(readFileSync(coverageFile, "utf8"), coverage());
});

test("every error that no test raises has a reason why it cannot arise", () => {
  const unexplained = coverage()
    .split("\n")
    .filter((line) => line.includes("NO REASON IS KNOWN"));
  assert.deepEqual(unexplained, []);
});

test("every operation has a test through the SDK and one as raw bytes", () => {
  const untested = coverage()
    .split("\n")
    .filter((line) => line.includes("NO TEST"));
  assert.deepEqual(untested, []);
});
