/** Which revisions ListApplicationRevisions answers, and in which order (semantics 2.2). */
import type { Instant } from "../clock.ts";
import {
  ApplicationRevisionSortByValues,
  BucketNameFilterRequiredException,
  InvalidBucketNameFilterException,
  InvalidDeployedStateFilterException,
  InvalidKeyPrefixFilterException,
  InvalidSortByException,
  InvalidSortOrderException,
  type ListApplicationRevisionsInput,
  ListStateFilterActionValues,
  SortOrderValues,
} from "../shapes/codedeploy.ts";
import { isOneOf } from "./names.ts";
import type { RevisionRecord } from "./revision.ts";

/** Throws for filters that mean nothing. */
export function requireRevisionFilters(filters: ListApplicationRevisionsInput): void {
  const { sortBy, sortOrder, s3Bucket, s3KeyPrefix, deployed: state } = filters;
  if (sortBy !== undefined && !isOneOf(ApplicationRevisionSortByValues, sortBy)) {
    throw new InvalidSortByException(
      `Invalid sortBy: ${sortBy}. It must be ${ApplicationRevisionSortByValues.join(", ")}`,
    );
  }
  if (sortOrder !== undefined && !isOneOf(SortOrderValues, sortOrder)) {
    throw new InvalidSortOrderException(`Invalid sortOrder: ${sortOrder}. It must be ${SortOrderValues.join(" or ")}`);
  }
  if (s3Bucket === "") throw new InvalidBucketNameFilterException("The bucket name to filter by is empty");
  if (s3KeyPrefix === "") throw new InvalidKeyPrefixFilterException("The key prefix to filter by is empty");
  if (s3KeyPrefix !== undefined && s3Bucket === undefined) {
    throw new BucketNameFilterRequiredException(
      "A key prefix filters only within a bucket; name the bucket as s3Bucket",
    );
  }
  if (state !== undefined && !isOneOf(ListStateFilterActionValues, state)) {
    throw new InvalidDeployedStateFilterException(
      `Invalid deployed: ${state}. It must be ${ListStateFilterActionValues.join(", ")}`,
    );
  }
}

/** `deployed` holds the identities of revisions that are some group's target revision. The filters have been checked. */
export function selectRevisions(
  revisions: readonly RevisionRecord[],
  deployed: ReadonlySet<string>,
  { s3Bucket, s3KeyPrefix, deployed: state }: ListApplicationRevisionsInput,
): RevisionRecord[] {
  return revisions.filter(({ identity, location }) => {
    if (s3Bucket !== undefined && location.s3Location?.bucket !== s3Bucket) return false;
    if (s3KeyPrefix !== undefined && !location.s3Location?.key?.startsWith(s3KeyPrefix)) return false;
    if (state === "include") return deployed.has(identity);
    return state === "exclude" ? !deployed.has(identity) : true;
  });
}

/** Where a revision stands in the list. A page token holds it, so that the next page begins there whatever has moved. */
export interface RevisionPosition {
  time: Instant;
  identity: string;
}

/** The order that was asked for: by time, and by identity where times are equal. The filters have been checked. */
export function revisionOrder({ sortBy, sortOrder }: ListApplicationRevisionsInput) {
  const direction = sortOrder === "descending" ? -1 : 1;
  const member = isOneOf(ApplicationRevisionSortByValues, sortBy) ? sortBy : "registerTime";
  return {
    position: (revision: RevisionRecord): RevisionPosition => ({
      time: revision[member] ?? 0,
      identity: revision.identity,
    }),
    compare(one: RevisionPosition, other: RevisionPosition): number {
      const byTime = direction * (one.time - other.time);
      if (byTime !== 0 || one.identity === other.identity) return byTime;
      return one.identity < other.identity ? -1 : 1;
    },
  };
}
