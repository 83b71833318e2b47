import assert from "node:assert/strict";
import { after, test } from "node:test";
import { appSpec, deploy, lambdaGroup, publishTwoVersions } from "../support/lambdaFixtures.ts";
import { assertRefused, type Refusal, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const canary = { deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes" };
const versions = await publishTwoVersions(box.lambda());
const running = await deploy(codedeploy, await lambdaGroup(codedeploy, canary), appSpec(versions));
const failed = await deploy(codedeploy, await lambdaGroup(codedeploy), '{"version": 0.0}');
await box.advance(0);

const unsupported = new RegExp(
  `not supported for the deployment type of deployment ${running}: one to Lambda has no wait`,
);
const waits = [{}, { deploymentWaitType: "READY_WAIT" }, { deploymentWaitType: "TERMINATION_WAIT" }];
refuses(codedeploy, "ContinueDeployment", [
  ["no deployment id", {}, "DeploymentIdRequiredException", "Deployment id must be specified"],
  ["an empty deployment id", { deploymentId: "" }, "DeploymentIdRequiredException", "Deployment id must be specified"],
  [
    "a bad deployment id, before a bad wait",
    { deploymentId: "bogus", deploymentWaitType: "LONG_WAIT" },
    "InvalidDeploymentIdException",
    "Specified DeploymentId is not in the valid format: bogus",
  ],
  [
    "an unknown wait, before an unknown deployment",
    { deploymentId: "d-ABCDEFGHI", deploymentWaitType: "LONG_WAIT" },
    "InvalidDeploymentWaitTypeException",
    "Invalid deployment wait type: LONG_WAIT. It must be READY_WAIT or TERMINATION_WAIT",
  ],
  [
    "an unknown deployment",
    { deploymentId: "d-ABCDEFGHI" },
    "DeploymentDoesNotExistException",
    "The deployment d-ABCDEFGHI could not be found",
  ],
  ...waits.flatMap((wait): Refusal[] => {
    const title = wait.deploymentWaitType ?? "no wait named";
    return [
      [
        `a Lambda deployment under way, with ${title},`,
        { deploymentId: running, ...wait },
        "UnsupportedActionForDeploymentTypeException",
        unsupported,
      ],
      [
        `a deployment that has ended, with ${title},`,
        { deploymentId: failed, ...wait },
        "DeploymentAlreadyCompletedException",
        `The deployment ${failed} has already completed`,
      ],
    ];
  }),
]);

test("a deployment of another account or region is not found", async () => {
  for (const principal of [{ account: "210987654321" }, { region: "us-east-2" }]) {
    const answer = box.codeDeploy(principal).continueDeployment({ deploymentId: running });
    await assertRefused(answer, "DeploymentDoesNotExistException", `The deployment ${running} could not be found`);
  }
});

test("a refused call leaves the deployment waiting as it was", async () => {
  const answer = codedeploy.continueDeployment({ deploymentId: running });
  await assertRefused(answer, "UnsupportedActionForDeploymentTypeException", unsupported);
  await box.advance(299);
  const { deploymentInfo } = await codedeploy.getDeployment({ deploymentId: running });
  assert.equal(deploymentInfo?.status, "InProgress");
});
