/** Whether a rollback follows an interruption, and the plan of the deployment that does it (semantics 3.8). */
import type { DeploymentState } from "./deployment.ts";
import { undoTaskSet } from "./ecsRollback.ts";
import type { EcsContext } from "./ecsStage.ts";
import type { Interruption } from "./interruption.ts";
import { undoAlias } from "./lambdaRollback.ts";
import type { LambdaContext } from "./lambdaStage.ts";
import type { DeploymentPlan, Work } from "./plan.ts";
import type { Context } from "./stage.ts";

export interface RollbackDecision {
  rollbackInfo: DeploymentState["rollbackInfo"];
  rollback: DeploymentPlan | null;
}

/**
 * What follows the interruption of the deployment. A rollback never brings another. One that is wanted and cannot be done
 * says so in `rollbackMessage` and creates no deployment. Before anything outside was touched there is a rollback as well,
 * for those who wait for one, and it leaves everything alone.
 */
export function decideRollback(context: Context, cause: Interruption): RollbackDecision | null {
  const { plan } = context;
  const { rollbackDeploymentId } = plan;
  if (rollbackDeploymentId === null || !bringsRollback(plan, cause)) return null;

  const work = undoing(context);
  const obstacle = work === null ? "nothing had been changed" : cause.obstacle;
  if (obstacle !== null || work === null) {
    const rollbackMessage = `Deployment ${plan.deploymentId} terminated. It was not rolled back: ${obstacle}.`;
    return { rollbackInfo: { rollbackMessage }, rollback: null };
  }
  const rollbackMessage = `Deployment ${plan.deploymentId} terminated. Automatic rollback is triggered with a DeploymentId ${rollbackDeploymentId}.`;
  return {
    rollbackInfo: { rollbackDeploymentId, rollbackMessage },
    rollback: rollbackPlan(context, rollbackDeploymentId, work),
  };
}

/** The work that undoes what has been done; `null` when there is none. */
function undoing(context: Context): Work | null {
  const isLambda = context.plan.work.platform === "Lambda";
  return isLambda ? undoAlias(context as LambdaContext) : undoTaskSet(context as EcsContext);
}

/** Whether the deployment would be rolled back for this. */
export function bringsRollback(plan: DeploymentPlan, cause: Interruption): boolean {
  return plan.rollbackDeploymentId !== null && (cause.rollBack ?? plan.rollsBackOn.includes(cause.rollbackEvent));
}

/** The other half of the link, on the rollback itself. */
export function rollbackTrigger(plan: DeploymentPlan): DeploymentState["rollbackInfo"] {
  if (plan.rollsBackDeploymentId === null) return null;
  return {
    rollbackTriggeringDeploymentId: plan.rollsBackDeploymentId,
    rollbackMessage: `Deployment ${plan.deploymentId} is triggered to roll back deployment ${plan.rollsBackDeploymentId}.`,
  };
}

/** Everything goes straight back to what it was: no hooks, no pace, and no rollback of its own. */
function rollbackPlan({ plan, deployment, at }: Context, deploymentId: string, work: Work): DeploymentPlan {
  return {
    ...plan,
    deploymentId,
    createTime: at,
    info: {
      ...plan.info,
      description: undefined,
      creator: "codeDeployRollback",
      revision: deployment.state.lastSuccess ?? plan.rollbackRevision,
      deploymentConfigName: `CodeDeployDefault.${work.platform}AllAtOnce`,
      autoRollbackConfiguration: { enabled: false },
    },
    rollsBackOn: [],
    rollbackDeploymentId: null,
    rollbackRevision: deployment.state.lastSuccess ?? plan.rollbackRevision,
    rollsBackDeploymentId: plan.deploymentId,
    // The alarm that led here is still red (semantics 3.8).
    alarms: null,
    work,
  };
}
