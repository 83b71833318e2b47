/** `aws deploy` against signalbox: the commands of its manual, shorthand and all, and its own customised ones. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { BatchGetDeploymentGroupsOutput, DeploymentConfigInfo, DeploymentInfo } from "@aws-sdk/client-codedeploy";
import { UpdateAliasCommand } from "@aws-sdk/client-lambda";
import { appSpec, publishTwoVersions, SERVICE_ROLE } from "../support/lambdaFixtures.ts";
import { ACCOUNT, authorization, REGION, startSignalbox } from "../support/signalbox.ts";
import { awsCli, whyNoAwsCli } from "./awsCli.ts";

const box = await startSignalbox({ after });
const folder = await mkdtemp(join(tmpdir(), "signalbox-cli-"));
after(() => rm(folder, { recursive: true, force: true }));
const aws = awsCli(box.url, folder);
const skip = await whyNoAwsCli();
const arn = (tail: string) => `arn:aws:codedeploy:${REGION}:${ACCOUNT}:${tail}`;

/** Runs independent commands side by side: each of them is a Python program that has to start. */
const together = <Answers extends unknown[]>(...answers: { [Index in keyof Answers]: Promise<Answers[Index]> }) =>
  Promise.all(answers) as Promise<Answers>;

describe("the AWS CLI, with applications and tags", { skip }, () => {
  it("creates, reads, tags, renames and deletes an application", async () => {
    const applicationId = await aws.text(
      ...["create-application", "--application-name", "cli-first", "--compute-platform", "Lambda"],
      ...["--tags", "Key=team,Value=web", "Key=cost,Value=shared", "--query", "applicationId", "--output", "text"],
    );
    assert.match(applicationId, /^[0-9a-f-]{36}$/);
    await aws.text("update-application", "--application-name", "cli-first", "--new-application-name", "cli-second");
    const resource = ["--resource-arn", arn("application:cli-second")];
    await aws.text("tag-resource", ...resource, "--tags", "Key=team,Value=mobile", "Key=stage,Value=test");
    await aws.text("untag-resource", ...resource, "--tag-keys", "cost");
    const [tags, { application }, { applicationsInfo }, names] = await together(
      aws.json<{ Tags: { Key: string; Value: string }[] }>("list-tags-for-resource", ...resource),
      aws.json<{ application: Record<string, unknown> }>("get-application", "--application-name", "cli-second"),
      aws.json<{ applicationsInfo: unknown[] }>("batch-get-applications", "--application-names", "cli-second"),
      aws.text("list-applications", "--query", "applications[?starts_with(@, 'cli-')]", "--output", "text"),
    );
    assert.deepEqual(Object.fromEntries(tags.Tags.map(({ Key, Value }) => [Key, Value])), {
      team: "mobile",
      stage: "test",
    });
    const { createTime, ...others } = application;
    assert.match(String(createTime), /^20\d\d-\d\d-\d\dT/);
    assert.deepEqual(others, {
      applicationId,
      applicationName: "cli-second",
      linkedToGitHub: false,
      computePlatform: "Lambda",
    });
    assert.deepEqual(applicationsInfo, [application]);
    assert.equal(names, "cli-second");
    await aws.text("delete-application", "--application-name", "cli-second");
  });

  it("shows an error as scripts expect to find it", async () => {
    const { exitCode, stderr } = await aws.run("get-application", "--application-name", "cli-nothing");
    assert.ok(exitCode >= 254, `exit code ${exitCode}`);
    assert.match(
      stderr,
      /An error occurred \(ApplicationDoesNotExistException\) when calling the GetApplication operation: No application found for name: cli-nothing/,
    );
  });
});

describe("the AWS CLI, with deployment configurations", { skip }, () => {
  it("creates them for all three platforms in shorthand, and reads, lists and deletes them", async () => {
    const create = (name: string, ...words: string[]) =>
      aws.text("create-deployment-config", "--deployment-config-name", name, ...words);
    await together(
      create(
        ...(["cli-hosts", "--minimum-healthy-hosts", "type=FLEET_PERCENT,value=0", "--zonal-config"] as const),
        "firstZoneMonitorDurationInSeconds=60,monitorDurationInSeconds=30,minimumHealthyHostsPerZone={type=HOST_COUNT,value=1}",
      ),
      create(
        ...(["cli-canary", "--compute-platform", "Lambda", "--traffic-routing-config"] as const),
        "type=TimeBasedCanary,timeBasedCanary={canaryPercentage=15,canaryInterval=8}",
      ),
      create(
        ...(["cli-linear", "--compute-platform", "ECS", "--traffic-routing-config"] as const),
        "type=TimeBasedLinear,timeBasedLinear={linearPercentage=25,linearInterval=2}",
      ),
    );
    const get = async (name: string) => {
      const words = ["get-deployment-config", "--deployment-config-name", name, "--query", "deploymentConfigInfo"];
      const { deploymentConfigId, createTime, ...info } = await aws.json<DeploymentConfigInfo>(...words);
      assert.ok(deploymentConfigId && createTime);
      return info;
    };
    assert.deepEqual(await together(get("cli-hosts"), get("cli-canary"), get("cli-linear")), [
      {
        deploymentConfigName: "cli-hosts",
        computePlatform: "Server",
        minimumHealthyHosts: { type: "FLEET_PERCENT", value: 0 },
        zonalConfig: {
          firstZoneMonitorDurationInSeconds: 60,
          monitorDurationInSeconds: 30,
          minimumHealthyHostsPerZone: { type: "HOST_COUNT", value: 1 },
        },
      },
      {
        deploymentConfigName: "cli-canary",
        computePlatform: "Lambda",
        trafficRoutingConfig: {
          type: "TimeBasedCanary",
          timeBasedCanary: { canaryPercentage: 15, canaryInterval: 8 },
        },
      },
      {
        deploymentConfigName: "cli-linear",
        computePlatform: "ECS",
        trafficRoutingConfig: {
          type: "TimeBasedLinear",
          timeBasedLinear: { linearPercentage: 25, linearInterval: 2 },
        },
      },
    ]);
    await aws.text("delete-deployment-config", "--deployment-config-name", "cli-hosts");
    const refused = await aws.run(
      "delete-deployment-config",
      "--deployment-config-name",
      "CodeDeployDefault.AllAtOnce",
    );
    assert.match(refused.stderr, /\(InvalidOperationException\) when calling the DeleteDeploymentConfig operation/);
  });

  it("pages through them with its own options", async () => {
    const list = (...words: string[]) =>
      aws.json<{ deploymentConfigsList: string[]; NextToken?: string }>("list-deployment-configs", ...words);
    const [all, first] = await together(list(), list("--max-items", "5"));
    assert.equal(first.deploymentConfigsList.length, 5);
    assert.ok(first.NextToken);
    const rest = await list("--starting-token", first.NextToken);
    assert.deepEqual([...first.deploymentConfigsList, ...rest.deploymentConfigsList], all.deploymentConfigsList);
  });
});

describe("the AWS CLI, with deployment groups", { skip }, () => {
  const group = (application: string, name: string) => [
    ...["--application-name", application, "--deployment-group-name", name],
  ];

  it("creates, changes and deletes one of every platform", async () => {
    await together(
      aws.text("create-application", "--application-name", "cli-server"),
      aws.text("create-application", "--application-name", "cli-lambda", "--compute-platform", "Lambda"),
      aws.text("create-application", "--application-name", "cli-ecs", "--compute-platform", "ECS"),
    );
    const pair = {
      targetGroupPairInfoList: [
        {
          targetGroups: [{ name: "blue" }, { name: "green" }],
          prodTrafficRoute: {
            listenerArns: [`arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:listener/app/web/1/2`],
          },
        },
      ],
    };
    await writeFile(join(folder, "pair.json"), JSON.stringify(pair));
    const blueGreen = ["--deployment-style", "deploymentType=BLUE_GREEN,deploymentOption=WITH_TRAFFIC_CONTROL"];
    const create = (...words: string[]) =>
      aws.json<{ deploymentGroupId: string }>("create-deployment-group", "--service-role-arn", SERVICE_ROLE, ...words);
    await together(
      create(
        ...group("cli-server", "in-place"),
        ...["--ec2-tag-filters", "Key=Name,Value=web,Type=KEY_AND_VALUE", "Key=Live,Type=KEY_ONLY"],
        ...["--on-premises-instance-tag-filters", "Key=Rack,Value=r1,Type=KEY_AND_VALUE"],
        ...["--auto-scaling-groups", "web-a", "web-b", "--auto-rollback-configuration"],
        ...[
          "enabled=true,events=DEPLOYMENT_FAILURE,DEPLOYMENT_STOP_ON_ALARM",
          "--outdated-instances-strategy",
          "IGNORE",
        ],
        ...["--alarm-configuration", "enabled=true,ignorePollAlarmFailure=false,alarms=[{name=errors}]"],
        ...["--tags", "Key=stage,Value=test", "--deployment-config-name", "CodeDeployDefault.HalfAtATime"],
      ),
      create(...group("cli-lambda", "functions"), ...blueGreen),
      create(
        ...group("cli-ecs", "service"),
        ...blueGreen,
        ...["--ecs-services", "serviceName=web,clusterName=main", "--load-balancer-info", "file://pair.json"],
      ),
    );
    const read = async (application: string, name: string) => {
      const words = ["--application-name", application, "--deployment-group-names", name];
      const answer = await aws.json<BatchGetDeploymentGroupsOutput>("batch-get-deployment-groups", ...words);
      return answer.deploymentGroupsInfo?.[0] ?? {};
    };
    const [server, lambda, ecs] = await together(
      read("cli-server", "in-place"),
      read("cli-lambda", "functions"),
      read("cli-ecs", "service"),
    );
    assert.deepEqual(server.ec2TagFilters, [
      { Key: "Name", Value: "web", Type: "KEY_AND_VALUE" },
      { Key: "Live", Type: "KEY_ONLY" },
    ]);
    assert.deepEqual(server.autoScalingGroups, [{ name: "web-a" }, { name: "web-b" }]);
    assert.equal(server.deploymentConfigName, "CodeDeployDefault.HalfAtATime");
    assert.equal(lambda.computePlatform, "Lambda");
    assert.deepEqual(ecs.loadBalancerInfo, pair);
    assert.deepEqual(ecs.ecsServices, [{ serviceName: "web", clusterName: "main" }]);
    // What `aws ecs deploy` reads of a group before it deploys, and cannot do without.
    assert.equal(ecs.blueGreenDeploymentConfiguration?.deploymentReadyOption?.waitTimeInMinutes, 0);
    assert.equal(
      ecs.blueGreenDeploymentConfiguration?.terminateBlueInstancesOnDeploymentSuccess?.terminationWaitTimeInMinutes,
      0,
    );
    const updated = await aws.json<object>(
      ...["update-deployment-group", "--application-name", "cli-server", "--current-deployment-group-name", "in-place"],
      ...["--new-deployment-group-name", "renamed", "--auto-scaling-groups", "--ec2-tag-set"],
      '{"ec2TagSetList":[[{"Key":"Name","Value":"api","Type":"KEY_AND_VALUE"}]]}',
    );
    assert.deepEqual(updated, { hooksNotCleanedUp: [] });
    const [changed, names] = await together(
      read("cli-server", "renamed"),
      aws.text("list-deployment-groups", "--application-name", "cli-server", "--query", "deploymentGroups"),
    );
    assert.deepEqual(JSON.parse(names), ["renamed"]);
    assert.deepEqual(changed.autoScalingGroups, []);
    assert.deepEqual(changed.ec2TagSet?.ec2TagSetList?.length, 1);
    const deleted = await aws.json<object>("delete-deployment-group", ...group("cli-server", "renamed"));
    assert.deepEqual(deleted, { hooksNotCleanedUp: [] });
  });
});

describe("the AWS CLI, with revisions and deployments", { skip }, () => {
  it("registers a revision in S3 and finds it again", async () => {
    await aws.text("create-application", "--application-name", "cli-revisions");
    const application = ["--application-name", "cli-revisions"];
    const location = ["--s3-location", "bucket=builds,key=web/1.zip,bundleType=zip,eTag=cecc9b8,version=v1"];
    await aws.text("register-application-revision", ...application, ...location, "--description", "built by hand");
    const [{ revisionInfo, revision }, { revisions }] = await together(
      aws.json<{ revisionInfo: { description: string }; revision: object }>(
        ...["get-application-revision", ...application, ...location],
      ),
      aws.json<{ revisions: object[] }>(
        ...["list-application-revisions", ...application, "--sort-by", "registerTime", "--sort-order", "descending"],
        ...["--s3-bucket", "builds", "--s3-key-prefix", "web/", "--deployed", "exclude"],
      ),
    );
    assert.equal(revisionInfo.description, "built by hand");
    assert.deepEqual(revisions, [revision]);
  });

  it("deploys an AppSpec from a file, waits for it, and reads all of it", async () => {
    const versions = await publishTwoVersions(box.lambda());
    await writeFile(
      join(folder, "revision.json"),
      JSON.stringify({ revisionType: "AppSpecContent", appSpecContent: { content: appSpec(versions) } }),
    );
    await aws.text("create-application", "--application-name", "cli-deploys", "--compute-platform", "Lambda");
    const group = ["--application-name", "cli-deploys", "--deployment-group-name", "live"];
    await aws.text("create-deployment-group", ...group, "--service-role-arn", SERVICE_ROLE);
    const create = ["create-deployment", ...group, "--revision", "file://revision.json", "--description", "by hand"];
    const deploymentId = await aws.text(...create, "--query", "deploymentId", "--output", "text");
    assert.match(deploymentId, /^d-[A-Z0-9]{9}$/);
    await box.advance(60);
    const id = ["--deployment-id", deploymentId];
    const [waited, { deploymentInfo }, targetIds, deployments] = await together(
      aws.text("wait", "deployment-successful", ...id),
      aws.json<{ deploymentInfo: DeploymentInfo }>("get-deployment", ...id),
      aws.text("list-deployment-targets", ...id, "--query", "targetIds[0]", "--output", "text"),
      aws.json<{ deployments: string[] }>(
        ...["list-deployments", ...group, "--include-only-statuses", "Succeeded"],
        ...["--create-time-range", "start=2020-01-01T00:00:00Z,end=2100-01-01T00:00:00Z"],
      ),
    );
    assert.equal(waited, "");
    assert.equal(deploymentInfo.status, "Succeeded");
    assert.equal(deploymentInfo.description, "by hand");
    assert.deepEqual(deployments.deployments, [deploymentId]);
    const { deploymentTarget } = await aws.json<{ deploymentTarget: { lambdaTarget: { status: string } } }>(
      ...["get-deployment-target", ...id, "--target-id", targetIds],
    );
    assert.equal(deploymentTarget.lambdaTarget.status, "Succeeded");

    await box
      .lambda()
      .send(new UpdateAliasCommand({ FunctionName: versions.functionName, Name: "live", FunctionVersion: "1" }));
    const canary = ["--deployment-config-name", "CodeDeployDefault.LambdaCanary10Percent5Minutes"];
    const second = await aws.text(...create, ...canary, "--query", "deploymentId", "--output", "text");
    await box.advance(60);
    const busy = await aws.run(...create);
    assert.match(busy.stderr, new RegExp(`'live' already has an active Deployment '${second}'`));
    const stopped = await aws.json<{ status: string }>("stop-deployment", "--deployment-id", second);
    assert.ok(["Pending", "Succeeded"].includes(stopped.status));
    await box.advance(60);
    const failed = await aws.run("wait", "deployment-successful", "--deployment-id", second);
    assert.equal(failed.exitCode, 255);
    assert.match(failed.stderr, /Waiter DeploymentSuccessful failed: Waiter encountered a terminal failure state/);
  });
});

describe("the AWS CLI, with on-premises instances", { skip }, () => {
  const named = ["--instance-name", "cli-rack-1"];
  const names = ["--instance-names", "cli-rack-1"];

  it("registers and deregisters one with its customised commands", async () => {
    const user = `arn:aws:iam::${ACCOUNT}:user/AWS/CodeDeploy/cli-rack-1`;
    const registered = await aws.run("register", ...named, "--iam-user-arn", user, "--tags", "Key=Rack,Value=r1");
    assert.equal(registered.stderr, "");
    assert.match(registered.stdout, /Registering the on-premises instance\.\.\. DONE/);
    assert.match(registered.stdout, /Adding tags to the on-premises instance\.\.\. DONE/);
    await aws.text("add-tags-to-on-premises-instances", ...names, "--tags", "Key=Room,Value=cellar");
    const { instanceInfo } = await aws.json<{ instanceInfo: { tags: object[]; instanceArn: string } }>(
      ...["get-on-premises-instance", ...named],
    );
    assert.equal(instanceInfo.tags.length, 2);
    assert.match(instanceInfo.instanceArn, /:instance\/cli-rack-1_[A-Za-z0-9]{10}$/);
    const deregistered = await aws.run("deregister", ...named, "--no-delete-iam-user");
    assert.equal(deregistered.stderr, "");
    assert.match(deregistered.stdout, /Removing tags from the on-premises instance\.\.\. DONE/);
    assert.match(deregistered.stdout, /Deregistering the on-premises instance\.\.\. DONE/);
    const [listed, { instanceInfos }] = await together(
      aws.json<{ instanceNames: string[] }>("list-on-premises-instances", "--registration-status", "Deregistered"),
      aws.json<{ instanceInfos: { tags: object[]; deregisterTime?: string }[] }>(
        "batch-get-on-premises-instances",
        ...names,
      ),
    );
    assert.deepEqual(listed.instanceNames, ["cli-rack-1"]);
    assert.deepEqual(instanceInfos[0]?.tags, []);
    assert.ok(instanceInfos[0]?.deregisterTime);
  });

  it("lists the names of GitHub tokens, and none of the tokens", async () => {
    const body = JSON.stringify({ token: "ghp_cli" });
    const headers = { authorization: authorization() };
    const kept = await fetch(`${box.url}/_signalbox/github-tokens/cli-token`, { method: "PUT", headers, body });
    assert.ok(kept.ok);
    const text = await aws.text("list-git-hub-account-token-names", "--output", "json");
    assert.deepEqual(JSON.parse(text), { tokenNameList: ["cli-token"] });
    const deleted = await aws.json<object>("delete-git-hub-account-token", "--token-name", "cli-token");
    assert.deepEqual(deleted, { tokenName: "cli-token" });
  });

  it("install sets up the agent", {
    skip: "`aws deploy install` downloads the agent from AWS and needs root",
  }, () => {});
});
