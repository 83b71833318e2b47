import { requireDeploymentConfig, requireDeploymentConfigName } from "../resources/deploymentConfig.ts";
import { configNamed } from "./lookups.ts";
import { defineOperation } from "./operation.ts";

export const getDeploymentConfig = defineOperation("GetDeploymentConfig", async (input, { store }, caller) => {
  const name = requireDeploymentConfigName(input.deploymentConfigName);
  const config = await store.read((reader) => configNamed(reader, caller, name));
  return { deploymentConfigInfo: requireDeploymentConfig(name, config) };
});
