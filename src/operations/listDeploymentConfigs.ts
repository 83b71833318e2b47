import { PAGE_SIZE, pageOf, positionOf } from "../resources/nextToken.ts";
import { predefinedDeploymentConfigs } from "../resources/predefinedDeploymentConfigs.ts";
import { defineOperation } from "./operation.ts";

/** Custom and predefined names together, in alphabetical order. */
export const listDeploymentConfigs = defineOperation(
  "ListDeploymentConfigs",
  async (input, { store, keys }, caller) => {
    const call = ["ListDeploymentConfigs", caller.accountId, caller.region];
    const after = positionOf<string>(keys.nextToken, call, input.nextToken);
    const limit = PAGE_SIZE + 1;
    const custom = await store.read((reader) => reader.deploymentConfigs.list(caller, { after, limit }));
    const predefined = [...predefinedDeploymentConfigs.keys()].filter((name) => after === null || name > after);
    const names = [...custom, ...predefined].sort(byCodeUnits).slice(0, limit);
    const { rows, nextToken } = pageOf(keys.nextToken, call, names, (name) => name);
    return { deploymentConfigsList: rows, nextToken };
  },
);

/** The order that the store has. */
const byCodeUnits = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
