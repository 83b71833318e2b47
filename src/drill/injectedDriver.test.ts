import assert from "node:assert/strict";
import { it } from "node:test";
import { virtualClock } from "../clock.ts";
import type { Effect } from "../engine/deployment.ts";
import type { DeploymentPlan } from "../engine/plan.ts";
import { InjectedDriver } from "./injectedDriver.ts";

it("refuses to touch any alias but the drill's own", async () => {
  const reached: Effect[] = [];
  const driver = new InjectedDriver({
    plan: { deploymentId: "d-ORIGINAL1" } as DeploymentPlan,
    injection: { title: "", failure: "abort", moment: { at: "weight", weight: 10 } },
    hands: {
      performs: ["readAlias", "moveAlias"],
      async perform(effect) {
        reached.push(effect);
        return { type: "aliasMoved" };
      },
    },
    scratchAlias: "signalbox-drill-1",
    clock: virtualClock(0),
    tell: async () => {},
    signal: new AbortController().signal,
  });
  const context = { deploymentId: "d-ORIGINAL1", accountId: "", region: "", signal: new AbortController().signal };
  const to = { version: "2", routed: null };
  const move = (alias: string): Effect => ({
    type: "moveAlias",
    key: "moveAlias/100/1",
    functionName: "shop",
    alias,
    from: [],
    to,
    waitsForCapacity: false,
  });
  await assert.rejects(driver.perform(move("live"), context), /must not touch the alias live/);
  await assert.rejects(
    driver.perform({ type: "readAlias", key: "readAlias", functionName: "shop", alias: "live" }, context),
    /must not touch/,
  );
  assert.deepEqual(reached, []);
  await driver.perform(move("signalbox-drill-1"), context);
  assert.equal(reached.length, 1);
});
