/** Whole Lambda deployments through the embedded service, in virtual time: real functions, real aliases, official clients. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { GetAliasCommand, InvokeCommand, UpdateAliasCommand } from "@aws-sdk/client-lambda";
import {
  appSpec,
  createFunction,
  deploy,
  lambdaGroup,
  publishTwoVersions,
  reportingHook,
  silentHook,
  type TwoVersions,
} from "../support/lambdaFixtures.ts";
import { startSignalbox } from "../support/signalbox.ts";

const MINUTE = 60;
const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const lambda = box.lambda();

/** `1`, `1+0.1:2`: where the alias points. */
async function aliasState({ functionName, alias }: TwoVersions): Promise<string> {
  const found = await lambda.send(new GetAliasCommand({ FunctionName: functionName, Name: alias }));
  const [weight] = Object.entries(found.RoutingConfig?.AdditionalVersionWeights ?? {});
  return weight ? `${found.FunctionVersion}+${weight[1]}:${weight[0]}` : String(found.FunctionVersion);
}

async function statusOf(deploymentId: string): Promise<string | undefined> {
  return (await codedeploy.getDeployment({ deploymentId })).deploymentInfo?.status;
}

async function lifecycleOf(deploymentId: string): Promise<string[]> {
  const detail = await box.detail(deploymentId);
  return (detail.targets[0]?.lifecycleEvents ?? []).map(({ name, status }) => `${name} ${status}`);
}

const ROLLS_BACK = {
  autoRollbackConfiguration: {
    enabled: true,
    events: ["DEPLOYMENT_FAILURE" as const, "DEPLOYMENT_STOP_ON_REQUEST" as const],
  },
};

describe("a Lambda deployment", () => {
  it("shifts a 30-minute canary at the exact instants, in well under a second of real time", async () => {
    const versions = await publishTwoVersions(lambda);
    const group = await lambdaGroup(codedeploy, {
      deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent30Minutes",
    });
    const deploymentId = await deploy(codedeploy, group, appSpec(versions));
    await box.advance(0);
    assert.equal(await aliasState(versions), "1+0.1:2");
    const began = performance.now();
    await box.advance(30 * MINUTE - 1);
    assert.equal(await aliasState(versions), "1+0.1:2", "a second before its time");
    await box.advance(1);
    const took = performance.now() - began;
    assert.equal(await aliasState(versions), "2");
    assert.equal(await statusOf(deploymentId), "Succeeded");
    const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
    const seconds =
      ((deploymentInfo?.completeTime?.getTime() ?? 0) - (deploymentInfo?.startTime?.getTime() ?? 0)) / 1000;
    assert.equal(seconds, 30 * MINUTE);
    assert.ok(took < 1000, `half an hour took ${took} ms`);
  });

  it("shifts linearly: ten steps, nine intervals, the last of them the final version", async () => {
    const versions = await publishTwoVersions(lambda);
    const group = await lambdaGroup(codedeploy, {
      deploymentConfigName: "CodeDeployDefault.LambdaLinear10PercentEvery10Minutes",
    });
    await deploy(codedeploy, group, appSpec(versions));
    const seen: string[] = [];
    for (let step = 0; step < 10; step += 1) {
      await box.advance(step === 0 ? 0 : 10 * MINUTE);
      seen.push(await aliasState(versions));
    }
    const shares = ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"];
    assert.deepEqual(seen, [...shares.map((share) => `1+${share}:2`), "2"]);
  });

  it("runs the validation functions before and after the traffic and keeps what they print", async () => {
    const versions = await publishTwoVersions(lambda);
    const hook = await reportingHook(lambda, "Succeeded");
    const group = await lambdaGroup(codedeploy);
    const deploymentId = await deploy(
      codedeploy,
      group,
      appSpec(versions, { BeforeAllowTraffic: hook, AfterAllowTraffic: hook }),
    );
    await box.advance(0);
    assert.equal(await statusOf(deploymentId), "Succeeded");
    const events = (await box.detail(deploymentId)).targets[0]?.lifecycleEvents ?? [];
    for (const name of ["BeforeAllowTraffic", "AfterAllowTraffic"]) {
      const event = events.find((candidate) => candidate.name === name);
      assert.equal(event?.hook?.report, "Succeeded");
      assert.match(event?.hook?.logTail ?? "", new RegExp(`validating ${deploymentId}`));
    }
    assert.equal(events.find(({ name }) => name === "AllowTraffic")?.hook, null);
  });

  it("rolls back by a linked deployment when the function after the traffic reports Failed", async () => {
    const versions = await publishTwoVersions(lambda);
    const hook = await reportingHook(lambda, "Failed");
    const group = await lambdaGroup(codedeploy, ROLLS_BACK);
    const deploymentId = await deploy(codedeploy, group, appSpec(versions, { AfterAllowTraffic: hook }));
    await box.advance(0);
    const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
    const rollbackId = deploymentInfo?.rollbackInfo?.rollbackDeploymentId ?? "";
    assert.equal(deploymentInfo?.status, "Failed");
    assert.deepEqual(deploymentInfo?.errorInformation, {
      code: "HOOK_EXECUTION_FAILURE",
      message: "The deployment failed because one or more of the lifecycle event validation functions failed.",
    });
    assert.equal(
      deploymentInfo?.rollbackInfo?.rollbackMessage,
      `Deployment ${deploymentId} terminated. Automatic rollback is triggered with a DeploymentId ${rollbackId}.`,
    );
    const rollback = (await codedeploy.getDeployment({ deploymentId: rollbackId })).deploymentInfo;
    assert.equal(rollback?.status, "Succeeded");
    assert.equal(rollback?.creator, "codeDeployRollback");
    assert.deepEqual(rollback?.rollbackInfo, {
      rollbackTriggeringDeploymentId: deploymentId,
      rollbackMessage: `Deployment ${rollbackId} is triggered to roll back deployment ${deploymentId}.`,
    });
    assert.equal(await aliasState(versions), "1");
    assert.deepEqual(await lifecycleOf(rollbackId), [
      "BeforeAllowTraffic Succeeded",
      "AllowTraffic Succeeded",
      "AfterAllowTraffic Succeeded",
    ]);
  });

  it("leaves the alias on the new version when nothing asks for a rollback", async () => {
    const versions = await publishTwoVersions(lambda);
    const hook = await reportingHook(lambda, "Failed");
    const group = await lambdaGroup(codedeploy);
    const deploymentId = await deploy(codedeploy, group, appSpec(versions, { AfterAllowTraffic: hook }));
    await box.advance(0);
    assert.equal((await codedeploy.getDeployment({ deploymentId })).deploymentInfo?.rollbackInfo, undefined);
    assert.equal(await aliasState(versions), "2");
  });

  const failures: { how: string; source: string; timeout: number; told: RegExp }[] = [
    {
      how: "throws",
      source: 'exports.handler = async () => { console.log("about to"); throw new Error("broken probe"); };',
      timeout: 20,
      told: /broken probe/,
    },
    {
      how: "runs out of time",
      source: "exports.handler = () => new Promise(() => setInterval(() => {}, 1000));",
      timeout: 1,
      told: /timed out/i,
    },
    { how: "ends its process", source: "exports.handler = async () => process.exit(3);", timeout: 20, told: /exit/i },
  ];
  for (const { how, source, timeout, told } of failures) {
    it(`fails at once, not after an hour, when a validation function ${how} without a report`, async () => {
      const versions = await publishTwoVersions(lambda);
      const hook = await createFunction(lambda, source, { Timeout: timeout });
      const group = await lambdaGroup(codedeploy);
      const deploymentId = await deploy(codedeploy, group, appSpec(versions, { BeforeAllowTraffic: hook }));
      await box.advance(0);
      const targetId = `${versions.functionName}:live`;
      const { deploymentTarget } = await codedeploy.getDeploymentTarget({ deploymentId, targetId });
      const [failed] = deploymentTarget?.lambdaTarget?.lifecycleEvents ?? [];
      assert.equal(await statusOf(deploymentId), "Failed");
      assert.match(failed?.diagnostics?.message ?? "", told);
      assert.match(failed?.diagnostics?.logTail ?? "", /START RequestId/);
      assert.equal(await aliasState(versions), "1", "no traffic was touched");
    });
  }

  it("fails at once when the validation function does not exist", async () => {
    const versions = await publishTwoVersions(lambda);
    const group = await lambdaGroup(codedeploy);
    const deploymentId = await deploy(codedeploy, group, appSpec(versions, { BeforeAllowTraffic: "no-such-function" }));
    await box.advance(0);
    const { errorInformation } = (await codedeploy.getDeployment({ deploymentId })).deploymentInfo ?? {};
    assert.equal(errorInformation?.code, "INVALID_LAMBDA_FUNCTION");
    assert.match(errorInformation?.message ?? "", /no-such-function/);
  });

  it("waits for a report that comes after the function returned, until the hour is over", async () => {
    const versions = await publishTwoVersions(lambda);
    const { functionName } = await silentHook(box, lambda);
    const group = await lambdaGroup(codedeploy);
    const deploymentId = await deploy(codedeploy, group, appSpec(versions, { BeforeAllowTraffic: functionName }));
    await box.advance(3599);
    assert.equal(await statusOf(deploymentId), "InProgress");
    await box.advance(1);
    assert.equal(await statusOf(deploymentId), "Failed");
  });

  it("takes a shorter wait from the group's tag", async () => {
    const versions = await publishTwoVersions(lambda);
    const { functionName } = await silentHook(box, lambda);
    const group = await lambdaGroup(codedeploy, { tags: [{ Key: "signalbox:hook-timeout", Value: "5m" }] });
    const deploymentId = await deploy(codedeploy, group, appSpec(versions, { BeforeAllowTraffic: functionName }));
    await box.advance(5 * MINUTE - 1);
    assert.equal(await statusOf(deploymentId), "InProgress");
    await box.advance(1);
    assert.equal(await statusOf(deploymentId), "Failed");
  });

  it("fails and overwrites nothing when somebody else changes the alias in mid-shift", async () => {
    const versions = await publishTwoVersions(lambda);
    const group = await lambdaGroup(codedeploy, {
      ...ROLLS_BACK,
      deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
    });
    const deploymentId = await deploy(codedeploy, group, appSpec(versions));
    await box.advance(MINUTE);
    const RoutingConfig = { AdditionalVersionWeights: { "2": 0.5 } };
    await lambda.send(new UpdateAliasCommand({ FunctionName: versions.functionName, Name: "live", RoutingConfig }));
    await box.advance(5 * MINUTE);
    const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
    assert.equal(deploymentInfo?.errorInformation?.code, "INVALID_LAMBDA_CONFIGURATION");
    assert.match(deploymentInfo?.deploymentStatusMessages?.join() ?? "", /changed by someone else/);
    assert.equal(deploymentInfo?.rollbackInfo?.rollbackDeploymentId, undefined);
    assert.match(deploymentInfo?.rollbackInfo?.rollbackMessage ?? "", /not rolled back/);
    assert.equal(await aliasState(versions), "1+0.5:2", "their change stands");
  });

  it("stops in mid-shift and brings the traffic back when asked to", async () => {
    const versions = await publishTwoVersions(lambda);
    const group = await lambdaGroup(codedeploy, {
      deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
    });
    const deploymentId = await deploy(codedeploy, group, appSpec(versions));
    await box.advance(MINUTE);
    await codedeploy.stopDeployment({ deploymentId, autoRollbackEnabled: true });
    await box.advance(0);
    const { status, rollbackInfo } = (await codedeploy.getDeployment({ deploymentId })).deploymentInfo ?? {};
    assert.equal(status, "Stopped");
    assert.equal(await statusOf(rollbackInfo?.rollbackDeploymentId ?? ""), "Succeeded");
    assert.equal(await aliasState(versions), "1");
  });

  it("stops without a rollback and leaves the alias split, which fails the next deployment with the reason", async () => {
    const versions = await publishTwoVersions(lambda);
    const group = await lambdaGroup(codedeploy, {
      deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
    });
    const deploymentId = await deploy(codedeploy, group, appSpec(versions));
    await box.advance(MINUTE);
    await codedeploy.stopDeployment({ deploymentId });
    await box.advance(0);
    assert.equal(await statusOf(deploymentId), "Stopped");
    assert.equal(await aliasState(versions), "1+0.1:2");
    const next = await deploy(codedeploy, group, appSpec(versions));
    await box.advance(0);
    const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId: next });
    assert.equal(deploymentInfo?.errorInformation?.code, "INVALID_LAMBDA_CONFIGURATION");
    assert.match(deploymentInfo?.deploymentStatusMessages?.join() ?? "", /is split/);
  });

  it("serves callers of the alias from both versions while it shifts", async () => {
    const versions = await publishTwoVersions(lambda);
    const group = await lambdaGroup(codedeploy, {
      deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
    });
    await deploy(codedeploy, group, appSpec(versions));
    await box.advance(MINUTE);
    const answered: Record<string, number> = {};
    for (let call = 0; call < 20; call += 1) {
      const command = new InvokeCommand({ FunctionName: versions.functionName, Qualifier: "live" });
      const { ExecutedVersion = "" } = await lambda.send(command);
      answered[ExecutedVersion] = (answered[ExecutedVersion] ?? 0) + 1;
    }
    assert.deepEqual(answered, { "1": 18, "2": 2 });
  });
});
