/** Deployment type and option, by compute platform (semantics 2.4). */
import {
  type ComputePlatform,
  DeploymentOptionValues,
  type DeploymentStyle,
  DeploymentTypeValues,
  InvalidDeploymentStyleException,
} from "../../shapes/codedeploy.ts";
import { isOneOf } from "../names.ts";

const IN_PLACE: DeploymentStyle = { deploymentType: "IN_PLACE", deploymentOption: "WITHOUT_TRAFFIC_CONTROL" };
const BLUE_GREEN: DeploymentStyle = { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" };

/** What an absent style means: Lambda and ECS know one style only (semantics 11 #41). */
export const defaultStyle = (platform: ComputePlatform): DeploymentStyle =>
  platform === "Server" ? IN_PLACE : BLUE_GREEN;

export function requireDeploymentStyle(platform: ComputePlatform, style: DeploymentStyle): DeploymentStyle {
  const { deploymentType, deploymentOption } = style;
  const refuse = (message: string) => new InvalidDeploymentStyleException(message);
  if (!deploymentType || !deploymentOption) {
    throw refuse("Deployment type or deployment option cannot be null or empty");
  }
  if (!isOneOf(DeploymentTypeValues, deploymentType)) {
    throw refuse(`Deployment type can only be IN_PLACE or BLUE_GREEN, not ${deploymentType}`);
  }
  if (!isOneOf(DeploymentOptionValues, deploymentOption)) {
    throw refuse("Deployment option can only be WITH_TRAFFIC_CONTROL or WITHOUT_TRAFFIC_CONTROL");
  }
  const onlyBlueGreen = deploymentType === "BLUE_GREEN" && deploymentOption === "WITH_TRAFFIC_CONTROL";
  if (platform !== "Server" && !onlyBlueGreen) {
    throw refuse(
      `For ${platform} deployment group, the deployment style must be BLUE_GREEN with WITH_TRAFFIC_CONTROL, not ${deploymentType} with ${deploymentOption}`,
    );
  }
  return { deploymentType, deploymentOption };
}
