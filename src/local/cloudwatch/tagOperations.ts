/** Tags of alarms. */
import type { Scope } from "../../protocol/http.ts";
import type { Alarm, AlarmId, Tag } from "./alarm.ts";
import type { AlarmStore } from "./alarmStore.ts";
import { CloudWatchError } from "./cloudWatchError.ts";
import { constraints } from "./constraints.ts";
import type { Operation } from "./operation.ts";

const MOST_TAGS = 50;

interface Resource {
  ResourceARN?: string;
}

export const tagResource: Operation<Resource & { Tags?: Tag[] }> = ({ store }, scope, { ResourceARN, Tags }) => {
  requireMembers({ ResourceARN, Tags });
  requireTags(Tags ?? []);
  const { id, alarm } = taggedAlarm(store, scope, ResourceARN ?? "");
  const added = new Map((Tags ?? []).map((tag) => [tag.Key, tag]));
  const tags = [...alarm.tags.filter(({ Key }) => !added.has(Key)), ...added.values()];
  requireTags(tags);
  store.put([{ id, alarm: { ...alarm, tags } }]);
  return {};
};

export const untagResource: Operation<Resource & { TagKeys?: string[] }> = (
  { store },
  scope,
  { ResourceARN, TagKeys },
) => {
  requireMembers({ ResourceARN, TagKeys });
  const { id, alarm } = taggedAlarm(store, scope, ResourceARN ?? "");
  store.put([{ id, alarm: { ...alarm, tags: alarm.tags.filter(({ Key }) => !TagKeys?.includes(Key)) } }]);
  return {};
};

export const listTagsForResource: Operation<Resource> = ({ store }, scope, { ResourceARN }) => {
  requireMembers({ ResourceARN });
  return { Tags: taggedAlarm(store, scope, ResourceARN ?? "").alarm.tags };
};

/** Throws what is wrong with tags that an alarm shall have. */
export function requireTags(tags: Partial<Tag>[]): void {
  const check = constraints();
  for (const [index, { Key, Value }] of tags.entries()) {
    const place = `Tags.${index + 1}.member`;
    check.required(Key, `${place}.key`);
    check.required(Value, `${place}.value`);
    check.length(Key, `${place}.key`, 1, 128);
    check.length(Value, `${place}.value`, 0, 256);
  }
  check.enforce();
  const keys = tags.map(({ Key }) => Key);
  if (keys.some((key) => /^aws:/i.test(key ?? ""))) {
    throw new CloudWatchError("InvalidParameterValue", "Tag keys must not begin with aws:, which is reserved.");
  }
  if (new Set(keys).size < keys.length) {
    throw new CloudWatchError("InvalidParameterValue", "A tag key is given more than once.");
  }
  if (tags.length > MOST_TAGS) {
    throw new CloudWatchError("InvalidParameterValue", `An alarm can have ${MOST_TAGS} tags at most.`);
  }
}

function requireMembers(members: Record<string, unknown>): void {
  const check = constraints();
  for (const [name, value] of Object.entries(members)) check.required(value, name);
  check.enforce();
}

function taggedAlarm(store: AlarmStore, scope: Scope, arn: string): { id: AlarmId; alarm: Alarm } {
  const [, region, accountId, name] = /^arn:aws[a-z-]*:cloudwatch:([^:]*):([^:]*):alarm:(.+)$/s.exec(arn) ?? [];
  if (name === undefined) {
    throw new CloudWatchError("InvalidParameterValue", `${arn} is not the ARN of an alarm.`);
  }
  const mine = region === scope.region && accountId === scope.accountId;
  const id = { ...scope, name };
  const alarm = mine ? store.find(id) : undefined;
  if (!alarm) throw new CloudWatchError("ResourceNotFoundException", `The alarm ${arn} does not exist.`);
  return { id, alarm };
}
