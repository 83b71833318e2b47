import { requireComputePlatform } from "../resources/application.ts";
import {
  requireConfigMembers,
  requireDeploymentConfigName,
  requireUnreservedName,
} from "../resources/deploymentConfig.ts";
import { predefinedDeploymentConfigs } from "../resources/predefinedDeploymentConfigs.ts";
import {
  DeploymentConfigAlreadyExistsException,
  DeploymentConfigLimitExceededException,
} from "../shapes/codedeploy.ts";
import { defineOperation } from "./operation.ts";

export const createDeploymentConfig = defineOperation("CreateDeploymentConfig", async (input, services, caller) => {
  const deploymentConfigName = requireDeploymentConfigName(input.deploymentConfigName);
  const computePlatform = requireComputePlatform(input.computePlatform);
  const { store, quotas, ids, clock } = services;
  const exists = () =>
    new DeploymentConfigAlreadyExistsException(
      `Deployment configuration already exists with name: ${deploymentConfigName}`,
    );
  if (predefinedDeploymentConfigs.has(deploymentConfigName)) throw exists();
  requireUnreservedName(deploymentConfigName);

  return store.transaction(async (tx) => {
    if (await tx.deploymentConfigs.find(caller, deploymentConfigName)) throw exists();
    const members = requireConfigMembers(computePlatform, input);
    if ((await tx.deploymentConfigs.count(caller)) >= quotas.customDeploymentConfigs) {
      throw new DeploymentConfigLimitExceededException(
        `There are ${quotas.customDeploymentConfigs} custom deployment configurations already, which is the limit; delete one first`,
      );
    }
    const deploymentConfigId = ids.uuid();
    const createTime = clock.now();
    await tx.deploymentConfigs.insert(caller, {
      deploymentConfigId,
      deploymentConfigName,
      computePlatform,
      createTime,
      ...members,
    });
    return { deploymentConfigId };
  });
});
