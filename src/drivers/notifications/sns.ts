/** Publishes to SNS topics, in the topic's own region. */
import type { SNSClient } from "@aws-sdk/client-sns";
import { type AwsClients, awsClients, type ClientEndpoint, loadedOnce } from "../awsClients.ts";
import { clientError } from "../clientError.ts";
import type { NotificationDriver } from "../notificationDriver.ts";

const sdk = loadedOnce(() => import("@aws-sdk/client-sns"));

export function snsDriver(endpoint: ClientEndpoint): NotificationDriver {
  const clients: AwsClients<SNSClient> = awsClients(endpoint, async (config) => {
    const { SNSClient } = await sdk();
    return new SNSClient(config);
  });
  return async ({ accountId, region, receiver, subject, body }, signal) => {
    const { PublishCommand } = await sdk();
    const client = await clients(accountId, receiver.split(":")[3] ?? region);
    const command = new PublishCommand({ TopicArn: receiver, Subject: subject, Message: body });
    await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      throw clientError(error, `Publishing to ${receiver}`);
    });
  };
}
