import { after } from "node:test";
import { appSpec, deploy, lambdaGroup, publishTwoVersions } from "../support/lambdaFixtures.ts";
import { refuses } from "../support/refusals.ts";
import { startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after });
const codedeploy = box.codeDeploy();
const versions = await publishTwoVersions(box.lambda());
const deploymentId = await deploy(codedeploy, await lambdaGroup(codedeploy), appSpec(versions));
await box.advance(0);
const instanceId = `${versions.functionName}:live`;

refuses(codedeploy, "GetDeploymentInstance", [
  ["no deployment id", { instanceId }, "DeploymentIdRequiredException", "Deployment id must be specified"],
  [
    "a bad deployment id",
    { deploymentId: "bogus", instanceId },
    "InvalidDeploymentIdException",
    "Specified DeploymentId is not in the valid format: bogus",
  ],
  ["no instance id", { deploymentId }, "InstanceIdRequiredException", "Instance id must be specified"],
  ["an empty instance id", { deploymentId, instanceId: "" }, "InstanceIdRequiredException", /must be specified/],
  [
    "a bad instance id",
    { deploymentId, instanceId: "a b" },
    "InvalidInstanceNameException",
    /^Invalid instance id: a b/,
  ],
  [
    "an unknown deployment",
    { deploymentId: "d-ABCDEFGHI", instanceId },
    "DeploymentDoesNotExistException",
    "The deployment d-ABCDEFGHI could not be found",
  ],
  [
    "a Lambda deployment, as it is for servers alone,",
    { deploymentId, instanceId },
    "InvalidComputePlatformException",
    "The compute platform of the deployment is Lambda; this operation is for Server alone. Use GetDeploymentTarget",
  ],
]);
refuses(box.codeDeploy({ region: "us-east-2" }), "GetDeploymentInstance", [
  ["a deployment of another region", { deploymentId, instanceId }, "DeploymentDoesNotExistException", /could not be/],
]);
