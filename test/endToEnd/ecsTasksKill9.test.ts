/** Tasks never outlive signalbox for long: not its end, not a kill -9, not a kill while tasks are being started. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { ECS } from "@aws-sdk/client-ecs";
import { inCluster, script } from "../support/ecsFixtures.ts";
import { type RealProgram, startProgram } from "../support/realProgram.ts";
import { ACCOUNT, REGION } from "../support/signalbox.ts";
import { waitFor } from "../support/waitFor.ts";

const isLinux = process.platform === "linux";
/** Stands in the environment of every process of a task, and of nothing else on the machine. */
const MARK = `signalbox-test-${process.pid}`;

/** The processes of tasks, and those that they have started, found by their environment. */
function processesOfTasks(): number[] {
  const pids = readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name));
  return pids.filter((pid) => environmentOf(pid).includes(MARK)).map(Number);
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
}

const clientOf = ({ url }: RealProgram) =>
  new ECS({ endpoint: url, region: REGION, credentials: { accessKeyId: ACCOUNT, secretAccessKey: "x" } });

describe("tasks of a signalbox that ends", { skip: isLinux ? false : "there is no /proc" }, () => {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-ecs-kill-"));
  after(() => rmSync(directory, { recursive: true, force: true }));
  const cluster = "shop";
  const start = () => startProgram({ "data-dir": directory });

  it("end with it, or at the next start; then as many run again", async () => {
    assert.deepEqual(processesOfTasks(), []);
    const first = await start();
    const ecs = clientOf(first);
    await ecs.createCluster({ clusterName: cluster });
    const environment = [{ name: "MARK", value: MARK }];
    const containerDefinitions = [script("sleep 3600 & wait", { environment })];
    await ecs.registerTaskDefinition({ family: "web", containerDefinitions });
    await ecs.createService({ cluster, serviceName: "web", taskDefinition: "web", desiredCount: 5 });
    await inCluster(ecs, cluster).settled("web", 5);
    await waitFor("every task has its child", () => processesOfTasks().length === 10);
    const before = processesOfTasks();
    await first.kill9();
    assert.deepEqual(processesOfTasks(), before, "nobody was there to end them");

    const second = await start();
    await inCluster(clientOf(second), cluster).settled("web", 5);
    await waitFor("every task has its child", () => processesOfTasks().length === 10);
    assert.ok(processesOfTasks().every((pid) => !before.includes(pid)));
    assert.equal(await second.terminate(), 0, second.errors());
    assert.deepEqual(processesOfTasks(), []);
  });

  it("are ended, too, when it was killed in the midst of starting them", async () => {
    const program = await start();
    const ecs = clientOf(program);
    const shop = inCluster(ecs, cluster);
    await ecs.updateService({ cluster, service: "web", desiredCount: 60 });
    await waitFor("some of them run", async () => ((await shop.service("web")).runningCount ?? 0) > 5);
    await program.kill9();
    const again = await start();
    await clientOf(again).deleteService({ cluster, service: "web", force: true });
    await waitFor("no process of a task is left", () => processesOfTasks().length === 0);
    assert.equal(await again.terminate(), 0, again.errors());
  });
});
