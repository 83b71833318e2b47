/** Attributes of subscriptions: which can be set, and what is answered for them. */
import { RETRY_POLICY } from "./deliveries.ts";
import { type SubscriptionId, subscriptionArn, topicArn } from "./names.ts";
import { invalidParameter } from "./snsErrors.ts";
import type { Subscription } from "./topicStore.ts";

/** What AWS has and signalbox has not: messages would be filtered, kept or retried otherwise than was asked for. */
const NOT_HERE = [
  "FilterPolicy",
  "FilterPolicyScope",
  "DeliveryPolicy",
  "RedrivePolicy",
  "ReplayPolicy",
  "SubscriptionRoleArn",
];

/** The subscription with the given attributes. `where` begins the text of an error, as with Subscribe. */
export function changeSubscription(present: Subscription, given: Record<string, string>, where = ""): Subscription {
  let changed = present;
  for (const [name, value] of Object.entries(given)) {
    if (NOT_HERE.includes(name)) {
      if (value === "" || value === "{}") continue;
      throw invalidParameter(`${where}${name}: signalbox does not support this attribute`);
    }
    if (name !== "RawMessageDelivery") throw invalidParameter(`${where}AttributeName`);
    if (!/^(true|false)$/i.test(value)) {
      throw invalidParameter(`${where}RawMessageDelivery: Invalid value [${value}]. Must be true or false.`);
    }
    changed = { ...changed, rawMessageDelivery: value.toLowerCase() === "true" };
  }
  return changed;
}

/** Everything that GetSubscriptionAttributes answers. */
export function subscriptionAttributes(id: SubscriptionId, value: Subscription): Map<string, string> {
  return new Map([
    ["SubscriptionArn", subscriptionArn(id)],
    ["TopicArn", topicArn(id)],
    ["Owner", id.accountId],
    ["Protocol", value.protocol],
    ["Endpoint", value.endpoint],
    ["PendingConfirmation", String(value.state === "pending")],
    ["ConfirmationWasAuthenticated", String(value.confirmedBySignature)],
    ["RawMessageDelivery", String(value.rawMessageDelivery)],
    ["SubscriptionPrincipal", `arn:aws:iam::${id.accountId}:root`],
    ["EffectiveDeliveryPolicy", JSON.stringify({ healthyRetryPolicy: RETRY_POLICY })],
  ]);
}
