/** What the demo of ECS deploys, made through the official clients. What an earlier run has left behind is removed first. */
import { join } from "node:path";
import type { ECS } from "@aws-sdk/client-ecs";
import type { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { wallClock } from "../clock.ts";
import type { ClientSettings } from "../settings.ts";
import { DEFAULT_ACCOUNT, DEFAULT_REGION, stopActive } from "./demoScene.ts";
import { CommandError, exitCodes } from "./exitCodes.ts";

/** Application, cluster, service and load balancer. */
export const SHOP = "signalbox-shop";
const HOOK = "CodeDeployHook_signalbox-shop_afterAllowTestTraffic";
const ALARM = "signalbox-shop-errors";
const CONTAINER_PORT = 8080;

/** Beside `src/` in a checkout, beside `dist/` in the package. */
const example = join(import.meta.dirname, "..", "..", "examples", "ecs-blue-green");

export interface EcsDemoScene {
  /** Where each listener really listens. */
  productionUrl: string;
  testUrl: string;
  /** Deploys the version in that folder of the example, and gives the deployment's id. */
  deploy(folder: string): Promise<string>;
  /** Orders from production. */
  order(): Promise<Order>;
}

export interface Order {
  /** Who answered. */
  version: string;
  failed: boolean;
}

/** How long a service may take to start or to go, in real time. */
const LIMIT_MS = 30_000;
const LOOK_MS = 50;

export async function ecsDemoScene(settings: ClientSettings): Promise<EcsDemoScene> {
  const clients = await clientsFor(settings);
  await removeFormer(clients);
  const { production, test, targetGroups } = await balance(clients.elb);
  await publishHook(clients, test.url);
  await serve(clients.ecs, targetGroups[0]);
  await makeGroup(clients, production.arn, test.arn);
  const order = async () => {
    const answer = await fetch(`${production.url}/?pieces=3`);
    return { version: ((await answer.json()) as { version: string }).version, failed: !answer.ok };
  };
  await until("version 1 answers", () => fetch(production.url).then(({ ok }) => ok));
  return {
    productionUrl: production.url,
    testUrl: test.url,
    order,
    async deploy(folder) {
      const content = appSpec(await register(clients.ecs, folder));
      const revision = { revisionType: "AppSpecContent", appSpecContent: { content } } as const;
      const { deploymentId } = await clients.codeDeploy.createDeployment({ ...group, revision });
      return deploymentId ?? "";
    },
  };
}

const group = { applicationName: SHOP, deploymentGroupName: "production" };

type Clients = Awaited<ReturnType<typeof clientsFor>>;

async function clientsFor({ endpoint, accountId, region }: ClientSettings) {
  const [codeDeploy, ecs, elb, lambda, cloudWatch] = await Promise.all([
    import("@aws-sdk/client-codedeploy"),
    import("@aws-sdk/client-ecs"),
    import("@aws-sdk/client-elastic-load-balancing-v2"),
    import("@aws-sdk/client-lambda"),
    import("@aws-sdk/client-cloudwatch"),
  ]);
  const account = accountId ?? DEFAULT_ACCOUNT;
  const credentials = { accessKeyId: account, secretAccessKey: "signalbox" };
  const common = { endpoint, region: region ?? DEFAULT_REGION, credentials };
  return {
    codeDeploy: new codeDeploy.CodeDeploy(common),
    codeDeploySdk: codeDeploy,
    ecs: new ecs.ECS(common),
    elb: new elb.ElasticLoadBalancingV2(common),
    lambda: new lambda.Lambda(common),
    cloudWatch: new cloudWatch.CloudWatch(common),
    role: `arn:aws:iam::${account}:role/${SHOP}`,
  };
}

/** Deployments under way are stopped, then everything goes that has the demo's name. */
async function removeFormer({ codeDeploy, codeDeploySdk, ecs, elb, lambda, cloudWatch }: Clients): Promise<void> {
  await stopActive(codeDeploy, codeDeploySdk, group).catch(ifMissing);
  await codeDeploy.deleteApplication({ applicationName: SHOP });
  await ecs.deleteService({ cluster: SHOP, service: SHOP, force: true }).catch(ifMissing);
  await until("the service of an earlier run has ended", async () => {
    const found = await ecs.describeServices({ cluster: SHOP, services: [SHOP] }).catch(ifMissing);
    return found?.services?.every(({ status }) => status === "INACTIVE") ?? true;
  });
  const balancers = await elb.describeLoadBalancers({ Names: [SHOP] }).catch(ifMissing);
  for (const { LoadBalancerArn } of balancers?.LoadBalancers ?? []) await elb.deleteLoadBalancer({ LoadBalancerArn });
  for (const Name of TARGET_GROUPS) {
    const found = await elb.describeTargetGroups({ Names: [Name] }).catch(ifMissing);
    for (const { TargetGroupArn } of found?.TargetGroups ?? []) await elb.deleteTargetGroup({ TargetGroupArn });
  }
  await lambda.deleteFunction({ FunctionName: HOOK }).catch(ifMissing);
  // One that is still red would stop the first deployment.
  await cloudWatch.deleteAlarms({ AlarmNames: [ALARM] }).catch(ifMissing);
}

const TARGET_GROUPS = ["signalbox-shop-blue", "signalbox-shop-green"] as const;

async function balance(elb: ElasticLoadBalancingV2) {
  const { LoadBalancers } = await elb.createLoadBalancer({ Name: SHOP, Subnets: ["subnet-a", "subnet-b"] });
  const LoadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn;
  const targetGroups: string[] = [];
  for (const Name of TARGET_GROUPS) {
    const common = { Protocol: "HTTP", Port: 80, VpcId: "vpc-1", TargetType: "ip" } as const;
    const { TargetGroups } = await elb.createTargetGroup({ Name, ...common });
    targetGroups.push(TargetGroups?.[0]?.TargetGroupArn ?? "");
  }
  const listen = async (Port: number) => {
    const DefaultActions = [{ Type: "forward", TargetGroupArn: targetGroups[0] }] as const;
    const made = await elb.createListener({
      LoadBalancerArn,
      Protocol: "HTTP",
      Port,
      DefaultActions: [...DefaultActions],
    });
    const arn = made.Listeners?.[0]?.ListenerArn ?? "";
    const { TagDescriptions } = await elb.describeTags({ ResourceArns: [arn] });
    const url = TagDescriptions?.[0]?.Tags?.find(({ Key }) => Key === "aws:signalbox:address")?.Value ?? "";
    return { arn, url };
  };
  return { production: await listen(80), test: await listen(9000), targetGroups };
}

async function publishHook({ lambda, role }: Clients, testUrl: string): Promise<void> {
  await lambda.createFunction({
    FunctionName: HOOK,
    Runtime: "nodejs22.x",
    Handler: "index.handler",
    Role: role,
    Timeout: 30,
    Environment: { Variables: { TEST_URL: testUrl } },
    Code: { S3Bucket: "local-folder", S3Key: join(example, "hooks", "afterAllowTestTraffic") },
  });
}

async function register(ecs: ECS, folder: string): Promise<string> {
  const { taskDefinition } = await ecs.registerTaskDefinition({
    family: SHOP,
    containerDefinitions: [
      {
        name: "shop",
        image: `file://${join(example, "shop", folder)}`,
        command: [process.execPath, "server.mjs"],
        memory: 128,
        portMappings: [{ containerPort: CONTAINER_PORT }],
        stopTimeout: 2,
      },
    ],
  });
  return taskDefinition?.taskDefinitionArn ?? "";
}

async function serve(ecs: ECS, targetGroupArn: string | undefined): Promise<void> {
  await ecs.createCluster({ clusterName: SHOP });
  await ecs.createService({
    cluster: SHOP,
    serviceName: SHOP,
    taskDefinition: await register(ecs, "v1"),
    desiredCount: 2,
    deploymentController: { type: "CODE_DEPLOY" },
    loadBalancers: [{ targetGroupArn, containerName: "shop", containerPort: CONTAINER_PORT }],
  });
}

/** An alarm on errors of the targets stops a deployment, whichever version makes them. */
async function makeGroup(clients: Clients, production: string, test: string): Promise<void> {
  const { codeDeploy, cloudWatch, role } = clients;
  const balancer = production.split("/").slice(1, 4).join("/");
  await cloudWatch.putMetricAlarm({
    AlarmName: ALARM,
    Namespace: "AWS/ApplicationELB",
    MetricName: "HTTPCode_Target_5XX_Count",
    Dimensions: [{ Name: "LoadBalancer", Value: balancer }],
    ...{ Statistic: "Sum", Period: 60, EvaluationPeriods: 1, Threshold: 0 },
    ...{ ComparisonOperator: "GreaterThanThreshold", TreatMissingData: "notBreaching" },
  });
  await codeDeploy.createApplication({ applicationName: SHOP, computePlatform: "ECS" });
  await codeDeploy.createDeploymentGroup({
    ...group,
    serviceRoleArn: role,
    deploymentConfigName: "CodeDeployDefault.ECSCanary10Percent5Minutes",
    deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
    blueGreenDeploymentConfiguration: {
      deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT" },
      terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 1 },
    },
    alarmConfiguration: { enabled: true, alarms: [{ name: ALARM }] },
    autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"] },
    ecsServices: [{ clusterName: SHOP, serviceName: SHOP }],
    loadBalancerInfo: {
      targetGroupPairInfoList: [
        {
          targetGroups: TARGET_GROUPS.map((name) => ({ name })),
          prodTrafficRoute: { listenerArns: [production] },
          testTrafficRoute: { listenerArns: [test] },
        },
      ],
    },
  });
}

function appSpec(taskDefinition: string): string {
  const LoadBalancerInfo = { ContainerName: "shop", ContainerPort: CONTAINER_PORT };
  const Properties = { TaskDefinition: taskDefinition, LoadBalancerInfo };
  return JSON.stringify({
    version: 0.0,
    Resources: [{ TargetService: { Type: "AWS::ECS::Service", Properties } }],
    Hooks: [{ AfterAllowTestTraffic: HOOK }],
  });
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = wallClock.elapsedMs() + LIMIT_MS;
  while (!(await isSo())) {
    if (wallClock.elapsedMs() > end)
      throw new CommandError(exitCodes.failed, `After 30 seconds it is not so that ${what}.`);
    await wallClock.pause(LOOK_MS);
  }
}

/** Nothing of that name is there: nothing has to be removed. Whatever else goes wrong is thrown. */
function ifMissing(error: unknown): undefined {
  if (!/NotFound|NotActive|DoesNotExist/.test((error as Error).name)) throw error;
}
