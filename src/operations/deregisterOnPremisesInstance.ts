import { isRegistered, requireInstanceName } from "../resources/onPremisesInstance.ts";
import { defineOperation } from "./operation.ts";

/** The record stays, and so do its tags. A name that is not registered is no error: the model has none for it. */
export const deregisterOnPremisesInstance = defineOperation(
  "DeregisterOnPremisesInstance",
  async (input, { store, clock }, caller) => {
    const instanceName = requireInstanceName(input.instanceName);
    return store.transaction(async ({ onPremisesInstances }) => {
      const found = await onPremisesInstances.find(caller, instanceName);
      if (found && isRegistered(found)) {
        await onPremisesInstances.put(caller, { ...found, deregisterTime: clock.now() });
      }
      return {};
    });
  },
);
