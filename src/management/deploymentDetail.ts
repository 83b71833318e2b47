/** A deployment with what the CodeDeploy API has no place for: hook output, the present wait, what ends it. */

import type { LifecycleEvent } from "../engine/deployment.ts";
import { wakeAt } from "../engine/waits.ts";
import { deploymentInfo } from "../operations/deploymentView.ts";
import type { StoredDeployment } from "../store/store.ts";

/** Times are seconds since the epoch, as in the API; weights percent. `now` in milliseconds. */
export function deploymentDetail(deployment: StoredDeployment, now: number) {
  const { plan, state, targets } = deployment;
  const { applicationName, deploymentGroupName, deploymentConfigName, creator } = deploymentInfo(deployment);
  const { appSpec, traffic, hookTimeoutMs } = plan.work;
  const deadline = wakeAt(plan, state);
  return {
    deploymentId: plan.deploymentId,
    applicationName,
    deploymentGroupName,
    deploymentConfigName,
    creator,
    status: state.status,
    now: now / 1000,
    createTime: plan.createTime / 1000,
    startTime: seconds(state.startTime),
    completeTime: seconds(state.completeTime),
    errorInformation: state.errorInformation,
    messages: state.statusMessages,
    rollbackInfo: state.rollbackInfo,
    appSpec,
    traffic,
    hookTimeoutSeconds: hookTimeoutMs / 1000,
    waitingFor: { phase: state.stage.phase, until: seconds(deadline) },
    targets: targets.map(({ targetId, status, weight, lifecycleEvents }) => ({
      targetId,
      status,
      weight,
      lifecycleEvents: lifecycleEvents.map(eventDetail),
    })),
  };
}

export type DeploymentDetail = ReturnType<typeof deploymentDetail>;

function eventDetail({ name, status, startTime, endTime, diagnostics, hookExecution }: LifecycleEvent) {
  return {
    name,
    status,
    startTime: seconds(startTime),
    endTime: seconds(endTime),
    message: diagnostics?.message ?? null,
    hook: hookExecution && {
      functionName: hookExecution.functionName,
      deadline: hookExecution.deadline / 1000,
      report: hookExecution.report?.status ?? null,
      invocation: hookExecution.invocation === null ? "under way" : "ended",
      error: hookExecution.invocation?.error ?? null,
      logTail: hookExecution.invocation?.logTail ?? "",
    },
  };
}

function seconds(instant: number | null): number | null {
  return instant === null ? null : instant / 1000;
}
