import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import type { CreateDeploymentGroupCommandInput } from "@aws-sdk/client-codedeploy";
import {
  appSpec,
  createFunction,
  deploy,
  type HookInvocation,
  lambdaGroup,
  publishTwoVersions,
  silentHook,
  type TwoVersions,
  uniqueName,
} from "../support/lambdaFixtures.ts";
import { assertRefused, type Refusal, refuses, send } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";
import { waitFor } from "../support/waitFor.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const lambda = box.lambda();

const ALREADY_COMPLETED = [
  "LifecycleEventAlreadyCompletedException",
  /lifecycle event .*has already completed$/,
] as const;
const INVALID_ID = [
  "InvalidLifecycleEventHookExecutionIdException",
  "Lifecycle event hook execution id is not valid",
] as const;

const put = (lifecycleEventHookExecutionId: string, deploymentId: string, status: "Succeeded" | "Failed") =>
  codedeploy.putLifecycleEventHookExecutionStatus({ deploymentId, lifecycleEventHookExecutionId, status });

/** A deployment whose hooks return without a report; `ids` are those that its functions have been given so far. */
async function waiting(
  events: ("BeforeAllowTraffic" | "AfterAllowTraffic")[] = ["BeforeAllowTraffic"],
  settings: Partial<CreateDeploymentGroupCommandInput> = {},
  sameFunction?: TwoVersions,
) {
  const versions = sameFunction ?? (await publishTwoVersions(lambda));
  const hook = await silentHook(box, lambda);
  const group = await lambdaGroup(codedeploy, settings);
  const hooks = Object.fromEntries(events.map((event) => [event, hook.functionName]));
  const deploymentId = await deploy(codedeploy, group, appSpec(versions, hooks));
  await box.advance(0);
  return {
    deploymentId,
    versions,
    ids: async () => (await hook.invocations()).map((seen) => seen.LifecycleEventHookExecutionId),
    firstId: async () => (await hook.invocations())[0]?.LifecycleEventHookExecutionId ?? "",
    info: async () => (await codedeploy.getDeployment({ deploymentId })).deploymentInfo ?? {},
    async events() {
      const targetId = `${versions.functionName}:live`;
      const { deploymentTarget } = await codedeploy.getDeploymentTarget({ deploymentId, targetId });
      return (deploymentTarget?.lambdaTarget?.lifecycleEvents ?? []).map(({ status }) => status);
    },
  };
}

test("a report of Succeeded is answered with its id, and the deployment goes on", async () => {
  const { deploymentId, firstId, info, events } = await waiting();
  const id = await firstId();
  assert.match(id, /^eyJlbmNyeXB0ZWREYXRhIjoi/);
  const { $metadata: _, ...answer } = await put(id, deploymentId, "Succeeded");
  assert.deepEqual(answer, { lifecycleEventHookExecutionId: id });
  await box.advance(0);
  assert.equal((await info()).status, "Succeeded");
  assert.deepEqual(await events(), ["Succeeded", "Succeeded", "Succeeded"]);
});

test("a report of Failed fails the event, skips the rest and fails the deployment", async () => {
  const { deploymentId, firstId, info, events } = await waiting();
  await put(await firstId(), deploymentId, "Failed");
  await box.advance(0);
  const { status, errorInformation, rollbackInfo } = await info();
  assert.equal(status, "Failed");
  assert.deepEqual(errorInformation, {
    code: "HOOK_EXECUTION_FAILURE",
    message: "The deployment failed because one or more of the lifecycle event validation functions failed.",
  });
  assert.equal(rollbackInfo, undefined);
  assert.deepEqual(await events(), ["Failed", "Skipped", "Skipped"]);
});

test("each event has an id of its own, and every id is as long as the real service's", async () => {
  const { deploymentId, firstId, ids, events } = await waiting(["BeforeAllowTraffic", "AfterAllowTraffic"]);
  const before = await firstId();
  await put(before, deploymentId, "Succeeded");
  await box.advance(0);
  const [, afterwards = ""] = await ids();
  assert.notEqual(afterwards, before);
  assert.equal(afterwards.length, before.length);
  assert.equal(before.length, 288);
  await assertRefused(put(before, deploymentId, "Failed"), ...ALREADY_COMPLETED);
  assert.deepEqual(await events(), ["Succeeded", "Succeeded", "InProgress"]);
  await put(afterwards, deploymentId, "Succeeded");
});

for (const [first, second] of [
  ["Succeeded", "Succeeded"],
  ["Succeeded", "Failed"],
  ["Failed", "Failed"],
  ["Failed", "Succeeded"],
] as const) {
  test(`after a report of ${first}, one of ${second} is refused with LifecycleEventAlreadyCompletedException`, async () => {
    const { deploymentId, firstId, info } = await waiting();
    const id = await firstId();
    await put(id, deploymentId, first);
    await assertRefused(put(id, deploymentId, second), ...ALREADY_COMPLETED);
    await box.advance(0);
    await assertRefused(put(id, deploymentId, second), ...ALREADY_COMPLETED);
    assert.equal((await info()).status, first);
  });
}

test("of twenty reports at once, one is accepted, and that one decides", async () => {
  const { deploymentId, firstId, info } = await waiting();
  const id = await firstId();
  const statuses = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? "Succeeded" : "Failed"));
  const outcomes = await Promise.allSettled(statuses.map((status) => put(id, deploymentId, status)));
  const accepted = outcomes.flatMap(({ status }, index) => (status === "fulfilled" ? [statuses[index]] : []));
  assert.equal(accepted.length, 1);
  await box.advance(0);
  assert.equal((await info()).status, accepted[0]);
});

test("a report is accepted while the function that makes it still runs", async () => {
  const versions = await publishTwoVersions(lambda);
  const seen = join(box.dataDirectory, uniqueName("seen"));
  const blocked = await createFunction(
    lambda,
    `const fs = require("node:fs");
     exports.handler = async (event) => {
       fs.writeFileSync(process.env.SEEN + ".draft", JSON.stringify(event));
       fs.renameSync(process.env.SEEN + ".draft", process.env.SEEN);
       while (fs.existsSync(process.env.SEEN)) await new Promise((resolve) => setTimeout(resolve, 5));
     };`,
    { Environment: { Variables: { SEEN: seen } } },
  );
  const deploymentId = await deploy(
    codedeploy,
    await lambdaGroup(codedeploy),
    appSpec(versions, { BeforeAllowTraffic: blocked }),
  );
  await waitFor("the function to be invoked", () => existsSync(seen));
  const event = JSON.parse(readFileSync(seen, "utf8")) as HookInvocation;
  assert.deepEqual(Object.keys(event), ["DeploymentId", "LifecycleEventHookExecutionId"]);
  assert.equal(event.DeploymentId, deploymentId);
  await put(event.LifecycleEventHookExecutionId, deploymentId, "Succeeded");
  const [{ hook } = {}] = (await box.detail(deploymentId)).targets[0]?.lifecycleEvents ?? [];
  assert.equal(hook?.invocation, "under way");
  rmSync(seen);
  await box.advance(0);
  assert.equal((await codedeploy.getDeployment({ deploymentId })).deploymentInfo?.status, "Succeeded");
});

test("a report after the hour is refused with LifecycleEventAlreadyCompletedException, one just before is accepted", async () => {
  const late = await waiting();
  const id = await late.firstId();
  await box.advance(3600);
  assert.equal((await late.info()).status, "Failed");
  await assertRefused(put(id, late.deploymentId, "Succeeded"), ...ALREADY_COMPLETED);

  const inTime = await waiting();
  const other = await inTime.firstId();
  await box.advance(3599);
  await put(other, inTime.deploymentId, "Succeeded");
  await box.advance(1);
  assert.equal((await inTime.info()).status, "Succeeded");
});

test("a report after a stop is refused with LifecycleEventAlreadyCompletedException", async () => {
  const { deploymentId, firstId, info } = await waiting();
  const id = await firstId();
  await codedeploy.stopDeployment({ deploymentId });
  await box.advance(0);
  await assertRefused(put(id, deploymentId, "Succeeded"), ...ALREADY_COMPLETED);
  assert.equal((await info()).status, "Stopped");
});

test("a report after the deployment has succeeded is refused with LifecycleEventAlreadyCompletedException", async () => {
  const { deploymentId, firstId, info } = await waiting();
  const id = await firstId();
  await put(id, deploymentId, "Succeeded");
  await box.advance(0);
  assert.equal((await info()).status, "Succeeded");
  await assertRefused(put(id, deploymentId, "Failed"), ...ALREADY_COMPLETED);
  assert.equal((await info()).status, "Succeeded");
});

test("an id stays with its deployment when that is rolled back; the rollback has none", async () => {
  const { deploymentId, firstId, info, ids } = await waiting(["BeforeAllowTraffic"], {
    autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
  });
  const id = await firstId();
  await put(id, deploymentId, "Failed");
  await box.advance(0);
  const rollbackId = (await info()).rollbackInfo?.rollbackDeploymentId ?? "";
  assert.equal((await codedeploy.getDeployment({ deploymentId: rollbackId })).deploymentInfo?.status, "Succeeded");
  assert.deepEqual(await ids(), [id]);
  await assertRefused(put(id, deploymentId, "Succeeded"), ...ALREADY_COMPLETED);
  await assertRefused(put(id, rollbackId, "Succeeded"), ...INVALID_ID);
});

test("an id of another deployment is refused and decides nothing, also when both move the same alias", async () => {
  const one = await waiting();
  const other = await waiting(["BeforeAllowTraffic"], {}, one.versions);
  await assertRefused(put(await one.firstId(), other.deploymentId, "Failed"), ...INVALID_ID);
  await box.advance(0);
  assert.equal((await one.info()).status, "InProgress");
  assert.equal((await other.info()).status, "InProgress");
});

test("a deployment of another account or region is not found, and its hook goes on waiting", async () => {
  const { deploymentId, firstId, info } = await waiting();
  const lifecycleEventHookExecutionId = await firstId();
  for (const principal of [{ account: "210987654321" }, { region: "us-east-2" }]) {
    await assertRefused(
      box.codeDeploy(principal).putLifecycleEventHookExecutionStatus({
        deploymentId,
        lifecycleEventHookExecutionId,
        status: "Failed",
      }),
      "DeploymentDoesNotExistException",
      `The deployment ${deploymentId} could not be found`,
    );
  }
  assert.equal((await info()).status, "InProgress");
});

test("an id with any one letter changed is refused", async () => {
  const { deploymentId, firstId, info } = await waiting();
  const id = await firstId();
  const changed = (index: number) => id.slice(0, index) + (id[index] === "A" ? "B" : "A") + id.slice(index + 1);
  const ids = Array.from({ length: id.length }, (_, index) => changed(index));
  for (const tampered of [...ids, `${id}=`, ` ${id}`, `${id}\n`, id.slice(0, -1), id + id]) {
    await assertRefused(put(tampered, deploymentId, "Failed"), ...INVALID_ID);
  }
  assert.equal((await info()).status, "InProgress");
  await put(id, deploymentId, "Succeeded");
});

const ended = await waiting();
const endedId = await ended.firstId();
await put(endedId, ended.deploymentId, "Failed");
await box.advance(0);
const { deploymentId } = ended;

/** In the order of the checks: each row is also wrong in everything that is looked at after it. */
const refusals: Refusal[] = [
  ["no deployment id", { status: "Odd" }, "DeploymentIdRequiredException", "Deployment id must be specified"],
  ["an empty deployment id", { deploymentId: "" }, "DeploymentIdRequiredException", "Deployment id must be specified"],
  [
    "a deployment id that is none, before a bad status",
    { deploymentId: "bogus", status: "Odd" },
    "InvalidDeploymentIdException",
    "Specified DeploymentId is not in the valid format: bogus",
  ],
  [
    "an unknown deployment, before a bad status",
    { deploymentId: "d-ABCDEFGHI", status: "Odd" },
    "DeploymentDoesNotExistException",
    "The deployment d-ABCDEFGHI could not be found",
  ],
  ...[undefined, "", "Pending", "InProgress", "Skipped", "Unknown", "succeeded", "FAILED", "Odd"].map(
    (status): Refusal => [
      `the status ${status}, before a bad id`,
      { deploymentId, status, lifecycleEventHookExecutionId: "junk" },
      "InvalidLifecycleEventHookExecutionStatusException",
      /^Lifecycle event hook execution status must be Succeeded or Failed/,
    ],
  ),
  [
    "a bad status, before an event that is over",
    { deploymentId, status: "Skipped", lifecycleEventHookExecutionId: endedId },
    "InvalidLifecycleEventHookExecutionStatusException",
    /Succeeded or Failed/,
  ],
  ...[
    undefined,
    "",
    "junk",
    "e30=",
    Buffer.from('{"encryptedData":"","ivParameterSpec":"","materialSetSerial":1}').toString("base64"),
  ].map(
    (lifecycleEventHookExecutionId): Refusal => [
      `the hook execution id ${lifecycleEventHookExecutionId?.slice(0, 10)}`,
      { deploymentId, status: "Succeeded", lifecycleEventHookExecutionId },
      ...INVALID_ID,
    ],
  ),
];
refuses(codedeploy, "PutLifecycleEventHookExecutionStatus", refusals);

test("a deployment to servers is refused with UnsupportedActionForDeploymentTypeException, before a bad status", async () => {
  // Deployments to servers cannot be made yet; so a deployment is turned into one where it is kept.
  const first = await startSignalbox({ after });
  const deploymentId = await deploy(first.codeDeploy(), await lambdaGroup(first.codeDeploy()), '{"version": 0.0}');
  await first.advance(0);
  await first.stop();
  const database = new DatabaseSync(join(first.dataDirectory, "signalbox.db"));
  database.exec(
    'update deployment_plan set body = replace(body, \'"computePlatform":"Lambda"\', \'"computePlatform":"Server"\')',
  );
  database.close();
  const second = await startSignalbox({ after }, { flags: { "data-dir": first.dataDirectory } });
  await assertRefused(
    send(second.codeDeploy(), "PutLifecycleEventHookExecutionStatus", { deploymentId, status: "Odd" }),
    "UnsupportedActionForDeploymentTypeException",
    `The action is not supported for the deployment type of deployment ${deploymentId}`,
  );
});
