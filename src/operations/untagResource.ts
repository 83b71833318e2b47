import { requireResourceArn } from "../resources/resourceArn.ts";
import { requireTagKeys } from "../resources/tags.ts";
import { defineOperation } from "./operation.ts";
import { requireTaggable } from "./taggable.ts";

/** A key that the resource does not have is no error. */
export const untagResource = defineOperation("UntagResource", async (input, { store }, caller) => {
  const resource = requireResourceArn(caller, input.ResourceArn);
  const keys = requireTagKeys(input.TagKeys);

  return store.transaction(async (tx) => {
    await tx.tags.remove(await requireTaggable(tx, caller, resource), keys);
    return {};
  });
});
