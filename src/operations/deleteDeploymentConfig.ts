import { requireDeploymentConfigName } from "../resources/deploymentConfig.ts";
import { predefinedDeploymentConfigs } from "../resources/predefinedDeploymentConfigs.ts";
import { DeploymentConfigInUseException, InvalidOperationException } from "../shapes/codedeploy.ts";
import { defineOperation } from "./operation.ts";

/** An unknown configuration is no error. */
export const deleteDeploymentConfig = defineOperation("DeleteDeploymentConfig", async (input, { store }, caller) => {
  const name = requireDeploymentConfigName(input.deploymentConfigName);
  if (predefinedDeploymentConfigs.has(name)) {
    throw new InvalidOperationException(`Cannot delete a default deployment configuration: ${name}`);
  }
  return store.transaction(async (tx) => {
    const user = await tx.deploymentGroups.usingConfig(caller, name);
    if (user) {
      throw new DeploymentConfigInUseException(
        `Deployment configuration ${name} is in use by deployment group ${user}`,
      );
    }
    if (await tx.deployments.activeWithConfig(caller, name)) {
      throw new DeploymentConfigInUseException(`Deployment configuration ${name} is in use by a deployment under way`);
    }
    await tx.deploymentConfigs.delete(caller, name);
    return {};
  });
});
