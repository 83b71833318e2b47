/** Rules for tags. */
import { InvalidParameterException, type Tag } from "../../shapes/ecs.ts";

const MOST_TAGS = 50;

/** Throws InvalidParameterException unless a resource may have all of these tags. */
export function requireTags(tags: Tag[] | undefined): Tag[] {
  const kept = (tags ?? []).map(({ key = "", value = "" }) => ({ key, value }));
  for (const { key, value } of kept) {
    if (key.length < 1 || key.length > 128)
      throw new InvalidParameterException("Tag keys must have 1 to 128 characters.");
    if (value.length > 256) throw new InvalidParameterException("Tag values must have at most 256 characters.");
    if (/^aws:/i.test(key))
      throw new InvalidParameterException("Tag keys must not begin with aws:, which is reserved.");
  }
  if (new Set(kept.map(({ key }) => key)).size < kept.length) {
    throw new InvalidParameterException("A tag key is given more than once.");
  }
  if (kept.length > MOST_TAGS) throw new InvalidParameterException(`A resource can have ${MOST_TAGS} tags at most.`);
  return kept;
}

/** The tags with others put on top of them. */
export function taggedWith(tags: Tag[], added: Tag[]): Tag[] {
  const keys = new Set(added.map(({ key }) => key));
  return [...tags.filter(({ key }) => !keys.has(key)), ...added];
}
