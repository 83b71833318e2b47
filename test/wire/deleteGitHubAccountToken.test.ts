import assert from "node:assert/strict";
import { after, test } from "node:test";
import { addToken } from "../support/gitHubTokens.ts";
import { assertRefused, nameRefusals, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

test("DeleteGitHubAccountToken answers the name of the token, which is gone, once", async () => {
  for (const name of ["kept", "deleted"]) await addToken(box, name);
  const { $metadata: _, ...answer } = await codedeploy.deleteGitHubAccountToken({ tokenName: "deleted" });
  assert.deepEqual(answer, { tokenName: "deleted" });
  assert.deepEqual((await codedeploy.listGitHubAccountTokenNames({})).tokenNameList, ["kept"]);
  await assertRefused(
    codedeploy.deleteGitHubAccountToken({ tokenName: "deleted" }),
    "GitHubAccountTokenDoesNotExistException",
    "No GitHub account token found for name: deleted",
  );
});

test("a token of the same name in another account or region stays", async () => {
  await addToken(box, "same");
  for (const principal of [{ account: "210987654321" }, { region: "us-east-2" }]) {
    const other = box.codeDeploy(principal);
    const answer = other.deleteGitHubAccountToken({ tokenName: "same" });
    await assertRefused(answer, "GitHubAccountTokenDoesNotExistException", /same$/);
    await addToken(box, "same", "ghp_theirs", principal);
    await other.deleteGitHubAccountToken({ tokenName: "same" });
  }
  assert.ok((await codedeploy.listGitHubAccountTokenNames({})).tokenNameList?.includes("same"));
});

refuses(
  codedeploy,
  "DeleteGitHubAccountToken",
  nameRefusals(
    "tokenName",
    {},
    ["GitHubAccountTokenNameRequiredException", "GitHub account token name is required"],
    ["InvalidGitHubAccountTokenNameException", /^Invalid GitHub account token name: /],
  ),
);
