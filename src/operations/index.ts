/** The registry: every operation of the model, by its wire name. It does not compile while one is missing. */

import type { Operations } from "../shapes/codedeploy.ts";
import { addTagsToOnPremisesInstances } from "./addTagsToOnPremisesInstances.ts";
import { batchGetApplicationRevisions } from "./batchGetApplicationRevisions.ts";
import { batchGetApplications } from "./batchGetApplications.ts";
import { batchGetDeploymentGroups } from "./batchGetDeploymentGroups.ts";
import { batchGetDeploymentInstances } from "./batchGetDeploymentInstances.ts";
import { batchGetDeployments } from "./batchGetDeployments.ts";
import { batchGetDeploymentTargets } from "./batchGetDeploymentTargets.ts";
import { batchGetOnPremisesInstances } from "./batchGetOnPremisesInstances.ts";
import { continueDeployment } from "./continueDeployment.ts";
import { createApplication } from "./createApplication.ts";
import { createDeployment } from "./createDeployment.ts";
import { createDeploymentConfig } from "./createDeploymentConfig.ts";
import { createDeploymentGroup } from "./createDeploymentGroup.ts";
import { deleteApplication } from "./deleteApplication.ts";
import { deleteDeploymentConfig } from "./deleteDeploymentConfig.ts";
import { deleteDeploymentGroup } from "./deleteDeploymentGroup.ts";
import { deleteGitHubAccountToken } from "./deleteGitHubAccountToken.ts";
import { deleteResourcesByExternalId } from "./deleteResourcesByExternalId.ts";
import { deregisterOnPremisesInstance } from "./deregisterOnPremisesInstance.ts";
import { getApplication } from "./getApplication.ts";
import { getApplicationRevision } from "./getApplicationRevision.ts";
import { getDeployment } from "./getDeployment.ts";
import { getDeploymentConfig } from "./getDeploymentConfig.ts";
import { getDeploymentGroup } from "./getDeploymentGroup.ts";
import { getDeploymentInstance } from "./getDeploymentInstance.ts";
import { getDeploymentTarget } from "./getDeploymentTarget.ts";
import { getOnPremisesInstance } from "./getOnPremisesInstance.ts";
import { listApplicationRevisions } from "./listApplicationRevisions.ts";
import { listApplications } from "./listApplications.ts";
import { listDeploymentConfigs } from "./listDeploymentConfigs.ts";
import { listDeploymentGroups } from "./listDeploymentGroups.ts";
import { listDeploymentInstances } from "./listDeploymentInstances.ts";
import { listDeployments } from "./listDeployments.ts";
import { listDeploymentTargets } from "./listDeploymentTargets.ts";
import { listGitHubAccountTokenNames } from "./listGitHubAccountTokenNames.ts";
import { listOnPremisesInstances } from "./listOnPremisesInstances.ts";
import { listTagsForResource } from "./listTagsForResource.ts";
import type { Operation } from "./operation.ts";
import { putLifecycleEventHookExecutionStatus } from "./putLifecycleEventHookExecutionStatus.ts";
import { registerApplicationRevision } from "./registerApplicationRevision.ts";
import { registerOnPremisesInstance } from "./registerOnPremisesInstance.ts";
import { removeTagsFromOnPremisesInstances } from "./removeTagsFromOnPremisesInstances.ts";
import { skipWaitTimeForInstanceTermination } from "./skipWaitTimeForInstanceTermination.ts";
import { stopDeployment } from "./stopDeployment.ts";
import { tagResource } from "./tagResource.ts";
import { untagResource } from "./untagResource.ts";
import { updateApplication } from "./updateApplication.ts";
import { updateDeploymentGroup } from "./updateDeploymentGroup.ts";

export const registry = {
  AddTagsToOnPremisesInstances: addTagsToOnPremisesInstances,
  BatchGetApplicationRevisions: batchGetApplicationRevisions,
  BatchGetApplications: batchGetApplications,
  BatchGetDeploymentGroups: batchGetDeploymentGroups,
  BatchGetDeploymentInstances: batchGetDeploymentInstances,
  BatchGetDeploymentTargets: batchGetDeploymentTargets,
  BatchGetDeployments: batchGetDeployments,
  BatchGetOnPremisesInstances: batchGetOnPremisesInstances,
  ContinueDeployment: continueDeployment,
  CreateApplication: createApplication,
  CreateDeployment: createDeployment,
  CreateDeploymentConfig: createDeploymentConfig,
  CreateDeploymentGroup: createDeploymentGroup,
  DeleteApplication: deleteApplication,
  DeleteDeploymentConfig: deleteDeploymentConfig,
  DeleteDeploymentGroup: deleteDeploymentGroup,
  DeleteGitHubAccountToken: deleteGitHubAccountToken,
  DeleteResourcesByExternalId: deleteResourcesByExternalId,
  DeregisterOnPremisesInstance: deregisterOnPremisesInstance,
  GetApplication: getApplication,
  GetApplicationRevision: getApplicationRevision,
  GetDeployment: getDeployment,
  GetDeploymentConfig: getDeploymentConfig,
  GetDeploymentGroup: getDeploymentGroup,
  GetDeploymentInstance: getDeploymentInstance,
  GetDeploymentTarget: getDeploymentTarget,
  GetOnPremisesInstance: getOnPremisesInstance,
  ListApplicationRevisions: listApplicationRevisions,
  ListApplications: listApplications,
  ListDeploymentConfigs: listDeploymentConfigs,
  ListDeploymentGroups: listDeploymentGroups,
  ListDeploymentInstances: listDeploymentInstances,
  ListDeploymentTargets: listDeploymentTargets,
  ListDeployments: listDeployments,
  ListGitHubAccountTokenNames: listGitHubAccountTokenNames,
  ListOnPremisesInstances: listOnPremisesInstances,
  ListTagsForResource: listTagsForResource,
  PutLifecycleEventHookExecutionStatus: putLifecycleEventHookExecutionStatus,
  RegisterApplicationRevision: registerApplicationRevision,
  RegisterOnPremisesInstance: registerOnPremisesInstance,
  RemoveTagsFromOnPremisesInstances: removeTagsFromOnPremisesInstances,
  SkipWaitTimeForInstanceTermination: skipWaitTimeForInstanceTermination,
  StopDeployment: stopDeployment,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateApplication: updateApplication,
  UpdateDeploymentGroup: updateDeploymentGroup,
} satisfies { [Name in keyof Operations]: Operation<Name> };
