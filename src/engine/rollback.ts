/** Whether a rollback follows an interruption, and the plan of the deployment that does it (semantics 3.8). */
import type { Instant } from "../clock.ts";
import type { LambdaAppSpec } from "../resources/lambdaAppSpec.ts";
import type { DeploymentState } from "./deployment.ts";
import type { Interruption } from "./interruption.ts";
import type { AliasState, DeploymentPlan } from "./plan.ts";
import { allWeights } from "./trafficShift.ts";

export interface RollbackDecision {
  rollbackInfo: DeploymentState["rollbackInfo"];
  rollback: DeploymentPlan | null;
}

/**
 * What follows the interruption of `plan` at `at`; `appSpec` is `null` where there is none that could be deployed. A
 * rollback never brings another. One that is wanted and cannot be done says so in `rollbackMessage` and creates no
 * deployment. Before the alias was checked against the AppSpec there is a rollback as well, for those who wait for one,
 * and it leaves the alias alone.
 */
export function decideRollback(
  plan: DeploymentPlan,
  appSpec: LambdaAppSpec | null,
  cause: Interruption,
  aliasWasChecked: boolean,
  at: Instant,
): RollbackDecision | null {
  const { rollbackDeploymentId } = plan;
  if (rollbackDeploymentId === null) return null;
  if (!(cause.rollBack ?? plan.rollsBackOn.includes(cause.rollbackEvent))) return null;

  const obstacle = appSpec === null ? "nothing had been changed" : cause.obstacle;
  if (obstacle !== null || appSpec === null) {
    const rollbackMessage = `Deployment ${plan.deploymentId} terminated. It was not rolled back: ${obstacle}.`;
    return { rollbackInfo: { rollbackMessage }, rollback: null };
  }
  const rollbackMessage = `Deployment ${plan.deploymentId} terminated. Automatic rollback is triggered with a DeploymentId ${rollbackDeploymentId}.`;
  return {
    rollbackInfo: { rollbackDeploymentId, rollbackMessage },
    rollback: rollbackPlan(plan, {
      appSpec,
      deploymentId: rollbackDeploymentId,
      at,
      undoes: aliasWasChecked ? statesOf(plan, appSpec) : [],
    }),
  };
}

/** The other half of the link, on the rollback itself. */
export function rollbackTrigger(plan: DeploymentPlan): DeploymentState["rollbackInfo"] {
  if (plan.rollsBackDeploymentId === null) return null;
  return {
    rollbackTriggeringDeploymentId: plan.rollsBackDeploymentId,
    rollbackMessage: `Deployment ${plan.deploymentId} is triggered to roll back deployment ${plan.rollsBackDeploymentId}.`,
  };
}

/** The alias goes straight back to the old version, no hooks, no pace, and no rollback of its own. */
function rollbackPlan(
  plan: DeploymentPlan,
  of: { appSpec: LambdaAppSpec; deploymentId: string; at: Instant; undoes: AliasState[] },
): DeploymentPlan {
  const { appSpec, deploymentId, at, undoes } = of;
  return {
    ...plan,
    deploymentId,
    createTime: at,
    info: {
      ...plan.info,
      description: undefined,
      creator: "codeDeployRollback",
      revision: plan.rollbackRevision,
      deploymentConfigName: "CodeDeployDefault.LambdaAllAtOnce",
      autoRollbackConfiguration: { enabled: false },
    },
    rollsBackOn: [],
    rollbackDeploymentId: null,
    rollsBackDeploymentId: plan.deploymentId,
    // The alarm that led here is still red (semantics 3.8).
    alarms: null,
    work: {
      ...plan.work,
      appSpec: { ...appSpec, currentVersion: appSpec.targetVersion, targetVersion: appSpec.currentVersion, hooks: {} },
      traffic: { type: "AllAtOnce" },
      undoes,
    },
  };
}

/** Every state that the deployment may have left the alias in, the untouched one included. */
function statesOf(plan: DeploymentPlan, appSpec: LambdaAppSpec): AliasState[] {
  return [0, ...allWeights(plan.work.traffic)].map((weight) => aliasAt(appSpec, weight));
}

/** The state of the alias with `weight` percent of the traffic on the target version (semantics 4.4). */
export function aliasAt(appSpec: LambdaAppSpec, weight: number): AliasState {
  if (weight === 100) return { version: appSpec.targetVersion, routed: null };
  if (weight === 0) return { version: appSpec.currentVersion, routed: null };
  return { version: appSpec.currentVersion, routed: { version: appSpec.targetVersion, weight: weight / 100 } };
}
