import {
  requireInstancesToTag,
  requireInstanceTags,
  requireRegistered,
  requireRoomForTags,
} from "../resources/onPremisesInstance.ts";
import { defineOperation } from "./operation.ts";

/** All instances get the tags, or none: one that is not registered, or has no room, spoils the call (semantics 2.7). */
export const addTagsToOnPremisesInstances = defineOperation(
  "AddTagsToOnPremisesInstances",
  async (input, { store }, caller) => {
    const names = requireInstancesToTag(input.instanceNames);
    const tags = requireInstanceTags(input.tags);

    return store.transaction(async ({ onPremisesInstances }) => {
      for (const name of names) requireRegistered(name, await onPremisesInstances.find(caller, name));
      for (const name of names) {
        requireRoomForTags(name, await onPremisesInstances.tagsOf(caller, name), tags);
        await onPremisesInstances.putTags(caller, name, tags);
      }
      return {};
    });
  },
);
