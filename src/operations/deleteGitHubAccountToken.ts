import { requireGitHubTokenName, requireKnownGitHubToken } from "../resources/gitHubToken.ts";
import { defineOperation } from "./operation.ts";

export const deleteGitHubAccountToken = defineOperation(
  "DeleteGitHubAccountToken",
  async (input, { store }, caller) => {
    const tokenName = requireGitHubTokenName(input.tokenName);
    return store.transaction(async ({ gitHubTokens }) => {
      requireKnownGitHubToken(tokenName, await gitHubTokens.delete(caller, tokenName));
      return { tokenName };
    });
  },
);
