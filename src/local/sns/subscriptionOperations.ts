/** Subscriptions: made, confirmed, listed, read, changed, ended. */
import { queryBoolean, queryText, type XmlMembers } from "../../protocol/awsQuery.ts";
import { OutgoingRefusedError } from "../../protocol/outgoingHttp.ts";
import type { Message } from "./envelope.ts";
import { parseSubscriptionArn, parseTopicArn, type SubscriptionId, subscriptionArn, topicArn } from "./names.ts";
import { type Control, type Operation, page, requireText } from "./operation.ts";
import { invalidParameter, notAuthorized } from "./snsErrors.ts";
import { changeSubscription, subscriptionAttributes } from "./subscriptionAttributes.ts";
import { textMap } from "./topicOperations.ts";
import { type FoundSubscription, requireSubscription, requireTopic, type Subscription } from "./topicStore.ts";

const PENDING = "pending confirmation";
/** What AWS delivers to and signalbox does not. */
const OTHER_PROTOCOLS = ["application", "email", "email-json", "firehose", "lambda", "sms", "sqs"];

/** Sends the endpoint a token; it is subscribed when the token comes back. */
export const subscribe: Operation = async (control, input, request) => {
  const topic = parseTopicArn(requireText(input, "TopicArn"), "TopicArn", "Subscribe", request.caller);
  const protocol = requireProtocol(requireText(input, "Protocol"));
  const endpoint = requireEndpoint(protocol, queryText(input, "Endpoint") ?? "");
  const fresh: Subscription = {
    protocol,
    endpoint,
    state: "pending",
    token: control.ids.bytes(128).toString("hex"),
    since: control.clock.now(),
    rawMessageDelivery: false,
    confirmedBySignature: false,
    authenticateOnUnsubscribe: false,
  };
  const attributes = textMap(input, "Attributes");
  const wanted = changeSubscription(fresh, attributes, "Attributes Reason: ");
  requireTopic(control.store, topic);
  await requireReachable(control, endpoint);
  const showArn = queryBoolean(input, "ReturnSubscriptionArn") ?? false;
  const answer = ({ id, value }: FoundSubscription) => ({
    SubscriptionArn: showArn || value.state === "confirmed" ? subscriptionArn(id) : PENDING,
  });
  return control.store.together(() => {
    requireTopic(control.store, topic);
    control.store.removeExpired();
    const found = control.store
      .subscriptionsOf(topic)
      .find(({ value }) => value.state !== "cancelled" && value.protocol === protocol && value.endpoint === endpoint);
    if (found) requireSame(found.value, wanted, attributes);
    if (found?.value.state === "confirmed") return answer(found);
    const id = found?.id ?? { ...topic, subscription: control.ids.uuid() };
    const value = found?.value ?? wanted;
    control.store.putSubscription(id, value);
    control.deliveries.accept([{ id, message: confirmation(control, id, value.token) }]);
    return answer({ id, value });
  });
};

function requireSame(found: Subscription, wanted: Subscription, given: Record<string, string>): void {
  if (!("RawMessageDelivery" in given) || found.rawMessageDelivery === wanted.rawMessageDelivery) return;
  throw invalidParameter("Attributes Reason: Subscription already exists with different attributes");
}

function requireProtocol(protocol: string): "http" | "https" {
  if (protocol === "http" || protocol === "https") return protocol;
  if (OTHER_PROTOCOLS.includes(protocol)) {
    throw invalidParameter(
      `Protocol Reason: signalbox delivers to http and https endpoints and does not support ${protocol}`,
    );
  }
  throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
}

function requireEndpoint(protocol: string, endpoint: string): string {
  if (!endpoint.startsWith(`${protocol}://`)) throw invalidParameter("Endpoint must match the specified protocol");
  if (!URL.canParse(endpoint) || endpoint.length > 2048) throw invalidParameter("Endpoint");
  return endpoint;
}

/** An address that nothing will be sent to is told of now, not only in the log. */
async function requireReachable({ outgoing }: Control, endpoint: string): Promise<void> {
  try {
    await outgoing.check(endpoint);
  } catch (error) {
    if (error instanceof OutgoingRefusedError) throw invalidParameter(`Endpoint Reason: ${error.message}`);
    throw error;
  }
}

function confirmation({ ids, clock }: Control, id: SubscriptionId, token: string): Message {
  return {
    type: "SubscriptionConfirmation",
    messageId: ids.uuid(),
    message: `You have chosen to subscribe to the topic ${topicArn(id)}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    timestamp: clock.now(),
    token,
  };
}

/** Confirming twice is harmless; so is the token of a subscription that was cancelled, which is restored. */
export const confirmSubscription: Operation = ({ store }, input, request) => {
  const topic = parseTopicArn(requireText(input, "TopicArn"), "Topic", "ConfirmSubscription", request.caller);
  const token = requireText(input, "Token");
  const authenticate = queryBoolean(input, "AuthenticateOnUnsubscribe") ?? false;
  const found = store.subscriptionsOf(topic).find(({ value }) => value.token === token);
  if (!found) throw invalidParameter("Token");
  const signed = request.caller.accessKeyId !== null;
  if (authenticate && !signed) throw notAuthorized("ConfirmSubscription", topicArn(topic));
  if (found.value.state !== "confirmed") {
    store.putSubscription(found.id, {
      ...found.value,
      state: "confirmed",
      confirmedBySignature: signed,
      authenticateOnUnsubscribe: authenticate,
    });
  }
  return { SubscriptionArn: subscriptionArn(found.id) };
};

/**
 * Ends a subscription. One that is not there has ended. Who does not sign may be anybody who has seen a message: the
 * endpoint is told, and may take it back within three days.
 */
export const unsubscribe: Operation = (control, input, request) => {
  const { store, ids, clock } = control;
  const id = parseSubscriptionArn(requireText(input, "SubscriptionArn"), "Unsubscribe", request.caller);
  const found = store.findSubscription(id);
  if (!found || found.state === "cancelled") return undefined;
  const signed = request.caller.accessKeyId !== null;
  if (found.state === "pending" && !signed) throw notAuthorized("Unsubscribe", subscriptionArn(id));
  if (found.authenticateOnUnsubscribe && !signed) throw notAuthorized("Unsubscribe", subscriptionArn(id));
  store.together(() => {
    const topic = requireTopic(store, id);
    store.removeSubscription(id);
    store.put(id, { ...topic, subscriptionsDeleted: topic.subscriptionsDeleted + 1 });
    if (signed) return;
    const token = ids.bytes(128).toString("hex");
    store.putSubscription(id, { ...found, state: "cancelled", token, since: clock.now() });
    control.deliveries.accept([{ id, message: cancellation(control, id, token) }]);
  });
  return undefined;
};

function cancellation({ ids, clock }: Control, id: SubscriptionId, token: string): Message {
  return {
    type: "UnsubscribeConfirmation",
    messageId: ids.uuid(),
    message: `You have chosen to deactivate subscription ${subscriptionArn(id)}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`,
    timestamp: clock.now(),
    token,
  };
}

export const listSubscriptions: Operation = ({ store }, input, request) => {
  const { accountId, region } = request.caller;
  return listed(store.subscriptionsIn({ accountId, region }), input);
};

export const listSubscriptionsByTopic: Operation = ({ store }, input, request) => {
  const topic = parseTopicArn(requireText(input, "TopicArn"), "TopicArn", "ListSubscriptionsByTopic", request.caller);
  requireTopic(store, topic);
  return listed(store.subscriptionsOf(topic), input);
};

function listed(found: FoundSubscription[], input: Parameters<typeof page>[2]): XmlMembers {
  const shown = found.filter(({ value }) => value.state !== "cancelled");
  const { items, NextToken } = page(shown, ({ id }) => subscriptionArn(id), input);
  const Subscriptions = items.map(({ id, value }) => ({
    SubscriptionArn: value.state === "confirmed" ? subscriptionArn(id) : "PendingConfirmation",
    Owner: id.accountId,
    Protocol: value.protocol,
    Endpoint: value.endpoint,
    TopicArn: topicArn(id),
  }));
  return { Subscriptions, NextToken };
}

export const getSubscriptionAttributes: Operation = ({ store }, input, request) => {
  const arn = requireText(input, "SubscriptionArn");
  const id = parseSubscriptionArn(arn, "GetSubscriptionAttributes", request.caller);
  return { Attributes: subscriptionAttributes(id, requireSubscription(store, id)) };
};

export const setSubscriptionAttributes: Operation = ({ store }, input, request) => {
  const arn = requireText(input, "SubscriptionArn");
  const id = parseSubscriptionArn(arn, "SetSubscriptionAttributes", request.caller);
  const name = requireText(input, "AttributeName");
  const value = queryText(input, "AttributeValue") ?? "";
  store.putSubscription(id, changeSubscription(requireSubscription(store, id), { [name]: value }));
  return undefined;
};
