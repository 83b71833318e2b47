/** The ECS API by the official client: clusters, task definitions, services, task sets, tags, and what is refused. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { ContainerDefinition, CreateServiceCommandInput } from "@aws-sdk/client-ecs";
import * as sdk from "@aws-sdk/client-ecs";
import { NOT_BUILT, registry } from "../../src/local/ecs/operations.ts";
import { inCluster, sleeper } from "../support/ecsFixtures.ts";
import { ACCOUNT, REGION, startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const ecs = box.ecs();
const ARN = `arn:aws:ecs:${REGION}:${ACCOUNT}`;
const cluster = "shop";
const shop = inCluster(ecs, cluster);

let named = 0;
const unique = (kind: string) => `${kind}-${++named}`;
const fails = (call: Promise<unknown>, name: string, message: RegExp | string) =>
  assert.rejects(call, (error: Error) => {
    assert.equal(error.name, name, error.message);
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });

async function register(container: Partial<ContainerDefinition> = {}, family = unique("family")): Promise<string> {
  const { taskDefinition } = await ecs.registerTaskDefinition({ family, containerDefinitions: [sleeper(container)] });
  return String(taskDefinition?.taskDefinitionArn);
}

async function createService(changes: Partial<CreateServiceCommandInput> = {}): Promise<string> {
  const serviceName = unique("service");
  const taskDefinition = changes.deploymentController?.type === "EXTERNAL" ? undefined : await register();
  await ecs.createService({ cluster, serviceName, taskDefinition, desiredCount: 0, ...changes });
  await box.advance(0);
  return serviceName;
}

before(() => ecs.createCluster({ clusterName: cluster }));

describe("clusters", () => {
  it("are made once, described, listed, changed and deleted", async () => {
    const input = { clusterName: unique("cluster"), tags: [{ key: "team", value: "shop" }] };
    const { cluster: made } = await ecs.createCluster(input);
    assert.deepEqual(
      [made?.clusterArn, made?.status, made?.tags, made?.settings, made?.activeServicesCount],
      [
        `${ARN}:cluster/${input.clusterName}`,
        "ACTIVE",
        input.tags,
        [{ name: "containerInsights", value: "disabled" }],
        0,
      ],
    );
    assert.equal((await ecs.createCluster(input)).cluster?.clusterArn, made?.clusterArn);
    const settings = [{ name: "containerInsights" as const, value: "enabled" }];
    await ecs.updateClusterSettings({ cluster: input.clusterName, settings });
    const { clusters = [] } = await ecs.describeClusters({
      clusters: [String(made?.clusterArn)],
      include: ["SETTINGS"],
    });
    assert.deepEqual([clusters[0]?.settings, clusters[0]?.tags], [settings, []]);
    const { clusterArns } = await ecs.listClusters({});
    assert.ok(clusterArns?.includes(String(made?.clusterArn)));
    assert.equal((await ecs.deleteCluster({ cluster: input.clusterName })).cluster?.status, "INACTIVE");
    const after = await ecs.describeClusters({ clusters: [input.clusterName] });
    assert.equal(after.clusters?.[0]?.status, "INACTIVE");
    await fails(ecs.deleteCluster({ cluster: input.clusterName }), "ClusterNotFoundException", "Cluster not found.");
  });

  it("is `default` where none is named", async () => {
    await fails(ecs.listServices({}), "ClusterNotFoundException", "Cluster not found.");
    assert.equal((await ecs.createCluster({})).cluster?.clusterName, "default");
    assert.deepEqual((await ecs.listServices({})).serviceArns, []);
    assert.equal((await ecs.describeClusters({})).clusters?.[0]?.clusterName, "default");
  });

  it("are missing, or another account's or region's", async () => {
    const { failures } = await ecs.describeClusters({ clusters: ["none"] });
    assert.deepEqual(failures, [{ arn: `${ARN}:cluster/none`, reason: "MISSING" }]);
    for (const other of [{ account: "999999999999" }, { region: "us-east-1" }]) {
      await fails(box.ecs(other).listServices({ cluster }), "ClusterNotFoundException", "Cluster not found.");
    }
  });

  it("are not deleted while services or tasks are in them", async () => {
    const clusterName = unique("cluster");
    await ecs.createCluster({ clusterName });
    await ecs.createService({
      cluster: clusterName,
      serviceName: "web",
      taskDefinition: await register(),
      desiredCount: 0,
    });
    await fails(
      ecs.deleteCluster({ cluster: clusterName }),
      "ClusterContainsServicesException",
      /^The Cluster cannot be deleted while Services/,
    );
  });
});

describe("task definitions", () => {
  it("are numbered, described by any name, deregistered, and never get a number twice", async () => {
    const family = unique("family");
    const first = await register({}, family);
    const second = await register({}, family);
    assert.deepEqual([first, second], [`${ARN}:task-definition/${family}:1`, `${ARN}:task-definition/${family}:2`]);
    const revision = async (taskDefinition: string) =>
      (await ecs.describeTaskDefinition({ taskDefinition })).taskDefinition?.revision;
    assert.deepEqual([await revision(family), await revision(`${family}:1`), await revision(first)], [2, 1, 1]);
    const { taskDefinition } = await ecs.deregisterTaskDefinition({ taskDefinition: `${family}:2` });
    assert.equal(taskDefinition?.status, "INACTIVE");
    assert.equal(await revision(family), 1);
    await ecs.deregisterTaskDefinition({ taskDefinition: `${family}:1` });
    await fails(revision(family), "ClientException", "Unable to describe task definition.");
    await ecs.deleteTaskDefinitions({ taskDefinitions: [first, second] });
    assert.equal(await register({}, family), `${ARN}:task-definition/${family}:3`);
    assert.deepEqual((await ecs.listTaskDefinitions({ familyPrefix: family })).taskDefinitionArns, [
      `${ARN}:task-definition/${family}:3`,
    ]);
    await fails(
      ecs.createService({ cluster, serviceName: unique("service"), taskDefinition: first, desiredCount: 0 }),
      "ClientException",
      "TaskDefinition is inactive",
    );
  });

  it("come back as they were given, with AWS's defaults", async () => {
    const family = unique("family");
    const container = sleeper({
      portMappings: [{ containerPort: 80, name: "http", appProtocol: "http" }],
      environment: [{ name: "A", value: "1" }],
      healthCheck: { command: ["CMD", "true"] },
      logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "shop" } },
      dockerLabels: { a: "b" },
    });
    const given = {
      family,
      networkMode: "awsvpc" as const,
      cpu: "256",
      memory: "512",
      containerDefinitions: [container],
    };
    const tags = [{ key: "a", value: "b" }];
    await ecs.registerTaskDefinition({ ...given, requiresCompatibilities: ["FARGATE"], tags });
    const found = await ecs.describeTaskDefinition({ taskDefinition: family, include: ["TAGS"] });
    assert.deepEqual(found.tags, tags);
    assert.deepEqual(found.taskDefinition?.containerDefinitions, [
      {
        ...container,
        cpu: 0,
        essential: true,
        mountPoints: [],
        volumesFrom: [],
        systemControls: [],
        portMappings: [{ containerPort: 80, hostPort: 80, protocol: "tcp", name: "http", appProtocol: "http" }],
        healthCheck: { command: ["CMD", "true"], interval: 30, timeout: 5, retries: 3 },
      },
    ]);
    assert.deepEqual([found.taskDefinition?.cpu, found.taskDefinition?.compatibilities], ["256", ["EC2", "FARGATE"]]);
  });

  it("page by page", async () => {
    const family = unique("family");
    for (let number = 0; number < 5; number += 1) await register({}, family);
    const pages: (number | undefined)[] = [];
    for await (const page of sdk.paginateListTaskDefinitions({ client: ecs, pageSize: 2 }, { familyPrefix: family })) {
      pages.push(page.taskDefinitionArns?.length);
    }
    assert.deepEqual(pages, [2, 2, 1]);
    await fails(ecs.listTaskDefinitions({ nextToken: "?" }), "InvalidParameterException", "Invalid token.");
    const { families } = await ecs.listTaskDefinitionFamilies({ familyPrefix: family, status: "ACTIVE" });
    assert.deepEqual(families, [family]);
  });

  it("are refused where nothing could run them", async () => {
    const refused: [Partial<ContainerDefinition>[], RegExp][] = [
      [[], /^Container list cannot be empty/],
      [[{ name: undefined }], /^Container.name should not be null or empty\.$/],
      [[{ image: "" }], /^Container.image should not be null or empty\.$/],
      [[{ memory: undefined }], /At least one of 'memory' or 'memoryReservation' must be specified\.$/],
      [[{ essential: false }], /^At least one container must be essential/],
      [[{}, {}], /names must be unique/],
      [[{ dependsOn: [{ containerName: "none", condition: "START" }] }], /depends on 'none'/],
      [[{ portMappings: [{ containerPort: 70_000 }] }], /must be a port/],
      [[{ healthCheck: { command: ["true"] } }], /begins with CMD or CMD-SHELL/],
      [[{ healthCheck: { command: ["CMD", "true"], interval: 1 } }], /interval must be from 5 to 300/],
    ];
    for (const [containers, message] of refused) {
      const containerDefinitions = containers.map((changes) => sleeper(changes));
      await fails(ecs.registerTaskDefinition({ family: "x", containerDefinitions }), "ClientException", message);
    }
    const circular = [
      sleeper({ name: "a", dependsOn: [{ containerName: "b", condition: "START" }] }),
      sleeper({ name: "b", dependsOn: [{ containerName: "a", condition: "START" }] }),
    ];
    await fails(
      ecs.registerTaskDefinition({ family: "x", containerDefinitions: circular }),
      "ClientException",
      /circular/,
    );
    await fails(
      ecs.registerTaskDefinition({ family: "", containerDefinitions: [] }),
      "ClientException",
      /^Family should not be/,
    );
  });
});

describe("services", () => {
  it("are made once; the same token answers the same one", async () => {
    const input = { cluster, serviceName: unique("service"), taskDefinition: await register(), desiredCount: 0 };
    await ecs.createService({ ...input, clientToken: "one" });
    assert.equal((await ecs.createService({ ...input, clientToken: "one" })).service?.status, "ACTIVE");
    await fails(ecs.createService(input), "InvalidParameterException", "Creation of service was not idempotent.");
  });

  it("are listed, described by name and ARN, and missing otherwise", async () => {
    const name = await createService();
    const { serviceArns = [] } = await ecs.listServices({ cluster, maxResults: 100 });
    assert.ok(serviceArns.includes(`${ARN}:service/${cluster}/${name}`));
    const services = [name, `${ARN}:service/${cluster}/${name}`, `${ARN}:service/${name}`, "none"];
    const found = await ecs.describeServices({ cluster, services });
    assert.deepEqual(
      found.services?.map(({ serviceName }) => serviceName),
      [name, name, name],
    );
    assert.deepEqual(found.failures, [{ arn: `${ARN}:service/${cluster}/none`, reason: "MISSING" }]);
    await fails(
      ecs.describeServices({ cluster, services: [] }),
      "InvalidParameterException",
      "Services cannot be empty.",
    );
  });

  it("are refused with AWS's errors", async () => {
    const serviceName = unique("service");
    const taskDefinition = await register();
    const refused: [Partial<CreateServiceCommandInput>, string, RegExp][] = [
      [{ taskDefinition: "none" }, "ClientException", /^TaskDefinition not found\.$/],
      [{ cluster: "none" }, "ClusterNotFoundException", /^Cluster not found\.$/],
      [{ desiredCount: undefined }, "InvalidParameterException", /^Desired count/],
      [{ desiredCount: -1 }, "InvalidParameterException", /desiredCount/],
      [{ serviceName: "a b" }, "InvalidParameterException", /serviceName/],
      [{ launchType: "MOON" as "EC2" }, "InvalidParameterException", /launchType/],
      [
        { loadBalancers: [{ targetGroupArn: "arn:none", containerName: "web", containerPort: 80 }] },
        "InvalidParameterException",
        /^The container web did not have a container port 80 defined\.$/,
      ],
      [
        { networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } } },
        "InvalidParameterException",
        /^Network Configuration is not valid for the given networkMode/,
      ],
      [{ deploymentController: { type: "CODE_DEPLOY" } }, "InvalidParameterException", /one target group/],
      [{ deploymentController: { type: "EXTERNAL" } }, "InvalidParameterException", /^taskDefinition cannot be given/],
    ];
    for (const [changes, name, message] of refused) {
      await fails(
        ecs.createService({ cluster, serviceName, taskDefinition, desiredCount: 0, ...changes }),
        name,
        message,
      );
    }
  });

  it("say so where they ask for what is not built", async () => {
    const serviceName = unique("service");
    const taskDefinition = await register();
    const refused: Partial<CreateServiceCommandInput>[] = [
      { schedulingStrategy: "DAEMON" },
      { serviceRegistries: [{ registryArn: "arn:x" }] },
      { enableExecuteCommand: true },
      { serviceConnectConfiguration: { enabled: true } },
      { deploymentConfiguration: { strategy: "BLUE_GREEN" } },
      { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } },
    ];
    for (const changes of refused) {
      const call = ecs.createService({ cluster, serviceName, taskDefinition, desiredCount: 0, ...changes });
      await fails(call, "NotImplementedException", /is not supported by signalbox$/);
    }
  });

  it("are deleted when they are scaled to 0, or by force; INACTIVE ones can be made anew", async () => {
    const name = await createService({ desiredCount: 1 });
    const scaled = "The service cannot be stopped while it is scaled above 0.";
    await fails(ecs.deleteService({ cluster, service: name }), "InvalidParameterException", scaled);
    assert.equal((await ecs.deleteService({ cluster, service: name, force: true })).service?.status, "DRAINING");
    await box.advance(0);
    const inactive = await sdk.waitUntilServicesInactive(
      { client: ecs, maxWaitTime: 5, minDelay: 1 },
      { cluster, services: [name] },
    );
    assert.equal(inactive.state, "SUCCESS");
    await fails(
      ecs.updateService({ cluster, service: name, desiredCount: 1 }),
      "ServiceNotActiveException",
      "Service was not ACTIVE.",
    );
    await ecs.createService({ cluster, serviceName: name, taskDefinition: await register(), desiredCount: 0 });
    assert.equal((await shop.service(name)).status, "ACTIVE");
  });
});

describe("task sets", () => {
  const external = () => createService({ deploymentController: { type: "EXTERNAL" }, desiredCount: 4 });

  it("have a computed count, rounded up, that follows scale and service", async () => {
    const service = await external();
    const taskDefinition = await register();
    const { taskSet } = await ecs.createTaskSet({
      cluster,
      service,
      taskDefinition,
      scale: { value: 30, unit: "PERCENT" },
    });
    assert.deepEqual(
      [taskSet?.status, taskSet?.computedDesiredCount, taskSet?.stabilityStatus, taskSet?.startedBy],
      ["ACTIVE", 2, "STABILIZING", undefined],
    );
    assert.match(String(taskSet?.id), /^ecs-svc\/[0-9]{19}$/);
    assert.equal(taskSet?.taskSetArn, `${ARN}:task-set/${cluster}/${service}/${taskSet?.id}`);
    await box.advance(0);
    assert.equal((await shop.taskSet(service, taskSet?.id)).stabilityStatus, "STEADY_STATE");
    const scaled = await ecs.updateTaskSet({
      cluster,
      service,
      taskSet: taskSet?.id,
      scale: { value: 100, unit: "PERCENT" },
    });
    assert.deepEqual([scaled.taskSet?.computedDesiredCount, scaled.taskSet?.stabilityStatus], [4, "STABILIZING"]);
    await ecs.updateService({ cluster, service, desiredCount: 1 });
    await box.advance(0);
    const found = await shop.taskSet(service, taskSet?.id);
    assert.deepEqual([found.computedDesiredCount, found.runningCount, found.stabilityStatus], [1, 1, "STEADY_STATE"]);
    await ecs.deleteService({ cluster, service, force: true });
  });

  it("are made once for each token, at most five, and described by id and ARN", async () => {
    const service = await external();
    const taskDefinition = await register();
    const input = { cluster, service, taskDefinition, scale: { value: 0, unit: "PERCENT" as const } };
    const one = await ecs.createTaskSet({ ...input, clientToken: "d-1", externalId: "d-1" });
    const again = await ecs.createTaskSet({ ...input, clientToken: "d-1", externalId: "d-1" });
    assert.deepEqual([again.taskSet?.id, again.taskSet?.externalId], [one.taskSet?.id, "d-1"]);
    for (let number = 2; number <= 5; number += 1) await ecs.createTaskSet(input);
    await fails(
      ecs.createTaskSet(input),
      "InvalidParameterException",
      /^5 deployments exist on the service\. Unable to create/,
    );
    const { id, taskSetArn } = one.taskSet ?? {};
    const taskSets = [String(id), String(taskSetArn), "ecs-svc/0"];
    const found = await ecs.describeTaskSets({ cluster, service, taskSets });
    assert.deepEqual(
      found.taskSets?.map((set) => set.id),
      [id, id],
    );
    assert.deepEqual(found.failures, [{ arn: `${ARN}:task-set/${cluster}/${service}/ecs-svc/0`, reason: "MISSING" }]);
    assert.equal((await ecs.describeTaskSets({ cluster, service })).taskSets?.length, 5);
    await ecs.deleteService({ cluster, service, force: true });
  });

  it("become primary one at a time, and are deleted when scaled to 0 or by force", async () => {
    const service = await external();
    const taskDefinition = await register();
    const make = async () => (await ecs.createTaskSet({ cluster, service, taskDefinition })).taskSet?.id;
    const [blue, green] = [await make(), await make()];
    await ecs.updateServicePrimaryTaskSet({ cluster, service, primaryTaskSet: blue });
    await ecs.updateServicePrimaryTaskSet({ cluster, service, primaryTaskSet: green });
    const statuses = (await shop.service(service)).taskSets?.map(({ id, status }) => [id, status]);
    assert.deepEqual(statuses, [
      [blue, "ACTIVE"],
      [green, "PRIMARY"],
    ]);
    await fails(
      ecs.deleteTaskSet({ cluster, service, taskSet: green }),
      "InvalidParameterException",
      /primary task set/,
    );
    await fails(ecs.deleteTaskSet({ cluster, service, taskSet: blue }), "InvalidParameterException", /scaled above 0/);
    assert.equal(
      (await ecs.deleteTaskSet({ cluster, service, taskSet: blue, force: true })).taskSet?.status,
      "DRAINING",
    );
    await box.advance(0);
    assert.deepEqual(
      (await shop.service(service)).taskSets?.map(({ id }) => id),
      [green],
    );
    await fails(
      ecs.deleteTaskSet({ cluster, service, taskSet: blue, force: true }),
      "TaskSetNotFoundException",
      "The specified task set wasn't found.",
    );
    await ecs.deleteService({ cluster, service, force: true });
  });

  it("belong to no service that ECS itself controls", async () => {
    const service = await createService();
    const call = ecs.createTaskSet({ cluster, service, taskDefinition: await register() });
    await fails(call, "InvalidParameterException", /^Task sets are only for services/);
    await fails(
      ecs.createTaskSet({ cluster, service: "none", taskDefinition: "x" }),
      "ServiceNotFoundException",
      "Service not found.",
    );
  });
});

describe("tags", () => {
  it("are put on everything that has an ARN", async () => {
    const service = await createService({
      desiredCount: 1,
      tags: [{ key: "a", value: "1" }],
      propagateTags: "SERVICE",
    });
    const [task] = await shop.tasks("RUNNING", service);
    const { clusterArn, serviceArn, taskDefinition } = await shop.service(service);
    for (const resourceArn of [clusterArn, serviceArn, taskDefinition, task?.taskArn]) {
      await ecs.tagResource({
        resourceArn,
        tags: [
          { key: "b", value: "2" },
          { key: "c", value: "" },
        ],
      });
      await ecs.untagResource({ resourceArn, tagKeys: ["a", "c"] });
      assert.deepEqual((await ecs.listTagsForResource({ resourceArn })).tags, [{ key: "b", value: "2" }], resourceArn);
    }
    await ecs.deleteService({ cluster, service, force: true });
  });

  it("are refused on what is not there, and where AWS has them reserved", async () => {
    const resourceArn = `${ARN}:service/${cluster}/none`;
    await fails(ecs.tagResource({ resourceArn, tags: [] }), "ResourceNotFoundException", /was not found/);
    await fails(ecs.listTagsForResource({ resourceArn: "x" }), "InvalidParameterException", /^Invalid resource ARN/);
    const tags = [{ key: "aws:x", value: "y" }];
    await fails(
      ecs.tagResource({ resourceArn: `${ARN}:cluster/${cluster}`, tags }),
      "InvalidParameterException",
      /reserved/,
    );
  });
});

describe("what is not built", () => {
  it("says so", async () => {
    await fails(
      ecs.runTask({ cluster, taskDefinition: "x" }),
      "NotImplementedException",
      "RunTask is not supported by signalbox",
    );
  });

  it("is every operation of the SDK that is not built", () => {
    const known = Object.keys(sdk).flatMap((name) => /^(.+)Command$/.exec(name)?.[1] ?? []);
    assert.ok(known.length > 70);
    const silent = known.filter(
      (name) => !(name in registry || NOT_BUILT.has(name) || /Daemon|Gateway/.test(name) || name === "$"),
    );
    assert.deepEqual(silent, []);
  });
});
