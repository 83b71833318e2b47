import { PAGE_SIZE, pageOf, positionOf } from "../resources/nextToken.ts";
import { requireInstanceFilter } from "../resources/onPremisesInstanceList.ts";
import { defineOperation } from "./operation.ts";

/** Registered and deregistered ones, unless one of the two is asked for; by name (semantics 11 #31). */
export const listOnPremisesInstances = defineOperation(
  "ListOnPremisesInstances",
  async (input, { store, keys }, caller) => {
    const filter = requireInstanceFilter(input);
    const call = ["ListOnPremisesInstances", caller.accountId, caller.region, filter];
    const after = positionOf<string>(keys.nextToken, call, input.nextToken);
    const names = await store.read(({ onPremisesInstances }) =>
      onPremisesInstances.list(caller, filter, { after, limit: PAGE_SIZE + 1 }),
    );
    const { rows, nextToken } = pageOf(keys.nextToken, call, names, (name) => name);
    return { instanceNames: rows, nextToken };
  },
);
