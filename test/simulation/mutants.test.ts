/** The simulation must notice every fault that is put into the program on purpose. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MUTANTS, runMutant } from "./mutants.ts";

describe("the simulation notices that", { concurrency: 2 }, () => {
  for (const mutant of MUTANTS) {
    it(`${mutant.name}`, { timeout: 150_000 }, async () => {
      const { caught, how } = await runMutant(mutant);
      assert.ok(caught, `this fault in src/${mutant.file} was not noticed: ${how}`);
    });
  }
});
