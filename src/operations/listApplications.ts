import { PAGE_SIZE, pageOf, positionOf } from "../resources/nextToken.ts";
import { defineOperation } from "./operation.ts";

export const listApplications = defineOperation("ListApplications", async (input, { store, keys }, caller) => {
  const call = ["ListApplications", caller.accountId, caller.region];
  const after = positionOf<string>(keys.nextToken, call, input.nextToken);
  const names = await store.read((reader) => reader.applications.list(caller, { after, limit: PAGE_SIZE + 1 }));
  const { rows, nextToken } = pageOf(keys.nextToken, call, names, (name) => name);
  return { applications: rows, nextToken };
});
