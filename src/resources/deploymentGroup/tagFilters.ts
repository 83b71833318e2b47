/** How a deployment group chooses its instances: tag filters, tag sets, Auto Scaling groups (semantics 2.4). */
import {
  type EC2TagFilter,
  EC2TagFilterTypeValues,
  InvalidAutoScalingGroupException,
  InvalidEC2TagCombinationException,
  InvalidEC2TagException,
  InvalidOnPremisesTagCombinationException,
  InvalidTagException,
  TagSetListLimitExceededException,
} from "../../shapes/codedeploy.ts";
import { isOneOf } from "../names.ts";

const MOST_TAG_SETS = 3;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

type TagError = new (message: string) => Error;

export function requireEC2TagFilters(filters: readonly EC2TagFilter[], most: number): EC2TagFilter[] {
  return requireFilters(filters, most, InvalidEC2TagException);
}

export function requireOnPremisesTagFilters(filters: readonly EC2TagFilter[], most: number): EC2TagFilter[] {
  return requireFilters(filters, most, InvalidTagException);
}

export function requireEC2TagSet(sets: readonly EC2TagFilter[][], most: number): EC2TagFilter[][] {
  return requireTagSets(sets, most, InvalidEC2TagException);
}

export function requireOnPremisesTagSet(sets: readonly EC2TagFilter[][], most: number): EC2TagFilter[][] {
  return requireTagSets(sets, most, InvalidTagException);
}

function requireTagSets(sets: readonly EC2TagFilter[][], most: number, refusal: TagError): EC2TagFilter[][] {
  if (sets.length > MOST_TAG_SETS) {
    throw new TagSetListLimitExceededException(`${sets.length} tag sets were given; at most ${MOST_TAG_SETS} may be`);
  }
  return sets.map((filters) => requireFilters(filters, most, refusal));
}

function requireFilters(filters: readonly EC2TagFilter[], most: number, Refusal: TagError): EC2TagFilter[] {
  if (filters.length > most) {
    throw new Refusal(`${filters.length} tag filters were given; at most ${most} may be`);
  }
  for (const { Type, Key, Value } of filters) {
    if (Type !== undefined && !isOneOf(EC2TagFilterTypeValues, Type)) {
      throw new Refusal(`Invalid tag filter type: ${Type}. It must be ${EC2TagFilterTypeValues.join(", ")}`);
    }
    if (Type !== "VALUE_ONLY" && !Key) throw new Refusal(`A tag filter of type ${Type ?? "KEY_AND_VALUE"} needs a Key`);
    if (Type === "VALUE_ONLY" && !Value) throw new Refusal("A tag filter of type VALUE_ONLY needs a Value");
    if ((Key ?? "").length > LONGEST_KEY || (Value ?? "").length > LONGEST_VALUE) {
      throw new Refusal(`A tag filter's key has at most ${LONGEST_KEY} characters and its value ${LONGEST_VALUE}`);
    }
  }
  return [...filters];
}

/** Names as they are given: whether such a group exists is known only to AWS. */
export function requireAutoScalingGroups(names: readonly string[], most: number): string[] {
  if (names.length > most) {
    throw new InvalidAutoScalingGroupException(
      `${names.length} Auto Scaling groups were given; a deployment group has at most ${most}`,
    );
  }
  const empty = names.find((name) => name.trim() === "");
  if (empty !== undefined) throw new InvalidAutoScalingGroupException("The name of an Auto Scaling group is empty");
  return [...new Set(names)];
}

/** Filters and sets say the same thing in two ways; a group, or a deployment's targetInstances, uses one of them. */
export function requireOneEC2TagForm(filters: readonly unknown[], sets: readonly unknown[]): void {
  if (filters.length === 0 || sets.length === 0) return;
  throw new InvalidEC2TagCombinationException("ec2TagFilters and ec2TagSet cannot both be given; use one of them");
}

export function requireOneOnPremisesTagForm(filters: readonly unknown[], sets: readonly unknown[]): void {
  if (filters.length === 0 || sets.length === 0) return;
  throw new InvalidOnPremisesTagCombinationException(
    "onPremisesInstanceTagFilters and onPremisesTagSet cannot both be given; use one of them",
  );
}
