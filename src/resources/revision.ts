/** What is true of an application revision (semantics 2.2). */
import { createHash } from "node:crypto";
import type { Instant } from "../clock.ts";
import {
  BundleTypeValues,
  type ComputePlatform,
  DescriptionTooLongException,
  type GenericRevisionInfo,
  InvalidRevisionException,
  RevisionDoesNotExistException,
  type RevisionLocation,
  RevisionLocationTypeValues,
  RevisionRequiredException,
} from "../shapes/codedeploy.ts";
import { isOneOf } from "./names.ts";

export interface RevisionRecord {
  /** What tells one revision of an application from another. */
  identity: string;
  /** With the content of an inline AppSpec, where it is known. */
  location: RevisionLocation;
  description?: string | undefined;
  registerTime: Instant;
  firstUsedTime?: Instant | undefined;
  lastUsedTime?: Instant | undefined;
}

/** A location that is complete: its type is set, its member is there, a digest of inline content is known. */
export interface CompleteRevision {
  location: RevisionLocation;
  identity: string;
}

const LONGEST_DESCRIPTION = 256;

const members = {
  S3: "s3Location",
  GitHub: "gitHubLocation",
  String: "string",
  AppSpecContent: "appSpecContent",
} as const;

/** The location as given, completed; `platform` is that of the application. */
export function requireRevision(platform: ComputePlatform, given: RevisionLocation | undefined): CompleteRevision {
  if (!given || Object.keys(given).length === 0)
    throw new RevisionRequiredException("RevisionLocation must be specified");
  const type = given.revisionType ?? inferredType(given);
  if (!isOneOf(RevisionLocationTypeValues, type)) {
    throw invalid(`revisionType is ${type}; it must be ${RevisionLocationTypeValues.join(", ")}`);
  }
  requirePlatform(platform, type);
  if (given[members[type]] === undefined) throw invalid(`a revision of type ${type} needs the member ${members[type]}`);
  switch (type) {
    case "S3":
      return s3Revision(given);
    case "GitHub":
      return gitHubRevision(given);
    case "String":
      return inlineRevision(type, given.string?.content, given.string?.sha256);
    case "AppSpecContent":
      return inlineRevision(type, given.appSpecContent?.content, given.appSpecContent?.sha256);
  }
}

/** Samples always send the type; a single location member leaves no doubt. */
function inferredType(given: RevisionLocation): string | undefined {
  const present = RevisionLocationTypeValues.filter((type) => given[members[type]] !== undefined);
  return present.length === 1 ? present[0] : undefined;
}

function requirePlatform(platform: ComputePlatform, type: string): void {
  const inline = type === "String" || type === "AppSpecContent";
  if (platform === "Server" && inline) {
    throw invalid(
      `the Server compute platform takes no revision of type ${type}; it needs a bundle, from S3 or GitHub`,
    );
  }
  if (platform !== "Server" && type === "GitHub") {
    throw invalid(`the ${platform} compute platform takes no revision from GitHub; it needs an AppSpec`);
  }
  if (platform === "ECS" && type === "String") {
    throw invalid("the ECS compute platform takes no revision of type String; use AppSpecContent");
  }
}

function s3Revision(given: RevisionLocation): CompleteRevision {
  const { bucket, key, bundleType, version, eTag } = given.s3Location ?? {};
  if (!bucket || !key || !bundleType) throw invalid("an S3 revision needs bucket, key and bundleType");
  if (!isOneOf(BundleTypeValues, bundleType)) {
    throw invalid(`bundleType is ${bundleType}; it must be ${BundleTypeValues.join(", ")}`);
  }
  const identity = JSON.stringify(["S3", bucket, key, version ?? "", (eTag ?? "").replaceAll('"', "")]);
  return { location: { revisionType: "S3", s3Location: { bucket, key, bundleType, version, eTag } }, identity };
}

function gitHubRevision(given: RevisionLocation): CompleteRevision {
  const { repository, commitId } = given.gitHubLocation ?? {};
  if (!repository || !commitId) throw invalid("a GitHub revision needs repository and commitId");
  if (!/^[^/\s]+\/[^/\s]+$/.test(repository))
    throw invalid(`repository is ${repository}; it must be account/repository`);
  const identity = JSON.stringify(["GitHub", repository, commitId]);
  return { location: { revisionType: "GitHub", gitHubLocation: { repository, commitId } }, identity };
}

/** Content, or the digest of content that is already known, or both where they agree. */
function inlineRevision(
  revisionType: "String" | "AppSpecContent",
  content: string | undefined,
  given: string | undefined,
): CompleteRevision {
  const actual = content === undefined ? undefined : createHash("sha256").update(content, "utf8").digest("hex");
  if (actual && given && actual !== given.toLowerCase()) {
    throw invalid(`sha256 is ${given}, but that of the content is ${actual}`);
  }
  const sha256 = actual ?? given?.toLowerCase();
  if (!sha256) throw invalid(`a revision of type ${revisionType} needs its content`);
  const location = { revisionType, [members[revisionType]]: { content, sha256 } };
  return { location, identity: JSON.stringify([revisionType, sha256]) };
}

/** The location as the real service shows it with a deployment: an AppSpec's content is left out, its digest stays. */
export function withoutContent(location: RevisionLocation): RevisionLocation {
  if (!location.appSpecContent) return location;
  return { ...location, appSpecContent: { sha256: location.appSpecContent.sha256 } };
}

/** The AppSpec text of an inline revision, `undefined` for every other. */
export function inlineContent(location: RevisionLocation): string | undefined {
  return location.appSpecContent?.content ?? location.string?.content;
}

export function requireKnownRevision(found: RevisionRecord | undefined): RevisionRecord {
  if (!found) throw new RevisionDoesNotExistException("No revision found for the given location");
  return found;
}

export function requireDescription(description: string | undefined): string | undefined {
  if (description !== undefined && description.length > LONGEST_DESCRIPTION) {
    throw new DescriptionTooLongException(
      `The description has ${description.length} characters; it may have ${LONGEST_DESCRIPTION}`,
    );
  }
  return description;
}

/** `deploymentGroups` are the groups whose target revision this is. */
export function genericRevisionInfo(revision: RevisionRecord, deploymentGroups: string[]): GenericRevisionInfo {
  const { description, registerTime, firstUsedTime, lastUsedTime } = revision;
  return { description, deploymentGroups, firstUsedTime, lastUsedTime, registerTime };
}

function invalid(reason: string): InvalidRevisionException {
  return new InvalidRevisionException(`The revision is not valid: ${reason}`);
}
