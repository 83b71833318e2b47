/** Deployments whose rows are damaged, or which break an invariant: each stops alone, and says so. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { CodeDeploy } from "@aws-sdk/client-codedeploy";
import { openSqlite } from "../../src/store/sqlite/sqliteDatabase.ts";
import { healthOf } from "../support/canary.ts";
import { runCommand } from "../support/commandLine.ts";
import { appSpec, deploy, lambdaGroup, publishTwoVersions } from "../support/lambdaFixtures.ts";
import { ACCOUNT, authorization, REGION, startSignalbox } from "../support/signalbox.ts";

const directory = mkdtempSync(join(tmpdir(), "signalbox-damaged-"));
after(() => rmSync(directory, { recursive: true, force: true }));

const CANARY = { deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes" };

/** What is written over a deployment's row, and what is told of it then. */
const DAMAGES: [title: string, sql: string, told: RegExp][] = [
  [
    "a state that does not parse",
    "update deployment set state = '{\"status\":' where id = ?",
    /its state cannot be read/,
  ],
  [
    "a plan that does not parse",
    "update deployment_plan set body = 'x' where deployment_n = (select n from deployment where id = ?)",
    /its body cannot be read/,
  ],
  [
    "an effect that does not parse",
    "insert into effect (deployment_n, key, attempt, attempt_at, body) select n, 'readAlias', 1, 0, '{' from deployment where id = ?",
    /its body cannot be read/,
  ],
  [
    "an event that does not parse",
    "insert into inbox (deployment_n, body) select n, '{' from deployment where id = ?",
    /its body cannot be read/,
  ],
  ["alarms that do not parse", "update deployment set alarms = '{' where id = ?", /its alarms cannot be read/],
  [
    "a stage that no engine knows",
    "update deployment set state = json_set(state, '$.stage.phase', 'Elsewhere') where id = ?",
    /no engine here knows the stage Elsewhere/,
  ],
  [
    "a state that contradicts itself",
    "update deployment set state = json_set(state, '$.completeTime', 5) where id = ?",
    /completeTime is set exactly when/,
  ],
];

describe("a deployment that is damaged", () => {
  it("stops turning alone, says so, and is found again after a restart", async (context) => {
    const box = await startSignalbox(context, { flags: { "data-dir": directory } });
    const groups = new Map<string, { applicationName: string; deploymentGroupName: string }>();
    const begin = async () => {
      const group = await lambdaGroup(box.codeDeploy(), CANARY);
      const deploymentId = await deploy(box.codeDeploy(), group, appSpec(await publishTwoVersions(box.lambda())));
      groups.set(deploymentId, group);
      return deploymentId;
    };
    const damaged = [];
    for (const [title, sql, told] of DAMAGES) damaged.push({ title, sql, told, deploymentId: await begin() });
    const healthy = await begin();
    await box.advance(10);
    await box.stop();

    const db = openSqlite(join(directory, "signalbox.db"), { readOnly: false });
    for (const { sql, deploymentId } of damaged) assert.equal(db.run(sql, deploymentId), 1);
    db.close();

    for (const run of ["the first start", "the start after it"]) {
      const again = await startSignalbox(context, { flags: { "data-dir": directory } });
      await again.advance(run === "the first start" ? 400 : 1);
      const health = await healthOf(again.url);
      assert.deepEqual([health.status, health.deploymentsWithFaults], ["degraded", DAMAGES.length], run);
      for (const { title, told, deploymentId } of damaged) {
        const [fault = "", ...others] = health.faults.filter((line) => line.includes(deploymentId));
        assert.match(fault, told, `${title}, ${run}`);
        assert.equal(others.length, 0);
        assert.match(await toldOf(again.url, deploymentId), told, title);
        assert.ok(
          again.log.some((line) => line.includes(fault)),
          "the log says so",
        );
      }
      const codedeploy = again.codeDeploy();
      assert.equal((await codedeploy.getDeployment({ deploymentId: healthy })).deploymentInfo?.status, "Succeeded");
      await assertRestWorks(codedeploy, [...groups]);
      await assertWhy(again.url, damaged.at(-1)?.deploymentId ?? "");
      await again.stop();
    }
  });
});

/** What the management answers of it: its detail with the fault, or that it cannot be read. */
async function toldOf(url: string, deploymentId: string): Promise<string> {
  const response = await fetch(`${url}/_signalbox/deployments/${deploymentId}`, {
    headers: { authorization: authorization() },
  });
  const { fault, __type: type, message } = (await response.json()) as Record<string, string>;
  if (response.status === 200) return String(fault);
  assert.deepEqual([response.status, type], [500, "InternalFailure"]);
  return String(message);
}

/** Lists, groups and new deployments, whatever has become of some deployments. */
async function assertRestWorks(
  codedeploy: CodeDeploy,
  groups: [string, { applicationName: string; deploymentGroupName: string }][],
) {
  const { deployments = [] } = await codedeploy.listDeployments({});
  for (const [deploymentId, group] of groups) {
    assert.ok(deployments.includes(deploymentId));
    await codedeploy.getDeploymentGroup(group);
  }
  await lambdaGroup(codedeploy);
}

async function assertWhy(url: string, deploymentId: string): Promise<void> {
  const words = ["why", deploymentId, "--endpoint", url, "--region", REGION, "--account-id", ACCOUNT];
  const { stdout } = await runCommand(words);
  assert.match(stdout, /A fault of signalbox keeps it from going on: deployment d-.* completeTime is set/);
}
