/** The ECS driver: one contract against our services and against others' of the same APIs, and its list of allowed calls (semantics 5.4). */
import assert from "node:assert/strict";
import { after, it, type TestContext } from "node:test";
import { ECS } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2, type RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { forward } from "../support/balancer.ts";
import {
  advanceUntil,
  type BlueGreen,
  blueGreenGroup,
  blueGreenService,
  deployVersion,
  ecsAppSpec,
} from "../support/blueGreen.ts";
import { startCallRecorder } from "../support/callRecorder.ts";
import { server } from "../support/ecsFixtures.ts";
import { inlineRevision } from "../support/lambdaFixtures.ts";
import { newName, otherAws, whyNoOtherAws } from "../support/otherAws.ts";
import { ACCOUNT, REGION, type RunningSignalbox, startSignalbox } from "../support/signalbox.ts";

const ALLOWED = [
  "ecs:CreateTaskSet",
  "ecs:DeleteTaskSet",
  "ecs:DescribeServices",
  "ecs:UpdateServicePrimaryTaskSet",
  "elasticloadbalancing:DescribeListeners",
  "elasticloadbalancing:DescribeRules",
  "elasticloadbalancing:DescribeTargetGroups",
  "elasticloadbalancing:ModifyListener",
  "elasticloadbalancing:ModifyRule",
];

const recorder = await startCallRecorder({ after });
const box = await startSignalbox(
  { after },
  { flags: { endpoint: `ecs=${recorder.url},elbv2=${recorder.url}`, "quota-target-group-pairs": "2" } },
);
recorder.passTo(box.url);

/** Every call of a deployment that succeeds. */
async function callsOf(web: BlueGreen): Promise<string[]> {
  await advanceUntil(box, "version 1 answers", async () => (await fetch(web.productionUrl)).ok);
  recorder.calls.length = 0;
  const deploymentId = await deployVersion(box, web, "v2");
  await advanceUntil(box, "it has succeeded", async () => {
    const { status } = (await box.codeDeploy().getDeployment({ deploymentId })).deploymentInfo ?? {};
    return status === "Succeeded";
  });
  return [...new Set(recorder.calls)].sort();
}

/** A rule of the production listener that forwards to the original. */
const addRule = (web: BlueGreen, condition: RuleCondition) =>
  box.elbv2().createRule({
    ...{ ListenerArn: web.production, Priority: 1, Conditions: [condition] },
    Actions: [{ Type: "forward", TargetGroupArn: web.targetGroups[0] }],
  });

it("makes every call that the role allows in one deployment, and no other", async () => {
  const web = await blueGreenService(box);
  await addRule(web, { Field: "path-pattern", Values: ["/shop/*"] });
  assert.deepEqual(await callsOf(web), ALLOWED);
});

it("makes no other call for test traffic by a header, which needs rules and makes none", async () => {
  const tags = [{ Key: "signalbox:test-header", Value: "X-Test" }];
  const web = await blueGreenService(box, { hasTestListener: false, group: { tags } });
  await addRule(web, { Field: "http-header", HttpHeaderConfig: { HttpHeaderName: "X-Test", Values: ["*"] } });
  assert.deepEqual(await callsOf(web), ALLOWED);
});

it("makes no other call for two pairs of target groups", async () => {
  const web = await blueGreenService(box, { hasAdmin: true });
  await addRule(web, { Field: "path-pattern", Values: ["/shop/*"] });
  assert.deepEqual(await callsOf(web), ALLOWED);
});

/** Where the contract is held. */
interface Place {
  /** Both APIs. */
  url: string;
  /** The one that deploys there. */
  deployer: RunningSignalbox;
  /** A network in which a load balancer can be made. */
  subnets: string[];
  vpc: string;
}

const PLACES: { name: string; skip: string | false; find: (context: TestContext) => Promise<Place> }[] = [
  {
    name: "the embedded services",
    skip: false,
    find: async () => ({ url: box.url, deployer: box, subnets: ["subnet-a", "subnet-b"], vpc: "vpc-1" }),
  },
  {
    name: "an independent implementation",
    skip: whyNoOtherAws,
    find: async (context) => {
      const url = await otherAws(context);
      const deployer = await startSignalbox(context, { flags: { endpoint: `ecs=${url},elbv2=${url}` } });
      return { url, deployer, ...(await networkOf(url)) };
    },
  },
];

for (const { name, skip, find } of PLACES) {
  it(`deploys to ${name}: a canary shifts, a stopped one is brought back`, { skip }, async (context) => {
    const place = await find(context);
    const credentials = { accessKeyId: ACCOUNT, secretAccessKey: "test" };
    const common = { endpoint: place.url, region: REGION, credentials };
    const [ecs, elb] = [new ECS(common), new ElasticLoadBalancingV2(common)];
    context.after(() => {
      for (const client of [ecs, elb]) client.destroy();
    });
    const web = await runningService(place, ecs, elb);
    const { deployer } = place;
    const codedeploy = deployer.codeDeploy();
    const group = await blueGreenGroup(deployer, {
      deploymentConfigName: "CodeDeployDefault.ECSCanary10Percent5Minutes",
      ecsServices: [{ clusterName: web.cluster, serviceName: web.service }],
      loadBalancerInfo: {
        targetGroupPairInfoList: [
          {
            targetGroups: [{ name: web.blue.name }, { name: web.green.name }],
            prodTrafficRoute: { listenerArns: [web.listener] },
          },
        ],
      },
    });
    const statusOf = async (deploymentId: string) =>
      (await codedeploy.getDeployment({ deploymentId })).deploymentInfo?.status;
    const start = async () => {
      const revision = inlineRevision(ecsAppSpec(await web.define("v2")));
      const { deploymentId = "" } = await codedeploy.createDeployment({ ...group, revision });
      await advanceUntil(deployer, "the canary gets traffic", async () => (await web.weights())["green"] === 10);
      assert.deepEqual(await web.weights(), { blue: 90, green: 10 });
      return deploymentId;
    };

    const stopped = await start();
    await codedeploy.stopDeployment({ deploymentId: stopped, autoRollbackEnabled: true });
    await advanceUntil(deployer, "the replacement is gone", async () => (await web.taskSets()).length === 1);
    assert.deepEqual([await web.weights(), await web.taskSets()], [{ blue: 1 }, ["PRIMARY "]]);

    const deploymentId = await start();
    await advanceUntil(deployer, "it has succeeded", async () => (await statusOf(deploymentId)) === "Succeeded");
    await advanceUntil(deployer, "the original is gone", async () => (await web.taskSets()).length === 1);
    assert.deepEqual(
      [await web.weights(), await web.taskSets()],
      [{ blue: 0, green: 100 }, [`PRIMARY ${deploymentId}`]],
    );
  });
}

/** A service whose first version runs behind a listener, wherever that is. */
async function runningService({ subnets, vpc }: Place, ecs: ECS, elb: ElasticLoadBalancingV2) {
  const [cluster, service] = [newName("shop"), newName("web")];
  const { LoadBalancers } = await elb.createLoadBalancer({ Name: newName("balancer"), Subnets: subnets });
  const group = async (Name: string) => {
    const common = { Protocol: "HTTP", Port: 80, VpcId: vpc, TargetType: "ip" } as const;
    const { TargetGroups } = await elb.createTargetGroup({ Name, ...common });
    return { name: Name, arn: TargetGroups?.[0]?.TargetGroupArn ?? "" };
  };
  const [blue, green] = [await group(newName("blue")), await group(newName("green"))];
  const { Listeners } = await elb.createListener({
    ...{ LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn, Protocol: "HTTP", Port: 80 },
    DefaultActions: [forward([blue.arn, 1])],
  });
  const listener = Listeners?.[0]?.ListenerArn ?? "";
  const define = async (version: string) => {
    const containerDefinitions = [server(version)];
    return (await ecs.registerTaskDefinition({ family: service, containerDefinitions })).taskDefinition ?? {};
  };
  await ecs.createCluster({ clusterName: cluster });
  const { taskDefinitionArn: taskDefinition } = await define("v1");
  const launched = { cluster, launchType: "FARGATE", taskDefinition } as const;
  const loadBalancers = [{ targetGroupArn: blue.arn, containerName: "web", containerPort: 8080 }];
  const { service: made } = await ecs.createService({
    ...{ ...launched, serviceName: service, loadBalancers, desiredCount: 1 },
    deploymentController: { type: "CODE_DEPLOY" },
  });
  // AWS makes the first task set; moto leaves that to its client.
  if (!made?.taskSets?.length) {
    const { taskSet } = await ecs.createTaskSet({ ...launched, service, loadBalancers });
    await ecs.updateServicePrimaryTaskSet({ cluster, service, primaryTaskSet: taskSet?.taskSetArn });
  }
  return {
    ...{ cluster, service, blue, green, listener, define },
    async weights() {
      const { Listeners: found } = await elb.describeListeners({ ListenerArns: [listener] });
      const groups = found?.[0]?.DefaultActions?.[0]?.ForwardConfig?.TargetGroups ?? [];
      const nameOf = (arn = "") => (arn === blue.arn ? "blue" : arn === green.arn ? "green" : "other");
      return Object.fromEntries(groups.map(({ TargetGroupArn, Weight }) => [nameOf(TargetGroupArn), Weight]));
    },
    async taskSets() {
      const { services } = await ecs.describeServices({ cluster, services: [service] });
      return (services?.[0]?.taskSets ?? []).map(({ status, externalId }) => `${status} ${externalId ?? ""}`);
    },
  };
}

/** Subnets that are there of their own accord, and where they are. */
async function networkOf(url: string): Promise<{ subnets: string[]; vpc: string }> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20260101/${REGION}/ec2/aws4_request, SignedHeaders=host, Signature=0`;
  const headers = { authorization, "content-type": "application/x-www-form-urlencoded" };
  const answer = await fetch(url, { method: "POST", headers, body: "Action=DescribeSubnets&Version=2016-11-15" });
  const text = await answer.text();
  const all = (tag: string) => [...text.matchAll(new RegExp(`<${tag}>([^<]+)<`, "g"))].map(([, value = ""]) => value);
  return { subnets: all("subnetId").slice(0, 2), vpc: all("vpcId")[0] ?? "" };
}
