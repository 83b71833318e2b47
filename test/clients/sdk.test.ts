/** One journey of the AWS SDK v3 through all operations of CodeDeploy, each with sensible input and the answer it must give. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import * as sdk from "@aws-sdk/client-codedeploy";
import { appSpec, inlineRevision, publishTwoVersions, SERVICE_ROLE, silentHook } from "../support/lambdaFixtures.ts";
import { assertNotBuilt, assertRefused } from "../support/refusals.ts";
import { ACCOUNT, authorization, REGION, startSignalbox } from "../support/signalbox.ts";
import { waitFor } from "../support/waitFor.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const lambda = box.lambda();

const called = new Set<string>();
codedeploy.middlewareStack.add(
  (next, context) => (args) => {
    called.add(String(context.commandName).replace(/Command$/, ""));
    return next(args);
  },
  { step: "initialize", name: "noteTheCall" },
);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const arn = (tail: string) => `arn:aws:codedeploy:${REGION}:${ACCOUNT}:${tail}`;
/** An answer without the SDK's own member. */
const plain = <Answer extends { $metadata: unknown }>({ $metadata: _, ...answer }: Answer) => answer;

describe("the AWS SDK v3", () => {
  const group = { applicationName: "functions", deploymentGroupName: "live" };
  let deploymentId = "";
  let revision: sdk.RevisionLocation = {};

  it("keeps applications and their tags", async () => {
    const { applicationId = "" } = await codedeploy.createApplication({
      applicationName: "first-name",
      computePlatform: "Lambda",
      tags: [{ Key: "team", Value: "web" }],
    });
    assert.match(applicationId, UUID);
    const renamed = { applicationName: "first-name", newApplicationName: group.applicationName };
    assert.deepEqual(plain(await codedeploy.updateApplication(renamed)), {});
    const { application } = await codedeploy.getApplication({ applicationName: group.applicationName });
    const { createTime, ...others } = application ?? {};
    assert.ok(createTime instanceof Date);
    assert.deepEqual(others, {
      applicationId,
      applicationName: group.applicationName,
      computePlatform: "Lambda",
      linkedToGitHub: false,
    });
    const batch = await codedeploy.batchGetApplications({ applicationNames: [group.applicationName] });
    assert.deepEqual(plain(batch), { applicationsInfo: [application] });
    assert.deepEqual(plain(await codedeploy.listApplications({})), { applications: [group.applicationName] });
    const ResourceArn = arn(`application:${group.applicationName}`);
    const added = await codedeploy.tagResource({ ResourceArn, Tags: [{ Key: "stage", Value: "test" }] });
    assert.deepEqual(plain(added), {});
    assert.deepEqual(plain(await codedeploy.untagResource({ ResourceArn, TagKeys: ["team"] })), {});
    const { Tags } = await codedeploy.listTagsForResource({ ResourceArn });
    assert.deepEqual(Tags, [{ Key: "stage", Value: "test" }]);
  });

  it("keeps deployment configurations", async () => {
    const config = {
      deploymentConfigName: "slowly",
      computePlatform: "Lambda" as const,
      trafficRoutingConfig: {
        type: "TimeBasedLinear" as const,
        timeBasedLinear: { linearPercentage: 50, linearInterval: 1 },
      },
    };
    const { deploymentConfigId = "" } = await codedeploy.createDeploymentConfig(config);
    assert.match(deploymentConfigId, UUID);
    const { deploymentConfigInfo } = await codedeploy.getDeploymentConfig({ deploymentConfigName: "slowly" });
    const { createTime, ...others } = deploymentConfigInfo ?? {};
    assert.ok(createTime);
    assert.deepEqual(others, { ...config, deploymentConfigId });
    const { deploymentConfigsList = [] } = await codedeploy.listDeploymentConfigs({});
    assert.ok(deploymentConfigsList.includes("slowly"));
    assert.equal(deploymentConfigsList.length, 18);
    assert.deepEqual(plain(await codedeploy.deleteDeploymentConfig({ deploymentConfigName: "slowly" })), {});
  });

  it("keeps deployment groups", async () => {
    const { deploymentGroupId } = await codedeploy.createDeploymentGroup({
      ...{ applicationName: group.applicationName, deploymentGroupName: "first" },
      serviceRoleArn: SERVICE_ROLE,
      deploymentConfigName: "CodeDeployDefault.LambdaAllAtOnce",
    });
    const change = {
      newDeploymentGroupName: "live",
      deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
    };
    const names = { applicationName: group.applicationName, currentDeploymentGroupName: "first" };
    assert.deepEqual(plain(await codedeploy.updateDeploymentGroup({ ...names, ...change })), { hooksNotCleanedUp: [] });
    const { deploymentGroupInfo } = await codedeploy.getDeploymentGroup(group);
    assert.equal(deploymentGroupInfo?.deploymentGroupId, deploymentGroupId);
    assert.equal(deploymentGroupInfo?.deploymentConfigName, change.deploymentConfigName);
    const { applicationName, deploymentGroupName } = group;
    const listed = await codedeploy.listDeploymentGroups({ applicationName });
    assert.deepEqual(plain(listed), { applicationName, deploymentGroups: ["live"] });
    const deploymentGroupNames = [deploymentGroupName, "nothing"];
    const batch = await codedeploy.batchGetDeploymentGroups({ applicationName, deploymentGroupNames });
    assert.deepEqual(batch.deploymentGroupsInfo, [deploymentGroupInfo]);
    assert.match(batch.errorMessage ?? "", /nothing/);
  });

  it("keeps revisions", async () => {
    revision = inlineRevision(appSpec(await publishTwoVersions(lambda)));
    const { applicationName } = group;
    const registered = await codedeploy.registerApplicationRevision({ applicationName, revision, description: "mine" });
    assert.deepEqual(plain(registered), {});
    const found = await codedeploy.getApplicationRevision({ applicationName, revision });
    assert.equal(found.revision?.appSpecContent?.content, revision.appSpecContent?.content);
    assert.equal(found.revisionInfo?.description, "mine");
    const batch = await codedeploy.batchGetApplicationRevisions({ applicationName, revisions: [revision] });
    assert.deepEqual(batch.revisions?.[0]?.genericRevisionInfo, found.revisionInfo);
    const { revisions } = await codedeploy.listApplicationRevisions({ applicationName });
    assert.equal(revisions?.length, 1);
  });

  it("deploys, reports a hook's result and reads what came of it", async () => {
    const versions = await publishTwoVersions(lambda);
    const hook = await silentHook(box, lambda);
    const content = appSpec(versions, { BeforeAllowTraffic: hook.functionName });
    ({ deploymentId = "" } = await codedeploy.createDeployment({ ...group, revision: inlineRevision(content) }));
    assert.match(deploymentId, /^d-[A-Z0-9]{9}$/);
    await waitFor("the hook is asked", async () => (await hook.invocations()).length > 0);
    const lifecycleEventHookExecutionId = (await hook.invocations())[0]?.LifecycleEventHookExecutionId;
    const report = { deploymentId, lifecycleEventHookExecutionId, status: "Succeeded" as const };
    const reported = await codedeploy.putLifecycleEventHookExecutionStatus(report);
    assert.deepEqual(plain(reported), { lifecycleEventHookExecutionId });
    await box.advance(1);
    for (const wait of [
      codedeploy.continueDeployment({ deploymentId, deploymentWaitType: "READY_WAIT" }),
      codedeploy.skipWaitTimeForInstanceTermination({ deploymentId }),
    ]) {
      await assertRefused(wait, "UnsupportedActionForDeploymentTypeException", /Lambda has no wait to end/);
    }
    await box.advance(600);
    const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
    assert.equal(deploymentInfo?.status, "Succeeded");
    const batch = await codedeploy.batchGetDeployments({ deploymentIds: [deploymentId] });
    assert.deepEqual(plain(batch), { deploymentsInfo: [deploymentInfo] });
    assert.deepEqual(plain(await codedeploy.listDeployments(group)), { deployments: [deploymentId] });
  });

  it("reads its targets, also as the instances of old", async () => {
    const { targetIds = [] } = await codedeploy.listDeploymentTargets({ deploymentId });
    const [targetId = ""] = targetIds;
    const { deploymentTarget } = await codedeploy.getDeploymentTarget({ deploymentId, targetId });
    assert.equal(deploymentTarget?.lambdaTarget?.status, "Succeeded");
    const batch = await codedeploy.batchGetDeploymentTargets({ deploymentId, targetIds });
    assert.deepEqual(plain(batch), { deploymentTargets: [deploymentTarget] });
    assert.deepEqual(plain(await codedeploy.listDeploymentInstances({ deploymentId })), { instancesList: [targetId] });
    const instances = await codedeploy.batchGetDeploymentInstances({ deploymentId, instanceIds: [targetId] });
    assert.equal(instances.instancesSummary?.[0]?.status, "Succeeded");
    assert.equal(instances.errorMessage, "");
    const one = codedeploy.getDeploymentInstance({ deploymentId, instanceId: targetId });
    await assertRefused(one, "InvalidComputePlatformException", /GetDeploymentTarget/);
  });

  it("stops a deployment", async () => {
    const second = await codedeploy.createDeployment({ ...group, revision });
    await box.advance(1);
    const stopped = await codedeploy.stopDeployment({ deploymentId: second.deploymentId });
    assert.equal(stopped.status, "Pending");
    assert.ok(stopped.statusMessage);
    await box.advance(60);
    const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId: second.deploymentId });
    assert.equal(deploymentInfo?.status, "Stopped");
  });

  it("keeps on-premises instances", async () => {
    const instanceNames = ["rack-1"];
    const iamUserArn = `arn:aws:iam::${ACCOUNT}:user/rack-1`;
    const tag = { Key: "Rack", Value: "r1" };
    const other = { Key: "Room", Value: "cellar" };
    const registered = await codedeploy.registerOnPremisesInstance({ instanceName: "rack-1", iamUserArn });
    assert.deepEqual(plain(registered), {});
    const tagged = await codedeploy.addTagsToOnPremisesInstances({ instanceNames, tags: [tag, other] });
    assert.deepEqual(plain(tagged), {});
    const untagged = await codedeploy.removeTagsFromOnPremisesInstances({ instanceNames, tags: [other] });
    assert.deepEqual(plain(untagged), {});
    const { instanceInfo } = await codedeploy.getOnPremisesInstance({ instanceName: "rack-1" });
    assert.deepEqual(instanceInfo?.tags, [tag]);
    assert.equal(instanceInfo?.iamUserArn, iamUserArn);
    assert.deepEqual(plain(await codedeploy.listOnPremisesInstances({})), { instanceNames });
    const batch = await codedeploy.batchGetOnPremisesInstances({ instanceNames });
    assert.deepEqual(plain(batch), { instanceInfos: [instanceInfo] });
    const gone = await codedeploy.deregisterOnPremisesInstance({ instanceName: "rack-1" });
    assert.deepEqual(plain(gone), {});
  });

  it("lists GitHub tokens and deletes them, and resources by their external id", async () => {
    await fetch(`${box.url}/_signalbox/github-tokens/builds`, {
      method: "PUT",
      headers: { authorization: authorization() },
      body: JSON.stringify({ token: "ghp_sdk" }),
    });
    const names = await codedeploy.listGitHubAccountTokenNames({});
    assert.deepEqual(plain(names), { tokenNameList: ["builds"] });
    const deleted = await codedeploy.deleteGitHubAccountToken({ tokenName: "builds" });
    assert.deepEqual(plain(deleted), { tokenName: "builds" });
    assert.deepEqual(plain(await codedeploy.deleteResourcesByExternalId({ externalId: "stack" })), {});
  });

  it("is told what is not built yet", async () => {
    await codedeploy.createApplication({ applicationName: "servers" });
    const servers = { applicationName: "servers", deploymentGroupName: "web" };
    await codedeploy.createDeploymentGroup({ ...servers, serviceRoleArn: SERVICE_ROLE });
    const s3Location = { bucket: "builds", key: "web.zip", bundleType: "zip" as const };
    const deployment = codedeploy.createDeployment({ ...servers, revision: { revisionType: "S3", s3Location } });
    await assertNotBuilt(deployment, /Server compute platform are not built yet; nothing was created/);
    assert.deepEqual((await codedeploy.listDeployments(servers)).deployments, []);
  });

  it("deletes groups and applications", async () => {
    assert.deepEqual(plain(await codedeploy.deleteDeploymentGroup(group)), { hooksNotCleanedUp: [] });
    assert.deepEqual(plain(await codedeploy.deleteApplication({ applicationName: group.applicationName })), {});
    assert.deepEqual((await codedeploy.listApplications({})).applications, ["servers"]);
  });

  it("has called all 47 operations", () => {
    const all = Object.keys(sdk).flatMap((name) => /^([A-Z]\w+)Command$/.exec(name)?.[1] ?? []);
    assert.equal(all.length, 47);
    assert.deepEqual(
      all.filter((name) => !called.has(name)),
      [],
    );
  });
});
