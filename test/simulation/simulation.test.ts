/** Some hundred seeds of the simulation; `npm run simulate -- --seeds 5000` runs more. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openSqliteStore } from "../../src/store/sqlite/sqliteStore.ts";
import { databaseUrl, needsPostgres } from "../support/postgres.ts";
import { KEPT_SEEDS } from "./keptSeeds.ts";
import { simulate } from "./simulation.ts";

const SEEDS = 200;
const SEEDS_OF_NODES = 20;
const SEEDS_OF_ECS = 100;
const SEEDS_OF_NODES_AND_ECS = 12;
const SEEDS_ON_POSTGRES = 3;
const SEEDS_ON_DISK = 12;
/** Seeds in which many groups deploy at once. */
const CROWDS = 3;
const CROWD = 40;

/** What must happen now and then, or the promises about it are held by nobody. */
const ENDS = ["Succeeded", "Failed", "Stopped", "MANUAL_STOP", "ALARM_ACTIVE"];
const WISHES = ["stop", "abort", "pause", "resume", "skip-wait", "promote", "queued", "replaced", "step asked"];

/** Of deployments to ECS. */
const OF_ECS = [
  "ECS_UPDATE_ERROR",
  "TIMEOUT",
  "ELASTIC_LOAD_BALANCING_INVALID",
  "HOOK_EXECUTION_FAILURE",
  "step asked",
];

describe("the simulation of deployments", () => {
  it("keeps every promise in the seeds that once broke one", async () => {
    for (const { seed, ...how } of KEPT_SEEDS) await simulate(seed, how);
  });

  it(`keeps every promise in ${SEEDS} more, with crashes, alarms, rollbacks and all that people may ask among them`, async () => {
    const totals = { deployments: 0, crashes: 0 };
    const tally = new Map<string, number>();
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { deployments, crashes, tally: happened } = await simulate(seed);
      totals.deployments += deployments;
      totals.crashes += crashes;
      for (const [what, times] of Object.entries(happened)) tally.set(what, (tally.get(what) ?? 0) + times);
    }
    assert.ok(totals.deployments > 2 * SEEDS && totals.crashes > SEEDS / 2, JSON.stringify(totals));
    const rare = [...ENDS, ...WISHES].filter((what) => (tally.get(what) ?? 0) < SEEDS / 20);
    assert.deepEqual(rare, [], JSON.stringify([...tally]));
  });

  it(`keeps every promise where ${CROWD} groups deploy at once`, async () => {
    let deployments = 0;
    for (let seed = 1; seed <= CROWDS; seed += 1) deployments += (await simulate(seed, { groups: CROWD })).deployments;
    assert.ok(deployments > CROWDS * CROWD, `only ${deployments} deployments`);
  });

  for (const { seeds, what, ecs } of [
    { seeds: SEEDS_OF_NODES, what: "deployments", ecs: false },
    { seeds: SEEDS_OF_NODES_AND_ECS, what: "deployments to ECS", ecs: true },
  ]) {
    it(`keeps every promise in ${seeds} of ${what} whose processes share the work, die, stand still and wake late`, async () => {
      const totals = { deployments: 0, crashes: 0 };
      for (let seed = 1; seed <= seeds; seed += 1) {
        const { deployments, crashes } = await simulate(seed, { nodes: true, ecs });
        totals.deployments += deployments;
        totals.crashes += crashes;
      }
      assert.ok(totals.deployments > 2 * seeds && totals.crashes > seeds / 2, JSON.stringify(totals));
    });
  }

  it(`keeps every promise in ${SEEDS_OF_ECS} of deployments to ECS`, async () => {
    const tally = new Map<string, number>();
    for (let seed = 1; seed <= SEEDS_OF_ECS; seed += 1) {
      const { tally: happened } = await simulate(seed, { ecs: true });
      for (const [what, times] of Object.entries(happened)) tally.set(what, (tally.get(what) ?? 0) + times);
    }
    const rare = [...ENDS, ...OF_ECS].filter((what) => (tally.get(what) ?? 0) < SEEDS_OF_ECS / 20);
    assert.deepEqual(rare, [], JSON.stringify([...tally]));
  });

  it("keeps every promise on PostgreSQL, opened anew after every crash", needsPostgres, async () => {
    for (let seed = 1; seed <= SEEDS_ON_POSTGRES; seed += 1) await simulate(seed, { databaseUrl: databaseUrl ?? "" });
  });

  it("is the same story for the same seed", async () => {
    const tell = async (options: { nodes?: boolean; ecs?: boolean }) => {
      const lines: string[] = [];
      await simulate(3, { ...options, trace: (line) => lines.push(line) });
      return lines;
    };
    for (const options of [{}, { nodes: true }, { ecs: true }, { nodes: true, ecs: true }]) {
      assert.deepEqual(await tell(options), await tell(options));
    }
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
