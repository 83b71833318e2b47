/** What several operations fetch in the same way. */
import { type ApplicationRecord, requireApplication } from "../resources/application.ts";
import type { DeploymentConfigRecord } from "../resources/deploymentConfig.ts";
import { ecsServiceKey } from "../resources/deploymentGroup/loadBalancerInfo.ts";
import { type DeploymentGroupRecord, requireDeploymentGroup } from "../resources/deploymentGroup.ts";
import { predefinedDeploymentConfigs } from "../resources/predefinedDeploymentConfigs.ts";
import {
  type ECSService,
  ECSServiceMappingLimitExceededException,
  type LastDeploymentInfo,
} from "../shapes/codedeploy.ts";
import { DamagedRowError, type LastDeployment, type Scope, type Stored, type Transaction } from "../store/store.ts";

/** A configuration of the account, or a predefined one. */
export async function configNamed(
  tx: Transaction,
  scope: Scope,
  name: string,
): Promise<DeploymentConfigRecord | undefined> {
  return predefinedDeploymentConfigs.get(name) ?? tx.deploymentConfigs.find(scope, name);
}

/** An application and one of its groups; what is missing is the error that its operation's model lists. */
export async function requireGroup(
  tx: Transaction,
  scope: Scope,
  applicationName: string,
  groupName: string,
): Promise<{ application: Stored<ApplicationRecord>; group: Stored<DeploymentGroupRecord> }> {
  const application = requireApplication(applicationName, await tx.applications.find(scope, applicationName));
  const group = requireDeploymentGroup(groupName, await tx.deploymentGroups.find(application.n, groupName));
  return { application, group };
}

/** A service belongs to one deployment group at most; `groupN` is the group that wants it, if it exists already. */
export async function requireFreeEcsService(
  tx: Transaction,
  scope: Scope,
  services: readonly ECSService[],
  groupN: number | undefined,
): Promise<void> {
  const key = ecsServiceKey(services);
  const owner = key === undefined ? undefined : await tx.deploymentGroups.ofEcsService(scope, key);
  if (!owner || owner.n === groupN) return;
  throw new ECSServiceMappingLimitExceededException(
    `The ECS service ${key} already belongs to the deployment group ${owner.name}; a service belongs to one group at most`,
  );
}

/** The last attempt of a group and its last success, as a group shows them. */
export async function lastDeployments(
  tx: Transaction,
  groupN: number,
): Promise<{ attempted: LastDeploymentInfo | undefined; successful: LastDeploymentInfo | undefined }> {
  return {
    attempted: lastInfo(await tx.deployments.lastAttempted(groupN).catch(unlessDamaged)),
    successful: lastInfo(await tx.deployments.lastSuccessful(groupN).catch(unlessDamaged)),
  };
}

/** A deployment whose row is damaged does not take its group with it. */
function unlessDamaged(error: unknown): undefined {
  if (!(error instanceof DamagedRowError)) throw error;
}

function lastInfo(last: LastDeployment | undefined): LastDeploymentInfo | undefined {
  if (!last) return undefined;
  const { deploymentId, status, plan, state } = last;
  return { deploymentId, status, createTime: plan.createTime, endTime: state.completeTime ?? undefined };
}
