/** How a deployment and its targets look on the wire (semantics 3.4, 4.6). */
import type { LifecycleEvent, Target } from "../engine/deployment.ts";
import { overviewOf } from "../engine/overview.ts";
import type { DeploymentPlan } from "../engine/plan.ts";
import { usableAppSpecOf } from "../engine/revision.ts";
import type { DeploymentInfo, DeploymentTarget, LifecycleEvent as LifecycleEventShape } from "../shapes/codedeploy.ts";
import type { StoredDeployment } from "../store/store.ts";

export function deploymentInfo(deployment: StoredDeployment): DeploymentInfo {
  const { plan, state, names } = deployment;
  return {
    ...plan.info,
    ...names,
    previousRevision: state.lastSuccess ?? plan.info.previousRevision,
    deploymentId: plan.deploymentId,
    status: state.status,
    errorInformation: state.errorInformation ?? undefined,
    createTime: plan.createTime,
    startTime: state.startTime ?? undefined,
    completeTime: state.completeTime ?? undefined,
    deploymentOverview: overviewOf(deployment),
    rollbackInfo: state.rollbackInfo ?? undefined,
    instanceTerminationWaitTimeStarted: false,
    deploymentStatusMessages: state.statusMessages.length > 0 ? state.statusMessages : undefined,
  };
}

export function deploymentTarget({ plan, state }: StoredDeployment, target: Target): DeploymentTarget {
  const appSpec = usableAppSpecOf(plan, state);
  if (!appSpec) throw new Error("a deployment without a usable AppSpec has no target");
  const { functionName, alias, currentVersion, targetVersion } = appSpec;
  const { targetId, status, lastUpdatedAt, weight } = target;
  return {
    deploymentTargetType: "LambdaTarget",
    lambdaTarget: {
      deploymentId: plan.deploymentId,
      targetId,
      targetArn: functionArn(plan, functionName, alias),
      status,
      lastUpdatedAt,
      lifecycleEvents: target.lifecycleEvents.map(lifecycleEvent),
      lambdaFunctionInfo: {
        functionName,
        functionAlias: alias,
        currentVersion,
        targetVersion,
        targetVersionWeight: weight / 100,
      },
    },
  };
}

/** The alias's ARN (semantics 11 #4). A function may be named by its ARN already. */
function functionArn({ accountId, region }: DeploymentPlan, functionName: string, alias: string): string {
  if (functionName.startsWith("arn:")) return `${functionName}:${alias}`;
  return `arn:aws:lambda:${region}:${accountId}:function:${functionName}:${alias}`;
}

/** Diagnostics appear on failed events only (semantics 11 #20). */
function lifecycleEvent({ name, status, startTime, endTime, diagnostics }: LifecycleEvent): LifecycleEventShape {
  return {
    lifecycleEventName: name,
    status,
    startTime: startTime ?? undefined,
    endTime: endTime ?? undefined,
    diagnostics: diagnostics
      ? { errorCode: "UnknownError", scriptName: "", message: diagnostics.message, logTail: diagnostics.logTail }
      : undefined,
  };
}
