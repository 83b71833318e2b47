/**
 * BeforeTrafficStep, which AWS CodeDeploy does not have: before more of the production traffic moves. Do real orders still
 * succeed at the production listener, a share of them at the replacement? It is asked again before every step.
 */
import { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } from "@aws-sdk/client-codedeploy";

const codeDeploy = new CodeDeployClient({});
const ORDERS = 40;

export async function handler({ DeploymentId, LifecycleEventHookExecutionId, TrafficStep }) {
  const status = await check(TrafficStep).catch((error) => {
    console.log(`The check itself failed: ${error.message}`);
    return "Failed";
  });
  const report = { deploymentId: DeploymentId, lifecycleEventHookExecutionId: LifecycleEventHookExecutionId, status };
  await codeDeploy.send(new PutLifecycleEventHookExecutionStatusCommand(report));
}

async function check({ CurrentWeight, TargetWeight }) {
  let failed = 0;
  for (let order = 0; order < ORDERS; order += 1) {
    const answer = await fetch(`${process.env.PRODUCTION_URL}/?pieces=3`);
    if (!answer.ok) failed += 1;
  }
  console.log(`At ${CurrentWeight} %, before ${TargetWeight} %: ${failed} of ${ORDERS} orders failed`);
  return failed === 0 ? "Succeeded" : "Failed";
}
