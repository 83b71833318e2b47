/**
 * AfterAllowTraffic: everybody gets the new version. Does it add up a real order? If not, reporting Failed takes it back.
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
const order = {
  items: [
    { price: 10, quantity: 2 },
    { price: 5, quantity: 1 },
  ],
};

export async function handler({ DeploymentId, LifecycleEventHookExecutionId }) {
  const status = await check(DeploymentId).catch((error) => {
    console.log(`The check itself failed: ${error.message}`);
    return "Failed";
  });
  const report = { deploymentId: DeploymentId, lifecycleEventHookExecutionId: LifecycleEventHookExecutionId, status };
  await codeDeploy.send(new PutLifecycleEventHookExecutionStatusCommand(report));
}

/** Calls the alias, as everybody does. */
async function check(deploymentId) {
  const { targetIds } = await codeDeploy.send(new ListDeploymentTargetsCommand({ deploymentId }));
  const query = { deploymentId, targetId: targetIds[0] };
  const { deploymentTarget } = await codeDeploy.send(new GetDeploymentTargetCommand(query));
  const { functionName, functionAlias } = deploymentTarget.lambdaTarget.lambdaFunctionInfo;
  const call = { FunctionName: functionName, Qualifier: functionAlias, Payload: JSON.stringify(order) };
  const { FunctionError, Payload } = await lambda.send(new InvokeCommand(call));
  const answer = Buffer.from(Payload).toString();
  console.log(`An order of 25, alias ${functionAlias}: ${answer}`);
  return !FunctionError && JSON.parse(answer).total === 25 ? "Succeeded" : "Failed";
}
