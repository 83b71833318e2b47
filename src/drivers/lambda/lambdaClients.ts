/** The official Lambda client, one for each account and region. */
import type { LambdaClient } from "@aws-sdk/client-lambda";
import { type AwsClients, awsClients, type ClientEndpoint, loadedOnce } from "../awsClients.ts";

export type LambdaClients = AwsClients<LambdaClient>;

export const lambdaSdk = loadedOnce(() => import("@aws-sdk/client-lambda"));

export function lambdaClients(endpoint: ClientEndpoint): LambdaClients {
  return awsClients(endpoint, async (config) => {
    const { LambdaClient } = await lambdaSdk();
    // Calls are made by the hundred a second, and `untilAborted`.
    return new LambdaClient({ ...config, cacheMiddleware: true });
  });
}
