/** What a blue/green deployment does with the old and the new instances or tasks (semantics 2.4). */
import {
  type BlueGreenDeploymentConfiguration,
  type ComputePlatform,
  DeploymentReadyActionValues,
  GreenFleetProvisioningActionValues,
  InstanceActionValues,
  InvalidBlueGreenDeploymentConfigurationException,
} from "../../shapes/codedeploy.ts";
import { isOneOf } from "../names.ts";

/** The model's bound; a table of the user guide has 2800 (semantics 11 #37). */
const LONGEST_TERMINATION_WAIT_MINUTES = 2880;
/** 48 hours for servers, 120 hours for ECS. */
const LONGEST_READY_WAIT_MINUTES = { Server: 2880, ECS: 7200 };

const refuse = (message: string) => new InvalidBlueGreenDeploymentConfigurationException(message);

/**
 * The configuration as it is kept, complete: `aws ecs deploy` reads both waits of every ECS group (semantics 1.7). Lambda
 * has no use for one, and it is not kept there.
 */
export function requireBlueGreenConfiguration(
  platform: ComputePlatform,
  configuration: BlueGreenDeploymentConfiguration,
): BlueGreenDeploymentConfiguration | undefined {
  if (platform === "Lambda") return undefined;
  const termination = requireTermination(platform, configuration.terminateBlueInstancesOnDeploymentSuccess ?? {});
  const ready = requireReadyOption(platform, configuration.deploymentReadyOption ?? {});
  const { action } = configuration.greenFleetProvisioningOption ?? {};
  if (action !== undefined && !isOneOf(GreenFleetProvisioningActionValues, action)) {
    throw refuse(
      `Invalid green fleet provisioning action: ${action}. It must be ${GreenFleetProvisioningActionValues.join(" or ")}`,
    );
  }
  if (platform === "ECS" && configuration.greenFleetProvisioningOption) {
    throw refuse("For ECS deployment group, greenFleetProvisioningOption can not be specified");
  }
  return {
    terminateBlueInstancesOnDeploymentSuccess: termination,
    deploymentReadyOption: ready,
    ...(platform === "Server" ? { greenFleetProvisioningOption: { action: action ?? "DISCOVER_EXISTING" } } : {}),
  };
}

type Termination = NonNullable<BlueGreenDeploymentConfiguration["terminateBlueInstancesOnDeploymentSuccess"]>;

function requireTermination(platform: "Server" | "ECS", given: Termination): Termination {
  const { action = "TERMINATE", terminationWaitTimeInMinutes: minutes = 0 } = given;
  if (!isOneOf(InstanceActionValues, action)) {
    throw refuse(`Invalid termination action: ${action}. It must be ${InstanceActionValues.join(" or ")}`);
  }
  if (platform === "ECS" && action === "KEEP_ALIVE") {
    throw refuse("For ECS deployment group, the termination action must be TERMINATE, not KEEP_ALIVE");
  }
  if (minutes < 0 || minutes > LONGEST_TERMINATION_WAIT_MINUTES) {
    throw refuse(
      `Invalid terminationWaitTimeInMinutes: ${minutes}. It must be 0 to ${LONGEST_TERMINATION_WAIT_MINUTES}`,
    );
  }
  return { action, terminationWaitTimeInMinutes: minutes };
}

type ReadyOption = NonNullable<BlueGreenDeploymentConfiguration["deploymentReadyOption"]>;

function requireReadyOption(platform: "Server" | "ECS", given: ReadyOption): ReadyOption {
  const { actionOnTimeout = "CONTINUE_DEPLOYMENT", waitTimeInMinutes: minutes = 0 } = given;
  const longest = LONGEST_READY_WAIT_MINUTES[platform];
  if (!isOneOf(DeploymentReadyActionValues, actionOnTimeout)) {
    throw refuse(`Invalid actionOnTimeout: ${actionOnTimeout}. It must be ${DeploymentReadyActionValues.join(" or ")}`);
  }
  if (minutes < 0 || minutes > longest) {
    throw refuse(`Invalid waitTimeInMinutes: ${minutes}. It must be 0 to ${longest}`);
  }
  if (actionOnTimeout === "CONTINUE_DEPLOYMENT" && minutes > 0) {
    throw refuse("waitTimeInMinutes can be specified only when actionOnTimeout is STOP_DEPLOYMENT");
  }
  return { actionOnTimeout, waitTimeInMinutes: minutes };
}

/** Rules that look at the rest of a Server group. */
export function requireProvisioning(
  configuration: BlueGreenDeploymentConfiguration | undefined,
  autoScalingGroups: readonly string[],
): void {
  if (!configuration) {
    throw refuse("A blue/green deployment group needs a blueGreenDeploymentConfiguration");
  }
  if (configuration.greenFleetProvisioningOption?.action !== "COPY_AUTO_SCALING_GROUP") return;
  if (autoScalingGroups.length === 1) return;
  throw refuse(
    "Exactly one AutoScaling group must be specified when selecting the COPY_AUTO_SCALING_GROUP green fleet provisioning option.",
  );
}
