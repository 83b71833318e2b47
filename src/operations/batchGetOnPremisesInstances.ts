import { requireBatch } from "../resources/batch.ts";
import { instanceInfo, requireInstanceNames } from "../resources/onPremisesInstance.ts";
import { defineOperation } from "./operation.ts";

/** Names that are not found are left out: the model knows no error for them (semantics 2.7; the limit 11 #29). */
export const batchGetOnPremisesInstances = defineOperation(
  "BatchGetOnPremisesInstances",
  async (input, { store }, caller) => {
    const names = requireInstanceNames(requireBatch(input.instanceNames, 100));
    return store.read(async ({ onPremisesInstances }) => {
      const instanceInfos = [];
      for (const name of names) {
        const found = await onPremisesInstances.find(caller, name);
        if (found) instanceInfos.push(instanceInfo(found, await onPremisesInstances.tagsOf(caller, name)));
      }
      return { instanceInfos };
    });
  },
);
