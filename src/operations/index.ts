/** The registry: every operation of the model, by its wire name. It does not compile while one is missing. */

import type { Operations } from "../shapes/codedeploy.ts";
import { NotBuiltError } from "../shapes/modelledError.ts";
import { batchGetApplications } from "./batchGetApplications.ts";
import { batchGetDeploymentGroups } from "./batchGetDeploymentGroups.ts";
import { batchGetDeployments } from "./batchGetDeployments.ts";
import { batchGetDeploymentTargets } from "./batchGetDeploymentTargets.ts";
import { createApplication } from "./createApplication.ts";
import { createDeployment } from "./createDeployment.ts";
import { createDeploymentConfig } from "./createDeploymentConfig.ts";
import { createDeploymentGroup } from "./createDeploymentGroup.ts";
import { deleteApplication } from "./deleteApplication.ts";
import { deleteDeploymentConfig } from "./deleteDeploymentConfig.ts";
import { deleteDeploymentGroup } from "./deleteDeploymentGroup.ts";
import { getApplication } from "./getApplication.ts";
import { getApplicationRevision } from "./getApplicationRevision.ts";
import { getDeployment } from "./getDeployment.ts";
import { getDeploymentConfig } from "./getDeploymentConfig.ts";
import { getDeploymentGroup } from "./getDeploymentGroup.ts";
import { getDeploymentTarget } from "./getDeploymentTarget.ts";
import { listApplicationRevisions } from "./listApplicationRevisions.ts";
import { listApplications } from "./listApplications.ts";
import { listDeploymentConfigs } from "./listDeploymentConfigs.ts";
import { listDeploymentGroups } from "./listDeploymentGroups.ts";
import { listDeployments } from "./listDeployments.ts";
import { listDeploymentTargets } from "./listDeploymentTargets.ts";
import type { Operation } from "./operation.ts";
import { putLifecycleEventHookExecutionStatus } from "./putLifecycleEventHookExecutionStatus.ts";
import { registerApplicationRevision } from "./registerApplicationRevision.ts";
import { stopDeployment } from "./stopDeployment.ts";
import { updateApplication } from "./updateApplication.ts";
import { updateDeploymentGroup } from "./updateDeploymentGroup.ts";

/** An operation that says that it is not built, and does nothing. */
function notBuilt<Name extends keyof Operations>(name: Name): Operation<Name> {
  return Object.assign(() => Promise.reject(new NotBuiltError(`${name} is not built yet`)), { notBuilt: true });
}

export const registry = {
  AddTagsToOnPremisesInstances: notBuilt("AddTagsToOnPremisesInstances"),
  BatchGetApplicationRevisions: notBuilt("BatchGetApplicationRevisions"),
  BatchGetApplications: batchGetApplications,
  BatchGetDeploymentGroups: batchGetDeploymentGroups,
  BatchGetDeploymentInstances: notBuilt("BatchGetDeploymentInstances"),
  BatchGetDeploymentTargets: batchGetDeploymentTargets,
  BatchGetDeployments: batchGetDeployments,
  BatchGetOnPremisesInstances: notBuilt("BatchGetOnPremisesInstances"),
  ContinueDeployment: notBuilt("ContinueDeployment"),
  CreateApplication: createApplication,
  CreateDeployment: createDeployment,
  CreateDeploymentConfig: createDeploymentConfig,
  CreateDeploymentGroup: createDeploymentGroup,
  DeleteApplication: deleteApplication,
  DeleteDeploymentConfig: deleteDeploymentConfig,
  DeleteDeploymentGroup: deleteDeploymentGroup,
  DeleteGitHubAccountToken: notBuilt("DeleteGitHubAccountToken"),
  DeleteResourcesByExternalId: notBuilt("DeleteResourcesByExternalId"),
  DeregisterOnPremisesInstance: notBuilt("DeregisterOnPremisesInstance"),
  GetApplication: getApplication,
  GetApplicationRevision: getApplicationRevision,
  GetDeployment: getDeployment,
  GetDeploymentConfig: getDeploymentConfig,
  GetDeploymentGroup: getDeploymentGroup,
  GetDeploymentInstance: notBuilt("GetDeploymentInstance"),
  GetDeploymentTarget: getDeploymentTarget,
  GetOnPremisesInstance: notBuilt("GetOnPremisesInstance"),
  ListApplicationRevisions: listApplicationRevisions,
  ListApplications: listApplications,
  ListDeploymentConfigs: listDeploymentConfigs,
  ListDeploymentGroups: listDeploymentGroups,
  ListDeploymentInstances: notBuilt("ListDeploymentInstances"),
  ListDeploymentTargets: listDeploymentTargets,
  ListDeployments: listDeployments,
  ListGitHubAccountTokenNames: notBuilt("ListGitHubAccountTokenNames"),
  ListOnPremisesInstances: notBuilt("ListOnPremisesInstances"),
  ListTagsForResource: notBuilt("ListTagsForResource"),
  PutLifecycleEventHookExecutionStatus: putLifecycleEventHookExecutionStatus,
  RegisterApplicationRevision: registerApplicationRevision,
  RegisterOnPremisesInstance: notBuilt("RegisterOnPremisesInstance"),
  RemoveTagsFromOnPremisesInstances: notBuilt("RemoveTagsFromOnPremisesInstances"),
  SkipWaitTimeForInstanceTermination: notBuilt("SkipWaitTimeForInstanceTermination"),
  StopDeployment: stopDeployment,
  TagResource: notBuilt("TagResource"),
  UntagResource: notBuilt("UntagResource"),
  UpdateApplication: updateApplication,
  UpdateDeploymentGroup: updateDeploymentGroup,
} satisfies { [Name in keyof Operations]: Operation<Name> };
