import { requireResourceArn } from "../resources/resourceArn.ts";
import { requireRoomForResourceTags, requireSomeTagsToAdd } from "../resources/tags.ts";
import { defineOperation } from "./operation.ts";
import { requireTaggable } from "./taggable.ts";

/** A key that the resource has already gets the new value. */
export const tagResource = defineOperation("TagResource", async (input, { store }, caller) => {
  const resource = requireResourceArn(caller, input.ResourceArn);
  const added = requireSomeTagsToAdd(input.Tags);

  return store.transaction(async (tx) => {
    const resourceId = await requireTaggable(tx, caller, resource);
    requireRoomForResourceTags(await tx.tags.of(resourceId), added);
    await tx.tags.put(resourceId, added);
    return {};
  });
});
