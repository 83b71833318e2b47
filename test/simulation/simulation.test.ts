/** Some hundred seeds of the simulation; `npm run simulate -- --seeds 5000` runs more. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openSqliteStore } from "../../src/store/sqlite/sqliteStore.ts";
import { KEPT_SEEDS } from "./keptSeeds.ts";
import { simulate } from "./simulation.ts";

const SEEDS = 200;
const SEEDS_ON_DISK = 12;

describe("the simulation of Lambda deployments", () => {
  it("keeps every promise in the seeds that once broke one", async () => {
    for (const seed of KEPT_SEEDS) await simulate(seed);
  });

  it(`keeps every promise in ${SEEDS} more, with crashes, rollbacks and stops among them`, async () => {
    const totals = { deployments: 0, crashes: 0 };
    const ends = { Succeeded: 0, Failed: 0, Stopped: 0 };
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { deployments, crashes, outcome } = await simulate(seed);
      totals.deployments += deployments;
      totals.crashes += crashes;
      for (const end of Object.keys(ends) as (keyof typeof ends)[]) ends[end] += outcome.split(` ${end} `).length - 1;
    }
    assert.ok(totals.deployments > 2 * SEEDS && totals.crashes > SEEDS / 2, JSON.stringify(totals));
    assert.ok(Math.min(ends.Succeeded, ends.Failed, ends.Stopped) > SEEDS / 20, JSON.stringify(ends));
  });

  it("is the same story for the same seed", async () => {
    const tell = async () => {
      const lines: string[] = [];
      await simulate(3, { trace: (line) => lines.push(line) });
      return lines;
    };
    assert.deepEqual(await tell(), await tell());
  });

  it("keeps every promise on the real store, opened anew after every crash", async () => {
    let crashes = 0;
    for (let seed = 1; seed <= SEEDS_ON_DISK; seed += 1) {
      const directory = mkdtempSync(join(tmpdir(), "signalbox-simulation-"));
      const onCommitFailure = (error: unknown) => assert.fail(String(error));
      try {
        crashes += (await simulate(seed, { openStore: () => openSqliteStore({ directory, onCommitFailure }) })).crashes;
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    }
    assert.ok(crashes > 3, `only ${crashes} crashes`);
  });
});
