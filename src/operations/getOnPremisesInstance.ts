import { instanceInfo, requireInstanceName, requireOnPremisesInstance } from "../resources/onPremisesInstance.ts";
import { defineOperation } from "./operation.ts";

/** A deregistered instance is answered with its `deregisterTime` (semantics 2.7). */
export const getOnPremisesInstance = defineOperation("GetOnPremisesInstance", async (input, { store }, caller) => {
  const instanceName = requireInstanceName(input.instanceName);
  return store.read(async ({ onPremisesInstances }) => {
    const found = requireOnPremisesInstance(instanceName, await onPremisesInstances.find(caller, instanceName));
    return { instanceInfo: instanceInfo(found, await onPremisesInstances.tagsOf(caller, instanceName)) };
  });
});
