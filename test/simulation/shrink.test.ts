/** A seed that fails is made small, and the command that is printed fails in the same way. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Chance } from "./chance.ts";
import { FAULT_KINDS, flagsOf, leftOutBy, singlesOf, without } from "./faults.ts";
import { inMutatedCopy, MUTANTS } from "./mutants.ts";
import { describeScenario, drawScenario } from "./scenario.ts";
import { promiseOf, shrink } from "./shrink.ts";

/** Has some of everything that the tests below need. */
const SEED = 30;

describe("shrinking", () => {
  const scenario = drawScenario(SEED, new Chance(SEED));
  const shrunk = (fails: (leftOut: readonly string[]) => string | null, longestMs = 1000) => {
    let attempts = 0;
    const attempt = async (leftOut: readonly string[]) => {
      attempts += 1;
      return fails(leftOut);
    };
    return shrink({ scenario, leftOut: [], attempt, elapsedMs: () => attempts, longestMs });
  };
  const singles = singlesOf(scenario);

  it("leaves out everything but what the failure takes", async () => {
    assert.ok(scenario.crashes > 0 && scenario.requests.length > 1, describeScenario(scenario).join("\n"));
    const takes = ["crashes", "request:1"];
    const found = await shrunk((leftOut) => (takes.some((what) => leftOut.includes(what)) ? null : "d-ABCDEFGHI: 5"));
    const small = without(scenario, found);
    assert.deepEqual(
      small.requests.map(({ isLeftOut }) => !isLeftOut),
      scenario.requests.map((_, index) => index === 1),
    );
    assert.ok(small.crashes > 0);
    assert.deepEqual([small.stops, small.steers, small.changes, small.receivers], [[], [], [], []]);
    assert.ok(flagsOf(found).startsWith(" --faults crashes --without request:0"), flagsOf(found));
  });

  it("keeps what the failure becomes another without, whatever the names and numbers in it", async () => {
    const found = await shrunk((leftOut) =>
      leftOut.includes("request:0") ? "another" : `waited ${leftOut.length} ms`,
    );
    assert.ok(!found.includes("request:0") && found.includes("request:1"), String(found));
    assert.equal(promiseOf("d-ABCDEFGHI: waited 7 ms"), promiseOf("d-IHGFEDCBA: waited 12 ms"));
  });

  it("ends when its time is over, with what it has", async () => {
    const found = await shrunk(() => "always", 3);
    assert.notDeepEqual(without(scenario, found).requests, without(scenario, await shrunk(() => "always")).requests);
  });

  it("writes what is left out as flags that mean the same", () => {
    for (const leftOut of [
      [],
      ["crashes"],
      [...FAULT_KINDS],
      FAULT_KINDS.slice(1),
      ["alarms", ...singles.slice(0, 2)],
    ]) {
      const [, faults] = /--faults (\S+)/.exec(flagsOf(leftOut)) ?? [];
      const [, rest] = /--without (\S+)/.exec(flagsOf(leftOut)) ?? [];
      assert.deepEqual(leftOutBy(faults, rest).sort(), [...leftOut].sort(), flagsOf(leftOut));
    }
    assert.throws(() => leftOutBy("crash", undefined), /no kind of fault called crash; there are crashes, /);
    assert.throws(() => without(scenario, ["request:99"]), /no request:99/);
  });

  it("makes a fault that was put into the program small, and prints the command that shows it", async () => {
    const planted = MUTANTS.find(({ name }) => name === "traffic goes over 100 percent");
    assert.ok(planted);
    await inMutatedCopy(planted, async (run) => {
      const found = await run(["test/simulation/main.ts", "--seeds", "100"]);
      assert.equal(found.exitCode, 1, found.output);
      const [long = "", short = ""] = found.output.split("The same in short:");
      assert.ok(storyOf(short).length < storyOf(long).length, found.output);
      const [, flags = ""] = /Replay it: npm run simulate -- (.*)/.exec(short) ?? [];
      assert.match(flags, /--seed \d+ --.*(faults|without) /);
      const replayed = await run(["test/simulation/main.ts", ...flags.split(" "), "--no-shrink"]);
      assert.equal(replayed.exitCode, 1, replayed.output);
      assert.equal(promiseIn(replayed.output), promiseIn(short));
    });
  });
});

const promiseIn = (output: string) => /breaks a promise: (.*)/.exec(output)?.[1];
/** The lines about what happens, before the steps. */
const storyOf = (output: string) =>
  (output.split("the last steps:")[0] ?? "").split("\n").filter((line) => line.startsWith("  "));
