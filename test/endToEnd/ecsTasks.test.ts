/** Tasks of the embedded ECS that really run: what they are given, when they end, and what replaces them. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import type { ContainerDefinition, CreateServiceCommandInput, Task } from "@aws-sdk/client-ecs";
import { identityOf } from "../../src/local/processRecord.ts";
import type { TaskLogAnswer } from "../../src/management/taskLogs.ts";
import { runCommand } from "../support/commandLine.ts";
import { inCluster, port, script, server, sleeper } from "../support/ecsFixtures.ts";
import { ACCOUNT, authorization, REGION, startSignalbox } from "../support/signalbox.ts";
import { waitFor } from "../support/waitFor.ts";

const folder = await mkdtemp(join(tmpdir(), "signalbox-ecs-"));
const images = join(folder, "images.yaml");
await writeFile(
  images,
  `registry.example.com/shop/web:\n  folder: ${folder}\n  command: [sh, -c, "pwd; echo $LEVEL; sleep 3600"]\n  environment: { LEVEL: debug }\n`,
);
after(() => rm(folder, { recursive: true, force: true }));
const box = await startSignalbox({ after }, { flags: { "ecs-images": images } });
const ecs = box.ecs();
const cluster = "shop";
const shop = inCluster(ecs, cluster);

let named = 0;
/** A service whose tasks have these containers, once it has been seen to. */
async function serve(
  containers: ContainerDefinition[],
  changes: Partial<CreateServiceCommandInput> = {},
): Promise<string> {
  const name = `service-${++named}`;
  await ecs.registerTaskDefinition({ family: name, containerDefinitions: containers });
  await ecs.createService({ cluster, serviceName: name, taskDefinition: name, desiredCount: 1, ...changes });
  await box.advance(0);
  return name;
}
const remove = async (service: string) => {
  await ecs.deleteService({ cluster, service, force: true });
  await box.advance(0);
};
const only = ([task, ...others]: Task[]): Task => {
  assert.deepEqual(others, []);
  return task ?? assert.fail("there is no task");
};
const logOf = async ({ taskArn = "" }: Task): Promise<string> => {
  const headers = { authorization: authorization() };
  const answer = await fetch(`${box.url}/_signalbox/tasks/${encodeURIComponent(taskArn)}/log`, { headers });
  return ((await answer.json()) as TaskLogAnswer).containers.map(({ text }) => text).join("");
};
/** `signalbox logs`. */
const logs = (...words: string[]) =>
  runCommand(["logs", ...words, "--endpoint", box.url, "--region", REGION, "--account-id", ACCOUNT]);
const said = (task: Task, words: RegExp) => waitFor(`a task says ${words}`, async () => words.test(await logOf(task)));
const pidOf = ({ containers }: Task): number => Number(containers?.[0]?.runtimeId);

before(() => ecs.createCluster({ clusterName: cluster }));

describe("a task", () => {
  it("serves on the port it is given, and is told to end", async () => {
    const name = await serve([server("1")], { desiredCount: 2 });
    const tasks = await shop.tasks("RUNNING", name);
    assert.equal(tasks.length, 2);
    assert.equal(new Set(tasks.map(port)).size, 2);
    for (const task of tasks) {
      assert.deepEqual([task.lastStatus, task.containers?.[0]?.networkBindings?.[0]?.bindIP], ["RUNNING", "127.0.0.1"]);
      await said(task, /listening/);
      assert.equal(await (await fetch(`http://127.0.0.1:${port(task)}`)).text(), "1");
    }
    await ecs.updateService({ cluster, service: name, desiredCount: 0 });
    await box.advance(0);
    for (const { taskArn } of tasks) {
      const stopped = (await ecs.describeTasks({ cluster, tasks: [String(taskArn)] })).tasks?.[0];
      assert.deepEqual(
        [stopped?.lastStatus, stopped?.stopCode, stopped?.containers?.[0]?.exitCode],
        ["STOPPED", "ServiceSchedulerInitiated", 0],
      );
      assert.match(String(stopped?.stoppedReason), /^Scaling activity initiated by \(deployment ecs-svc\//);
      assert.match(await logOf(stopped ?? {}), /^listening\ntold to end\n$/);
    }
    await remove(name);
  });

  it("has the environment of its definition and nothing of ours", async () => {
    process.env["SIGNALBOX_TEST_SECRET"] = "ours";
    const name = await serve([
      script("env; sleep 3600", { environment: [{ name: "A", value: "b c" }], portMappings: [{ containerPort: 80 }] }),
    ]);
    const task = only(await shop.tasks("RUNNING", name));
    await said(task, /^A=/m);
    const variables = new Map((await logOf(task)).split("\n").map((line) => line.split(/=(.*)/s) as [string, string]));
    assert.deepEqual(
      ["A", "PORT", "PORT_80", "HOST", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID"].map((key) =>
        variables.get(key),
      ),
      ["b c", String(port(task)), String(port(task)), "127.0.0.1", box.url, REGION, ACCOUNT],
    );
    assert.equal(variables.has("SIGNALBOX_TEST_SECRET"), false);
    await remove(name);
  });

  it("runs in the folder that its image stands for", async () => {
    const byUrl = await serve([script("pwd; sleep 3600", { image: pathToFileURL(folder).href })]);
    await said(only(await shop.tasks("RUNNING", byUrl)), new RegExp(`^${folder}$`, "m"));
    const image = "registry.example.com/shop/web:2026-11";
    const mapped = await serve([sleeper({ image, command: undefined, workingDirectory: "/app" })]);
    await said(only(await shop.tasks("RUNNING", mapped)), new RegExp(`^${folder}\ndebug$`, "m"));
    await remove(byUrl);
    await remove(mapped);
  });

  it("says why it cannot start", async () => {
    const cases: [Partial<ContainerDefinition>, RegExp][] = [
      [{ image: "nginx:latest" }, /^CannotPullContainerError: nginx:latest is no file/],
      [
        { command: ["no-such-program"] },
        /^CannotStartContainerError: exec: "no-such-program": executable file not found/,
      ],
      [{ image: "file:///no/such/folder" }, /^CannotStartContainerError: \/no\/such\/folder is no folder/],
      [{ command: undefined }, /^CannotStartContainerError: no command is given/],
      [{ secrets: [{ name: "KEY", valueFrom: "arn:x" }] }, /^ResourceInitializationError: secrets are not read .*KEY/],
      [{ mountPoints: [{ sourceVolume: "data", containerPath: "/data" }] }, /^CannotCreateVolumeError/],
    ];
    for (const [changes, reason] of cases) {
      const name = await serve([sleeper(changes)]);
      const task = only(await shop.tasks("STOPPED", name));
      assert.deepEqual([task.lastStatus, task.stopCode], ["STOPPED", "TaskFailedToStart"]);
      assert.match(String(task.stoppedReason), reason);
      assert.match(String(task.containers?.[0]?.reason), reason);
      await remove(name);
    }
  });

  it("takes with it whatever it has started", async () => {
    const name = await serve([script("sleep 3600 & echo $!; wait")]);
    const task = only(await shop.tasks("RUNNING", name));
    await said(task, /^\d+$/m);
    const grandchild = Number(await logOf(task));
    assert.ok(identityOf(grandchild));
    await ecs.stopTask({ cluster, task: task.taskArn, reason: "enough" });
    await box.advance(0);
    await waitFor("the grandchild is gone", () => identityOf(grandchild) === null);
    const stopped = only((await ecs.describeTasks({ cluster, tasks: [String(task.taskArn)] })).tasks ?? []);
    assert.deepEqual([stopped.stopCode, stopped.stoppedReason], ["UserInitiated", "enough"]);
    assert.equal((await shop.service(name)).runningCount, 1);
    await remove(name);
  });

  it("leaves nothing behind when it ends by itself", async () => {
    const name = await serve([script("sleep 3600 & echo $!; exit 0")]);
    await waitFor("it has ended", async () => (await shop.tasks("STOPPED", name)).length > 0);
    const [task = {}] = await shop.tasks("STOPPED", name);
    const grandchild = Number(await logOf(task));
    assert.ok(grandchild > 0);
    assert.equal(identityOf(grandchild), null);
    await remove(name);
  });

  it("is killed when its time to end is over", async () => {
    const name = await serve([script("trap '' TERM; echo deaf; while true; do sleep 1; done", { stopTimeout: 1 })]);
    const task = only(await shop.tasks("RUNNING", name));
    await said(task, /deaf/);
    await remove(name);
    const stopped = only((await ecs.describeTasks({ cluster, tasks: [String(task.taskArn)] })).tasks ?? []);
    assert.deepEqual([stopped.lastStatus, stopped.containers?.[0]?.exitCode], ["STOPPED", 137]);
    assert.equal((await shop.service(name)).status, "INACTIVE");
  });

  it("is forgotten an hour after its end, with its log", async () => {
    const name = await serve([script("echo here; sleep 3600")]);
    const task = only(await shop.tasks("RUNNING", name));
    const { taskArn = "" } = task;
    await said(task, /here/);
    assert.deepEqual(await logs(taskArn), { exitCode: 0, stdout: "here\n", stderr: "" });
    await remove(name);
    await box.advance(3599);
    assert.equal((await ecs.describeTasks({ cluster, tasks: [taskArn] })).tasks?.length, 1);
    await box.advance(2);
    assert.deepEqual((await ecs.describeTasks({ cluster, tasks: [taskArn] })).failures?.[0]?.reason, "MISSING");
    assert.match((await logs(taskArn)).stderr, /^signalbox: There is no task/);
  });
});

describe("several containers", () => {
  it("start in the order of their dependencies, and all end with an essential one", async () => {
    const order = join(folder, "order");
    const name = await serve([
      script(`echo web >> ${order}; sleep 3600`, {
        dependsOn: [
          { containerName: "migrate", condition: "SUCCESS" },
          { containerName: "proxy", condition: "START" },
        ],
      }),
      script(`sleep 0.2; echo migrate >> ${order}`, { name: "migrate", essential: false }),
      script(`echo proxy >> ${order}; sleep 3600`, { name: "proxy" }),
    ]);
    await shop.settled(name, 1);
    const task = only(await shop.tasks("RUNNING", name));
    const states = () => task.containers?.map(({ name: of, lastStatus, exitCode }) => [of, lastStatus, exitCode]);
    assert.deepEqual(states(), [
      ["web", "RUNNING", undefined],
      ["migrate", "STOPPED", 0],
      ["proxy", "RUNNING", undefined],
    ]);
    await waitFor("all have said so", async () => (await readFile(order, "utf8")) === "proxy\nmigrate\nweb\n");
    process.kill(Number(task.containers?.[2]?.runtimeId), "SIGKILL");
    await waitFor("the task has stopped", async () => (await shop.tasks("STOPPED", name))[0]?.lastStatus === "STOPPED");
    const stopped = only(await shop.tasks("STOPPED", name));
    assert.deepEqual(
      [stopped.stopCode, stopped.stoppedReason],
      ["EssentialContainerExited", "Essential container in task exited"],
    );
    assert.deepEqual(
      stopped.containers?.map(({ exitCode }) => exitCode),
      [143, 0, 137],
    );
    await remove(name);
  });

  it("do not start where what they depend on fails", async () => {
    const dependsOn = [{ containerName: "migrate", condition: "SUCCESS" as const }];
    const name = await serve([sleeper({ dependsOn }), script("exit 3", { name: "migrate", essential: false })]);
    await waitFor("the task has stopped", async () => (await shop.tasks("STOPPED", name))[0]?.lastStatus === "STOPPED");
    const task = only(await shop.tasks("STOPPED", name));
    assert.deepEqual([task.stopCode, task.startedAt], ["TaskFailedToStart", undefined]);
    assert.match(String(task.stoppedReason), /^Container migrate exited with 3/);
    await remove(name);
  });

  it("wait until what they depend on is healthy", async () => {
    const healthCheck = { command: ["CMD-SHELL", "test -e $HOME/ready"], interval: 5 };
    const name = await serve([
      sleeper({ dependsOn: [{ containerName: "db", condition: "HEALTHY" }] }),
      script("touch $HOME/ready; sleep 3600", { name: "db", healthCheck }),
    ]);
    assert.deepEqual([(await shop.service(name)).pendingCount, (await shop.service(name)).runningCount], [1, 0]);
    await box.advance(5);
    assert.deepEqual([(await shop.service(name)).pendingCount, (await shop.service(name)).runningCount], [0, 1]);
    await remove(name);
  });
});

describe("health checks", () => {
  it("make a task HEALTHY, and have it replaced when they fail", async () => {
    const healthCheck = { command: ["CMD-SHELL", "test ! -e $HOME/ill"], interval: 10, retries: 2 };
    const name = await serve([script("echo $HOME; sleep 3600", { healthCheck })], {
      healthCheckGracePeriodSeconds: 30,
    });
    const task = only(await shop.tasks("RUNNING", name));
    assert.equal(task.healthStatus, "UNKNOWN");
    assert.equal((await shop.service(name)).deployments?.[0]?.rolloutState, "IN_PROGRESS");
    await box.advance(10);
    assert.equal(only(await shop.tasks("RUNNING", name)).healthStatus, "HEALTHY");
    assert.equal((await shop.service(name)).deployments?.[0]?.rolloutState, "COMPLETED");
    await writeFile(join((await logOf(task)).trim(), "ill"), "");
    await box.advance(19);
    assert.deepEqual(await shop.tasks("STOPPED", name), []);
    await box.advance(1);
    const stopped = only(await shop.tasks("STOPPED", name));
    assert.deepEqual([stopped.taskArn, stopped.stoppedReason], [task.taskArn, "Task failed container health checks"]);
    await box.advance(1);
    assert.equal((await shop.service(name)).runningCount, 1);
    await remove(name);
  });
});

describe("what ends by itself", () => {
  it("is replaced after pauses that double, and the service says so", async () => {
    const name = await serve([script("exit 7")]);
    const failures = () => shop.tasks("STOPPED", name).then(({ length }) => length);
    const ended = (count: number) => waitFor(`${count} tasks have ended`, async () => (await failures()) === count);
    await ended(1);
    for (const [seconds, count] of [
      [1, 2],
      [2, 3],
      [4, 4],
    ] as const) {
      await box.advance(seconds - 0.001);
      assert.equal(await failures(), count - 1);
      await box.advance(0.001);
      await ended(count);
    }
    assert.deepEqual(
      new Set((await shop.tasks("STOPPED", name)).map(({ containers }) => containers?.[0]?.exitCode)),
      new Set([7]),
    );
    assert.ok(
      (await shop.events(name)).includes(`(service ${name}) is unable to consistently start tasks successfully.`),
    );
    assert.equal((await shop.service(name)).deployments?.[0]?.failedTasks, 4);
    await remove(name);
  });

  it("of a task set is told of by the service, with what it has said last", async () => {
    const service = "told-of";
    await ecs.registerTaskDefinition({
      family: service,
      containerDefinitions: [script("echo no such database; exit 3")],
    });
    await ecs.createService({
      ...{ cluster, serviceName: service, desiredCount: 1 },
      deploymentController: { type: "EXTERNAL" },
    });
    const scale = { value: 100, unit: "PERCENT" } as const;
    const { taskSet } = await ecs.createTaskSet({ cluster, service, taskDefinition: service, scale });
    const told = new RegExp(
      `^\\(service ${service}, taskSet ${taskSet?.id}\\) \\(task [0-9a-f-]+\\) stopped: Essential container in task exited \\(exit code 3\\)\nno such database$`,
    );
    await waitFor("its end is told", async () => (await shop.events(service)).some((message) => told.test(message)));
    await remove(service);
  });

  it("is started anew within its task where its restart policy says so", async () => {
    const restartPolicy = { enabled: true, restartAttemptPeriod: 60 };
    const name = await serve([sleeper({ restartPolicy })]);
    const task = only(await shop.tasks("RUNNING", name));
    await box.advance(60);
    process.kill(pidOf(task), "SIGKILL");
    await waitFor("another process runs", async () => pidOf(only(await shop.tasks("RUNNING", name))) !== pidOf(task));
    assert.equal(only(await shop.tasks("RUNNING", name)).taskArn, task.taskArn);
    await remove(name);
  });
});

describe("a new deployment", () => {
  it("replaces all tasks, and never has fewer that run", async () => {
    const name = await serve([server("1")], { desiredCount: 3 });
    await ecs.registerTaskDefinition({ family: name, containerDefinitions: [server("2")] });
    const { service } = await ecs.updateService({ cluster, service: name, taskDefinition: name });
    assert.deepEqual(
      service?.deployments?.map(({ status, rolloutState }) => [status, rolloutState]),
      [
        ["PRIMARY", "IN_PROGRESS"],
        ["ACTIVE", "COMPLETED"],
      ],
    );
    await waitFor("one deployment is left", async () => {
      const { deployments, runningCount = 0 } = await shop.service(name);
      assert.ok(runningCount >= 3, `${runningCount} tasks run`);
      return deployments?.length === 1;
    });
    const tasks = await shop.tasks("RUNNING", name);
    assert.equal(tasks.length, 3);
    for (const task of tasks) {
      await said(task, /listening/);
      assert.equal(await (await fetch(`http://127.0.0.1:${port(task)}`)).text(), "2");
    }
    assert.equal(
      (await ecs.updateService({ cluster, service: name, taskDefinition: name })).service?.deployments?.length,
      1,
    );
    const forced = await ecs.updateService({ cluster, service: name, forceNewDeployment: true });
    assert.equal(forced.service?.deployments?.length, 2);
    await remove(name);
  });
});

describe("a fixed port", () => {
  it("is had by one task at a time", async () => {
    const fixed = 20_000 + (process.pid % 10_000);
    const name = await serve([server("1", { portMappings: [{ containerPort: 8080, hostPort: fixed }] })], {
      desiredCount: 2,
    });
    assert.equal(port(only(await shop.tasks("RUNNING", name))), fixed);
    const problem = `(service ${name}) was unable to place a task because port ${fixed} is already used by another task.`;
    assert.ok((await shop.events(name)).includes(problem));
    await remove(name);
  });
});
