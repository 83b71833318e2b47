/**
 * Whatever is sent to the embedded ECS, the answer is one that its model knows, and the services that are there still
 * work afterwards. The seed is printed; SIGNALBOX_SEED repeats a run.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import * as model from "../../src/shapes/ecs.ts";
import { anything, enumsOf, inputOf } from "../support/anyInput.ts";
import { inCluster, sleeper } from "../support/ecsFixtures.ts";
import { ACCOUNT, authorization, REGION, startSignalbox } from "../support/signalbox.ts";
import { assertAnswer } from "../support/wireShape.ts";

const SEED = Number(process.env["SIGNALBOX_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
/** `npm run fuzz` asks for many more. */
const RUNS_FOR_EACH_OPERATION = Number(process.env["SIGNALBOX_RUNS"] ?? 45);
const box = await startSignalbox({ after });
const ecs = box.ecs();
const cluster = "shop";
const shop = inCluster(ecs, cluster);

/** Things that exist, so that inputs get past the first checks. No image leads to a program: nothing is to be kept busy. */
await ecs.createCluster({ clusterName: cluster });
await ecs.registerTaskDefinition({ family: "web", containerDefinitions: [sleeper({ image: "none" })] });
await ecs.registerTaskDefinition({ family: "steady", containerDefinitions: [sleeper()] });
const service = { cluster, taskDefinition: "web", desiredCount: 0 };
await ecs.createService({ ...service, serviceName: "rolling" });
await ecs.createService({ ...service, serviceName: "steady", taskDefinition: "steady", desiredCount: 1 });
await ecs.createService({ cluster, serviceName: "external", deploymentController: { type: "EXTERNAL" } });
const { taskSet } = await ecs.createTaskSet({ cluster, service: "external", taskDefinition: "web" });
await box.advance(0);
const [task] = await shop.tasks("RUNNING", "steady");
const arn = (rest: string) => `arn:aws:ecs:${REGION}:${ACCOUNT}:${rest}`;
const services = ["rolling", "external", "new", arn(`service/${cluster}/external`)];
const definitions = ["web", "web:1", arn("task-definition/web:1")];
const taskSets = [String(taskSet?.id), String(taskSet?.taskSetArn)];
const known: Record<string, string[]> = {
  cluster: [cluster, cluster, arn(`cluster/${cluster}`)],
  clusters: [cluster],
  clusterName: [cluster, "another"],
  service: services,
  services,
  serviceName: services.slice(0, 3),
  taskDefinition: definitions,
  taskDefinitions: definitions,
  family: ["web", "other"],
  image: ["none", "file:///none"],
  taskSet: taskSets,
  taskSets,
  primaryTaskSet: taskSets,
  task: [String(task?.taskArn), "0".repeat(32)],
  tasks: [String(task?.taskArn), "0".repeat(32)],
  resourceArn: [
    arn(`cluster/${cluster}`),
    arn(`service/${cluster}/rolling`),
    arn("task-definition/web:1"),
    ...taskSets,
  ],
};
const { shapes, operations } = model;

async function check(operation: string, input: unknown): Promise<void> {
  const response = await fetch(box.url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `${model.targetPrefix}.${operation}`,
      authorization: authorization({ account: ACCOUNT, region: REGION }),
    },
    body: JSON.stringify(input) ?? "null",
  });
  const body: unknown = await response.json();
  assertAnswer(operation, response.status, body, model);
}

console.log(`seed ${SEED}`);
for (const [operation, { input }] of Object.entries(operations)) {
  test(`${operation} answers any input as its model says`, async () => {
    const inputs = input ? inputOf({ shapes, enums: enumsOf(model), known }, input) : anything;
    await fc.assert(
      fc.asyncProperty(inputs, (value) => check(operation, value)),
      { numRuns: RUNS_FOR_EACH_OPERATION, seed: SEED, interruptAfterTimeLimit: 20_000 },
    );
  });
}

test("what was there still works, and nothing of ours has failed", async () => {
  await box.advance(600);
  const { runningCount, taskDefinition } = await shop.service("steady");
  assert.equal(runningCount, 1, taskDefinition);
  assert.deepEqual(box.log, []);
});
