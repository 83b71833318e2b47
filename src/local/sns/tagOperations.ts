/** Tags of topics. */
import { QueryError, type QueryMembers, queryStructures, queryText, queryTexts } from "../../protocol/awsQuery.ts";
import type { HttpRequest } from "../../protocol/http.ts";
import { parseTopicArn, type TopicId } from "./names.ts";
import { type Control, type Operation, requireText } from "./operation.ts";
import { invalidParameter, missing } from "./snsErrors.ts";
import type { Topic } from "./topicStore.ts";

const MOST_TAGS = 50;

export const listTagsForResource: Operation = (control, input, request) => {
  const { topic } = tagged(control, input, request, "ListTagsForResource");
  return { Tags: Object.entries(topic.tags).map(([Key, Value]) => ({ Key, Value })) };
};

export const tagResource: Operation = (control, input, request) => {
  const { id, topic } = tagged(control, input, request, "TagResource");
  const given = readTags(input);
  if (!given) throw missing("Tags");
  control.store.put(id, { ...topic, tags: requireTags({ ...topic.tags, ...given }) });
  return {};
};

export const untagResource: Operation = (control, input, request) => {
  const { id, topic } = tagged(control, input, request, "UntagResource");
  const keys = queryTexts(input, "TagKeys");
  if (!keys) throw missing("TagKeys");
  const tags = Object.fromEntries(Object.entries(topic.tags).filter(([key]) => !keys.includes(key)));
  control.store.put(id, { ...topic, tags });
  return {};
};

/** The tags of a request by key, or undefined where there are none. */
export function readTags(input: QueryMembers): Record<string, string> | undefined {
  const given = queryStructures(input, "Tags")?.map((tag) => {
    const key = queryText(tag, "Key") ?? "";
    const value = queryText(tag, "Value");
    if (key === "" || key.length > 128 || value === undefined || value.length > 256) throw invalidParameter("Tags");
    return [key, value] as const;
  });
  if (!given) return undefined;
  const tags = Object.fromEntries(given);
  if (Object.keys(tags).length < given.length) throw invalidParameter("Duplicated keys are not allowed.");
  return tags;
}

export function requireTags(tags: Record<string, string>): Record<string, string> {
  if (Object.keys(tags).length > MOST_TAGS) {
    throw new QueryError(400, "TagLimitExceeded", "Could not complete request: tag quota of per resource exceeded");
  }
  return tags;
}

function tagged(
  { store }: Control,
  input: QueryMembers,
  request: HttpRequest,
  action: string,
): { id: TopicId; topic: Topic } {
  const id = parseTopicArn(requireText(input, "ResourceArn"), "ResourceArn", action, request.caller);
  const topic = store.find(id);
  if (!topic) throw new QueryError(404, "ResourceNotFound", "Resource does not exist");
  return { id, topic };
}
