/** Official AWS clients, one for each account and region, made when it is first needed. */
import { sdkRequests } from "./sdkRequests.ts";

/** Where a service is. */
export type ClientEndpoint =
  /** This very process, or a compatible endpoint; the access key carries the account. */
  | { kind: "url"; url: string }
  /** The real one, with the credentials that the AWS SDK finds. */
  | { kind: "aws" };

/** What every client of ours is made with. */
export interface ClientConfig {
  region: string;
  maxAttempts: number;
  requestHandler: object;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

export type AwsClients<Client> = (accountId: string, region: string) => Promise<Client>;

/** A package that is loaded when it is first asked for, once: even one that is loaded already takes its time to `import`. */
export function loadedOnce<Package>(load: () => Promise<Package>): () => Promise<Package> {
  let loaded: Promise<Package> | undefined;
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}

/**
 * `make` loads the client's package and constructs it. The SDK takes a fifth of a second to load: not before somebody
 * needs the service.
 */
export function awsClients<Client>(
  endpoint: ClientEndpoint,
  make: (config: ClientConfig) => Promise<Client>,
): AwsClients<Client> {
  const clients = new Map<string, Promise<Client>>();
  return (accountId, region) => {
    const key = `${accountId}/${region}`;
    const known = clients.get(key) ?? make(clientConfig(endpoint, accountId, region));
    clients.set(key, known);
    return known;
  };
}

function clientConfig(endpoint: ClientEndpoint, accountId: string, region: string): ClientConfig {
  // The runner repeats what may be repeated; a client that did so too would run a function twice at once.
  const common = { region, maxAttempts: 1, requestHandler: sdkRequests() };
  if (endpoint.kind === "aws") return common;
  const credentials = { accessKeyId: accountId, secretAccessKey: "signalbox" };
  return { ...common, endpoint: endpoint.url, credentials };
}
