/**
 * Messages on their way to HTTP endpoints: owed from the moment they are durable, sent at least once, tried again with
 * growing pauses, and given up when the last retry fails or the receiver refuses. One at a time for each subscription.
 */
import type { Clock, Instant, Release } from "../../clock.ts";
import type { Ids } from "../../ids.ts";
import type { OutgoingHttp } from "../../protocol/outgoingHttp.ts";
import { faultText } from "../../protocol/protocolError.ts";
import type { Documents } from "../documents.ts";
import { type Message, sealed } from "./envelope.ts";
import { type SubscriptionId, subscriptionArn } from "./names.ts";
import type { SigningKey } from "./signingKey.ts";
import { DELIVERY, type Subscription, subscriptionKey, type TopicStore } from "./topicStore.ts";

/**
 * Pauses grow from a second to twenty minutes; the last retry is made about 37 minutes after the first attempt. AWS
 * makes three, twenty seconds apart, and then loses the message: an endpoint that is being deployed needs longer.
 */
export const RETRY_POLICY = {
  minDelayTarget: 1,
  maxDelayTarget: 1200,
  numRetries: 10,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  numMaxDelayRetries: 0,
  backoffFunction: "exponential",
};
/** How long AWS waits for an endpoint. */
const ANSWER_TIMEOUT_MS = 15_000;

interface Owed {
  id: SubscriptionId;
  message: Message;
  /** Attempts that have failed. */
  failures: number;
  /** When the next attempt is due. */
  due: Instant;
}

export interface DeliveryParts {
  documents: Documents;
  store: TopicStore;
  clock: Clock;
  ids: Ids;
  outgoing: OutgoingHttp;
  key: () => Promise<SigningKey>;
  /** Where signalbox answers. */
  endpoint: () => string;
  log: (line: string) => void;
}

const MINUTE_MS = 60_000;

export type Deliveries = ReturnType<typeof createDeliveries>;

export function createDeliveries(parts: DeliveryParts) {
  const { documents, clock, ids } = parts;
  const timers = new Set<Release>();
  const lanes = new Map<string, Promise<void>>();
  const ending = new AbortController();

  const schedule = (key: string, due: Instant) => {
    const cancel = clock.at(due, () => {
      timers.delete(cancel);
      start(key);
    });
    timers.add(cancel);
  };
  /** Takes its place behind what is under way to the same endpoint. Virtual time waits for it. */
  const start = (key: string): void => {
    const release = clock.hold();
    const lane = key.slice(0, key.lastIndexOf("/"));
    const turn = (lanes.get(lane) ?? Promise.resolve())
      .then(() => attempt(key))
      .catch((error: unknown) => putOff(key, error))
      .finally(() => {
        if (lanes.get(lane) === turn) lanes.delete(lane);
        release();
      });
    lanes.set(lane, turn);
  };
  /** Its outcome could not be written down: it is owed still. */
  const putOff = (key: string, error: unknown) => {
    parts.log(`sns: delivery ${key} failed and is tried again in a minute: ${faultText(error)}`);
    if (!ending.signal.aborted) schedule(key, clock.now() + MINUTE_MS);
  };
  const attempt = async (key: string): Promise<void> => {
    if (ending.signal.aborted) return;
    const owed = documents.get<Owed>(DELIVERY, key);
    // Unsubscribed meanwhile, or the topic was deleted.
    if (!owed) return;
    const failure = await send(parts, owed, ending.signal);
    // What was under way when the server ended has not ended: it is sent again by the next one.
    if (ending.signal.aborted || !documents.get(DELIVERY, key)) return;
    if (failure === undefined) return documents.delete(DELIVERY, key);
    if (isGivenUp(owed, failure, parts.log)) return documents.delete(DELIVERY, key);
    const due = clock.now() + retryAfterMs(owed.failures);
    documents.put(DELIVERY, key, { ...owed, failures: owed.failures + 1, due });
    schedule(key, due);
  };

  return {
    /** Durable when it returns, with whatever else the caller writes together; sent soon after. */
    accept(messages: { id: SubscriptionId; message: Message }[]): void {
      const due = clock.now();
      const keys = messages.map(({ id, message }) => {
        const key = `${subscriptionKey(id)}/${ids.uuid()}`;
        documents.put(DELIVERY, key, { id, message, failures: 0, due } satisfies Owed);
        return key;
      });
      for (const key of keys) start(key);
    },
    /** Takes up what an earlier process owed. */
    resume(): void {
      for (const { key, value } of documents.list<Owed>(DELIVERY, "")) schedule(key, value.due);
    },
    /** Cuts off what is under way; it is owed still. */
    async close(): Promise<void> {
      ending.abort();
      for (const cancel of timers) cancel();
      await Promise.all(lanes.values());
    },
  };
}

/** Whether it is not tried again after this failure; tells of that, and of the first failure. */
function isGivenUp({ id, message, failures }: Owed, failure: Failure, log: (line: string) => void): boolean {
  const what = `sns: message ${message.messageId} to ${subscriptionArn(id)}`;
  const isOver = failure.final || failures >= RETRY_POLICY.numRetries;
  if (isOver) log(`${what} given up: ${failure.reason}`);
  else if (failures === 0) log(`${what} will be tried again: ${failure.reason}`);
  return isOver;
}

/** The pause after so many failures before this one. */
function retryAfterMs(failures: number): number {
  const { minDelayTarget: least, maxDelayTarget: most, numRetries } = RETRY_POLICY;
  return Math.round(least * (most / least) ** (failures / (numRetries - 1)) * 1000);
}

interface Failure {
  reason: string;
  /** Trying again would change nothing. */
  final: boolean;
}

async function send(parts: DeliveryParts, owed: Owed, signal: AbortSignal): Promise<Failure | undefined> {
  const subscription = parts.store.findSubscription(owed.id);
  const topic = parts.store.find(owed.id);
  if (!subscription || !topic) return { reason: "the subscription is gone", final: true };
  try {
    const { privateKey, name } = await parts.key();
    const endpoint = parts.endpoint();
    // Sealed anew for each attempt: its links lead to where signalbox is now.
    const { headers, body } = sealed({
      id: owed.id,
      message: owed.message,
      raw: subscription.rawMessageDelivery,
      signatureVersion: topic.attributes["SignatureVersion"] === "2" ? "2" : "1",
      privateKey,
      endpoint,
      signingCertUrl: `${endpoint}${certificatePath(name)}`,
    });
    return await post(parts.outgoing, subscription, headers, body, signal);
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error), final: false };
  }
}

async function post(
  outgoing: OutgoingHttp,
  { endpoint: url }: Subscription,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const { status } = await outgoing.send({ method: "POST", url, headers, body, timeoutMs: ANSWER_TIMEOUT_MS, signal });
  if (status >= 200 && status < 300) return undefined;
  const final = status >= 300 && status < 500 && status !== 429;
  return { reason: `${url} answered ${status}`, final };
}

export const certificatePath = (name: string): string => `/_sns/SimpleNotificationService-${name}.pem`;
