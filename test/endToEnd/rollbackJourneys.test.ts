/**
 * How a deployment ends at each lifecycle event, by each cause, with and without a rollback: statuses, codes, texts and
 * where the alias is (semantics 3.6, 3.8, 4.5 to 4.7).
 */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { GetAliasCommand, UpdateAliasCommand } from "@aws-sdk/client-lambda";
import {
  appSpec,
  deploy,
  type Hooks,
  lambdaGroup,
  publishTwoVersions,
  reportingHook,
  silentHook,
} from "../support/lambdaFixtures.ts";
import { startSignalbox } from "../support/signalbox.ts";

const CANARY = "CodeDeployDefault.LambdaCanary10Percent5Minutes";
const HOOK_TEXT = "The deployment failed because one or more of the lifecycle event validation functions failed.";
const UNTOUCHED = { version: "1", weights: {} };
const SPLIT = { version: "1", weights: { "2": 0.1 } };
const MOVED = { version: "2", weights: {} };

const box = await startSignalbox({ after });
const [codedeploy, lambda] = [box.codeDeploy(), box.lambda()];
const succeeds = await reportingHook(lambda, "Succeeded");
const fails = await reportingHook(lambda, "Failed");

type Alias = { version: string | undefined; weights: Record<string, number> };

async function start(hooks: Hooks, rollbackOn: ("DEPLOYMENT_FAILURE" | "DEPLOYMENT_STOP_ON_REQUEST")[]) {
  const versions = await publishTwoVersions(lambda);
  const group = await lambdaGroup(codedeploy, {
    deploymentConfigName: CANARY,
    autoRollbackConfiguration: { enabled: rollbackOn.length > 0, events: rollbackOn },
  });
  const deploymentId = await deploy(codedeploy, group, appSpec(versions, hooks));
  await box.advance(0);
  const name = { FunctionName: versions.functionName, Name: versions.alias };
  const alias = async (): Promise<Alias> => {
    const { FunctionVersion, RoutingConfig } = await lambda.send(new GetAliasCommand(name));
    return { version: FunctionVersion, weights: RoutingConfig?.AdditionalVersionWeights ?? {} };
  };
  const point = (version: string, weights: Record<string, number> = {}) =>
    lambda.send(
      new UpdateAliasCommand({
        ...name,
        FunctionVersion: version,
        RoutingConfig: { AdditionalVersionWeights: weights },
      }),
    );
  return { deploymentId, alias, point };
}

async function look(deploymentId: string) {
  const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
  assert.ok(deploymentInfo);
  const [targetId = ""] = (await codedeploy.listDeploymentTargets({ deploymentId })).targetIds ?? [];
  const target = (await codedeploy.getDeploymentTarget({ deploymentId, targetId })).deploymentTarget?.lambdaTarget;
  return {
    info: deploymentInfo,
    events: target?.lifecycleEvents?.map(({ status }) => status) ?? [],
    targetStatus: target?.status,
    messages: target?.lifecycleEvents?.flatMap(({ diagnostics }) => diagnostics?.message ?? []) ?? [],
  };
}

/** The rollback is there, linked both ways with the real service's texts, and has put everything right by itself. */
async function assertRolledBack(deploymentId: string, alias: Alias): Promise<void> {
  const { info } = await look(deploymentId);
  const id = info.rollbackInfo?.rollbackDeploymentId ?? "";
  const begun = `Deployment ${deploymentId} terminated. Automatic rollback is triggered with a DeploymentId ${id}.`;
  assert.deepEqual(info.rollbackInfo, { rollbackDeploymentId: id, rollbackMessage: begun });
  const rollback = await look(id);
  assert.deepEqual(
    [rollback.info.status, rollback.info.creator, rollback.info.deploymentConfigName, rollback.events],
    ["Succeeded", "codeDeployRollback", "CodeDeployDefault.LambdaAllAtOnce", ["Succeeded", "Succeeded", "Succeeded"]],
  );
  assert.deepEqual(rollback.info.rollbackInfo, {
    rollbackTriggeringDeploymentId: deploymentId,
    rollbackMessage: `Deployment ${id} is triggered to roll back deployment ${deploymentId}.`,
  });
  assert.deepEqual(rollback.info.autoRollbackConfiguration, { enabled: false });
  assert.deepEqual(alias, UNTOUCHED);
}

/** Where a deployment is when it is stopped, and what the alias then is. */
const STAGES: { event: string; hooks: () => Promise<Hooks>; seconds: number; events: string[]; alias: Alias }[] = [
  {
    event: "BeforeAllowTraffic",
    hooks: async () => ({ BeforeAllowTraffic: (await silentHook(box, lambda)).functionName }),
    seconds: 10,
    events: ["Failed", "Skipped", "Skipped"],
    alias: UNTOUCHED,
  },
  {
    event: "AllowTraffic",
    hooks: async () => ({ BeforeAllowTraffic: succeeds }),
    seconds: 60,
    events: ["Succeeded", "Failed", "Skipped"],
    alias: SPLIT,
  },
  {
    event: "AfterAllowTraffic",
    hooks: async () => ({ AfterAllowTraffic: (await silentHook(box, lambda)).functionName }),
    seconds: 310,
    events: ["Succeeded", "Succeeded", "Failed"],
    alias: MOVED,
  },
];

describe("a stop", () => {
  for (const { event, hooks, seconds, events, alias } of STAGES) {
    for (const [how, autoRollbackEnabled, rollbackOn, rollsBack] of [
      ["with a rollback", true, [], true],
      ["without one, whatever the group says", false, ["DEPLOYMENT_STOP_ON_REQUEST"], false],
      ["as the group says", undefined, ["DEPLOYMENT_STOP_ON_REQUEST"], true],
      ["of a group that says nothing", undefined, [], false],
    ] as const) {
      it(`in ${event}, ${how}`, async () => {
        const started = await start(await hooks(), [...rollbackOn]);
        await box.advance(seconds);
        const { deploymentId } = started;
        const answer = await codedeploy.stopDeployment({
          deploymentId,
          ...(autoRollbackEnabled === undefined ? {} : { autoRollbackEnabled }),
        });
        assert.equal(answer.status, "Pending");
        await box.advance(0);
        const { info, events: found, targetStatus } = await look(deploymentId);
        assert.deepEqual([info.status, found, targetStatus], ["Stopped", events, "Failed"]);
        assert.deepEqual(info.errorInformation, { code: "MANUAL_STOP", message: "Deployment was stopped by a user" });
        if (rollsBack) await assertRolledBack(deploymentId, await started.alias());
        else assert.deepEqual([info.rollbackInfo, await started.alias()], [undefined, alias]);
      });
    }
  }
});

describe("a validation function that reports Failed", () => {
  for (const [event, seconds, events, alias] of [
    ["BeforeAllowTraffic", 0, ["Failed", "Skipped", "Skipped"], UNTOUCHED],
    ["AfterAllowTraffic", 300, ["Succeeded", "Succeeded", "Failed"], MOVED],
  ] as const) {
    for (const rollsBack of [true, false]) {
      it(`in ${event}, ${rollsBack ? "with" : "without"} a rollback`, async () => {
        const started = await start({ [event]: fails }, rollsBack ? ["DEPLOYMENT_FAILURE"] : []);
        await box.advance(seconds);
        const { deploymentId } = started;
        const { info, events: found, messages } = await look(deploymentId);
        assert.deepEqual([info.status, found], ["Failed", [...events]]);
        assert.deepEqual(info.errorInformation, { code: "HOOK_EXECUTION_FAILURE", message: HOOK_TEXT });
        assert.deepEqual(messages, [`The ${event} function ${fails} reported Failed.`]);
        if (rollsBack) await assertRolledBack(deploymentId, await started.alias());
        else assert.deepEqual([info.rollbackInfo, await started.alias()], [undefined, alias]);
      });
    }
  }
});

describe("a rollback", () => {
  it("of the first deployment ever goes back to what was there", async () => {
    const started = await start({ AfterAllowTraffic: fails }, ["DEPLOYMENT_FAILURE"]);
    await box.advance(300);
    const { info } = await look(started.deploymentId);
    assert.equal(info.previousRevision, undefined);
    await assertRolledBack(started.deploymentId, await started.alias());
  });

  it("that a deployment overrides is the one that counts", async () => {
    const versions = await publishTwoVersions(lambda);
    const group = await lambdaGroup(codedeploy, {
      autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
    });
    const input = { autoRollbackConfiguration: { enabled: false } };
    const id = await deploy(codedeploy, group, appSpec(versions, { AfterAllowTraffic: fails }), input);
    await box.advance(0);
    const { info } = await look(id);
    assert.deepEqual([info.status, info.rollbackInfo], ["Failed", undefined]);
  });

  it("that must not overwrite somebody else's change creates no deployment and says why", async () => {
    const started = await start({}, ["DEPLOYMENT_FAILURE"]);
    await started.point("1");
    await box.advance(300);
    const { info } = await look(started.deploymentId);
    assert.equal(info.errorInformation?.code, "INVALID_LAMBDA_CONFIGURATION");
    assert.deepEqual(info.rollbackInfo, {
      rollbackMessage: `Deployment ${started.deploymentId} terminated. It was not rolled back: somebody else has changed the alias, and their change is left alone.`,
    });
    assert.deepEqual(await started.alias(), UNTOUCHED);
  });

  it("that fails brings no other, and both say what went wrong", async () => {
    const hook = await silentHook(box, lambda);
    const started = await start({ AfterAllowTraffic: hook.functionName }, ["DEPLOYMENT_STOP_ON_REQUEST"]);
    await box.advance(300);
    // Changed by somebody while the deployment waits for its report: the stop cannot know, the rollback's write does.
    await started.point("2", { "1": 0.5 });
    await codedeploy.stopDeployment({ deploymentId: started.deploymentId });
    await box.advance(0);
    const original = await look(started.deploymentId);
    assert.equal(original.info.status, "Stopped");
    const rollback = await look(original.info.rollbackInfo?.rollbackDeploymentId ?? "");
    assert.deepEqual(
      [rollback.info.status, rollback.info.errorInformation?.code, rollback.events],
      ["Failed", "INVALID_LAMBDA_CONFIGURATION", ["Succeeded", "Failed", "Skipped"]],
    );
    assert.equal(rollback.info.rollbackInfo?.rollbackDeploymentId, undefined);
    assert.match(
      rollback.info.deploymentStatusMessages?.[0] ?? "",
      /was changed by someone else: found version 2 with/,
    );
  });
});
