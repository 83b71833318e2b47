/** Resource tags (semantics 2.8). */
import { InvalidTagsToAddException, type Tag, TagRequiredException } from "../shapes/codedeploy.ts";
import { testHeaderIn } from "./testHeader.ts";

export interface ResourceTag {
  Key: string;
  Value: string;
}

/** The tag of a deployment group that shortens the wait for its hooks; in seconds, or with a unit: `90`, `90s`, `5m`, `1h`. */
export const HOOK_TIMEOUT_TAG = "signalbox:hook-timeout";

/**
 * The tag of an ECS deployment group that keeps all traffic on the replacement for a while, under the eyes of the alarms,
 * before AfterAllowTraffic; a time as of `signalbox:hook-timeout`.
 */
export const BAKE_TAG = "signalbox:bake";

/**
 * The tag of an ECS deployment group that sends test traffic through the production listener, by a rule on this header:
 * its name, or its name and value.
 */
export const TEST_HEADER_TAG = "signalbox:test-header";

/** The tag of a deployment group that says what becomes of a deployment that finds it busy. */
export const ON_BUSY_TAG = "signalbox:on-busy";
const ON_BUSY_VALUES = ["reject", "queue", "replace"];
/** The tag of a deployment group that names where CloudEvents about its deployments are posted to. */
export const WEBHOOK_TAG = "signalbox:webhook";

export const LONGEST_TAG_KEY = 128;
export const LONGEST_TAG_VALUE = 256;
const MOST_TAGS = 50;

/** Tags given when a resource is created; numbers by the norm of other AWS services. */
export function requireTagsToAdd(tags: readonly Tag[] | undefined): ResourceTag[] {
  if (!tags) return [];
  if (tags.length > MOST_TAGS) {
    throw new InvalidTagsToAddException(`${tags.length} tags were given; a resource has at most ${MOST_TAGS}`);
  }
  return tags.map(({ Key = "", Value = "" }) => {
    requireTagKey(Key);
    if (Value.length > LONGEST_TAG_VALUE) {
      throw new InvalidTagsToAddException(`The value of tag ${Key} is longer than ${LONGEST_TAG_VALUE} characters`);
    }
    if (Key === BAKE_TAG && bakeMs(Value) === null) {
      throw new InvalidTagsToAddException(
        `Invalid ${BAKE_TAG}: ${Value}. It is a time from 1 second to 48 hours, such as 90, 90s, 5m or 1h`,
      );
    }
    if (Key === TEST_HEADER_TAG && testHeaderIn(Value) === null) {
      throw new InvalidTagsToAddException(
        `Invalid ${TEST_HEADER_TAG}: ${Value}. It is a header other than Host, or one with a value, such as X-Test or X-Test: yes`,
      );
    }
    if (Key === HOOK_TIMEOUT_TAG && hookTimeoutMs(Value) === null) {
      throw new InvalidTagsToAddException(
        `Invalid ${HOOK_TIMEOUT_TAG}: ${Value}. It is a time from 1 second to 1 hour, such as 90, 90s, 5m or 1h`,
      );
    }
    if (Key === ON_BUSY_TAG && !ON_BUSY_VALUES.includes(Value)) {
      throw new InvalidTagsToAddException(`Invalid ${ON_BUSY_TAG}: ${Value}. It is ${ON_BUSY_VALUES.join(", ")}`);
    }
    if (Key === WEBHOOK_TAG && !isWebhookUrl(Value)) {
      throw new InvalidTagsToAddException(
        `Invalid ${WEBHOOK_TAG}: ${Value}. It is an http or https URL without a user or password`,
      );
    }
    return { Key, Value };
  });
}

/** Tags for a call that is about nothing else: at least one. */
export function requireSomeTagsToAdd(tags: readonly Tag[] | undefined): ResourceTag[] {
  if (!tags || tags.length === 0) throw new TagRequiredException("Tags are required");
  return requireTagsToAdd(tags);
}

/** Keys of tags to remove: at least one. */
export function requireTagKeys(keys: readonly string[] | undefined): readonly string[] {
  if (!keys || keys.length === 0) throw new TagRequiredException("Tag keys are required");
  for (const key of keys) requireTagKey(key);
  return keys;
}

/** The limit holds for what a resource has in the end; a key that it has already takes no more room. */
export function requireRoomForResourceTags(present: readonly ResourceTag[], added: readonly ResourceTag[]): void {
  const total = new Set([...present, ...added].map(({ Key }) => Key)).size;
  if (total > MOST_TAGS) {
    throw new InvalidTagsToAddException(
      `The resource would have ${total} tags; it has at most ${MOST_TAGS}, so remove some first`,
    );
  }
}

function requireTagKey(key: string): void {
  if (key.length >= 1 && key.length <= LONGEST_TAG_KEY && !key.startsWith("aws:")) return;
  throw new InvalidTagsToAddException(
    `Invalid tag key: ${key}. A key has 1 to ${LONGEST_TAG_KEY} characters and does not begin with aws:`,
  );
}

function isWebhookUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
}

/** The hook time-out a tag asks for, in milliseconds; `null` when the text is no such time. At most one hour. */
export const hookTimeoutMs = (text: string): number | null => timeOf(text, 3600);

/** The time that all traffic is watched, in milliseconds; `null` when the text is no such time. At most 48 hours. */
export const bakeMs = (text: string): number | null => timeOf(text, 48 * 3600);

function timeOf(text: string, mostSeconds: number): number | null {
  const match = /^(\d{1,5})(s|m|h)?$/.exec(text.trim());
  if (!match) return null;
  const unit = { s: 1, m: 60, h: 3600 }[match[2] ?? "s"] ?? 1;
  const seconds = Number(match[1]) * unit;
  return seconds >= 1 && seconds <= mostSeconds ? seconds * 1000 : null;
}
