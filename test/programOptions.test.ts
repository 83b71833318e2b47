/** The proofs and the bench are programs for anybody: each tells what it takes, and does nothing where it is told what it does not know. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readWish } from "./simulation/commandLine.ts";

const root = join(import.meta.dirname, "..");
const PROGRAMS = {
  simulate: "test/simulation/main.ts",
  torture: "test/torture/main.ts",
  mutate: "test/simulation/mutants.ts",
  fuzz: "scripts/fuzz.ts",
  bench: "bench/main.ts",
};

const run = (file: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(root, file), ...args], { encoding: "utf8", timeout: 60_000 });

describe("the proofs and the bench", () => {
  for (const [name, file] of Object.entries(PROGRAMS)) {
    it(`npm run ${name} tells what it takes`, () => {
      const { status, stdout, stderr } = run(file, "--help");
      assert.deepEqual([status, stderr], [0, ""]);
      assert.ok(stdout.startsWith(`Usage: npm run ${name} --`), stdout);
    });

    it(`npm run ${name} refuses an option that it does not know, and runs nothing`, () => {
      const { status, stdout, stderr } = run(file, "--sede", "7");
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, /^error: unknown option '--sede'/);
      assert.doesNotMatch(stderr, /\n\s+at /, "a stack is no help");
    });
  }

  it("npm run mutate refuses a word that no mutant has in its name", () => {
    const { status, stderr } = run(PROGRAMS.mutate, "nonesuch");
    assert.deepEqual([status, stderr.split("\n")[0]], [1, 'error: no mutant has "nonesuch" in its name']);
  });

  for (const [args, complaint] of [
    [["--seed", "x"], "It must be a whole number above 0."],
    [["--minutes", "0"], "It must be a number above 0."],
    [["--seed", "7", "--from", "9"], "cannot be used with option '--seed <number>'"],
    [["--faults", "crashes,rain"], "there is no kind of fault called rain"],
  ] as const) {
    it(`npm run simulate ${args.join(" ")} is refused`, () => {
      const { status, stderr } = run(PROGRAMS.simulate, ...args);
      assert.equal(status, 1);
      assert.ok(stderr.split("\n")[0]?.includes(complaint), stderr);
    });
  }
});

describe("the seeds that npm run simulate runs", () => {
  const seedsOf = (...args: string[]) => {
    const { first, seeds, minutes, isAlone } = readWish(args);
    return { first, seeds, minutes, isAlone };
  };
  const endless = Number.POSITIVE_INFINITY;

  it("are one that is named, and told first", () => {
    assert.deepEqual(seedsOf("--seed", "7"), { first: 7, seeds: 1, minutes: endless, isAlone: true });
  });

  it("are those from one on, for as long as is said", () => {
    assert.deepEqual(seedsOf("--seed", "7", "--minutes", "0.5"), {
      first: 7,
      seeds: null,
      minutes: 0.5,
      isAlone: false,
    });
  });

  it("are 500 where nothing is said, and others where it is", () => {
    assert.deepEqual(seedsOf(), { first: 1, seeds: 500, minutes: endless, isAlone: false });
    assert.deepEqual(seedsOf("--from", "40", "--seeds", "3"), {
      first: 40,
      seeds: 3,
      minutes: endless,
      isAlone: false,
    });
  });
});
