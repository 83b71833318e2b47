/** What a drill rehearses: the plan that the group's next deployment would have, with its last AppSpec. */
import { type AliasState, type DeploymentPlan, planLambdaDeployment } from "../engine/plan.ts";
import { appSpecOf } from "../engine/revision.ts";
import type { Ids } from "../ids.ts";
import { configNamed, requireGroup } from "../operations/lookups.ts";
import { ProtocolError } from "../protocol/protocolError.ts";
import { requireDeploymentConfig, trafficRoutingOf } from "../resources/deploymentConfig.ts";
import { requireConfigOfPlatform } from "../resources/deploymentGroup.ts";
import { isLambdaAppSpec, type LambdaAppSpec, type LambdaHook } from "../resources/lambdaAppSpec.ts";
import { HOOK_TIMEOUT_TAG, hookTimeoutMs } from "../resources/tags.ts";
import type { TrafficRouting } from "../resources/trafficRouting.ts";
import type { AlarmConfiguration, AutoRollbackConfiguration } from "../shapes/codedeploy.ts";
import { NotBuiltError } from "../shapes/modelledError.ts";
import type { LastDeployment, Scope, Transaction } from "../store/store.ts";

export interface GroupName {
  applicationName: string;
  deploymentGroupName: string;
}

/** A group as it is now, with the AppSpec of its last deployment. */
export interface Rehearsal extends GroupName, Scope {
  /** The group's own number. */
  groupN: number;
  deploymentConfigName: string;
  appSpec: LambdaAppSpec;
  traffic: TrafficRouting;
  hookTimeoutMs: number;
  serviceRoleArn: string;
  alarmConfiguration: AlarmConfiguration | undefined;
  autoRollbackConfiguration: AutoRollbackConfiguration;
}

/** Reads it, or refuses as CreateDeployment would; 409 where the group has nothing to rehearse yet. */
export async function rehearsalOf(
  tx: Transaction,
  scope: Scope,
  { applicationName, deploymentGroupName }: GroupName,
  usualHookTimeoutMs: number,
): Promise<Rehearsal> {
  const { accountId, region } = scope;
  const { application, group } = await requireGroup(tx, scope, applicationName, deploymentGroupName);
  const { computePlatform } = application;
  if (computePlatform !== "Lambda") {
    throw new NotBuiltError(
      `Rollback drills for the ${computePlatform} compute platform are not built yet; nothing was touched`,
    );
  }
  const { deploymentConfigName, serviceRoleArn, alarmConfiguration } = group;
  const config = requireDeploymentConfig(deploymentConfigName, await configNamed(tx, scope, deploymentConfigName));
  requireConfigOfPlatform(computePlatform, config);
  const timeout = (await tx.tags.of(group.deploymentGroupId)).find(({ Key }) => Key === HOOK_TIMEOUT_TAG);
  return {
    accountId,
    region,
    applicationName,
    deploymentGroupName,
    groupN: group.n,
    deploymentConfigName,
    appSpec: await lastAppSpec(tx, scope, group.n, deploymentGroupName),
    traffic: trafficRoutingOf(config.trafficRoutingConfig),
    hookTimeoutMs: (timeout && hookTimeoutMs(timeout.Value)) || usualHookTimeoutMs,
    serviceRoleArn,
    alarmConfiguration,
    autoRollbackConfiguration: group.autoRollbackConfiguration ?? { enabled: false },
  };
}

/** The one place that knows where a deployment has its AppSpec. */
async function lastAppSpec(tx: Transaction, scope: Scope, groupN: number, groupName: string): Promise<LambdaAppSpec> {
  const last = await tx.deployments.lastAttempted(groupN);
  if (!last) {
    throw refusal(`The deployment group ${groupName} has had no deployment yet: there is no AppSpec to rehearse with`);
  }
  const { plan, state } = await ordinary(tx, scope, last);
  const appSpec = appSpecOf(plan, state);
  if (appSpec && isLambdaAppSpec(appSpec)) return appSpec;
  const problem = appSpec && "problem" in appSpec ? `cannot be used: ${appSpec.problem}` : "was never read";
  throw refusal(
    `The AppSpec of deployment ${plan.deploymentId}, the last of the deployment group ${groupName}, ${problem}`,
  );
}

/** A rollback has its versions the other way round, and no hooks: what it undid tells more. */
async function ordinary(
  tx: Transaction,
  scope: Scope,
  last: LastDeployment,
): Promise<Pick<LastDeployment, "plan" | "state">> {
  return (await tx.deployments.find(scope, last.plan.rollsBackDeploymentId ?? last.deploymentId)) ?? last;
}

/** From the version that the group's alias has now to the other of the AppSpec's two. */
export function versionsToRehearse({ appSpec }: Rehearsal, { version }: AliasState): { from: string; to: string } {
  const { functionName, alias, currentVersion, targetVersion } = appSpec;
  if (currentVersion === targetVersion) {
    throw refusal(
      `The AppSpec's CurrentVersion and TargetVersion are both ${currentVersion}: nothing would be deployed`,
    );
  }
  if (version === currentVersion) return { from: currentVersion, to: targetVersion };
  if (version === targetVersion) return { from: targetVersion, to: currentVersion };
  throw refusal(
    `Alias ${alias} of function ${functionName} points to version ${version}, and the group's last AppSpec knows versions ${currentVersion} and ${targetVersion} only; deploy once more before a drill`,
  );
}

/** The plan of one run, on an alias of the drill's own. */
export function planRun(
  rehearsal: Rehearsal,
  { alias, from, to }: { alias: string; from: string; to: string },
  ids: Ids,
  createTime: number,
): DeploymentPlan {
  const { accountId, region, serviceRoleArn, appSpec, traffic, alarmConfiguration } = rehearsal;
  const { applicationName, deploymentGroupName, deploymentConfigName, autoRollbackConfiguration } = rehearsal;
  // A function that the AppSpec leaves out could be there tomorrow: its failure is rehearsed as well.
  const couldExist: Record<LambdaHook, string> = { BeforeAllowTraffic: "none", AfterAllowTraffic: "none" };
  return planLambdaDeployment({
    deploymentId: ids.deploymentId(),
    rollbackDeploymentId: ids.deploymentId(),
    accountId,
    region,
    createTime,
    serviceRoleArn,
    appSpec: {
      functionName: appSpec.functionName,
      alias,
      currentVersion: from,
      targetVersion: to,
      hooks: { ...couldExist, ...appSpec.hooks },
    },
    traffic,
    hookTimeoutMs: rehearsal.hookTimeoutMs,
    alarmConfiguration,
    info: {
      applicationName,
      deploymentGroupName,
      deploymentConfigName,
      previousRevision: undefined,
      revision: undefined,
      description: "A rehearsal",
      ignoreApplicationStopFailures: false,
      updateOutdatedInstancesOnly: false,
      autoRollbackConfiguration,
      overrideAlarmConfiguration: undefined,
      deploymentStyle: undefined,
      computePlatform: "Lambda",
    },
  });
}

/** A drill that cannot begin, or go on, as things are now. */
export const refusal = (sentence: string) => new ProtocolError(409, "InvalidOperationException", sentence);
