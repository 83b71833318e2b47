import assert from "node:assert/strict";
import { after, test } from "node:test";
import { paginateListDeploymentConfigs } from "@aws-sdk/client-codedeploy";
import { assertRefused, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

const predefined = [
  "AllAtOnce",
  "ECSAllAtOnce",
  "ECSCanary10Percent15Minutes",
  "ECSCanary10Percent5Minutes",
  "ECSLinear10PercentEvery1Minutes",
  "ECSLinear10PercentEvery3Minutes",
  "HalfAtATime",
  "LambdaAllAtOnce",
  "LambdaCanary10Percent10Minutes",
  "LambdaCanary10Percent15Minutes",
  "LambdaCanary10Percent30Minutes",
  "LambdaCanary10Percent5Minutes",
  "LambdaLinear10PercentEvery10Minutes",
  "LambdaLinear10PercentEvery1Minute",
  "LambdaLinear10PercentEvery2Minutes",
  "LambdaLinear10PercentEvery3Minutes",
  "OneAtATime",
].map((name) => `CodeDeployDefault.${name}`);

const custom = (deploymentConfigName: string) =>
  codedeploy.createDeploymentConfig({ deploymentConfigName, minimumHealthyHosts: { type: "HOST_COUNT", value: 1 } });

test("ListDeploymentConfigs answers the 17 predefined names in alphabetical order", async () => {
  const { $metadata: _, ...answer } = await box.codeDeploy({ region: "us-east-2" }).listDeploymentConfigs({});
  assert.deepEqual(answer, { deploymentConfigsList: predefined });
});

test("custom names stand among the predefined ones, and in their own account and region only", async () => {
  const names = ["A-first", "CodeDeployDefaultish", "z-last"];
  await Promise.all(names.map(custom));
  const listed = [];
  for await (const page of paginateListDeploymentConfigs({ client: codedeploy }, {})) {
    listed.push(...(page.deploymentConfigsList ?? []));
  }
  assert.deepEqual(listed, ["A-first", ...predefined, "CodeDeployDefaultish", "z-last"]);
  for (const principal of [{ account: "210987654321" }, { region: "us-east-2" }]) {
    const other = await box.codeDeploy(principal).listDeploymentConfigs({});
    assert.deepEqual(other.deploymentConfigsList, predefined);
  }
});

test("a token of ListApplications is refused", async () => {
  const names = Array.from({ length: 101 }, (_, index) => `application-${index}`);
  await Promise.all(names.map((applicationName) => codedeploy.createApplication({ applicationName })));
  const { nextToken } = await codedeploy.listApplications({});
  await assertRefused(codedeploy.listDeploymentConfigs({ nextToken }), "InvalidNextTokenException", /not valid/);
});

refuses(codedeploy, "ListDeploymentConfigs", [
  ["a token that never was one", { nextToken: "garbage" }, "InvalidNextTokenException", /not valid/],
]);
