/**
 * BeforeAllowTraffic: nobody gets the new version yet. Does it start, and can it add up an empty order?
 * An ordinary validation function: clients of the AWS SDK without any settings, and one report.
 */
import {
  CodeDeployClient,
  GetDeploymentTargetCommand,
  ListDeploymentTargetsCommand,
  PutLifecycleEventHookExecutionStatusCommand,
} from "@aws-sdk/client-codedeploy";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";

const codeDeploy = new CodeDeployClient({});
const lambda = new LambdaClient({});

export async function handler({ DeploymentId, LifecycleEventHookExecutionId }) {
  const status = await check(DeploymentId).catch((error) => {
    console.log(`The check itself failed: ${error.message}`);
    return "Failed";
  });
  const report = { deploymentId: DeploymentId, lifecycleEventHookExecutionId: LifecycleEventHookExecutionId, status };
  await codeDeploy.send(new PutLifecycleEventHookExecutionStatusCommand(report));
}

/** Calls the new version by its number: the alias does not lead there yet. */
async function check(deploymentId) {
  const { targetIds } = await codeDeploy.send(new ListDeploymentTargetsCommand({ deploymentId }));
  const query = { deploymentId, targetId: targetIds[0] };
  const { deploymentTarget } = await codeDeploy.send(new GetDeploymentTargetCommand(query));
  const { functionName, targetVersion } = deploymentTarget.lambdaTarget.lambdaFunctionInfo;
  const call = { FunctionName: functionName, Qualifier: targetVersion, Payload: JSON.stringify({ items: [] }) };
  const { FunctionError, Payload } = await lambda.send(new InvokeCommand(call));
  const answer = Buffer.from(Payload).toString();
  console.log(`An empty order, version ${targetVersion}: ${answer}`);
  return !FunctionError && JSON.parse(answer).total === 0 ? "Succeeded" : "Failed";
}
