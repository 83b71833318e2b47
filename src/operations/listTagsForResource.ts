import { requireResourceArn } from "../resources/resourceArn.ts";
import { defineOperation } from "./operation.ts";
import { findTaggable } from "./taggable.ts";

/**
 * A resource that is not there has no tags: the model knows no error for it (semantics 2.8). Nor does it know one for a
 * bad token; the tags of a resource, 50 at most, are one page, so no token is ever given and any that comes is ignored.
 */
export const listTagsForResource = defineOperation("ListTagsForResource", async (input, { store }, caller) => {
  const resource = requireResourceArn(caller, input.ResourceArn);
  return store.read(async (reader) => {
    const resourceId = await findTaggable(reader, caller, resource);
    return { Tags: resourceId === undefined ? [] : await reader.tags.of(resourceId) };
  });
});
