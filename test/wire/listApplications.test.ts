import assert from "node:assert/strict";
import { after, test } from "node:test";
import { paginateListApplications } from "@aws-sdk/client-codedeploy";
import { assertRefused, refuses } from "../support/refusals.ts";
import { REGION, startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const names = Array.from({ length: 250 }, (_, index) => `application-${String(index).padStart(3, "0")}`);
await Promise.all(names.toReversed().map((applicationName) => codedeploy.createApplication({ applicationName })));

test("ListApplications answers pages of 100 names in alphabetical order, the last without a token", async () => {
  const pages = [];
  for await (const page of paginateListApplications({ client: codedeploy }, {})) pages.push(page);
  assert.deepEqual(
    pages.map(({ applications }) => applications?.length),
    [100, 100, 50],
  );
  assert.deepEqual(
    pages.flatMap(({ applications }) => applications),
    names,
  );
  assert.ok(!("nextToken" in (pages.at(-1) ?? {})));
});

test("exactly 100 applications are one page", async () => {
  const client = box.codeDeploy({ region: "eu-central-1" });
  await Promise.all(names.slice(0, 100).map((applicationName) => client.createApplication({ applicationName })));
  const page = await client.listApplications({});
  assert.equal(page.applications?.length, 100);
  assert.equal(page.nextToken, undefined);
});

test("an account without applications has an empty list", async () => {
  const { $metadata: _, ...answer } = await box.codeDeploy({ account: "999999999999" }).listApplications({});
  assert.deepEqual(answer, { applications: [] });
});

test("pages neither repeat nor lose a name while others create and delete", async () => {
  const client = box.codeDeploy({ region: "eu-north-1" });
  await Promise.all(names.slice(0, 150).map((applicationName) => client.createApplication({ applicationName })));
  const first = await client.listApplications({});
  await client.createApplication({ applicationName: "aardvark" });
  await client.deleteApplication({ applicationName: names[99] });
  await client.deleteApplication({ applicationName: names[50] });
  const second = await client.listApplications({ nextToken: first.nextToken });
  assert.deepEqual([...(first.applications ?? []), ...(second.applications ?? [])], names.slice(0, 150));
});

test("an empty token is the same as none", async () => {
  assert.equal((await codedeploy.listApplications({ nextToken: "" })).applications?.[0], names[0]);
});

test("a token is good in its own account, region and operation only", async () => {
  const { nextToken } = await codedeploy.listApplications({});
  for (const principal of [{ account: "210987654321" }, { region: "us-east-2" }]) {
    const other = box.codeDeploy(principal);
    await assertRefused(other.listApplications({ nextToken }), "InvalidNextTokenException", /start again/);
  }
  await assertRefused(codedeploy.listDeploymentConfigs({ nextToken }), "InvalidNextTokenException", /start again/);
  await box.codeDeploy({ region: REGION }).listApplications({ nextToken });
});

refuses(codedeploy, "ListApplications", [
  ["a token that never was one", { nextToken: "garbage" }, "InvalidNextTokenException", /not valid/],
  [
    "a token with one letter changed",
    async () => {
      const { nextToken = "" } = await codedeploy.listApplications({});
      return { nextToken: (nextToken.startsWith("I") ? "J" : "I") + nextToken.slice(1) };
    },
    "InvalidNextTokenException",
    /not valid/,
  ],
  ["a token of dots", { nextToken: "...." }, "InvalidNextTokenException", /not valid/],
]);
