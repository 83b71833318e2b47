/** Brings about, on a signalbox, the situations in which the recorded answers were given. */
import assert from "node:assert/strict";
import {
  appSpec,
  deploy,
  lambdaGroup,
  publishTwoVersions,
  SERVICE_ROLE,
  uniqueName,
} from "../../support/lambdaFixtures.ts";
import { ACCOUNT, authorization, type RunningSignalbox } from "../../support/signalbox.ts";

export type Body = Record<string, unknown>;

/** A row of the index of recorded answers. */
export interface Recording {
  file: string;
  operation: string;
  kind: string;
  error_code?: string;
}

type Situation = (box: RunningSignalbox, theirs: Body) => Promise<Body>;

/** The model's name of the operation, which documentation writes in other ways. */
export function operationOf({ operation, file }: Recording): string {
  if (operation.startsWith("Step-5")) return "CreateApplication";
  if (operation.startsWith("Step-6") || operation === "create-deployment") return "CreateDeployment";
  if (operation === "GetDeployment (fragment)") return "GetDeployment";
  if (file.startsWith("responses/aws-cli-examples/")) {
    return operation.replace(/(^|-)([a-z])/g, (_all, _dash, letter: string) => letter.toUpperCase());
  }
  return operation;
}

/** Why there is no such situation here, for the recordings of which there is none. */
export function notBroughtAbout(recording: Recording): string | undefined {
  const operation = operationOf(recording);
  if (operation in SITUATIONS || recording.file in FILES) return undefined;
  const reasons: [RegExp, string][] = [
    [/^(Push)$/, "`aws deploy push` uploads to S3, which is not built yet"],
    [
      /^GetDeploymentInstance$|Install|ApplicationStop|HostCommand|instance lifecycle/,
      "deployments to servers are not built yet",
    ],
    [/^deployment errorInformation$/, "deployments to servers are not built yet"],
    [/AllowTraffic|^ecs:|BlueGreen hook/, "it is no answer of the CodeDeploy API"],
    [/^sns$/, "recordedNotifications.test.ts has it"],
  ];
  const found = reasons.find(([pattern]) => pattern.test(operation));
  assert.ok(found, `${recording.file} (${operation}) has neither a situation nor a reason`);
  return found[1];
}

export function situationOf(recording: Recording): Situation {
  const situation = FILES[recording.file] ?? SITUATIONS[operationOf(recording)];
  assert.ok(situation, recording.file);
  return situation;
}

/** The body that is on the wire, of an answer or of an error. */
async function ask(box: RunningSignalbox, operation: string, input: object): Promise<Body> {
  const response = await fetch(box.url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `CodeDeploy_20141006.${operation}`,
      authorization: authorization(),
    },
    body: JSON.stringify(input),
  });
  return (await response.json()) as Body;
}

async function serverApplication(box: RunningSignalbox): Promise<string> {
  const applicationName = uniqueName("servers");
  await ask(box, "CreateApplication", { applicationName });
  return applicationName;
}

async function ecsApplication(box: RunningSignalbox): Promise<string> {
  const applicationName = uniqueName("containers");
  await ask(box, "CreateApplication", { applicationName, computePlatform: "ECS" });
  return applicationName;
}

type Status = "Created" | "Succeeded" | "Failed" | "Stopped" | "InProgress";

/** A deployment to Lambda, brought to the status. */
async function deployment(box: RunningSignalbox, status: Status) {
  const versions = await publishTwoVersions(box.lambda());
  const group = await lambdaGroup(box.codeDeploy(), {
    deploymentConfigName: `CodeDeployDefault.Lambda${status === "Succeeded" ? "AllAtOnce" : "Canary10Percent5Minutes"}`,
  });
  const wrong = status === "Failed" ? { currentVersion: "2", targetVersion: "1" } : {};
  const content = appSpec({ ...versions, ...wrong });
  const deploymentId = await deploy(box.codeDeploy(), group, content, { description: "deploy with a client" });
  const created = status === "Created" ? await ask(box, "GetDeployment", { deploymentId }) : undefined;
  await box.advance(1);
  if (status === "Stopped") {
    await ask(box, "StopDeployment", { deploymentId });
    await box.advance(60);
  }
  return { ...group, deploymentId, content, info: created ?? (await ask(box, "GetDeployment", { deploymentId })) };
}

async function onPremisesInstance(box: RunningSignalbox): Promise<string> {
  const instanceName = uniqueName("AssetTag");
  await ask(box, "RegisterOnPremisesInstance", {
    instanceName,
    iamUserArn: `arn:aws:iam::${ACCOUNT}:user/${instanceName}`,
  });
  await ask(box, "AddTagsToOnPremisesInstances", {
    instanceNames: [instanceName],
    tags: [{ Key: "Name", Value: "Demo" }],
  });
  return instanceName;
}

const serverGroup = (applicationName: string, deploymentGroupName: string) => ({
  applicationName,
  deploymentGroupName,
  serviceRoleArn: SERVICE_ROLE,
  deploymentConfigName: "CodeDeployDefault.AllAtOnce",
  ec2TagSet: { ec2TagSetList: [[{ Type: "KEY_AND_VALUE", Value: "my-EC2-instance", Key: "Name" }]] },
});

/** Our error in the words of theirs, where theirs has our code and our message in it; ours as it is, otherwise. */
function inTheirWords({ text }: Body, { __type, message }: Body): Body {
  const same = String(text).includes(String(__type)) && String(text).includes(String(message));
  return { text: same ? text : `${String(__type)}: ${String(message)}` };
}

const FILES: Record<string, Situation> = {
  "responses/errors-from-issues/create-and-wait-cli.txt": async (box) => {
    const { deploymentId } = await deployment(box, "Created");
    return { deploymentId };
  },
  "responses/errors-from-issues/revision-required.txt": async (box, theirs) => {
    const group = await lambdaGroup(box.codeDeploy());
    return inTheirWords(theirs, await ask(box, "CreateDeployment", group));
  },
  "responses/errors-from-issues/deployment-limit-exceeded.txt": async (box, theirs) => {
    const { applicationName, deploymentId, content } = await deployment(box, "InProgress");
    const [{ deploymentGroups }] = [await ask(box, "ListDeploymentGroups", { applicationName })];
    const [deploymentGroupName] = deploymentGroups as string[];
    const revision = { revisionType: "AppSpecContent", appSpecContent: { content } };
    const error = await ask(box, "CreateDeployment", { applicationName, deploymentGroupName, revision });
    const message = String(error["message"]).replace(`'${deploymentGroupName}'`, "'x'").replace(deploymentId, "d-id-x");
    return inTheirWords(theirs, { ...error, message });
  },
  "responses/errors-from-issues/dg-does-not-exist.txt": async (box, theirs) => {
    const applicationName = await serverApplication(box);
    const names = { applicationName, deploymentGroupName: "codedeploy-404-name" };
    return inTheirWords(theirs, await ask(box, "GetDeploymentGroup", names));
  },
  "responses/errors-from-issues/ecs-no-asg.txt": async (box, theirs) => {
    const applicationName = await ecsApplication(box);
    const group = { applicationName, deploymentGroupName: "g", serviceRoleArn: SERVICE_ROLE, autoScalingGroups: [] };
    return inTheirWords(theirs, await ask(box, "CreateDeploymentGroup", group));
  },
  "responses/errors-from-issues/ecs-no-elbinfo.txt": async (box, theirs) => {
    const applicationName = await ecsApplication(box);
    const listenerArns = [`arn:aws:elasticloadbalancing:eu-west-1:${ACCOUNT}:listener/app/web/1/2`];
    await ask(box, "CreateDeploymentGroup", {
      ...{ applicationName, deploymentGroupName: "g", serviceRoleArn: SERVICE_ROLE },
      ecsServices: [{ clusterName: "c", serviceName: uniqueName("service") }],
      loadBalancerInfo: {
        targetGroupPairInfoList: [{ targetGroups: [{ name: "a" }, { name: "b" }], prodTrafficRoute: { listenerArns } }],
      },
    });
    const changes = { loadBalancerInfo: { elbInfoList: [{ name: "classic" }] } };
    const update = { applicationName, currentDeploymentGroupName: "g", ...changes };
    return inTheirWords(theirs, await ask(box, "UpdateDeploymentGroup", update));
  },
  "responses/errors-from-issues/lambda-alias-version-mismatch.txt": async (box, theirs) => {
    const { info } = await deployment(box, "Failed");
    const { errorInformation } = info["deploymentInfo"] as { errorInformation: Body };
    return inTheirWords(theirs, { __type: errorInformation["code"], message: errorInformation["message"] });
  },
  "responses/errors-from-issues/stopped-overview-fragment.txt": async (box) => {
    const { info } = await deployment(box, "Stopped");
    const { status, deploymentOverview } = info["deploymentInfo"] as Body;
    return { status, deploymentOverview };
  },
};

const SITUATIONS: Record<string, Situation> = {
  CreateApplication: (box) => ask(box, "CreateApplication", { applicationName: uniqueName("created") }),
  async BatchGetApplications(box) {
    const applicationNames = [uniqueName("one"), uniqueName("two")];
    for (const applicationName of applicationNames) {
      await ask(box, "CreateApplication", { applicationName, computePlatform: "Lambda" });
    }
    return ask(box, "BatchGetApplications", { applicationNames });
  },
  async ListApplications(box) {
    await serverApplication(box);
    return ask(box, "ListApplications", {});
  },
  CreateDeploymentConfig: (box) =>
    ask(box, "CreateDeploymentConfig", {
      deploymentConfigName: uniqueName("config"),
      minimumHealthyHosts: { type: "FLEET_PERCENT", value: 75 },
    }),
  async GetDeploymentConfig(box, theirs) {
    const { deploymentConfigName, minimumHealthyHosts, trafficRoutingConfig, computePlatform } = theirs[
      "deploymentConfigInfo"
    ] as Body;
    const members = { deploymentConfigName, minimumHealthyHosts, trafficRoutingConfig, computePlatform };
    const isPredefined = String(deploymentConfigName).startsWith("CodeDeployDefault.");
    if (!isPredefined) await ask(box, "CreateDeploymentConfig", members);
    const ours = await ask(box, "GetDeploymentConfig", { deploymentConfigName });
    const info = ours["deploymentConfigInfo"] as Body;
    assert.deepEqual(
      [info["minimumHealthyHosts"], info["trafficRoutingConfig"]],
      [minimumHealthyHosts, trafficRoutingConfig],
    );
    return ours;
  },
  ListDeploymentConfigs: (box) => ask(box, "ListDeploymentConfigs", {}),
  async CreateDeploymentGroup(box) {
    return ask(box, "CreateDeploymentGroup", serverGroup(await serverApplication(box), "my-group"));
  },
  async BatchGetDeploymentGroups(box) {
    const applicationName = await serverApplication(box);
    await ask(box, "CreateDeploymentGroup", serverGroup(applicationName, "my-group"));
    return ask(box, "BatchGetDeploymentGroups", { applicationName, deploymentGroupNames: ["my-group"] });
  },
  async GetDeploymentGroup(box, theirs) {
    const { applicationName, deploymentGroupName } = await deployment(box, "Succeeded");
    if (!theirs["Error"]) return ask(box, "GetDeploymentGroup", { applicationName, deploymentGroupName });
    const { message, __type } = await ask(box, "GetDeploymentGroup", { applicationName, deploymentGroupName: "World" });
    assert.deepEqual({ Message: message, Code: __type }, theirs["Error"]);
    return { Error: { Message: message, Code: __type } };
  },
  async ListDeploymentGroups(box) {
    const { applicationName } = await lambdaGroup(box.codeDeploy());
    return ask(box, "ListDeploymentGroups", { applicationName });
  },
  async DeleteDeploymentGroup(box) {
    return ask(box, "DeleteDeploymentGroup", await lambdaGroup(box.codeDeploy()));
  },
  async ListTagsForResource(box) {
    const { applicationName, deploymentGroupName } = await lambdaGroup(box.codeDeploy());
    const ResourceArn = `arn:aws:codedeploy:eu-west-1:${ACCOUNT}:deploymentgroup:${applicationName}/${deploymentGroupName}`;
    return ask(box, "ListTagsForResource", { ResourceArn });
  },
  async BatchGetApplicationRevisions(box) {
    const { applicationName, content } = await deployment(box, "Succeeded");
    const revisions = [{ revisionType: "AppSpecContent", appSpecContent: { content } }];
    return ask(box, "BatchGetApplicationRevisions", { applicationName, revisions });
  },
  async CreateDeployment(box) {
    return { deploymentId: (await deployment(box, "Created")).deploymentId };
  },
  async GetDeployment(box, theirs) {
    const { status } = theirs["deploymentInfo"] as { status: Status };
    const { info } = await deployment(box, status);
    // Ours starts at once: when it is read, it may be under way.
    return status === "Created" ? { deploymentInfo: { ...(info["deploymentInfo"] as Body), status } } : info;
  },
  async ListDeployments(box) {
    const { applicationName, deploymentGroupName } = await deployment(box, "Succeeded");
    return ask(box, "ListDeployments", { applicationName, deploymentGroupName });
  },
  async ListDeploymentInstances(box) {
    const { deploymentId } = await deployment(box, "Succeeded");
    return ask(box, "ListDeploymentInstances", { deploymentId });
  },
  async StopDeployment(box) {
    const { deploymentId } = await deployment(box, "InProgress");
    const answer = await ask(box, "StopDeployment", { deploymentId });
    await box.advance(60);
    return answer;
  },
  async BatchGetOnPremisesInstances(box) {
    const instanceNames = [await onPremisesInstance(box)];
    return ask(box, "BatchGetOnPremisesInstances", { instanceNames });
  },
  async ListOnPremisesInstances(box) {
    await onPremisesInstance(box);
    return ask(box, "ListOnPremisesInstances", {});
  },
};
