/** Time that runs backwards between two runs, and a process that stands still for a while. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { openSqlite } from "../../src/store/sqlite/sqliteDatabase.ts";
import { clientOf, deployCanary, healthOf, statusOf, whenHolding, whenSucceeded } from "../support/canary.ts";
import { startLambdaModel } from "../support/lambdaModel.ts";
import { startProgram } from "../support/realProgram.ts";
import { waitFor } from "../support/waitFor.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "signalbox-clock-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it("a clock that was set back by an hour between two runs: no time of a deployment runs backwards", async () => {
  const model = await startLambdaModel(async () => "accepted");
  const flags = { "data-dir": directory, endpoint: `lambda=${model.url}` };
  const first = await startProgram(flags);
  const deploymentId = await deployCanary(clientOf(first.url), 10);
  await whenHolding(first.url, deploymentId);
  await first.terminate();
  // As an hour later would have left it: what was created at the wall clock's time was changed an hour after that.
  const db = openSqlite(join(directory, "signalbox.db"), { readOnly: false });
  const hourLater = Number(db.one("select max(update_time) as at from deployment")?.["at"]) + 3_600_000;
  db.run("update deployment set update_time = ?", hourLater);
  db.close();

  const second = await startProgram(flags);
  try {
    const codedeploy = clientOf(second.url);
    await second.said(/^Time begins 60 min ahead of the clock: /m);
    await whenSucceeded(codedeploy, deploymentId);
    const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
    const times = [deploymentInfo?.createTime, deploymentInfo?.startTime, deploymentInfo?.completeTime];
    const [created = 0, started = 0, completed = 0] = times.map((time) => time?.getTime() ?? Number.NaN);
    assert.ok(created <= started && started <= completed && completed >= hourLater, times.join(", "));
    model.setAlias("1");
    const later = await deployCanary(codedeploy, 1);
    const { deploymentInfo: info } = await codedeploy.getDeployment({ deploymentId: later });
    assert.ok((info?.createTime?.getTime() ?? 0) >= completed, "the list of deployments keeps its order");
  } finally {
    await second.kill9();
    await model.close();
  }
});

describe("a process that is stopped for a while", { skip: process.platform === "win32" }, () => {
  it("goes on after it: nothing is done twice, and no deployment fails because of the pause", async () => {
    const reports: (() => void)[] = [];
    const model = await startLambdaModel(async () => {
      await new Promise<void>((resolve) => reports.push(resolve));
      return "accepted";
    });
    // A second is five minutes: the canary takes fifteen, and the pause twenty.
    const program = await startProgram({ "data-dir": directory, endpoint: `lambda=${model.url}`, speed: "300" });
    const codedeploy = clientOf(program.url);
    try {
      const shifting = await deployCanary(codedeploy, 15);
      await whenHolding(program.url, shifting);
      program.signal("SIGSTOP");
      await waitFor("the process has stopped", () => stateOf(program.pid) === "T");
      // It must be real: what is shown is that a process which lost time finds its way back.
      await pause(4000);
      assert.deepEqual(model.aliasStates, ["1", "1+0.1:2"], "it stood still");
      program.signal("SIGCONT");
      await whenSucceeded(codedeploy, shifting);
      assert.deepEqual(model.aliasStates, ["1", "1+0.1:2", "2"], "each weight was written once");

      // A validation function has an hour; a pause beyond it is the deployment's own end, one within it is not.
      model.setAlias("1");
      const hooked = await deployCanary(codedeploy, 5, { BeforeAllowTraffic: "before" });
      await waitFor("the function runs", () => reports.length === 1);
      program.signal("SIGSTOP");
      await waitFor("the process has stopped", () => stateOf(program.pid) === "T");
      await pause(1500);
      program.signal("SIGCONT");
      assert.equal(await statusOf(codedeploy, hooked), "InProgress");
      assert.equal(model.calls.filter((call) => call === "Invoke before").length, 1);
      assert.equal((await healthOf(program.url)).status, "ok");
    } finally {
      for (const report of reports) report();
      await program.kill9();
      await model.close();
    }
  });
});

/** `T` while a process is stopped; where the system does not tell, that is taken for granted. */
function stateOf(pid: number): string {
  try {
    return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1] ?? "";
  } catch {
    return "T";
  }
}
