/** A deployment's targets as the deprecated operations show them: as instances (semantics 3.5). */
import type { Target } from "../engine/deployment.ts";
import type { InstanceSummary } from "../shapes/codedeploy.ts";
import type { StoredDeployment } from "../store/store.ts";
import { anyTarget, deploymentTarget } from "./deploymentView.ts";

/** `instanceId` is the ARN, as the real service has it for an EC2 instance; a list has the bare ids. */
function instanceSummary(deployment: StoredDeployment, target: Target): InstanceSummary {
  const { targetArn, status, lastUpdatedAt, lifecycleEvents } = anyTarget(deploymentTarget(deployment, target));
  return { deploymentId: deployment.plan.deploymentId, instanceId: targetArn, status, lastUpdatedAt, lifecycleEvents };
}

/** The instance of that id or ARN. */
export function findInstance(deployment: StoredDeployment, instanceId: string): InstanceSummary | undefined {
  for (const target of deployment.targets) {
    const summary = instanceSummary(deployment, target);
    if (target.targetId === instanceId || summary.instanceId === instanceId) return summary;
  }
  return undefined;
}
