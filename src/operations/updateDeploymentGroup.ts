import { triggerTests } from "../engine/notifications/notificationsOf.ts";
import { requireApplicationName } from "../resources/application.ts";
import { requireDeploymentConfig, validDeploymentConfigName } from "../resources/deploymentConfig.ts";
import { changedGroup, requireConfigOfPlatform, requireDeploymentGroupName } from "../resources/deploymentGroup.ts";
import { DeploymentGroupAlreadyExistsException } from "../shapes/codedeploy.ts";
import { configNamed, requireFreeEcsService, requireGroup } from "./lookups.ts";
import { defineOperation } from "./operation.ts";

/** Absent members stay. A deployment under way keeps the settings it was created with. */
export const updateDeploymentGroup = defineOperation("UpdateDeploymentGroup", async (input, services, caller) => {
  const { store, clock, ids, quotas } = services;
  const applicationName = requireApplicationName(input.applicationName);
  const currentName = requireDeploymentGroupName(input.currentDeploymentGroupName);
  const newName = input.newDeploymentGroupName ? requireDeploymentGroupName(input.newDeploymentGroupName) : currentName;
  if (input.deploymentConfigName) validDeploymentConfigName(input.deploymentConfigName);

  return store.transaction(async (tx) => {
    const { application, group } = await requireGroup(tx, caller, applicationName, currentName);
    const { n, ...found } = group;
    const platform = application.computePlatform;
    const deploymentConfigName = input.deploymentConfigName || group.deploymentConfigName;
    const config = requireDeploymentConfig(deploymentConfigName, await configNamed(tx, caller, deploymentConfigName));
    requireConfigOfPlatform(platform, config);
    if (newName !== currentName && (await tx.deploymentGroups.find(application.n, newName))) {
      throw new DeploymentGroupAlreadyExistsException(`Deployment group name already exists: ${newName}`);
    }
    const changed = changedGroup(platform, found, input, quotas.group);
    await requireFreeEcsService(tx, caller, changed.ecsServices, n);
    const renamed = { ...changed, deploymentConfigName, deploymentGroupName: newName };
    await tx.deploymentGroups.update(n, renamed);
    const { accountId, region } = caller;
    const scope = { accountId, region, applicationName };
    const made = { now: clock.now(), newId: ids.uuid };
    await tx.notifications.insert(triggerTests(scope, renamed, group.triggerConfigurations, made));
    return { hooksNotCleanedUp: [] };
  });
});
