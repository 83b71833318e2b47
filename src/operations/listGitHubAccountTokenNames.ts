import { PAGE_SIZE, pageOf, positionOf } from "../resources/nextToken.ts";
import { defineOperation } from "./operation.ts";

/** The names alone: no operation answers a token. */
export const listGitHubAccountTokenNames = defineOperation(
  "ListGitHubAccountTokenNames",
  async (input, { store, keys }, caller) => {
    const call = ["ListGitHubAccountTokenNames", caller.accountId, caller.region];
    const after = positionOf<string>(keys.nextToken, call, input.nextToken);
    const names = await store.read(({ gitHubTokens }) => gitHubTokens.list(caller, { after, limit: PAGE_SIZE + 1 }));
    const { rows, nextToken } = pageOf(keys.nextToken, call, names, (name) => name);
    return { tokenNameList: rows, nextToken };
  },
);
