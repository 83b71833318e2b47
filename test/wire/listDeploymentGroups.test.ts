import assert from "node:assert/strict";
import { after, test } from "node:test";
import { paginateListDeploymentGroups } from "@aws-sdk/client-codedeploy";
import { lambdaApplication, lambdaGroup } from "../support/lambdaFixtures.ts";
import { assertRefused, nameRefusals, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const names = Array.from({ length: 205 }, (_, index) => `group-${String(index).padStart(3, "0")}`);
const fill = (applicationName: string) =>
  Promise.all(names.map((deploymentGroupName) => lambdaGroup(codedeploy, { applicationName, deploymentGroupName })));
const applicationName = await lambdaApplication(codedeploy);
await fill(applicationName);

test("ListDeploymentGroups answers pages of 100 names in alphabetical order, each with the application's name", async () => {
  const pages = [];
  for await (const page of paginateListDeploymentGroups({ client: codedeploy }, { applicationName })) pages.push(page);
  assert.deepEqual(
    pages.map((page) => [page.applicationName, page.deploymentGroups?.length]),
    [
      [applicationName, 100],
      [applicationName, 100],
      [applicationName, 5],
    ],
  );
  assert.deepEqual(
    pages.flatMap(({ deploymentGroups }) => deploymentGroups),
    names,
  );
});

test("an application without groups has an empty list", async () => {
  const empty = await lambdaApplication(codedeploy);
  const { $metadata: _, ...answer } = await codedeploy.listDeploymentGroups({ applicationName: empty });
  assert.deepEqual(answer, { applicationName: empty, deploymentGroups: [] });
});

test("a token is good for its own application only, and stays good when that is renamed", async () => {
  const other = await lambdaApplication(codedeploy);
  await fill(other);
  const { nextToken } = await codedeploy.listDeploymentGroups({ applicationName: other });
  await assertRefused(
    codedeploy.listDeploymentGroups({ applicationName, nextToken }),
    "InvalidNextTokenException",
    /not valid/,
  );
  await codedeploy.updateApplication({ applicationName: other, newApplicationName: "moved" });
  const second = await codedeploy.listDeploymentGroups({ applicationName: "moved", nextToken });
  assert.equal(second.deploymentGroups?.[0], names[100]);
});

refuses(codedeploy, "ListDeploymentGroups", [
  ...nameRefusals(
    "applicationName",
    {},
    ["ApplicationNameRequiredException", "Application name is required"],
    ["InvalidApplicationNameException", /^Invalid application name: /],
  ),
  [
    "an unknown application",
    { applicationName: "unknown" },
    "ApplicationDoesNotExistException",
    "No application found for name: unknown",
  ],
  ["a token that never was one", { applicationName, nextToken: "garbage" }, "InvalidNextTokenException", /not valid/],
]);
