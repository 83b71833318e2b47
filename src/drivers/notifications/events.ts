/** Puts events to an EventBridge bus. */
import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { EventBridgeEntry } from "../../engine/notifications/eventBridgeEvent.ts";
import { type AwsClients, awsClients, type ClientEndpoint, loadedOnce } from "../awsClients.ts";
import { clientError, isPassing } from "../clientError.ts";
import { EffectError } from "../driver.ts";
import type { NotificationDriver } from "../notificationDriver.ts";

const sdk = loadedOnce(() => import("@aws-sdk/client-eventbridge"));

export function eventsDriver(endpoint: ClientEndpoint): NotificationDriver {
  const clients: AwsClients<EventBridgeClient> = awsClients(endpoint, async (config) => {
    const { EventBridgeClient } = await sdk();
    return new EventBridgeClient(config);
  });
  return async ({ accountId, region, receiver, body }, signal) => {
    const { PutEventsCommand } = await sdk();
    const client = await clients(accountId, region);
    const { Time, ...entry } = JSON.parse(body) as EventBridgeEntry;
    const command = new PutEventsCommand({ Entries: [{ ...entry, Time: new Date(Time * 1000) }] });
    const subject = `Putting an event to the bus ${receiver}`;
    const answer = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      throw clientError(error, subject);
    });
    // The call succeeds even where the entry in it does not.
    const [{ ErrorCode = "", ErrorMessage = "" } = {}] = answer.Entries ?? [];
    if (!answer.FailedEntryCount && ErrorCode === "") return;
    throw new EffectError("unavailable", `${subject}: ${ErrorCode}: ${ErrorMessage}`, isPassing(ErrorCode));
  };
}
