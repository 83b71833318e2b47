/** Publish: a message becomes owed to every confirmed subscription of its topic. */
import { isNumber, type QueryMembers, queryMembers, queryText } from "../../protocol/awsQuery.ts";
import type { Message } from "./envelope.ts";
import { type Asker, parseTopicArn, type TopicId } from "./names.ts";
import { type Control, type Operation, requireText } from "./operation.ts";
import { invalidParameter, invalidValue } from "./snsErrors.ts";
import { requireTopic } from "./topicStore.ts";

const MOST_BYTES = 256 * 1024;

/** Durable for every subscription when it is answered. */
export const publish: Operation = (control, input, request) => publishMessage(control, input, request.caller);

/** The same for publishers in this process; `input` has the members of the request. */
export function publishMessage(control: Control, input: QueryMembers, caller: Asker): { MessageId: string } {
  const { store, deliveries, clock, ids } = control;
  const topic = namedTopic(input, caller);
  const message = requireText(input, "Message");
  if (message === "") throw invalidParameter("Empty message");
  const subject = readSubject(input);
  requireStandard(input);
  const messageAttributes = readMessageAttributes(input);
  if (sizeOf(message, messageAttributes) > MOST_BYTES) throw invalidParameter("Message too long");
  const textFor = textByProtocol(message, queryText(input, "MessageStructure"));
  const messageId = ids.uuid();
  const timestamp = clock.now();
  store.together(() => {
    requireTopic(store, topic);
    const owed = store
      .subscriptionsOf(topic)
      .filter(({ value }) => value.state === "confirmed")
      .map(({ id, value }) => {
        const text = textFor(value.protocol);
        const owedMessage: Message = {
          type: "Notification",
          messageId,
          subject,
          message: text,
          timestamp,
          messageAttributes,
        };
        return { id, message: owedMessage };
      });
    deliveries.accept(owed);
  });
  return { MessageId: messageId };
}

function namedTopic(input: QueryMembers, caller: Asker): TopicId {
  if (queryText(input, "PhoneNumber") !== undefined) {
    throw invalidParameter("PhoneNumber Reason: signalbox sends no text messages");
  }
  const parameter = queryText(input, "TopicArn") === undefined ? "TargetArn" : "TopicArn";
  const arn = queryText(input, parameter);
  if (arn === undefined) throw invalidParameter("TopicArn or TargetArn Reason: no value for required parameter");
  if (parameter === "TargetArn" && arn.includes(":endpoint/")) {
    throw invalidParameter("TargetArn Reason: No endpoint found for the target arn specified");
  }
  return parseTopicArn(arn, parameter, "Publish", caller);
}

/** One line of at most 100 characters. */
function readSubject(input: QueryMembers): string | undefined {
  const subject = queryText(input, "Subject");
  if (subject === undefined) return undefined;
  if (subject === "" || [...subject].length > 100 || /\p{Cc}/u.test(subject)) throw invalidParameter("Subject");
  return subject;
}

/** Members that only FIFO topics know. */
function requireStandard(input: QueryMembers): void {
  for (const name of ["MessageDeduplicationId", "MessageGroupId"]) {
    if (queryText(input, name) === undefined) continue;
    throw invalidParameter(
      `${name} Reason: The request includes ${name} parameter that is not valid for this topic type`,
    );
  }
}

/** With the structure `json`, the message holds a text for each protocol, and `default` for the others. */
function textByProtocol(message: string, structure: string | undefined): (protocol: string) => string {
  if (structure === undefined || structure === "") return () => message;
  if (structure !== "json") throw invalidParameter("MessageStructure");
  const texts = parseObject(message);
  const fallback = texts["default"];
  if (typeof fallback !== "string") {
    throw invalidParameter("Message Structure - No default entry in JSON message body");
  }
  return (protocol) => {
    const own = Object.hasOwn(texts, protocol) ? texts[protocol] : undefined;
    return typeof own === "string" ? own : fallback;
  };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below: it is not JSON, or not an object.
  }
  throw invalidParameter("Message Structure - JSON message body failed to parse");
}

type MessageAttributes = NonNullable<Message["messageAttributes"]>;

const ATTRIBUTE_NAME = /^(?!aws\.|amazon\.|\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/i;
const DATA_TYPE = /^(String|Number|Binary|String\.Array)(\.[A-Za-z0-9_.-]+)?$/;

function readMessageAttributes(input: QueryMembers): MessageAttributes | undefined {
  const given = queryMembers(input, "MessageAttributes");
  if (!given) return undefined;
  return Object.fromEntries(
    Object.keys(given).map((name) => {
      if (!ATTRIBUTE_NAME.test(name)) throw invalidValue(`Invalid attribute name: ${name}`);
      const value = queryMembers(given, name) ?? {};
      const dataType = queryText(value, "DataType") ?? "";
      if (dataType === "") {
        throw invalidValue(`The message attribute '${name}' must contain non-empty message attribute type.`);
      }
      if (!DATA_TYPE.test(dataType)) {
        throw invalidValue(
          `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
        );
      }
      return [name, { Type: dataType, Value: attributeValue(name, dataType, value) }] as const;
    }),
  );
}

/** A binary value stays in base64, as it came and as it stands in the envelope. */
function attributeValue(name: string, dataType: string, value: QueryMembers): string {
  const member = dataType.startsWith("Binary") ? "BinaryValue" : "StringValue";
  const text = queryText(value, member) ?? "";
  if (text === "") {
    throw invalidValue(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${dataType}'.`,
    );
  }
  if (/^Number(\.|$)/.test(dataType) && !isNumber(text)) {
    throw invalidValue(`Could not cast message attribute '${name}' value to number.`);
  }
  return text;
}

function sizeOf(message: string, attributes: MessageAttributes = {}): number {
  return Object.entries(attributes).reduce((sum, [name, { Type, Value }]) => {
    const value = Type.startsWith("Binary") ? Buffer.byteLength(Value, "base64") : Buffer.byteLength(Value);
    return sum + Buffer.byteLength(name) + Buffer.byteLength(Type) + value;
  }, Buffer.byteLength(message));
}
