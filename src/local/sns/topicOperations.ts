/** Topics: created, listed, read, changed, deleted. */
import { type QueryMembers, queryMembers, queryText } from "../../protocol/awsQuery.ts";
import { parseTopicArn, requireTopicName, topicArn } from "./names.ts";
import { type Operation, page, requireText } from "./operation.ts";
import { invalidParameter } from "./snsErrors.ts";
import { readTags, requireTags } from "./tagOperations.ts";
import { changeAttributes, topicAttributes } from "./topicAttributes.ts";
import { requireTopic, type Topic } from "./topicStore.ts";

/** Answers the topic that is there already when the request asks for nothing that it is not. */
export const createTopic: Operation = ({ store }, input, request) => {
  const { accountId, region } = request.caller;
  const name = requireText(input, "Name");
  const tags = requireTags(readTags(input) ?? {});
  const given = textMap(input, "Attributes");
  if (queryText(input, "DataProtectionPolicy")) given["DataProtectionPolicy"] = "given";
  const attributes = changeAttributes({}, given, "Attributes Reason: ");
  requireTopicName(name);
  const id = { accountId, region, name };
  const found = store.find(id);
  if (found) requireSame(found, attributes, tags);
  else store.put(id, { attributes, tags, subscriptionsDeleted: 0 });
  return { TopicArn: topicArn(id) };
};

function requireSame(found: Topic, attributes: Record<string, string>, tags: Record<string, string>): void {
  const within = (given: Record<string, string>, there: Record<string, string>) =>
    Object.entries(given).every(([name, value]) => there[name] === value);
  if (!within(attributes, found.attributes)) {
    throw invalidParameter("Attributes Reason: Topic already exists with different attributes");
  }
  if (!within(tags, found.tags)) throw invalidParameter("Tags Reason: Topic already exists with different tags");
}

export const listTopics: Operation = ({ store }, input, request) => {
  const { accountId, region } = request.caller;
  const { items, NextToken } = page(store.list({ accountId, region }), topicArn, input);
  return { Topics: items.map((id) => ({ TopicArn: topicArn(id) })), NextToken };
};

/** A topic that is not there is deleted already. */
export const deleteTopic: Operation = ({ store }, input, request) => {
  store.remove(parseTopicArn(requireText(input, "TopicArn"), "TopicArn", "DeleteTopic", request.caller));
  return undefined;
};

export const getTopicAttributes: Operation = ({ store }, input, request) => {
  const id = parseTopicArn(requireText(input, "TopicArn"), "TopicArn", "GetTopicAttributes", request.caller);
  return { Attributes: topicAttributes(id, requireTopic(store, id), store.subscriptionsOf(id)) };
};

export const setTopicAttributes: Operation = ({ store }, input, request) => {
  const id = parseTopicArn(requireText(input, "TopicArn"), "TopicArn", "SetTopicAttributes", request.caller);
  const name = requireText(input, "AttributeName");
  const topic = requireTopic(store, id);
  const value = queryText(input, "AttributeValue") ?? "";
  store.put(id, { ...topic, attributes: changeAttributes(topic.attributes, { [name]: value }) });
  return undefined;
};

/** A map of texts; empty when it is not given. */
export function textMap(input: QueryMembers, name: string): Record<string, string> {
  const members = queryMembers(input, name) ?? {};
  return Object.fromEntries(Object.keys(members).map((key) => [key, queryText(members, key) ?? ""]));
}
