/** A service behind two pairs of target groups, one for each of its containers: their listeners move as one. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { tally } from "../support/balancer.ts";
import { advanceUntil, awaitReroute, type BlueGreen, blueGreenService, deployVersion } from "../support/blueGreen.ts";
import { reportingHook } from "../support/lambdaFixtures.ts";
import { startSignalbox } from "../support/signalbox.ts";
import { waitFor } from "../support/waitFor.ts";

const box = await startSignalbox({ after }, { flags: { "quota-target-group-pairs": "2" } });
const codedeploy = box.codeDeploy();
const [ecs, elb] = [box.ecs(), box.elbv2()];

const group = {
  deploymentConfigName: "CodeDeployDefault.ECSCanary10Percent5Minutes",
  autoRollbackConfiguration: {
    enabled: true,
    events: ["DEPLOYMENT_FAILURE" as const, "DEPLOYMENT_STOP_ON_REQUEST" as const],
  },
};

/** A service whose first version answers at both. */
async function running(): Promise<Required<BlueGreen>> {
  const { admin, ...web } = await blueGreenService(box, { hasAdmin: true, group });
  if (!admin) throw new Error("there is one pair only");
  await advanceUntil(box, "version 1 answers", async () => {
    return (await fetch(web.productionUrl)).ok && (await fetch(admin.productionUrl)).ok;
  });
  return { ...web, admin };
}

const phaseIs = (deploymentId: string, phase: string) =>
  advanceUntil(box, `${deploymentId} is in ${phase}`, async () => {
    return (await box.detail(deploymentId)).waitingFor.phase === phase;
  });

async function endOf(deploymentId: string) {
  await phaseIs(deploymentId, "Ended");
  return (await codedeploy.getDeployment({ deploymentId })).deploymentInfo ?? {};
}

/** What a hundred requests to each listener are answered with. */
const answers = async ({ productionUrl, admin }: Required<BlueGreen>) => [
  await tally(productionUrl, 100),
  await tally(admin.productionUrl, 100),
];
const testAnswers = async ({ testUrl, admin }: Required<BlueGreen>) => [
  await tally(testUrl, 10),
  await tally(admin.testUrl, 10),
];

/** A task set is steady before its processes listen, where no listener leads to it yet. */
const whenTested = ({ testUrl, admin }: Required<BlueGreen>, version: string) =>
  waitFor(`${version} answers at the test listeners`, async () => {
    const texts = [testUrl, admin.testUrl].map(async (url) => (await fetch(url)).text());
    return (await Promise.all(texts)).join() === `${version},admin ${version}`;
  });

async function listenersOf({ production, test, admin }: Required<BlueGreen>) {
  const ListenerArns = [production, test, admin.production, admin.test];
  const { Listeners = [] } = await elb.describeListeners({ ListenerArns });
  return Listeners.map(({ ListenerArn, DefaultActions }) => [ListenerArn, DefaultActions?.[0]?.ForwardConfig]);
}

async function loadBalancersOf({ cluster, service }: BlueGreen, deploymentId: string) {
  const { services = [] } = await ecs.describeServices({ cluster, services: [service] });
  return services[0]?.taskSets?.find(({ externalId }) => externalId === deploymentId)?.loadBalancers;
}

describe("a service with two pairs of target groups", () => {
  it("is shifted on both production listeners at once, with its containers behind the other target groups", async () => {
    const web = await running();
    for (const [version, before, side] of [
      ["v2", "v1", 1],
      ["v3", "v2", 0],
    ] as const) {
      const deploymentId = await deployVersion(box, web, version);
      await phaseIs(deploymentId, "HoldingTraffic");
      await whenTested(web, version);
      assert.deepEqual(await answers(web), [
        { [before]: 90, [version]: 10 },
        { [`admin ${before}`]: 90, [`admin ${version}`]: 10 },
      ]);
      assert.deepEqual(await loadBalancersOf(web, deploymentId), [
        { targetGroupArn: web.targetGroups[side], containerName: "web", containerPort: 8080 },
        { targetGroupArn: web.admin.targetGroups[side], containerName: "admin", containerPort: 8081 },
      ]);
      assert.equal((await endOf(deploymentId)).status, "Succeeded");
      assert.deepEqual(await answers(web), [{ [version]: 100 }, { [`admin ${version}`]: 100 }]);
    }
  });

  it("shows the new version to both test listeners before production sees it, and one target group of each side", async () => {
    const web = await running();
    await awaitReroute(box, web);
    const deploymentId = await deployVersion(box, web, "v2");
    await phaseIs(deploymentId, "AwaitingReroute");
    await whenTested(web, "v2");
    assert.deepEqual(await testAnswers(web), [{ v2: 10 }, { "admin v2": 10 }]);
    assert.deepEqual(await answers(web), [{ v1: 100 }, { "admin v1": 100 }]);
    const targetId = `${web.cluster}:${web.service}`;
    const { deploymentTarget } = await codedeploy.getDeploymentTarget({ deploymentId, targetId });
    assert.deepEqual(
      deploymentTarget?.ecsTarget?.taskSetsInfo?.map(({ targetGroup }) => targetGroup?.name),
      web.targetGroupNames,
    );
    await codedeploy.stopDeployment({ deploymentId });
    await endOf(deploymentId);
  });

  for (const event of ["AfterAllowTestTraffic", "AfterAllowTraffic"] as const) {
    it(`goes back on all listeners when its function in ${event} fails`, async () => {
      const web = await running();
      const before = await listenersOf(web);
      const hooks = { [event]: await reportingHook(box.lambda(), "Failed") };
      const { rollbackInfo } = await endOf(await deployVersion(box, web, "v2", hooks));
      assert.equal((await endOf(rollbackInfo?.rollbackDeploymentId ?? "")).status, "Succeeded");
      assert.deepEqual(await listenersOf(web), before);
      assert.deepEqual(await answers(web), [{ v1: 100 }, { "admin v1": 100 }]);
    });
  }

  it("is left alone where somebody else has changed one listener meanwhile: the other does not move either", async () => {
    const web = await running();
    const deploymentId = await deployVersion(box, web, "v2");
    await phaseIs(deploymentId, "HoldingTraffic");
    await whenTested(web, "v2");
    const fixed = { Type: "fixed-response" as const, FixedResponseConfig: { StatusCode: "503" } };
    await elb.modifyListener({ ListenerArn: web.admin.production, DefaultActions: [fixed] });
    const { status, rollbackInfo } = await endOf(deploymentId);
    assert.deepEqual([status, rollbackInfo?.rollbackDeploymentId], ["Failed", undefined]);
    assert.match(rollbackInfo?.rollbackMessage ?? "", /somebody else has changed the listener/);
    assert.deepEqual(await tally(web.productionUrl, 20), { v1: 18, v2: 2 });
  });
});

it("cannot be made where it is not asked for", async () => {
  const strict = await startSignalbox({ after });
  await assert.rejects(blueGreenService(strict, { hasAdmin: true }), {
    name: "InvalidParameterException",
    message: "A service with a CODE_DEPLOY deployment controller must have one target group.",
  });
});
