/** Topics and subscriptions, and where they are kept. Every key begins with account and region. */
import type { Instant } from "../../clock.ts";
import type { Scope } from "../../protocol/http.ts";
import type { Documents } from "../documents.ts";
import type { SubscriptionId, TopicId } from "./names.ts";
import { notFound } from "./snsErrors.ts";

export interface Topic {
  /** What was set of the attributes that can be set. */
  attributes: Record<string, string>;
  tags: Record<string, string>;
  /** How many of its subscriptions have been deleted. */
  subscriptionsDeleted: number;
}

export interface Subscription {
  protocol: "http" | "https";
  endpoint: string;
  /** Cancelled: whoever holds the token that the endpoint was sent may restore it. Not listed meanwhile. */
  state: "pending" | "confirmed" | "cancelled";
  /** What confirms it. */
  token: string;
  /** When the token was made. */
  since: Instant;
  rawMessageDelivery: boolean;
  /** Whether the confirmation was signed. */
  confirmedBySignature: boolean;
  /** Only signed requests may unsubscribe. */
  authenticateOnUnsubscribe: boolean;
}

export interface FoundSubscription {
  id: SubscriptionId;
  value: Subscription;
}

const TOPIC = "sns.topic";
const SUBSCRIPTION = "sns.subscription";
/** Deliveries have the key of their subscription before their own: they go with it. */
export const DELIVERY = "sns.delivery";
/** What is not confirmed for so long is deleted, as AWS does. */
const TOKEN_LIFE_MS = 3 * 24 * 3600 * 1000;

const scopeKey = ({ accountId, region }: Scope) => `${accountId}/${region}/`;
const topicKey = (id: TopicId) => `${scopeKey(id)}${id.name}`;
export const subscriptionKey = (id: SubscriptionId) => `${topicKey(id)}/${id.subscription}`;

export type TopicStore = ReturnType<typeof topicStore>;

export function topicStore(documents: Documents, now: () => Instant) {
  const expired = ({ state, since }: Subscription) => state !== "confirmed" && now() - since > TOKEN_LIFE_MS;
  const all = (prefix: string): FoundSubscription[] =>
    documents
      .list<Subscription>(SUBSCRIPTION, prefix)
      .filter(({ value }) => !expired(value))
      .map(({ key, value }) => ({ id: idOf(key), value }));
  const removeSubscription = (id: SubscriptionId) =>
    documents.together(() => {
      for (const { key } of documents.list(DELIVERY, `${subscriptionKey(id)}/`)) documents.delete(DELIVERY, key);
      documents.delete(SUBSCRIPTION, subscriptionKey(id));
    });

  return {
    together: <T>(work: () => T): T => documents.together(work),
    find: (id: TopicId) => documents.get<Topic>(TOPIC, topicKey(id)),
    put: (id: TopicId, topic: Topic) => documents.put(TOPIC, topicKey(id), topic),
    /** All topics of the caller, by name. */
    list: (scope: Scope): TopicId[] =>
      documents.list(TOPIC, scopeKey(scope)).map(({ key }) => ({ ...scope, name: key.split("/")[2] ?? "" })),
    /** The topic with its subscriptions and what they are owed. */
    remove(id: TopicId): void {
      documents.together(() => {
        for (const { key } of documents.list(SUBSCRIPTION, `${topicKey(id)}/`)) removeSubscription(idOf(key));
        documents.delete(TOPIC, topicKey(id));
      });
    },

    /** Those of the topic, cancelled ones too. */
    subscriptionsOf: (id: TopicId) => all(`${topicKey(id)}/`),
    subscriptionsIn: (scope: Scope) => all(scopeKey(scope)),
    findSubscription(id: SubscriptionId): Subscription | undefined {
      const found = documents.get<Subscription>(SUBSCRIPTION, subscriptionKey(id));
      return found && !expired(found) ? found : undefined;
    },
    putSubscription: (id: SubscriptionId, value: Subscription) =>
      documents.put(SUBSCRIPTION, subscriptionKey(id), value),
    removeSubscription,
    /** Forgets what was never confirmed. */
    removeExpired(): void {
      for (const { key, value } of documents.list<Subscription>(SUBSCRIPTION, "")) {
        if (expired(value)) removeSubscription(idOf(key));
      }
    },
  };
}

export function requireTopic(store: TopicStore, id: TopicId): Topic {
  const topic = store.find(id);
  if (!topic) throw notFound("Topic does not exist");
  return topic;
}

/** One that is pending or confirmed. */
export function requireSubscription(store: TopicStore, id: SubscriptionId): Subscription {
  const found = store.findSubscription(id);
  if (!found || found.state === "cancelled") throw notFound("Subscription does not exist");
  return found;
}

function idOf(key: string): SubscriptionId {
  const [accountId = "", region = "", name = "", subscription = ""] = key.split("/");
  return { accountId, region, name, subscription };
}
