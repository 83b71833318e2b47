/** The official Lambda client, one for each account and region, made when it is first needed. */
import type { LambdaClient } from "@aws-sdk/client-lambda";

/** Where Lambda is. */
export type LambdaEndpoint =
  /** This very process, or a compatible endpoint; the access key carries the account. */
  | { kind: "url"; url: string }
  /** The real one, with the credentials that the AWS SDK finds. */
  | { kind: "aws" };

export type LambdaClients = (accountId: string, region: string) => Promise<LambdaClient>;

/** Sockets to Lambda: a validation function holds one for as long as it runs. */
const MOST_SOCKETS = 512;

export function lambdaClients(endpoint: LambdaEndpoint): LambdaClients {
  const clients = new Map<string, Promise<LambdaClient>>();
  return (accountId, region) => {
    const key = `${accountId}/${region}`;
    const known = clients.get(key) ?? makeClient(endpoint, accountId, region);
    clients.set(key, known);
    return known;
  };
}

async function makeClient(endpoint: LambdaEndpoint, accountId: string, region: string): Promise<LambdaClient> {
  // The SDK takes a fifth of a second to load: not before somebody deploys to Lambda.
  const { LambdaClient } = await import("@aws-sdk/client-lambda");
  const agent = { maxSockets: MOST_SOCKETS };
  // The runner repeats what may be repeated; a client that did so too would run a function twice at once.
  const common = {
    region,
    maxAttempts: 1,
    requestHandler: { httpAgent: agent, httpsAgent: agent, connectionTimeout: 5000 },
  };
  if (endpoint.kind === "aws") return new LambdaClient(common);
  const credentials = { accessKeyId: accountId, secretAccessKey: "signalbox" };
  return new LambdaClient({ ...common, endpoint: endpoint.url, credentials });
}
