/** A service that is deployed blue/green, with its load balancer, its two target groups and its deployment group. */
import type { CreateDeploymentGroupCommandInput } from "@aws-sdk/client-codedeploy";
import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { createBalancer, createGroup, createListener, forward } from "./balancer.ts";
import { server } from "./ecsFixtures.ts";
import { inlineRevision, SERVICE_ROLE, uniqueName } from "./lambdaFixtures.ts";
import type { RunningSignalbox } from "./signalbox.ts";

/** What is needed of a signalbox, whichever process it is. */
export type Clients = Pick<RunningSignalbox, "codeDeploy" | "ecs" | "elbv2">;

export interface BlueGreen {
  cluster: string;
  service: string;
  /** Its application and deployment group, as the API names them. */
  group: { applicationName: string; deploymentGroupName: string };
  /** Where each listener really listens. */
  productionUrl: string;
  testUrl: string;
  production: string;
  test: string;
  targetGroups: [blue: string, green: string];
  targetGroupNames: [blue: string, green: string];
}

export interface BlueGreenOptions {
  desiredCount?: number;
  hasTestListener?: boolean;
  /** Of the production and the test listener; those of a server that starts anew must be its own. */
  ports?: [production: number, test: number];
  group?: Partial<CreateDeploymentGroupCommandInput>;
}

/** Version `v1` of a small HTTP server runs, behind both listeners. */
export async function blueGreenService(box: Clients, options: BlueGreenOptions = {}): Promise<BlueGreen> {
  const { desiredCount = 1, hasTestListener = true, ports = [80, 9000], group: given = {} } = options;
  const [ecs, elb] = [box.ecs(), box.elbv2()];
  const [cluster, service] = [uniqueName("cluster"), uniqueName("web")];
  const balancer = await createBalancer(elb, uniqueName("balancer"));
  const targetGroupNames: [string, string] = [uniqueName("blue"), uniqueName("green")];
  const targetGroups: [string, string] = [
    await createGroup(elb, targetGroupNames[0]),
    await createGroup(elb, targetGroupNames[1]),
  ];
  const production = await createListener(elb, balancer, forward([targetGroups[0], 1]), "HTTP", ports[0]);
  const test = await createListener(elb, balancer, forward([targetGroups[0], 1]), "HTTP", ports[1]);
  await ecs.createCluster({ clusterName: cluster });
  await ecs.createService({
    cluster,
    serviceName: service,
    taskDefinition: (await versionOf(box, service, "v1")).taskDefinitionArn,
    desiredCount,
    deploymentController: { type: "CODE_DEPLOY" },
    loadBalancers: [{ targetGroupArn: targetGroups[0], containerName: "web", containerPort: 8080 }],
  });
  const group = await blueGreenGroup(box, {
    ecsServices: [{ clusterName: cluster, serviceName: service }],
    loadBalancerInfo: {
      targetGroupPairInfoList: [
        {
          targetGroups: targetGroupNames.map((name) => ({ name })),
          prodTrafficRoute: { listenerArns: [production.arn] },
          ...(hasTestListener && { testTrafficRoute: { listenerArns: [test.arn] } }),
        },
      ],
    },
    ...given,
  });
  const urls = { productionUrl: production.url, testUrl: test.url };
  return {
    cluster,
    service,
    group,
    ...urls,
    production: production.arn,
    test: test.arn,
    targetGroups,
    targetGroupNames,
  };
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

/** A revision of the family whose server answers every request with `version`. */
export async function versionOf(
  box: Clients,
  family: string,
  version: string,
  container = server(version),
): Promise<TaskDefinition> {
  const { taskDefinition } = await box.ecs().registerTaskDefinition({ family, containerDefinitions: [container] });
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
  { group, service }: BlueGreen,
  version: string,
  hooks: EcsHooks = {},
): Promise<string> {
  const content = ecsAppSpec(await versionOf(box, service, version), hooks);
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
