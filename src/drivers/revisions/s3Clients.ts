/** The official S3 client, one for each account and region. */
import type { S3Client } from "@aws-sdk/client-s3";
import { type AwsClients, awsClients, type ClientEndpoint, loadedOnce } from "../awsClients.ts";
import { CONNECT_TIMEOUT_MS } from "../sdkRequests.ts";

export type S3Clients = AwsClients<S3Client>;

export const s3Sdk = loadedOnce(() => import("@aws-sdk/client-s3"));

export function s3Clients(endpoint: ClientEndpoint): S3Clients {
  return awsClients(endpoint, async (config) => {
    const { S3Client } = await s3Sdk();
    // Objects are streams. A host of one's own has no host of its own for each bucket.
    return new S3Client({
      ...config,
      requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS },
      forcePathStyle: endpoint.kind === "url",
    });
  });
}
