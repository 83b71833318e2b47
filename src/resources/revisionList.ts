/** Which revisions ListApplicationRevisions answers, and in which order (semantics 2.2). */
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

/** `deployed` holds the identities of revisions that are some group's target revision. */
export function selectRevisions(
  revisions: readonly RevisionRecord[],
  deployed: ReadonlySet<string>,
  filters: ListApplicationRevisionsInput,
): RevisionRecord[] {
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
  const kept = revisions.filter(({ identity, location }) => {
    if (s3Bucket !== undefined && location.s3Location?.bucket !== s3Bucket) return false;
    if (s3KeyPrefix !== undefined && !location.s3Location?.key?.startsWith(s3KeyPrefix)) return false;
    if (state === "include") return deployed.has(identity);
    return state === "exclude" ? !deployed.has(identity) : true;
  });
  const direction = sortOrder === "descending" ? -1 : 1;
  const time = (revision: RevisionRecord) => revision[sortBy ?? "registerTime"] ?? 0;
  return kept.sort((one, other) => {
    const byTime = direction * (time(one) - time(other));
    return byTime !== 0 ? byTime : one.identity < other.identity ? -1 : 1;
  });
}
