/** Which instances ListOnPremisesInstances answers (semantics 2.7). */
import {
  InvalidRegistrationStatusException,
  InvalidTagFilterException,
  type ListOnPremisesInstancesInput,
  RegistrationStatusValues,
  type TagFilter,
  TagFilterTypeValues,
} from "../shapes/codedeploy.ts";
import { isOneOf } from "./names.ts";
import { LONGEST_TAG_KEY, LONGEST_TAG_VALUE } from "./tags.ts";

/** What a tag must be to match; a member that is left out may be anything. */
export interface TagMatch {
  key?: string;
  value?: string;
}

export interface OnPremisesInstanceFilter {
  /** `null` for both. */
  registered: boolean | null;
  /** An instance matches when one of its tags matches one of these; without any, every instance does. */
  tags: TagMatch[];
}

const MOST_FILTERS = 10;

export function requireInstanceFilter(input: ListOnPremisesInstancesInput): OnPremisesInstanceFilter {
  const { registrationStatus, tagFilters = [] } = input;
  if (registrationStatus !== undefined && !isOneOf(RegistrationStatusValues, registrationStatus)) {
    throw new InvalidRegistrationStatusException(
      `Invalid registration status: ${registrationStatus}. It must be ${RegistrationStatusValues.join(" or ")}`,
    );
  }
  if (tagFilters.length > MOST_FILTERS) {
    throw new InvalidTagFilterException(`${tagFilters.length} tag filters were given; at most ${MOST_FILTERS} may be`);
  }
  const registered = registrationStatus === undefined ? null : registrationStatus === "Registered";
  return { registered, tags: tagFilters.map(requireTagMatch) };
}

/** A filter without a type is one of key and value. */
function requireTagMatch({ Type = "KEY_AND_VALUE", Key = "", Value = "" }: TagFilter): TagMatch {
  if (!isOneOf(TagFilterTypeValues, Type)) {
    throw new InvalidTagFilterException(
      `Invalid tag filter type: ${Type}. It must be ${TagFilterTypeValues.join(", ")}`,
    );
  }
  if (Key.length > LONGEST_TAG_KEY || Value.length > LONGEST_TAG_VALUE) {
    throw new InvalidTagFilterException(
      `A tag filter's key has at most ${LONGEST_TAG_KEY} characters and its value at most ${LONGEST_TAG_VALUE}`,
    );
  }
  const withKey = Type !== "VALUE_ONLY";
  const withValue = Type !== "KEY_ONLY";
  if (withKey && Key === "") throw new InvalidTagFilterException(`A tag filter of type ${Type} needs a Key`);
  if (withValue && Value === "") throw new InvalidTagFilterException(`A tag filter of type ${Type} needs a Value`);
  return { ...(withKey && { key: Key }), ...(withValue && { value: Value }) };
}
