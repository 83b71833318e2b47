/**
 * AfterAllowTestTraffic: the replacement answers at the test listener, and nobody else sees it yet. Does it answer an
 * empty order? An ordinary validation function: a client of the AWS SDK without any settings, and one report.
 */
import { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } from "@aws-sdk/client-codedeploy";

const codeDeploy = new CodeDeployClient({});

export async function handler({ DeploymentId, LifecycleEventHookExecutionId }) {
  const status = await check().catch((error) => {
    console.log(`The check itself failed: ${error.message}`);
    return "Failed";
  });
  const report = { deploymentId: DeploymentId, lifecycleEventHookExecutionId: LifecycleEventHookExecutionId, status };
  await codeDeploy.send(new PutLifecycleEventHookExecutionStatusCommand(report));
}

async function check() {
  const answer = await fetch(`${process.env.TEST_URL}/?pieces=0`);
  const text = await answer.text();
  console.log(`An empty order at the test listener: ${answer.status} ${text.trim()}`);
  return answer.ok && JSON.parse(text).pieces === 0 ? "Succeeded" : "Failed";
}
