import { requireDeployment, requireDeploymentId } from "../resources/deployment.ts";
import {
  InvalidLifecycleEventHookExecutionIdException,
  InvalidLifecycleEventHookExecutionStatusException,
  LifecycleEventAlreadyCompletedException,
  UnsupportedActionForDeploymentTypeException,
} from "../shapes/codedeploy.ts";
import type { StoredDeployment } from "../store/store.ts";
import { defineOperation, type Services } from "./operation.ts";

/**
 * A validation function's verdict. It is durable before this answers, and the first one wins. The checks stand in the
 * order of semantics 7.2.
 */
export const putLifecycleEventHookExecutionStatus = defineOperation(
  "PutLifecycleEventHookExecutionStatus",
  async (input, { store, clock, hookExecutionIds }, caller) => {
    const deploymentId = requireDeploymentId(input.deploymentId);

    return store.transaction(async (tx) => {
      const deployment = requireDeployment(deploymentId, await tx.deployments.find(caller, deploymentId));
      requireHooks(deployment);
      const status = requireVerdict(input.status);
      const hookExecutionId = input.lifecycleEventHookExecutionId ?? "";
      const { targetId, name } = requireWaitingHook(hookExecutionIds, deployment, hookExecutionId);
      const event = { type: "hookReported", at: clock.now(), targetId, lifecycleEvent: name, status } as const;
      const first = await tx.inbox.append(deployment.n, event, `hookReported/${targetId}/${name}`);
      if (!first) throw alreadyCompleted(name);
      return { lifecycleEventHookExecutionId: hookExecutionId };
    }, deploymentId);
  },
);

function requireHooks({ plan }: StoredDeployment): void {
  if (plan.info.computePlatform !== "Server") return;
  throw new UnsupportedActionForDeploymentTypeException(
    `The action is not supported for the deployment type of deployment ${plan.deploymentId}`,
  );
}

function requireVerdict(status: string | undefined): "Succeeded" | "Failed" {
  if (status === "Succeeded" || status === "Failed") return status;
  throw new InvalidLifecycleEventHookExecutionStatusException(
    `Lifecycle event hook execution status must be Succeeded or Failed, not ${status}`,
  );
}

/** The lifecycle event that the id was made for, as long as it waits for its report. */
function requireWaitingHook(ids: Services["hookExecutionIds"], deployment: StoredDeployment, hookExecutionId: string) {
  const invalid = () =>
    new InvalidLifecycleEventHookExecutionIdException("Lifecycle event hook execution id is not valid");
  const opened = ids.open(hookExecutionId);
  if (!opened || opened.deploymentId !== deployment.plan.deploymentId) throw invalid();
  const target = deployment.targets.find(({ targetId }) => opened.isOfTarget(targetId));
  const event = target?.lifecycleEvents.find(({ name }) => name === opened.lifecycleEvent);
  if (!target || !event?.hookExecution) throw invalid();
  if (event.status !== "InProgress") throw alreadyCompleted(event.name);
  return { targetId: target.targetId, name: event.name };
}

function alreadyCompleted(lifecycleEvent: string): LifecycleEventAlreadyCompletedException {
  return new LifecycleEventAlreadyCompletedException(`The lifecycle event ${lifecycleEvent} has already completed`);
}
