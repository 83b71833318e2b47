import { after, test } from "node:test";
import { appSpec, deploy, lambdaGroup, publishTwoVersions } from "../support/lambdaFixtures.ts";
import { assertRefused, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const canary = { deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes" };
const versions = await publishTwoVersions(box.lambda());
const running = await deploy(codedeploy, await lambdaGroup(codedeploy, canary), appSpec(versions));
const failed = await deploy(codedeploy, await lambdaGroup(codedeploy), '{"version": 0.0}');
await box.advance(0);

refuses(codedeploy, "SkipWaitTimeForInstanceTermination", [
  ["no deployment id", {}, "DeploymentIdRequiredException", "Deployment id must be specified"],
  [
    "a bad deployment id",
    { deploymentId: "bogus" },
    "InvalidDeploymentIdException",
    "Specified DeploymentId is not in the valid format: bogus",
  ],
  [
    "an unknown deployment",
    { deploymentId: "d-ABCDEFGHI" },
    "DeploymentDoesNotExistException",
    "The deployment d-ABCDEFGHI could not be found",
  ],
  [
    "a Lambda deployment under way",
    { deploymentId: running },
    "UnsupportedActionForDeploymentTypeException",
    /one to Lambda has no wait to end/,
  ],
  [
    "a Lambda deployment that has ended",
    { deploymentId: failed },
    "DeploymentAlreadyCompletedException",
    `The deployment ${failed} has already completed`,
  ],
]);

test("a deployment of another account or region is not found", async () => {
  for (const principal of [{ account: "210987654321" }, { region: "us-east-2" }]) {
    const answer = box.codeDeploy(principal).skipWaitTimeForInstanceTermination({ deploymentId: running });
    await assertRefused(answer, "DeploymentDoesNotExistException", `The deployment ${running} could not be found`);
  }
});
