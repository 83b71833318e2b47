import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import type { CreateDeploymentCommandInput } from "@aws-sdk/client-codedeploy";
import {
  appSpec,
  deploy,
  inlineRevision,
  lambdaApplication,
  lambdaGroup,
  publishTwoVersions,
  silentHook,
} from "../support/lambdaFixtures.ts";
import { assertRefused, nameRefusals, type Refusal, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const lambda = box.lambda();
const content = '{"version": 0.0}';
const sha256Of = (text: string) => createHash("sha256").update(text, "utf8").digest("hex");

test("CreateDeployment answers an id of d- and nine capitals or digits, and nothing else", async () => {
  const group = await lambdaGroup(codedeploy);
  const { $metadata: _, ...answer } = await codedeploy.createDeployment({
    ...group,
    revision: inlineRevision(content),
  });
  assert.deepEqual(Object.keys(answer), ["deploymentId"]);
  assert.match(answer.deploymentId ?? "", /^d-[A-Z0-9]{9}$/);
});

/** A deployment that waits for a report, so that it is under way for as long as the test likes. */
async function waitingDeployment() {
  const versions = await publishTwoVersions(lambda);
  const hook = await silentHook(box, lambda);
  const group = await lambdaGroup(codedeploy);
  const spec = appSpec(versions, { BeforeAllowTraffic: hook.functionName });
  const deploymentId = await deploy(codedeploy, group, spec);
  await box.advance(0);
  return { group, deploymentId, spec };
}

test("a group that deploys already refuses another deployment, in the words that clients look for", async () => {
  const { group, deploymentId } = await waitingDeployment();
  const message = `The Deployment Group '${group.deploymentGroupName}' already has an active Deployment '${deploymentId}'`;
  const second = codedeploy.createDeployment({ ...group, revision: inlineRevision(content) });
  await assertRefused(second, "DeploymentLimitExceededException", message);
  const found = /(?:is already deploying|already has an active Deployment) '(d-\w+)'/.exec(message);
  assert.equal(found?.[1], deploymentId);
  assert.deepEqual((await codedeploy.listDeployments(group)).deployments, [deploymentId]);
  await codedeploy.stopDeployment({ deploymentId });
  await box.advance(0);
  await deploy(codedeploy, group, content);
});

test("of ten requests at once for one group, one is accepted", async () => {
  const versions = await publishTwoVersions(lambda);
  const group = await lambdaGroup(codedeploy, {
    deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
  });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () => deploy(codedeploy, group, appSpec(versions))),
  );
  assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") assert.equal(outcome.reason.name, "DeploymentLimitExceededException");
  }
});

test("groups deploy beside each other, also when they have the same name in another account", async () => {
  const { group } = await waitingDeployment();
  const sibling = await lambdaGroup(codedeploy, { applicationName: group.applicationName });
  await deploy(codedeploy, sibling, content);
  const other = box.codeDeploy({ account: "210987654321" });
  await lambdaApplication(other, { applicationName: group.applicationName });
  await lambdaGroup(other, group);
  await deploy(other, group, content);
});

test("a revision that is registered may be deployed by its digest alone", async () => {
  const group = await lambdaGroup(codedeploy);
  const versions = await publishTwoVersions(lambda);
  const spec = appSpec(versions);
  const byDigest = { revisionType: "AppSpecContent", appSpecContent: { sha256: sha256Of(spec) } } as const;
  await assertRefused(
    codedeploy.createDeployment({ ...group, revision: byDigest }),
    "RevisionDoesNotExistException",
    "No revision found for the given location",
  );
  const { applicationName } = group;
  await codedeploy.registerApplicationRevision({ applicationName, revision: inlineRevision(spec) });
  const { deploymentId } = await codedeploy.createDeployment({ ...group, revision: byDigest });
  await box.advance(0);
  assert.equal((await codedeploy.getDeployment({ deploymentId })).deploymentInfo?.status, "Succeeded");
});

test("a revision of which only the digest was ever registered cannot be deployed", async () => {
  const group = await lambdaGroup(codedeploy);
  const byDigest = { revisionType: "AppSpecContent", appSpecContent: { sha256: sha256Of("lost") } } as const;
  await codedeploy.registerApplicationRevision({ applicationName: group.applicationName, revision: byDigest });
  await assertRefused(
    codedeploy.createDeployment({ ...group, revision: byDigest }),
    "InvalidRevisionException",
    /only its digest is known/,
  );
});

test("what the request says of rollback and pace replaces what the group says, for this deployment", async () => {
  const versions = await publishTwoVersions(lambda);
  const group = await lambdaGroup(codedeploy, {
    autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
  });
  const settings = {
    deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent10Minutes",
    autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_STOP_ON_REQUEST"] },
    description: "d".repeat(256),
  } as const;
  const deploymentId = await deploy(codedeploy, group, appSpec(versions), settings as never);
  const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
  const { deploymentConfigName, autoRollbackConfiguration, description } = deploymentInfo ?? {};
  assert.deepEqual({ deploymentConfigName, autoRollbackConfiguration, description }, settings);
});

const late: [title: string, change: object, code: string, message: RegExp][] = [
  [
    "equal versions",
    { targetVersion: "1" },
    "INVALID_LAMBDA_CONFIGURATION",
    /^The deployment failed because the AppSpec file that specifies the AWS Lambda deployment configuration is missing or has an invalid configuration\.$/,
  ],
  [
    "an alias that is not at CurrentVersion",
    { currentVersion: "2", targetVersion: "1" },
    "INVALID_LAMBDA_CONFIGURATION",
    /invalid configuration\. The Lambda function alias version does not match the current version in AppSpec file\.$/,
  ],
  ["an unknown function", { functionName: "nowhere" }, "INVALID_LAMBDA_FUNCTION", /nowhere/],
  ["an unknown alias", { alias: "dead" }, "INVALID_LAMBDA_FUNCTION", /dead/],
  [
    "a version that is $LATEST",
    { targetVersion: "$LATEST" },
    "INVALID_LAMBDA_CONFIGURATION",
    /invalid configuration\.$/,
  ],
  ["an unpublished version", { targetVersion: "99" }, "INVALID_LAMBDA_FUNCTION", /./],
];
for (const [title, change, code, message] of late) {
  test(`an AppSpec with ${title} is accepted, and its deployment fails with ${code}`, async () => {
    const versions = await publishTwoVersions(lambda);
    const group = await lambdaGroup(codedeploy);
    const deploymentId = await deploy(codedeploy, group, appSpec({ ...versions, ...change }));
    await box.advance(0);
    const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
    assert.equal(deploymentInfo?.status, "Failed");
    assert.equal(deploymentInfo?.errorInformation?.code, code);
    assert.match(deploymentInfo?.errorInformation?.message ?? "", message);
  });
}

test("an AppSpec that parses and is none is accepted, and its deployment says which line is wrong", async () => {
  const group = await lambdaGroup(codedeploy);
  const deploymentId = await deploy(
    codedeploy,
    group,
    "version: 0.0\nResources:\n  - f:\n      Type: AWS::S3::Bucket\n",
  );
  await box.advance(0);
  const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
  assert.equal(deploymentInfo?.errorInformation?.code, "INVALID_LAMBDA_CONFIGURATION");
  assert.match(deploymentInfo?.deploymentStatusMessages?.[0] ?? "", /Type must be .*line 4, column 13/);
});

test("a group's alarms do not stand in the way of a deployment that overrides them", async () => {
  const group = await lambdaGroup(codedeploy, { alarmConfiguration: { enabled: true, alarms: [{ name: "red" }] } });
  const overrideAlarmConfiguration = { enabled: false };
  const deploymentId = await deploy(codedeploy, group, content, { overrideAlarmConfiguration });
  const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId });
  assert.equal(deploymentInfo?.overrideAlarmConfiguration?.enabled, false);
});

const applicationName = await lambdaApplication(codedeploy);
const group = await lambdaGroup(codedeploy, { applicationName });
const busy = (await waitingDeployment()).group;
const named = { ...group, revision: inlineRevision(content) };
const foreign: [member: keyof CreateDeploymentCommandInput, value: unknown, error: string, message: string | RegExp][] =
  [
    [
      "fileExistsBehavior",
      "OVERWRITE",
      "InvalidFileExistsBehaviorException",
      "For Lambda and ECS deployment, fileExistsBehavior can not be specified",
    ],
    ["ignoreApplicationStopFailures", true, "InvalidIgnoreApplicationStopFailuresValueException", /only be false/],
    ["updateOutdatedInstancesOnly", true, "InvalidUpdateOutdatedInstancesOnlyValueException", /only be false/],
    ["targetInstances", {}, "InvalidTargetInstancesException", /targetInstances/],
  ];

refuses(codedeploy, "CreateDeployment", [
  ...nameRefusals(
    "applicationName",
    named,
    ["ApplicationNameRequiredException", "Application name is required"],
    ["InvalidApplicationNameException", /^Invalid application name: /],
  ),
  ...nameRefusals(
    "deploymentGroupName",
    named,
    ["DeploymentGroupNameRequiredException", "Deployment group name is required"],
    ["InvalidDeploymentGroupNameException", /^Invalid deployment group name: /],
  ),
  ["no revision", group, "RevisionRequiredException", "RevisionLocation must be specified"],
  [
    "no revision, before it looks for the application",
    { ...group, applicationName: "unknown" },
    "RevisionRequiredException",
    "RevisionLocation must be specified",
  ],
  ["an empty revision", { ...group, revision: {} }, "RevisionRequiredException", "RevisionLocation must be specified"],
  [
    "a description of 257 characters, before it looks for the application",
    { ...named, applicationName: "unknown", description: "d".repeat(257) },
    "DescriptionTooLongException",
    /257.*256/,
  ],
  [
    "a bad configuration name, before it looks for the application",
    { ...named, applicationName: "unknown", deploymentConfigName: "two words" },
    "InvalidDeploymentConfigNameException",
    /two words/,
  ],
  [
    "an unknown application",
    { ...named, applicationName: "unknown" },
    "ApplicationDoesNotExistException",
    "No application found for name: unknown",
  ],
  [
    "an unknown group",
    { ...named, deploymentGroupName: "unknown" },
    "DeploymentGroupDoesNotExistException",
    "No Deployment Group found for name: unknown",
  ],
  [
    "a commit on GitHub",
    { ...group, revision: { gitHubLocation: { repository: "o/r", commitId: "c" } } },
    "InvalidRevisionException",
    /Lambda.*GitHub/,
  ],
  [
    "text that is neither YAML nor JSON, with its place",
    { ...group, revision: inlineRevision("version: 0.0\nResources: [") },
    "InvalidRevisionException",
    /neither valid YAML nor valid JSON.*line 2, column \d+/,
  ],
  [
    "an unknown deployment mode",
    { ...named, deploymentMode: "EXPRESS" },
    "InvalidRevisionException",
    /EXPRESS.*STANDARD or RESTART/,
  ],
  [
    "a restart, which is for servers",
    { ...group, deploymentMode: "RESTART" },
    "InvalidRevisionException",
    /RESTART.*servers/,
  ],
  [
    "an unknown configuration",
    { ...named, deploymentConfigName: "unknown" },
    "DeploymentConfigDoesNotExistException",
    "No Deployment Configuration found for name: unknown",
  ],
  [
    "a configuration for another platform",
    { ...named, deploymentConfigName: "CodeDeployDefault.AllAtOnce" },
    "InvalidDeploymentConfigNameException",
    /Server.*Lambda/,
  ],
  [
    "rollback without events",
    { ...named, autoRollbackConfiguration: { enabled: true, events: [] } },
    "InvalidAutoRollbackConfigException",
    /no event/,
  ],
  [
    "alarms enabled and none named",
    { ...named, overrideAlarmConfiguration: { enabled: true } },
    "InvalidAlarmConfigException",
    /no alarm/,
  ],
  [
    "51 alarms",
    { ...named, overrideAlarmConfiguration: { alarms: Array.from({ length: 51 }, (_, n) => ({ name: `${n}` })) } },
    "AlarmsLimitExceededException",
    /51.*50/,
  ],
  [
    "a busy group, before it looks at the settings",
    { ...named, ...busy, fileExistsBehavior: "OVERWRITE" },
    "DeploymentLimitExceededException",
    /already has an active Deployment/,
  ],
  ...foreign.map(([member, value, error, message]): Refusal => [member, { ...named, [member]: value }, error, message]),
]);

test("what was refused was not created", async () => {
  assert.deepEqual((await codedeploy.listDeployments(group)).deployments, []);
});
