/** What a receiver gets: the message in its envelope, signed, with the headers of AWS. */
import { type KeyObject, sign } from "node:crypto";
import type { Instant } from "../../clock.ts";
import { type SubscriptionId, subscriptionArn, topicArn } from "./names.ts";

/** One message to one subscription, before it is signed. */
export interface Message {
  type: "Notification" | "SubscriptionConfirmation" | "UnsubscribeConfirmation";
  messageId: string;
  subject?: string | undefined;
  message: string;
  /** When it was published. */
  timestamp: Instant;
  /** What confirms or restores the subscription; not in notifications. */
  token?: string | undefined;
  /** As they stand in the envelope. */
  messageAttributes?: Record<string, { Type: string; Value: string }> | undefined;
}

export interface EnvelopeParts {
  id: SubscriptionId;
  message: Message;
  /** Without the envelope: the message is the body. Only notifications go like that. */
  raw: boolean;
  /** 1 is SHA1withRSA, 2 SHA256withRSA. */
  signatureVersion: "1" | "2";
  privateKey: KeyObject;
  /** Where signalbox answers, `http://HOST:PORT`. */
  endpoint: string;
  signingCertUrl: string;
}

/** Members that are signed, in this order, each with its value on the next line; those that are absent are left out. */
const SIGNED = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
  UnsubscribeConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
};

export function sealed(parts: EnvelopeParts): { headers: Record<string, string>; body: string } {
  const { id, message, raw } = parts;
  const isRaw = raw && message.type === "Notification";
  return {
    headers: {
      "x-amz-sns-message-type": message.type,
      "x-amz-sns-message-id": message.messageId,
      "x-amz-sns-topic-arn": topicArn(id),
      // The first message goes to somebody who is not subscribed yet.
      ...(message.type !== "SubscriptionConfirmation" && { "x-amz-sns-subscription-arn": subscriptionArn(id) }),
      ...(isRaw && { "x-amz-sns-rawdelivery": "true" }),
      "content-type": "text/plain; charset=UTF-8",
      "user-agent": "Amazon Simple Notification Service Agent",
    },
    body: isRaw ? message.message : JSON.stringify(envelope(parts), null, 2),
  };
}

function envelope({ id, message, signatureVersion, privateKey, endpoint, signingCertUrl }: EnvelopeParts) {
  const arn = topicArn(id);
  const links =
    message.type === "Notification"
      ? { UnsubscribeURL: `${endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn(id)}` }
      : { SubscribeURL: `${endpoint}/?Action=ConfirmSubscription&TopicArn=${arn}&Token=${message.token}` };
  const members: Record<string, unknown> = {
    Type: message.type,
    MessageId: message.messageId,
    ...(message.token !== undefined && { Token: message.token }),
    TopicArn: arn,
    ...(message.subject !== undefined && { Subject: message.subject }),
    Message: message.message,
    Timestamp: new Date(message.timestamp).toISOString(),
    ...links,
  };
  const text = SIGNED[message.type]
    .filter((name) => members[name] !== undefined)
    .map((name) => `${name}\n${members[name]}\n`)
    .join("");
  const digest = signatureVersion === "2" ? "sha256" : "sha1";
  return {
    ...members,
    SignatureVersion: signatureVersion,
    Signature: sign(digest, Buffer.from(text), privateKey).toString("base64"),
    SigningCertURL: signingCertUrl,
    ...(message.messageAttributes && { MessageAttributes: message.messageAttributes }),
  };
}
