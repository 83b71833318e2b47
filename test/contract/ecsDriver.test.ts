/** The ECS driver against an implementation of the APIs that is not ours, and its list of allowed calls (semantics 5.4). */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { ECS } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { forward } from "../support/balancer.ts";
import { advanceUntil, blueGreenGroup, blueGreenService, deployVersion, ecsAppSpec } from "../support/blueGreen.ts";
import { startCallRecorder } from "../support/callRecorder.ts";
import { inlineRevision } from "../support/lambdaFixtures.ts";
import { startMoto, whyNoMoto } from "../support/moto.ts";
import { ACCOUNT, REGION, startSignalbox } from "../support/signalbox.ts";

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
const box = await startSignalbox({ after }, { flags: { endpoint: `ecs=${recorder.url},elbv2=${recorder.url}` } });
recorder.passTo(box.url);

it("makes every call that the role allows in one deployment and its rollback, and no other", async () => {
  const web = await blueGreenService(box, {
    group: { autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_STOP_ON_REQUEST"] } },
  });
  await box.elbv2().createRule({
    ListenerArn: web.production,
    Priority: 1,
    Conditions: [{ Field: "path-pattern", Values: ["/shop/*"] }],
    Actions: [{ Type: "forward", TargetGroupArn: web.targetGroups[0] }],
  });
  await advanceUntil(box, "version 1 answers", async () => (await fetch(web.productionUrl)).ok);
  const deploymentId = await deployVersion(box, web, "v2");
  const codedeploy = box.codeDeploy();
  await advanceUntil(box, "it has ended", async () => {
    const { status } = (await codedeploy.getDeployment({ deploymentId })).deploymentInfo ?? {};
    return status === "Succeeded";
  });
  assert.deepEqual([...new Set(recorder.calls)].sort(), ALLOWED);
});

describe("an independent implementation of the ECS and Elastic Load Balancing APIs", { skip: whyNoMoto }, () => {
  /** moto makes no primary task set of its own, and wants to know what memory a container has. */
  async function service(url: string, ecs: ECS, elb: ElasticLoadBalancingV2) {
    const { subnets, vpc } = await networkOf(url);
    const { LoadBalancers } = await elb.createLoadBalancer({ Name: "balancer", Subnets: subnets });
    const group = async (Name: string) => {
      const { TargetGroups } = await elb.createTargetGroup({
        Name,
        Protocol: "HTTP",
        Port: 80,
        VpcId: vpc,
        TargetType: "ip",
      });
      return TargetGroups?.[0]?.TargetGroupArn ?? "";
    };
    const [blue, green] = [await group("blue"), await group("green")];
    const { Listeners } = await elb.createListener({
      ...{ LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn, Protocol: "HTTP", Port: 80 },
      DefaultActions: [forward([blue, 1])],
    });
    await ecs.createCluster({ clusterName: "shop" });
    const define = async () => {
      const containerDefinitions = [{ name: "web", image: "web", memory: 64, portMappings: [{ containerPort: 8080 }] }];
      return (await ecs.registerTaskDefinition({ family: "web", containerDefinitions })).taskDefinition ?? {};
    };
    const { taskDefinitionArn: taskDefinition } = await define();
    const common = { cluster: "shop", launchType: "FARGATE" } as const;
    await ecs.createService({
      ...common,
      serviceName: "web",
      taskDefinition,
      deploymentController: { type: "CODE_DEPLOY" },
    });
    const { taskSet } = await ecs.createTaskSet({
      ...{ ...common, service: "web", taskDefinition },
      loadBalancers: [{ targetGroupArn: blue, containerName: "web", containerPort: 8080 }],
    });
    await ecs.updateServicePrimaryTaskSet({ cluster: "shop", service: "web", primaryTaskSet: taskSet?.taskSetArn });
    return { define, blue, green, listener: Listeners?.[0]?.ListenerArn ?? "" };
  }

  it("is deployed to: a canary shifts, a stopped one is brought back", async (context) => {
    const url = await startMoto(context);
    const credentials = { accessKeyId: ACCOUNT, secretAccessKey: "test" };
    const [ecs, elb] = [ECS, ElasticLoadBalancingV2].map(
      (Client) => new Client({ endpoint: url, region: REGION, credentials }),
    ) as [ECS, ElasticLoadBalancingV2];
    context.after(() => {
      for (const client of [ecs, elb]) client.destroy();
    });
    const { define, blue, green, listener } = await service(url, ecs, elb);
    const other = await startSignalbox(context, { flags: { endpoint: `ecs=${url},elbv2=${url}` } });
    const codedeploy = other.codeDeploy();
    const group = await blueGreenGroup(other, {
      deploymentConfigName: "CodeDeployDefault.ECSCanary10Percent5Minutes",
      ecsServices: [{ clusterName: "shop", serviceName: "web" }],
      loadBalancerInfo: {
        targetGroupPairInfoList: [
          { targetGroups: [{ name: "blue" }, { name: "green" }], prodTrafficRoute: { listenerArns: [listener] } },
        ],
      },
    });
    const weights = async () => {
      const { Listeners } = await elb.describeListeners({ ListenerArns: [listener] });
      const groups = Listeners?.[0]?.DefaultActions?.[0]?.ForwardConfig?.TargetGroups ?? [];
      return Object.fromEntries(
        groups.map(({ TargetGroupArn, Weight }) => [
          TargetGroupArn === blue ? "blue" : TargetGroupArn === green ? "green" : "other",
          Weight,
        ]),
      );
    };
    const taskSets = async () =>
      ((await ecs.describeServices({ cluster: "shop", services: ["web"] })).services?.[0]?.taskSets ?? []).map(
        ({ status, externalId }) => `${status} ${externalId ?? ""}`,
      );
    const start = async () => {
      const revision = inlineRevision(ecsAppSpec(await define()));
      return (await codedeploy.createDeployment({ ...group, revision })).deploymentId ?? "";
    };

    const stopped = await start();
    await other.advance(60);
    assert.deepEqual(await weights(), { blue: 90, green: 10 });
    await codedeploy.stopDeployment({ deploymentId: stopped, autoRollbackEnabled: true });
    await other.advance(0);
    assert.deepEqual([await weights(), await taskSets()], [{ blue: 1 }, ["PRIMARY "]]);

    const deploymentId = await start();
    await other.advance(600);
    assert.equal((await codedeploy.getDeployment({ deploymentId })).deploymentInfo?.status, "Succeeded");
    assert.deepEqual([await weights(), await taskSets()], [{ blue: 0, green: 100 }, [`PRIMARY ${deploymentId}`]]);
  });
});

/** Subnets that moto has of its own accord, and where they are. */
async function networkOf(url: string): Promise<{ subnets: string[]; vpc: string }> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20260101/${REGION}/ec2/aws4_request, SignedHeaders=host, Signature=0`;
  const headers = { authorization, "content-type": "application/x-www-form-urlencoded" };
  const answer = await fetch(url, { method: "POST", headers, body: "Action=DescribeSubnets&Version=2016-11-15" });
  const text = await answer.text();
  const all = (tag: string) => [...text.matchAll(new RegExp(`<${tag}>([^<]+)<`, "g"))].map(([, value = ""]) => value);
  return { subnets: all("subnetId").slice(0, 2), vpc: all("vpcId")[0] ?? "" };
}
