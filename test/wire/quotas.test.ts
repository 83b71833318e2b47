/** Quotas are settings (semantics 9): what is full is refused, and what was deleted makes room. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { addToken, putToken } from "../support/gitHubTokens.ts";
import {
  appSpec,
  deploy,
  lambdaApplication,
  lambdaGroup,
  publishTwoVersions,
  SERVICE_ROLE,
  uniqueName,
} from "../support/lambdaFixtures.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox(
  { after },
  {
    flags: {
      "quota-applications": "2",
      "quota-deployment-groups": "2",
      "quota-deployment-configs": "1",
      "quota-deployments": "1",
      "quota-alarms": "1",
      "quota-triggers": "1",
      "quota-auto-scaling-groups": "1",
      "quota-tag-filters": "1",
      "quota-github-tokens": "1",
    },
  },
);
const codedeploy = box.codeDeploy();

describe("a quota", () => {
  it("of applications holds in each account and region, and counts what is there", async () => {
    const other = box.codeDeploy({ region: "us-west-2" });
    for (const applicationName of ["one", "two", "three"]) {
      const made = other.createApplication({ applicationName });
      if (applicationName !== "three") await made;
      else await assert.rejects(made, { name: "ApplicationLimitExceededException", message: /2 applications/ });
    }
    await assert.rejects(other.getApplication({ applicationName: "three" }), {
      name: "ApplicationDoesNotExistException",
    });
    const again = other.createApplication({ applicationName: "one" });
    await assert.rejects(again, { name: "ApplicationAlreadyExistsException" });
    await other.deleteApplication({ applicationName: "one" });
    await other.createApplication({ applicationName: "three" });
    await assert.rejects(other.createApplication({ applicationName: "four" }), {
      name: "ApplicationLimitExceededException",
    });
  });

  it("of deployment groups holds in each application", async () => {
    const applicationName = await lambdaApplication(codedeploy);
    await lambdaGroup(codedeploy, { applicationName });
    await lambdaGroup(codedeploy, { applicationName });
    await assert.rejects(lambdaGroup(codedeploy, { applicationName }), {
      name: "DeploymentGroupLimitExceededException",
    });
  });

  it("of custom deployment configurations leaves the predefined ones out", async () => {
    const trafficRoutingConfig = { type: "AllAtOnce" as const };
    const create = (deploymentConfigName: string) =>
      codedeploy.createDeploymentConfig({ deploymentConfigName, computePlatform: "Lambda", trafficRoutingConfig });
    await create("first");
    await assert.rejects(create("second"), { name: "DeploymentConfigLimitExceededException" });
  });

  it("of deployments under way counts until they have ended", async () => {
    const lambda = box.lambda();
    const [versions, others] = [await publishTwoVersions(lambda), await publishTwoVersions(lambda)];
    const applicationName = await lambdaApplication(codedeploy);
    const deploymentConfigName = "CodeDeployDefault.LambdaCanary10Percent5Minutes";
    const first = await lambdaGroup(codedeploy, { applicationName, deploymentConfigName });
    const second = await lambdaGroup(codedeploy, { applicationName });
    await deploy(codedeploy, first, appSpec(versions));
    await box.advance(60);
    const early = deploy(codedeploy, second, appSpec(others));
    await assert.rejects(early, { name: "DeploymentLimitExceededException", message: /^1 deployments are under way/ });
    await box.advance(300);
    assert.match(await deploy(codedeploy, second, appSpec(others)), /^d-/);
  });

  it("of what one deployment group has is refused with the error of its kind", async () => {
    const applicationName = "servers";
    await box.codeDeploy({ region: "us-west-1" }).createApplication({ applicationName });
    const client = box.codeDeploy({ region: "us-west-1" });
    const create = (settings: object) =>
      client.createDeploymentGroup({
        applicationName,
        deploymentGroupName: uniqueName("group"),
        serviceRoleArn: SERVICE_ROLE,
        ...settings,
      });
    const tag = (Key: string) => ({ Key, Type: "KEY_ONLY" as const });
    const trigger = (triggerName: string) => ({
      triggerName,
      triggerTargetArn: "arn:aws:sns:us-west-1:123456789012:topic",
      triggerEvents: ["DeploymentStart" as const],
    });
    const tooMany: [settings: object, error: string][] = [
      [
        { alarmConfiguration: { enabled: true, alarms: [{ name: "a" }, { name: "b" }] } },
        "AlarmsLimitExceededException",
      ],
      [{ triggerConfigurations: [trigger("a"), trigger("b")] }, "TriggerTargetsLimitExceededException"],
      [{ autoScalingGroups: ["a", "b"] }, "InvalidAutoScalingGroupException"],
      [{ ec2TagFilters: [tag("a"), tag("b")] }, "InvalidEC2TagException"],
      [{ ec2TagSet: { ec2TagSetList: [[tag("a"), tag("b")]] } }, "InvalidEC2TagException"],
      [{ onPremisesInstanceTagFilters: [tag("a"), tag("b")] }, "InvalidTagException"],
    ];
    for (const [settings, name] of tooMany) await assert.rejects(create(settings), { name });
    await create({ alarmConfiguration: { enabled: true, alarms: [{ name: "a" }] }, ec2TagFilters: [tag("a")] });
  });

  it("of GitHub tokens holds in all regions of an account together", async () => {
    await addToken(box, "first");
    const refused = await putToken(box, "second", JSON.stringify({ token: "ghp_1" }), { region: "us-east-1" });
    assert.deepEqual([refused.status, refused.body.__type], [400, "LimitExceededException"]);
  });
});
