/** What is true of an on-premises instance (semantics 2.7). */
import type { Instant } from "../clock.ts";
import {
  IamArnRequiredException,
  IamUserArnRequiredException,
  type InstanceInfo,
  InstanceLimitExceededException,
  InstanceNameRequiredException,
  InstanceNotRegisteredException,
  InvalidIamSessionArnException,
  InvalidIamUserArnException,
  InvalidInstanceNameException,
  InvalidTagException,
  MultipleIamArnsProvidedException,
  type RegisterOnPremisesInstanceInput,
  type Tag,
  TagLimitExceededException,
  TagRequiredException,
} from "../shapes/codedeploy.ts";
import { isName, NAME_RULE } from "./names.ts";
import { LONGEST_TAG_KEY, LONGEST_TAG_VALUE, type ResourceTag } from "./tags.ts";

/** A registration, with `deregisterTime` once it has ended. A new registration of the name makes a new record. */
export interface OnPremisesInstanceRecord extends IamArn {
  instanceName: string;
  instanceArn: string;
  registerTime: Instant;
  deregisterTime?: Instant | undefined;
}

/** One of the two: the user or the session that the instance's agent signs its requests with. */
export interface IamArn {
  iamUserArn?: string | undefined;
  iamSessionArn?: string | undefined;
}

/** How many instances one call may tag. The model has the error and no number (semantics 2.7). */
const MOST_INSTANCES = 100;
const MOST_TAGS = 10;

const IAM_USER_ARN = /^arn:aws(-[a-z-]+)?:iam::[0-9]{12}:user\/[A-Za-z0-9/+=,.@_-]+$/;
const IAM_SESSION_ARN = /^arn:aws(-[a-z-]+)?:sts::[0-9]{12}:assumed-role\/[A-Za-z0-9+=,.@_-]+\/[A-Za-z0-9+=,.@_-]+$/;

export function requireInstanceName(name: string | undefined): string {
  if (!name) throw new InstanceNameRequiredException("Instance name is required");
  if (!isName(name) || name.startsWith("i-")) {
    throw new InvalidInstanceNameException(
      `Invalid instance name: ${name}. A name has ${NAME_RULE}, and does not begin with i-`,
    );
  }
  return name;
}

/** Names for a call that works on several instances, each once. */
export function requireInstanceNames(names: readonly string[] | undefined): string[] {
  if (!names || names.length === 0) throw new InstanceNameRequiredException("Instance names are required");
  return [...new Set(names.map(requireInstanceName))];
}

/** Names for a call that changes several instances at once. */
export function requireInstancesToTag(names: readonly string[] | undefined): string[] {
  if (names && names.length > MOST_INSTANCES) {
    throw new InstanceLimitExceededException(
      `${names.length} instances were given; one call may name at most ${MOST_INSTANCES}`,
    );
  }
  return requireInstanceNames(names);
}

/** Exactly one of the two ARNs. An empty user ARN is the older form of a missing one, and has an error of its own. */
export function requireIamArn({ iamUserArn, iamSessionArn }: RegisterOnPremisesInstanceInput): IamArn {
  if (!iamUserArn && !iamSessionArn) {
    if (iamUserArn === "") throw new IamUserArnRequiredException("IAM user ARN is required: iamUserArn is empty");
    throw new IamArnRequiredException("IAM ARN is required: give iamUserArn or iamSessionArn");
  }
  if (iamUserArn && iamSessionArn) {
    throw new MultipleIamArnsProvidedException("Both iamUserArn and iamSessionArn were given; give one of them");
  }
  if (iamUserArn && !IAM_USER_ARN.test(iamUserArn)) {
    throw new InvalidIamUserArnException(
      `Invalid IAM user ARN: ${iamUserArn}. It must look like arn:aws:iam::<account>:user/<path and name>`,
    );
  }
  if (iamSessionArn && !IAM_SESSION_ARN.test(iamSessionArn)) {
    throw new InvalidIamSessionArnException(
      `Invalid IAM session ARN: ${iamSessionArn}. It must look like arn:aws:sts::<account>:assumed-role/<role>/<session>`,
    );
  }
  return { iamUserArn: iamUserArn || undefined, iamSessionArn: iamSessionArn || undefined };
}

const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Ends in ten letters or digits that no other registration has; `fraction` gives a random number in [0, 1). */
export function newInstanceArn(
  { accountId, region }: { accountId: string; region: string },
  instanceName: string,
  fraction: () => number,
): string {
  const letters = Array.from({ length: 10 }, () => ALPHANUMERIC.charAt(Math.floor(fraction() * ALPHANUMERIC.length)));
  return `arn:aws:codedeploy:${region}:${accountId}:instance/${instanceName}_${letters.join("")}`;
}

/** Whether the instance is registered now. One that has been deregistered is known, and not registered. */
export const isRegistered = (found: OnPremisesInstanceRecord | undefined): boolean =>
  found !== undefined && found.deregisterTime === undefined;

export function requireRegistered(name: string, found: OnPremisesInstanceRecord | undefined): void {
  if (!isRegistered(found)) throw notRegistered(name);
}

/** Registered or deregistered. */
export function requireOnPremisesInstance<Found>(name: string, found: Found | undefined): Found {
  if (!found) throw notRegistered(name);
  return found;
}

function notRegistered(name: string): InstanceNotRegisteredException {
  return new InstanceNotRegisteredException(`The on-premises instance ${name} is not registered`);
}

/** Tags to add to instances, or to remove from them: key and value are both needed. */
export function requireInstanceTags(tags: readonly Tag[] | undefined): ResourceTag[] {
  if (!tags || tags.length === 0) throw new TagRequiredException("Tags are required");
  if (tags.length > MOST_TAGS) {
    throw new TagLimitExceededException(
      `${tags.length} tags were given; an on-premises instance has at most ${MOST_TAGS}`,
    );
  }
  return tags.map(({ Key, Value }) => {
    if (!Key || Key.length > LONGEST_TAG_KEY) {
      throw new InvalidTagException(`Invalid tag key: ${Key}. A key has 1 to ${LONGEST_TAG_KEY} characters`);
    }
    if (!Value || Value.length > LONGEST_TAG_VALUE) {
      throw new InvalidTagException(
        `Invalid value of tag ${Key}: ${Value}. A value has 1 to ${LONGEST_TAG_VALUE} characters`,
      );
    }
    return { Key, Value };
  });
}

/** A tag is told by its key: adding one that is there replaces its value. */
export function requireRoomForTags(name: string, present: readonly ResourceTag[], added: readonly ResourceTag[]): void {
  const keys = new Set([...present, ...added].map(({ Key }) => Key));
  if (keys.size > MOST_TAGS) {
    throw new TagLimitExceededException(
      `The on-premises instance ${name} would have ${keys.size} tags; at most ${MOST_TAGS} may be, so remove some first`,
    );
  }
}

export function instanceInfo(record: OnPremisesInstanceRecord, tags: ResourceTag[]): InstanceInfo {
  const { instanceName, instanceArn, iamUserArn, iamSessionArn, registerTime, deregisterTime } = record;
  return { instanceName, instanceArn, iamUserArn, iamSessionArn, registerTime, deregisterTime, tags };
}
