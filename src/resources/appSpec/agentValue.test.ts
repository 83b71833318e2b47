import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { plainValue, rubyInteger, rubyText } from "./agentValue.ts";

describe("a scalar without quotes is to the host agent", () => {
  const numbers: [written: string, value: number, ruby: string][] = [
    ["0.0", 0, "0.0"],
    ["0", 0, "0"],
    ["-0.5", -0.5, "-0.5"],
    ["1.10", 1.1, "1.1"],
    ["5.", 5, "5.0"],
    ["644", 644, "644"],
    ["0644", 420, "420"],
    ["+0751", 489, "489"],
    ["0x1F", 31, "31"],
    ["-0b101", -5, "-5"],
    ["1_000", 1000, "1000"],
    ["1,000", 1000, "1000"],
    ["1:30", 5400, "5400"],
    ["1:02:03", 3723, "3723"],
    ["1.5e+3", 1500, "1500.0"],
  ];
  for (const [written, value, ruby] of numbers) {
    it(`${written} the number ${ruby}`, () => {
      const found = plainValue(written);
      assert.equal(found.kind === "number" && found.value, value);
      assert.equal(rubyText(found), ruby);
    });
  }

  for (const written of ["yes", "YES", "On", "true"]) {
    it(`${written} the value true`, () => assert.deepEqual(plainValue(written), { kind: "boolean", value: true }));
  }
  for (const written of ["no", "Off", "FALSE"]) {
    it(`${written} the value false`, () => assert.deepEqual(plainValue(written), { kind: "boolean", value: false }));
  }
  for (const written of ["~", "null", "NULL", ""]) {
    it(`"${written}" nothing`, () => assert.deepEqual(plainValue(written), { kind: "nothing" }));
  }
  for (const written of ["y", "n", "089", "1e3", "0o17", "12abc", ".", "-", "s0-s3", "a:b", "yes sir", "1:99"]) {
    it(`${written} a text`, () => assert.deepEqual(plainValue(written), { kind: "text", value: written }));
  }
  it(":name the text name, for it is a symbol", () => {
    assert.deepEqual(plainValue(":name"), { kind: "text", value: "name" });
  });

  for (const [written, className] of [
    ["2026-01-31", "Date"],
    ["2026-1-3 10:20:30", "Time"],
    ["2026-01-03T10:20:30.5Z", "Time"],
  ]) {
    it(`${written} a ${className}`, () => {
      assert.deepEqual(plainValue(String(written)), { kind: "date", className, value: written });
    });
  }
});

describe("a whole number is, as Ruby converts it", () => {
  const cases: [written: string, whole: number | undefined][] = [
    ["300", 300],
    ["3.9", 3],
    ["300s", 300],
    ["1_0x", 10],
    ["abc", 0],
    ["yes", undefined],
    ["~", undefined],
    [".inf", undefined],
  ];
  for (const [written, whole] of cases) {
    it(`${whole} for ${written}`, () => assert.equal(rubyInteger(plainValue(written)), whole));
  }
});
