/** Tasks as containers: what the engine is asked for, by a stand-in that takes its words, and by a real one where it answers. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { execute } from "../clients/awsCli.ts";
import { inCluster, port, script } from "../support/ecsFixtures.ts";
import { startEcs } from "../support/ecsServer.ts";
import { waitFor } from "../support/waitFor.ts";
import { memoryDocuments } from "./lambdaTestServer.ts";

const cluster = "shop";
const home = mkdtempSync(join(tmpdir(), "signalbox-engine-"));
const directory = mkdtempSync(join(tmpdir(), "signalbox-ecs-"));
after(() => {
  for (const folder of [home, directory]) rmSync(folder, { recursive: true, force: true });
});
const PATH = `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}`;
const engine = {
  program: join(import.meta.dirname, "..", "support", "standInEngine.mjs"),
  environment: { PATH, HOME: home },
};
const documents = memoryDocuments();

async function serve(
  { ecs }: Pick<Awaited<ReturnType<typeof startEcs>>, "ecs">,
  name: string,
  container: ContainerDefinition,
) {
  await ecs.createCluster({ clusterName: cluster });
  await ecs.registerTaskDefinition({ family: name, containerDefinitions: [container] });
  await ecs.createService({ cluster, serviceName: name, taskDefinition: name, desiredCount: 1 });
}

describe("a stand-in for a container engine", () => {
  it("is asked to run, to tell what is said, to check, and to end a container", async () => {
    const box = await startEcs({ after }, { documents, engine, directory });
    const shop = inCluster(box.ecs, cluster);
    const container = script(
      "echo $GREETING; trap 'echo told; exit 3' TERM; echo ready; while true; do sleep 0.1; done",
      {
        image: "registry.example.com/web:1",
        environment: [{ name: "GREETING", value: "good morning" }],
        portMappings: [{ containerPort: 8080 }],
        healthCheck: { command: ["CMD", "true"], interval: 5 },
      },
    );
    await serve(box, "web", container);
    await shop.settled("web", 1);
    const [task = {}] = await shop.tasks("RUNNING", "web");
    const { taskArn = "" } = task;
    const name = `signalbox-${taskArn.split("/").at(-1)}-web`;
    assert.equal(task.containers?.[0]?.runtimeId, name);
    await waitFor("it is ready", () => box.logOf(taskArn) === "good morning\nready\n");
    const words = readFileSync(join(home, "containers", `${name}.words`), "utf8");
    assert.match(
      words,
      new RegExp(`--publish 127.0.0.1:${port(task)}:8080/tcp .*--memory 64m .*registry.example.com/web:1`),
    );
    await box.clock.advance(5000);
    assert.equal((await shop.tasks("RUNNING", "web"))[0]?.healthStatus, "HEALTHY");
    await box.ecs.updateService({ cluster, service: "web", desiredCount: 0 });
    await waitFor("it has stopped", async () => (await shop.tasks("STOPPED", "web"))[0]?.lastStatus === "STOPPED");
    assert.equal((await shop.tasks("STOPPED", "web"))[0]?.containers?.[0]?.exitCode, 3);
    assert.equal(box.logOf(taskArn), "good morning\nready\ntold\n");
    assert.equal(existsSync(join(home, "containers", `${name}.pid`)), false, "it is removed");
    await box.close();
  });

  it("that does not tell how a container has ended is not taken to tell of a success", async () => {
    const box = await startEcs({ after }, { documents, engine, directory });
    const shop = inCluster(box.ecs, cluster);
    await serve(box, "forgetful", script("true", { image: "forgetful" }));
    const stopped = () => shop.tasks("STOPPED", "forgetful");
    await waitFor("it has stopped", async () => (await stopped())[0]?.lastStatus === "STOPPED");
    assert.equal((await stopped())[0]?.containers?.[0]?.exitCode, 137);
    await box.ecs.deleteService({ cluster, service: "forgetful", force: true });
    await box.close();
  });

  it("says why an image cannot be had", async () => {
    const box = await startEcs({ after }, { documents, engine, directory });
    const shop = inCluster(box.ecs, cluster);
    await serve(box, "missing", script("true", { image: "missing" }));
    await waitFor("it has stopped", async () => (await shop.tasks("STOPPED", "missing"))[0]?.lastStatus === "STOPPED");
    const [task] = await shop.tasks("STOPPED", "missing");
    assert.equal(task?.stoppedReason, "CannotPullContainerError: missing: Error: pull access denied for missing");
    await box.ecs.deleteService({ cluster, service: "missing", force: true });
    await box.close();
  });

  it("has what an earlier run has left removed", async () => {
    const first = await startEcs({ after }, { documents, engine, directory });
    await serve(first, "left", script("trap '' TERM; while true; do sleep 0.1; done", { image: "deaf" }));
    await inCluster(first.ecs, cluster).settled("left", 1);
    const [{ containers = [] } = {}] = await inCluster(first.ecs, cluster).tasks("RUNNING", "left");
    const left = join(home, "containers", `${containers[0]?.runtimeId}.pid`);
    assert.ok(existsSync(left));
    const second = await startEcs({ after }, { documents, engine, directory });
    await inCluster(second.ecs, cluster).settled("left", 1);
    assert.equal(existsSync(left), false);
    assert.ok(second.log.some((line) => /^\d+ containers of an earlier run were still there/.test(line)));
    await second.ecs.deleteService({ cluster, service: "left", force: true });
    await first.close();
    await second.close();
  });
});

const docker = await execute("docker", ["image", "inspect", "alpine"], {});

describe("Docker", { skip: docker.exitCode === 0 ? false : "docker does not answer, or has no image alpine" }, () => {
  it("runs a task", async () => {
    const real = { program: "docker", environment: { PATH, HOME: process.env["HOME"] ?? "" } };
    const box = await startEcs({ after }, { documents: memoryDocuments(), engine: real });
    await serve(box, "web", script("echo ready; sleep 3600", { image: "alpine" }));
    const shop = inCluster(box.ecs, cluster);
    await shop.settled("web", 1);
    const [task] = await shop.tasks("RUNNING", "web");
    await waitFor("it is ready", () => box.logOf(String(task?.taskArn)) === "ready\n");
    await box.ecs.deleteService({ cluster, service: "web", force: true });
    await waitFor("it is gone", async () => (await shop.service("web")).status === "INACTIVE");
  });
});
