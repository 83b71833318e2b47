/** Resource tags (semantics 2.8). */
import { InvalidTagsToAddException, type Tag } from "../shapes/codedeploy.ts";

export interface ResourceTag {
  Key: string;
  Value: string;
}

/** The tag of a deployment group that shortens the wait for its hooks; in seconds, or with a unit: `90`, `90s`, `5m`, `1h`. */
export const HOOK_TIMEOUT_TAG = "signalbox:hook-timeout";

const MOST_TAGS = 50;

/** Tags given when a resource is created; numbers by the norm of other AWS services. */
export function requireTagsToAdd(tags: readonly Tag[] | undefined): ResourceTag[] {
  if (!tags) return [];
  if (tags.length > MOST_TAGS) {
    throw new InvalidTagsToAddException(`${tags.length} tags were given; a resource has at most ${MOST_TAGS}`);
  }
  return tags.map(({ Key = "", Value = "" }) => {
    if (Key.length < 1 || Key.length > 128 || Key.startsWith("aws:")) {
      throw new InvalidTagsToAddException(
        `Invalid tag key: ${Key}. A key has 1 to 128 characters and does not begin with aws:`,
      );
    }
    if (Value.length > 256)
      throw new InvalidTagsToAddException(`The value of tag ${Key} is longer than 256 characters`);
    if (Key === HOOK_TIMEOUT_TAG && hookTimeoutMs(Value) === null) {
      throw new InvalidTagsToAddException(
        `Invalid ${HOOK_TIMEOUT_TAG}: ${Value}. It is a time from 1 second to 1 hour, such as 90, 90s, 5m or 1h`,
      );
    }
    return { Key, Value };
  });
}

/** The hook time-out a tag asks for, in milliseconds; `null` when the text is no such time. At most one hour. */
export function hookTimeoutMs(text: string): number | null {
  const match = /^(\d{1,5})(s|m|h)?$/.exec(text.trim());
  if (!match) return null;
  const unit = { s: 1, m: 60, h: 3600 }[match[2] ?? "s"] ?? 1;
  const seconds = Number(match[1]) * unit;
  return seconds >= 1 && seconds <= 3600 ? seconds * 1000 : null;
}
