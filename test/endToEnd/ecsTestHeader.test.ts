/** Test traffic by a request header: what carries it reaches the replacement over the production listener, before anybody else. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { tally } from "../support/balancer.ts";
import { advanceUntil, awaitReroute, type BlueGreen, blueGreenService, deployVersion } from "../support/blueGreen.ts";
import { reportingHook } from "../support/lambdaFixtures.ts";
import { startSignalbox } from "../support/signalbox.ts";
import { waitFor } from "../support/waitFor.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const elb = box.elbv2();

const group = {
  tags: [{ Key: "signalbox:test-header", Value: "X-Test: green" }],
  deploymentConfigName: "CodeDeployDefault.ECSCanary10Percent5Minutes",
  autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE" as const] },
};

/** A service whose first version answers, without a test listener, and rules of its production listener. */
async function running(...rules: { header: string; value: string }[]): Promise<BlueGreen> {
  const web = await blueGreenService(box, { hasTestListener: false, group });
  await advanceUntil(box, "version 1 answers", async () => (await fetch(web.productionUrl)).ok);
  for (const [index, { header: HttpHeaderName, value }] of rules.entries()) {
    await elb.createRule({
      ListenerArn: web.production,
      Priority: index + 1,
      Conditions: [{ Field: "http-header", HttpHeaderConfig: { HttpHeaderName, Values: [value] } }],
      Actions: [{ Type: "forward", TargetGroupArn: web.targetGroups[0] }],
    });
  }
  return web;
}

const answerTo = async ({ productionUrl }: BlueGreen, headers: Record<string, string>) =>
  (await fetch(productionUrl, { headers })).text();

/** A task set is steady before its process listens, where no listener leads to it yet. */
const whenTested = (web: BlueGreen, version: string) =>
  waitFor(`${version} answers to the header`, async () => (await answerTo(web, { "X-Test": "green" })) === version);

const statusOf = async (deploymentId: string) =>
  (await codedeploy.getDeployment({ deploymentId })).deploymentInfo?.status ?? "";

const whenEnded = (deploymentId: string) =>
  advanceUntil(box, `${deploymentId} has ended`, async () =>
    ["Succeeded", "Failed", "Stopped"].includes(await statusOf(deploymentId)),
  );

/** Waits until the deployment is in that phase. */
const phaseIs = (deploymentId: string, phase: string) =>
  advanceUntil(box, `${deploymentId} is in ${phase}`, async () => {
    return (await box.detail(deploymentId)).waitingFor.phase === phase;
  });

const rulesOf = async ({ production }: BlueGreen) => (await elb.describeRules({ ListenerArn: production })).Rules;

describe("a blue/green deployment whose test traffic is told by a header", () => {
  it("shows the new version to requests with it before production sees it, and shifts all others", async () => {
    const web = await running({ header: "x-test", value: "green" }, { header: "X-Beta", value: "*" });
    await awaitReroute(box, web);
    const hook = await reportingHook(box.lambda(), "Succeeded");
    const deploymentId = await deployVersion(box, web, "v2", { AfterAllowTestTraffic: hook });
    await phaseIs(deploymentId, "AwaitingReroute");
    await whenTested(web, "v2");
    const [withHeader, withBeta] = [{ "X-Test": "green" }, { "X-Beta": "yes" }];
    assert.deepEqual([await answerTo(web, withHeader), await answerTo(web, withBeta)], ["v2", "v1"]);
    assert.deepEqual(await tally(web.productionUrl, 100), { v1: 100 });
    await codedeploy.continueDeployment({ deploymentId, deploymentWaitType: "READY_WAIT" });
    await phaseIs(deploymentId, "HoldingTraffic");
    assert.deepEqual(await tally(web.productionUrl, 100), { v1: 90, v2: 10 });
    assert.equal(await answerTo(web, withHeader), "v2");
  });

  it("has eight lifecycle events, and leaves the rule on the new version, from where the next one goes on", async () => {
    const web = await running({ header: "X-Test", value: "green" });
    for (const version of ["v2", "v3"]) {
      const deploymentId = await deployVersion(box, web, version);
      await phaseIs(deploymentId, "HoldingTraffic");
      await whenTested(web, version);
      await whenEnded(deploymentId);
      const events = (await box.detail(deploymentId)).targets[0]?.lifecycleEvents ?? [];
      assert.deepEqual([await statusOf(deploymentId), events.length], ["Succeeded", 8]);
      assert.deepEqual(
        [await answerTo(web, { "X-Test": "green" }), await tally(web.productionUrl, 20)],
        [version, { [version]: 20 }],
      );
    }
  });

  it("puts the rule back as it was found when it is rolled back", async () => {
    const web = await running({ header: "X-Test", value: "green" }, { header: "X-Beta", value: "*" });
    const before = await rulesOf(web);
    const hooks = { BeforeAllowTraffic: await reportingHook(box.lambda(), "Failed") };
    const deploymentId = await deployVersion(box, web, "v2", hooks);
    await whenEnded(deploymentId);
    const { rollbackInfo } = (await codedeploy.getDeployment({ deploymentId })).deploymentInfo ?? {};
    await whenEnded(rollbackInfo?.rollbackDeploymentId ?? "");
    assert.equal(await statusOf(rollbackInfo?.rollbackDeploymentId ?? ""), "Succeeded");
    assert.deepEqual([await rulesOf(web), await answerTo(web, { "X-Test": "green" })], [before, "v1"]);
  });

  it("fails before it touches anything where no rule is about the header", async () => {
    const web = await running({ header: "X-Test", value: "blue" });
    const deploymentId = await deployVersion(box, web, "v2");
    await whenEnded(deploymentId);
    const { errorInformation } = (await codedeploy.getDeployment({ deploymentId })).deploymentInfo ?? {};
    assert.equal(errorInformation?.code, "ELASTIC_LOAD_BALANCING_INVALID");
    assert.match(errorInformation?.message ?? "", /header X-Test with the value green .* aws elbv2 create-rule /);
    assert.deepEqual(await tally(web.productionUrl, 20), { v1: 20 });
  });
});
