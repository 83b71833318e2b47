/** The official clients of ECS and of Elastic Load Balancing, one of each for each account and region. */
import type { ECSClient } from "@aws-sdk/client-ecs";
import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { type AwsClients, awsClients, type ClientEndpoint, loadedOnce } from "../awsClients.ts";

export type EcsClients = AwsClients<ECSClient>;
export type BalancerClients = AwsClients<ElasticLoadBalancingV2Client>;

export const ecsSdk = loadedOnce(() => import("@aws-sdk/client-ecs"));
export const balancerSdk = loadedOnce(() => import("@aws-sdk/client-elastic-load-balancing-v2"));

export function ecsClients(endpoint: ClientEndpoint): EcsClients {
  return awsClients(endpoint, async (config) => {
    const { ECSClient } = await ecsSdk();
    return new ECSClient(config);
  });
}

export function balancerClients(endpoint: ClientEndpoint): BalancerClients {
  return awsClients(endpoint, async (config) => {
    const { ElasticLoadBalancingV2Client } = await balancerSdk();
    return new ElasticLoadBalancingV2Client(config);
  });
}
