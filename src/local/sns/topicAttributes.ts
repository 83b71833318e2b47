/** Attributes of topics: which can be set, and what is answered for them. */
import { RETRY_POLICY } from "./deliveries.ts";
import { type TopicId, topicArn } from "./names.ts";
import { invalidParameter } from "./snsErrors.ts";
import type { FoundSubscription, Topic } from "./topicStore.ts";

/** Why a value cannot be taken, or undefined. An empty text is the same as no value. */
const SETTABLE: Record<string, (value: string) => string | undefined> = {
  DisplayName: (value) => (value.length > 100 ? "DisplayName" : undefined),
  Policy: (value) => (value === "" || isJsonObject(value) ? undefined : "Policy Reason: it is not a JSON object"),
  SignatureVersion: (value) =>
    ["", "1", "2"].includes(value) ? undefined : `SignatureVersion: Invalid value [${value}]. Must be 1 or 2.`,
};

/** What AWS has and signalbox has not; to set any of these to something would change nothing, so it is refused. */
const NOT_HERE = new Set([
  ...["FifoTopic", "ContentBasedDeduplication", "FifoThroughputScope", "ArchivePolicy"],
  ...["KmsMasterKeyId", "DeliveryPolicy", "TracingConfig", "DataProtectionPolicy"],
  ...["Application", "Firehose", "HTTP", "Lambda", "SQS"].flatMap((protocol) =>
    ["SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn"].map((name) => protocol + name),
  ),
]);
/** Values of those that ask for nothing; Terraform sends the sample rates of 0 with every topic. */
function asksForNothing(name: string, value: string): boolean {
  if (name.endsWith("SampleRate")) return value === "0";
  return (
    value === "" ||
    value === { FifoTopic: "false", ContentBasedDeduplication: "false", TracingConfig: "PassThrough" }[name]
  );
}

/**
 * Adds the given attributes to those that are set. `where` begins the text of an error: `Attributes Reason: ` when they
 * come with CreateTopic.
 */
export function changeAttributes(
  present: Record<string, string>,
  given: Record<string, string>,
  where = "",
): Record<string, string> {
  const attributes = { ...present };
  for (const [name, value] of Object.entries(given)) {
    if (NOT_HERE.has(name)) {
      if (asksForNothing(name, value)) continue;
      throw invalidParameter(`${where}${name}: signalbox does not support this attribute`);
    }
    const check = Object.hasOwn(SETTABLE, name) ? SETTABLE[name] : undefined;
    if (!check) throw invalidParameter(`${where}AttributeName`);
    const wrong = check(value);
    if (wrong !== undefined) throw invalidParameter(`${where}${wrong}`);
    if (value === "") delete attributes[name];
    else attributes[name] = value;
  }
  return attributes;
}

/** Everything that GetTopicAttributes answers. */
export function topicAttributes(id: TopicId, topic: Topic, subscriptions: FoundSubscription[]): Map<string, string> {
  const count = (state: string) => String(subscriptions.filter(({ value }) => value.state === state).length);
  const arn = topicArn(id);
  return new Map([
    ["TopicArn", arn],
    ["Owner", id.accountId],
    ["Policy", defaultPolicy(arn, id.accountId)],
    ["DisplayName", ""],
    ["SubscriptionsConfirmed", count("confirmed")],
    ["SubscriptionsPending", count("pending")],
    ["SubscriptionsDeleted", String(topic.subscriptionsDeleted)],
    ["EffectiveDeliveryPolicy", JSON.stringify(deliveryPolicy())],
    ...Object.entries(topic.attributes),
  ]);
}

/** How deliveries are really retried, in AWS's words. */
function deliveryPolicy() {
  const defaultRequestPolicy = { headerContentType: "text/plain; charset=UTF-8" };
  return {
    http: { defaultHealthyRetryPolicy: RETRY_POLICY, disableSubscriptionOverrides: false, defaultRequestPolicy },
  };
}

/** What AWS gives a topic whose policy nobody has set. Nothing here is checked against it. */
function defaultPolicy(arn: string, accountId: string): string {
  const actions = [
    ...["GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission"],
    ...["DeleteTopic", "Subscribe", "ListSubscriptionsByTopic", "Publish"],
  ];
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: actions.map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": accountId } },
      },
    ],
  });
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
