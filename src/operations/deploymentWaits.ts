/** What the operations that end a deployment's wait have in common (semantics 3.7). */
import { hasEnded } from "../engine/deployment.ts";
import {
  DeploymentAlreadyCompletedException,
  DeploymentIsNotInReadyStateException,
  type DeploymentWaitType,
  InvalidDeploymentStatusException,
  UnsupportedActionForDeploymentTypeException,
} from "../shapes/codedeploy.ts";
import type { StoredDeployment, Transaction } from "../store/store.ts";

export function refuseEnded({ plan, state }: StoredDeployment): void {
  if (!hasEnded(state.status)) return;
  throw new DeploymentAlreadyCompletedException(`The deployment ${plan.deploymentId} has already completed`);
}

/** A deployment to Lambda moves an alias, and a rollback puts things right: nothing waits to be made ready or terminated. */
export function requireWaits({ plan }: StoredDeployment): void {
  if (plan.info.computePlatform === "ECS" && plan.rollsBackDeploymentId === null) return;
  const kind = plan.rollsBackDeploymentId === null ? `one to ${plan.info.computePlatform}` : "a rollback";
  throw new UnsupportedActionForDeploymentTypeException(
    `The action is not supported for the deployment type of deployment ${plan.deploymentId}: ${kind} has no wait to end`,
  );
}

/** Ends the wait, if the deployment is in it. */
export async function endWait(
  tx: Transaction,
  deployment: StoredDeployment,
  wait: DeploymentWaitType,
  at: number,
): Promise<void> {
  const { n, plan, state } = deployment;
  const { phase } = state.stage;
  if (wait === "READY_WAIT" && phase !== "AwaitingReroute") {
    throw new DeploymentIsNotInReadyStateException(
      `The deployment ${plan.deploymentId} is not waiting for its traffic to be rerouted: it is ${state.status}`,
    );
  }
  if (wait === "TERMINATION_WAIT" && phase !== "AwaitingTermination") {
    throw new InvalidDeploymentStatusException(
      `The deployment ${plan.deploymentId} is not waiting for its original task set to be terminated: it is ${state.status}`,
    );
  }
  await tx.inbox.append(n, { type: "continued", at, wait });
}
