import { triggerTests } from "../engine/notifications/notificationsOf.ts";
import { requireApplication, requireApplicationName } from "../resources/application.ts";
import { requireDeploymentConfig, validDeploymentConfigName } from "../resources/deploymentConfig.ts";
import {
  DEFAULT_CONFIG_NAMES,
  newGroupMembers,
  requireConfigOfPlatform,
  requireDeploymentGroupName,
  requireServiceRole,
} from "../resources/deploymentGroup.ts";
import { requireTagsToAdd } from "../resources/tags.ts";
import { DeploymentGroupAlreadyExistsException, DeploymentGroupLimitExceededException } from "../shapes/codedeploy.ts";
import { configNamed, requireFreeEcsService } from "./lookups.ts";
import { defineOperation } from "./operation.ts";

export const createDeploymentGroup = defineOperation("CreateDeploymentGroup", async (input, services, caller) => {
  const applicationName = requireApplicationName(input.applicationName);
  const deploymentGroupName = requireDeploymentGroupName(input.deploymentGroupName);
  requireServiceRole(input.serviceRoleArn);
  if (input.deploymentConfigName) validDeploymentConfigName(input.deploymentConfigName);
  const tags = requireTagsToAdd(input.tags);
  const { store, clock, ids, quotas } = services;

  return store.transaction(async (tx) => {
    const application = requireApplication(applicationName, await tx.applications.find(caller, applicationName));
    const platform = application.computePlatform;
    const deploymentConfigName = input.deploymentConfigName || DEFAULT_CONFIG_NAMES[platform];
    const config = requireDeploymentConfig(deploymentConfigName, await configNamed(tx, caller, deploymentConfigName));
    if (await tx.deploymentGroups.find(application.n, deploymentGroupName)) {
      throw new DeploymentGroupAlreadyExistsException(`Deployment group name already exists: ${deploymentGroupName}`);
    }
    if ((await tx.deploymentGroups.count(application.n)) >= quotas.deploymentGroupsPerApplication) {
      throw new DeploymentGroupLimitExceededException(
        `The application ${applicationName} has ${quotas.deploymentGroupsPerApplication} deployment groups already, which is the limit`,
      );
    }
    requireConfigOfPlatform(platform, config);
    const members = newGroupMembers(platform, input, quotas.group);
    await requireFreeEcsService(tx, caller, members.ecsServices, undefined);
    const deploymentGroupId = ids.uuid();
    const group = { deploymentGroupId, deploymentGroupName, deploymentConfigName, ...members };
    await tx.deploymentGroups.insert(application.n, group);
    await tx.tags.put(deploymentGroupId, tags);
    const { accountId, region } = caller;
    const scope = { accountId, region, applicationName };
    await tx.notifications.insert(triggerTests(scope, group, [], { now: clock.now(), newId: ids.uuid }));
    return { deploymentGroupId };
  });
});
