/** How a deployment and its targets look on the wire (semantics 3.4, 4.6). */
import type { LifecycleEvent, Target } from "../engine/deployment.ts";
import type { EcsPlan } from "../engine/ecsPlan.ts";
import { overviewOf } from "../engine/overview.ts";
import type { DeploymentPlan } from "../engine/plan.ts";
import { usableAppSpecOf } from "../engine/revision.ts";
import { isLambdaAppSpec, type LambdaAppSpec } from "../resources/lambdaAppSpec.ts";
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
    blueGreenDeploymentConfiguration: plan.info.blueGreenDeploymentConfiguration,
    loadBalancerInfo: plan.info.loadBalancerInfo,
    // It stayed false in a recorded run, against its documentation, which is followed (semantics 11 #14).
    instanceTerminationWaitTimeStarted: state.stage.phase === "AwaitingTermination",
    deploymentStatusMessages: state.statusMessages.length > 0 ? state.statusMessages : undefined,
  };
}

export function deploymentTarget({ plan, state }: StoredDeployment, target: Target): DeploymentTarget {
  const appSpec = usableAppSpecOf(plan, state);
  if (!appSpec) throw new Error("a deployment without a usable AppSpec has no target");
  return isLambdaAppSpec(appSpec) ? lambdaTarget(plan, appSpec, target) : ecsTarget(plan as EcsDeployment, target);
}

/** What every kind of target has in common. */
function common({ deploymentId }: DeploymentPlan, { targetId, status, lastUpdatedAt, lifecycleEvents }: Target) {
  return { deploymentId, targetId, status, lastUpdatedAt, lifecycleEvents: lifecycleEvents.map(lifecycleEvent) };
}

function lambdaTarget(plan: DeploymentPlan, appSpec: LambdaAppSpec, target: Target): DeploymentTarget {
  const { functionName, alias, currentVersion, targetVersion } = appSpec;
  return {
    deploymentTargetType: "LambdaTarget",
    lambdaTarget: {
      ...common(plan, target),
      targetArn: functionArn(plan, functionName, alias),
      lambdaFunctionInfo: {
        functionName,
        functionAlias: alias,
        currentVersion,
        targetVersion,
        targetVersionWeight: target.weight / 100,
      },
    },
  };
}

type EcsDeployment = DeploymentPlan<EcsPlan>;

/** `identifer` is spelt as on the wire (semantics 5.6). */
function ecsTarget(plan: EcsDeployment, target: Target): DeploymentTarget {
  return {
    deploymentTargetType: "ECSTarget",
    ecsTarget: {
      ...common(plan, target),
      targetArn: target.targetArn ?? serviceArn(plan, target),
      taskSetsInfo: (target.taskSets ?? []).map(({ id, label, targetGroup, ...taskSet }) => ({
        identifer: id,
        ...taskSet,
        targetGroup: { name: targetGroup },
        taskSetLabel: label,
      })),
    },
  };
}

/** The ARN that the service has, as long as it was not looked at. */
function serviceArn({ accountId, region, work }: EcsDeployment, { targetId }: Target): string {
  const { serviceName } = work.service;
  if (serviceName.startsWith("arn:")) return serviceName;
  return `arn:aws:ecs:${region}:${accountId}:service/${targetId.replace(":", "/")}`;
}

/** The target as every platform has it, whatever it is called on the wire. */
export function anyTarget({
  lambdaTarget,
  ecsTarget,
}: DeploymentTarget): NonNullable<DeploymentTarget["lambdaTarget"]> {
  return lambdaTarget ?? ecsTarget ?? {};
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
