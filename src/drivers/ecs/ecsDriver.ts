/**
 * Deploys to ECS with the calls that AWS's managed role for CodeDeploy and ECS allows, and no others: DescribeServices,
 * CreateTaskSet, UpdateServicePrimaryTaskSet, DeleteTaskSet; DescribeTargetGroups, DescribeListeners, DescribeRules,
 * ModifyListener, ModifyRule (semantics 5.4).
 */
import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Effect } from "../../engine/deployment.ts";
import type { EcsServiceSeen, PairSeen, RouteSeen, TargetGroup, TargetGroupPair } from "../../engine/ecsPlan.ts";
import type { Driver, EffectContext } from "../driver.ts";
import { type BalancerClients, balancerSdk, type EcsClients } from "./ecsClients.ts";
import { ecsError, isMissing } from "./ecsErrors.ts";
import { moveRoutes, readListener } from "./listeners.ts";
import { describeService, taskSetsOf } from "./services.ts";
import { createTaskSet, deleteTaskSet, setPrimaryTaskSet } from "./taskSets.ts";

export function ecsDriver(ecsOf: EcsClients, balancersOf: BalancerClients): Driver {
  return {
    performs: ["readService", "readTaskSets", "createTaskSet", "moveRoutes", "setPrimaryTaskSet", "deleteTaskSet"],
    async perform(effect, context) {
      const ecs = () => ecsOf(context.accountId, context.region);
      const balancers = () => balancersOf(context.accountId, context.region);
      switch (effect.type) {
        case "readService":
          return { type: "serviceRead", service: await readService(effect, context, ecsOf, balancersOf) };
        case "readTaskSets":
          return {
            type: "taskSetsRead",
            taskSets: taskSetsOf(await describeService(await ecs(), effect.service, context)),
          };
        case "createTaskSet":
          return { type: "taskSetCreated", taskSet: await createTaskSet(await ecs(), effect, context) };
        case "moveRoutes":
          await moveRoutes(await balancers(), effect.routes, context);
          return { type: "routesMoved" };
        case "setPrimaryTaskSet":
          await setPrimaryTaskSet(await ecs(), effect.service, effect.taskSetArn, context);
          return { type: "primaryTaskSetSet" };
        case "deleteTaskSet":
          await deleteTaskSet(await ecs(), effect.service, effect.taskSetArn, context);
          return { type: "taskSetDeleted" };
        default:
          throw new Error(`the ECS driver does not perform ${effect.type}`);
      }
    },
  };
}

type ReadService = Extract<Effect, { type: "readService" }>;

async function readService(
  effect: ReadService,
  context: EffectContext,
  ecsOf: EcsClients,
  balancersOf: BalancerClients,
): Promise<EcsServiceSeen> {
  const { accountId, region } = context;
  const service = await describeService(await ecsOf(accountId, region), effect.service, context);
  const balancers = await balancersOf(accountId, region);
  const { morePairs } = effect;
  return {
    serviceArn: service.serviceArn ?? "",
    status: service.status ?? "",
    deploymentController: service.deploymentController?.type ?? "ECS",
    schedulingStrategy: service.schedulingStrategy ?? "REPLICA",
    taskSets: taskSetsOf(service),
    ...(await readPair(balancers, effect, context)),
    ...(morePairs && { morePairs: await Promise.all(morePairs.map((pair) => readPair(balancers, pair, context))) }),
  };
}

async function readPair(
  client: ElasticLoadBalancingV2Client,
  { targetGroups, productionListenerArn, testListenerArn }: TargetGroupPair,
  context: EffectContext,
): Promise<PairSeen> {
  const production = await readListener(client, productionListenerArn, context);
  const test = testListenerArn === null ? null : await readListener(client, testListenerArn, context);
  return {
    targetGroups: await targetGroupsNamed(client, targetGroups, context),
    hasWeights: production.hasWeights,
    production: production.routes.map(routeOf),
    test: (test?.routes ?? []).map(routeOf),
  };
}

type FoundRoute = Awaited<ReturnType<typeof readListener>>["routes"][number];

const routeOf = ({ actions: _, ...route }: FoundRoute): RouteSeen => route;

/** Those that exist: asked for one by one, since one that is missing fails the call for all. */
async function targetGroupsNamed(
  client: ElasticLoadBalancingV2Client,
  names: readonly string[],
  { signal }: EffectContext,
): Promise<TargetGroup[]> {
  const { DescribeTargetGroupsCommand } = await balancerSdk();
  const found = names.map(async (name) => {
    const command = new DescribeTargetGroupsCommand({ Names: [name] });
    const answer = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      if (isMissing(error)) return { TargetGroups: [] };
      throw ecsError(error, `Looking at target group ${name}`);
    });
    return (answer.TargetGroups ?? []).flatMap(({ TargetGroupArn: arn }) => (arn === undefined ? [] : [{ name, arn }]));
  });
  return (await Promise.all(found)).flat();
}
