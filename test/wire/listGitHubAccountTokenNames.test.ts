import assert from "node:assert/strict";
import { after, test } from "node:test";
import { addToken } from "../support/gitHubTokens.ts";
import { refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

test("ListGitHubAccountTokenNames answers the names in alphabetical order, and never a token", async () => {
  for (const name of ["work", "home", "a+b=c@d.e"]) await addToken(box, name);
  const { $metadata: _, ...answer } = await codedeploy.listGitHubAccountTokenNames({});
  assert.deepEqual(answer, { tokenNameList: ["a+b=c@d.e", "home", "work"] });
});

test("accounts and regions have tokens of their own", async () => {
  for (const principal of [{ account: "210987654321" }, { region: "us-east-2" }]) {
    const other = box.codeDeploy(principal);
    assert.deepEqual((await other.listGitHubAccountTokenNames({})).tokenNameList, []);
    await addToken(box, "theirs", "ghp_theirs", principal);
    assert.deepEqual((await other.listGitHubAccountTokenNames({})).tokenNameList, ["theirs"]);
  }
  assert.ok(!(await codedeploy.listGitHubAccountTokenNames({})).tokenNameList?.includes("theirs"));
});

refuses(codedeploy, "ListGitHubAccountTokenNames", [
  ["a token that never was one", { nextToken: "garbage" }, "InvalidNextTokenException", /start again/],
  [
    "a page token of another operation",
    async () => {
      const other = box.codeDeploy({ account: "333333333333" });
      const names = Array.from({ length: 101 }, (_, index) => `application-${index}`);
      await Promise.all(names.map((applicationName) => other.createApplication({ applicationName })));
      return { nextToken: (await other.listApplications({})).nextToken };
    },
    "InvalidNextTokenException",
    /start again/,
  ],
]);
