/** A service that is deployed blue/green, with its load balancer, its two target groups and its deployment group. */
import type { CreateDeploymentGroupCommandInput } from "@aws-sdk/client-codedeploy";
import type { ContainerDefinition, TaskDefinition } from "@aws-sdk/client-ecs";
import { createBalancer, createGroup, createListener, forward } from "./balancer.ts";
import { server } from "./ecsFixtures.ts";
import { inlineRevision, SERVICE_ROLE, uniqueName } from "./lambdaFixtures.ts";
import type { RunningSignalbox } from "./signalbox.ts";

/** What is needed of a signalbox, whichever process it is. */
export type Clients = Pick<RunningSignalbox, "codeDeploy" | "ecs" | "elbv2">;

/** Two target groups that take turns, and where their listeners really listen. */
export interface Pair {
  productionUrl: string;
  testUrl: string;
  production: string;
  test: string;
  targetGroups: [blue: string, green: string];
  targetGroupNames: [blue: string, green: string];
}

export interface BlueGreen extends Pair {
  cluster: string;
  service: string;
  /** Its application and deployment group, as the API names them. */
  group: { applicationName: string; deploymentGroupName: string };
  /** A second pair, in front of a container that answers `admin v1`. */
  admin?: Pair;
}

export interface BlueGreenOptions {
  desiredCount?: number;
  hasTestListener?: boolean;
  /** Whether there is a second pair; signalbox must allow two. */
  hasAdmin?: boolean;
  /** Of the production and the test listener, with the next ones free; those of a server that starts anew must be its own. */
  ports?: [production: number, test: number];
  group?: Partial<CreateDeploymentGroupCommandInput>;
  /** What runs first; small HTTP servers that answer `v1`, where nothing is said. */
  first?: ContainerDefinition[];
}

/** Version `v1` of a small HTTP server runs, behind both listeners. */
export async function blueGreenService(box: Clients, options: BlueGreenOptions = {}): Promise<BlueGreen> {
  const {
    desiredCount = 1,
    hasTestListener = true,
    hasAdmin = false,
    ports = [80, 9000],
    group: given = {},
    first,
  } = options;
  const ecs = box.ecs();
  const [cluster, service] = [uniqueName("cluster"), uniqueName("web")];
  const balancer = await createBalancer(box.elbv2(), uniqueName("balancer"));
  const web = await createPair(box, balancer, ports);
  const admin = hasAdmin ? await createPair(box, balancer, [ports[0] + 1, ports[1] + 1]) : undefined;
  await ecs.createCluster({ clusterName: cluster });
  const isIn = { cluster, service, ...web, ...(admin && { admin }) };
  await ecs.createService({
    cluster,
    serviceName: service,
    taskDefinition: (await versionOf(box, service, "v1", ...(first ?? containersOf(isIn, "v1")))).taskDefinitionArn,
    desiredCount,
    deploymentController: { type: "CODE_DEPLOY" },
    loadBalancers: [
      { targetGroupArn: web.targetGroups[0], containerName: "web", containerPort: 8080 },
      ...(admin ? [{ targetGroupArn: admin.targetGroups[0], containerName: "admin", containerPort: 8081 }] : []),
    ],
  });
  const group = await blueGreenGroup(box, {
    ecsServices: [{ clusterName: cluster, serviceName: service }],
    loadBalancerInfo: {
      targetGroupPairInfoList: [web, ...(admin ? [admin] : [])].map(({ targetGroupNames, production, test }) => ({
        targetGroups: targetGroupNames.map((name) => ({ name })),
        prodTrafficRoute: { listenerArns: [production] },
        ...(hasTestListener && { testTrafficRoute: { listenerArns: [test] } }),
      })),
    },
    ...given,
  });
  return { ...isIn, group };
}

async function createPair(box: Clients, balancer: string, ports: [production: number, test: number]): Promise<Pair> {
  const elb = box.elbv2();
  const targetGroupNames: Pair["targetGroupNames"] = [uniqueName("blue"), uniqueName("green")];
  const targetGroups: Pair["targetGroups"] = [
    await createGroup(elb, targetGroupNames[0]),
    await createGroup(elb, targetGroupNames[1]),
  ];
  const production = await createListener(elb, balancer, forward([targetGroups[0], 1]), "HTTP", ports[0]);
  const test = await createListener(elb, balancer, forward([targetGroups[0], 1]), "HTTP", ports[1]);
  const urls = { productionUrl: production.url, testUrl: test.url };
  return { ...urls, production: production.arn, test: test.arn, targetGroups, targetGroupNames };
}

/** The containers of that version: one for each pair. */
function containersOf({ admin }: Pick<BlueGreen, "admin">, version: string): ContainerDefinition[] {
  const behindAdmin = { name: "admin", portMappings: [{ containerPort: 8081 }] };
  return [server(version), ...(admin ? [server(`admin ${version}`, behindAdmin)] : [])];
}

export async function blueGreenGroup(box: Clients, given: Partial<CreateDeploymentGroupCommandInput>) {
  const codedeploy = box.codeDeploy();
  const group = { applicationName: uniqueName("shop"), deploymentGroupName: uniqueName("group") };
  await codedeploy.createApplication({ applicationName: group.applicationName, computePlatform: "ECS" });
  await codedeploy.createDeploymentGroup({
    ...group,
    serviceRoleArn: SERVICE_ROLE,
    deploymentConfigName: "CodeDeployDefault.ECSAllAtOnce",
    deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
    blueGreenDeploymentConfiguration: {
      terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 0 },
      deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT" },
    },
    ...given,
  });
  return group;
}

/** From now on somebody has to let the traffic of the service's deployments move, within an hour. */
export async function awaitReroute(box: Clients, { group }: BlueGreen): Promise<void> {
  await box.codeDeploy().updateDeploymentGroup({
    applicationName: group.applicationName,
    currentDeploymentGroupName: group.deploymentGroupName,
    blueGreenDeploymentConfiguration: {
      deploymentReadyOption: { actionOnTimeout: "STOP_DEPLOYMENT", waitTimeInMinutes: 60 },
      terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 0 },
    },
  });
}

/** A revision of the family whose server answers every request with `version`. */
export async function versionOf(
  box: Clients,
  family: string,
  version: string,
  ...containers: ContainerDefinition[]
): Promise<TaskDefinition> {
  const containerDefinitions = containers.length > 0 ? containers : [server(version)];
  const { taskDefinition } = await box.ecs().registerTaskDefinition({ family, containerDefinitions });
  return taskDefinition ?? {};
}

export type EcsHooks = Partial<
  Record<
    | "BeforeInstall"
    | "AfterInstall"
    | "AfterAllowTestTraffic"
    | "BeforeAllowTraffic"
    | "BeforeTrafficStep"
    | "AfterAllowTraffic",
    string
  >
>;

/** The AppSpec that puts the task definition behind the listeners, as JSON text. */
export function ecsAppSpec({ taskDefinitionArn }: TaskDefinition, hooks: EcsHooks = {}): string {
  const LoadBalancerInfo = { ContainerName: "web", ContainerPort: 8080 };
  const Properties = { TaskDefinition: taskDefinitionArn, LoadBalancerInfo };
  return JSON.stringify({
    version: 0.0,
    Resources: [{ TargetService: { Type: "AWS::ECS::Service", Properties } }],
    Hooks: Object.entries(hooks).map(([event, name]) => ({ [event]: name })),
  });
}

/** Starts a deployment of the version and gives its id. */
export async function deployVersion(
  box: Clients,
  web: BlueGreen,
  version: string,
  hooks: EcsHooks = {},
): Promise<string> {
  const { group, service } = web;
  const content = ecsAppSpec(await versionOf(box, service, version, ...containersOf(web, version)), hooks);
  const { deploymentId } = await box.codeDeploy().createDeployment({ ...group, revision: inlineRevision(content) });
  return deploymentId ?? "";
}

/** Moves the clock on in small steps until it is so, for at most two hours. */
export async function advanceUntil(box: RunningSignalbox, what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let seconds = 0; seconds < 7200; seconds += 5) {
    if (await isSo()) return;
    await box.advance(5);
  }
  throw new Error(`two hours later it is still not so that ${what}`);
}
