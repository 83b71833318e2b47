import assert from "node:assert/strict";
import { after, test } from "node:test";
import { advanceUntil, blueGreenService, deployVersion } from "../support/blueGreen.ts";
import { appSpec, deploy, lambdaGroup, publishTwoVersions } from "../support/lambdaFixtures.ts";
import { assertRefused, type Refusal, refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const canary = { deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent30Minutes" };
const versions = await publishTwoVersions(box.lambda());
const running = await deploy(codedeploy, await lambdaGroup(codedeploy, canary), appSpec(versions));
const failed = await deploy(codedeploy, await lambdaGroup(codedeploy), '{"version": 0.0}');
await box.advance(0);

const web = await blueGreenService(box, {
  group: { deploymentConfigName: "CodeDeployDefault.ECSCanary10Percent15Minutes" },
});
const shifting = await deployVersion(box, web, "v2");
await advanceUntil(box, "its traffic is shared", async () => {
  return (await box.detail(shifting)).waitingFor.phase === "HoldingTraffic";
});

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

refuses(codedeploy, "ContinueDeployment", [
  [
    "a deployment whose traffic moves already",
    { deploymentId: shifting },
    "DeploymentIsNotInReadyStateException",
    `The deployment ${shifting} is not waiting for its traffic to be rerouted: it is InProgress`,
  ],
  [
    "a deployment that does not wait to terminate anything yet",
    { deploymentId: shifting, deploymentWaitType: "TERMINATION_WAIT" },
    "InvalidDeploymentStatusException",
    `The deployment ${shifting} is not waiting for its original task set to be terminated: it is InProgress`,
  ],
]);

test("both waits of a deployment to ECS are ended", async () => {
  const waiting = await blueGreenService(box, {
    group: {
      blueGreenDeploymentConfiguration: {
        deploymentReadyOption: { actionOnTimeout: "STOP_DEPLOYMENT", waitTimeInMinutes: 60 },
        terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 60 },
      },
    },
  });
  const deploymentId = await deployVersion(box, waiting, "v2");
  const status = async () => (await codedeploy.getDeployment({ deploymentId })).deploymentInfo?.status;
  await advanceUntil(box, "it is Ready", async () => (await status()) === "Ready");
  assert.deepEqual(Object.keys(await codedeploy.continueDeployment({ deploymentId })), ["$metadata"]);
  await advanceUntil(box, "it waits to terminate its original", async () => {
    return (await box.detail(deploymentId)).waitingFor.phase === "AwaitingTermination";
  });
  await codedeploy.continueDeployment({ deploymentId, deploymentWaitType: "TERMINATION_WAIT" });
  await box.advance(0);
  assert.equal(await status(), "Succeeded");
});

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
