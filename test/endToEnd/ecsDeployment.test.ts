/** Blue/green deployments to the embedded ECS, in virtual time: real processes, real listeners, official clients. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it, type TestContext } from "node:test";
import { tally } from "../support/balancer.ts";
import {
  advanceUntil,
  type BlueGreen,
  blueGreenService,
  deployVersion,
  type EcsHooks,
  ecsAppSpec,
  versionOf,
} from "../support/blueGreen.ts";
import { script, server } from "../support/ecsFixtures.ts";
import { inlineRevision, reportingHook } from "../support/lambdaFixtures.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const [ecs, elb] = [box.ecs(), box.elbv2()];

const statusOf = async (deploymentId: string) =>
  (await codedeploy.getDeployment({ deploymentId })).deploymentInfo?.status;

const whenIn = (deploymentId: string, ...statuses: string[]) =>
  advanceUntil(box, `${deploymentId} is ${statuses.join(" or ")}`, async () => {
    return statuses.includes((await statusOf(deploymentId)) ?? "");
  });

const phaseIs = (deploymentId: string, phase: string) =>
  advanceUntil(box, `${deploymentId} is in ${phase}`, async () => {
    return (await box.detail(deploymentId)).waitingFor.phase === phase;
  });

async function lifecycleOf(deploymentId: string): Promise<string[]> {
  const detail = await box.detail(deploymentId);
  return (detail.targets[0]?.lifecycleEvents ?? []).map(({ name, status }) => `${name} ${status}`);
}

/** Whose answers come from the listener, in percent. */
const answers = async (url: string) => tally(url, 100);

async function taskSetsOf({ cluster, service }: BlueGreen) {
  const { services = [] } = await ecs.describeServices({ cluster, services: [service] });
  return (services[0]?.taskSets ?? []).map(({ status, externalId }) => `${status} ${externalId ?? ""}`);
}

/** A service whose first version answers at both listeners. */
async function running(options: Parameters<typeof blueGreenService>[1] = {}): Promise<BlueGreen> {
  const service = await blueGreenService(box, options);
  await advanceUntil(box, "version 1 answers", async () => (await fetch(service.productionUrl)).ok);
  return service;
}

const EVERY_HOOK = [
  "BeforeInstall",
  "AfterInstall",
  "AfterAllowTestTraffic",
  "BeforeAllowTraffic",
  "AfterAllowTraffic",
] as const;
const rollsBack = {
  autoRollbackConfiguration: {
    enabled: true,
    events: ["DEPLOYMENT_FAILURE" as const, "DEPLOYMENT_STOP_ON_REQUEST" as const, "DEPLOYMENT_STOP_ON_ALARM" as const],
  },
};
const canary = { deploymentConfigName: "CodeDeployDefault.ECSCanary10Percent5Minutes" };

describe("a blue/green deployment to ECS", () => {
  it("runs a function in each of five events, and leaves the new version alone behind the listeners", async () => {
    const web = await running();
    const hook = await reportingHook(box.lambda(), "Succeeded");
    const hooks = Object.fromEntries(EVERY_HOOK.map((event) => [event, hook]));
    const deploymentId = await deployVersion(box, web, "v2", hooks);
    await whenIn(deploymentId, "Succeeded", "Failed", "Stopped");
    assert.deepEqual(await lifecycleOf(deploymentId), [
      "BeforeInstall Succeeded",
      "Install Succeeded",
      "AfterInstall Succeeded",
      "AllowTestTraffic Succeeded",
      "AfterAllowTestTraffic Succeeded",
      "BeforeAllowTraffic Succeeded",
      "AllowTraffic Succeeded",
      "AfterAllowTraffic Succeeded",
    ]);
    assert.equal(await statusOf(deploymentId), "Succeeded");
    assert.deepEqual([await answers(web.productionUrl), await answers(web.testUrl)], [{ v2: 100 }, { v2: 100 }]);
  });

  it("shifts a canary, which a client of the listener sees exactly", async () => {
    const web = await running({ group: canary });
    const deploymentId = await deployVersion(box, web, "v2");
    await phaseIs(deploymentId, "HoldingTraffic");
    assert.deepEqual(await answers(web.productionUrl), { v1: 90, v2: 10 });
    const { deploymentTarget } = await codedeploy.getDeploymentTarget({
      deploymentId,
      targetId: `${web.cluster}:${web.service}`,
    });
    assert.deepEqual(
      deploymentTarget?.ecsTarget?.taskSetsInfo?.map(
        ({ status, trafficWeight, runningCount, targetGroup, taskSetLabel }) => {
          return [taskSetLabel, status, trafficWeight, runningCount, targetGroup?.name];
        },
      ),
      [
        ["Blue", "PRIMARY", 90, 1, web.targetGroupNames[0]],
        ["Green", "ACTIVE", 10, 1, web.targetGroupNames[1]],
      ],
    );
    await whenIn(deploymentId, "Succeeded", "Failed", "Stopped");
    assert.deepEqual(await answers(web.productionUrl), { v2: 100 });
    await advanceUntil(box, "only the replacement is left", async () => (await taskSetsOf(web)).length === 1);
    assert.deepEqual(await taskSetsOf(web), [`PRIMARY ${deploymentId}`]);
  });

  it("shows the new version to the test listener before production sees it", async () => {
    const web = await running({
      group: {
        blueGreenDeploymentConfiguration: {
          deploymentReadyOption: { actionOnTimeout: "STOP_DEPLOYMENT", waitTimeInMinutes: 60 },
          terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 60 },
        },
      },
    });
    const deploymentId = await deployVersion(box, web, "v2");
    await whenIn(deploymentId, "Ready", "Failed", "Stopped");
    assert.deepEqual([await answers(web.productionUrl), await answers(web.testUrl)], [{ v1: 100 }, { v2: 100 }]);
    await assert.rejects(codedeploy.continueDeployment({ deploymentId, deploymentWaitType: "TERMINATION_WAIT" }), {
      name: "InvalidDeploymentStatusException",
    });
    await codedeploy.continueDeployment({ deploymentId, deploymentWaitType: "READY_WAIT" });
    await phaseIs(deploymentId, "AwaitingTermination");
    await assert.rejects(codedeploy.continueDeployment({ deploymentId }), {
      name: "DeploymentIsNotInReadyStateException",
    });
    const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
    assert.deepEqual(
      [deploymentInfo?.status, deploymentInfo?.instanceTerminationWaitTimeStarted],
      ["InProgress", true],
    );
    assert.deepEqual([(await taskSetsOf(web)).length, await answers(web.productionUrl)], [2, { v2: 100 }]);
    await codedeploy.skipWaitTimeForInstanceTermination({ deploymentId });
    await whenIn(deploymentId, "Succeeded");
  });

  it("goes back and forth between the target groups", async () => {
    const web = await running();
    for (const version of ["v2", "v3", "v4"]) {
      await whenIn(await deployVersion(box, web, version), "Succeeded");
      assert.deepEqual(await answers(web.productionUrl), { [version]: 100 });
    }
  });
});

describe("a blue/green deployment to ECS that goes wrong", () => {
  async function listenersOf(web: BlueGreen) {
    const { Listeners = [] } = await elb.describeListeners({ ListenerArns: [web.production, web.test] });
    return Listeners.map(({ ListenerArn, DefaultActions }) => [ListenerArn, DefaultActions?.[0]?.ForwardConfig]);
  }

  for (const event of EVERY_HOOK.slice(1)) {
    it(`because its function in ${event} fails is rolled back, and everything is as it was`, async () => {
      const web = await running({ group: rollsBack });
      const before = await listenersOf(web);
      const hooks: EcsHooks = { [event]: await reportingHook(box.lambda(), "Failed") };
      const deploymentId = await deployVersion(box, web, "v2", hooks);
      await whenIn(deploymentId, "Failed");
      const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
      assert.equal(deploymentInfo?.errorInformation?.code, "HOOK_EXECUTION_FAILURE");
      const rollback = deploymentInfo?.rollbackInfo?.rollbackDeploymentId ?? "";
      await whenIn(rollback, "Succeeded", "Failed");
      assert.equal(await statusOf(rollback), "Succeeded");
      assert.deepEqual(await listenersOf(web), before);
      assert.deepEqual([await answers(web.productionUrl), await answers(web.testUrl)], [{ v1: 100 }, { v1: 100 }]);
      await advanceUntil(box, "the replacement is gone", async () => (await taskSetsOf(web)).length === 1);
      assert.deepEqual(await taskSetsOf(web), ["PRIMARY "]);
    });
  }

  it("because its tasks stop again and again fails with what they said", async () => {
    const web = await running();
    // A look at the moment in which they all run would take them to be steady.
    const healthCheck = { command: ["CMD-SHELL", "exit 0"], interval: 300 };
    const broken = script("echo no such database; exit 3", { portMappings: [{ containerPort: 8080 }], healthCheck });
    const revision = inlineRevision(ecsAppSpec(await versionOf(box, web.service, "broken", broken)));
    const { deploymentId = "" } = await codedeploy.createDeployment({ ...web.group, revision });
    await whenIn(deploymentId, "Failed");
    const { deploymentTarget } = await codedeploy.getDeploymentTarget({
      deploymentId,
      targetId: `${web.cluster}:${web.service}`,
    });
    const install = deploymentTarget?.ecsTarget?.lifecycleEvents?.[1];
    assert.deepEqual([install?.lifecycleEventName, install?.status], ["Install", "Failed"]);
    assert.match(install?.diagnostics?.message ?? "", /3 tasks .* have stopped .*exit code 3/);
    assert.match(install?.diagnostics?.logTail ?? "", /no such database/);
  });

  it("because it is stopped during the shift goes back", async () => {
    const web = await running({ group: { ...canary, ...rollsBack } });
    const deploymentId = await deployVersion(box, web, "v2");
    await phaseIs(deploymentId, "HoldingTraffic");
    await codedeploy.stopDeployment({ deploymentId });
    await whenIn(deploymentId, "Stopped");
    const rollback = (await codedeploy.getDeployment({ deploymentId })).deploymentInfo?.rollbackInfo
      ?.rollbackDeploymentId;
    await whenIn(rollback ?? "", "Succeeded");
    assert.deepEqual(await answers(web.productionUrl), { v1: 100 });
  });
});

describe("a blue/green deployment to ECS of a service that is scaled", () => {
  /** Serves as every version does, but where the file is: further tasks end at once there. */
  const limited = (version: string, file: string) => {
    const [program = "", flag = "", text = ""] = server(version).command ?? [];
    return server(version, {
      command: [program, flag, `if (require("fs").existsSync("${file}")) process.exit(7);${text}`],
    });
  };

  /** A canary of three tasks holds 10 % of the traffic, and no further task of it can start while the file is there. */
  async function heldCanary(context: TestContext) {
    const folder = await mkdtemp(join(tmpdir(), "signalbox-scaling-"));
    context.after(() => rm(folder, { recursive: true }));
    const full = join(folder, "full");
    const web = await running({ desiredCount: 3, group: { ...canary, ...rollsBack } });
    const revision = inlineRevision(ecsAppSpec(await versionOf(box, web.service, "v2", limited("v2", full))));
    const { deploymentId = "" } = await codedeploy.createDeployment({ ...web.group, revision });
    await phaseIs(deploymentId, "HoldingTraffic");
    await writeFile(full, "");
    const scaleTo = (desiredCount: number) =>
      ecs.updateService({ cluster: web.cluster, service: web.service, desiredCount });
    return { web, deploymentId, scaleTo, makeRoom: () => rm(full) };
  }

  async function countsOf({ cluster, service }: BlueGreen, deploymentId: string) {
    const targetId = `${cluster}:${service}`;
    const { deploymentTarget } = await codedeploy.getDeploymentTarget({ deploymentId, targetId });
    return (deploymentTarget?.ecsTarget?.taskSetsInfo ?? []).map(
      ({ taskSetLabel, desiredCount, runningCount, trafficWeight }) => {
        return [taskSetLabel, desiredCount, runningCount, trafficWeight];
      },
    );
  }

  it("has as many tasks in its replacement, waits while they become more, and goes on", async (context) => {
    const { web, deploymentId, scaleTo, makeRoom } = await heldCanary(context);
    assert.deepEqual(await countsOf(web, deploymentId), [
      ["Blue", 3, 3, 90],
      ["Green", 3, 3, 10],
    ]);
    assert.deepEqual(await answers(web.productionUrl), { v1: 90, v2: 10 });
    await box.advance(290);
    await scaleTo(5);
    await phaseIs(deploymentId, "AwaitingSteadyState");
    await advanceUntil(box, "the original has five tasks", async () => {
      return (await countsOf(web, deploymentId))[0]?.[2] === 5;
    });
    assert.deepEqual(await answers(web.productionUrl), { v1: 90, v2: 10 });
    assert.equal((await box.detail(deploymentId)).waitingFor.phase, "AwaitingSteadyState");
    await makeRoom();
    await whenIn(deploymentId, "Succeeded", "Failed", "Stopped");
    assert.equal(await statusOf(deploymentId), "Succeeded");
    assert.deepEqual((await countsOf(web, deploymentId)).at(-1), ["Green", 5, 5, 100]);
    assert.deepEqual(await answers(web.productionUrl), { v2: 100 });
  });

  it("fails and goes back when it has not become steady five minutes after its traffic should have moved", async (context) => {
    const { web, deploymentId, scaleTo } = await heldCanary(context);
    await scaleTo(4);
    await whenIn(deploymentId, "Succeeded", "Failed", "Stopped");
    const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
    assert.deepEqual([deploymentInfo?.status, deploymentInfo?.errorInformation?.code], ["Failed", "ECS_UPDATE_ERROR"]);
    assert.match(deploymentInfo?.errorInformation?.message ?? "", /within five minutes .*of 4 tasks [34] run/);
    await whenIn(deploymentInfo?.rollbackInfo?.rollbackDeploymentId ?? "", "Succeeded");
    assert.deepEqual(await answers(web.productionUrl), { v1: 100 });
    await advanceUntil(box, "the replacement is gone", async () => (await taskSetsOf(web)).length === 1);
    const { services } = await ecs.describeServices({ cluster: web.cluster, services: [web.service] });
    assert.deepEqual([services?.[0]?.desiredCount, services?.[0]?.runningCount], [4, 4]);
  });

  it("becomes smaller while its traffic shifts, and goes on", async (context) => {
    const { web, deploymentId, scaleTo } = await heldCanary(context);
    await scaleTo(1);
    await whenIn(deploymentId, "Succeeded", "Failed", "Stopped");
    assert.equal(await statusOf(deploymentId), "Succeeded");
    assert.deepEqual((await countsOf(web, deploymentId)).at(-1), ["Green", 1, 1, 100]);
    assert.deepEqual(await answers(web.productionUrl), { v2: 100 });
  });
});
