import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type DeploymentPlan, planLambdaDeployment } from "../../engine/plan.ts";
import { newDeployment } from "../../engine/step.ts";
import { openSqliteStore } from "../sqlite/sqliteStore.ts";
import type { Transaction } from "../store.ts";

function planNamed(deploymentId: string, functionName: string): DeploymentPlan {
  return planLambdaDeployment({
    deploymentId,
    accountId: "123456789012",
    region: "eu-west-1",
    rollbackDeploymentId: "d-ROLLBACK1",
    createTime: 1,
    serviceRoleArn: "arn:aws:iam::123456789012:role/deploy",
    appSpec: { functionName, alias: "live", currentVersion: "1", targetVersion: "2", hooks: {} },
    traffic: { type: "AllAtOnce" },
    hookTimeoutMs: 1000,
    info: { computePlatform: "Lambda" },
  });
}

const insert = (tx: Transaction, plan: DeploymentPlan) => tx.deployments.insert(plan, newDeployment(plan), 1, 1);

test("a plan that was read before its row was taken back is not given to the next row of the same number", async (context) => {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-plans-"));
  const store = openSqliteStore({ directory, onCommitFailure: (error) => assert.fail(String(error)) });
  context.after(async () => {
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  });
  let takenBack = 0;
  const abandoned = store.transaction(async (tx) => {
    takenBack = await insert(tx, planNamed("d-ABANDONED", "abandoned"));
    await tx.deployments.load(takenBack);
    throw new Error("abandoned");
  });
  await assert.rejects(abandoned, /abandoned/);

  const kept = planNamed("d-KEPT00001", "kept");
  const n = await store.transaction((tx) => insert(tx, kept));
  assert.equal(n, takenBack, "the number was given again, which is what this test is about");
  const loaded = await store.transaction((tx) => tx.deployments.load(n));
  assert.deepEqual(loaded?.plan, kept);
  const found = await store.read((reader) => reader.deployments.find(kept, kept.deploymentId));
  assert.deepEqual(found?.plan, kept);
});

test("a deployment that is asked for again is the same object until a turn, and then what the turn left", async (context) => {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-memory-"));
  const store = openSqliteStore({ directory, onCommitFailure: (error) => assert.fail(String(error)) });
  context.after(async () => {
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const plan = planNamed("d-WATCHED01", "watched");
  const n = await store.transaction((tx) => insert(tx, plan));
  const find = () => store.read((reader) => reader.deployments.find(plan, plan.deploymentId));
  const first = await find();
  const second = await find();
  assert.equal(await find(), second, "nothing was committed");
  await store.transaction((tx) => tx.installation.put("something", "else"));
  assert.equal(await find(), second, "something else was committed");
  assert.deepEqual({ ...second, isKept: false }, first);

  const turned = await store.transaction(async (tx) => {
    const record = await tx.deployments.load(n);
    const state = { ...newDeployment(plan).state, statusMessages: ["turned"] };
    return tx.deployments.save(n, record?.version ?? 0, { state, targets: record?.targets ?? [] }, null, 2);
  });
  assert.ok(turned);
  assert.deepEqual((await find())?.state.statusMessages, ["turned"]);
  assert.deepEqual((await find())?.state.statusMessages, ["turned"]);
  assert.deepEqual((await find())?.state.statusMessages, ["turned"]);
});
