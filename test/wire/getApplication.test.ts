import assert from "node:assert/strict";
import { after, test } from "node:test";
import { uniqueName } from "../support/lambdaFixtures.ts";
import { assertRefused, nameRefusals, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();

test("GetApplication answers exactly the members an application without GitHub has", async () => {
  const applicationName = uniqueName("application");
  const { applicationId } = await codedeploy.createApplication({ applicationName, computePlatform: "Lambda" });
  const { application } = await codedeploy.getApplication({ applicationName });
  const { createTime, ...others } = application ?? {};
  assert.deepEqual(others, { applicationId, applicationName, computePlatform: "Lambda", linkedToGitHub: false });
  assert.equal(createTime?.getTime(), Math.round((await box.now()) * 1000));
});

test("names differ by case", async () => {
  const applicationName = uniqueName("Case");
  await codedeploy.createApplication({ applicationName });
  await assertRefused(
    codedeploy.getApplication({ applicationName: applicationName.toLowerCase() }),
    "ApplicationDoesNotExistException",
    `No application found for name: ${applicationName.toLowerCase()}`,
  );
});

test("an application of another account or region is not found", async () => {
  const applicationName = uniqueName("application");
  await codedeploy.createApplication({ applicationName });
  for (const principal of [{ account: "210987654321" }, { region: "us-east-2" }]) {
    await assertRefused(
      box.codeDeploy(principal).getApplication({ applicationName }),
      "ApplicationDoesNotExistException",
      `No application found for name: ${applicationName}`,
    );
  }
});

refuses(codedeploy, "GetApplication", [
  ...nameRefusals(
    "applicationName",
    {},
    ["ApplicationNameRequiredException", "Application name is required"],
    ["InvalidApplicationNameException", /^Invalid application name: /],
  ),
  [
    "an unknown application",
    { applicationName: "nowhere" },
    "ApplicationDoesNotExistException",
    "No application found for name: nowhere",
  ],
]);
