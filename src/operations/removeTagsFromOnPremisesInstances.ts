import { requireInstancesToTag, requireInstanceTags, requireRegistered } from "../resources/onPremisesInstance.ts";
import { defineOperation } from "./operation.ts";

/** A tag goes where both its key and its value are as given; where it is not, nothing happens. */
export const removeTagsFromOnPremisesInstances = defineOperation(
  "RemoveTagsFromOnPremisesInstances",
  async (input, { store }, caller) => {
    const names = requireInstancesToTag(input.instanceNames);
    const tags = requireInstanceTags(input.tags);

    return store.transaction(async ({ onPremisesInstances }) => {
      for (const name of names) requireRegistered(name, await onPremisesInstances.find(caller, name));
      for (const name of names) await onPremisesInstances.removeTags(caller, name, tags);
      return {};
    });
  },
);
