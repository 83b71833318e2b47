/** Tasks behind target groups: registered when they run, drained before they are told to end, replaced when unhealthy. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import type { Task } from "@aws-sdk/client-ecs";
import { inCluster, port, script, sleeper, targetGroupsInMemory } from "../support/ecsFixtures.ts";
import { startEcs } from "../support/ecsServer.ts";
import { freePort } from "../support/freePort.ts";
import { waitFor } from "../support/waitFor.ts";
import { memoryDocuments } from "./lambdaTestServer.ts";

const BLUE = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/blue/1";
const GREEN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/green/2";
const ALONE = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/alone/3";
const group = { targetType: "ip" as const, protocol: "HTTP", port: 80, loadBalancerArns: ["arn:lb"] };

const groups = targetGroupsInMemory();
groups.groups.set(BLUE, group);
groups.groups.set(GREEN, group);
groups.groups.set(ALONE, { ...group, loadBalancerArns: [] });
const documents = memoryDocuments();
const { ecs, clock, log, logOf } = await startEcs({ after }, { documents, targetGroups: groups });
const cluster = "shop";
const shop = inCluster(ecs, cluster);
const advance = (seconds: number) => clock.advance(seconds * 1000);
const behind = (targetGroupArn: string) => ({ targetGroupArn, containerName: "web", containerPort: 8080 });
const target = (task: Task) => ({ id: "127.0.0.1", port: port(task) });
const fails = (call: Promise<unknown>, message: RegExp) =>
  assert.rejects(call, (error: Error) => error.name === "InvalidParameterException" && message.test(error.message));

let named = 0;
async function serve(controller: "ECS" | "CODE_DEPLOY", desiredCount: number, changes: object = {}): Promise<string> {
  const serviceName = `service-${++named}`;
  await ecs.createService({
    ...{ cluster, serviceName, taskDefinition: "web", desiredCount, loadBalancers: [behind(BLUE)] },
    deploymentController: { type: controller },
    ...changes,
  });
  await advance(0);
  return serviceName;
}
async function makeHealthy(name: string, state = "healthy"): Promise<void> {
  for (const task of await shop.tasks("RUNNING", name)) {
    for (const one of [BLUE, GREEN]) {
      if (groups.registered().includes(`${one} 127.0.0.1:${port(task)}`)) groups.setHealth(one, target(task), state);
    }
  }
  await advance(0);
}
async function remove(name: string): Promise<void> {
  groups.drainsAtOnce = true;
  groups.drainAll();
  await ecs.deleteService({ cluster, service: name, force: true });
  await waitFor("it is inactive", async () => (await shop.service(name)).status === "INACTIVE");
}

before(async () => {
  await ecs.createCluster({ clusterName: cluster });
  const portMappings = [{ containerPort: 8080 }];
  await ecs.registerTaskDefinition({ family: "web", containerDefinitions: [sleeper({ portMappings })] });
  const said = script("trap 'exit 0' TERM; echo ready; sleep 3600 & wait", { portMappings });
  await ecs.registerTaskDefinition({ family: "telling", containerDefinitions: [said] });
});
beforeEach(() => {
  groups.isFull = false;
  groups.drainsAtOnce = true;
});

describe("a service behind a target group", () => {
  it("registers its tasks, and is steady when all of them are healthy", async () => {
    const name = await serve("ECS", 2);
    const tasks = await shop.tasks("RUNNING", name);
    assert.deepEqual(groups.registered().sort(), tasks.map((task) => `${BLUE} 127.0.0.1:${port(task)}`).sort());
    assert.equal((await shop.service(name)).deployments?.[0]?.rolloutState, "IN_PROGRESS");
    assert.ok((await shop.events(name)).includes(`(service ${name}) registered 2 targets in (target-group ${BLUE}).`));
    await makeHealthy(name);
    assert.equal((await shop.service(name)).deployments?.[0]?.rolloutState, "COMPLETED");
    assert.equal((await shop.events(name))[0], `(service ${name}) has reached a steady state.`);
    await remove(name);
    assert.deepEqual(groups.registered(), []);
  });

  it("is not steady while its tasks cannot be registered, and registers them once they can", async () => {
    groups.isFull = true;
    const name = await serve("CODE_DEPLOY", 1);
    const { taskSets, runningCount } = await shop.service(name);
    assert.deepEqual([runningCount, taskSets?.[0]?.stabilityStatus], [1, "STABILIZING"]);
    assert.match(log.at(-1) ?? "", /could not be registered: Error: database or disk is full$/);
    groups.isFull = false;
    await waitFor("it is registered", () => groups.registered().length === 1);
    await makeHealthy(name);
    assert.equal((await shop.taskSet(name, taskSets?.[0]?.id)).stabilityStatus, "STEADY_STATE");
    await remove(name);
    assert.deepEqual(groups.registered(), []);
  });

  it("says once that its group is gone, and is not steady", async () => {
    const gone = `${BLUE}0`;
    groups.groups.set(gone, group);
    const name = await serve("CODE_DEPLOY", 0, { loadBalancers: [behind(gone)] });
    groups.groups.delete(gone);
    await ecs.updateService({ cluster, service: name, desiredCount: 1 });
    await advance(0);
    const told = `(service ${name}) failed to register targets in (target-group ${gone}) with (error Target group '${gone}' not found).`;
    await waitFor("it is said", async () => (await shop.events(name)).includes(told));
    assert.equal((await shop.service(name)).taskSets?.[0]?.stabilityStatus, "STABILIZING");
    await remove(name);
  });

  it("gives the port of a dead task to the next one only when it is no target any more", async () => {
    const folder = await mkdtemp(join(tmpdir(), "signalbox-ports-"));
    const [over, hostPort] = [join(folder, "over"), await freePort()];
    const dying = script(`until [ -e ${over} ]; do sleep 0.02; done; rm ${over}`, {
      portMappings: [{ containerPort: 8080, hostPort }],
    });
    await ecs.registerTaskDefinition({ family: "dying", containerDefinitions: [dying] });
    const name = await serve("ECS", 1, { taskDefinition: "dying" });
    const [dead] = await shop.tasks("RUNNING", name);
    groups.isFull = true;
    await writeFile(over, "");
    const stopped = async () => (await shop.tasks("STOPPED", name))[0];
    await waitFor("the task is dead", async () => (await stopped())?.lastStatus === "STOPPED");
    await advance(60);
    assert.ok((await shop.events(name)).some((event) => event.includes(`port ${hostPort} is already used`)));
    assert.deepEqual(groups.registered(), [`${BLUE} 127.0.0.1:${hostPort}`]);
    assert.match(log.at(-1) ?? "", /could not be deregistered: Error: database or disk is full$/);
    groups.isFull = false;
    await waitFor("it is no target any more", () => groups.registered().length === 0);
    await advance(300);
    await waitFor("the next one is", () => groups.registered().length === 1);
    assert.notEqual((await shop.tasks("RUNNING", name))[0]?.taskArn, dead?.taskArn);
    await remove(name);
    assert.deepEqual(groups.registered(), []);
    await rm(folder, { recursive: true });
  });

  it("drains a task before it is told to end", async () => {
    const name = await serve("ECS", 1, { taskDefinition: "telling" });
    await makeHealthy(name);
    groups.drainsAtOnce = false;
    const [task] = await shop.tasks("RUNNING", name);
    const tasks = [String(task?.taskArn)];
    await waitFor("it listens to signals", () => logOf(String(task?.taskArn)) === "ready\n");
    await ecs.stopTask({ cluster, task: tasks[0] });
    await advance(3600);
    const draining = (await ecs.describeTasks({ cluster, tasks })).tasks?.[0];
    assert.deepEqual([draining?.lastStatus, draining?.containers?.[0]?.lastStatus], ["DEACTIVATING", "RUNNING"]);
    groups.drainAll();
    await waitFor(
      "it has stopped",
      async () => (await ecs.describeTasks({ cluster, tasks })).tasks?.[0]?.lastStatus === "STOPPED",
    );
    const stopped = (await ecs.describeTasks({ cluster, tasks })).tasks?.[0];
    assert.equal(stopped?.containers?.[0]?.exitCode, 0);
    await remove(name);
  });

  it("replaces an unhealthy task when its period of grace is over", async () => {
    const name = await serve("ECS", 1, { healthCheckGracePeriodSeconds: 60 });
    const [task] = await shop.tasks("RUNNING", name);
    await makeHealthy(name, "unhealthy");
    await advance(59);
    assert.equal((await shop.tasks("RUNNING", name))[0]?.taskArn, task?.taskArn);
    await advance(1);
    const [stopped] = await shop.tasks("STOPPED", name);
    assert.equal(stopped?.taskArn, task?.taskArn);
    assert.equal(stopped?.stoppedReason, `Task failed ELB health checks in (target-group ${BLUE})`);
    assert.equal(stopped?.stopCode, "ServiceSchedulerInitiated");
    await advance(1);
    assert.equal((await shop.service(name)).runningCount, 1);
    await remove(name);
  });

  it("keeps its old tasks until new ones are healthy", async () => {
    const name = await serve("ECS", 2);
    await makeHealthy(name);
    const old = await shop.tasks("RUNNING", name);
    await ecs.updateService({ cluster, service: name, forceNewDeployment: true });
    await advance(0);
    assert.equal((await shop.tasks("RUNNING", name)).length, 4);
    await makeHealthy(name);
    await waitFor("the old ones are gone", async () => (await shop.service(name)).deployments?.length === 1);
    const left = (await shop.tasks("RUNNING", name)).map(({ taskArn }) => taskArn);
    assert.equal(left.length, 2);
    assert.ok(old.every(({ taskArn }) => !left.includes(taskArn)));
    await remove(name);
  });

  it("is refused where the group does not fit", async () => {
    const input = { cluster, serviceName: "none", taskDefinition: "web", desiredCount: 1 };
    await fails(
      ecs.createService({ ...input, loadBalancers: [behind("arn:none")] }),
      /^The target group arn:none does not exist\.$/,
    );
    await fails(
      ecs.createService({ ...input, loadBalancers: [behind(ALONE)] }),
      /does not have an associated load balancer\.$/,
    );
    const wrong = { ...behind(BLUE), containerName: "db" };
    await fails(
      ecs.createService({ ...input, loadBalancers: [wrong] }),
      /^The container db does not exist in the task definition\.$/,
    );
  });
});

describe("a service that CodeDeploy controls", () => {
  it("starts with its primary task set, which cannot be changed directly", async () => {
    const name = await serve("CODE_DEPLOY", 2);
    const { taskSets = [], deployments, runningCount } = await shop.service(name);
    assert.deepEqual([deployments, runningCount, taskSets.length], [[], 2, 1]);
    const [primary] = taskSets;
    assert.deepEqual(
      [primary?.status, primary?.stabilityStatus, primary?.scale, primary?.loadBalancers],
      ["PRIMARY", "STABILIZING", { value: 100, unit: "PERCENT" }, [behind(BLUE)]],
    );
    await makeHealthy(name);
    assert.equal((await shop.taskSet(name, primary?.id)).stabilityStatus, "STEADY_STATE");
    const told = `(service ${name}, taskSet ${primary?.id}) updated state to STEADY_STATE.`;
    assert.ok((await shop.events(name)).includes(told));
    await fails(
      ecs.updateService({ cluster, service: name, taskDefinition: "telling" }),
      /^Unable to update task definition on services with a CODE_DEPLOY deployment controller\. Use AWS CodeDeploy to trigger a new deployment\.$/,
    );
    await fails(
      ecs.updateService({ cluster, service: name, forceNewDeployment: true }),
      /^Cannot force a new deployment on services/,
    );
    await ecs.updateService({ cluster, service: name, desiredCount: 1 });
    await advance(0);
    assert.equal((await shop.service(name)).runningCount, 1);
    await remove(name);
  });

  it("is deployed blue/green: a second task set, made primary, and the first deleted", async () => {
    const name = await serve("CODE_DEPLOY", 2);
    await makeHealthy(name);
    const input = {
      cluster,
      service: name,
      taskDefinition: "telling",
      loadBalancers: [behind(GREEN)],
      externalId: "d-1",
      clientToken: "d-1",
    };
    const { taskSet: green } = await ecs.createTaskSet(input);
    assert.deepEqual([green?.startedBy, green?.externalId], ["CODE_DEPLOY", "d-1"]);
    assert.equal((await ecs.createTaskSet(input)).taskSet?.id, green?.id);
    await advance(0);
    assert.equal((await shop.taskSet(name, green?.id)).stabilityStatus, "STABILIZING");
    await makeHealthy(name);
    const { taskSets = [], runningCount } = await shop.service(name);
    assert.deepEqual(
      [runningCount, taskSets.map(({ stabilityStatus }) => stabilityStatus)],
      [4, ["STEADY_STATE", "STEADY_STATE"]],
    );
    const blue = taskSets.find(({ status }) => status === "PRIMARY");
    await fails(
      ecs.deleteTaskSet({ cluster, service: name, taskSet: blue?.taskSetArn, force: true }),
      /primary task set cannot be deleted/,
    );
    await ecs.updateServicePrimaryTaskSet({ cluster, service: name, primaryTaskSet: green?.taskSetArn });
    const after = await shop.service(name);
    assert.match(String(after.taskDefinition), /telling:1$/);
    assert.deepEqual(after.loadBalancers, [behind(GREEN)]);
    await ecs.deleteTaskSet({ cluster, service: name, taskSet: blue?.taskSetArn, force: true });
    await waitFor("blue is gone", async () => (await shop.service(name)).taskSets?.length === 1);
    assert.ok(groups.registered().every((one) => one.startsWith(GREEN)));
    await remove(name);
  });
});

describe("after a restart", () => {
  it("what was registered is deregistered, and the same number of new tasks is registered", async () => {
    const name = await serve("CODE_DEPLOY", 2);
    await makeHealthy(name);
    const before = groups.registered();
    const { taskSets } = await shop.service(name);
    const second = targetGroupsInMemory();
    for (const [arn, found] of groups.groups) second.groups.set(arn, found);
    const gone: string[] = [];
    const watched = {
      ...second,
      deregister: async (arn: string, { id, port: number }: { id: string; port: number }) =>
        void gone.push(`${arn} ${id}:${number}`),
    };
    const again = await startEcs({ after }, { documents, targetGroups: watched });
    await again.clock.advance(0);
    assert.deepEqual(gone.sort(), before.sort());
    const service = await inCluster(again.ecs, cluster).service(name);
    assert.deepEqual([service.runningCount, service.taskSets?.[0]?.id], [2, taskSets?.[0]?.id]);
    assert.equal(second.registered().length, 2);
    const [stopped] = await inCluster(again.ecs, cluster).tasks("STOPPED", name);
    assert.deepEqual([stopped?.stopCode, stopped?.stoppedReason], ["TerminationNotice", "Signalbox was restarted"]);
    await again.close();
  });

  it("what a full disk keeps in its group is deregistered once there is room", async () => {
    const name = await serve("CODE_DEPLOY", 1);
    const [task] = await shop.tasks("RUNNING", name);
    const left = `${BLUE} 127.0.0.1:${port(task ?? {})}`;
    const second = targetGroupsInMemory();
    for (const [arn, found] of groups.groups) second.groups.set(arn, found);
    second.register(BLUE, target(task ?? {}));
    second.isFull = true;
    const again = await startEcs({ after }, { documents, targetGroups: second });
    await again.clock.advance(0);
    assert.deepEqual(second.registered(), [left]);
    second.isFull = false;
    await waitFor("a new task is registered in its place", () => {
      return second.registered().length > 0 && !second.registered().includes(left);
    });
    await again.close();
    await remove(name);
  });

  it("tasks are told of as they are where the disk takes nothing, and the start goes on", async () => {
    const name = await serve("CODE_DEPLOY", 1);
    const refusing = {
      ...documents,
      put() {
        throw new Error("database or disk is full");
      },
    };
    const again = await startEcs({ after }, { documents: refusing, targetGroups: targetGroupsInMemory() });
    const { runningCount } = await inCluster(again.ecs, cluster).service(name);
    assert.equal(runningCount, 0);
    assert.match(
      again.log.join("\n"),
      /^ecs: the end of \d+ tasks cannot be written down: Error: database or disk is full/,
    );
    await again.close();
    await remove(name);
  });
});
