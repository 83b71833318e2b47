/** The official Lambda client, one for each account and region. */
import type { LambdaClient } from "@aws-sdk/client-lambda";
import { type AwsClients, awsClients, type ClientEndpoint } from "../awsClients.ts";

export type LambdaClients = AwsClients<LambdaClient>;

export function lambdaClients(endpoint: ClientEndpoint): LambdaClients {
  return awsClients(endpoint, async (config) => {
    const { LambdaClient } = await import("@aws-sdk/client-lambda");
    return new LambdaClient(config);
  });
}
