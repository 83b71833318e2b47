/** Publishes to SNS topics, in the topic's own region. */
import type { SNSClient } from "@aws-sdk/client-sns";
import { type AwsClients, awsClients, type ClientEndpoint } from "../awsClients.ts";
import { clientError } from "../clientError.ts";
import type { NotificationDriver } from "../notificationDriver.ts";

export function snsDriver(endpoint: ClientEndpoint): NotificationDriver {
  const clients: AwsClients<SNSClient> = awsClients(endpoint, async (config) => {
    const { SNSClient } = await import("@aws-sdk/client-sns");
    return new SNSClient(config);
  });
  return async ({ accountId, region, receiver, subject, body }, signal) => {
    const { PublishCommand } = await import("@aws-sdk/client-sns");
    const client = await clients(accountId, receiver.split(":")[3] ?? region);
    const command = new PublishCommand({ TopicArn: receiver, Subject: subject, Message: body });
    await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      throw clientError(error, `Publishing to ${receiver}`);
    });
  };
}
